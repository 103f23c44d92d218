"""What goes wrong with the mail server by which letters leave, in words for staff, and never with the password."""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl
from typing import Final

from pipeline.alliance.model import SmtpServer
from pipeline.alliance.ways_out import FILE, PASSWORD_VARIABLE
from pipeline.feedback.refusals import SendingError
from pipeline.text import clean_text

_SAID: Final = 200


class NotReachedError(Exception):
    """The server could not be reached or would not talk just now; another try may help. The message is for staff."""


class NotEncryptedError(Exception):
    """The server offers no encryption, or somebody in between took the offer away."""


class NotSignedInError(Exception):
    """The server does not let us in; the message is the code of its answer."""


def connection_failure(error: Exception, server: SmtpServer, password: str) -> SendingError | NotReachedError:
    """Say why no connection could be made.

    Args:
        error: What happened.
        server: Where the mail server is.
        password: Taken out of what the server says.

    Returns:
        A SendingError where trying again cannot help, else a NotReachedError.
    """
    place = f"The mail server {server.host}, port {server.port}"
    if isinstance(error, NotSignedInError):
        told = (
            f"{place}, does not let us in ({error}). Check user in {FILE} and the environment variable "
            f"{PASSWORD_VARIABLE}; many providers want an app password for programs."
        )
        return SendingError(told)
    if isinstance(error, ssl.SSLCertVerificationError):
        told = (
            f"{place}: its certificate is not accepted ({error.verify_message}). Write the host in {FILE} as the provider "
            "names it; if your own authority issued the certificate, name that authority's file in the environment "
            "variable SSL_CERT_FILE. Nothing was sent."
        )
        return SendingError(told)
    if isinstance(error, NotEncryptedError):
        told = (
            f"{place}, offers no encryption (STARTTLS), or somebody in between took the offer away. No password and no "
            f"letter was sent. Write security: tls in {FILE} if the provider has it, and ask the provider."
        )
        return SendingError(told)
    if isinstance(error, ssl.SSLError):
        told = (
            f"{place}: no encrypted connection could be made. Check port and security in {FILE}: starttls has port 587 "
            "as a rule, tls 465."
        )
        return SendingError(told)
    if isinstance(error, socket.gaierror):
        return NotReachedError(
            f"{place}: there is no server of that name. Correct host in {FILE}, or check the network."
        )
    if isinstance(error, ConnectionRefusedError):
        return NotReachedError(f"{place}: nothing answers there. Correct host and port in {FILE}, or ask the provider.")
    if isinstance(error, TimeoutError):
        return NotReachedError(f"{place}, does not answer in time.")
    return NotReachedError(f"{place}: the connection broke{_bracketed(error, password)}.")


def shown(said: bytes | str, password: str) -> str:
    """What the server said, as one line of text that can be shown.

    Args:
        said: Its answer.
        password: Taken out of it, however it is written.
    """
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    for form in _forms(password):
        text = text.replace(form, "***")
    return " ".join(clean_text(text).split())[:_SAID]


def _bracketed(error: Exception, password: str) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = f"{error.smtp_code} {shown(error.smtp_error, password)}"
    else:
        text = shown(
            str(error) if isinstance(error, smtplib.SMTPException) else getattr(error, "strerror", "") or "", password
        )
    return f" ({text.rstrip('.')})" if text.strip() else ""


def _forms(password: str) -> list[str]:
    """How a password may stand in what a server says, the longest first."""
    encoded = base64.b64encode(password.encode("utf-8")).decode("ascii")
    written = (password, repr(password)[1:-1], encoded)
    return sorted({*written} - {""}, key=lambda form: (-len(form), form))
