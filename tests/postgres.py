"""A real PostgreSQL server of its own for tests, gone with them; it refuses to run as root, so another user runs it."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection

NewDatabase = Callable[[], str]
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "shared_buffers": "16MB",
    "max_connections": "50",
}


@contextlib.contextmanager
def postgres_server(initdb: str) -> Generator[NewDatabase]:
    """Start a server; what it gives makes a new database each time, and returns the address of it."""
    folder = Path(tempfile.mkdtemp(prefix="stocktake-postgres-"))
    programs = Path(initdb).resolve().parent
    user = [] if os.getuid() else ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    try:
        if user:
            shutil.chown(folder, "nobody", "nogroup")
        data, port = folder / "data", _free_port()
        made = [
            *user,
            initdb,
            "-D",
            str(data),
            "-U",
            "stocktake",
            "-A",
            "trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--no-locale",
        ]
        subprocess.run(made, check=True, capture_output=True, cwd=folder)
        options = [f"--{name}={value}" for name, value in {**SETTINGS, "port": str(port)}.items()]
        options.append(f"--unix_socket_directories={folder}")
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*user, str(programs / "postgres"), "-D", str(data), *options], cwd=folder, stderr=log, stdout=log
            )
        try:
            _wait(port, server, folder / "log")
            numbers = itertools.count(1)
            yield lambda: _new_database(port, next(numbers))
        finally:
            server.send_signal(signal.SIGINT)  # ends without waiting for who is connected
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _new_database(port: int, number: int) -> str:
    name = f"ledger{number}"
    with contextlib.closing(_connect(port)) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    return f"postgresql+psycopg2://stocktake@127.0.0.1:{port}/{name}"


def _connect(port: int) -> connection:
    made = psycopg2.connect(host="127.0.0.1", port=port, user="stocktake", dbname="postgres")
    made.autocommit = True
    return made


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server lets us in."""
    for _ in range(300):
        try:
            _connect(port).close()
        except psycopg2.OperationalError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
