"""A careful client of one server: it asks again where that can help, and never reads without end or goes elsewhere.

Redirects are not followed and no address is taken from what the server answers, so that it cannot send us to other
machines. Certificates are always checked. Every failure becomes an :class:`InboxError` in words for staff, without
anything secret: what the server answers to a password may repeat it, so it is not shown.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from pipeline.alliance.ways_in import FILE
from pipeline.gather.intake import InboxError

BODY_LIMIT = 32_000_000
"""Of one answer, in bytes: a page of a hundred submissions of three hundred long texts each."""

_CONNECT_SECONDS, _READ_SECONDS, _BODY_SECONDS = 10, 60, 180
_TRIES = 4
_LONGEST_WAIT = 60.0
_PASSING = frozenset({429, 500, 502, 503, 504})
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Header(AuthBase):
    """The header Authorization; set in this way, no file ``.netrc`` on this machine can replace it."""

    def __init__(self, value: str):
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header to a request."""
        request.headers["Authorization"] = self._value
        return request


class _PassingError(Exception):
    """A failure that may be over in a moment; the message says what happened."""

    def __init__(self, message: str, wait: float | None = None):
        super().__init__(message)
        self.wait = wait


class ServerSession:
    """Talks to one server; to be used in a ``with`` statement.

    Args:
        name: What staff call the server, e.g. ODK Central.
        url: Its address, https except on this machine.
        secret: Environment variable of its password or token, for messages.
        headers: What every request says.
        pause: Waits for some seconds between two tries.

    Raises:
        InboxError: The address would let passwords be read on the way.
    """

    def __init__(
        self,
        name: str,
        url: str,
        secret: str,
        headers: Mapping[str, str],
        pause: Callable[[float], None] = time.sleep,
    ):
        self._place = f"{name} at {url}"
        self._url, self._secret, self._pause = url.rstrip("/"), secret, pause
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise InboxError(
                f"{self._place}: write the address in {FILE} with https://, so that nobody can read along."
            )
        self._session = requests.Session()
        self._session.headers.update({**headers, "Accept-Encoding": "identity"})
        self.auth: AuthBase | None = None

    def __enter__(self) -> ServerSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def json(
        self, path: str, query: Mapping[str, str | int] | None = None, post: Mapping[str, str] | None = None
    ) -> Any:
        """Ask for JSON.

        Args:
            path: Path below the server's address, quoted.
            query: What stands behind the question mark.
            post: What is sent, by POST; None for GET.

        Returns:
            What the server answers, and nothing but objects, lists, texts, numbers, truth values and None.

        Raises:
            InboxError: What happened, and the mend.
        """
        body, _ = self.ask("GET" if post is None else "POST", path, query, post)
        return self.loaded(body)

    def loaded(self, body: bytes) -> Any:
        """Load the JSON of an answer.

        Raises:
            InboxError: It is none.
        """
        try:
            return json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise self.unexpected("it is no JSON") from None

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | int] | None = None,
        post: Mapping[str, str] | None = None,
    ) -> tuple[bytes, Mapping[str, str]]:
        """Ask for anything, several times where the server is busy or cannot be reached for a moment.

        Args:
            method: GET, POST or DELETE.
            path: Path below the server's address, quoted.
            query: What stands behind the question mark.
            post: What is sent as JSON.

        Returns:
            The body and the headers of the answer.

        Raises:
            NotThereError: The server knows nothing of that path (404).
            InboxError: Any other failure: what happened, and the mend.
        """
        for number in range(_TRIES):
            try:
                return self._once(method, path, query, post)
            except _PassingError as error:
                wait = float(2**number) if error.wait is None else error.wait
                if number == _TRIES - 1 or wait > _LONGEST_WAIT:
                    raise InboxError(f"{self._place}: {error} {_AGAIN}") from None
                self._pause(wait)
        raise AssertionError("the last try returns or raises")

    def _once(
        self, method: str, path: str, query: Mapping[str, str | int] | None, post: Mapping[str, str] | None
    ) -> tuple[bytes, Mapping[str, str]]:
        try:
            with self._session.request(
                method,
                f"{self._url}{path}",
                params=query,
                json=post,
                auth=self.auth,
                timeout=(_CONNECT_SECONDS, _READ_SECONDS),
                allow_redirects=False,
                stream=True,
                verify=True,
            ) as response:
                self._check(response)
                return self._body(response), response.headers
        except requests.exceptions.SSLError:
            raise InboxError(f"{self._place}: {_CERTIFICATE}") from None
        except requests.exceptions.Timeout:
            raise _PassingError("the server does not answer in time.") from None
        except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError):
            raise _PassingError("the server cannot be reached, or the connection broke.") from None
        except requests.exceptions.RequestException as error:
            # Not its text: that of an invalid header shows the header.
            raise InboxError(f"{self._place}: the request cannot be made ({type(error).__name__}). {_CHECK}") from None

    def _check(self, response: requests.Response) -> None:
        status = response.status_code
        if 200 <= status < 300:
            return
        if status in _PASSING:
            what = "asks us to slow down" if status == 429 else f"is not well (status {status})"
            raise _PassingError(f"the server {what}.", _retry_after(response.headers.get("Retry-After")))
        if status == 404:
            raise NotThereError(f"{self._place}: there is no such form or submission (status 404). {_CHECK}")
        raise InboxError(f"{self._place}: {self._refused(status)}")

    def _refused(self, status: int) -> str:
        if status == 401:
            return f"the server does not let us in. Check user in {FILE} and the environment variable {self._secret}."
        if status == 403:
            return "we may not read the submissions. Give the account the right to view them on the server."
        if 300 <= status < 400:
            return f"the server is elsewhere now (status {status}), and we do not follow it. Correct url in {FILE}."
        return f"the server turned the request down (status {status}). {_CHECK}"

    def _body(self, response: requests.Response) -> bytes:
        pieces: list[bytes] = []
        size, end = 0, time.monotonic() + _BODY_SECONDS
        for piece in response.iter_content(1 << 16):
            size += len(piece)
            if size > BODY_LIMIT:
                raise self.unexpected(f"it is larger than {BODY_LIMIT // 1_000_000} MB")
            if time.monotonic() > end:
                raise _PassingError("the server takes too long to answer.")
            pieces.append(piece)
        return b"".join(pieces)

    def unexpected(self, what: str) -> InboxError:
        """The error for an answer that is not what the server's documentation says."""
        return InboxError(f"{self._place}: the server's answer cannot be used: {what}. {_CHECK}")


