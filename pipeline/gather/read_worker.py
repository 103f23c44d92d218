"""A process that parses contents into the cache; started by ``pool`` as a script of its own.

Messages to it: the number of bytes as a line, then the bytes; first the alliance, the archive and the folder of the
caches, pickled by the program that started it, then JSON with ``sha256`` and ``way`` of a content. It answers with the
line ``done`` after each content, and ends with its program.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
from pathlib import Path
from typing import BinaryIO


def main() -> None:
    """Parse contents until the program that started this one closes the line, or is gone."""
    # A line of its own for answers: nothing that a library prints can be taken for one.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from pipeline.gather.contents import Contents

    first = _message(sys.stdin.buffer)
    if first is None:
        return
    # From the program that started this one, through a pipe that nobody else holds.
    with Contents(*pickle.loads(first)) as contents:  # noqa: S301
        while (message := _message(sys.stdin.buffer)) is not None:
            contents.parse(**json.loads(message))
            answers.write(b"done\n")
            answers.flush()


def _message(requests: BinaryIO) -> bytes | None:
    line = requests.readline()
    message = requests.read(int(line)) if line.endswith(b"\n") else b""
    return message if line.endswith(b"\n") and len(message) == int(line) else None


if __name__ == "__main__":
    main()
