"""Reading a mailbox by IMAP: always encrypted and never changing anything.

The folder is opened with EXAMINE and contents are fetched with BODY.PEEK, so that what staff have not read stays unread.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import imaplib
import re
import ssl
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError

from pipeline.alliance.model import Mailbox
from pipeline.gather.mail.failures import NotEncryptedError, in_words

TIMEOUT: Final = 60.0
"""Seconds to wait for the server at a time."""

HEADER_LIMIT: Final = 256 * 1024
"""Bytes of a message's header that are looked at."""

PIECE: Final = 4 * 1024 * 1024
"""Bytes that are fetched at a time of a message that is too large to be taken apart."""

_LISTED_AT_A_TIME: Final = 500
_HEADERS_AT_A_TIME: Final = 50
_MONTHS: Final = (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec")
_MOMENT: Final = re.compile(rb'INTERNALDATE "\s*(\d\d?)-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"', re.I)
_UID: Final = re.compile(rb"\bUID (\d+)", re.I)
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d+)", re.I)
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Listed:
    """A message as the server lists it.

    Attributes:
        uid: Its number in the folder.
        size: Its size in bytes, as the server says.
        received: When the server received it, in UTC.
        header: The beginning of its header, :data:`HEADER_LIMIT` bytes at most.
    """

    uid: str
    size: int
    received: dt.datetime
    header: bytes


class MailServer:
    """A folder of a mailbox, open for reading. What goes wrong is an InboxError with words for staff."""

    def __init__(self, mailbox: BaseMailBox, settings: Mailbox, password: str):
        self._mailbox = mailbox
        self._settings = settings
        self._password = password

    def listed(self, first: dt.date, after: dt.date | None) -> Iterator[Listed]:
        """List the messages that were received in a time.

        Args:
            first: First day, in UTC.
            after: The day after the last one; None for no end.

        Yields:
            The messages in the order in which they were received.

        Raises:
            InboxError: The server fails.
        """
        # The server counts days in a time zone of its own: a day more on each side is asked for, the moment decides.
        criteria: dict[str, Any] = {"date_gte": first - _DAY}
        if after is not None:
            criteria["date_lt"] = after + _DAY
        with in_words(self._settings, self._password):
            uids = self._mailbox.uids(str(AND(**criteria)), charset=None)
        sizes = {
            uid: (received, size)
            for uid, received, size in self._sizes(uids)
            if first <= received.date() and (after is None or received.date() < after)
        }
        ordered = sorted(sizes, key=lambda uid: (sizes[uid][0], int(uid)))
        for chunk in _chunks(ordered, _HEADERS_AT_A_TIME):
            headers = dict(self._literals(chunk, f"BODY.PEEK[HEADER]<0.{HEADER_LIMIT}>"))
            for uid in chunk:
                if uid in headers:  # Staff may have moved it away meanwhile.
                    received, size = sizes[uid]
                    yield Listed(uid, size, received, headers[uid])

    def message(self, uid: str) -> bytes | None:
        """Fetch a whole message; None where it is no longer there.

        Raises:
            InboxError: The server fails.
        """
        return dict(self._literals([uid], "BODY.PEEK[]")).get(uid)

    def beginning(self, uid: str) -> bytes:
        """Fetch the beginning of a message, :data:`HEADER_LIMIT` bytes at most; nothing where it is no longer there.

        Raises:
            InboxError: The server fails.
        """
        return dict(self._literals([uid], f"BODY.PEEK[]<0.{HEADER_LIMIT}>")).get(uid, b"")

    def pieces(self, uid: str) -> Iterator[bytes]:
        """Fetch a message piece by piece.

        Raises:
            InboxError: The server fails.
        """
        start = 0
        while piece := dict(self._literals([uid], f"BODY.PEEK[]<{start}.{PIECE}>")).get(uid):
            yield piece
            start += len(piece)

    def _sizes(self, uids: Sequence[str]) -> Iterator[tuple[str, dt.datetime, int]]:
        for chunk in _chunks(uids, _LISTED_AT_A_TIME):
            for item in self._fetch(chunk, "INTERNALDATE RFC822.SIZE"):
                found = item if isinstance(item, bytes) else b""
                uid, received, size = _UID.search(found), _moment(found), _SIZE.search(found)
                if uid and received and size and uid[1].decode() in chunk:
                    yield uid[1].decode(), received, int(size[1])

    def _literals(self, uids: Sequence[str], part: str) -> Iterator[tuple[str, bytes]]:
        """Fetch a part of messages, by their UIDs."""
        answer = self._fetch(uids, part)
        for position, item in enumerate(answer):
            if isinstance(item, tuple):
                # Servers name the UID before the literal or behind it.
                trailer = answer[position + 1] if position + 1 < len(answer) else b""
                uid = _UID.search(item[0]) or _UID.search(trailer if isinstance(trailer, bytes) else b"")
                if uid and uid[1].decode() in uids:
                    yield uid[1].decode(), item[1]

    def _fetch(self, uids: Sequence[str], parts: str) -> list[bytes | tuple[bytes, bytes] | None]:
        with in_words(self._settings, self._password):
            status, answer = self._mailbox.client.uid("FETCH", ",".join(uids), f"(UID {parts})")
            if status != "OK":
                raise imaplib.IMAP4.error(str(answer))
            return list(answer)


