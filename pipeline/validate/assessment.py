"""What each member was asked, what it answered, and whether that meets the form: one long table for all members.

What belongs here: joining the form's verdicts with the answers. What does not: which rows are findings (the rules).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, Protocol

import pandas as pd

from pipeline.frames import conform
from pipeline.questionnaire.form import MISSING_REASONS, Form
from pipeline.validate.rule import QUESTION

Values = Mapping[tuple[str, str], str]
"""Canonical value per (row, question)."""

_KEY: Final = ["member", "row", "question"]
_NEW_ROW: Final = re.compile(r"NEW-\d+")


class Verdict(Protocol):
    """What the form says of one question or check in one row; see ``pipeline.questionnaire.assessing``."""

    @property
    def row(self) -> str:
        """Key of the row, '' outside of repeats."""
        ...

    @property
    def question(self) -> str:
        """Code of the question."""
        ...

    @property
    def subject(self) -> str:
        """``question``, or the name of a check."""
        ...

    @property
    def relevant(self) -> bool:
        """Whether it is asked, or the check applies."""
        ...

    @property
    def needed(self) -> bool:
        """Whether an answer is required."""
        ...

    @property
    def holds(self) -> bool | None:
        """Whether the constraint or check is met; None where that cannot be said."""
        ...

    @property
    def offered(self) -> bool | None:
        """Whether what was chosen is offered, given the other answers; None where that cannot be said."""
        ...


class Assessor(Protocol):
    """A form whose expressions can be evaluated; see ``pipeline.questionnaire.assessing.CompiledForm``."""

    def assess(
        self, values: Values, rows: Mapping[str, Sequence[str]], last_saved: Values, today: date
    ) -> Sequence[Verdict]:
        """One verdict per asked question (and row of its repeat) and per check (and row)."""
        ...


def assess(
    form: Form,
    members: pd.DataFrame,
    submissions: pd.DataFrame,
    answers: pd.DataFrame,
    places: pd.DataFrame,
    earlier_answers: pd.DataFrame,
    commitments: pd.DataFrame,
    today: date,
    *,
    compiled: Assessor | None = None,
) -> pd.DataFrame:
    """Assess the answers of every member that has an accepted submission.

    A table of repeats has a row per commitment in force, in the register's order, whether the workbook still has that
    row or not, and after these every further row that has answers (NEW-1, NEW-2, ...).

    Args:
        form: The questionnaire.
        members: Table ``members``; its order is kept.
        submissions: Table ``submissions``.
        answers: Table ``answers``.
        places: Table ``places``: where an answer stands or would stand.
        earlier_answers: Table ``earlier_answers``, its cycles in order, the oldest first.
        commitments: Table ``commitments`` of the cycle.
        today: The day that ``today()`` means in the form's expressions.
        compiled: The form with its expressions compiled, where the caller has it already.

    Returns:
        Table ``assessment``: members in their order, then as the form has its questions and checks.

    Raises:
        AllianceError: An expression of the form cannot be compiled.
    """
    if compiled is None:
        from pipeline.questionnaire.xpath import compile_form

        compiled = compile_form(form)
    accepted = submissions.loc[submissions["status"] == "accepted"]
    present = members.loc[members["member"].isin(accepted["member"]), "member"].tolist()
    given = answers.loc[answers["member"].isin(present)]
    earlier = _latest(earlier_answers)
    values, last_saved = _values(given), _values(earlier)
    found, registered = _rows_found(form, given), _commitment_rows(commitments)
    repeat = form.commitments_repeat
    held: list[tuple[str, Verdict]] = []
    for member in present:
        rows = {
            name: list(dict.fromkeys((*(registered.get(member, ()) if name == repeat else ()), *keys)))
            for name, keys in found.get(member, _no_rows(form)).items()
        }
        verdicts = compiled.assess(values.get(member, {}), rows, last_saved.get(member, {}), today)
        held += [(member, verdict) for verdict in verdicts]
    table = _with_form(_verdict_frame(held), form)
    table = _with_answers(table, given, earlier)
    table = _with_places(table, form, places.loc[places["member"].isin(present)], accepted)
    return conform("assessment", _with_goals_of_rows(table, form, _goals(form, given, commitments)))


def _verdict_frame(held: Iterable[tuple[str, Verdict]]) -> pd.DataFrame:
    listed = list(held)
    return pd.DataFrame(
        {
            "member": pd.Series([member for member, _ in listed], dtype="str"),
            "subject": pd.Series([verdict.subject for _, verdict in listed], dtype="str"),
            "row": pd.Series([verdict.row for _, verdict in listed], dtype="str"),
            "question": pd.Series([verdict.question for _, verdict in listed], dtype="str"),
            "relevant": pd.Series([verdict.relevant for _, verdict in listed], dtype="boolean"),
            "needed": pd.Series([verdict.needed and verdict.relevant for _, verdict in listed], dtype="boolean"),
            "holds": pd.Series([verdict.holds if verdict.relevant else None for _, verdict in listed], dtype="boolean"),
            "offered": pd.Series(
                [verdict.offered if verdict.relevant else None for _, verdict in listed], dtype="boolean"
            ),
        }
    )


def _with_form(table: pd.DataFrame, form: Form) -> pd.DataFrame:
    """Add what the form says of each question and check."""
    asked = form.by_code
    about = {
        "section": {code: question.section for code, question in asked.items()},
        "goal": {code: question.goal for code, question in asked.items()},
        "type": {code: question.type for code, question in asked.items()},
        "role": {code: question.role for code, question in asked.items()},
        "severity": {code: question.severity for code, question in asked.items()},
        "tolerance": {code: question.tolerance for code, question in asked.items()},
    }
    table = table.assign(**{name: table["question"].map(values) for name, values in about.items()})
    of_checks = table["subject"].map({check.name: check.severity for check in form.checks})
    # A question without a constraint has nothing to hold; a check has no tolerance of its own.
    constrained = table["question"].map({code: bool(question.constraint) for code, question in asked.items()})
    is_question = table["subject"] == QUESTION
    return table.assign(
        severity=table["severity"].where(is_question, of_checks),
        tolerance=table["tolerance"].where(is_question),
        needed=table["needed"] & is_question,
        holds=table["holds"].where(constrained.astype("boolean") | ~is_question),
    )


def _with_answers(table: pd.DataFrame, answers: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Add the answers, what can be said of them at a glance, and the number of the last cycle that has one."""
    columns = ["raw", "value", "number", "date", "problem", "missing_reason", "sheet", "cell"]
    numbers = earlier.loc[earlier["number"].notna(), [*_KEY, "number"]].rename(columns={"number": "previous"})
    table = table.merge(answers[[*_KEY, *columns]], on=_KEY, how="left", validate="many_to_one")
    table = table.merge(numbers.drop_duplicates(_KEY, keep="last"), on=_KEY, how="left", validate="many_to_one")
    excused = table["missing_reason"].isin(MISSING_REASONS)
    answered = table["value"].notna() & (table["value"] != "")
    return table.assign(
        filled=table["raw"].notna() & (table["raw"] != ""),
        answered=answered,
        accounted=answered | excused,
    )


