"""CSV files of methodologists: read strictly, and given back with results beside every cell as it was written.

Such a file is a table of numbers that goes through other hands and programs: what is ambiguous (semicolons, decimal
commas, texts among numbers) is an error that says how to mend it, never a guess.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipeline.errors import Problem
from pipeline.score.method import Floats
from pipeline.text import one_line

SIZE_LIMIT: Final = 100_000_000
"""Bytes."""
PROBLEMS_SHOWN: Final = 20
_BOM: Final = b"\xef\xbb\xbf"
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


class CsvFileError(Exception):
    """A CSV file cannot be used as it is; tells up to :data:`PROBLEMS_SHOWN` of its problems, each with its mend."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        left = len(self.problems) - PROBLEMS_SHOWN
        shown = [str(problem) for problem in self.problems[:PROBLEMS_SHOWN]]
        super().__init__("\n".join([*shown, f"... and {left:,} more."] if left > 0 else shown))


@dataclass(frozen=True)
class CsvFile:
    """The cells of a CSV file as they were written.

    Attributes:
        name: Its name, for messages.
        headings: The first row, blanks around each heading removed.
        rows: All rows that are not empty lines, each as long as the headings.
        places: The number of each row, as a spreadsheet program counts it (the headings are row 1).
        marked: Whether it began with a byte order mark, as Excel writes it.
    """

    name: str
    headings: list[str]
    rows: list[list[str]]
    places: list[int]
    marked: bool

    def texts(self, heading: str) -> list[str]:
        """The cells of a column without blanks around them; empty ones where the column was left out."""
        if heading not in self.headings:
            return [""] * len(self.rows)
        at = self.headings.index(heading)
        return [row[at].strip() for row in self.rows]

    def numbers(self, heading: str, problems: list[Problem]) -> Floats:
        """The cells of a column as numbers, NaN where empty; what is no number is noted in ``problems``."""
        texts = self.texts(heading)
        values = np.full(len(texts), np.nan)
        for position, text in enumerate(texts):
            if not text:
                continue
            value = float(text) if _NUMBER.fullmatch(text) else np.nan
            if np.isfinite(value):
                values[position] = value
            else:
                mend = (
                    "Write a number with a decimal point and without separators (1234.5), or nothing if there is none."
                )
                problems.append(self.problem(position, heading, f"'{one_line(text)}' is not a number.", mend))
        return values

    def problem(self, position: int, heading: str, seen: str, mend: str) -> Problem:
        """A problem in a cell of the row at ``position`` (from 0)."""
        return Problem(self.name, seen, mend, row=self.places[position], column=one_line(heading))


def read_csv_file(content: bytes, name: str, required: Sequence[str], added: Sequence[str]) -> CsvFile:
    """Take a CSV file apart: UTF-8 with or without byte order mark, commas, one row of headings.

    Args:
        content: Its bytes.
        name: Its name, for messages.
        required: Headings that must be there.
        added: Headings of the results, which may not be there.

    Returns:
        Its cells.

    Raises:
        CsvFileError: It is too large, not in UTF-8, separated by semicolons, no table, or lacks a column.
    """
    text = _decoded(content, name)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        grid = [(place, row) for place, row in enumerate(reader, 1) if row]
    except csv.Error as error:
        mend = "Look for a quotation mark that is never closed, or stands inside a cell that is not in quotation marks."
        raise CsvFileError(
            [Problem(name, f"Is not a CSV table from here on ({error}).", mend, row=reader.line_num)]
        ) from error
    if not grid:
        raise CsvFileError([Problem(name, "The file is empty.", f"It begins with the headings {', '.join(required)}.")])
    headings = [heading.strip() for heading in grid[0][1]]
    problems = _wrong_headings(headings, name, required, added)
    for place, row in grid[1:]:
        if len(row) != len(headings):
            seen = f"Has {len(row)} cells under {len(headings)} headings."
            problems.append(Problem(name, seen, "Put cells that contain commas in quotation marks.", row=place))
    if problems:
        raise CsvFileError(problems)
    rows = grid[1:]
    return CsvFile(name, headings, [row for _, row in rows], [place for place, _ in rows], content.startswith(_BOM))


def write_csv_file(headings: Sequence[str], columns: Sequence[Sequence[str]], *, marked: bool = False) -> bytes:
    """Return the bytes of a CSV file in UTF-8, separated by commas; see :func:`inert` for texts.

    Args:
        headings: The headings.
        columns: The texts of each column.
        marked: Whether it begins with a byte order mark.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([inert(heading) for heading in headings])
    writer.writerows(zip(*([inert(text) for text in column] for column in columns), strict=True))
    return (_BOM if marked else b"") + buffer.getvalue().encode()


def shortest(values: Floats) -> list[str]:
    """Return numbers as the shortest texts that give them back exactly; '' where missing."""
    return ["" if value != value else repr(value) for value in values.tolist()]


def inert(text: str) -> str:
    """Return a text that no spreadsheet program computes: what would be a formula gets an apostrophe in front.

    Numbers stay as they are, also negative ones.
    """
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text.strip()) else text


def _decoded(content: bytes, name: str) -> str:
    if len(content) > SIZE_LIMIT:
        mend = "Split it into several files."
        raise CsvFileError([Problem(name, f"Is larger than {SIZE_LIMIT / 1e6:,.0f} MB.", mend)])
    mend = 'Save it as "CSV UTF-8 (comma delimited)".'
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CsvFileError([Problem(name, "Is not in UTF-8.", mend, row=line)]) from error
    if "\0" in text:
        raise CsvFileError([Problem(name, "Is not a text file.", mend)])
    first = text.split("\n", 1)[0]
    for sign, called in ((";", "semicolons"), ("\t", "tabs")):
        if first.count(sign) > first.count(","):
            mend = (
                "Excel writes them where the comma is the decimal sign of the region: save it with commas between cells "
                "and points in numbers."
            )
            raise CsvFileError([Problem(name, f"Is separated by {called}, not by commas.", mend, row=1)])
    return text


def _wrong_headings(headings: list[str], name: str, required: Sequence[str], added: Sequence[str]) -> list[Problem]:
    problems: list[Problem] = []
    lacking = [heading for heading in required if heading not in headings]
    if lacking:
        seen = f"There is no column {', '.join(lacking)}; there is {one_line(', '.join(headings))}."
        problems.append(Problem(name, seen, "Add it, or correct the heading.", row=1))
    for heading in dict.fromkeys(headings):
        if headings.count(heading) > 1:
            mend = "Give each column a heading of its own."
            problems.append(Problem(name, "Stands more than once.", mend, row=1, column=one_line(heading) or "''"))
        if heading in added:
            mend = "It is the name of a result; rename or delete the column."
            problems.append(Problem(name, "Is there already.", mend, row=1, column=heading))
    return problems
