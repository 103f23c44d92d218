"""What every way in offers: it collects what has arrived for a cycle, and decides nothing about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Incoming:
    """One file that has arrived.

    Attributes:
        file: Its name as it arrived, cleaned of what cannot be shown.
        content: All its bytes.
        received: When it arrived, with a time zone.
        sender: From whom; None where that is not known.
        way: Name of the intake.
    """

    file: str
    content: bytes
    received: dt.datetime
    sender: str | None
    way: str


@dataclass(frozen=True)
class Intake:
    """A way in. A module of ``pipeline.gather.intakes`` offers one as ``INTAKE``.

    Attributes:
        name: Its name in the table of submissions.
        collect: Given the inbox folder and the name of a cycle, everything that has arrived for that cycle, again and
            again: what was collected before may come again.
    """

    name: str
    collect: Callable[[Path, str], Iterable[Incoming]]


class InboxError(Exception):
    """The inbox cannot be used as staff left it; the message names each file, the line and the mend."""
