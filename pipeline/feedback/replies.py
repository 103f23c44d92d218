"""From automatic replies in the mailbox to the ledger: which letters did not arrive, and who was away.

A reply is believed only where it names a letter that stands in the ledger: by the Message-ID of the message that was
returned or answered, or by the sign of the letter in the address to which the reply came. Where it names two different
letters it is not believed at all. Everything else stays among what was left out, as before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, Protocol

from pipeline.feedback.ledger_facts import Reply
from pipeline.gather.intake import LeftOut
from pipeline.gather.mail.automatic import AutomaticReply


class Letters(Protocol):
    """What is asked of the ledger; see :class:`pipeline.feedback.ledger.Ledger`."""

    def place_of(self, message_id: str) -> object | None:
        """Where a letter belongs; None where it never was one of ours."""
        ...

    def message_of(self, token: str) -> str | None:
        """The letter whose sign stands in an address; None where no letter has it."""
        ...

    def record_reply(self, reply: Reply) -> bool:
        """Write down what came back; whether that is new."""
        ...


def record_replies(ledger: Letters, left_out: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """Write down in the ledger what automatic replies say about letters. Again, it changes nothing.

    Args:
        ledger: The ledger of letters, open.
        left_out: What gathering passed over, automatic replies among it.

    Returns:
        The same, in the same order, where a reply is about a letter with a reason that says so.

    Raises:
        LedgerError: The ledger cannot be used.
    """
    return tuple(_recorded(ledger, item) if isinstance(item, AutomaticReply) else item for item in left_out)


def _recorded(ledger: Letters, item: AutomaticReply) -> LeftOut:
    message_id = _letter(ledger, item)
    if message_id is None:
        return item
    place = ledger.place_of(message_id)
    if item.kind == "delayed":
        return replace(item, reason=f"The {place} was not delivered yet; the mail server keeps trying. Nothing to do.")
    kind: Literal["bounced", "auto_replied"] = "bounced" if item.kind == "failed" else "auto_replied"
    for one in item.recipients:
        ledger.record_reply(Reply(kind, message_id, one.address, item.received, one.said, item.reference))
    whom = ", ".join(one.address for one in item.recipients if one.address) or "a recipient"
    reasons = {
        "bounced": f"The {place} did not reach {whom}. Correct the address in focal_points.csv, or ask the member.",
        "auto_replied": f"The {place} was answered automatically by {whom}, who may be away. Read it in the mailbox.",
    }
    return replace(item, reason=reasons[kind])


def _letter(ledger: Letters, item: AutomaticReply) -> str | None:
    """The one letter that it is about; None where it names none of ours, or several that contradict each other."""
    of_ids = [id for id in item.named if ledger.place_of(id) is not None]
    of_tokens = {id for id in map(ledger.message_of, item.tokens) if id is not None}
    if of_tokens and not of_tokens.issuperset(of_ids[:1]):
        return None
    if len(of_tokens) > 1:
        return None
    return next(iter([*of_ids, *of_tokens]), None)
