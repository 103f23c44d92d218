"""The cells of a workbook, read in a process of its own with limits, because a parser may be made to abort.

The program that calls this may run threads (Dagster does), and a fork of a process with threads may hang on a lock
that another thread held. So one small worker is started afresh (``cell_worker``) and forks for each workbook: safe, and
for many workbooks as quick as forking here.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
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
class Sheet:
    """One sheet of a workbook.

    Attributes:
        name: Its name, as typed.
        hidden: Whether it is hidden in any way.
        cells: What stands where; (row, column) from 0.
        merged: Merged ranges as (first row, first column, last row, last column); unknown for .ods.
        unset: Cells with a formula whose result is not stored or is an error; known for .xlsx only.
    """

    name: str
    hidden: bool
    cells: Mapping[tuple[int, int], Cell]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    unset: tuple[tuple[int, int], ...] = ()

    @cached_property
    def rows(self) -> Mapping[int, Mapping[int, Cell]]:
        """The cells by row and column, in order."""
        rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(self.cells.items(), key=lambda item: item[0]):
            rows.setdefault(row, {})[column] = cell
        return rows


Sheets = tuple[Sheet, ...]


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
            Its worksheets in their order, or the refusal: unreadable, password_protected, macros, too_large, too_slow.

        Raises:
            RuntimeError: The worker itself died twice, which no file can cause.
        """
        for _ in range(2):
            answer = self._ask(content, format)
            if answer is not None:
                if "refused" in answer:
                    return refuse(answer["refused"])
                return tuple(_sheet(sheet) for sheet in answer["sheets"])
        raise RuntimeError("The process that reads workbooks cannot be started or kept running.")

    def _ask(self, content: bytes, format: Format) -> dict[str, Any] | None:
        """What the worker answers; None where it died, and a new one is started the next time."""
        if self._worker is None:
            # -I: no environment variable and no file in the working directory may add code to the worker.
            command = [sys.executable, "-I", str(Path(__file__).with_name("cell_worker.py"))]
            # A group of its own: Ctrl-C ends the program, and with it the worker, without a second trace.
            self._worker = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
            )
        assert self._worker.stdin is not None  # noqa: S101 - for the type checker: both are pipes
        assert self._worker.stdout is not None  # noqa: S101
        try:
            request = json.dumps({"size": len(content), "format": format}).encode("ascii")
            self._worker.stdin.write(request + b"\n" + content)
            self._worker.stdin.flush()
            size = self._worker.stdout.readline()
            answer = self._worker.stdout.read(int(size)) if size.endswith(b"\n") else b""
        except BrokenPipeError:
            answer = b""
        if not answer:
            self._stop()
            return None
        return json.loads(answer)

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            worker.communicate()


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
    cells = {(row, column): _value(value) for row, column, value in sheet["cells"]}
    merged = tuple((top, left, bottom, right) for top, left, bottom, right in sheet["merged"])
    return Sheet(sheet["name"], sheet["hidden"], cells, merged, tuple((row, column) for row, column in sheet["unset"]))


def _value(value: Any) -> Cell:
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
            return value
