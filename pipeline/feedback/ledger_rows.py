"""Rows of the ledger read and added within a transaction; nothing is ever changed or deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection

from pipeline.feedback.ledger_facts import LedgerLetter, Place, Reply
from pipeline.feedback.ledger_states import Event, History, history_of
from pipeline.feedback.ledger_store import EVENTS, LETTERS, REPLIES, TOLD

_PLACE: Final = ("cycle", "member", "kind", "round")
_COPIED: Final = ("message_id", "language", "subject", "sha256")


def rows_of(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    """The rows that a query gives, as mappings."""
    return [{str(name): value for name, value in row.items()} for row in connection.execute(query).mappings()]


def place_of(connection: Connection, message_id: str) -> Place | None:
    """Where a letter belongs, None where the ledger does not know it."""
    rows = rows_of(connection, select(LETTERS).where(LETTERS.c.message_id == message_id))
    return _place(rows[0]) if rows else None


def message_with(connection: Connection, sha256: str) -> str | None:
    """The letter with that content, None where there is none."""
    return connection.execute(select(LETTERS.c.message_id).where(LETTERS.c.sha256 == sha256)).scalar()


def history(connection: Connection, place: Place) -> History:
    """What happened in one place."""
    there = [EVENTS.c[name] == getattr(place, name) for name in _PLACE]
    return history_of(map(_event, rows_of(connection, select(EVENTS).where(*there).order_by(EVENTS.c.number))))


def histories(connection: Connection, cycle: str | None) -> dict[Place, History]:
    """What happened in every place of a cycle, or of all cycles where None."""
    query = select(EVENTS) if cycle is None else select(EVENTS).where(EVENTS.c.cycle == cycle)
    rows = rows_of(connection, query.order_by(*(EVENTS.c[name] for name in _PLACE), EVENTS.c.number))
    return {place: history_of(map(_event, events)) for place, events in groupby(rows, _place)}


def add_letter(connection: Connection, letter: LedgerLetter) -> None:
    """Add a letter that the ledger does not know yet, with the findings that it names."""
    row = _columns(letter.place) | {name: getattr(letter, name) for name in _COPIED}
    connection.execute(LETTERS.insert().values(row | {"recipients": " ".join(letter.recipients)}))
    named = [
        {"message_id": letter.message_id, "finding": finding, "severity": severity}
        for finding, severity in sorted(letter.findings.items())
    ]
    if named:
        connection.execute(TOLD.insert(), named)


def add_event(connection: Connection, place: Place, event: Event) -> None:
    """Add an event of a place; the database refuses it where another has its number."""
    said = {"number": event.number, "message_id": event.message_id, "event": event.event, "at": event.at}
    row = _columns(place) | said | {"by": event.by, "detail": event.detail}
    connection.execute(EVENTS.insert().values(row))


def add_reply(connection: Connection, reply: Reply) -> None:
    """Add a reply; the database refuses the same one again."""
    names = ("reference", "message_id", "kind", "recipient", "detail")
    row = {name: getattr(reply, name) for name in names}
    connection.execute(REPLIES.insert().values(row | {"at": moment(reply.at)}))


def moment(at: datetime) -> str:
    """A time as the ledger writes it: UTC, ISO 8601, sortable as text."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _columns(place: Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in _PLACE}


def _place(row: Mapping[str, Any]) -> Place:
    return Place(row["cycle"], row["member"], row["kind"], row["round"])


def _event(row: Mapping[str, Any]) -> Event:
    return Event(row["number"], row["message_id"], row["event"], row["at"], row["by"], row["detail"])
