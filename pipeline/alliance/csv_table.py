"""Reading the alliance's CSV files, as a spreadsheet program in any country saves them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from pipeline.alliance.headings import rows_below_headings
from pipeline.alliance.rows import Row
from pipeline.errors import Problem


def read_csv(
    path: Path, required: Sequence[str], problems: list[Problem], optional: Sequence[str] = ()
) -> list[Row] | None:
    """Read a CSV file in UTF-8, with or without byte order mark, separated by commas or semicolons.

    Args:
        path: The file.
        required: Headings that must be there.
        problems: Where problems are noted.
        optional: Headings that may be there.

    Returns:
        Its rows, all cells being text; None where it cannot be read at all.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        mend = "Put it there; a table without any row still has its headings."
        problems.append(Problem(path.name, "The file is missing.", mend))
        return None
    return read_csv_bytes(content, path.name, required, problems, optional)


def read_csv_bytes(
    content: bytes, file: str, required: Sequence[str], problems: list[Problem], optional: Sequence[str] = ()
) -> list[Row] | None:
    """Read the bytes of a CSV file like :func:`read_csv`; ``file`` is its name, for the problems."""
    text = _decoded(content, file, problems)
    if text is None:
        return None
    lines = text.splitlines(keepends=True)
    first = lines[0] if lines else ""
    reader = csv.reader(lines, delimiter=";" if first.count(";") > first.count(",") else ",", strict=True)
    try:
        grid = list(reader)
    except csv.Error as error:
        mend = "Look for a quotation mark that is never closed."
        problems.append(Problem(file, f"Is not a CSV table from here on ({error}).", mend, row=reader.line_num))
        return None
    return rows_below_headings(grid, required, optional, problems, file=file)


def _decoded(content: bytes, file: str, problems: list[Problem]) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        mend = 'Save it as "CSV UTF-8".'
        problems.append(Problem(file, "Is not in UTF-8: letters with accents would be lost.", mend, row=line))
    return None
