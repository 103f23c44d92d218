"""A folder per cycle into which staff put what arrived: ``inbox/<cycle>/``.

Beside the files there may be a ``received.csv`` with the columns file, received and sender, for what the file itself
cannot tell: when it really arrived (ISO 8601 with a time zone, e.g. ``2014-06-30T17:45:00+02:00``) and from whom. A
file that it does not name arrived when it was last changed. Hidden files, sub-folders, links and whatever else is no
plain file are left out, and staff are told.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.gather.inbox_files import OF_PROGRAMS, handed_in, open_file, staff_file
from pipeline.gather.intake import DECISIONS, EXPORTS, WAIVERS, InboxError, Incoming, Intake, LeftOut, Round
from pipeline.text import one_line

RECEIVED = "received.csv"
_COLUMNS = ("file", "received", "sender")
_EXAMPLE = "2014-06-30T17:45:00+02:00"


def collect(round: Round) -> Iterator[Incoming | LeftOut]:
    """Yield the files in the folder of a cycle, in the order of their names.

    Args:
        round: The cycle, and the inbox with a sub-folder per cycle.

    Yields:
        One item per file, whatever it holds, and one per thing that is no such file, with the reason. What lies in the
        inbox itself is left out too: nobody can tell for which cycle it is.

    Raises:
        InboxError: There is no inbox, a file cannot be opened, or lines of ``received.csv`` cannot be used.
    """
    if not round.inbox.is_dir():
        raise InboxError(f"{round.inbox}: there is no such folder. Make it, or correct the setting STOCKTAKE_INBOX.")
    yield from _beside_cycles(round)
    folder = round.inbox / round.cycle.name
    if not folder.is_dir():
        return
    paths, left_out = handed_in(folder, round.cycle.name, (RECEIVED, DECISIONS, WAIVERS, EXPORTS))
    yield from left_out
    listed = _read_received(folder / RECEIVED, {path.name for path in paths})
    for path in paths:
        content, changed = open_file(path)
        received, sender = listed.get(path.name, (changed, None))
        yield Incoming(one_line(path.name), content, received, sender, INTAKE.name)


def _beside_cycles(round: Round) -> Iterator[LeftOut]:
    for path in sorted(round.inbox.iterdir()):
        if path.is_dir() and path.name in round.alliance.cycles:
            continue
        if not path.name.startswith(".") and not OF_PROGRAMS.fullmatch(path.name):
            names = ", ".join(round.alliance.cycles)
            yield LeftOut(one_line(path.name), f"It lies in no cycle's folder. Put it into one of: {names}.")


def _read_received(path: Path, names: set[str]) -> dict[str, tuple[dt.datetime, str | None]]:
    """Read the list of arrivals: received time and sender by file name."""
    content = staff_file(path)
    if content is None:
        return {}
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InboxError(f"{RECEIVED}: it is not saved as UTF-8. Save it as 'CSV UTF-8'.") from None
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [(lines.line_num, cells) for cells in lines]
    except csv.Error as error:
        mend = "Look for a quotation mark that is never closed."
        raise InboxError(
            f"{RECEIVED}, line {lines.line_num}: it is no CSV table from here on ({error}). {mend}"
        ) from None
    return _listed(rows, names)


def _listed(rows: Sequence[tuple[int, Sequence[str]]], names: set[str]) -> dict[str, tuple[dt.datetime, str | None]]:
    """Received time and sender by file name, from the numbered lines of the list."""
    headings = rows[0][1] if rows else []
    if not {"file", "received"} <= set(headings) <= set(_COLUMNS) or len(set(headings)) < len(headings):
        raise InboxError(f"{RECEIVED}, line 1: found {headings}. The headings must be {', '.join(_COLUMNS)}.")
    listed: dict[str, tuple[dt.datetime, str | None]] = {}
    problems: list[str] = []
    for number, cells in rows[1:]:
        if not cells:
            continue
        line = dict(zip(headings, (cell.strip() for cell in cells), strict=False))
        file, received = line.get("file", ""), line.get("received", "")
        moment = _moment(received)
        if any(cell.strip() for cell in cells[len(headings) :]):
            seen = "there are more cells than headings. Put what has a comma in it between quotation marks."
        elif file not in names:
            seen = f"there is no file {file!r} in the folder. Correct the name or delete the line."
        elif file in listed:
            seen = f"{file!r} stands on an earlier line too. Delete one of the two."
        elif moment is None:
            seen = f"{received!r} is no time with a time zone. Write it as {_EXAMPLE} (or with Z for UTC)."
        else:
            listed[file] = (moment, line.get("sender") or None)
            continue
        problems.append(f"{RECEIVED}, line {number}: {seen}")
    if problems:
        raise InboxError("\n".join(problems))
    return listed


def _moment(text: str) -> dt.datetime | None:
    """A time with a time zone; None where the text is none, or one at the edge of the calendar."""
    try:
        moment = dt.datetime.fromisoformat(text)
        return None if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


INTAKE = Intake("folder", collect)
