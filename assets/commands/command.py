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


def read_whole(path: Path, limit: int) -> bytes:
    """The bytes of the file, of a hugely large one only as many as show that it is larger than ``limit``."""
    # Neither a folder nor a pipe or device, which may have no end.
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise CommandError(f"{path} cannot be opened: {error.strerror}.") from error


def write_result(path: Path, content: bytes, *, source: Path) -> None:
    """Write a result in one step and say where it is; it may not take the place of the file that it was made from."""
    from pipeline.files import write_atomically

    if path.exists() and path.samefile(source):
        raise CommandError(f"The result would overwrite {source}; name another file with --out.")
    try:
        write_atomically(path, content)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
    show_path("result", path)
