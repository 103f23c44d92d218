"""Where the ledger of letters is kept: its tables, and how SQLite and PostgreSQL are opened for them.

Rows are only ever added. A letter's content is a row of ``letters``; what happened to it is a row of ``events``, numbered
within its place (cycle, member, kind, round). That number is the whole secret of sending once: whoever acts on what it
read adds the next number, and of two that do so the database lets one through.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.schema import CreateTable

from pipeline.feedback.refusals import LedgerError

BUSY_SECONDS: Final = 60
"""How long SQLite waits for another process that is writing."""

_CREATION_LOCK: Final = 0x57_0C_7A_5E
_METADATA: Final = sa.MetaData()
_PLACE: Final = ("cycle", "member", "kind", "round")


def _place() -> list[sa.Column[Any]]:
    return [
        sa.Column("cycle", sa.Text, nullable=False),
        sa.Column("member", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
    ]


LETTERS: Final = sa.Table(
    "letters",
    _METADATA,
    sa.Column("message_id", sa.Text, primary_key=True),
    *_place(),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("recipients", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False, unique=True),
)
"""Every exact letter that was ever approved."""

TOLD: Final = sa.Table(
    "told",
    _METADATA,
    sa.Column("message_id", sa.Text, sa.ForeignKey("letters.message_id"), primary_key=True),
    sa.Column("finding", sa.Text, primary_key=True),
    sa.Column("severity", sa.Text),
)
"""The findings that a letter names."""

EVENTS: Final = sa.Table(
    "events",
    _METADATA,
    *_place(),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("message_id", sa.Text, sa.ForeignKey("letters.message_id"), nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("by", sa.Text),
    sa.Column("detail", sa.Text),
    sa.PrimaryKeyConstraint(*_PLACE, "number"),
)
"""What happened to the letters of a place, in order; times are UTC in ISO 8601."""

REPLIES: Final = sa.Table(
    "replies",
    _METADATA,
    sa.Column("reference", sa.Text, primary_key=True),
    sa.Column("message_id", sa.Text, sa.ForeignKey("letters.message_id"), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("recipient", sa.Text, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("detail", sa.Text),
)
"""What mail servers and absent people answered to letters."""


def ledger_url(text: str) -> URL:
    """The address of a ledger.

    Args:
        text: ``sqlite:///<file>`` or ``postgresql+psycopg2://...``.

    Raises:
        LedgerError: It is neither; the text is not repeated, for a password may stand in it.
    """
    mend = "Write sqlite:///<file> or postgresql+psycopg2://<user>@<host>/<database> into STOCKTAKE_LEDGER."
    try:
        url = make_url(text)
    except ArgumentError:
        raise LedgerError(f"The address of the ledger cannot be read. {mend}") from None
    if url.drivername not in ("sqlite", "postgresql", "postgresql+psycopg2"):
        raise LedgerError(f"A ledger cannot be kept in {url.drivername}. {mend}")
    if url.drivername == "sqlite" and url.database in (None, "", ":memory:"):
        raise LedgerError(f"A ledger in memory would be forgotten. {mend}")
    return url


def sqlite_file(url: URL) -> Path | None:
    """The file of a ledger in SQLite; None for a server."""
    return Path(str(url.database)) if url.drivername == "sqlite" else None


def make_engine(url: URL) -> Engine:
    """An engine for a ledger; nothing is opened or made yet.

    Args:
        url: See :func:`ledger_url`.
    """
    if url.drivername != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # What was claimed must outlive a power failure, or the letter would go out again.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and then writes fails at once where another one wrote between; this one waits.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def has_tables(engine: Engine, url: URL) -> bool:
    """Whether the ledger was ever written to; asking never makes a file."""
    file = sqlite_file(url)
    if file is not None and not file.is_file():
        return False
    # The last one that is made.
    return sa.inspect(engine).has_table(REPLIES.name)


def make_tables(engine: Engine, url: URL) -> None:
    """Make the tables that are missing, also where several processes do so at once.

    Args:
        engine: Engine of the ledger.
        url: Its address.
    """
    file = sqlite_file(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CREATION_LOCK)))
        for table in (LETTERS, TOLD, EVENTS, REPLIES):
            connection.execute(CreateTable(table, if_not_exists=True))
