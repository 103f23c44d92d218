"""Checks of what holds from a day until a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from pipeline.alliance.items import Read
from pipeline.alliance.model import Dated
from pipeline.alliance.rows import Row

D = TypeVar("D", bound=Dated)


def read_period(row: Row) -> tuple[date | None, date | None]:
    """Read the columns ``since`` and ``until``, both of which may be empty, and note an end before the start."""
    since, until = row.optional_day("since"), row.optional_day("until")
    if since and until and until < since:
        row.note("until", f"{until} is before the first day, {since}.", "The last day is not before the first.")
    return since, until


def note_overlaps(read: Read[D], key: Callable[[D], tuple[str, ...]]) -> None:
    """Note every period that begins before an earlier one of the same key has ended.

    Args:
        read: Items with periods; both ends of a period belong to it.
        key: What may have one item only at a time, e.g. (member, language).
    """
    until: dict[tuple[str, ...], tuple[date, int]] = {}
    for placed in sorted(read.placed, key=lambda placed: placed.item.since or date.min):
        of = key(placed.item)
        start, end = placed.item.since or date.min, placed.item.until or date.max
        latest, row = until.get(of, (None, 0))
        if latest is not None and start <= latest:
            seen = f"The time of {' '.join(of)} overlaps with the one in row {row}."
            placed.row.note("since", seen, "End the earlier one on the day before.")
        if latest is None or end > latest:
            until[of] = (end, placed.row.number)
