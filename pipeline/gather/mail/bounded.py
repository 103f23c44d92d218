"""Messages taken apart by Python's parser within limits. Whoever wrote one may have written it to break the parser."""

from __future__ import annotations

import base64
import binascii
import email
import re
from email.errors import MessageError
from email.message import Message
from email.policy import Compat32
from typing import Final

PARTS_LIMIT: Final = 2_000
"""Lines that begin with two hyphens, as those between the parts of a message do."""

LINES_LIMIT: Final = 1_000_000
"""Python's parser keeps a hundred bytes for every line; a file of 40 MB has half as many."""

NESTED_LIMIT: Final = 20_000_000
"""Lines times nested parts: Python's parser compares every line with the boundary of every part around it."""

PARSER_FAULTS: Final = (MessageError, ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What Python's parser raises on messages that were written to break it."""

_HEADER_LIMIT: Final = 4_000
_PARAMETERS_LIMIT: Final = 64


class _Bounded(Compat32):
    """Headers as they stand, cut where Python would take minutes to look for parameters in them."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, ";".join(value[:_HEADER_LIMIT].split(";")[:_PARAMETERS_LIMIT])

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - the name is the parser's
        return value


def parse_bounded(message: bytes) -> Message:
    """Take a message apart.

    Args:
        message: All bytes of the message, or its beginning.

    Raises:
        ValueError: It has more lines or parts than a mail program writes.
    """
    lowered, lines = message.lower(), message.count(b"\n")
    nested = 1 + lowered.count(b"boundary") + lowered.count(b"message/")
    if message.count(b"\n--") > PARTS_LIMIT or lines > LINES_LIMIT or nested * lines > NESTED_LIMIT:
        raise ValueError("more parts than a mail program writes")
    return email.message_from_bytes(message, policy=_Bounded())


def inner_parts(part: Message) -> list[Message]:
    """The parts directly within a part; none where it has none."""
    inner = part.get_payload()
    return [each for each in inner if isinstance(each, Message)] if isinstance(inner, list) else []


def is_wrapped(part: Message) -> bool:
    """Whether a part is a message that was encoded like a file: against the rules, some servers do that."""
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    return part.get_content_type() == "message/rfc822" and encoding == "base64"


def unwrapped(part: Message) -> bytes:
    """The message that was encoded like a file.

    Raises:
        ValueError: It cannot be decoded.
    """
    text = "".join(each.as_string() for each in inner_parts(part))
    try:
        return base64.b64decode(re.sub(r"[^A-Za-z0-9+/=]", "", text))
    except binascii.Error:
        raise ValueError("a forwarded message that cannot be decoded") from None


def decoded_content(part: Message) -> bytes:
    """The bytes of a part that has no parts within, out of their transfer encoding."""
    # From 3.12 on, Python decodes text by its charset in passing, which nobody wants here, and some charsets break it.
    del part["content-type"]
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
