"""A blank workbook of the product on somebody's desk: where to type what, and what a cell is called in the end."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form, Question
from tests.planted.clean_answers import Reply, Value

Anchor = tuple[str, str, str]
"""(row, question, marker); the question is '' for the key, the reason and the comment of a row of a repeat."""


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
        codes: set[str] = set()
        for number in range(2, sheet.max_row + 1):
            name = sheet.cell(number, key.column).value
            in_repeat = key.value == layout.ROW
            if not isinstance(name, str) or not (in_repeat and _is_row(name) or name in self.form.by_code):
                continue
            for head, at in heads.items():
                cell = sheet.cell(number, at.column)
                if isinstance(cell, Cell):
                    is_code = head in self.form.by_code
                    anchor = (name, head, layout.ANSWER) if is_code else (name, "", head)
                    self.cells[anchor if in_repeat else ("", name, head)] = cell
            codes |= heads.keys() if in_repeat else {name}
        section = next(self.form.by_code[code].section for code in sorted(codes) if code in self.form.by_code)
        self.sheets[section], self.markers[section] = sheet, heads

    def cell(self, question: str, row: str = "", marker: str = layout.ANSWER) -> Cell:
        """The cell of an answer, or of another column of its row."""
        return self.cells[row, "" if row and marker != layout.ANSWER else question, marker]

    def fill(self, reply: Reply) -> None:
        """Type a whole reply."""
        for (row, code), value in reply.values.items():
            self.type_in(code, self.shown(self.form.by_code[code], value), row)
        for (row, code), reason in reply.reasons.items():
            self.cell(code, row, layout.REASON).value = self.form.choice_label("missing_reason", reason, self.language)
        for (row, code), comment in reply.comments.items():
            self.cell(code, row, layout.COMMENT).value = comment

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


def _is_row(name: str) -> bool:
    return layout.is_item_key(name) and any(sign.isdigit() for sign in name)
