"""The REST API of KoboToolbox: the submissions to a form.

Source: support.kobotoolbox.org/api.html and kobotoolbox/kpi, docs/api/v2/data/list.md. Pages are asked for by ``start``
and ``limit``; of the address of the next page that an answer holds, only that there is one is used.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from pipeline.alliance.model import FormServer
from pipeline.alliance.ways_in import SECRETS
from pipeline.gather.form_servers.arrivals import file_of, mapping_of, text_of, time_of
from pipeline.gather.form_servers.session import Header, ServerSession, secret_of
from pipeline.gather.intake import Incoming, LeftOut, Round

WAY = "kobotoolbox"
PAGE = 100
_NAME = "KoboToolbox"
_NOT_APPROVED = (
    "Its reviewers did not approve it on the server, so that it is not collected. If it was collected before, it stays in "
    "the archive: reject it in decisions.csv too."
)


def submissions(
    round: Round, server: FormServer, form: str, pause: Callable[[float], None] = time.sleep
) -> Iterator[Incoming | LeftOut]:
    """Yield the submissions to a form that were not collected before.

    An edited submission has a new uuid and is a new arrival. KoboToolbox keeps only the time of the first version, so an
    edited one arrived when the server first gave it to us.

    Args:
        round: What was collected, and where the token is.
        server: The server.
        form: The form's uid.
        pause: Waits for some seconds between two tries.

    Yields:
        Each as JSON, with what the server answered in its order; and what reviewers did not approve there.

    Raises:
        InboxError: The server cannot be used: what happened, and the mend.
    """
    variable = SECRETS[WAY]
    token = secret_of(round.environment, variable, _NAME)
    with ServerSession(_NAME, server.url, variable, {}, pause) as session:
        session.auth = Header(f"Token {token}")
        for item, asked in _listed(session, f"/api/v2/assets/{quote(form, safe='')}/data/"):
            incoming = _incoming(session, item, asked)
            if mapping_of(item.get("_validation_status")).get("uid") == "validation_status_not_approved":
                yield LeftOut(incoming.file, _NOT_APPROVED)
            elif not round.known(incoming.reference):
                yield incoming


def _listed(session: ServerSession, path: str) -> Iterator[tuple[Mapping[str, Any], dt.datetime | None]]:
    """Each submission, with the server's own time when it gave it."""
    seen: set[str] = set()
    start = 0
    while True:
        body, headers = session.ask("GET", path, {"format": "json", "start": start, "limit": PAGE})
        page = mapping_of(session.loaded(body))
        results = page.get("results")
        if not isinstance(results, list):
            raise session.unexpected("it holds no list of submissions")
        items = [mapping_of(item) for item in results]
        new = [item for item in items if text_of(item.get("_id")) not in seen]
        for item in new:
            seen.add(text_of(item.get("_id")))
            yield item, _date(headers.get("Date"))
        if not page.get("next"):
            return
        if not new:
            raise session.unexpected("the same page comes again and again")
        start += len(items)


def _incoming(session: ServerSession, item: Mapping[str, Any], asked: dt.datetime | None) -> Incoming:
    identifier, version = text_of(item.get("_id")), text_of(item.get("_uuid"))
    received = time_of(item.get("_submission_time"))
    if not identifier or received is None:
        raise session.unexpected("a submission has no id or no time")
    if item.get("meta/deprecatedID") and asked:
        received = max(asked, received)
    return Incoming(
        file=file_of(version or identifier, ".json"),
        content=json.dumps(item, ensure_ascii=True, indent=1).encode("ascii"),
        received=received,
        sender=text_of(item.get("_submitted_by")) or None,
        way=WAY,
        reference=f"{identifier} {version}".strip(),
    )


def _date(text: str | None) -> dt.datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
