"""Taking what has arrived into the archive, by every way in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipeline.gather import intakes
from pipeline.gather.archive import Archive, Receipt
from pipeline.gather.intake import Intake
from pipeline.registry import discover


def receive(inbox: Path, archive: Archive, cycle: str) -> list[Receipt]:
    """Archive everything that has arrived for a cycle. Doing it again changes nothing.

    Args:
        inbox: The folder that the ways in collect from.
        archive: Where everything received is kept.
        cycle: Name of the cycle.

    Returns:
        The receipts of all that is there now, as the archive holds them, in the order of arrival. What was received
        earlier and is no longer in the inbox stays in the archive and is not among them.

    Raises:
        InboxError: A file of staff beside the inbox cannot be used.
    """
    found: list[Receipt] = []
    for intake in discover(intakes, "INTAKE", Intake):
        for incoming in intake.collect(inbox, cycle):
            sha256 = archive.store(incoming.content)
            received = incoming.received.astimezone(dt.UTC)
            receipt = Receipt(
                cycle, incoming.file, incoming.way, incoming.sender, received, sha256, len(incoming.content)
            )
            found.append(archive.record(receipt))
    return sorted(found, key=lambda receipt: (receipt.received, receipt.file, receipt.id))
