"""What all commands share: how each adds itself to the command line, and how it says that it cannot do what it was asked."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

AddParser = Callable[..., argparse.ArgumentParser]
"""Adds a command by its name; see ``add_parser`` in :mod:`argparse`."""


class CommandError(Exception):
    """The command was given something that it cannot use; the message says what, and what it could use."""


def show_path(label: str, *paths: Path) -> None:
    """Say where something was written, from the working directory on where it lies in there."""
    for path in paths:
        inside = path.is_relative_to(Path.cwd())
        print(f"{label:<13}{path.relative_to(Path.cwd()) if inside else path}")
