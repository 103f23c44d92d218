"""``python -m benchmarks.gather``: what gathering costs per file, at several sizes, on one processor and on all.

Real workbooks of the real questionnaire, all questions answered. Every figure of a line comes from the same minute, so
that the ratios can be compared from machine to machine, the seconds cannot.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.crowd import KEY, crowd, make_archive
from benchmarks.measure import run_process

SIZES = (54, 540)
LARGE = (54, 540, 5_400, 12_000)
ONE_BY_ONE_UP_TO = 5_400


def main() -> None:
    """Measure and print; or, with ``--once``, gather one archive and print the seconds of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="up to 12,000 workbooks: half an hour")
    parser.add_argument("--once", nargs=4, metavar=("FOLDER", "CACHE", "MEMBERS", "PROCESSES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        _once(Path(options.once[0]), Path(options.once[1]), int(options.once[2]), int(options.once[3]))
    else:
        show_reading()
        compare(LARGE if options.large else SIZES)


def _once(folder: Path, cache: Path, members: int, processes: int) -> None:
    from pipeline.gather.archive import Archive
    from pipeline.gather.gather import gather

    alliance = crowd(members)
    started, used = time.perf_counter(), _processor_seconds()
    gathered = gather(alliance, alliance.cycle("2014"), Archive(folder), KEY, cache, processes)
    wall, cpu = time.perf_counter() - started, _processor_seconds() - used
    accepted = int((gathered.submissions["status"] == "accepted").sum())
    print(wall, cpu, accepted, len(gathered.answers), gathered.parsed)


def _processor_seconds() -> float:
    """User and system time of this process and of all its children that ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def compare(sizes: tuple[int, ...]) -> None:
    """Print a line per number of files: milliseconds per file read anew by one process and by all, and read again."""
    cores = os.cpu_count() or 1
    print(f"Gathering filled workbooks of the real questionnaire: milliseconds per file, {cores} processors\n")
    headings = ("1 process", "CPU", f"{cores} processes", "CPU", "again", "CPU", "speed-up", "peak MB")
    print(f"{'files':>7}{'answers':>10}" + "".join(f"{heading:>13}" for heading in headings))
    for members in sizes:
        with tempfile.TemporaryDirectory(prefix="stocktake-bench-") as folder:
            make_archive(Path(folder) / "archive", members)
            alone = _run(Path(folder), members, 1, fresh=True) if members <= ONE_BY_ONE_UP_TO else None
            together = _run(Path(folder), members, cores, fresh=True)
            again = _run(Path(folder), members, cores, fresh=False)
        figures = [figure for cost in (alone, together, again) for figure in _per_file(cost, members)]
        speed_up = f"{alone.wall / together.wall:.2f}" if alone else "–"
        print(
            f"{members:>7,}{together.answers:>10,}"
            + "".join(f"{'–' if figure is None else f'{figure:.1f}':>13}" for figure in figures)
            + f"{speed_up:>13}{together.peak:>13.0f}"
        )
    print(
        "\nThe start of Python and the alliance are left out. again: nothing has changed since, so that nothing is parsed."
    )


def show_reading(members: int = 54) -> None:
    """Print the processor time of looking at filled workbooks and of reading them, without tables and cache."""
    from pipeline.gather.archive import Archive
    from pipeline.gather.cells import CellReader
    from pipeline.gather.guard import inspect
    from pipeline.gather.reading import read_workbook
    from pipeline.gather.refusal import Refusal

    with tempfile.TemporaryDirectory(prefix="stocktake-bench-") as folder:
        make_archive(Path(folder), members)
        archive, form = Archive(Path(folder)), crowd(1).form
        contents = [archive.read(receipt.sha256) for receipt in archive.receipts("2014")]
    used, answers = _processor_seconds(), 0
    formats = [inspect(content) for content in contents]
    guard = _processor_seconds() - used
    with CellReader() as reader:
        for content, format in zip(contents, formats, strict=True):
            sheets = format if isinstance(format, Refusal) else reader.read(content, format)
            if isinstance(sheets, Refusal):
                raise RuntimeError(f"A workbook was refused: {sheets.reason}.")
            answers += len(read_workbook(sheets, form).answers)
    read = _processor_seconds() - used - guard
    print(
        f"{members} workbooks with {answers:,} answers, seconds of one processor: guard {guard:.2f}, "
        f"cells and answers {read:.2f} (bar 1)\n"
    )


@dataclass(frozen=True)
class _Gathering:
    """Seconds, processor seconds, answers, and peak memory in MB of one gathering."""

    wall: float
    cpu: float
    answers: int
    peak: float


def _per_file(cost: _Gathering | None, members: int) -> tuple[float | None, float | None]:
    return (None, None) if cost is None else (1000 * cost.wall / members, 1000 * cost.cpu / members)


def _run(folder: Path, members: int, processes: int, *, fresh: bool) -> _Gathering:
    if fresh:
        shutil.rmtree(folder / "cache", ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.gather", "--once", str(folder / "archive"), str(folder / "cache")]
    cost = run_process([*command, str(members), str(processes)], os.environ)
    wall, cpu, accepted, answers, parsed = cost.output.split()
    if int(accepted) != members or int(parsed) != (members if fresh else 0):
        raise RuntimeError(f"Of {members} workbooks, {accepted} were accepted and {parsed} parsed.")
    return _Gathering(float(wall), float(cpu), int(answers), cost.peak)


if __name__ == "__main__":
    main()
