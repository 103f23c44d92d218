"""Times as servers and their exports write them."""

from __future__ import annotations

import datetime as dt

from pipeline.gather.cells import Cell


def moment_of(cell: Cell) -> dt.datetime | None:
    """The time in a cell or text; without a zone it is taken for UTC, in which servers keep them.

    Args:
        cell: A text in ISO 8601, or what a spreadsheet holds for a time.

    Returns:
        The time in UTC; None for anything else. A time that can be read in two ways ("03/04/2014 10:00") is none.
    """
    match cell:
        case dt.datetime():
            moment = cell
        case str() if len(cell) >= len("2014-01-01T00:00"):
            try:
                moment = dt.datetime.fromisoformat(cell.strip())
            except ValueError:
                return None
        case _:
            return None
    try:
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except OverflowError:
        return None
