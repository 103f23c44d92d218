"""The drop-downs and plausibility checks of answer cells, with the hints that show when a cell is entered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pipeline.questionnaire import layout
from pipeline.questionnaire.book import Book, cut
from pipeline.questionnaire.form import Question

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
    """

    book: Book
    _cells: dict[str, list[tuple[int, int]]] = field(default_factory=dict[str, list[tuple[int, int]]])
    _options: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])

    def add_answer(self, row: int, column: int, question: Question) -> None:
        """Add what belongs to the answer cell of a question.

        Lists are strict; numbers and dates warn only, so that a member can still write what does not fit.

        Args:
            row: Zero-based row.
            column: Zero-based column.
            question: The question.
        """
        options = self._of_type(question)
        message = self._hint(question)
        if message:
            options["input_message"] = cut(message, _MESSAGE_LIMIT)
        if options["validate"] != "any" or message:
            self._add(row, column, options)

    def add_reason(self, row: int, column: int) -> None:
        """Add the drop-down of the reasons for a missing answer."""
        self._add(row, column, self._list(layout.MISSING_REASON_LIST))

    def write(self, sheet: Worksheet) -> None:
        """Write all that was added to the sheet."""
        for key, cells in self._cells.items():
            first, *others = _blocks(cells)
            more = {"other_cells": [list(block) for block in others]} if others else {}
            sheet.data_validation(*first, {**self._options[key], **more})

    def _add(self, row: int, column: int, options: Mapping[str, Any]) -> None:
        key = json.dumps(options, sort_keys=True, default=str)
        self._options[key] = options
        self._cells.setdefault(key, []).append((row, column))

    def _list(self, choices: str) -> dict[str, Any]:
        error = self.book.catalogue.text("Please choose from the list.")
        return {
            "validate": "list",
            "source": f"={self.book.lists[choices]}",
            "error_message": cut(error, _MESSAGE_LIMIT),
        }

    def _of_type(self, question: Question) -> dict[str, Any]:
        text = self.book.catalogue.text
        if question.type == "select_one" and question.choices:
            return self._list(question.choices)
        if question.type == "integer":
            return _warning("integer", _RANGE, text("Please write a whole number, without words or units."))
        if question.type == "decimal":
            return _warning("decimal", _RANGE, text("Please write a number, without words or units."))
        if question.type == "date":
            return _warning("date", _DATE_RANGE, text("Please write a date: year-month-day."))
        return {"validate": "any"}

    def _hint(self, question: Question) -> str:
        text = self.book.catalogue.text
        if question.type == "select_multiple":
            return text("Write one or more of the choices, with a semicolon between them.")
        hint = question.texts.get("hint", self.book.language)
        if question.type == "date" and not hint:
            example = self.book.cycle.period_end.isoformat()
            return text("A date: year-month-day, e.g. %(example)s.", example=example)
        return hint


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
