"""Answers by what they are to a commitment: one row per member, subject and role instead of question codes.

The subject of an answer is its indicator, or in the repeat of commitments the commitment's own row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute

from pipeline.questionnaire.form import Form, Question
from pipeline.score.sources import of_answers

pc: Any = pyarrow.compute

KEYS = ["member", "subject"]
YEARS = (1000, 9999)
EARLIER_ROLES: Final = ("value", "year", "value_year", "previous_value", "stock", "break", "status")
"""Roles that count of earlier cycles."""
_ANSWER: Final = ("value", "number", "missing_reason", "problem")
_COLUMNS: Final = ["member", "subject", "role", "question", "order", *_ANSWER, "place"]
_ASKED: Final = (*_ANSWER, "place")
_TAKEN: Final = ["member", "row", "question", *_ANSWER, "sheet", "cell", "submission"]
_BETWEEN: Final = "\x1f"


@dataclass(frozen=True, eq=False)
class Subjects:
    """What answers are wanted of: pairs of a member and its subject, joined into one text each."""

    joined: Any

    @classmethod
    def of(cls, members: pd.Series | Sequence[str], subjects: pd.Series | Sequence[str]) -> Subjects:
        """Join members and subjects, pair by pair."""
        pairs = (_arrow(pd.Series(part, dtype="str")) for part in (members, subjects))
        return cls(pc.binary_join_element_wise(*pairs, _BETWEEN))

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.joined)


@dataclass(frozen=True, eq=False)
class Facts:
    """Answers of one cycle by what they are to a commitment.

    Attributes:
        table: Columns member, subject, role (missing where the answer is nothing to a commitment), question, order (in
            the form), value, number, missing_reason, problem and place (position in ``origin``).
        origin: The answers that they were taken from.
        cycle: Name of an earlier cycle; None for the current one.
    """

    table: pd.DataFrame
    origin: pd.DataFrame
    cycle: str | None = None

    def of(self, role: str, subjects: Subjects, columns: Sequence[str] = _ASKED) -> pd.DataFrame:
        """The answers of a role, one row per pair of ``subjects`` in their order, missing where none.

        Where several questions of a subject have the role, the first in the form that is answered counts.

        Args:
            role: The role.
            subjects: Of what.
            columns: Columns that are wanted.
        """
        joined, rows = self._answers(role)
        found = pc.index_in(subjects.joined, value_set=joined).fill_null(-1).to_numpy()
        at = np.append(rows, -1)[found]
        return pd.DataFrame({name: self.table[name].array.take(at, allow_fill=True) for name in columns})

    def sources(self, found: pd.DataFrame, wanted: pd.Series | None = None) -> list[str | None]:
        """Where each of these answers, or of those that are wanted, stands; see :mod:`pipeline.score.sources`."""
        places = found["place"] if wanted is None else found["place"].where(wanted)
        return of_answers(self.origin, places, self.cycle)

    def has(self, role: str, value: str) -> bool:
        """Whether any answer of the role has the value."""
        return bool((self.table["value"].take(self._answers(role)[1]) == value).any())

    def _answers(self, role: str) -> tuple[Any, Any]:
        """The pairs that have an answer of the role, and the row of each one's."""
        if role not in self._by_role:
            self._by_role[role] = _first_answers(self.table, np.flatnonzero(self.table["role"] == role))
        return self._by_role[role]

    @cached_property
    def _by_role(self) -> dict[str, tuple[Any, Any]]:
        return {}


def _first_answers(table: pd.DataFrame, rows: Any) -> tuple[Any, Any]:
    joined = Subjects.of(*(table[name].take(rows) for name in KEYS)).joined
    if len(pc.unique(joined)) == len(joined):
        return joined, rows
    part = table[[*KEYS, "order"]].take(rows).assign(blank=table["value"].take(rows).isna(), row=rows)
    firsts = part.sort_values(["blank", "order"], kind="stable").drop_duplicates(KEYS)
    return Subjects.of(firsts["member"], firsts["subject"]).joined, firsts["row"].to_numpy()


def read_facts(form: Form, answers: pd.DataFrame, cycle: str | None = None) -> Facts:
    """Take from answers those that have a role for an indicator or in the repeat of commitments.

    Args:
        form: The questionnaire.
        answers: Rows of the table ``answers`` (or of one cycle of ``earlier_answers``).
        cycle: Name of that earlier cycle.

    Returns:
        The facts; answers of questions without a role, and of questions that the form does not have, have none there.
    """
    asked = _asked(form)
    which = _which(asked, answers)
    return _facts(asked, answers, which, cycle)