def _with_places(table: pd.DataFrame, form: Form, places: pd.DataFrame, accepted: pd.DataFrame) -> pd.DataFrame:
    """Add to what has no answer the cell where it would stand or, where the workbook lacks that, the sheet."""
    blank = places[[*_KEY, "sheet", "cell"]].rename(columns={"sheet": "blank_sheet", "cell": "blank_cell"})
    table = table.merge(blank, on=_KEY, how="left", validate="many_to_one")
    sections = {question.code: question.section for question in form.questions}
    # The member may have renamed the sheet: what stands of the section in the workbook says what it is called.
    named = places.assign(section=places["question"].map(sections)).drop_duplicates(["member", "section"])
    sheets = {(member, section): sheet for member, section, sheet in _tuples(named, "member", "section", "sheet")}
    spoken = dict(_tuples(accepted, "member", "language"))

    def asked_on(member: str, section: str) -> str:
        language = spoken.get(member)
        return sheets.get((member, section)) or _title(form, section, language if isinstance(language, str) else "")

    asked = pd.Series(
        [asked_on(member, section) for member, section in _tuples(table, "member", "section")],
        index=table.index,
        dtype="str",
    )
    return table.assign(
        sheet=table["sheet"].fillna(table["blank_sheet"]).fillna(asked),
        cell=table["cell"].fillna(table["blank_cell"]),
    )


