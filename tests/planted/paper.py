"""A blank workbook of the product on somebody's desk: where to type what, and what a cell is called in the end."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from examples.reply import Value
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form, Question
from tests.planted.clean_answers import Reply

Anchor = tuple[str, str, str]
"""(row, question, marker); for the key, the reason and the comment of a row of a repeat, its section stands for the question."""


@dataclass
class Paper:
    """An open workbook. Its cells stay the same objects when rows are deleted, so that their names can be asked last."""

    book: Workbook
    form: Form
    language: str
    cells: dict[Anchor, Cell] = field(default_factory=dict[Anchor, Cell])
    sheets: dict[str, Worksheet] = field(default_factory=dict[str, Worksheet])
    markers: dict[str, dict[str, Cell]] = field(default_factory=dict[str, dict[str, Cell]])

    @classmethod
    def with_blank(cls, content: bytes, form: Form, language: str) -> Paper:
        """Open a blank workbook."""
        paper = cls(load_workbook(io.BytesIO(content)), form, language)
        for sheet in paper.book.worksheets:
            paper._find(sheet)
        return paper

    def _find(self, sheet: Worksheet) -> None:
        heads = {str(cell.value): cell for cell in sheet[1] if isinstance(cell, Cell) and cell.value}
        key = heads.get(layout.CODE) or heads.get(layout.ROW)
        if key is None:
            return
        in_repeat = key.value == layout.ROW
        names = {cell.row: cell.value for (cell,) in sheet.iter_rows(2, None, key.column, key.column)}
        rows = {row: name for row, name in names.items() if isinstance(name, str) and self._is_anchor(name, in_repeat)}
        code = next(name for name in (heads if in_repeat else rows.values()) if name in self.form.by_code)
        section = self.form.by_code[code].section
        for row, name in rows.items():
            for head, at in heads.items():
                cell = sheet.cell(row, at.column)
                if isinstance(cell, Cell) and not in_repeat:
                    self.cells["", name, head] = cell
                elif isinstance(cell, Cell) and head in self.form.by_code:
                    self.cells[name, head, layout.ANSWER] = cell
                elif isinstance(cell, Cell):
                    self.cells[name, section, head] = cell
        self.sheets[section], self.markers[section] = sheet, heads

    def _is_anchor(self, name: str, in_repeat: bool) -> bool:
        if not in_repeat:
            return name in self.form.by_code
        return layout.is_item_key(name) and any(sign.isdigit() for sign in name)

    def cell(self, question: str, row: str = "", marker: str = layout.ANSWER) -> Cell:
        """The cell of an answer, or of another column of the same question."""
        return self.cells[row, question, marker]

    def fill(self, reply: Reply) -> None:
        """Type a whole reply."""
        for (row, code), value in reply.values.items():
            self.type_in(code, self.shown(self.form.by_code[code], value), row)
        for (row, code), reason in reply.reasons.items():
            self.cell(code, row, layout.REASON).value = self.form.choice_label("missing_reason", reason, self.language)
        for (row, code), comment in reply.comments.items():
            self.cell(code or "commitments", row, layout.COMMENT).value = comment

    def type_in(self, code: str, typed: object, row: str = "") -> Cell:
        """Type something into the cell of an answer; a text stays a text, whatever it looks like."""
        cell = self.cell(code, row)
        cell.value = typed  # pyright: ignore[reportAttributeAccessIssue]
        if isinstance(typed, str):
            cell.data_type = "s"
        elif isinstance(typed, date):
            cell.number_format = "yyyy-mm-dd"
        return cell

    def shown(self, question: Question, value: Value) -> object:
        """A value as it is picked: choices by their labels in the language of the workbook."""
        if isinstance(value, tuple):
            picked = [self.form.choice_label(question.choices or "", code, self.language) for code in value]
            return layout.CHOICE_SEPARATOR.join(picked)
        if question.type == "select_one":
            return self.form.choice_label(question.choices or "", str(value), self.language)
        return value

    def spare_column(self, section: str) -> int:
        """A column beyond everything that the sheet of a section has."""
        return max(cell.column for cell in self.markers[section].values()) + 3

    def delete_row(self, cell: Cell) -> None:
        """Delete the row of a cell as spreadsheet programs do: what is merged below moves up with it."""
        sheet, number = cell.parent, cell.row
        assert isinstance(sheet, Worksheet)
        sheet.delete_rows(number)
        for merged in sheet.merged_cells.ranges:
            if merged.min_row > number:
                merged.shift(row_shift=-1)

    def saved(self) -> bytes:
        """The workbook as .xlsx."""
        output = io.BytesIO()
        self.book.save(output)
        return output.getvalue()
