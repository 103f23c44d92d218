"""Finding in a letter, and in everything attached to it, what belongs to another member."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache

from examples.reply import canonical
from pipeline.alliance.model import Alliance, Member
from tests.planted.clean_answers import Reply

_WORD = re.compile(r"q[0-9a-f]{12}")
_NUMBER = re.compile(r"(?<![\w.])\d{7,9}(?![\w.])|(?<![\w.])\d+\.\d{3,4}(?!\d)")
_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Traces:
    """What tells that something is a member's.

    Attributes:
        owners: Members by what only they said: words, numbers, and their codes.
        names: Members by their names in all languages, and by names and addresses of their focal points.
    """

    owners: Mapping[str, Set[str]]
    names: Mapping[str, str]

    @classmethod
    def of(cls, alliance: Alliance, members: Mapping[str, Member], replies: Iterator[tuple[str, Reply]]) -> Traces:
        """Collect the traces of all members in everything that they said."""
        owners: dict[str, set[str]] = {code: {code} for code in members}
        for member, reply in replies:
            said = [canonical(value) for value in (*reply.values.values(), *reply.comments.values())]
            for text in said:
                for trace in (*_WORD.findall(text), *_NUMBER.findall(text)):
                    owners.setdefault(trace, set()).add(member)
        names = {name: code for code, member in members.items() for name in member.names.values()}
        for point in alliance.focal_points:
            names |= {
                point.address: point.member,
                point.address.partition("@")[2]: point.member,
                point.name: point.member,
            }
        return cls(owners, {name: code for name, code in names.items() if code in members})

    def of_others(self, content: bytes, member: str) -> set[tuple[str, str]]:
        """What of other members is in a letter to a member.

        Args:
            content: The letter as a file.
            member: Whose letter it is.

        Returns:
            (part of the letter, trace) for each trace of somebody else.
        """
        found: set[tuple[str, str]] = set()
        for part, text in parts_of(content):
            said = {*_WORD.findall(text), *_NUMBER.findall(text), *_CODE.findall(text)} & self.owners.keys()
            found |= {(part, trace) for trace in said if member not in self.owners[trace]}
            for name, owner in self.names.items():
                if owner != member and name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
                    found.add((part, name))
        return found


@cache
def parts_of(content: bytes) -> tuple[tuple[str, str], ...]:
    """Every part of a letter as text: headers, bodies, and each part of each attached workbook.

    Mark-up is given with its entities decoded, once as it is and once without its tags, which may split a name.
    """
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return tuple(_parts(message))


def _parts(message: EmailMessage) -> Iterator[tuple[str, str]]:
    for number, part in enumerate(message.walk()):
        yield f"headers {number}", "\n".join(f"{name}: {value}" for name, value in part.items())
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            continue
        if data.startswith(b"PK"):
            yield from _parts_of_workbook(str(part.get_filename()), data)
        else:
            yield f"body {number}", _readable(data)


def _parts_of_workbook(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        yield f"{name}: comment", book.comment.decode("utf-8")
        for part in book.infolist():
            yield f"{name}: {part.filename}", f"{part.filename}\n{_readable(book.read(part))}"


def _readable(data: bytes) -> str:
    text = html.unescape(data.decode("utf-8"))
    return f"{text}\n{_TAG.sub('', text)}"
