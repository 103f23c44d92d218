"""The Dagster UI on this machine: webserver and daemon side by side, over the same data as the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import dagster as dg

from assets.launch import prepare_home
from pipeline.settings import PROJECT, Settings


def serve(settings: Settings, port: int) -> int:
    """Serve the UI on the loopback interface until it is interrupted.

    Both are started by themselves rather than through ``dagster dev``, which Dagster has superseded.

    Args:
        settings: The folders of the installation.
        port: Port on 127.0.0.1.

    Returns:
        Exit code of the webserver.
    """
    prepare_home(settings)
    # Where Dagster has no databases yet, webserver and daemon would both make them, and stumble over each other.
    with dg.DagsterInstance.get():
        pass
    workspace = ["-w", str(PROJECT / "workspace.yaml")]
    webserver = [
        _program("dagster-webserver"),
        *workspace,
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "--log-level",
        "warning",
    ]
    daemon = [_program("dagster-daemon"), "run", *workspace, "--log-level", "warning"]
    print(f"The Dagster UI is coming up on http://127.0.0.1:{port} (Ctrl-C ends it).", flush=True)
    environment = {**os.environ, "DAGSTER_DISABLE_TELEMETRY": "yes"}
    # A polite end from outside (SIGTERM) ends both as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (
        subprocess.Popen(daemon, cwd=PROJECT, env=environment) as background,
        subprocess.Popen(webserver, cwd=PROJECT, env=environment) as foreground,
    ):
        try:
            return foreground.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            foreground.terminate()
            background.terminate()


def _program(name: str) -> str:
    return str(Path(sys.executable).parent / name)
