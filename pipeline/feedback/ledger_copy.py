"""The rows of a ledger, taken out and put into another one: for whoever takes the secretariat over."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from pipeline.feedback import ledger_rows
from pipeline.feedback.ledger import Ledger
from pipeline.feedback.ledger_store import (
    EVENTS,
    LETTERS,
    REPLIES,
    TOLD,
    has_tables,
    ledger_url,
    make_engine,
    make_tables,
)
from pipeline.feedback.refusals import LedgerError

COPIED: Final[Mapping[str, sa.Table]] = {table.name: table for table in (LETTERS, TOLD, EVENTS, REPLIES)}
"""The tables of a ledger, each after those that it refers to."""

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by table."""


def copy_ledger(url: str, cycles: Collection[str]) -> Rows:
    """Take out everything that a ledger says of some cycles.

    Args:
        url: See :meth:`pipeline.feedback.ledger.Ledger.open`.
        cycles: Names of the cycles.

    Returns:
        The rows by table, in the order of their keys: the same for the same facts, whatever data base holds them.

    Raises:
        LedgerError: The ledger cannot be used.
    """
    with Ledger.open(url):
        engine = make_engine(ledger_url(url))
        try:
            if not has_tables(engine, ledger_url(url)):
                return dict.fromkeys(COPIED, ())
            with engine.begin() as connection:
                return {name: _of(connection, table, cycles) for name, table in COPIED.items()}
        finally:
            engine.dispose()


def _of(connection: sa.Connection, table: sa.Table, cycles: Collection[str]) -> list[Mapping[str, Any]]:
    query = select(table) if "cycle" in table.c else select(table).join(LETTERS)
    rows = ledger_rows.rows_of(connection, query.where((table if "cycle" in table.c else LETTERS).c.cycle.in_(cycles)))
    keys = [column.name for column in table.primary_key]
    return sorted(rows, key=lambda row: tuple(row[key] for key in keys))


def restore_ledger(url: str, rows: Rows) -> None:
    """Put rows into a ledger that is still empty.

    Args:
        url: See :meth:`pipeline.feedback.ledger.Ledger.open`.
        rows: As :func:`copy_ledger` gave them.

    Raises:
        LedgerError: There is something in the ledger already, or the rows contradict each other.
    """
    address = ledger_url(url)
    engine = make_engine(address)
    try:
        make_tables(engine, address)
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            if connection.execute(select(sa.func.count()).select_from(LETTERS)).scalar():
                raise LedgerError("There are letters in this ledger already; a ledger is only put into an empty one.")
            for name, table in COPIED.items():
                if rows[name]:
                    connection.execute(table.insert(), [dict(row) for row in rows[name]])
    except SQLAlchemyError as error:
        raise LedgerError(f"The rows of the ledger cannot be put back ({type(error).__name__}).") from None
    finally:
        engine.dispose()