@contextlib.contextmanager
def open_mailbox(settings: Mailbox, password: str) -> Generator[MailServer]:
    """Sign in to a mailbox and open its folder for reading.

    Args:
        settings: Where the mailbox is.
        password: Its password.

    Yields:
        The open folder; the connection is closed afterwards.

    Raises:
        InboxError: The server cannot be reached, is not the one that its certificate names, or turns us away.
    """
    with in_words(settings, password):
        mailbox = _connect(settings)
    try:
        with in_words(settings, password):
            _sign_in(mailbox, settings.user, password)
            mailbox.folder.set(settings.folder, readonly=True)
        yield MailServer(mailbox, settings, password)
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, ImapToolsError, OSError):
            mailbox.logout()
        with contextlib.suppress(OSError):
            mailbox.client.shutdown()


def _connect(settings: Mailbox) -> BaseMailBox:
    """A connection that is encrypted, to a server whose certificate was checked."""
    context = ssl.create_default_context()
    if settings.security == "tls":
        return MailBox(settings.host, settings.port, timeout=TIMEOUT, ssl_context=context)
    mailbox = MailBoxUnencrypted(settings.host, settings.port, timeout=TIMEOUT)
    try:
        _encrypt(mailbox.client, context)
    except BaseException:
        with contextlib.suppress(OSError):
            mailbox.client.shutdown()
        raise
    return mailbox


def _encrypt(client: imaplib.IMAP4, context: ssl.SSLContext) -> None:
    if "STARTTLS" not in client.capabilities:
        raise NotEncryptedError
    try:
        client.starttls(context)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:  # It said no, or that it has signed us in already (PREAUTH).
        raise NotEncryptedError from None


def _sign_in(mailbox: BaseMailBox, user: str, password: str) -> None:
    sign_in = mailbox.login if user.isascii() and password.isascii() else mailbox.login_utf8
    try:
        sign_in(user, password, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise MailboxLoginError(("NO", [str(error).encode()]), "OK") from None


def _moment(found: bytes) -> dt.datetime | None:
    match = _MOMENT.search(found)
    if match is None or match[2].lower() not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(match[group]) for group in (1, 3, 4, 5, 6))
    offset = dt.timedelta(hours=int(match[8]), minutes=int(match[9])) * (-1 if match[7] == b"-" else 1)
    try:
        local = dt.datetime(year, _MONTHS.index(match[2].lower()) + 1, day, hour, minute, second, tzinfo=dt.UTC)
        return local - offset
    except (ValueError, OverflowError):
        return None


def _chunks(uids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (uids[start : start + size] for start in range(0, len(uids), size))
