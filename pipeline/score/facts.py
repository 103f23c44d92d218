"""Answers by what they are to a commitment: one row per member, subject and role instead of question codes.

The subject of an answer is its indicator, or in the repeat of commitments the commitment's own row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.questionnaire.form import Form
from pipeline.score.sources import of_answers

KEYS = ["member", "subject"]
YEARS = (1000, 9999)
_COLUMNS = ["member", "subject", "role", "question", "order", "value", "number", "missing_reason", "problem", "place"]


@dataclass(frozen=True)
class Facts:
    """Answers of one cycle by what they are to a commitment.

    Attributes:
        table: Columns member, subject, role, question, order (in the form), value, number, missing_reason, problem and
            place (position in ``origin``).
        origin: The answers that they were taken from.
        cycle: Name of an earlier cycle; None for the current one.
    """

    table: pd.DataFrame
    origin: pd.DataFrame
    cycle: str | None = None

    def of(self, role: str, subjects: pd.MultiIndex) -> pd.DataFrame:
        """The answers of a role, one row per (member, subject) of ``subjects`` in their order, missing where none.

        Where several questions of a subject have the role, the first in the form that is answered counts.
        """
        found = self.table[self.table["role"] == role]
        ordered = found.assign(blank=found["value"].isna()).sort_values(["blank", "order"], kind="stable")
        return ordered.drop_duplicates(KEYS).set_index(KEYS)[_COLUMNS[3:]].reindex(subjects)

    def sources(self, found: pd.DataFrame) -> list[str | None]:
        """Where each of these answers stands; see :mod:`pipeline.score.sources`."""
        return of_answers(self.origin, found["place"], self.cycle)


def read_facts(form: Form, answers: pd.DataFrame, cycle: str | None = None) -> Facts:
    """Take from answers those that have a role for an indicator or in the repeat of commitments.

    Args:
        form: The questionnaire.
        answers: Rows of the table ``answers`` (or of one cycle of ``earlier_answers``).
        cycle: Name of that earlier cycle.

    Returns:
        The facts; answers of questions without a role, and of questions that the form does not have, are left out.
    """
    repeat = form.commitments_repeat
    roles = pd.DataFrame(
        [
            (question.code, question.position, question.role, question.indicator, question.repeat == repeat)
            for question in form.asked
            if question.role and ((question.repeat is None and question.indicator) or question.repeat == repeat)
        ],
        columns=pd.Index(["question", "order", "role", "indicator", "own_row"]),
    ).astype({"question": "str"})
    merged = answers.merge(roles, on="question", how="inner")
    own_row = merged["own_row"].astype(bool)
    table = merged.assign(
        subject=merged["row"].where(own_row, merged["indicator"].astype(object)),
        place=np.arange(len(merged)),
    )
    return Facts(table[_COLUMNS], merged[["question", "row", "sheet", "cell", "submission"]], cycle)


def subjects(commitments: pd.DataFrame, *, own_row: bool) -> pd.MultiIndex:
    """Return (member, subject) per commitment: its own row, or its indicator where it has one."""
    own = commitments["commitment"].astype(object)
    indicator = commitments["indicator"].astype(object)
    subject = own if own_row else indicator.where(indicator.notna(), own)
    return pd.MultiIndex.from_arrays([commitments["member"].astype(object), subject], names=KEYS)


def numbers_of(found: pd.DataFrame) -> pd.Series:
    """Return the numbers of answers with a fresh index; what is not finite is missing."""
    values = found["number"].astype("float64").reset_index(drop=True)
    return values.where(np.isfinite(values))


def years_of(found: pd.DataFrame) -> pd.Series:
    """Return the years of answers with a fresh index; what cannot be a year is missing."""
    values = numbers_of(found)
    return values.where((values % 1 == 0) & values.between(*YEARS))


def year_of(facts: Facts, keys: pd.MultiIndex) -> pd.DataFrame:
    """Return the answers on the year of the value: of the indicator (year), else of the own row (value_year)."""
    year, own = facts.of("year", keys), facts.of("value_year", keys)
    return year.where(year["number"].notna(), own)


def why_missing(found: pd.DataFrame) -> list[str | None]:
    """Return per answer the code of why it has no value: the member's reason, unreadable or no_answer; else None."""
    codes: list[str | None] = []
    for value, reason, problem in zip(found["value"], found["missing_reason"], found["problem"], strict=True):
        if isinstance(value, str):
            codes.append(None)
        elif isinstance(reason, str):
            codes.append(f"value_{reason}")
        else:
            codes.append("unreadable" if isinstance(problem, str) else "no_answer")
    return codes
