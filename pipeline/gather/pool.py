"""Parsing many contents on all processors.

The workers are processes of their own, started afresh and spoken to through pipes: the program that calls this may run
threads (Dagster does), so that it must not fork; ``multiprocessing`` would import the program's main module into each;
and a worker whose program was killed sees the end of its pipe and ends too. Workers only fill the cache. Whatever
becomes of them, what is not in the cache afterwards is parsed by the program itself, so that a killed worker costs time
and nothing else.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Lock

from pipeline.gather.archive import Receipt
from pipeline.gather.contents import Contents

# A worker takes as long to start as about forty workbooks to read.
WORTH_WORKERS = 100
_RESTARTS = 3


def parse_all(contents: Contents, receipts: Iterable[Receipt], processes: int | None = None) -> int:
    """Parse what has not been parsed before, in worker processes where there are many.

    Args:
        contents: What is read, and where it is kept.
        receipts: Of all contents.
        processes: Processes at most; as many as there are processors where None.

    Returns:
        How many contents had not been parsed before. Few of them are not parsed here but when they are asked for.
    """
    fresh = {(contents.reader_of(r.way), r.sha256): r for r in receipts if not contents.is_parsed(r)}
    count = min(processes or os.cpu_count() or 1, len(fresh) * 2 // WORTH_WORKERS)
    if count > 1:
        tasks = _Tasks(fresh.values())
        with ThreadPoolExecutor(count) as threads:
            for done in [threads.submit(_work, contents, tasks) for _ in range(count)]:
                done.result()
    return len(fresh)


class _Tasks:
    """Contents to be parsed, handed out to threads one by one."""

    def __init__(self, receipts: Iterable[Receipt]):
        self._left: Iterator[Receipt] = iter(receipts)
        self._lock = Lock()

    def take(self) -> Receipt | None:
        """The next one; None at the end."""
        with self._lock:
            return next(self._left, None)


def _work(contents: Contents, tasks: _Tasks) -> None:
    """Feed one worker, or the one after it where it dies; the content that it died of is left to the program itself."""
    for _ in range(_RESTARTS):
        with _Worker(contents) as worker:
            while receipt := tasks.take():
                if not worker.parse(receipt):
                    break
            else:
                return


class _Worker:
    """A process of :mod:`pipeline.gather.read_worker`."""

    def __init__(self, contents: Contents):
        # -I: no environment variable and no file in the working directory may add code to the worker.
        command = [sys.executable, "-I", str(Path(__file__).with_name("read_worker.py"))]
        # A group of its own: Ctrl-C ends the program, and with it the worker, without a second trace.
        self._process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
        )
        # The register does not decide how a content is read, and is by far the largest part of an alliance.
        alliance = replace(contents.alliance, register=contents.alliance.register.head(0))
        self._send(pickle.dumps((alliance, contents.archive, contents.folder)))

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._process.kill()
        # Its pipe ends here, and so does it, with the process that reads cells for it.
        self._process.communicate()

    def parse(self, receipt: Receipt) -> bool:
        """Let it parse a content into the cache; False where it died of it."""
        assert self._process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        self._send(json.dumps({"sha256": receipt.sha256, "way": receipt.way}).encode("ascii"))
        return self._process.stdout.readline() == b"done\n"

    def _send(self, message: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101
        try:
            self._process.stdin.write(b"%d\n" % len(message) + message)
            self._process.stdin.flush()
        except BrokenPipeError:
            # Seen when its answer is read.
            return
