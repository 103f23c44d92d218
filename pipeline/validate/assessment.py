"""What each member was asked, what it answered, and whether that meets the form: one long table for all members.

What belongs here: joining the form's verdicts with the answers. What does not: which rows are findings (the rules).
"""

from __future__ import annotations

import gc
import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final, Protocol

import pandas as pd

from pipeline.frames import conform, frame
from pipeline.questionnaire.form import MISSING_REASONS, Form
from pipeline.validate.joining import KEY, beside, mapped, parts
from pipeline.validate.rule import QUESTION
from pipeline.validate.standards import NONE, Standards, with_standards

Values = Mapping[tuple[str, str], str]
"""Canonical value per (row, question)."""

_MEMBERS_AT_A_TIME: Final = 250
"""Few enough for memory, enough for columns to pay."""
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
    standards: Standards = NONE,
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
        standards: What the alliance decides that rules hold answers to, beside the form.

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
    order = {cycle: place for place, cycle in enumerate(earlier_answers["cycle"].unique())}
    groups = [present[at : at + _MEMBERS_AT_A_TIME] for at in range(0, len(present), _MEMBERS_AT_A_TIME)]
    done: list[pd.DataFrame] = []
    for some, (given, theirs, before, promised) in zip(
        groups, parts((answers, places, earlier_answers, commitments), groups), strict=True
    ):
        earlier = _latest(before, order)
        with _collector_paused():
            table = _verdict_frame(_verdicts(form, compiled, some, given, earlier, promised, today))
        table = _with_answers(_with_form(table, form), given, earlier)
        table = _with_places(table, form, theirs, accepted)
        table = _with_goals_of_rows(table, form, _goals(form, given, promised))
        done.append(conform("assessment", with_standards(table, form, standards, promised)))
    return _joined(done)


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The tables below each other, column by column: what was taken over is given back before the next one is."""
    if not tables:
        return frame("assessment", ())
    names = tables[0].columns.tolist()
    joined = {name: pd.concat([table.pop(name) for table in tables], ignore_index=True) for name in names}
    return pd.DataFrame(joined, copy=False)


@contextmanager
def _collector_paused() -> Generator[None, None, None]:
    """Look for no cycles among the many small objects of verdicts: there are none, and looking takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _verdicts(
    form: Form,
    compiled: Assessor,
    members: Sequence[str],
    given: pd.DataFrame,
    earlier: pd.DataFrame,
    commitments: pd.DataFrame,
    today: date,
) -> Iterator[tuple[str, Verdict]]:
    values, last_saved = _values(given), _values(earlier)
    found, registered = _rows_found(form, given), _commitment_rows(commitments)
    repeat = form.commitments_repeat
    for member in members:
        rows = {
            name: list(dict.fromkeys((*(registered.get(member, ()) if name == repeat else ()), *keys)))
            for name, keys in found.get(member, _no_rows(form)).items()
        }
        for verdict in compiled.assess(values.get(member, {}), rows, last_saved.get(member, {}), today):
            yield member, verdict


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
        "section": ({code: question.section for code, question in asked.items()}, "str"),
        "goal": ({code: question.goal for code, question in asked.items()}, "str"),
        "type": ({code: question.type for code, question in asked.items()}, "str"),
        "role": ({code: question.role for code, question in asked.items()}, "str"),
        "severity": ({code: question.severity for code, question in asked.items()}, "str"),
        "tolerance": ({code: question.tolerance for code, question in asked.items()}, "float64"),
    }
    table = table.assign(**{name: mapped(table["question"], *values) for name, values in about.items()})
    of_checks = mapped(table["subject"], {check.name: check.severity for check in form.checks}, "str")
    # A question without a constraint has nothing to hold; a check has no tolerance of its own.
    constrained = {code: bool(question.constraint) for code, question in asked.items()}
    is_question = table["subject"] == QUESTION
    return table.assign(
        severity=table["severity"].where(is_question, of_checks),
        tolerance=table["tolerance"].where(is_question),
        needed=table["needed"] & is_question,
        holds=table["holds"].where(mapped(table["question"], constrained, "boolean") | ~is_question),
    )


