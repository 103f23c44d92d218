"""What the ledger of letters keeps: exact letters in their places, and what came back for them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

_TOKEN_DIGITS: Final = 16


@dataclass(frozen=True)
class Place:
    """Where one letter belongs and no second one: a cycle, a member, a kind of letter, a round."""

    cycle: str
    member: str
    kind: str
    round: int

    def __str__(self) -> str:
        return f"{self.kind} to {self.member}, round {self.round} of {self.cycle}"


@dataclass(frozen=True)
class LedgerLetter:
    """An exact letter.

    Attributes:
        place: Where it belongs.
        message_id: Its Message-ID.
        language: BCP 47 code.
        recipients: Addresses.
        subject: Its subject line.
        sha256: Digest of all its bytes.
        findings: Ids of the findings that it names, each with its severity (None where that is not known).
    """

    place: Place
    message_id: str
    language: str
    recipients: tuple[str, ...]
    subject: str
    sha256: str
    findings: Mapping[str, str | None]


@dataclass(frozen=True)
class Reply:
    """What came back for a letter.

    Attributes:
        kind: ``bounced`` where a mail server could not deliver it, ``auto_replied`` where the recipient is away.
        message_id: The letter.
        recipient: Whom it concerns; '' where that is not said.
        at: Aware time at which the reply arrived.
        detail: What the server or the person said, as text that can be shown.
        reference: What the reply is known by; the same reply is written down once.
    """

    kind: Literal["bounced", "auto_replied"]
    message_id: str
    recipient: str
    at: datetime
    detail: str
    reference: str


def bounce_token(message_id: str) -> str:
    """The sign of a letter in the address to which mail servers return it: hexadecimal digits, no case to lose."""
    return hashlib.sha256(message_id.encode("utf-8")).hexdigest()[:_TOKEN_DIGITS]
