"""Submissions on a server of KoboToolbox, on which members fill in the same form on the web."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.alliance.model import Alliance
from pipeline.gather.intake import Incoming, Intake, LeftOut, Round


def collect(round: Round) -> Iterator[Incoming | LeftOut]:
    """Yield the submissions to the form of a cycle that were not collected before.

    Args:
        round: The cycle, and the alliance with the server and the form of each cycle.

    Yields:
        The JSON of each version of each submission; nothing where the alliance has no form there for the cycle.

    Raises:
        InboxError: The server cannot be used: what happened, and the mend.
    """
    server = round.alliance.ways_in.kobotoolbox
    form = server.forms.get(round.cycle.name) if server else None
    if server is None or form is None:
        return
    from pipeline.gather.form_servers.kobotoolbox_api import submissions

    yield from submissions(round, server, form)


def _submitters(alliance: Alliance) -> Mapping[str, str]:
    server = alliance.ways_in.kobotoolbox
    return server.submitters if server else {}


INTAKE = Intake("kobotoolbox", collect, kind="response", proof="submitter", submitters=_submitters)
