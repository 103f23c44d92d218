"""``make bench``: the whole run beside a plain script, each stage by itself, gathering at several sizes, and validating.

Prints medians. Figures in seconds are those of this machine on this day; the ratio is what can be compared.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.gather import SIZES, compare, show_reading
from benchmarks.measure import Cost, median, run_process
from benchmarks.stages import STAGES
from benchmarks.validate import MEMBERS
from benchmarks.validate import show as show_validating

BAR = 2.5


def main() -> int:
    """Measure and print; returns 1 where the whole run costs more than 2.5 times the plain script, or a bar is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycle", default="2014")
    parser.add_argument("--rounds", type=int, default=5, help="counted runs of each, in turn (default 5)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stocktake-bench-") as folder:
        ratio = _whole_run(Path(folder), options.cycle, options.rounds)
        _stages(Path(folder) / "product", options.cycle, options.rounds)
    show_reading()
    compare(SIZES)
    met = show_validating((MEMBERS,), wide=False)
    return int(ratio > BAR or not met)


def _whole_run(folder: Path, cycle: str, rounds: int) -> float:
    product: list[Cost] = []
    plain: list[Cost] = []
    for turn in range(rounds + 1):
        # In turn, so that a machine that slows down or speeds up hurts both; the first turn warms up and is not counted.
        _forget_readings(folder)
        ours = run_process([sys.executable, "-m", "assets.cli", "report", cycle], _environment(folder / "product"))
        script = run_process([sys.executable, "-m", "benchmarks.plain", cycle], _environment(folder / "plain"))
        if turn:
            product.append(ours)
            plain.append(script)
    pairs = [ours.wall / script.wall for ours, script in zip(product, plain, strict=True)]
    print(f"Whole run, cycle {cycle}, interpreter start included: median of {rounds}\n")
    print(f"{'':<34}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}")
    for label, costs in (("stocktake report", product), ("plain script", plain)):
        _row(label, median(costs))
    ratio = statistics.median(pairs)
    print(f"{'ratio, pair by pair':<34}{ratio:>8.2f}   (from {min(pairs):.2f} to {max(pairs):.2f}; bar {BAR})\n")
    return ratio


def _forget_readings(folder: Path) -> None:
    # A run is measured as the first one on its files: both have to parse them.
    for data in ("product", "plain"):
        shutil.rmtree(folder / data / "cache", ignore_errors=True)


def _stages(data: Path, cycle: str, rounds: int) -> None:
    print(f"Each stage in a process of its own, on the tables of that run: median of {rounds}\n")
    print(f"{'':<34}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'work s':>8}")
    for stage in STAGES:
        command = [sys.executable, "-m", "benchmarks.stages", stage, cycle]
        costs = [run_process(command, _environment(data)) for _ in range(rounds)]
        _row(stage, median(costs), f"{statistics.median(float(cost.output) for cost in costs):>8.2f}")
    print(
        "\nwork: without starting Python, importing, and loading the alliance and the tables that the stage takes in.\n"
    )


def _row(label: str, cost: Cost, more: str = "") -> None:
    print(f"{label:<34}{cost.wall:>8.2f}{cost.cpu:>8.2f}{cost.peak:>9.0f}{more}")


def _environment(data: Path) -> Mapping[str, str]:
    return {**os.environ, "STOCKTAKE_DATA": str(data)}


if __name__ == "__main__":
    sys.exit(main())
