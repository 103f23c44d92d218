"""Made-up further documents: rows of the questionnaire's table of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from examples.phrases import say
from examples.reply import Reply

_EARLIEST: Final = date(2012, 12, 5)
_PERIOD: Final = 180


def add_documents(
    reply: Reply, member: str, cycle: str, commitments: Sequence[str], language: str, today: date
) -> None:
    """List further documents, one for each commitment that is named; one that is named twice has two.

    Args:
        reply: Where the answers go.
        member: Code of the member.
        cycle: Name of the cycle.
        commitments: The commitment of each document, in order.
        language: Language of the member.
        today: Day of answering; no document is later.
    """
    for number, commitment in enumerate(commitments, 1):
        key, chance = f"NEW-{number}", Random(f"{member} {cycle} document {number}")
        reply.answer("e_commitment", commitment, key)
        reply.answer("e_title", say("evidence", language, chance), key)
        reply.answer("e_date", max(today - timedelta(days=chance.randint(5, _PERIOD)), _EARLIEST), key)
        reply.answer("e_link", f"https://www.{member.lower()}.example/{cycle}/document-{number}", key)
        # Every third document is for the secretariat only.
        reply.answer("e_public", "no" if number % 3 == 0 else "yes", key)
