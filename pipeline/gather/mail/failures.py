"""What goes wrong with a mailbox, in words for staff: which server, what happened, what to do, and never the password."""

from __future__ import annotations

import contextlib
import imaplib
import socket
import ssl
from collections.abc import Generator
from typing import Final

from imap_tools.errors import (
    ImapToolsError,
    MailboxFolderSelectError,
    MailboxLoginError,
    UnexpectedCommandStatusError,
)

from pipeline.alliance.model import Mailbox
from pipeline.alliance.ways_in import FILE, SECRETS
from pipeline.gather.intake import InboxError
from pipeline.text import clean_text

_SAID: Final = 200
_AGAIN: Final = "What has arrived until then is kept; start again later, and ask the provider if it happens again."


class NotEncryptedError(Exception):
    """The server offers no encryption, or somebody in between took the offer away."""


@contextlib.contextmanager
def in_words(settings: Mailbox, password: str) -> Generator[None]:
    """Turn every failure of a mailbox into an InboxError.

    Args:
        settings: Where the mailbox is.
        password: Its password, which is taken out of what the server says.

    Raises:
        InboxError: What happened, and the mend.
    """
    try:
        yield
    except (NotEncryptedError, ImapToolsError, imaplib.IMAP4.error, OSError) as error:
        # Without the cause: what a server answers to a password may repeat it.
        place = f"The mailbox of {settings.user} on {settings.host}, port {settings.port}"
        raise InboxError(f"{place}: {_told(error, settings, password)}") from None


def _told(error: Exception, settings: Mailbox, password: str) -> str:
    said = _said(error, password)
    if isinstance(error, MailboxLoginError):
        variable = SECRETS["mailbox"]
        return (
            f"the server does not let us in{said}. Check user in {FILE} and the environment variable {variable}; "
            "many providers want an app password for programs."
        )
    if isinstance(error, MailboxFolderSelectError):
        return f"the folder {settings.folder!r} cannot be opened{said}. Correct folder in {FILE}, or make the folder."
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"the server's certificate is not accepted ({error.verify_message}). Write the host in {FILE} as the "
            "provider names it; if your own authority issued the certificate, name that authority's file in the "
            "environment variable SSL_CERT_FILE."
        )
    if isinstance(error, NotEncryptedError):
        return (
            "the server offers no encryption (STARTTLS), or somebody in between took the offer away. No password was "
            f"sent. Write security: tls in {FILE} if the provider has it, and ask the provider."
        )
    if isinstance(error, ssl.SSLError):
        return (
            f"no encrypted connection could be made{said}. Check port and security in {FILE}: tls has port 993 as a "
            "rule, starttls 143."
        )
    return _not_reached(error, said)


def _not_reached(error: Exception, said: str) -> str:
    if isinstance(error, TimeoutError):
        return f"the server does not answer in time. {_AGAIN}"
    if isinstance(error, socket.gaierror):
        return f"there is no server of that name. Correct host in {FILE}, or check this machine's network."
    if isinstance(error, ConnectionRefusedError):
        return f"nothing answers there. Correct host and port in {FILE}, or ask the provider."
    if isinstance(error, (imaplib.IMAP4.abort, OSError)):
        return f"the connection broke{said}. {_AGAIN}"
    return f"the server turned down what was asked{said}. {_AGAIN}"


def _said(error: Exception, password: str) -> str:
    """What the server or the system said, as a text in brackets that can be shown."""
    if isinstance(error, UnexpectedCommandStatusError):
        answer = error.command_result[1]
        text = " ".join(part.decode("utf-8", "replace") for part in answer if isinstance(part, bytes))
    elif isinstance(error, OSError):
        text = error.strerror or ""
    else:
        text = str(error)
    for form in _forms(password):
        text = text.replace(form, "***")
    shown = " ".join(clean_text(text).split())[:_SAID].rstrip(".")
    return f" ({shown})" if shown else ""


def _forms(password: str) -> list[str]:
    """How a password may stand in what a server says or Python makes of it, the longest first."""
    quoted = password.replace("\\", "\\\\").replace('"', '\\"')
    written = [repr(form.encode())[2:-1] for form in (password, quoted)]
    return sorted({password, quoted, *written} - {""}, key=lambda form: (-len(form), form))
