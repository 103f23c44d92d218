"""Messages that could not be delivered, as mail servers report them.

Most speak RFC 3464: a ``multipart/report`` with a part for programs, and the returned message or its header behind it.
Older servers write a text in words of their own and append the message; of them, who failed and which message it was
is read where they say it plainly. A report that somebody forwards stands in a message of that person, and is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from typing import Final, Literal

from pipeline.gather.mail.bounded import decoded_content, inner_parts, is_wrapped, parse_bounded, unwrapped
from pipeline.gather.mail.heads import header_fields
from pipeline.gather.mail.names import decoded
from pipeline.text import one_line

_RECIPIENTS_LIMIT: Final = 50
_TEXT_LIMIT: Final = 64 * 1024
_STATUSES: Final = ("message/delivery-status", "message/global-delivery-status")
_HEADERS: Final = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_MESSAGES: Final = ("message/rfc822", "message/global")
_ID: Final = re.compile(r"<[^<>\s]{1,250}>")
_ID_LINE: Final = re.compile(r"^[> ]{0,4}Message-ID:\s*(<[^<>\s]{1,250}>)\s*$", re.IGNORECASE | re.MULTILINE)
_ADDRESS: Final = re.compile(r"[^\s<>,;:\"()]{1,64}@[A-Za-z0-9.-]{1,253}")
# qmail: the address between angle brackets with a colon, and the reason on the lines below.
_QMAIL: Final = re.compile(r"^<([^\s<>]{1,320})>:[ \t]*\r?\n((?:[^\s].{0,500}\r?\n?){1,6})", re.MULTILINE)
_FAILED: Final = re.compile(
    r"undeliver|not (?:be )?delivered|deliver[a-z]* (?:\w+ ){0,3}fail|fail[a-z]* (?:\w+ ){0,3}deliver|failure notice"
    r"|returned (?:mail|to sender)|non remis|no (?:se ha podido )?entregad|unzustellbar",
    re.IGNORECASE,
)
_DELAYED: Final = re.compile(r"\bdelay|\bwarning\b|retard|retras|verz(?:ö|oe)ger", re.IGNORECASE)


@dataclass(frozen=True)
class Failed:
    """Someone whom a message did not reach.

    Attributes:
        address: The address; '' where it is not told.
        said: What was said about it, on one line.
    """

    address: str
    said: str


@dataclass(frozen=True)
class Bounce:
    """A report about a message that was not delivered.

    Attributes:
        kind: ``failed`` where it never will be, to at least one recipient; ``delayed`` where it was not yet.
        named: The Message-ID of what was returned; empty where that cannot be told.
        recipients: Whom it did not reach.
    """

    kind: Literal["failed", "delayed"]
    named: tuple[str, ...]
    recipients: tuple[Failed, ...]


def read_bounce(fields: Mapping[str, Sequence[str]], message: bytes) -> Bounce | None:
    """Read a report about a message that was not delivered.

    Args:
        fields: The fields of its header.
        message: The beginning of the whole message, its header included.

    Returns:
        The report; None where it is none, e.g. one that says that a message was read or delivered.

    Raises:
        ValueError: It cannot be taken apart within limits; or another of ``PARSER_FAULTS``.
    """
    whole = parse_bounded(message)
    parts = list(_outer_parts(whole))
    if whole.get_content_type() == "multipart/report" or any(part.get_content_type() in _STATUSES for part in parts):
        return _of_report(parts)
    return _of_words(fields, parts)


def _outer_parts(whole: Message) -> Iterator[Message]:
    """The parts in order, without looking into messages that are within it."""
    waiting = [whole]
    while waiting:
        part = waiting.pop()
        yield part
        if part.get_content_maintype() == "multipart":
            waiting.extend(reversed(inner_parts(part)))


def _of_report(parts: Sequence[Message]) -> Bounce | None:
    status = next((part for part in parts if part.get_content_type() in _STATUSES), None)
    if status is None:
        return None
    blocks = list(_blocks(status))
    by_action: dict[str, list[Failed]] = {"failed": [], "delayed": []}
    for block in blocks:
        by_action.setdefault(block.get("action", "").partition(" ")[0].lower(), []).append(_recipient(block))
    named = _returned(parts)
    for kind in ("failed", "delayed"):
        if by_action[kind]:
            return Bounce(kind, named, tuple(by_action[kind][:_RECIPIENTS_LIMIT]))
    return None


def _blocks(status: Message) -> Iterator[dict[str, str]]:
    """The groups of fields in a status, which blank lines part: of the message first, then one per recipient."""
    for inner in inner_parts(status):
        yield {name.lower(): " ".join(str(value).split()) for name, value in inner.items()}
        rest = inner.get_payload()
        for text in re.split(r"\r?\n[ \t]*\r?\n", rest[:_TEXT_LIMIT]) if isinstance(rest, str) else ():
            found = header_fields(text.lstrip("\r\n").encode("utf-8", "surrogateescape"))
            yield {name: values[0] for name, values in found.items()}


def _recipient(block: Mapping[str, str]) -> Failed:
    # The first one is what we wrote to; the final one may be where somebody forwards it to.
    address = block.get("original-recipient") or block.get("final-recipient", "")
    diagnostic = block.get("diagnostic-code", "").partition(";")[2] or block.get("diagnostic-code", "")
    said = " ".join(part.strip() for part in (block.get("status", ""), diagnostic) if part.strip())
    return Failed(_address(address.partition(";")[2] or address), one_line(decoded(said)))


def _address(text: str) -> str:
    found = _ADDRESS.search(text)
    return one_line(found[0]) if found else ""


def _returned(parts: Sequence[Message]) -> tuple[str, ...]:
    """The Message-ID in the header of the message that was returned, where it has exactly one."""
    for part in parts:
        kind = part.get_content_type()
        if kind in _HEADERS and not inner_parts(part):
            given = header_fields(decoded_content(part).lstrip(b"\r\n")).get("message-id", [])
        elif is_wrapped(part):
            given = header_fields(unwrapped(part)).get("message-id", [])
        elif kind in (*_MESSAGES, *_HEADERS):
            given = [str(value) for inner in inner_parts(part) for value in inner.get_all("message-id", [])]
        else:
            continue
        ids = [id for value in given for id in _ID.findall(value)]
        return tuple(ids) if len(ids) == 1 else ()
    return ()


def _of_words(fields: Mapping[str, Sequence[str]], parts: Sequence[Message]) -> Bounce | None:
    """A report in a server's own words: who failed stands in a field of Exim's, or as qmail writes it."""
    subject = decoded(" ".join(fields.get("subject", ())[:1]))
    listed = [found[0] for found in _ADDRESS.finditer(" ".join(fields.get("x-failed-recipients", ())))]
    text = _text(parts)
    of_qmail = [Failed(one_line(found[1]), one_line(found[2])) for found in _QMAIL.finditer(text)]
    if not (listed or of_qmail or _FAILED.search(subject) or _DELAYED.search(subject)):
        return None
    recipients = of_qmail or [Failed(one_line(address), one_line(subject)) for address in listed]
    named = _returned(parts) or tuple(dict.fromkeys(_ID_LINE.findall(text)))
    kind: Literal["failed", "delayed"] = "delayed" if _DELAYED.search(subject) and not listed else "failed"
    told = tuple(recipients[:_RECIPIENTS_LIMIT]) or (Failed("", one_line(subject)),)
    return Bounce(kind, named if len(named) == 1 else (), told)


def _text(parts: Sequence[Message]) -> str:
    plain = next((part for part in parts if part.get_content_type() == "text/plain"), None)
    if plain is None:
        return ""
    return decoded_content(plain)[:_TEXT_LIMIT].decode("utf-8", "replace")
