"""The drop-downs and plausibility checks of answer cells, with the hints that show when a cell is entered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from pipeline.questionnaire import layout
from pipeline.questionnaire.book import Book, cut
from pipeline.questionnaire.form import NumberRange, Question
from pipeline.questionnaire.lists import Lists, Offer
from pipeline.questionnaire.value_cells import is_whole
from pipeline.text import clean_text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_MESSAGE_LIMIT: Final = 255
_RANGE: Final = {"criteria": "between", "minimum": -(10**15), "maximum": 10**15}
_DATE_RANGE: Final = {"criteria": "between", "minimum": date(1900, 3, 1), "maximum": date(2199, 12, 31)}


@dataclass
class Validations:
    """The validations of one sheet; cells with the same one share it, for each costs XlsxWriter a millisecond.

    Attributes:
        book: The workbook.
        lists: Its lists.
    """

    book: Book
    lists: Lists
    _cells: dict[str, list[tuple[int, int]]] = field(default_factory=dict[str, list[tuple[int, int]]])
    _options: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    _same: dict[str, str] = field(default_factory=dict[str, str])

    def add_answer(self, row: int, column: int, question: Question, offer_column: int | None = None) -> None:
        """Add what belongs to the answer cell of a question.

        Lists are strict; numbers and dates warn only, so that a member can still write what does not fit.

        Args:
            row: Zero-based row.
            column: Zero-based column.
            question: The question.
            offer_column: Column of the number that says which part of its list a filtered drop-down offers.
        """
        if offer_column is None and question.code in self._same:
            self._add(row, column, self._same[question.code])
            return
        options = self._of_type(question, row, offer_column)
        message = prompt(self.book, question)
        if message:
            options["input_message"] = cut(clean_text(message), _MESSAGE_LIMIT)
        key = self._key(options if options["validate"] != "any" or message else None)
        if offer_column is None:
            self._same[question.code] = key
        self._add(row, column, key)

    def add_reason(self, row: int, column: int) -> None:
        """Add the drop-down of the reasons for a missing answer."""
        if layout.REASON not in self._same:
            self._same[layout.REASON] = self._key(self._list(f"={self.lists.labels(layout.MISSING_REASON_LIST)}"))
        self._add(row, column, self._same[layout.REASON])

    def write(self, sheet: Worksheet) -> None:
        """Write all that was added to the sheet."""
        for key, cells in self._cells.items():
            first, *others = _blocks(cells)
            more = {"other_cells": [list(block) for block in others]} if others else {}
            sheet.data_validation(*first, {**self._options[key], **more})

    def _key(self, options: Mapping[str, Any] | None) -> str:
        """The name by which cells share a validation; '' for none."""
        if options is None:
            return ""
        key = json.dumps(options, sort_keys=True, default=str)
        self._options[key] = options
        return key

    def _add(self, row: int, column: int, key: str) -> None:
        if key:
            self._cells.setdefault(key, []).append((row, column))

    def _list(self, source: str) -> dict[str, Any]:
        error = self.book.catalogue.text("Please choose from the list.")
        return {"validate": "list", "source": source, "error_message": cut(error, _MESSAGE_LIMIT)}

    def _of_type(self, question: Question, row: int, offer_column: int | None) -> dict[str, Any]:
        text = self.book.catalogue.text
        if question.type == "select_one" and question.choices:
            return self._list(self._source(question, row, offer_column))
        if question.number_range is not None:
            kind = "integer" if is_whole(question) else "decimal"
            limits = {
                "criteria": "between",
                "minimum": question.number_range.start,
                "maximum": question.number_range.end,
            }
            return _warning(kind, limits, range_hint(self.book, question.number_range))
        if question.type == "integer":
            return _warning("integer", _RANGE, text("Please write a whole number, without words or units."))
        if question.is_numeric:
            return _warning("decimal", _RANGE, text("Please write a number, without words or units."))
        if question.type == "date":
            return _warning("date", _DATE_RANGE, text("Please write a date: year-month-day."))
        return {"validate": "any"}

    def _source(self, question: Question, row: int, offer_column: int | None) -> str:
        offer = self.lists.offer(question)
        if offer is None or offer_column is None:
            return f"={self.lists.fixed(question)}"
        return offer_source(offer, row, offer_column)


def offer_source(offer: Offer, row: int, column: int) -> str:
    """The formula of a filtered drop-down in a row, whose combination has its number in ``column``."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    return offer.source(xl_rowcol_to_cell(row, column, col_abs=True))


def type_hint(book: Book, question: Question) -> str:
    """What an answer looks like, where the type alone does not say it; '' where it does."""
    text = book.catalogue.text
    if question.number_range is not None:
        return range_hint(book, question.number_range)
    if question.type == "file":
        return text("The address of the document on the web, beginning with https://.")
    if question.type == "select_multiple":
        choices = layout.CHOICE_SEPARATOR.join(book.labels(question.choices or ""))
        return text("One or more, with a semicolon between them: %(choices)s", choices=choices)
    return ""


def range_hint(book: Book, limits: NumberRange) -> str:
    """The limits of a number in words, as the language of the workbook writes numbers."""
    start, end, step = (_written(book, part) for part in (limits.start, limits.end, limits.step))
    return book.catalogue.text(
        "A number from %(start)s to %(end)s, in steps of %(step)s.", start=start, end=end, step=step
    )


def _written(book: Book, number: float) -> str:
    from babel.numbers import format_decimal

    return format_decimal(
        Decimal(repr(number)), locale=book.catalogue.locale, decimal_quantization=False, group_separator=False
    )


def prompt(book: Book, question: Question) -> str:
    """What shows when the answer cell of a question is entered; '' for nothing."""
    text = book.catalogue.text
    if question.type == "select_multiple":
        return text("Write one or more of the choices, with a semicolon between them.")
    hints = [question.texts.get("hint", book.language), type_hint(book, question)]
    if question.type == "date" and not hints[0]:
        example = book.cycle.period_end.isoformat()
        return text("A date: year-month-day, e.g. %(example)s.", example=example)
    return "\n".join(hint for hint in hints if hint)


def _warning(kind: str, limits: Mapping[str, Any], message: str) -> dict[str, Any]:
    return {"validate": kind, **limits, "error_type": "warning", "error_message": cut(message, _MESSAGE_LIMIT)}


def _blocks(cells: list[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """The cells as blocks (first row, first column, last row, last column) of cells below each other."""
    blocks: list[tuple[int, int, int, int]] = []
    for row, column in sorted(cells, key=lambda cell: (cell[1], cell[0])):
        if blocks and blocks[-1][2:] == (row - 1, column):
            blocks[-1] = (*blocks[-1][:2], row, column)
        else:
            blocks.append((row, column, row, column))
    return blocks
