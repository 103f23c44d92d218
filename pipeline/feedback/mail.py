"""A letter as an e-mail message, ready to be opened or sent: headers from codes only, all parts, the same bytes always.

What belongs here: headers, recipients, attachments and encoding. What does not: what the letter says, and sending it.

Python 3.11 decodes ``=?...?=`` in a header value that it is given, so that a line break hidden in such a word would
open a new header. Headers are therefore made of codes and the product's own words, and refuse both.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from email.utils import format_datetime
from typing import Any, Final

from pipeline.alliance.model import FocalPoint
from pipeline.errors import AllianceError, Problem
from pipeline.feedback.threads import is_message_id, slug, thread_root

FOCAL_POINTS_FILE: Final = "focal_points.csv"
_FORBIDDEN: Final = re.compile("=\\?|[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ADDRESS: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.+'-]*[A-Za-z0-9_+'-])?@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")
# Domains that RFC 2606 and RFC 6761 keep for examples and tests: a message to them reaches nobody.
_EXAMPLE_DOMAIN: Final = re.compile(r"(?:.*\.)?example\.(?:org|com|net)|.*\.(?:example|test|invalid)")
_ROLES: Final = ("focal_point", "deputy")
_HASH_DIGITS: Final = 16
# The codes at the beginning of a thread that all letters of a cycle to a member share: alliance, cycle, member.
_SHARED_CODES: Final = 3
_WORKBOOK: Final = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
# No other characters, so that no file name needs the parameters of RFC 2231, which programs read in different ways.
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*\.xlsx")


class _MessageIds(BaseHeader):
    """A header of Message-IDs, one on a line: Python would write long ones as encoded words, which no program reads."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """Take the value as it is; it was checked before."""
        kwds |= {"decoded": value, "parse_tree": None}

    def fold(self, *, policy: Policy[Any]) -> str:
        """Write the header with a line for each id."""
        return f"{self.name}: {f'{policy.linesep} '.join(str(self).split())}{policy.linesep}"


def _policy() -> EmailPolicy[EmailMessage]:
    headers = HeaderRegistry()
    for name in ("message-id", "in-reply-to", "references"):
        headers.map_to_type(name, _MessageIds)
    return SMTP.clone(header_factory=headers)


class HeaderError(ValueError):
    """Something that must not stand in a header of a message would have come to stand there."""


@dataclass(frozen=True)
class Attachment:
    """A workbook that goes with a letter: its file name, of plain letters, digits, ``.``, ``_`` and ``-``, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Envelope:
    """Everything about a message but its two texts.

    Attributes:
        thread: Codes that tell letters apart, e.g. ``("GA-CSAO", "2014", "ALB", "corrections", "2")``: alliance, cycle,
            member, then what tells letters to one member apart.
        language: BCP 47 code.
        sender: Name of the office that writes.
        contact: Address of the office, for the sender and for replies.
        recipients: Addresses of the member's focal points.
        subject: Subject line, of codes and of the product's own words.
        date: Aware date and time.
        answers: Message-ID of the member's message that the letter answers; '' for none.
        attachments: Workbooks that go with it.
    """

    thread: tuple[str, ...]
    language: str
    sender: str
    contact: str
    recipients: tuple[str, ...]
    subject: str
    date: datetime
    answers: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Mail:
    """A message: its id and its bytes, with CRLF line ends as RFC 5322 wants them."""

    message_id: str
    content: bytes


def is_example_address(address: str) -> bool:
    """Whether an address is in a domain that RFC 2606 reserves for examples, so that nobody receives what goes there."""
    return _EXAMPLE_DOMAIN.fullmatch(address.rpartition("@")[2].lower()) is not None


