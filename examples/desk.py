"""Filling a blank workbook with openpyxl, as somebody in a ministry fills it with Excel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from examples.reply import Reply, Value
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form, Question

Anchor = tuple[str, str, str]
"""(row, question, column): the column is a marker such as #answer; the question is '' for a column of a whole row."""


@dataclass
class Desk:
    """A member's workbook on the desk of the person who fills it.

    Attributes:
        book: The workbook, open.
        form: The questionnaire.
        language: Language of the workbook.
        reply: What is to be answered.
        cells: The cells by their anchors; a cell stays the same object when rows or columns are inserted.
    """

    book: Workbook
    form: Form
    language: str
    reply: Reply
    cells: dict[Anchor, Cell]

    @classmethod
    def with_blank(cls, content: bytes, form: Form, language: str, reply: Reply) -> Desk:
        """Open a blank workbook of the product."""
        book = load_workbook(BytesIO(content))
        return cls(book, form, language, reply, dict(_anchored_cells(book)))

    def sheet_of(self, section: str) -> Worksheet:
        """The sheet of a section."""
        codes = {question.code for question in self.form.in_section(section)}
        cell = next(cell for (_, question, _), cell in self.cells.items() if question in codes)
        sheet = cell.parent
        assert isinstance(sheet, Worksheet)  # noqa: S101 - for the type checker
        return sheet

    def cell(self, question: str, row: str = "", column: str = layout.ANSWER) -> Cell:
        """The cell of a question: its answer, or the column of reasons or comments.

        Raises:
            KeyError: The workbook does not ask it.
        """
        return self.cells[row, "" if row and column != layout.ANSWER else question, column]

    def fill(self) -> None:
        """Type the whole reply into the workbook."""
        for (row, question), value in self.reply.values.items():
            self.type_in(question, self.shown(self.form.by_code[question], value), row)
        for (row, question), reason in self.reply.reasons.items():
            label = self.form.choice_label("missing_reason", reason, self.language)
            self.cell(question, row, layout.REASON).value = label
        for (row, question), comment in self.reply.comments.items():
            self.cell(question, row, layout.COMMENT).value = comment

    def type_in(self, question: str, typed: str | float | date, row: str = "") -> None:
        """Type something into the answer cell of a question; a text stays a text, whatever it begins with."""
        cell = self.cell(question, row)
        usual = cell.number_format
        cell.value = typed
        if isinstance(typed, str):
            # openpyxl would make a formula of a text that begins with '='; a person types an apostrophe before it.
            cell.data_type = "s"
        elif isinstance(typed, date):
            cell.number_format = usual if "y" in usual.lower() else "yyyy-mm-dd"

    def shown(self, question: Question, value: Value, language: str | None = None) -> str | float | date:
        """A value as it is picked or typed: labels for choices, in the workbook's language or another."""
        spoken = language or self.language
        if isinstance(value, tuple):
            labels = [self.form.choice_label(question.choices or "", code, spoken) for code in value]
            return layout.CHOICE_SEPARATOR.join(labels)
        if question.type == "select_one":
            return self.form.choice_label(question.choices or "", str(value), spoken)
        return value


def _anchored_cells(book: Workbook) -> Iterator[tuple[Anchor, Cell]]:
    for sheet in book.worksheets:
        markers = {cell.value: cell for row in sheet.iter_rows(max_row=10) for cell in row if isinstance(cell, Cell)}
        first = markers.get(layout.CODE) or markers.get(layout.ROW)
        if first is None:
            continue
        in_repeat = first.value == layout.ROW
        heads = [cell for cell in sheet[first.row] if isinstance(cell, Cell) and isinstance(cell.value, str)]
        for down in range(first.row + 1, sheet.max_row + 1):
            name = sheet.cell(down, first.column).value
            if not isinstance(name, str) or not layout.is_item_key(name):
                continue
            for head in heads:
                cell = sheet.cell(down, head.column)
                if isinstance(cell, Cell):
                    yield _anchor(name, str(head.value), in_repeat=in_repeat), cell


def _anchor(name: str, head: str, *, in_repeat: bool) -> Anchor:
    if not in_repeat:
        return "", name, head
    return (name, "", head) if head.startswith("#") else (name, head, layout.ANSWER)
