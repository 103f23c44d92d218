"""From what happened to a letter to the state it is in: pure functions of its events.

| event | written when | state then |
|---|---|---|
| approved | staff quoted the code of the overview in which the letter stands | approved |
| claimed | just before its content goes to the mail server | sending |
| sent | the mail server took it | sent |
| deferred | it was not sent, for a reason that may pass | deferred |
| refused | the mail server refused it for good | refused |
| uncertain | the content went out and no answer came, or the sender died in between | uncertain |
| changed | what stands in the folder is no longer what was approved | changed |
| settled_sent | staff found that an uncertain letter arrived | sent |
| settled_send_again | staff decided that a letter shall go out again | approved |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

STATE_AFTER: Final[Mapping[str, str]] = {
    "approved": "approved",
    "claimed": "sending",
    "sent": "sent",
    "deferred": "deferred",
    "refused": "refused",
    "uncertain": "uncertain",
    "changed": "changed",
    "settled_sent": "sent",
    "settled_send_again": "approved",
}
WAITING: Final = ("approved", "deferred")
"""States in which a letter may be claimed."""

PERHAPS_RECEIVED: Final = ("sending", "sent", "uncertain")
"""States in which nothing else may be sent in the place of the letter."""


@dataclass(frozen=True)
class Event:
    """Something that happened to a letter; see the table at the head of this module.

    Attributes:
        number: 1, 2, ... within the place of the letter.
        at: UTC, ISO 8601.
        by: Who decided it; None where nobody had to.
    """

    number: int
    message_id: str
    event: str
    at: str
    by: str | None
    detail: str | None


@dataclass(frozen=True)
class Standing:
    """Where a letter stands: its state, since when and why, and how often it was tried."""

    state: str
    since: str
    attempts: int
    detail: str | None


@dataclass(frozen=True)
class History:
    """What happened in a place (cycle, member, kind, round), and how its letters stand.

    Attributes:
        last: Number of the last event, 0 where there is none.
        standings: Standing by message id.
    """

    last: int = 0
    standings: Mapping[str, Standing] = field(default_factory=dict[str, Standing])

    def state(self, message_id: str) -> str | None:
        """The state of a letter, None where it was never approved."""
        standing = self.standings.get(message_id)
        return standing.state if standing else None

    def rival(self, message_id: str) -> str | None:
        """Another letter of this place that was sent or may have been, None where there is none."""
        others = (other for other in self.standings if other != message_id)
        return next((other for other in others if self.standings[other].state in PERHAPS_RECEIVED), None)


def history_of(events: Iterable[Event]) -> History:
    """Work out the standings of the letters of one place.

    Args:
        events: All events of the place, in the order of their numbers.
    """
    standings: dict[str, Standing] = {}
    last = 0
    for event in events:
        before = standings.get(event.message_id)
        tried = (before.attempts if before else 0) + (event.event == "claimed")
        # What was turned away before its content was asked for was tried as well, without being claimed.
        tried += event.event in ("deferred", "refused") and before is not None and before.state != "sending"
        standings[event.message_id] = Standing(STATE_AFTER[event.event], event.at, tried, event.detail)
        last = event.number
    return History(last, standings)
