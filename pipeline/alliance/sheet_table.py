"""Reading a table from a sheet of one of the alliance's own workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.alliance.headings import rows_below_headings
from pipeline.alliance.rows import Cell, Row
from pipeline.errors import Problem


def read_sheet(
    path: Path, sheet: str, required: Sequence[str], problems: list[Problem], optional: Sequence[str] = ()
) -> list[Row] | None:
    """Read a table whose headings are in the first row of a sheet.

    For the alliance's own files only: a file from outside goes through the guard of the stage gather first.

    Args:
        path: An Excel or OpenDocument workbook.
        sheet: Name of the sheet.
        required: Headings that must be there.
        problems: Where problems are noted.
        optional: Headings that may be there.

    Returns:
        Its rows with typed cells; None where the sheet cannot be read at all.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    if not path.is_file():
        problems.append(Problem(path.name, "The file is missing.", "Put it there."))
        return None
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            if sheet not in workbook.sheet_names:
                mend = f"Name the sheet '{sheet}'; there are {', '.join(workbook.sheet_names)}."
                problems.append(Problem(path.name, "The sheet is missing.", mend, sheet))
                return None
            cells = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except CalamineError as error:
        mend = "Open it in a spreadsheet program and save it again as .xlsx."
        problems.append(Problem(path.name, f"Is not a workbook that can be read ({error}).", mend))
        return None
    grid: list[list[Cell]] = [[_cell(cell) for cell in row] for row in cells]
    return rows_below_headings(grid, required, optional, problems, file=path.name, sheet=sheet)


def _cell(cell: object) -> Cell:
    """The cell as it is where its type is one that tables know, else its text (times and durations)."""
    return cell if isinstance(cell, Cell) else str(cell)
