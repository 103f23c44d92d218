"""One row of an alliance's file, as its editor sees it: typed cells, and every problem noted with its place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from pipeline.errors import Problem
from pipeline.text import clean_text

Cell = str | int | float | bool | date | None

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass
class Row:
    """A row of a table or a mapping of a YAML file, whose cells are read one by one.

    Every method that reads a cell notes what is wrong with it and then returns a harmless value, so that one pass
    collects all problems. What was read from a row may be used only while the row is ``sound``.

    Attributes:
        file: Name of the file.
        number: Row or line, the first being 1.
        cells: Cells by column. A column that the file does not have is not among them; that was noted once already.
        problems: Where problems are noted, shared by all rows.
        sheet: Sheet of a workbook, else empty.
        lines: Line per column, where a column has one of its own (YAML).
        sound: Whether nothing was wrong so far.
    """

    file: str
    number: int
    cells: Mapping[str, Cell]
    problems: list[Problem]
    sheet: str = ""
    lines: Mapping[str, int] = field(default_factory=dict[str, int])
    sound: bool = True

    def note(self, column: str, seen: str, mend: str) -> None:
        """Note a problem with a cell: what was seen and the mend, each a sentence."""
        self.problems.append(Problem(self.file, seen, mend, self.sheet, self.lines.get(column, self.number), column))
        self.sound = False

    def shown(self, column: str) -> str:
        """The cell as text, without any check; empty where there is none."""
        cell = self.cells.get(column)
        if cell is None:
            return ""
        if isinstance(cell, bool):
            return "true" if cell else "false"
        if isinstance(cell, float) and cell.is_integer():
            return str(int(cell))
        if isinstance(cell, datetime) and cell.time() == time():
            return cell.date().isoformat()
        return str(cell).strip()

    def optional(self, column: str) -> str:
        """The text of a cell that may be empty."""
        text = self.shown(column)
        cleaned = clean_text(text)
        if cleaned != text.replace("\r\n", "\n").replace("\r", "\n"):
            self.note(column, "Has a control character that no reader can see.", "Type the text again.")
        return cleaned

    def text(self, column: str) -> str:
        """The text of a cell that must not be empty."""
        text = self.optional(column)
        if not text:
            self._require(column)
        return text

    def one_of(self, column: str, allowed: Collection[str]) -> str:
        """The text of a cell that must be one of ``allowed``."""
        text = self.text(column)
        if text and text not in allowed:
            self.note(column, f"'{text}' is not known here.", f"Use one of: {', '.join(allowed)}.")
        return text

    def optional_day(self, column: str) -> date | None:
        """The day in a cell that may be empty: a date cell, or text of the form 2014-09-30."""
        cell = self.cells.get(column)
        if isinstance(cell, datetime):
            cell = cell.date()
        if isinstance(cell, date):
            return cell
        text = self.shown(column)
        if not text:
            return None
        try:
            if not _DAY.fullmatch(text):
                raise ValueError(text)
            return date.fromisoformat(text)
        except ValueError:
            self.note(column, f"'{text}' is not a day.", "Write the day as year-month-day, e.g. 2014-09-30.")
            return None

    def day(self, column: str) -> date:
        """The day in a cell that must not be empty; ``date.min`` where there is none that can be read."""
        day = self.optional_day(column)
        if day is None and not self.shown(column):
            self._require(column)
        return day or date.min

    def number_or_none(self, column: str) -> float | None:
        """The number in a cell that may be empty: a number cell, or text with a decimal point."""
        cell = self.cells.get(column)
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return float(cell)
        text = self.shown(column)
        if text and not _NUMBER.fullmatch(text):
            self.note(column, f"'{text}' is not a number.", "Write digits with a decimal point and nothing else.")
            return None
        return float(text) if text else None

    def whole_or_none(self, column: str) -> int | None:
        """The whole number in a cell that may be empty."""
        number = self.number_or_none(column)
        if number is not None and not number.is_integer():
            self.note(column, f"{number:g} is not a whole number.", "Write a whole number.")
            return None
        return None if number is None else int(number)

    def flag(self, column: str) -> bool:
        """The truth in a cell that must say true or false (or yes or no)."""
        text = self.text(column).lower()
        if text and text not in _FLAGS:
            self.note(column, f"'{text}' is neither true nor false.", "Write true or false.")
        return _FLAGS.get(text, False)

    def _require(self, column: str) -> None:
        """Note that a cell is empty, unless the whole column is missing, which was noted at the headings."""
        if column in self.cells:
            self.note(column, "The cell is empty.", "Fill it in, or delete the row.")
        self.sound = False


def nearest(seen: str, known: Collection[str]) -> str:
    """A hint at the known word nearest to a mistyped one: ``Did you mean ...?``, or nothing."""
    close = difflib.get_close_matches(seen, known, 1, 0.6)
    return f" Did you mean {close[0]}?" if close else ""
