"""What mail servers and absent people's programs answer to letters: not delivered, delayed, nobody there.

Only messages that say of themselves that no person wrote them come here (see ``Head.machine``). Who believes what they
say asks the ledger first, whether the letter that they name was ever sent.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.gather.intake import LeftOut
from pipeline.gather.mail.bounced import Failed, read_bounce
from pipeline.gather.mail.bounded import PARSER_FAULTS
from pipeline.gather.mail.heads import Head, header_fields
from pipeline.gather.mail.names import decoded
from pipeline.text import one_line

Fields = Mapping[str, Sequence[str]]

_IDS_LIMIT: Final = 50
_ID: Final = re.compile(r"<[^<>\s]{1,250}>")
_TOKEN: Final = re.compile(r"(?<![0-9a-z])[0-9a-f]{16}(?![0-9a-f])(?=[^\s@<>]*@)", re.IGNORECASE)
_ADDRESSED: Final = ("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_SERVERS: Final = re.compile(r"(mailer-daemon|postmaster)@.*", re.IGNORECASE)


@dataclass(frozen=True)
class AutomaticReply(LeftOut):
    """An automatic answer, which is no submission and may be about a letter of ours.

    Attributes:
        kind: ``failed``: it was not delivered to a recipient, for good. ``delayed``: it was not delivered yet.
            ``absent``: a program answered in a person's place.
        named: Message-IDs that it names as what it answers, the likeliest first.
        tokens: What looks like the sign of a letter in the addresses to which it came (see ``bounce_token``).
        recipients: Whom it concerns, with what was said.
        received: When it arrived, in UTC.
        reference: What it is known by.
    """

    kind: Literal["failed", "delayed", "absent"]
    named: tuple[str, ...]
    tokens: tuple[str, ...]
    recipients: tuple[Failed, ...]
    received: dt.datetime
    reference: str


def read_automatic(
    head: Head, header: bytes, beginning: Callable[[], bytes], left_out: LeftOut, received: dt.datetime
) -> LeftOut:
    """Read an automatic answer.

    Args:
        head: What its header says; ``head.machine`` is not None.
        header: Its header.
        beginning: Fetches the beginning of the whole message; called where the header does not tell enough.
        left_out: How it is shown to staff.
        received: When it arrived, in UTC.

    Returns:
        What it says; ``left_out`` where it is about no letter, such as a message to many.
    """
    fields = header_fields(header)
    reference = head.reference(0)
    try:
        bounce = read_bounce(fields, beginning()) if _is_of_server(fields, head) else None
    except PARSER_FAULTS:
        return left_out
    tokens = _tokens(fields)
    if bounce is not None:
        said = (left_out.file, left_out.reason, bounce.kind, bounce.named, tokens, bounce.recipients)
        return AutomaticReply(*said, received, reference)
    named = _answered(fields)
    if _is_report(fields) or not named:
        return left_out
    absent = Failed(head.sender or "", one_line(decoded(head.subject)))
    return AutomaticReply(left_out.file, left_out.reason, "absent", named, tokens, (absent,), received, reference)


def _is_report(fields: Fields) -> bool:
    return fields.get("content-type", ("",))[0].lower().startswith("multipart/report")


def _is_of_server(fields: Fields, head: Head) -> bool:
    empty = fields.get("return-path", ("",))[0] == "<>"
    return _is_report(fields) or empty or "x-failed-recipients" in fields or bool(_SERVERS.fullmatch(head.sender or ""))


def _answered(fields: Fields) -> tuple[str, ...]:
    """The messages that it answers: the one that it answers itself, then its thread from the latest on."""
    itself = _ID.findall(" ".join(fields.get("in-reply-to", ())))
    thread = _ID.findall(" ".join(fields.get("references", ())))
    return tuple(dict.fromkeys([*itself, *reversed(thread)]))[:_IDS_LIMIT]


def _tokens(fields: Fields) -> tuple[str, ...]:
    addresses = " ".join(value for name in _ADDRESSED for value in fields.get(name, ()))
    return tuple(dict.fromkeys(token.lower() for token in _TOKEN.findall(addresses)))[:_IDS_LIMIT]
