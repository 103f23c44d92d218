"""From a grid of cells to rows: the headings in its first row are checked once, then each row goes by them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.alliance.rows import Cell, Row, nearest
from pipeline.errors import Problem

NOTES = ("note", "source")
"""Columns that every table may have: for its editors, read by nobody else unless the table names them."""


def rows_below_headings(
    grid: Iterable[Sequence[Cell]],
    required: Sequence[str],
    optional: Sequence[str],
    problems: list[Problem],
    *,
    file: str,
    sheet: str = "",
) -> list[Row]:
    """Read a table whose first row has the headings.

    Args:
        grid: The cells of all rows from the first one on, empty rows included.
        required: Headings that must be there.
        optional: Headings that may be there, beside NOTES.
        problems: Where problems are noted.
        file: Name of the file, for the problems.
        sheet: Name of the sheet, for the problems.

    Returns:
        A row for each row of the grid that is not empty, numbered as a spreadsheet shows it.
    """
    numbered = enumerate(grid, 1)
    headings = [_heading(cell) for cell in next(numbered, (1, ()))[1]]
    _check_headings(headings, required, (*optional, *NOTES), problems, file, sheet)
    # Which of two columns of the same heading is meant cannot be known, so that neither is read.
    unique = {heading for heading in headings if heading and headings.count(heading) == 1}
    rows: list[Row] = []
    for number, cells in numbered:
        if all(_is_empty(cell) for cell in cells):
            continue
        padded = [*cells, *[None] * (len(headings) - len(cells))]
        named = {heading: cell for heading, cell in zip(headings, padded, strict=False) if heading in unique}
        row = Row(file, number, named, problems, sheet)
        if any(not _is_empty(cell) for cell in cells[len(headings) :]):
            row.note("", "There are more cells than headings.", "Put text that holds a comma in quotation marks.")
        rows.append(row)
    return rows


def _heading(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _check_headings(
    headings: Sequence[str],
    required: Sequence[str],
    optional: Sequence[str],
    problems: list[Problem],
    file: str,
    sheet: str,
) -> None:
    """Note headings that are missing, unknown, or there twice."""
    known = [*required, *optional]
    for heading in dict.fromkeys(required):
        if heading not in headings:
            mend = f"Add it; the headings are {', '.join(required)}."
            problems.append(Problem(file, "The heading is missing.", mend, sheet, 1, heading))
    for heading in dict.fromkeys(filter(None, headings)):
        if heading not in known:
            mend = f"Remove the column or correct its heading.{nearest(heading, known)}"
            problems.append(Problem(file, "No such column is known.", mend, sheet, 1, heading))
        if headings.count(heading) > 1:
            problems.append(Problem(file, "The heading is there twice.", "Keep one of them.", sheet, 1, heading))
