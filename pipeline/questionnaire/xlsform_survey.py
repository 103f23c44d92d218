"""The sheet ``survey``: a walk through its groups and repeats that tells where every question stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.errors import Problem
from pipeline.questionnaire.form import NumberRange
from pipeline.questionnaire.xlsform_ranges import read_range
from pipeline.questionnaire.xlsform_rows import SheetRow
from pipeline.questionnaire.xlsform_types import METADATA, QUESTION_TYPES, RowType, read_type
from pipeline.questionnaire.xlsform_words import OTHER, SPECIFY_OTHER

TRUE_WORDS: Final = ("yes", "Yes", "YES", "true", "True", "TRUE", "true()")
FALSE_WORDS: Final = ("no", "No", "NO", "false", "False", "FALSE", "false()")
"""What pyxform takes for true() and false()."""
_COMPUTABLE: Final = ("text", "integer", "decimal", "date", "select_one", "select_multiple", "calculate")
"""Types whose answer a calculation can be."""


@dataclass(frozen=True)
class Place:
    """A question, group or repeat of the survey and where it stands.

    Attributes:
        row: Its row in the sheet.
        type: What its type says.
        kind: group, repeat, the question's type, or '' where it is not supported.
        name: Its code.
        groups: Names of the groups and repeats around it, the outermost first.
        repeat: Name of the repeat around it, or None.
        section: Code of the section that it belongs to.
        calculation: What metadata means to expressions, or ''.
        number_range: What a range accepts.
        is_added: Whether the form adds it by itself (``or_other``).
    """

    row: SheetRow
    type: RowType
    kind: str
    name: str
    groups: tuple[str, ...]
    repeat: str | None
    section: str = ""
    calculation: str = ""
    number_range: NumberRange | None = None
    is_added: bool = False

    @property
    def path(self) -> str:
        """Path below the form's root node."""
        return "/".join((*self.groups, self.name))

    @property
    def is_question(self) -> bool:
        """Whether it is a question, notes and calculations included."""
        return self.kind in QUESTION_TYPES

    @property
    def is_answered(self) -> bool:
        """Whether a member types the answer."""
        return self.is_question and self.kind not in ("note", "calculate")


@dataclass
class Walk:
    """What the walk through the sheet found."""

    places: list[Place] = field(default_factory=list[Place])
    problems: list[Problem] = field(default_factory=list[Problem])

    def questions(self) -> list[Place]:
        """The questions in order."""
        return [place for place in self.places if place.is_question]

    def groups(self) -> list[Place]:
        """The groups and repeats in order."""
        return [place for place in self.places if place.kind in ("group", "repeat")]


def walk_survey(rows: Sequence[SheetRow], file: str) -> Walk:
    """Walk through the sheet ``survey``, without a look at what its columns say.

    Args:
        rows: The rows of the sheet.
        file: Name of the file, for the problems.

    Returns:
        All places, those of unsupported types included; problems of nesting and of rows without a type.
    """
    walk = Walk()
    around: list[Place] = []
    for row in rows:
        if not row.get("type"):
            walk.problems += _untyped(row, file)
            continue
        row_type = read_type(row.get("type"))
        if row_type.kind == "end":
            walk.problems += _close(row, row_type.control, around, file)
            continue
        place = _place(row, row_type, around)
        walk.places.append(place)
        if row_type.kind == "begin":
            around.append(place)
        if row_type.or_other:
            walk.places.append(_specify_other(place, around))
    for place in around:
        mend = f"Add a row 'end {place.kind}'."
        walk.problems.append(survey_problem(file, place.row, f"The {place.kind} is not closed.", mend))
    return walk


def survey_problem(file: str, row: SheetRow, seen: str, mend: str, column: str = "", sheet: str = "survey") -> Problem:
    """A problem in a row of the sheet ``survey``, or of another ``sheet``."""
    return Problem(file, seen, mend, sheet=sheet, row=row.number, column=column)


def _untyped(row: SheetRow, file: str) -> list[Problem]:
    """A row without a type is a remark of the editor, unless it has a name or a label."""
    if not any(column.partition("::")[0] in ("name", "label") for column in row.cells):
        return []
    return [survey_problem(file, row, "The row has no type.", "Write the type, or empty name and label.", "type")]


def _place(row: SheetRow, row_type: RowType, around: Sequence[Place]) -> Place:
    kind = row_type.control if row_type.kind == "begin" else row_type.kind
    name, number_range = row.get("name"), None
    if kind == METADATA:
        kind = "calculate"
    elif kind in _COMPUTABLE and row.get("calculation"):
        # A device overwrites what somebody types there: nobody is asked.
        kind = "calculate"
    elif kind in QUESTION_TYPES and kind != "calculate" and row.get("readonly") in TRUE_WORDS:
        kind = "note"
    if kind == "note" and not name:
        name = f"generated_note_name_{row.number}"
    if kind == "range":
        number_range = read_range(row.get("parameters"))
    repeat = next((place.name for place in reversed(around) if place.kind == "repeat"), None)
    names = tuple(place.name for place in around)
    return Place(row, row_type, kind, name, names, repeat, "", row_type.calculation, number_range)


def _specify_other(place: Place, around: Sequence[Place]) -> Place:
    """The question for what is chosen as "other", which pyxform puts behind a select with ``or_other``."""
    kept = {column: place.row.get(column) for column in ("goal", "severity") if place.row.get(column)}
    labels = {"label": SPECIFY_OTHER["en"]} | {f"label::{key}": words for key, words in SPECIFY_OTHER.items()}
    condition = {"relevant": f"selected(../{place.name}, '{OTHER}')"}
    row = SheetRow(place.row.number, {"type": "text", "name": f"{place.name}_other", **kept, **labels, **condition})
    return replace(_place(row, RowType("text"), around), is_added=True)


def _close(row: SheetRow, control: str, around: list[Place], file: str) -> list[Problem]:
    if around and around[-1].kind == control:
        around.pop()
        return []
    mend = "Remove it, or add the row that begins it."
    return [survey_problem(file, row, f"'end {control}' closes nothing.", mend)]