def _with_answers(table: pd.DataFrame, answers: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Add the answers, what can be said of them at a glance, and what was answered in the last cycle that has an answer."""
    columns = ["raw", "value", "number", "date", "problem", "missing_reason", "sheet", "cell"]
    numbers = earlier.loc[earlier["number"].notna()].drop_duplicates(KEY, keep="last")
    table = beside(table, answers, {name: name for name in columns})
    table = beside(table, numbers, {"number": "previous"})
    table = beside(table, earlier.drop_duplicates(KEY, keep="last"), {"value": "previous_text"})
    excused = table["missing_reason"].isin(MISSING_REASONS)
    answered = table["value"].notna() & (table["value"] != "")
    return table.assign(
        filled=table["raw"].notna() & (table["raw"] != ""),
        answered=answered,
        accounted=answered | excused,
    )


def _with_places(table: pd.DataFrame, form: Form, places: pd.DataFrame, accepted: pd.DataFrame) -> pd.DataFrame:
    """Add to what has no answer the cell where it would stand or, where the workbook lacks that, the sheet."""
    table = beside(table, places, {"sheet": "blank_sheet", "cell": "blank_cell"})
    sheet = table["sheet"].fillna(table["blank_sheet"])
    sections = {question.code: question.section for question in form.questions}
    # The member may have renamed the sheet: what stands of the section in the workbook says what it is called.
    named = places.assign(section=mapped(places["question"], sections, "str")).drop_duplicates(["member", "section"])
    sheets = {(member, section): sheet for member, section, sheet in _tuples(named, "member", "section", "sheet")}
    spoken = dict(_tuples(accepted, "member", "language"))

    def asked_on(member: str, section: str) -> str:
        language = spoken.get(member)
        return sheets.get((member, section)) or _title(form, section, language if isinstance(language, str) else "")

    absent = table.loc[sheet.isna()]
    asked = [asked_on(member, section) for member, section in _tuples(absent, "member", "section")]
    return table.assign(
        sheet=sheet.fillna(pd.Series(asked, index=absent.index, dtype="str")),
        cell=table["cell"].fillna(table["blank_cell"]),
    )


def _with_goals_of_rows(table: pd.DataFrame, form: Form, goals: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """Put the goal of the commitment in the place of that of the question, in rows of commitments."""
    # NEW-1 of another table is another row.
    repeat = form.commitments_repeat
    codes = [question.code for question in form.in_repeat(repeat)] if repeat else []
    within = table.loc[table["question"].isin(codes)]
    own = [goals.get((member, row)) for member, row in _tuples(within, "member", "row")]
    of_rows = pd.Series(own, index=within.index, dtype="str").reindex(table.index)
    return table.assign(goal=of_rows.where(table.index.isin(within.index), table["goal"]))


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


def _latest(earlier_answers: pd.DataFrame, order: Mapping[str, int]) -> pd.DataFrame:
    """Earlier answers with a value, cycles in their order; new rows of one cycle are not those of another."""
    kept = earlier_answers.loc[earlier_answers["value"].notna() & ~earlier_answers["row"].str.fullmatch(_NEW_ROW)]
    return kept.iloc[mapped(kept["cycle"], order, "int64").argsort(kind="stable")]


def _values(answers: pd.DataFrame) -> dict[str, dict[tuple[str, str], str]]:
    """The values per member; of several for one question the last counts."""
    values: dict[str, dict[tuple[str, str], str]] = {}
    kept = answers.loc[answers["value"].notna()]
    for member, row, question, value in _tuples(kept, *KEY, "value"):
        values.setdefault(member, {})[row, question] = value
    return values


def _no_rows(form: Form) -> dict[str, list[str]]:
    return {question.repeat: [] for question in form.questions if question.repeat}


def _rows_found(form: Form, answers: pd.DataFrame) -> dict[str, dict[str, list[str]]]:
    """The row keys per member and repeat that have answers: NEW-2 before NEW-10, else in the alphabet's order."""
    repeats = {question.code: question.repeat for question in form.questions}
    found: dict[str, dict[str, list[str]]] = {}
    pairs = answers.loc[answers["row"] != "", KEY]
    pairs = pairs.assign(repeat=mapped(pairs["question"], repeats, "str")).dropna()
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
