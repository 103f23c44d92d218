"""focal_points.csv: to whom letters go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pipeline.alliance.contacts import read_address, read_language
from pipeline.alliance.csv_table import read_csv
from pipeline.alliance.items import Read, note_repeated, read_items
from pipeline.alliance.model import FocalPoint
from pipeline.alliance.rows import Row
from pipeline.errors import Problem

FILE = "focal_points.csv"
_COLUMNS = ("member", "role", "name", "address", "language")
_ROLES: Final = ("focal_point", "deputy")


def read_focal_points(folder: Path, languages: Sequence[str], problems: list[Problem]) -> Read[FocalPoint]:
    """Read focal_points.csv.

    Args:
        folder: The alliance's folder.
        languages: The alliance's languages; none where they could not be read.
        problems: Where problems are noted.

    Returns:
        The focal points in the order of the file, no address twice.
    """
    rows = read_csv(folder / FILE, _COLUMNS, problems)
    read = read_items(rows, "member", lambda row: _focal_point(row, languages))
    note_repeated(read, lambda point: point.address.lower(), "address", "address")
    return read


def _focal_point(row: Row, languages: Sequence[str]) -> FocalPoint:
    name = row.text("name")
    if "=?" in name or "\n" in name:
        row.note("name", f"{name!r} is not a plain name.", "Type the name again, in one line.")
    return FocalPoint(
        member=row.text("member"),
        role=row.one_of("role", _ROLES),
        name=name,
        address=read_address(row, "address"),
        language=read_language(row, languages),
    )
