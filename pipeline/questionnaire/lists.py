"""The hidden sheet of lists: the labels of every drop-down, and where in it stands what a filtered one offers.

A filtered drop-down needs three columns: its labels, the whole list first and then a block for each combination of the
answers that it depends on; and per combination the first row and the count of its block. A hidden formula beside the
answer turns the labels chosen there into the number of the combination (see ``offer_formula``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pipeline.questionnaire import layout
from pipeline.questionnaire.book import Book, write_text
from pipeline.questionnaire.drop_down_filters import Condition, combinations, filter_conditions, offered
from pipeline.questionnaire.form import Choice, Question

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_MOST_COMBINATIONS: Final = 20_000
_MOST_LABELS: Final = 200_000


@dataclass(frozen=True)
class Offer:
    """What the drop-down of a question shows, given the answers to its parents.

    Attributes:
        parents: The questions whose answers it depends on.
        top: Absolute reference of the heading of its labels.
        starts, counts: Absolute references of the first row (from the heading) and the count, per combination.
    """

    parents: tuple[Question, ...]
    top: str
    starts: str
    counts: str

    def source(self, number: str) -> str:
        """The formula of the labels that are offered; ``number`` refers to the cell with the combination's number."""
        return f"=OFFSET({self.top},INDEX({self.starts},{number}),0,INDEX({self.counts},{number}),1)"


@dataclass
class Lists:
    """The lists of one workbook.

    Attributes:
        book: The workbook.
    """

    book: Book
    _columns: list[tuple[str, Sequence[str | int]]] = field(default_factory=list[tuple[str, Sequence[str | int]]])
    _labels: dict[str, int] = field(default_factory=dict[str, int])
    _offers: dict[str, Offer | None] = field(default_factory=dict[str, Offer | None])

    def labels(self, choices: str) -> str:
        """The cells of a list's labels, as an absolute reference."""
        return self._cells(self._label_column(choices))

    def label(self, choices: str, code: str) -> str | None:
        """The cell of a choice's label, as an absolute reference; None where the list does not have the choice."""
        codes = [choice.code for choice in self._choices(choices)]
        return self._reference(self._label_column(choices), codes.index(code) + 1) if code in codes else None

    def offer(self, question: Question) -> Offer | None:
        """What a filtered drop-down shows; None where it always shows the same."""
        if question.code not in self._offers:
            self._offers[question.code] = self._new_offer(question)
        return self._offers[question.code]

    def fixed(self, question: Question) -> str:
        """The cells of the labels of a drop-down that always shows the same."""
        conditions = filter_conditions(question, self.book.form)
        if not conditions or any(condition.parent for condition in conditions):
            return self.labels(question.choices or "")
        kept = [self._word(choice) for choice in offered(self._choices(question.choices or ""), conditions, ())]
        return self._cells(self._add(question.code, kept or [""]))

    def write(self) -> None:
        """Add the sheet, after everything that refers to it."""
        sheet = self.book.workbook.add_worksheet(layout.LIST_SHEET)
        style = self.book.formats("marker")
        for column, (heading, cells) in enumerate(self._columns):
            write_text(sheet, 0, column, heading, style)
            for row, cell in enumerate(cells, start=1):
                _write_cell(sheet, row, column, cell, self.book)
        sheet.protect("")
        sheet.hide()

    # ---- columns

    def _choices(self, name: str) -> tuple[Choice, ...]:
        return self.book.form.choices.get(name, ())

    def _word(self, choice: Choice) -> str:
        return choice.texts.get("label", self.book.language) or choice.code

    def _label_column(self, name: str) -> int:
        if name not in self._labels:
            self._labels[name] = self._add(name, [self._word(choice) for choice in self._choices(name)] or [""])
        return self._labels[name]

    def _add(self, heading: str, cells: Sequence[str | int]) -> int:
        self._columns.append((heading, cells))
        return len(self._columns) - 1

    def _cells(self, column: int) -> str:
        from xlsxwriter.utility import xl_range_abs

        return f"{layout.LIST_SHEET}!{xl_range_abs(1, column, len(self._columns[column][1]), column)}"

    def _reference(self, column: int, row: int) -> str:
        from xlsxwriter.utility import xl_rowcol_to_cell

        return f"{layout.LIST_SHEET}!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"

    # ---- filtered drop-downs

    def _new_offer(self, question: Question) -> Offer | None:
        conditions = filter_conditions(question, self.book.form) if question.type == "select_one" else ()
        if not any(condition.parent for condition in conditions):
            return None
        blocks = self._blocks(question, conditions)
        return self._add_offer(question, conditions, blocks) if blocks else None

    def _blocks(self, question: Question, conditions: tuple[Condition, ...]) -> list[tuple[str, ...]] | None:
        """The labels per combination of answers; None where there are too many."""
        parents = [condition.parent for condition in conditions if condition.parent]
        sizes = [len(self._choices(parent.choices or "")) + 1 for parent in parents]
        count = 1
        for size in sizes:
            count *= size
        if count > _MOST_COMBINATIONS:
            return None
        choices = self._choices(question.choices or "")
        blocks = [
            tuple(self._word(choice) for choice in offered(choices, conditions, answers))
            for answers in combinations(self.book.form, parents)
        ]
        return blocks if sum(len(block) for block in set(blocks)) <= _MOST_LABELS else None

    def _add_offer(self, question: Question, conditions: Sequence[Condition], blocks: list[tuple[str, ...]]) -> Offer:
        labels: list[str] = []
        starts: dict[tuple[str, ...], int] = {}
        for block in blocks:
            if block not in starts:
                starts[block] = len(labels) + 1
                labels += block or ("",)
        top = self._reference(self._add(question.code, labels), 0)
        parents = tuple(condition.parent for condition in conditions if condition.parent)
        firsts = self._cells(self._add("#first", [starts[block] for block in blocks]))
        return Offer(parents, top, firsts, self._cells(self._add("#count", [max(len(b), 1) for b in blocks])))


def offer_formula(lists: Lists, offer: Offer, cell_of: Callable[[Question], str]) -> str:
    """The formula that gives the number of the combination, from 1, of the answers that a drop-down depends on.

    Labels are compared as wholes, for MATCH and COUNTIF would take ``*`` and ``?`` for wildcards and stop at 255 signs.

    Args:
        lists: The lists of the workbook.
        offer: What the drop-down shows.
        cell_of: Gives the reference of a question's answer cell.
    """
    number = "0"
    for parent in offer.parents:
        labels = lists.labels(parent.choices or "")
        size = len(lists.book.form.choices[parent.choices or ""]) + 1
        place = f"SUMPRODUCT(MAX(({labels}={cell_of(parent)})*(ROW({labels})-1)))"
        number = place if number == "0" else f"({number})*{size}+{place}"
    return f"=1+{number}"


def offer_number(lists: Lists, offer: Offer, value_of: Callable[[Question], str]) -> int:
    """What that formula gives at the beginning.

    Args:
        lists: The lists of the workbook.
        offer: What the drop-down shows.
        value_of: Gives the value that stands in a question's answer cell, in the form's own notation.
    """
    number = 0
    for parent in offer.parents:
        codes = [choice.code for choice in lists.book.form.choices[parent.choices or ""]]
        value = value_of(parent)
        number = number * (len(codes) + 1) + (codes.index(value) + 1 if value in codes else 0)
    return number + 1


def _write_cell(sheet: Worksheet, row: int, column: int, cell: str | int, book: Book) -> None:
    if isinstance(cell, int):
        sheet.write_number(row, column, cell, book.formats("marker"))
    else:
        write_text(sheet, row, column, cell, book.formats("marker"))
