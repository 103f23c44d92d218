"""The hidden formulas beside the answers: whether a question is asked, and which part of its list it offers.

Drop-downs and the greying of cells look at the hidden cell in their own row only, so that they stay short, and stay
right when rows are inserted. A formula never contains what anybody wrote: it refers to the cells of the labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.questionnaire.book import Book
from pipeline.questionnaire.form import Question
from pipeline.questionnaire.lists import Lists, offer_formula, offer_number
from pipeline.questionnaire.live import AnswerCell, Live, Surroundings, live_condition

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


@dataclass(frozen=True)
class ItemRow:
    """The row of an item of a repeat, in which formulas refer to their neighbours.

    Attributes:
        row: Zero-based row.
        repeat: Name of the repeat.
        columns: Zero-based column of each answer by question.
        asked: Zero-based column of the formula that says whether a question is asked, where there is one.
        key: Key of the item.
    """

    row: int
    repeat: str
    columns: Mapping[str, int]
    asked: Mapping[str, int]
    key: str

    def reference(self, column: int) -> str:
        """A cell of the row, for formulas in the same row."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        return xl_rowcol_to_cell(self.row, column, col_abs=True)


@dataclass
class HiddenFormulas:
    """The hidden formulas of one workbook.

    Attributes:
        book: The workbook, its places planned.
        lists: Its lists.
    """

    book: Book
    lists: Lists
    _outside: dict[str, Live | None] = field(default_factory=dict[str, Live | None])

    def is_live(self, question: Question) -> bool:
        """Whether a formula can tell if a question of a repeat is asked, given the other answers of its row."""
        columns = {other.code: 0 for other in self.book.form.in_repeat(question.repeat)}
        return self._live(question, ItemRow(0, question.repeat or "", columns, {}, "")) is not None

    def write_asked(
        self, sheet: Worksheet, row: int, column: int, question: Question, item: ItemRow | None = None
    ) -> bool:
        """Write the formula that gives 1 where a question is asked, and 0 where it is not.

        Args:
            sheet: The sheet.
            row: Zero-based row.
            column: Zero-based column.
            question: The question.
            item: The row of the repeat that it stands in; None outside.

        Returns:
            Whether it is asked at the beginning.
        """
        live = self._live(question, item)
        if live is None:
            sheet.write_number(row, column, 1, self.book.formats("hidden"))
            return True
        formula = f"=IFERROR(IF({live.formula},1,0),1)"
        sheet.write_formula(row, column, formula, self.book.formats("hidden"), int(live.initially))
        return live.initially

    def write_offer(
        self, sheet: Worksheet, row: int, column: int, question: Question, item: ItemRow | None = None
    ) -> bool:
        """Write the formula that says which part of its list the drop-down of a question offers.

        Args:
            sheet: The sheet.
            row: Zero-based row.
            column: Zero-based column.
            question: The question.
            item: The row of the repeat that it stands in; None outside.

        Returns:
            Whether there is such a formula: the drop-down depends on other answers.
        """
        offer = self.lists.offer(question)
        cells = {parent.code: self._cell(parent, item) for parent in offer.parents} if offer else {}
        if offer is None or not all(cells.values()):
            return False
        reached = {code: cell for code, cell in cells.items() if cell}
        formula = offer_formula(self.lists, offer, lambda parent: reached[parent.code].reference)
        number = offer_number(self.lists, offer, lambda parent: reached[parent.code].value)
        sheet.write_formula(row, column, f"=IFERROR({formula[1:]},1)", self.book.formats("hidden"), number)
        return True

    def dim_unasked(self, sheet: Worksheet, block: tuple[int, int, int, int], asked: int) -> None:
        """Grey the cells of rows whose question is not asked.

        Args:
            sheet: The sheet.
            block: First row, first column, last row, last column of the cells, zero-based.
            asked: Zero-based column that says whether they are.
        """
        from xlsxwriter.utility import xl_rowcol_to_cell

        cell = xl_rowcol_to_cell(block[0], asked, col_abs=True)
        criteria = f"=AND(ISNUMBER({cell}),{cell}=0)"
        sheet.conditional_format(
            *block, {"type": "formula", "criteria": criteria, "format": self.book.formats.unasked()}
        )

    def _live(self, question: Question, item: ItemRow | None) -> Live | None:
        if not question.relevant:
            return None
        if question.repeat is None and question.code in self._outside:
            return self._outside[question.code]
        live = live_condition(question.relevant, self._surroundings(item))
        if question.repeat is None:
            self._outside[question.code] = live
        return live

    def _surroundings(self, item: ItemRow | None) -> Surroundings:
        return Surroundings(self.book.form, lambda question: self._cell(question, item), self._label, self._word)

    def _cell(self, question: Question, item: ItemRow | None) -> AnswerCell | None:
        if question.repeat is not None:
            return self._cell_in_row(question, item) if item and question.repeat == item.repeat else None
        place = self.book.places.get(question.code)
        if place is None:
            return None
        live = self._live(question, None)
        asked, entry = place.reference(place.asked) if live else "", self.book.filling.entry("", question.code)
        is_asked = live is None or live.initially
        return AnswerCell(place.reference(place.column), asked, entry.stands, is_asked, is_text=entry.is_text)

    def _cell_in_row(self, question: Question, item: ItemRow) -> AnswerCell | None:
        if question.code not in item.columns:
            return None
        reference, entry = item.reference(item.columns[question.code]), self.book.filling.entry(item.key, question.code)
        if question.code not in item.asked:
            return AnswerCell(reference, "", entry.stands, is_text=entry.is_text)
        live, asked = self._live(question, item), item.reference(item.asked[question.code])
        is_asked = live is None or live.initially
        return AnswerCell(reference, asked, entry.stands, is_asked, is_text=entry.is_text)

    def _label(self, question: Question, code: str) -> str | None:
        return self.lists.label(question.choices or "", code)

    def _word(self, question: Question, code: str) -> str:
        return self.book.form.choice_label(question.choices or "", code, self.book.language) or code
