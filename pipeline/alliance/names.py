"""names.csv: names of members that are not those of CLDR, or not for all time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.alliance.contacts import read_language
from pipeline.alliance.csv_table import read_csv
from pipeline.alliance.dated import note_overlaps, read_period
from pipeline.alliance.items import Read, read_items
from pipeline.alliance.model import NameOverride
from pipeline.alliance.rows import Row
from pipeline.errors import Problem

FILE = "names.csv"
_COLUMNS = ("member", "language", "name", "since", "until")


def read_names(folder: Path, languages: Sequence[str], problems: list[Problem]) -> Read[NameOverride]:
    """Read names.csv.

    Args:
        folder: The alliance's folder.
        languages: The alliance's languages; none where they could not be read.
        problems: Where problems are noted.

    Returns:
        The names in the order of the file; of a member and language at most one on any day.
    """

    def name(row: Row) -> NameOverride:
        since, until = read_period(row)
        return NameOverride(since, until, row.text("member"), read_language(row, languages), row.text("name"))

    read = read_items(read_csv(folder / FILE, _COLUMNS, problems), "member", name)
    note_overlaps(read, lambda name: (name.member, name.language))
    return read
