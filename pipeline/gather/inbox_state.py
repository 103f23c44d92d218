"""Whether the inbox has changed since it was last gathered, without reading any file in it.

The state of a cycle's folder is a digest of the name, size, times and place on the disk of each of its files. A
corrected file under the same name has another state, even where its size is the same. A change counts when the folder
looks the same twice in a row: until then somebody may still be copying.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.gather.inbox_files import OF_PROGRAMS
from pipeline.gather.intake import EXPORTS

_DIGITS: Final = 16
NOTHING: Final = ""
"""State of a folder that is empty or not there."""


@dataclass(frozen=True)
class Watched:
    """What was seen of the folder of a cycle.

    Attributes:
        seen: Its state when it was last looked at.
        gathered: Its state when gathering was last started for it.
    """

    seen: str = NOTHING
    gathered: str = NOTHING


def inbox_state(inbox: Path, cycle: str) -> str:
    """The state of the folder of a cycle, with its decisions, waivers, list of arrivals and exports.

    Args:
        inbox: Folder of the inbox.
        cycle: Name of the cycle.

    Returns:
        A short text that is another one after any change; :data:`NOTHING` where no file is there.
    """
    folder = inbox / cycle
    files = sorted([*_files(folder), *_files(folder / EXPORTS)])
    if not files:
        return NOTHING
    return hashlib.sha256("\n".join(files).encode("utf-8", "surrogateescape")).hexdigest()[:_DIGITS]


def _files(folder: Path) -> Iterator[str]:
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if OF_PROGRAMS.fullmatch(entry.name):
            continue
        try:
            about = entry.stat(follow_symlinks=False)
        except FileNotFoundError:  # It was taken away meanwhile.
            continue
        if not entry.is_dir(follow_symlinks=False):
            told = (entry.path, about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino)
            yield repr(told)


def read_watched(cursor: str | None) -> dict[str, Watched]:
    """What was seen before, as it was kept; nothing where nothing was, or not by this version.

    Args:
        cursor: The text that :func:`write_watched` gave.
    """
    try:
        kept = json.loads(cursor or "{}")
        return {cycle: Watched(seen, gathered) for cycle, (seen, gathered) in kept.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def write_watched(watched: Mapping[str, Watched]) -> str:
    """What was seen, as a text to keep until the next look."""
    return json.dumps({cycle: (of.seen, of.gathered) for cycle, of in sorted(watched.items())})


def look(before: Mapping[str, Watched], states: Mapping[str, str], waiting: Sequence[str]) -> dict[str, Watched]:
    """Compare the inbox with what was seen before.

    Args:
        before: What was seen of each cycle.
        states: The state of each cycle's folder now.
        waiting: Cycles for which a run waits that will see everything anyhow.

    Returns:
        What is to be kept. Gathering shall start for each cycle whose ``gathered`` is another one than before.
    """
    after: dict[str, Watched] = {}
    for cycle, state in states.items():
        of = before.get(cycle, Watched())
        ready = state not in (NOTHING, of.gathered) and state == of.seen and cycle not in waiting
        after[cycle] = Watched(state, state if ready else of.gathered)
    return after
