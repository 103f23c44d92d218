"""Files that staff put into a folder: which of them were handed in, and what is left out with a word."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Collection
from pathlib import Path

from pipeline.files import open_regular
from pipeline.gather.guard import FILE_LIMIT
from pipeline.gather.intake import InboxError, LeftOut
from pipeline.text import one_line

# What programs leave behind without anybody wanting it: "~$name.xlsx" is the lock that Excel puts beside an open
# workbook, ".~lock.name#" that of LibreOffice; the others are of the file managers of macOS and Windows.
OF_PROGRAMS = re.compile(
    r"~\$.*|\.~lock\..*#|\.DS_Store|\.git(?:keep|ignore)|\._.*|Thumbs\.db|desktop\.ini", re.IGNORECASE | re.DOTALL
)


def handed_in(folder: Path, shown_as: str, passed_over: Collection[str] = ()) -> tuple[list[Path], list[LeftOut]]:
    """Part the plain files in a folder from whatever else is there.

    Args:
        folder: The folder; it must be there.
        shown_as: What to call it in messages.
        passed_over: Names that mean something else.

    Returns:
        The files in the order of their names, and what is left out with its reason.
    """
    paths: list[Path] = []
    left_out: list[LeftOut] = []
    for path in sorted(folder.iterdir()):
        if path.name in passed_over or OF_PROGRAMS.fullmatch(path.name):
            continue
        if reason := _why_left_out(path):
            left_out.append(LeftOut(f"{shown_as}/{one_line(path.name)}", reason))
        else:
            paths.append(path)
    return paths, left_out


def _why_left_out(path: Path) -> str | None:
    if path.is_symlink():
        return "It is a link, which is not followed. Put the file itself there."
    if path.is_dir():
        return "It is a folder, which is not looked into. Put its files beside it."
    if not path.is_file():
        return "It is no file that could be read."
    if path.name.startswith("."):
        return "It is hidden. If it was sent by a member, give it a name that does not begin with a dot."
    return None


def staff_file(path: Path) -> bytes | None:
    """What staff wrote in a file of theirs in the inbox.

    Args:
        path: The file.

    Returns:
        Its bytes; None where there is none.

    Raises:
        InboxError: It cannot be opened, or is a link, a folder or anything else but a file.
    """
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        mend = "Put a plain file there that your user may read, or take it out of the folder."
        raise InboxError(f"{path.name}: the file cannot be opened ({error.strerror}). {mend}") from error


def open_file(path: Path) -> tuple[bytes | Path, dt.datetime]:
    """Open a file that was handed in.

    Args:
        path: The file.

    Returns:
        Its bytes, or the file itself where it is too large to be read; and when it was last changed.

    Raises:
        InboxError: It cannot be opened.
    """
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            about = os.fstat(file.fileno())
            changed = dt.datetime.fromtimestamp(int(about.st_mtime), dt.UTC)
            content = file.read(FILE_LIMIT + 1)
            return (content if len(content) <= FILE_LIMIT else path), changed
    except OSError as error:
        # Left out, its member would be told that nothing had arrived.
        reason = error.strerror or type(error).__name__
        mend = "Let your user read it, or take it out of the folder, and start again."
        raise InboxError(f"{one_line(path.name)}: the file cannot be opened ({reason}). {mend}") from error
