"""The UI with its daemon, as a test starts, asks and ends them."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psutil
import pytest

from pipeline.settings import PROJECT


def ask(port: int, query: str, **variables: Any) -> dict[str, Any]:
    """What the UI itself asks its server."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps({"query": query, "variables": variables}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
        return json.loads(answer.read())["data"]


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Serve the UI, and end it with everything that it started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "assets.cli", "ui", "--port", str(port)]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_until_up(port)
        yield port, process
    finally:
        for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []:
            child.kill()
        process.kill()
        process.wait()


def _wait_until_up(port: int) -> None:
    for _ in range(240):
        try:
            ask(port, "{version}")
        except OSError:
            time.sleep(0.5)
        else:
            return
    pytest.fail("The UI did not come up within two minutes.")
