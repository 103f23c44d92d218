"""``python -m benchmarks.validate``: what validating costs, beside its bars, and what a member costs at several sizes.

The answers are those of the example inbox, as they are for 54 members, and with two sections asked twice (about 300
questions a member) for thousands; see ``benchmarks/answers.py``.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.answers import TABLES, alliance_of_crowd, write_crowd
from benchmarks.measure import run_process

MEMBERS = 54
LARGE = (1_000, 12_000)
SECONDS = {54: 1.0, 12_000: 60.0}
"""The bar in seconds, the import of Great Expectations left out."""
PEAK = {12_000: 4_000.0}
"""The bar in MB for the whole process, the tables that it takes in and gives out included."""


def main() -> int:
    """Measure and print; returns 1 where a bar is not met. With ``--once``, validate and print the figures of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="up to 12,000 members: some minutes")
    parser.add_argument("--once", nargs=2, metavar=("FOLDER", "WIDE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        _once(Path(options.once[0]), wide=options.once[1] == "wide")
        return 0
    return int(not show(LARGE if options.large else (MEMBERS,), wide=options.large))


def show(sizes: tuple[int, ...], *, wide: bool) -> bool:
    """Print a line per number of members; returns whether all bars are met."""
    print(f"Validating the answers of the {'widened ' if wide else ''}questionnaire, imports left out\n")
    headings = ("asked", "findings", "share %", "wall s", "bar", "CPU s", "ms/member", "peak MB", "bar")
    print(f"{'members':>8}" + "".join(f"{heading:>11}" for heading in headings))
    met = True
    for members in sizes:
        with tempfile.TemporaryDirectory(prefix="stocktake-bench-") as folder:
            write_crowd(Path(folder), members, wide=wide)
            cost = _run(Path(folder), wide=wide)
        seconds, peak = SECONDS.get(members), PEAK.get(members)
        met = met and (seconds is None or cost.wall <= seconds) and (peak is None or cost.peak <= peak)
        figures = (
            f"{cost.asked:,}",
            f"{cost.findings:,}",
            f"{100 * cost.findings / cost.asked:.1f}",
            f"{cost.wall:.2f}",
            "–" if seconds is None else f"{seconds:.0f}",
            f"{cost.cpu:.2f}",
            f"{1000 * cost.cpu / members:.2f}",
            f"{cost.peak:,.0f}",
            "–" if peak is None else f"{peak:,.0f}",
        )
        print(f"{members:>8,}" + "".join(f"{figure:>11}" for figure in figures))
    print(
        "\nasked: questions and checks that members are held to. peak: with Python and the tables that are taken in.\n"
    )
    return met


@dataclass(frozen=True)
class _Validating:
    """Seconds, processor seconds, rows of ``assessment``, findings, and peak memory in MB."""

    wall: float
    cpu: float
    asked: int
    findings: int
    peak: float


def _run(folder: Path, *, wide: bool) -> _Validating:
    command = [sys.executable, "-m", "benchmarks.validate", "--once", str(folder), "wide" if wide else "real"]
    cost = run_process(command, os.environ)
    wall, cpu, asked, findings = cost.output.split()
    return _Validating(float(wall), float(cpu), int(asked), int(findings), cost.peak)


def _once(folder: Path, *, wide: bool) -> None:
    import great_expectations.expectations  # noqa: F401 - its import is not the work

    from pipeline.frames import read_table
    from pipeline.validate.looked_at import LOOKED_AT
    from pipeline.validate.validate import validate

    alliance, cycle = alliance_of_crowd(wide=wide)
    tables = [read_table(folder / f"{name}.parquet", name, LOOKED_AT.get(name)) for name in TABLES]
    started, used = time.perf_counter(), time.process_time()
    validated = validate(alliance, cycle, *tables)
    print(time.perf_counter() - started, time.process_time() - used, len(validated.assessment), len(validated.findings))


if __name__ == "__main__":
    sys.exit(main())
