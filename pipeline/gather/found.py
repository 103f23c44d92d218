"""What is found in a returned workbook: questions in their places, remarks about items, and peculiarities."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.gather.cells import Cell, CellNote
from pipeline.questionnaire.form import Question


@dataclass(frozen=True)
class Note:
    """A peculiarity of a workbook that its member should hear of.

    Attributes:
        note: Code, e.g. ``duplicate_row``.
        sheet: Sheet; '' for the whole workbook.
        cell: Cell; '' for the whole sheet.
        row: Key of the row in a table of repeats; '' outside.
        question: Code of the question concerned, or None.
        seen: What was found, or None.
    """

    note: str
    sheet: str = ""
    cell: str = ""
    row: str = ""
    question: str | None = None
    seen: str | None = None


@dataclass(frozen=True)
class Occurrence:
    """A question as it stands in one row of one sheet.

    Attributes:
        row: Key of the item in a repeat; '' outside.
        question: The question.
        sheet, cell: Where the answer stands or would stand.
        answers: What stands in the answer cell; more than one where the column of answers was copied.
        reasons, comments: What stands beside it (outside of repeats).
        is_unset: The answer cell holds a formula without a result.
        key_cell: Cell of the code or key that it was found by.
        notes: Notes at the cells of the row that belong to it.
        from_1904: Whether the workbook counts its days from 1904.
    """

    row: str
    question: Question
    sheet: str
    cell: str
    answers: tuple[Cell, ...]
    reasons: tuple[Cell, ...]
    comments: tuple[Cell, ...]
    is_unset: bool
    key_cell: str
    notes: tuple[CellNote, ...] = ()
    from_1904: bool = False

    @property
    def is_filled(self) -> bool:
        """Whether anything was entered."""
        return bool(self.answers or self.reasons or self.comments or self.is_unset)


@dataclass(frozen=True)
class RowRemark:
    """What was said of an item of a repeat as a whole."""

    row: str
    repeat: str
    sheet: str
    cell: str
    reasons: tuple[Cell, ...]
    comments: tuple[Cell, ...]
    notes: tuple[CellNote, ...] = ()
