"""The header of a message: who it is, from whom, and whether a person wrote it. Nothing in it is believed beyond that.

Headers are split here, on the bytes: Python's own parsers of addresses have been talked into seeing another sender than
the mail program shows.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from pipeline.gather.mail.names import decoded
from pipeline.text import one_line

_ID_LIMIT: Final = 200
_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}")
_STABLE: Final = ("message-id", "date", "from", "to", "subject", "received")
_FORMER: Final = re.compile(r"auto_reply|bulk|junk|list")
_MACHINES: Final = re.compile(r"(mailer-daemon|postmaster)@.*", re.IGNORECASE)


@dataclass(frozen=True)
class Head:
    """What a message's header says.

    Attributes:
        id: Its Message-ID; a digest where there is none, several, or one that cannot be shown.
        mark: Digest of the lines that tell this message from another one with the same Message-ID.
        sender: The one address in its one From line; None where that is not exactly one plain address.
        subject: Its subject, for staff to find it by.
        machine: Why it was not written by a person, in words; None where nothing says so.
        text_alone: It is a plain text or a web page, and can have no attachment.
    """

    id: str
    mark: str
    sender: str | None
    subject: str
    machine: str | None
    text_alone: bool

    def reference(self, number: int) -> str:
        """The reference of the attachment with that number, counted from 1."""
        return f"{self.id}#{number}-{self.mark}"


def read_head(header: bytes, size: int) -> Head:
    """Read a message's header.

    Args:
        header: The header as the server has it, or the beginning of a long one.
        size: Size of the whole message in bytes.

    Returns:
        What it says. The same message gives the same, however often and from which server it is read.
    """
    fields = header_fields(header)
    sender = _sender(fields.get("from", ()))
    subject = one_line(decoded(" ".join(fields.get("subject", ())[:1])))
    kept = [f"{name}: {value}" for name in _STABLE for value in fields.get(name, ())]
    mark = hashlib.sha256("\n".join([*kept, str(size)]).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    # Of a header that was cut, the lines that tell of attachments may be missing.
    text_alone = header.endswith((b"\r\n\r\n", b"\n\n")) and _is_text_alone(fields)
    return Head(_id(fields, header), mark, sender, subject, _machine(fields, sender), text_alone)


def header_fields(header: bytes) -> dict[str, list[str]]:
    """Read the fields of a header.

    Args:
        header: The header, or the beginning of a message.

    Returns:
        The values of each field by its name in small letters, unfolded, blanks made one; bytes beyond ASCII stand as
        surrogates.
    """
    fields: dict[str, list[str]] = {}
    for line in re.sub(r"\r?\n[ \t]+", " ", header.decode("ascii", "surrogateescape")).split("\n"):
        if not line.strip():
            break
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), []).append(" ".join(value.split()))
    return fields


def _id(fields: dict[str, list[str]], header: bytes) -> str:
    given = [value for value in fields.get("message-id", ()) if value]
    if len(given) != 1:
        return f"sha256:{hashlib.sha256(header).hexdigest()[:32]}"
    known = "".join(given[0].split())
    if len(known) <= _ID_LIMIT and known.isascii() and known.isprintable():
        return known
    return f"sha256:{hashlib.sha256(known.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}"


def _sender(given: list[str] | tuple[()]) -> str | None:
    """The address of a single From line with a single mailbox; names and comments around it are dropped."""
    if len(given) != 1:
        return None
    bare = _without_quotes_and_comments(given[0])
    if bare is None or re.search("[,;:]", bare):
        return None
    if "<" in bare or ">" in bare:
        inside = re.fullmatch(r"[^<>]*<([^<>]*)>\s*", bare)
        bare = inside[1] if inside else ""
    address = bare.strip()
    return address if _ADDRESS.fullmatch(address) and "=?" not in address else None


def _without_quotes_and_comments(text: str) -> str | None:
    """The text without "quoted" and (commented (nested)) parts; None where one of them does not end."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for sign in text:
        if escaped:
            escaped = False
        elif sign == "\\" and (quoted or depth):
            escaped = True
        elif sign == '"' and not depth:
            quoted = not quoted
            # A quoted name before an @ would be another address than the bare rest.
            kept.append("\x00" if quoted else "")
        elif not quoted and sign in "()":
            depth += 1 if sign == "(" else -1
            if depth < 0:
                return None
        elif not quoted and not depth:
            kept.append(sign)
    return None if quoted or depth else "".join(kept)


def _machine(fields: dict[str, list[str]], sender: str | None) -> str | None:
    first = {name: values[0].lower() for name, values in fields.items()}
    if first.get("content-type", "").startswith("multipart/report"):
        return "It is a report about a message that was sent (not delivered, or read)."
    if _MACHINES.fullmatch(sender or "") or first.get("return-path") == "<>":
        return "It was sent by a mail server or an automatic reply."
    submitted = first.get("auto-submitted", "no").partition(";")[0].strip()
    if submitted != "no" or "x-autoreply" in first or "x-autorespond" in first:
        return "It is an automatic reply."
    if _FORMER.fullmatch(first.get("precedence", "")):
        return "It was sent to many, or automatically."
    return None


def _is_text_alone(fields: dict[str, list[str]]) -> bool:
    types = fields.get("content-type", ["text/plain"])
    disposition = " ".join(fields.get("content-disposition", ())).lower()
    return (
        len(types) == 1
        and re.match(r"text/(plain|html)\s*(;|$)", types[0].lower()) is not None
        and "name" not in types[0].lower()
        and "name" not in disposition
        and not disposition.startswith("attachment")
    )
