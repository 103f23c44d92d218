"""The cells of a workbook, read in a process of its own with limits, because a parser may be made to abort.

The program that calls this may run threads (Dagster does), and a fork of a process with threads may hang on a lock
that another thread held. So a small worker is started afresh (``cell_worker``) and reads one workbook after the other.
Where it dies, another is started, and the workbook is tried once more there: what is said of a file must not depend on
those that were read before it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from pipeline.gather.refusal import Format, Refusal, refuse


class Percentage(float):
    """A number in a cell that shows it as a percentage: 0.5 stands for 50 %."""


Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""What stands in a cell. Formulas are their stored result; empty cells are not kept."""


@dataclass(frozen=True)
class CellNote:
    """A note or one message of a threaded comment; ``author`` is '' where the file does not name one."""

    row: int
    column: int
    author: str
    text: str


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook.

    Attributes:
        name: Its name, as typed.
        hidden: Whether it is hidden in any way.
        cells: What stands where; (row, column) from 0. An error of a formula is its text, e.g. ``#REF!``.
        merged: Merged ranges as (first row, first column, last row, last column).
        unset: Cells with a formula whose result is not stored or empty.
        notes: Notes and threaded comments, in the order of the file.
        from_1904: Whether the workbook counts its days from 1904-01-01, which bare numbers in the cells of dates need.
        has_unread_notes: Whether the workbook has notes that could not be read.
    """

    name: str
    hidden: bool
    cells: Mapping[tuple[int, int], Cell]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    unset: tuple[tuple[int, int], ...] = ()
    notes: tuple[CellNote, ...] = ()
    from_1904: bool = False
    has_unread_notes: bool = False

    @cached_property
    def rows(self) -> Mapping[int, Mapping[int, Cell]]:
        """The cells by row and column, in order."""
        rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(self.cells.items(), key=lambda item: item[0]):
            rows.setdefault(row, {})[column] = cell
        return rows


Sheets = tuple[Sheet, ...]


# The worker ends itself when it has used its processor time; this is for one that hangs.
WALL_SECONDS = 60.0


class CellReader:
    """Reads workbooks one after the other in a worker process; to be used in a ``with`` statement.

    Not for use by several threads at once.
    """

    def __init__(self) -> None:
        self._worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> CellReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def read(self, content: bytes, format: Format) -> Sheets | Refusal:
        """Read every cell of a workbook that the guard has let pass.

        Args:
            content: The file.
            format: As the guard decided.

        Returns:
            Its worksheets in their order, or the refusal: unreadable, password_protected, macros, external_links,
            too_large, too_slow.

        Raises:
            RuntimeError: The worker cannot be started, or was killed twice from outside, which no file can cause.
        """
        status = 0
        for _ in range(2):
            answer = self._ask(content, format)
            if answer is not None:
                if "refused" in answer:
                    return refuse(answer["refused"])
                return tuple(_sheet(sheet) for sheet in answer["sheets"])
            status = self._bury()
            if status == -signal.SIGPROF:
                return refuse("too_slow")
        if status in (-signal.SIGKILL, -signal.SIGTERM):
            raise RuntimeError("The process that reads workbooks was killed twice.")
        return refuse("unreadable")

    def _ask(self, content: bytes, format: Format) -> dict[str, Any] | None:
        """What the worker answers; None where it died over it."""
        worker = self._worker = self._worker or _start()
        assert worker.stdin is not None  # noqa: S101 - for the type checker: it is a pipe
        try:
            request = json.dumps({"size": len(content), "format": format}).encode("ascii")
            worker.stdin.write(request + b"\n" + content)
            worker.stdin.flush()
        except BrokenPipeError:
            return None
        answer = _read_answer(worker, time.monotonic() + WALL_SECONDS)
        return None if answer is None else json.loads(answer)

    def _bury(self) -> int:
        """Let go of a worker that did not answer; by which signal it ended, as a negative number, or its exit code."""
        worker, self._worker = self._worker, None
        assert worker is not None  # noqa: S101 - for the type checker: it was just asked
        try:
            status = worker.wait(timeout=1)
        except subprocess.TimeoutExpired:
            worker.kill()
            status = -signal.SIGPROF  # it hangs, which is another way of being too slow
        worker.communicate()
        return status

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            worker.communicate()


def _start() -> subprocess.Popen[bytes]:
    # -I: no environment variable and no file in the working directory may add code to the worker.
    command = [sys.executable, "-I", str(Path(__file__).with_name("cell_worker.py"))]
    # A group of its own: Ctrl-C ends the program, and with it the worker, without a second trace.
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)  # noqa: S603
    if _read_answer(worker, time.monotonic() + WALL_SECONDS) != b"ready":
        worker.kill()
        worker.communicate()
        raise RuntimeError("The process that reads workbooks cannot be started.")
    return worker


def _read_answer(worker: subprocess.Popen[bytes], deadline: float) -> bytes | None:
    """One answer: the number of its bytes as a line, then the bytes. None where the worker ends before."""
    assert worker.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
    received = bytearray()
    size: int | None = None
    while size is None or len(received) < size:
        ready, _, _ = select.select([worker.stdout], [], [], max(0.0, deadline - time.monotonic()))
        chunk = os.read(worker.stdout.fileno(), 1 << 20) if ready else b""
        if not chunk:
            return None
        received += chunk
        if size is None and b"\n" in received:
            line, _, received = received.partition(b"\n")
            size = int(line)
    return bytes(received)


def read_cells(content: bytes, format: Format) -> Sheets | Refusal:
    """Read one workbook; for many, keep a :class:`CellReader`.

    Args:
        content: The file, which the guard has let pass.
        format: As the guard decided.

    Returns:
        Its worksheets in their order, or the refusal.
    """
    with CellReader() as reader:
        return reader.read(content, format)


def _sheet(sheet: dict[str, Any]) -> Sheet:
    cells: dict[tuple[int, int], Cell] = {}
    for row, values in sheet["rows"]:
        for column, value in zip(values[::2], values[1::2], strict=True):
            cells[row, column] = _value(value) if isinstance(value, dict) else value
    return Sheet(
        sheet["name"],
        sheet["hidden"],
        cells,
        tuple((top, left, bottom, right) for top, left, bottom, right in sheet["merged"]),
        tuple((row, column) for row, column in sheet["unset"]),
        tuple(CellNote(*note) for note in sheet["notes"]),
        sheet["from_1904"],
        sheet["has_unread_notes"],
    )


def _value(value: dict[str, Any]) -> Cell:
    """What the worker wraps because JSON lacks its type."""
    match value:
        case {"moment": text}:
            return dt.datetime.fromisoformat(text)
        case {"date": text}:
            return dt.date.fromisoformat(text)
        case {"time": text}:
            return dt.time.fromisoformat(text)
        case {"seconds": number}:
            return dt.timedelta(seconds=number)
        case _:
            return Percentage(value["percent"])
