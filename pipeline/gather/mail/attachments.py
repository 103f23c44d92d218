"""The files attached to a message. Whoever wrote it may have written anything, so each step has its limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Final

from pipeline.gather.mail.bounded import (
    PARSER_FAULTS,
    decoded_content,
    inner_parts,
    is_wrapped,
    parse_bounded,
    unwrapped,
)
from pipeline.gather.mail.names import decoded, file_name

ATTACHMENTS_LIMIT: Final = 100
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
    except PARSER_FAULTS:
        return None
    return tuple(found) if len(found) <= ATTACHMENTS_LIMIT else None


def _files(message: bytes, wrapped: int) -> Iterator[Attachment]:
    waiting: list[Message] = [parse_bounded(message)]
    while waiting:
        part = waiting.pop()
        if is_wrapped(part):
            # Against the rules, some servers encode a forwarded message like a file.
            if wrapped >= _WRAPPED_LIMIT:
                raise ValueError("messages within messages")
            yield from _files(unwrapped(part), wrapped + 1)
        elif part.is_multipart():
            waiting.extend(reversed(inner_parts(part)))
        elif _is_handed_in(part):
            yield Attachment(_name(part), decoded_content(part))


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


def _given_name(part: Message) -> str:
    try:
        return decoded(part.get_filename() or "")
    except (TypeError, ValueError, LookupError):  # e.g. the same parameter both whole and in numbered pieces
        return ""


def _name(part: Message) -> str:
    return file_name(_given_name(part), f"attachment{_ENDINGS.get(part.get_content_type(), '')}")