def _with_goals_of_rows(table: pd.DataFrame, form: Form, goals: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """Put the goal of the commitment in the place of that of the question, in rows of commitments."""
    # NEW-1 of another table is another row.
    repeat = form.commitments_repeat
    of_commitments = table["question"].isin([question.code for question in form.in_repeat(repeat)] if repeat else [])
    own = [goals.get((member, row)) for member, row in _tuples(table, "member", "row")]
    return table.assign(
        goal=pd.Series(own, index=table.index, dtype="str").where(of_commitments, table["goal"].astype("str"))
    )


def _title(form: Form, section: str, language: str) -> str:
    titles = {one.code: one.texts.get("label", language) for one in form.sections}
    return titles.get(section) or section


def _goals(form: Form, answers: pd.DataFrame, commitments: pd.DataFrame) -> dict[tuple[str, str], str]:
    """The goal per (member, row): of the register for commitments in force, of the answers for new rows."""
    repeat = form.commitments_repeat
    asked = form.with_role("goal", repeat=repeat) if repeat else ()
    said = answers.loc[answers["question"].isin([question.code for question in asked]) & (answers["row"] != "")].dropna(
        subset=["value"]
    )
    goals = {(member, row): goal for member, row, goal in _tuples(said, "member", "row", "value")}
    registered = _tuples(commitments, "member", "commitment", "goal")
    return goals | {(member, commitment): goal for member, commitment, goal in registered}


def _latest(earlier_answers: pd.DataFrame) -> pd.DataFrame:
    """Earlier answers with a value, cycles in their order; new rows of one cycle are not those of another."""
    has_value = earlier_answers["value"].notna() & ~earlier_answers["row"].str.fullmatch(_NEW_ROW)
    order = {cycle: place for place, cycle in enumerate(earlier_answers["cycle"].unique())}
    kept = earlier_answers.loc[has_value]
    return kept.assign(order=kept["cycle"].map(order)).sort_values("order", kind="stable").drop(columns="order")


def _values(answers: pd.DataFrame) -> dict[str, dict[tuple[str, str], str]]:
    """The values per member; of several for one question the last counts."""
    values: dict[str, dict[tuple[str, str], str]] = {}
    kept = answers.loc[answers["value"].notna()]
    for member, row, question, value in _tuples(kept, *_KEY, "value"):
        values.setdefault(member, {})[row, question] = value
    return values


def _no_rows(form: Form) -> dict[str, list[str]]:
    return {question.repeat: [] for question in form.questions if question.repeat}


def _rows_found(form: Form, answers: pd.DataFrame) -> dict[str, dict[str, list[str]]]:
    """The row keys per member and repeat that have answers: NEW-2 before NEW-10, else in the alphabet's order."""
    repeats = {question.code: question.repeat for question in form.questions}
    found: dict[str, dict[str, list[str]]] = {}
    pairs = answers.loc[answers["row"] != "", _KEY].assign(repeat=answers["question"].map(repeats)).dropna()
    for member, repeat, row in _tuples(pairs.drop_duplicates(["member", "repeat", "row"]), "member", "repeat", "row"):
        found.setdefault(member, _no_rows(form))[repeat].append(row)
    for rows in found.values():
        for keys in rows.values():
            keys.sort(key=_natural)
    return found


def _natural(key: str) -> tuple[bool, int, str]:
    new = _NEW_ROW.fullmatch(key) is not None
    return new, int(key.removeprefix("NEW-")) if new else 0, key


def _commitment_rows(commitments: pd.DataFrame) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for member, commitment in _tuples(commitments, "member", "commitment"):
        rows.setdefault(member, []).append(commitment)
    return rows


def _tuples(table: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    # Lists first: iterating over a column of text one by one costs ten times more.
    return zip(*(table[column].tolist() for column in columns), strict=True)
