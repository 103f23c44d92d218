"""Handing letters to a mail server, and telling exactly what came of each.

A letter is claimed after the server has taken sender and recipients, and before it is asked for the content. The line
that ends the content is sent by itself: until then nothing can have been delivered, and from then on only the server's
answer tells. So an outcome is *uncertain* only where that answer is missing.
"""

from __future__ import annotations

import base64
import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Literal

from pipeline.alliance.codes import is_address
from pipeline.alliance.model import SmtpServer
from pipeline.feedback.smtp_failures import (
    NotEncryptedError,
    NotSignedInError,
    connection_failure,
    shown,
)

TIMEOUT: Final = 60.0
"""Seconds to wait for the server at a time."""

LAST_TIMEOUT: Final = 600.0
"""Seconds to wait for the answer to a whole letter: RFC 5321 grants the server ten minutes (4.5.3.2.6)."""

_END: Final = b".\r\n"
_CLOSING: Final = 421
_BROKEN: Final = (smtplib.SMTPException, OSError)


@dataclass(frozen=True)
class Outgoing:
    """A letter on its way: the address it returns to, its recipients, and all of its bytes with CRLF line ends."""

    sender: str
    recipients: Sequence[str]
    content: bytes


@dataclass(frozen=True)
class Outcome:
    """What came of a letter: an event of the ledger, and why in words for staff."""

    event: Literal["sent", "refused", "deferred", "uncertain"]
    detail: str


class _DroppedError(Exception):
    """The connection ended before the server could have taken the letter; the message says when."""


