"""A mailbox to which countries reply with their workbook attached, read by IMAP without changing anything in it.

What belongs to a cycle arrived from the day on which the cycle opens until the day before the next one opens, in UTC. A
message is fetched once: known is what has its Message-ID and the same lines of its way (a forged message with a
Message-ID that was seen before is a message of its own). The attachments are handed over from the last to the first,
so that a message whose first one is known is known as a whole, wherever a run was broken off.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from pipeline.alliance.model import Alliance, Cycle
from pipeline.alliance.ways_in import FILE, SECRETS
from pipeline.gather.intake import InboxError, Incoming, Intake, LeftOut, Round
from pipeline.gather.mail.attachments import Attachment, read_attachments
from pipeline.gather.mail.automatic import read_automatic
from pipeline.gather.mail.heads import Head, read_head
from pipeline.gather.mail.names import file_name
from pipeline.gather.mail.server import Listed, MailServer, open_mailbox

MESSAGE_LIMIT: Final = 40_000_000
"""Bytes of a message that is taken apart: twice what a workbook may have (see ``guard``)."""

FETCH_LIMIT: Final = 200_000_000
"""Bytes of a message that is fetched at all."""


def collect(round: Round) -> Iterator[Incoming | LeftOut]:
    """Yield the files that were attached to messages of a cycle's time, in the order in which these were received.

    A message that cannot be taken apart, or is too large for that, is handed over as a whole: it is rejected then, and
    its sender hears of it. What no country needs to hear of is left out: automatic replies, and messages with nothing
    attached. What an automatic reply says about a letter is handed over with it, for the ledger of letters.

    Args:
        round: The cycle, the settings of the mailbox and its password.

    Yields:
        One item per file, whatever it holds, and per message that is left out.

    Raises:
        InboxError: The password is missing, or the mailbox cannot be read.
    """
    settings = round.alliance.ways_in.mailbox
    if settings is None:
        return
    with open_mailbox(settings, _password(round.environment)) as server:
        for listed in server.listed(round.cycle.opens, _end(round.alliance, round.cycle)):
            head = read_head(listed.header, listed.size)
            if not round.known(head.reference(1)):
                yield from _message(server, listed, head)


def _password(environment: Mapping[str, str]) -> str:
    variable = SECRETS["mailbox"]
    password = environment.get(variable, "").rstrip("\r\n")
    if not password:
        raise InboxError(
            f"{FILE} names a mailbox, but its password is missing. Set the environment variable {variable}, or comment "
            "out the section mailbox."
        )
    if not password.isprintable():
        raise InboxError(f"The environment variable {variable} holds signs that no password has. Set it again.")
    return password


def _end(alliance: Alliance, cycle: Cycle) -> dt.date | None:
    """The day on which the next cycle opens; None for the last one."""
    return min((other.opens for other in alliance.cycles.values() if other.opens > cycle.opens), default=None)


def _message(server: MailServer, listed: Listed, head: Head) -> Iterator[Incoming | LeftOut]:
    if head.machine:
        left_out = _left_out(listed, head, head.machine)
        yield read_automatic(head, listed.header, lambda: server.beginning(listed.uid), left_out, listed.received)
    elif head.text_alone:
        yield _left_out(listed, head, _NOTHING_ATTACHED)
    elif listed.size > FETCH_LIMIT:
        size = listed.size // 1_000_000
        yield _left_out(listed, head, f"It has {size} MB and is not fetched. Write to the sender, or save it by hand.")
    elif listed.size > MESSAGE_LIMIT:
        yield from _whole(server, listed, head)
    else:
        message = server.message(listed.uid)
        if message is not None:
            yield from _attached(message, listed, head)


_NOTHING_ATTACHED: Final = "Nothing is attached to it. Read it in the mailbox."


def _left_out(listed: Listed, head: Head, reason: str) -> LeftOut:
    sender = head.sender or "an unclear sender"
    return LeftOut(f"message '{head.subject}' from {sender}, {listed.received:%Y-%m-%d %H:%M} UTC", reason)


def _attached(message: bytes, listed: Listed, head: Head) -> Iterator[Incoming | LeftOut]:
    files = read_attachments(message)
    if files is None:
        files = (Attachment(_name_of(head), message),)
    if not files:
        yield _left_out(listed, head, _NOTHING_ATTACHED)
    for number, file in sorted(enumerate(files, start=1), reverse=True, key=lambda numbered: numbered[0]):
        yield _incoming(file.name, file.content, listed, head, number)


def _whole(server: MailServer, listed: Listed, head: Head) -> Iterator[Incoming]:
    with tempfile.TemporaryDirectory(prefix="stocktake-mail-") as folder:
        path = Path(folder) / "message"
        with path.open("wb") as file:
            for piece in server.pieces(listed.uid):
                file.write(piece)
        if path.stat().st_size:
            yield _incoming(_name_of(head), path, listed, head, 1)


def _name_of(head: Head) -> str:
    return file_name(f"{head.subject.replace('/', '-')}.eml", "message.eml")


def _incoming(name: str, content: bytes | Path, listed: Listed, head: Head, number: int) -> Incoming:
    return Incoming(name, content, listed.received, head.sender, INTAKE.name, head.reference(number))


INTAKE = Intake("mailbox", collect, proof="focal_point")
