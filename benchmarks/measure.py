"""Measuring processes from outside: wall time, processor time and peak memory, as the operating system counts them."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What one process cost.

    Attributes:
        wall: Wall time in seconds, interpreter start included.
        cpu: User and system time in seconds, of the process and all its children that ended.
        peak: Largest resident memory of the process in MB (10^6 bytes).
        output: What it printed.
    """

    wall: float
    cpu: float
    peak: float
    output: str


def run_process(command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """Run a command to its end and account for it.

    Raises:
        RuntimeError: The command failed; with what it printed.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{output}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6, output)


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure, with the output of the last run."""
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.peak for cost in costs),
        costs[-1].output,
    )