class NotThereError(InboxError):
    """The server knows nothing of what was asked for."""


def _no_number(text: str) -> None:
    raise ValueError(text)


def _retry_after(text: str | None) -> float | None:
    # It may be a date too; then we wait as long as without it.
    return float(text) if text and text.isascii() and text.isdigit() else None


_AGAIN = "What has arrived until then is kept; start again later, and ask whoever runs the server if it happens again."
_CHECK = f"Check url and forms in {FILE}, and ask whoever runs the server."
_CERTIFICATE = (
    f"the server's certificate is not accepted. Write url in {FILE} as the server is named; if your own authority issued "
    "the certificate, name that authority's file in the environment variable REQUESTS_CA_BUNDLE."
)


def secret_of(environment: Mapping[str, str], variable: str, name: str) -> str:
    """The password or token of a server.

    Args:
        environment: Where it is.
        variable: Under which name.
        name: What staff call the server.

    Returns:
        It, without blanks around.

    Raises:
        InboxError: It is missing, or holds what no password or token can.
    """
    secret = environment.get(variable, "").strip()
    if not secret or not secret.isprintable():
        seen = "holds signs that cannot be typed" if secret else "is not set"
        raise InboxError(f"{name}: the environment variable {variable} {seen}. Set it, or take the way out of {FILE}.")
    return secret
