"""The REST API of ODK Central: the submissions to a form, one by one and each version of them.

Source: docs.getodk.org/central-api (Authentication; Submissions, Submission Versions). ``limit`` and ``offset`` of the
list of submissions work without being documented (getodk/central issues 1099 and 1614); a server that does not know them
gives the whole list each time, which is noticed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pipeline.alliance.model import FormServer
from pipeline.alliance.ways_in import SECRETS
from pipeline.gather.form_servers.arrivals import file_of, mapping_of, text_of, time_of
from pipeline.gather.form_servers.session import Header, NotThereError, ServerSession, secret_of
from pipeline.gather.intake import InboxError, Incoming, LeftOut, Round

WAY = "odk_central"
PAGE = 250
_NAME = "ODK Central"
_REJECTED = (
    "It was rejected or deleted on the server, so that it is not collected. If it was collected before, it stays in the "
    "archive: reject it in decisions.csv too."
)


@dataclass(frozen=True)
class _Version:
    """The current version of a submission.

    Attributes:
        instance: Id of the submission.
        version: Id of the version; the same as that of the submission until it is edited.
        received: When the server received the version.
        sender: Name under which the server knows who submitted it first.
        is_rejected: Whether it was rejected or deleted on the server.
    """

    instance: str
    version: str
    received: dt.datetime
    sender: str | None
    is_rejected: bool

    @property
    def reference(self) -> str:
        """What to call this version of it."""
        return f"{self.instance} {self.version}"


def submissions(
    round: Round, server: FormServer, form: str, pause: Callable[[float], None] = time.sleep
) -> Iterator[Incoming | LeftOut]:
    """Yield the submissions to a form that were not collected before.

    An edited submission is a new arrival at the time of its edit, from whoever submitted it first.

    Args:
        round: What was collected, and where the password is.
        server: The server.
        form: ``<project>/<form id>``.
        pause: Waits for some seconds between two tries.

    Yields:
        The XML of each, as the server gives it, the earliest first; and what was rejected there.

    Raises:
        InboxError: The server cannot be used: what happened, and the mend.
    """
    variable = SECRETS[WAY]
    password = secret_of(round.environment, variable, _NAME)
    extended = {"X-Extended-Metadata": "true"}
    with (
        ServerSession(_NAME, server.url, variable, extended, pause) as session,
        _signed_in(session, server, password),
    ):
        project, _, identifier = form.partition("/")
        path = f"/v1/projects/{quote(project, safe='')}/forms/{quote(identifier, safe='')}/submissions"
        for version in sorted(_listed(session, path), key=lambda version: (version.received, version.reference)):
            if version.is_rejected:
                yield LeftOut(file_of(version.instance, ".xml"), _REJECTED)
            elif not round.known(version.reference):
                yield _fetched(session, path, version)


@contextlib.contextmanager
def _signed_in(session: ServerSession, server: FormServer, password: str) -> Generator[None]:
    answer = mapping_of(session.json("/v1/sessions", post={"email": server.user, "password": password}))
    token = answer.get("token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise session.unexpected("it holds no token of a session")
    session.auth = Header(f"Bearer {token}")
    try:
        yield
    finally:
        # A session that cannot be ended ends by itself after a day; that is no reason to lose what was collected.
        with contextlib.suppress(InboxError):
            session.ask("DELETE", "/v1/sessions/current")


def _listed(session: ServerSession, path: str) -> Iterator[_Version]:
    seen: set[str] = set()
    while True:
        page = session.json(path, {"limit": PAGE, "offset": len(seen)})
        if not isinstance(page, list):
            raise session.unexpected("it is no list of submissions")
        versions = [_version(session, mapping_of(item)) for item in page]
        # The latest come first: what arrives in between pushes others onto the next page.
        new = {v.instance: v for v in versions if v.instance not in seen}
        yield from new.values()
        seen |= set(new)
        if not new or len(versions) != PAGE:
            return


def _version(session: ServerSession, item: Mapping[str, Any]) -> _Version:
    current = mapping_of(item.get("currentVersion"))
    instance = text_of(item.get("instanceId"))
    received = time_of(current.get("createdAt")) or time_of(item.get("createdAt"))
    if not instance or received is None:
        raise session.unexpected("a submission has no id or no time")
    return _Version(
        instance=instance,
        version=text_of(current.get("instanceId")) or instance,
        received=received,
        sender=text_of(mapping_of(item.get("submitter")).get("displayName")) or None,
        is_rejected=item.get("reviewState") == "rejected" or item.get("deletedAt") is not None,
    )


def _fetched(session: ServerSession, path: str, version: _Version) -> Incoming | LeftOut:
    file = file_of(version.instance, ".xml")
    # That of the version, not of the submission: it may be edited between the list and this.
    of_version = f"{path}/{quote(version.instance, safe='')}/versions/{quote(version.version, safe='')}.xml"
    try:
        content, _ = session.ask("GET", of_version)
    except NotThereError:
        return LeftOut(file, "It was deleted on the server while we collected.")
    return Incoming(file, content, version.received, version.sender, WAY, version.reference)
