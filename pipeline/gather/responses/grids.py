"""Rows of cells, as they stand in a CSV file or on a sheet, before anybody knows what they mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.gather.anchors import is_blank
from pipeline.gather.cells import Cell, Sheet
from pipeline.gather.refusal import Refusal, refuse

COLUMNS_LIMIT = 5_000
ROWS_LIMIT = 20_000
CELLS_LIMIT = 1_000_000
"""Of a file, blank ones included; all members of a large alliance with hundreds of questions fill a tenth of them."""

DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class Grid:
    """The filled cells of a table.

    Attributes:
        name: Name of the sheet, or of the file in a zip; '' for a single file.
        rows: Row number from 0 -> column from 0 -> cell, in order, rows without a filled cell left out.
    """

    name: str
    rows: Mapping[int, Mapping[int, Cell]]


def sheet_grid(sheet: Sheet) -> Grid:
    """The grid of a sheet of a workbook."""
    filled = {
        row: {column: cell for column, cell in cells.items() if not is_blank(cell)} for row, cells in sheet.rows.items()
    }
    return Grid(sheet.name, {row: cells for row, cells in filled.items() if cells})


def csv_grid(content: bytes, name: str, recognised: Callable[[Sequence[str]], int]) -> Grid | Refusal:
    """The grid of a CSV file.

    The delimiter is the one under which most headings are recognised. Text is UTF-8, or UTF-16 with a byte order mark;
    any other encoding could be mistaken for yet another, and is refused.

    Args:
        content: The file.
        name: Its name in messages; '' where it is the whole of what arrived.
        recognised: How many headings of a row are recognised.

    Returns:
        Its filled cells, all of them texts, or none where no heading is recognised; or the refusal: unknown_encoding,
        too_large, damaged.
    """
    text = _decoded(content)
    if text is None:
        return refuse("unknown_encoding")
    if max(text.count(delimiter) for delimiter in DELIMITERS) + text.count("\n") > CELLS_LIMIT:
        return refuse("too_large")
    best = {delimiter: _best(text, delimiter, recognised) for delimiter in DELIMITERS}
    if not any(best.values()):
        return Grid(name, {})
    delimiter = max(best, key=lambda delimiter: best[delimiter])
    try:
        return _limited(name, csv.reader(_Lines(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return refuse("damaged", f"The table is not well-formed CSV ({error}). Please export it again.")


def _decoded(content: bytes) -> str | None:
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        return None
    # UTF-16 without its mark, or no text at all.
    return None if "\x00" in text else text


class _Lines:
    """The lines of a text, with their ends; a string is not split into all of them at once."""

    def __init__(self, text: str):
        self._text = io.StringIO(text, newline="")

    def __iter__(self) -> Iterator[str]:
        return iter(self._text)


def _best(text: str, delimiter: str, recognised: Callable[[Sequence[str]], int]) -> int:
    """How many headings are recognised in the best of the first rows."""
    best = 0
    try:
        for number, row in enumerate(csv.reader(_Lines(text[:1_000_000]), delimiter=delimiter)):
            if number >= HEADER_ROWS:
                break
            best = max(best, recognised(row[:COLUMNS_LIMIT]))
    except csv.Error:
        return best
    return best


HEADER_ROWS = 20
"""Among how many rows the headings are looked for: EUSurvey writes a few lines above them."""


def _limited(name: str, rows: Iterable[Sequence[str]]) -> Grid | Refusal:
    kept: dict[int, Mapping[int, Cell]] = {}
    for number, row in enumerate(rows):
        if len(row) > COLUMNS_LIMIT or number >= ROWS_LIMIT:
            return refuse("too_large")
        cells: dict[int, Cell] = {column: cell for column, cell in enumerate(row) if not is_blank(cell)}
        if cells:
            kept[number] = cells
    return Grid(name, kept)
