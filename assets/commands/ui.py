"""``stocktake ui``: the Dagster UI on this machine."""

from __future__ import annotations

import argparse

from assets.commands.command import AddParser
from pipeline.settings import Settings


def add(add_parser: AddParser) -> None:
    """Add the command to the command line."""
    summary = "serve the Dagster UI on this machine"
    command = add_parser("ui", help=summary, description=f"{summary.capitalize()}.")
    command.add_argument("--port", type=int, default=3000, help="port on 127.0.0.1 (default 3000)")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from assets.ui import serve

    return serve(Settings.from_environment(), options.port)