def recipients(focal_points: Sequence[FocalPoint], member: str, *, examples_only: bool) -> tuple[FocalPoint, ...]:
    """The focal points of a member to whom its letters go, the focal point before the deputy.

    Args:
        focal_points: Those of the whole alliance.
        member: Code of the member.
        examples_only: Refuse every address that could reach a person, for demonstration cycles.

    Raises:
        AllianceError: An address cannot be used; names all of this member's.
    """
    chosen = [point for role in _ROLES for point in focal_points if (point.member, point.role) == (member, role)]
    problems: list[Problem] = []
    for point in chosen:
        if not _ADDRESS.fullmatch(point.address):
            seen = f"{point.address!r} of {member} is no plain e-mail address."
            problems.append(Problem(FOCAL_POINTS_FILE, seen, "Write one address, e.g. office@ministry.example."))
        elif examples_only and not is_example_address(point.address):
            seen = f"{point.address} of {member} could reach a person, and the cycle is a demonstration."
            problems.append(
                Problem(FOCAL_POINTS_FILE, seen, "Use an address that ends in .example, .test or .invalid.")
            )
    if problems:
        raise AllianceError(problems)
    addresses = [point.address.lower() for point in chosen]
    return tuple(point for n, point in enumerate(chosen) if point.address.lower() not in addresses[:n])


def write_mail(envelope: Envelope, text: str, html: str) -> Mail:
    """Put a letter into an e-mail message with a text part, an HTML part, and its attachments after them.

    The boundaries and the Message-ID come from the content, so that the same letter is always the same bytes and a
    changed letter never has the id of the former one.

    Args:
        envelope: Everything but the two texts.
        text: The letter as plain text.
        html: The letter as a whole HTML document.

    Raises:
        HeaderError: A header would hold a control character, an encoded word, or something that is no Message-ID; or
            the name of an attachment is no plain file name.
    """
    digest = _digest(envelope, text, html)
    message_id = f"<{slug(envelope.thread)}.{digest}@{_domain(envelope)}>"
    message = EmailMessage(policy=_policy())
    for name, value in _headers(envelope, message_id).items():
        if value:
            message[name] = _checked(name, value)
    message["From"] = Address(_checked("From", envelope.sender), addr_spec=_checked("From", envelope.contact))
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_both_{digest}")
    for attachment in envelope.attachments:
        maintype, subtype = _WORKBOOK
        message.add_attachment(
            attachment.content, maintype=maintype, subtype=subtype, filename=_file_name(attachment.name)
        )
    if envelope.attachments:
        message.set_boundary(f"=_all_{digest}")
    # Last, since the parts take with them every such header that the message had before.
    message["Content-Language"] = _checked("Content-Language", envelope.language)
    return Mail(message_id, message.as_bytes())


def _headers(envelope: Envelope, message_id: str) -> dict[str, str]:
    root = thread_root(envelope.thread[:_SHARED_CODES], _domain(envelope))
    named = [root, envelope.answers] if envelope.answers else [root]
    if strange := [one for one in named if not is_message_id(one)]:
        raise HeaderError(f"A letter can refer to a Message-ID only, found {strange[0]!r}.")
    return {
        "Subject": envelope.subject,
        "Date": format_datetime(envelope.date),
        "Message-ID": message_id,
        "In-Reply-To": envelope.answers,
        "References": " ".join(named),
        "Reply-To": envelope.contact,
        # In angle brackets, as all mail programs write addresses: filters take bare ones for a sign of spam.
        "To": ", ".join(f"<{address}>" for address in envelope.recipients),
        "Auto-Submitted": "auto-generated",
        "X-Stocktake-Letter": " ".join(envelope.thread),
    }


def _domain(envelope: Envelope) -> str:
    return envelope.contact.rpartition("@")[2]


def _file_name(name: str) -> str:
    if not _FILE_NAME.fullmatch(name):
        raise HeaderError(f"An attachment has a plain file name that ends in .xlsx, found {name!r}.")
    return name


def _checked(name: str, value: str) -> str:
    if _FORBIDDEN.search(value):
        raise HeaderError(f"The header {name} must hold neither control characters nor '=?', found {value!r}.")
    return value


def _digest(envelope: Envelope, text: str, html: str) -> str:
    parts = [repr(envelope.thread), envelope.sender, envelope.contact, *envelope.recipients, envelope.subject]
    parts += [envelope.date.isoformat(), envelope.answers, text, html]
    parts += [f"{one.name} {hashlib.sha256(one.content).hexdigest()}" for one in envelope.attachments]
    return hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()[:_HASH_DIGITS]
