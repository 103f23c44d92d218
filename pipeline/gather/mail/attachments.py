"""The files attached to a message. Whoever wrote it may have written anything, so each step has its limit."""

from __future__ import annotations

import base64
import binascii
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from email.policy import Compat32
from typing import Final

from pipeline.gather.mail.names import decoded, file_name

ATTACHMENTS_LIMIT: Final = 100
PARTS_LIMIT: Final = 2_000
"""Lines that begin with two hyphens, as those between the parts of a message do."""

LINES_LIMIT: Final = 1_000_000
"""Python's parser keeps a hundred bytes for every line; a file of 40 MB has half as many."""

NESTED_LIMIT: Final = 20_000_000
"""Lines times nested parts: Python's parser compares every line with the boundary of every part around it."""

_HEADER_LIMIT: Final = 4_000
_PARAMETERS_LIMIT: Final = 64
_WRAPPED_LIMIT: Final = 5
_ENDINGS: Final = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/pdf": ".pdf",
}
_NOT_HANDED_IN: Final = frozenset(
    {
        *("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"),
        *("application/pgp-keys", "application/pgp-encrypted", "text/vcard", "text/x-vcard", "text/directory"),
        *("text/calendar", "text/rfc822-headers", "message/delivery-status", "message/disposition-notification"),
    }
)
_NOT_HANDED_IN_ENDINGS: Final = (".vcf", ".p7s", ".ics")
# What Python's parser raises on messages that were written to break it.
_PARSER_FAULTS: Final = (MessageError, ValueError, TypeError, LookupError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Attachment:
    """A file attached to a message: its name without any path, and its bytes."""

    name: str
    content: bytes


def read_attachments(message: bytes) -> tuple[Attachment, ...] | None:
    """Take the attached files out of a message, those in forwarded messages included.

    Not among them are pictures that stand in the text, signatures, keys, visiting cards and appointments.

    Args:
        message: All bytes of the message.

    Returns:
        The files in order; none where nothing is attached. None where the message is not one that a mail program
        writes, and cannot be taken apart within limits.
    """
    try:
        found = list(_files(message, 0))
    except _PARSER_FAULTS:
        return None
    return tuple(found) if len(found) <= ATTACHMENTS_LIMIT else None


class _Bounded(Compat32):
    """Headers as they stand, cut where Python would take minutes to look for parameters in them."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, ";".join(value[:_HEADER_LIMIT].split(";")[:_PARAMETERS_LIMIT])

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - the name is the parser's
        return value


def _files(message: bytes, wrapped: int) -> Iterator[Attachment]:
    if not _is_bounded(message):
        raise ValueError("more parts than a mail program writes")
    waiting: list[Message] = [email.message_from_bytes(message, policy=_Bounded())]
    while waiting:
        part = waiting.pop()
        if _is_wrapped(part):
            # Against the rules, some servers encode a forwarded message like a file.
            if wrapped >= _WRAPPED_LIMIT:
                raise ValueError("messages within messages")
            yield from _files(_unwrapped(part), wrapped + 1)
        elif part.is_multipart():
            waiting.extend(reversed(_inner(part)))
        elif _is_handed_in(part):
            yield Attachment(_name(part), _content(part))


def _is_bounded(message: bytes) -> bool:
    lowered, lines = message.lower(), message.count(b"\n")
    nested = 1 + lowered.count(b"boundary") + lowered.count(b"message/")
    return message.count(b"\n--") <= PARTS_LIMIT and lines <= LINES_LIMIT and nested * lines <= NESTED_LIMIT


def _is_wrapped(part: Message) -> bool:
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    return part.get_content_type() == "message/rfc822" and encoding == "base64"


def _inner(part: Message) -> list[Message]:
    inner = part.get_payload()
    return [each for each in inner if isinstance(each, Message)] if isinstance(inner, list) else []


def _unwrapped(part: Message) -> bytes:
    text = "".join(each.as_string() for each in _inner(part))
    try:
        return base64.b64decode(re.sub(r"[^A-Za-z0-9+/=]", "", text))
    except binascii.Error:
        raise ValueError("a forwarded message that cannot be decoded") from None


def _is_handed_in(part: Message) -> bool:
    kind, disposition = part.get_content_type(), part.get_content_disposition()
    name = _name(part).lower()
    if kind in _NOT_HANDED_IN or name.endswith(_NOT_HANDED_IN_ENDINGS):
        return False
    if kind.startswith("image/") and disposition != "attachment":
        return disposition != "inline" and part.get("content-id") is None
    if kind.startswith(("text/", "multipart/")):
        return disposition == "attachment" or bool(_given_name(part))
    return True


def _content(part: Message) -> bytes:
    # From 3.12 on, Python decodes text by its charset in passing, which nobody wants here, and some charsets break it.
    del part["content-type"]
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _given_name(part: Message) -> str:
    try:
        return decoded(part.get_filename() or "")
    except (TypeError, ValueError, LookupError):  # e.g. the same parameter both whole and in numbered pieces
        return ""


def _name(part: Message) -> str:
    return file_name(_given_name(part), f"attachment{_ENDINGS.get(part.get_content_type(), '')}")
