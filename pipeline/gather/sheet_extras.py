"""What a file says of its cells beyond what the parser gives: errors, percentages, merged ranges and notes.

It is filled in the worker process by the module of each format, and turned into JSON there. Positions are (row, column)
from 0.
"""

from __future__ import annotations

import re

# An adjacent equal cell may be stored as a repetition; no questionnaire has more of them than this.
POSITIONS_LIMIT = 10_000
NOTES_LIMIT = 5_000
NOTE_LENGTH = 32_767

_NO_SIGN = re.compile(r"\"[^\"]{0,255}\"|\\.|\[[^\]]{0,255}\]")


def shows_percent(format: str) -> bool:
    """Whether a number format shows a percentage, and not a mere percent sign between quotation marks."""
    return "%" in _NO_SIGN.sub("", format)


class SheetExtras:
    """What is said of one sheet.

    Attributes:
        unset: Cells with a formula whose result is not stored or empty.
        errors: Cells that hold an error -> its text, e.g. ``#REF!``.
        percents: Cells that show their number as a percentage.
        merged: (first row, first column, last row, last column).
        notes: (row, column, author, text) of notes and comments, in the order of the file; '' for no author.
    """

    def __init__(self) -> None:
        self.unset: list[tuple[int, int]] = []
        self.errors: dict[tuple[int, int], str] = {}
        self.percents: set[tuple[int, int]] = set()
        self.merged: list[tuple[int, int, int, int]] = []
        self.notes: list[tuple[int, int, str, str]] = []

    def add_note(self, row: int, column: int, author: str, text: str) -> None:
        """Keep a note, unless it is empty or there are far too many."""
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if text and len(self.notes) < NOTES_LIMIT:
            self.notes.append((row, column, author.strip()[:200], text[:NOTE_LENGTH]))


class BookExtras:
    """What is said of a workbook.

    Attributes:
        sheets: By the name of the sheet.
        from_1904: Whether days are counted from 1904-01-01.
        has_unread_notes: Whether there are, or may be, notes that could not be read.
        has_external_links: Whether values come from other files.
    """

    def __init__(self) -> None:
        self.sheets: dict[str, SheetExtras] = {}
        self.from_1904 = False
        self.has_unread_notes = False
        self.has_external_links = False

    def sheet(self, name: str) -> SheetExtras:
        """The sheet of that name, added where it is new."""
        return self.sheets.setdefault(name, SheetExtras())