def facts_by_cycle(form: Form, earlier_answers: pd.DataFrame) -> dict[str, Facts]:
    """Return the facts of every earlier cycle by its name, the oldest first: those of the roles that count of them."""
    asked = [question for question in _asked(form) if question.role in EARLIER_ROLES]
    which = _which(asked, earlier_answers)
    cycle = _arrow(earlier_answers["cycle"]).dictionary_encode()
    named, of_cycle = sorted(enumerate(cycle.dictionary.to_pylist()), key=itemgetter(1)), cycle.indices.to_numpy()
    facts: dict[str, Facts] = {}
    for at, name in named:
        rows = np.flatnonzero(of_cycle == at)
        # A table in the order of its key has a cycle in one piece, which is looked at where it stands.
        together = rows[-1] - rows[0] == len(rows) - 1
        piece = slice(rows[0], rows[-1] + 1) if together else rows
        facts[name] = _facts(asked, earlier_answers.iloc[piece], which[piece], name)
    return facts


def _asked(form: Form) -> list[Question]:
    repeat = form.commitments_repeat
    return [q for q in form.asked if q.role and ((q.repeat is None and q.indicator) or q.repeat == repeat)]


def _which(asked: Sequence[Question], answers: pd.DataFrame) -> Any:
    # Per answer the position of its question, -1 where it is none of these.
    codes = pa.array([question.code for question in asked], pa.string())
    return pc.index_in(_arrow(answers["question"]), value_set=codes).fill_null(-1).to_numpy()


def _facts(asked: Sequence[Question], answers: pd.DataFrame, which: Any, cycle: str | None) -> Facts:
    # Answers to other questions stay where they are, without a role: to leave them out would be to copy the others. They
    # are at -1, which is the last of each list.
    own_row = np.array([*(question.repeat is not None for question in asked), False])[which]
    indicator = pd.Series([*(question.indicator for question in asked), None], dtype="str").take(which)
    roles, role_at = np.unique(np.array([str(question.role) for question in asked], dtype=str), return_inverse=True)
    kept = answers[_TAKEN].reset_index(drop=True)
    table = kept[["member", "question", *_ANSWER]].assign(
        subject=kept["row"].where(own_row, indicator.reset_index(drop=True)),
        role=pd.Categorical.from_codes(np.append(role_at, -1)[which], categories=pd.Index(roles, dtype="str")),
        order=np.array([*(question.position for question in asked), -1], dtype="int32")[which],
        place=np.arange(len(kept), dtype="float64"),
    )
    return Facts(table[_COLUMNS], kept[["question", "row", "sheet", "cell", "submission"]], cycle)


def subjects(commitments: pd.DataFrame, *, own_row: bool) -> Subjects:
    """Return (member, subject) per commitment: its own row, or its indicator where it has one."""
    own, indicator = commitments["commitment"].astype("str"), commitments["indicator"].astype("str")
    return Subjects.of(commitments["member"], own if own_row else indicator.where(indicator.notna(), own))


def _arrow(texts: pd.Series) -> Any:
    """A column of texts as one Arrow array, whatever it is stored as."""
    array = pa.array(texts.astype("str"), pa.string(), from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def numbers_of(found: pd.DataFrame) -> pd.Series:
    """Return the numbers of answers with a fresh index; what is not finite is missing."""
    values = found["number"].astype("float64").reset_index(drop=True)
    return values.where(np.isfinite(values))


def years_of(found: pd.DataFrame) -> pd.Series:
    """Return the years of answers with a fresh index; what cannot be a year is missing."""
    values = numbers_of(found)
    return values.where((values % 1 == 0) & values.between(*YEARS))


def year_of(facts: Facts, keys: Subjects) -> pd.DataFrame:
    """Return the answers on the year of the value: of the indicator (year), else of the own row (value_year)."""
    wanted = ("number", "place")
    year, own = facts.of("year", keys, wanted), facts.of("value_year", keys, wanted)
    return year.where(year["number"].notna(), own)


def why_missing(found: pd.DataFrame) -> list[str | None]:
    """Return per answer the code of why it has no value: the member's reason, unreadable or no_answer; else None."""
    reason, value = found["missing_reason"], found["value"]
    code = ("value_" + reason).where(
        reason.notna(), found["problem"].notna().map({True: "unreadable", False: "no_answer"})
    )
    return plain(code.where(value.isna(), None))


def plain(texts: pd.Series) -> list[str | None]:
    """Return texts as a list, None where missing; far quicker than going through the column one by one."""
    return _arrow(texts).to_pylist()
