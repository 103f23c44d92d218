"""groups.csv: groups such as the EU that members belong to for a time."""

from __future__ import annotations

from pathlib import Path

from pipeline.alliance.csv_table import read_csv
from pipeline.alliance.dated import note_overlaps, read_period
from pipeline.alliance.items import Read, read_items
from pipeline.alliance.model import GroupMembership
from pipeline.alliance.rows import Row
from pipeline.errors import Problem

FILE = "groups.csv"
_COLUMNS = ("group", "member", "since", "until")


def read_groups(folder: Path, problems: list[Problem]) -> Read[GroupMembership]:
    """Read groups.csv.

    Args:
        folder: The alliance's folder.
        problems: Where problems are noted.

    Returns:
        The memberships of groups in the order of the file.
    """
    read = read_items(read_csv(folder / FILE, _COLUMNS, problems), "member", _group)
    note_overlaps(read, lambda group: (group.group, group.member))
    return read


def _group(row: Row) -> GroupMembership:
    since, until = read_period(row)
    name = row.text("group")
    if len(name.split()) > 1:
        row.note("group", f"'{name}' has a blank.", "Use a code without blanks, e.g. EU.")
    return GroupMembership(since, until, name, row.text("member"))
