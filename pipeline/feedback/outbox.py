"""What lies ready to be sent: prepared letters, each held against the approval, the ledger, the folder and the addresses.

Nothing here sends or writes anything, so that a dry run says exactly what a run would do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from email.utils import getaddresses
from pathlib import Path
from typing import Final

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle, SmtpServer
from pipeline.alliance.servers import LOOPBACK
from pipeline.feedback.ledger_facts import LedgerLetter, Place
from pipeline.feedback.ledger_states import History
from pipeline.feedback.mail import FOCAL_POINTS_FILE, is_example_address

CHANGED: Final = "The letter in the folder is no longer the one that was approved. Prepare and read the letters again."
_NAMED: Final = re.compile(r"\[([0-9a-f]{10,20})\]")


@dataclass(frozen=True)
class PreparedLetter:
    """A letter as it was prepared: a row of the table ``letters``, and where its bytes lie."""

    place: Place
    message_id: str
    language: str
    recipients: tuple[str, ...]
    subject: str
    sha256: str
    path: Path

    def read(self) -> bytes | None:
        """The bytes as they lie there now; None where they are not those that were prepared."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return None
        return content if hashlib.sha256(content).hexdigest() == self.sha256 else None


def prepared_letters(cycle: str, letters: pd.DataFrame, folder: Path) -> list[PreparedLetter]:
    """The letters of a cycle as they were prepared.

    Args:
        cycle: Name of the cycle.
        letters: Table ``letters`` or ``closing_letters``.
        folder: Where their files lie.
    """
    return [
        PreparedLetter(
            place=Place(cycle, str(row["member"]), str(row["kind"]), int(row["round"])),
            message_id=str(row["message_id"]),
            language=str(row["language"]),
            recipients=tuple(str(row["recipients"]).split()) if pd.notna(row["recipients"]) else (),
            subject=str(row["subject"]),
            sha256=str(row["sha256"]),
            path=folder / str(row["file"]),
        )
        for row in letters.to_dict("records")
    ]


def held_back(
    letter: PreparedLetter, history: History, alliance: Alliance, cycle: Cycle, server: SmtpServer
) -> tuple[str, str] | None:
    """Why a letter must not be sent, None where it may be.

    Args:
        letter: The letter.
        history: What happened in its place.
        alliance: Whose focal points may be written to.
        cycle: A demonstration writes to example addresses only, or to a mail server on this machine.
        server: The mail server.

    Returns:
        The state to show and why, in words for staff.
    """
    known = _known(letter, history)
    if known:
        return known
    for why in (_address_fault(letter, alliance, cycle, server), _content_fault(letter)):
        if why:
            return "changed" if why == CHANGED else "held", why
    return None


def _known(letter: PreparedLetter, history: History) -> tuple[str, str] | None:
    """Why what happened in its place forbids to send it."""
    standing, rival = history.standings.get(letter.message_id), history.rival(letter.message_id)
    if rival:
        other = history.standings[rival]
        why = (
            f"Another letter of this kind and round is {other.state} since {other.since[:16]} ({rival}); a letter that "
            "changed afterwards is not sent. What has changed goes into the letter of the member's next round."
        )
        return "held", why
    match standing.state if standing else None:
        case "sent":
            return "sent", f"Sent already, {standing.since[:16] if standing else ''} UTC."
        case "uncertain" | "sending":
            return "uncertain", "It may have arrived. Find out, and settle it with resolve: sent or send_again."
        case "refused":
            told = (standing.detail if standing else None) or ""
            mend = "Correct the address and prepare the letters again, or let it go again with resolve: send_again."
            return "refused", f"{told} {mend}".strip()
        case _:
            return None


def _address_fault(letter: PreparedLetter, alliance: Alliance, cycle: Cycle, server: SmtpServer) -> str | None:
    member = letter.place.member
    allowed = {point.address.lower() for point in alliance.focal_points if point.member == member}
    strangers = [address for address in letter.recipients if address.lower() not in allowed]
    persons = [address for address in letter.recipients if not is_example_address(address)]
    if not letter.recipients:
        return f"{member} has no focal point. Add one to {FOCAL_POINTS_FILE} and prepare the letters again."
    if strangers:
        return (
            f"{', '.join(strangers)} is no focal point of {member} (any more). Correct {FOCAL_POINTS_FILE}, or prepare "
            "the letters again."
        )
    if cycle.demonstration and persons and server.host not in LOOPBACK:
        return (
            f"{', '.join(persons)} could be a person's, and {cycle.name} is a demonstration: all answers are made up. Use "
            "addresses that end in .example, or a mail server on this machine."
        )
    return None


def _content_fault(letter: PreparedLetter) -> str | None:
    content = letter.read()
    if content is None:
        return CHANGED
    message = message_from_bytes(content, policy=default)
    written = {address.lower() for _, address in getaddresses([str(value) for value in message.get_all("to", [])])}
    if written != {address.lower() for address in letter.recipients}:
        return "The letter names other recipients than the table of letters. Prepare the letters again."
    if str(message.get("message-id", "")).strip() != letter.message_id:
        return "The letter has another Message-ID than the table of letters. Prepare the letters again."
    return None


def ledger_letter(letter: PreparedLetter, findings: Mapping[str, str | None]) -> LedgerLetter:
    """A letter as the ledger keeps it, with those of the member's open findings that its text names.

    Args:
        letter: A letter whose bytes are those that were prepared.
        findings: Severity of the member's open findings by their ids.
    """
    named = _named(letter.read() or b"")
    return LedgerLetter(
        place=letter.place,
        message_id=letter.message_id,
        language=letter.language,
        recipients=letter.recipients,
        subject=letter.subject,
        sha256=letter.sha256,
        findings={finding: severity for finding, severity in findings.items() if finding in named},
    )


def open_findings(findings: pd.DataFrame) -> Mapping[str, Mapping[str, str | None]]:
    """Severity of open findings by member and id.

    Args:
        findings: Table ``findings``.
    """
    by_member: dict[str, dict[str, str | None]] = {}
    for row in findings[findings["status"] == "open"].to_dict("records"):
        by_member.setdefault(str(row["member"]), {})[str(row["finding"])] = str(row["severity"])
    return by_member


def outdated(letters: Sequence[PreparedLetter], known: Mapping[Place, History], members: Collection[str]) -> list[str]:
    """Letters that wait in the ledger and are no longer among the prepared ones, e.g. of a round that has passed.

    Letters of thanks are prepared by themselves, so that they and the others leave each other alone.

    Args:
        letters: All prepared letters of the cycle.
        known: What happened in each place of the cycle.
        members: Those that are looked at.
    """
    present = {letter.message_id for letter in letters}
    closing = {letter.place.kind == "thanks" for letter in letters}
    return [
        message_id
        for place, history in known.items()
        if place.member in members and {place.kind == "thanks"} == closing
        for message_id, standing in history.standings.items()
        if standing.state in ("approved", "deferred") and message_id not in present
    ]


def _named(content: bytes) -> set[str]:
    text = message_from_bytes(content, policy=default).get_body(("plain",))
    return set(_NAMED.findall(text.get_content())) if text else set()
