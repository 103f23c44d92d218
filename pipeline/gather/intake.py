"""What every way in offers: it collects what has arrived for a cycle, and decides nothing about it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.alliance.model import Alliance, Cycle

DECISIONS = "decisions.csv"
"""Name of the file in the folder of a cycle in which staff decide about what was set aside."""

WAIVERS = "waivers.csv"
"""Name of the file in the folder of a cycle in which staff decide about findings."""

EXPORTS = "exports"
"""Name of the folder in the folder of a cycle into which staff put exports of form servers and surveys."""

Kind = Literal["workbook", "response"]
"""What a way carries: the workbooks that stocktake made, or answers in a form of the other side's."""

Proof = Literal["token", "focal_point", "submitter", "column"]
"""What says whose something is, see :class:`Intake`."""


@dataclass(frozen=True)
class Incoming:
    """One file that has arrived.

    Attributes:
        file: Its name as it arrived, cleaned of what cannot be shown.
        content: All its bytes, or where they are: a file that is too large to be read is archived in pieces.
        received: When it arrived, with a time zone.
        sender: From whom; None where that is not known.
        way: Name of the intake.
        reference: What the other side calls it, e.g. a Message-ID; '' where it has no name of its own.
    """

    file: str
    content: bytes | Path
    received: dt.datetime
    sender: str | None
    way: str
    reference: str = ""


@dataclass(frozen=True)
class LeftOut:
    """Something in an inbox that is not collected, and why; staff see it."""

    file: str
    reason: str


@dataclass(frozen=True)
class Round:
    """What a way in needs to know to collect for one cycle.

    Attributes:
        alliance: The alliance, with the settings of its ways in.
        cycle: The cycle.
        inbox: The folder of the inbox, with a sub-folder per cycle.
        known: Whether something with that reference (see :class:`Incoming`) was collected by this way for this cycle.
        environment: Where passwords and tokens are.
    """

    alliance: Alliance
    cycle: Cycle
    inbox: Path
    known: Callable[[str], bool] = lambda _: False
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)


def _no_submitters(_alliance: Alliance) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Intake:
    """A way in. A module of ``pipeline.gather.intakes`` offers one as ``INTAKE``.

    Attributes:
        name: Its name in the table of submissions.
        collect: Everything that has arrived for a cycle, again and again: what was collected before may come again.
            What is passed over is yielded with its reason. A way that the alliance does not use yields nothing.
        kind: ``workbook``: contents go through the guard and are read by their anchors. ``response``: contents are read
            by ``pipeline.gather.responses``, and may hold the answers of several members.
        proof: What says whose a content is. ``token``: the signed token of the workbook; a sender is optional.
            ``focal_point``: the token, and the sender must be a focal point. ``submitter``: the name of the sender on
            the other side, through ``submitters``. ``column``: the content itself, which staff put there.
        submitters: Names on the other side -> member, for the proof ``submitter``.
    """

    name: str
    collect: Callable[[Round], Iterable[Incoming | LeftOut]]
    kind: Kind = "workbook"
    proof: Proof = "token"
    submitters: Callable[[Alliance], Mapping[str, str]] = _no_submitters


class InboxError(Exception):
    """The inbox cannot be used as staff left it; the message names each file, the line and the mend."""
