"""A folder per cycle into which staff put what arrived: ``inbox/<cycle>/``.

Beside the files there may be a ``received.csv`` with the columns file, received and sender, for what the file itself
cannot tell: when it really arrived (ISO 8601 with a time zone, e.g. ``2014-06-30T17:45:00+02:00``) and from whom. A
file that it does not name arrived when it was last changed. Hidden files, sub-folders and links out of the folder are
not read.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.gather.intake import InboxError, Incoming, Intake
from pipeline.text import clean_text

RECEIVED = "received.csv"
_COLUMNS = ("file", "received", "sender")


def collect(inbox: Path, cycle: str) -> Iterator[Incoming]:
    """Yield the files in the folder of a cycle, in the order of their names.

    Args:
        inbox: Folder with a sub-folder per cycle.
        cycle: Name of the cycle.

    Yields:
        One item per file, whatever it holds.

    Raises:
        InboxError: ``received.csv`` has a line that cannot be used.
    """
    folder = inbox / cycle
    if not folder.is_dir():
        return
    paths = {path.name: path for path in sorted(folder.iterdir()) if _is_handed_in(path, folder)}
    listed = _read_received(folder / RECEIVED, set(paths))
    for name, path in paths.items():
        with path.open("rb") as file:
            content = file.read()
            changed = dt.datetime.fromtimestamp(int(os.fstat(file.fileno()).st_mtime), dt.UTC)
        received, sender = listed.get(name, (changed, None))
        yield Incoming(clean_text(name), content, received, sender, INTAKE.name)


def _is_handed_in(path: Path, folder: Path) -> bool:
    # "~$name.xlsx" is the lock that Excel leaves beside an open workbook, ".~lock.name#" that of LibreOffice.
    if path.name == RECEIVED or path.name.startswith((".", "~$")):
        return False
    return path.is_file() and path.resolve().parent == folder.resolve()


def _read_received(path: Path, names: set[str]) -> dict[str, tuple[dt.datetime, str | None]]:
    """Read the list of arrivals: received time and sender by file name."""
    if not path.is_file():
        return {}
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InboxError(f"{RECEIVED}: it is not saved as UTF-8. Save it as 'CSV UTF-8'.") from None
    dialect = ";" if ";" in text.partition("\n")[0] else ","
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=dialect)
    if lines.fieldnames is None or not {"file", "received"} <= set(lines.fieldnames) <= set(_COLUMNS):
        raise InboxError(f"{RECEIVED}, line 1: found {lines.fieldnames}. The headings must be {', '.join(_COLUMNS)}.")
    listed: dict[str, tuple[dt.datetime, str | None]] = {}
    for line in lines:
        place = f"{RECEIVED}, line {lines.line_num}"
        file = (line["file"] or "").strip()
        if file not in names:
            raise InboxError(f"{place}: there is no file {file!r} in the folder. Correct the name or delete the line.")
        if file in listed:
            raise InboxError(f"{place}: {file!r} stands on an earlier line too. Delete one of the two.")
        listed[file] = (_moment(line["received"] or "", place), (line.get("sender") or "").strip() or None)
    return listed


def _moment(text: str, place: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InboxError(
            f"{place}: {text!r} is no time with a time zone. Write it as 2014-06-30T17:45:00+02:00 (or with Z for UTC)."
        )
    return moment


INTAKE = Intake("folder", collect)
