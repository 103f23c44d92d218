"""One sender at a time: a lock that a dead sender cannot keep.

Beside a ledger in SQLite it is a lock on a file, on a PostgreSQL server an advisory lock of a session. Both end with the
process that holds them, however it ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from pipeline.feedback.ledger_store import sqlite_file
from pipeline.feedback.refusals import LedgerError

_ADVISORY_KEY: Final = 0x57_0C_7A_4E
_TRIES: Final = 20
_PAUSE: Final = 0.05


@contextlib.contextmanager
def sender_lock(engine: Engine, url: URL) -> Generator[None]:
    """Be the only one that sends, or settles what a sender left, for as long as this is open.

    Args:
        engine: Engine of the ledger.
        url: Its address.

    Raises:
        LedgerError: Somebody else is sending just now.
    """
    file = sqlite_file(url)
    held = _file_lock(lock_path(file)) if file else _advisory_lock(engine)
    with held as mine:
        if not mine:
            raise LedgerError("Letters are being sent just now by another run. Wait for its end, then start again.")
        yield


def is_sending(engine: Engine, url: URL) -> bool:
    """Whether somebody holds the lock."""
    file = sqlite_file(url)
    if file is None:
        query = sa.text(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = :key AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        with engine.connect() as connection:
            return bool(connection.execute(query, {"key": _ADVISORY_KEY}).scalar())
    path = lock_path(file)
    if not path.exists():
        return False
    with path.open("rb") as handle:
        return not _locked(handle.fileno(), fcntl.LOCK_SH)


def lock_path(file: Path) -> Path:
    """The file whose lock a sender holds."""
    return file.with_name(f"{file.name}.sender")


@contextlib.contextmanager
def _file_lock(path: Path) -> Generator[bool]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as handle:
        # Somebody who only asks whether letters are being sent holds it for a moment.
        for _ in range(_TRIES):
            if _locked(handle.fileno(), fcntl.LOCK_EX):
                yield True
                return
            time.sleep(_PAUSE)
        yield False


def _locked(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _advisory_lock(engine: Engine) -> Generator[bool]:
    # A connection of its own, without a transaction that would stay open for as long as letters are sent.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        mine = bool(connection.execute(sa.select(sa.func.pg_try_advisory_lock(_ADVISORY_KEY))).scalar())
        try:
            yield mine
        finally:
            # The connection goes back to a pool and would keep the lock.
            connection.invalidate()
