"""Taking what has arrived into the archive, by every way in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from pipeline.alliance.model import Alliance, Cycle
from pipeline.gather import intakes
from pipeline.gather.archive import Archive, Receipt
from pipeline.gather.intake import InboxError, Incoming, Intake, LeftOut, Round
from pipeline.gather.staff_decisions import take_decisions
from pipeline.gather.waivers import take_waivers
from pipeline.registry import discover


@dataclass(frozen=True)
class Received:
    """What all ways in gave.

    Attributes:
        receipts: Of all that is there now, as the archive holds them, in the order of arrival. What was received
            earlier and is no longer in the inbox stays in the archive and is not among them.
        left_out: What was passed over, with the reason.
    """

    receipts: tuple[Receipt, ...]
    left_out: tuple[LeftOut, ...]


def receive(alliance: Alliance, cycle: Cycle, inbox: Path, archive: Archive) -> Received:
    """Archive everything that has arrived for a cycle, and what staff decided about it and about findings.

    Again, it changes nothing.

    Args:
        alliance: The alliance, with the settings of its ways in.
        cycle: The cycle.
        inbox: Folder of the inbox.
        archive: Where everything received is kept.

    Raises:
        InboxError: A file of staff beside the inbox cannot be used, or a way in cannot be reached.
    """
    found: list[Receipt] = []
    left_out: list[LeftOut] = []
    for intake in discover(intakes, "INTAKE", Intake):
        references = {r.reference for r in archive.receipts(cycle.name) if r.way == intake.name} - {""}
        for item in intake.collect(Round(alliance, cycle, inbox, references.__contains__)):
            if isinstance(item, LeftOut):
                left_out.append(item)
            else:
                found.append(_archived(item, cycle, archive))
    take_decisions(alliance, cycle, inbox, archive)
    take_waivers(alliance, cycle, inbox, archive)
    found.sort(key=lambda receipt: (receipt.received, receipt.file, receipt.id))
    return Received(tuple(found), tuple(left_out))


def _archived(incoming: Incoming, cycle: Cycle, archive: Archive) -> Receipt:
    content = incoming.content
    if isinstance(content, bytes):
        sha256, size = archive.store(content), len(content)
    else:
        try:
            sha256, size = archive.store_file(content)
        except OSError as error:
            mend = "Start again when nobody writes to it and the disk has room for it."
            raise InboxError(f"{incoming.file}: the file cannot be archived ({error.strerror}). {mend}") from error
    received, reference = incoming.received.astimezone(dt.UTC), incoming.reference
    return archive.record(
        Receipt(cycle.name, incoming.file, incoming.way, incoming.sender, received, sha256, size, reference)
    )