class Postbox:
    """A mail server that letters are handed to, over one connection for as long as it holds."""

    def __init__(
        self, server: SmtpServer, password: str, *, timeout: float = TIMEOUT, last_timeout: float = LAST_TIMEOUT
    ):
        self._settings = server
        self._password = password
        self._timeout = timeout
        self._last_timeout = last_timeout
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Postbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def deliver(self, letter: Outgoing, claim: Callable[[], bool], *, wait_for_all: bool) -> Outcome | None:
        """Hand a letter to the server.

        Args:
            letter: The letter.
            claim: Called before the server is asked for the content; False where the letter must not be sent.
            wait_for_all: Defer the letter where only some of its recipients can be written to just now.

        Returns:
            What came of it; None where it could not be claimed, and was not sent.

        Raises:
            SendingError: No letter can be sent by this server until something is mended.
            NotReachedError: The server does not answer, or ended the connection before the letter was spoken of.
            ValueError: An address could be taken for more than an address.
        """
        for address in (letter.sender, *letter.recipients):
            if not is_address(address):
                raise ValueError(f"{address!r} must not go on an envelope.")
        fresh = self._connection is None
        connection = self._connection or self._connect()
        try:
            taken = self._open(connection, letter)
        except _DroppedError as error:
            self._close()
            # Servers end connections that were idle, or carried enough: a new one tells whether that is all.
            if not fresh:
                return self.deliver(letter, claim, wait_for_all=wait_for_all)
            return Outcome("deferred", f"Not sent: {error}")
        try:
            return taken or self._hand_over(connection, letter, claim, wait_for_all=wait_for_all)
        except _DroppedError as error:
            self._close()
            return Outcome("deferred", f"Not sent: {error}")

    def _open(self, connection: smtplib.SMTP, letter: Outgoing) -> Outcome | None:
        """Name the sender; an outcome where the server does not want the letter."""
        needs_8_bits = not letter.content.isascii()
        limit = connection.esmtp_features.get("size", "")
        if needs_8_bits and not connection.has_extn("8bitmime"):
            return Outcome(
                "refused", "Not sent: the letter has characters that this server cannot carry (no 8BITMIME)."
            )
        if limit.isdecimal() and 0 < int(limit) < len(letter.content):
            return Outcome("refused", f"Not sent: it has {len(letter.content)} bytes, and the server takes {limit}.")
        options = " BODY=8BITMIME" if needs_8_bits else ""
        options += f" SIZE={len(letter.content)}" if connection.has_extn("size") else ""
        code, said = self._ask(connection, "MAIL", f"FROM:<{letter.sender}>{options}")
        return (
            None if code == 250 else self._turned_away(connection, code, f"the server does not take it ({code} {said})")
        )

    def _hand_over(
        self, connection: smtplib.SMTP, letter: Outgoing, claim: Callable[[], bool], *, wait_for_all: bool
    ) -> Outcome | None:
        answers = {address: self._ask(connection, "RCPT", f"TO:<{address}>") for address in letter.recipients}
        accepted = [address for address, (code, _) in answers.items() if code in (250, 251)]
        turned_away = {address: answer for address, answer in answers.items() if address not in accepted}
        passing = any(400 <= code < 500 for code, _ in turned_away.values())
        if not accepted or (passing and wait_for_all):
            return self._turned_away(connection, 450 if passing else 550, _told(turned_away))
        if not claim():
            self._reset(connection)
            return None
        code, said = self._ask(connection, "DATA")
        if code != 354:
            return self._turned_away(connection, code, f"the server does not take its content ({code} {said})")
        try:
            connection.send(_stuffed(letter.content))
        except _BROKEN:
            raise _DroppedError("the connection broke while its content went out.") from None
        partly = f" Not for {_told(turned_away)}." if turned_away else ""
        return self._finish(connection, f"for {', '.join(accepted)}.{partly}")

    def _finish(self, connection: smtplib.SMTP, for_whom: str) -> Outcome:
        """End the content; from here on only the server knows."""
        try:
            if connection.sock is not None:
                connection.sock.settimeout(self._last_timeout)
            connection.send(_END)
            code, answer = connection.getreply()
        except _BROKEN:
            self._close()
            told = f"The whole letter went out {for_whom} The connection broke before the server answered."
            return Outcome("uncertain", told)
        said = shown(answer, self._password)
        if connection.sock is not None:
            connection.sock.settimeout(self._timeout)
        if 200 <= code < 300:
            return Outcome("sent", f"The server took it ({code} {said}) {for_whom}")
        if 400 <= code < 600:
            return self._turned_away(connection, code, f"the server does not take it ({code} {said})")
        self._close()
        return Outcome(
            "uncertain", f"The whole letter went out {for_whom} The server's answer cannot be read ({said})."
        )

    def _ask(self, connection: smtplib.SMTP, command: str, arguments: str = "") -> tuple[int, str]:
        try:
            code, said = connection.docmd(command, arguments)
        except _BROKEN:
            raise _DroppedError("the connection broke before its content went out.") from None
        if code == _CLOSING:
            raise _DroppedError(f"the server ended the connection ({code} {shown(said, self._password)}).")
        return code, shown(said, self._password)

    def _turned_away(self, connection: smtplib.SMTP, code: int, why: str) -> Outcome:
        self._reset(connection)
        # What is neither "no" for now nor "no" for good comes from no mail server; another try does no harm.
        return Outcome("refused" if 500 <= code < 600 else "deferred", f"Not sent: {why.rstrip('.')}.")

    def _reset(self, connection: smtplib.SMTP) -> None:
        try:
            code, _ = connection.rset()
        except _BROKEN:
            code = _CLOSING
        if code != 250:
            self._close()

    def _connect(self) -> smtplib.SMTP:
        connection: smtplib.SMTP | None = None
        try:
            connection = self._dial()
            self._sign_in(connection)
        except (NotEncryptedError, NotSignedInError, *_BROKEN) as error:
            if connection is not None:
                connection.close()
            # Without the cause: what a server answers to a password may repeat it.
            raise connection_failure(error, self._settings, self._password) from None
        self._connection = connection
        return connection

    def _dial(self) -> smtplib.SMTP:
        """A connection that is encrypted, to a server whose certificate was checked, or to this machine itself."""
        host, port = self._settings.host, self._settings.port
        if self._settings.security == "tls":
            context = ssl.create_default_context()
            connection = smtplib.SMTP_SSL(host, port, timeout=self._timeout, context=context)
        else:
            connection = smtplib.SMTP(host, port, timeout=self._timeout)
        try:
            # The end of a letter is a packet of its own, and would wait until the packet before it is confirmed.
            if connection.sock is not None:
                connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _greet(connection)
            if self._settings.security == "starttls":
                _encrypt(connection)
                _greet(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _sign_in(self, connection: smtplib.SMTP) -> None:
        # smtplib's own login takes ASCII only, and shows the password in the error.
        if not self._settings.user:
            return
        user, password = (_base64(text) for text in (self._settings.user, self._password))
        offered = connection.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            both = _base64(f"\0{self._settings.user}\0{self._password}")
            code, _ = connection.docmd("AUTH", f"PLAIN {both}")
        elif "LOGIN" in offered:
            code = 334
            for line in ("AUTH LOGIN", user, password):
                code = connection.docmd(line)[0] if code == 334 else code
        else:
            raise NotSignedInError("it offers neither PLAIN nor LOGIN")
        if 400 <= code < 500:
            raise smtplib.SMTPResponseException(code, "it cannot let us in just now")
        if code != 235:
            raise NotSignedInError(str(code))

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(*_BROKEN):
                # A server that broke off is not told good-bye: that would be another minute of waiting.
                if connection.sock is not None:
                    connection.sock.settimeout(1)
                    connection.quit()
            connection.close()


def _greet(connection: smtplib.SMTP) -> None:
    code, said = connection.ehlo()
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, said)


def _encrypt(connection: smtplib.SMTP) -> None:
    if not connection.has_extn("starttls"):
        raise NotEncryptedError
    try:
        connection.starttls(context=ssl.create_default_context())
    except smtplib.SMTPResponseException as error:
        if 400 <= error.smtp_code < 500:
            raise
        raise NotEncryptedError from None


def _told(turned_away: Mapping[str, tuple[int, str]]) -> str:
    return "; ".join(f"{address} ({code} {said})" for address, (code, said) in turned_away.items())


def _stuffed(content: bytes) -> bytes:
    """The content as it is sent: with a line end at its end, and a dot doubled where a line begins with one."""
    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", ended)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")
