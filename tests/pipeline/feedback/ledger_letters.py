"""Exact letters and moments for the tests of the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pipeline.feedback.ledger_facts import LedgerLetter, Place


def at(minute: int) -> datetime:
    return datetime(2014, 7, 20, 9, tzinfo=UTC) + timedelta(minutes=minute)


def letter(
    content: str = "first",
    member: str = "ALB",
    round: int = 1,
    findings: Mapping[str, str | None] | None = None,
    kind: str = "corrections",
) -> LedgerLetter:
    """A letter whose id and digest follow from its place and content, as those of real letters do."""
    place = Place("2014", member, kind, round)
    digest = hashlib.sha256(f"{place} {content}".encode()).hexdigest()
    return LedgerLetter(
        place=place,
        message_id=f"<GA.2014.{member}.{kind}.{digest[:16]}@alliance.example>",
        language="en",
        recipients=(f"focal_point@{member.lower()}.example", f"deputy@{member.lower()}.example"),
        subject=f"GA/2014/{member}: corrections",
        sha256=digest,
        findings=findings or {},
    )
