"""The process in which an unpacked package is made again; started by ``remaking`` as a script of its own.

A package comes from outside until it was checked, and its alliance files, templates and workbooks decide what is computed.
So that happens here, with limits on memory and processor time, and without any secret in the environment but the key of
the cycle. The answer is a line of JSON: ``{}``, or ``{"failed": "..."}`` with what is wrong with the package, in words.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
import warnings
from pathlib import Path

MEMORY_LIMIT = 8_000_000_000
"""Bytes of address space, of which libraries reserve far more than they use."""
PROCESSOR_SECONDS = 3_600


def main() -> None:
    """Make the package in the folder that the command line names again, for the cycle that it names."""
    # The start is isolated (-I), so that nothing in the working directory can be imported. Ours comes last.
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    from pipeline.handover.remaking import remake

    # Libraries print what they like; the answer is ours alone.
    with contextlib.redirect_stdout(sys.stderr):
        answer = remake(Path(sys.argv[1]), sys.argv[2])
    sys.stdout.write(json.dumps({"failed": answer} if answer else {}))


if __name__ == "__main__":
    os.chdir("/")
    main()
