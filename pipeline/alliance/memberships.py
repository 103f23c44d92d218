"""memberships.csv: who is a member from when until when, in the alliance's own order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.alliance.codes import is_time_zone, territory
from pipeline.alliance.contacts import read_language
from pipeline.alliance.csv_table import read_csv
from pipeline.alliance.dated import note_overlaps, read_period
from pipeline.alliance.items import Read, read_items
from pipeline.alliance.model import Membership
from pipeline.alliance.rows import Row
from pipeline.errors import Problem

FILE = "memberships.csv"
_COLUMNS = ("member", "since", "until", "language", "time_zone")


def read_memberships(folder: Path, languages: Sequence[str], problems: list[Problem]) -> Read[Membership]:
    """Read memberships.csv.

    Args:
        folder: The alliance's folder.
        languages: The alliance's languages; none where they could not be read.
        problems: Where problems are noted.

    Returns:
        The memberships in the order of the file. A member that left and came back has two.
    """
    rows = read_csv(folder / FILE, _COLUMNS, problems)
    read = read_items(rows, "member", lambda row: _membership(row, languages))
    note_overlaps(read, lambda membership: (membership.member,))
    return read


def _membership(row: Row, languages: Sequence[str]) -> Membership:
    member = row.text("member")
    if member and territory(member) is None:
        mend = "Use the three letters of ISO 3166-1, e.g. ALB; XKX for Kosovo."
        row.note("member", f"'{member}' is not the code of a country.", mend)
    row.text("since")
    since, until = read_period(row)
    zone = row.text("time_zone")
    if zone and not is_time_zone(zone):
        row.note("time_zone", f"'{zone}' is not a time zone.", "Use a name of the IANA list, e.g. Europe/Tirane.")
    return Membership(since, until, member, read_language(row, languages), zone)
