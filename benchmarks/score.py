"""``python -m benchmarks.score``: what scoring costs, beside its bars, and what a commitment costs at several sizes.

First the methods alone, over a table with a series for every member, commitment and cycle. Then the stage with all that
belongs to it: every member has eight commitments of the five kinds and has answered in each of ten cycles; the
questionnaire is that of the example. Tables are made from a seed, with a share of missing answers; those of the stage lie
on the disk as in a run.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from benchmarks.measure import run_process
from pipeline.alliance.load import load_alliance
from pipeline.frames import conform, read_table, write_table
from pipeline.questionnaire.form import Form
from pipeline.score.looked_at import LOOKED_AT
from pipeline.settings import PROJECT
from pipeline.tables import TABLES

SIZES: Final = (1_000, 4_000, 12_000)
SECONDS: Final = {12_000: 5.0}
PEAK: Final = {12_000: 1_000.0}
"""The bar in MB for the whole process, the tables that it takes in and gives out included."""
STEEPEST: Final = 1.5
"""The bar for what a commitment costs at the largest size over what it costs at the smallest."""
METHODS: Final = ("growth_ratio", "projection", "linear_gap", "directional")
LAST: Final = 2014
CYCLES: Final = 10
KINDS: Final = ("numeric", "numeric", "numeric", "growth_rule", "directional", "milestone", "milestone", "checklist")
_INDICATORS: Final = {"growth_rule": "icse_new", "directional": "data_examined", "checklist": "legal_framework"}
_SEED: Final = 5


def main() -> int:
    """Measure and print; returns 1 where a bar is not met. With ``--once``, score and print the figures of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", metavar="FOLDER", help=argparse.SUPPRESS)
    parser.add_argument("--rate", nargs=2, metavar=("METHOD", "ROWS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        _once(Path(options.once))
        return 0
    if options.rate:
        _rate(options.rate[0], int(options.rate[1]))
        return 0
    return int(not all([show_methods(SIZES), show(SIZES)]))


def show_methods(sizes: tuple[int, ...]) -> bool:
    """Print a line per method and number of members; returns whether all bars are met."""
    print(f"Rating {len(KINDS)} series of each member in {CYCLES} cycles by one method, making the table left out\n")
    headings = ("members", "series", "wall s", "bar", "us/series", "peak MB", "bar")
    print(f"{'method':>14}" + "".join(f"{heading:>11}" for heading in headings))
    met = True
    for method in METHODS:
        each: list[float] = []
        for members in sizes:
            rows = members * len(KINDS) * CYCLES
            cost = run_process([sys.executable, "-m", "benchmarks.score", "--rate", method, str(rows)], os.environ)
            wall, used = (float(figure) for figure in cost.output.split())
            seconds, peak = SECONDS.get(members), PEAK.get(members)
            each.append(used / rows)
            met = met and (seconds is None or wall <= seconds) and (peak is None or cost.peak <= peak)
            bars = ["–" if bar is None else f"{bar:,.0f}" for bar in (seconds, peak)]
            figures = (
                f"{members:,}",
                f"{rows:,}",
                f"{wall:.2f}",
                bars[0],
                f"{1e6 * each[-1]:.2f}",
                f"{cost.peak:,.0f}",
                bars[1],
            )
            print(f"{method:>14}" + "".join(f"{figure:>11}" for figure in figures))
        met = met and each[-1] / each[0] <= STEEPEST
    print(
        f"\nA series among the most costs at most {STEEPEST} times what one among the fewest does, or the bar is not met.\n"
    )
    return met


def _rate(method: str, rows: int) -> None:
    from pipeline.score.method import methods

    random = np.random.default_rng(_SEED)
    baseline = random.uniform(1, 1000, rows).round(1)
    whole = {"baseline_year": 2004, "current_year": random.integers(2005, LAST, rows), "target_year": LAST + 4}
    series = pd.DataFrame(
        {
            "baseline_value": baseline,
            "current_value": np.where(random.random(rows) < 0.05, np.nan, baseline * random.uniform(0.5, 1.6, rows)),
            "target_value": (baseline * random.uniform(0.4, 2, rows)).round(1),
            "direction": random.choice([1, -1], rows),
            "natural_limit": np.where(random.random(rows) < 0.1, 1000.0, np.nan),
        }
    ).assign(**whole)
    rated = methods()[method]
    walls: list[float] = []
    used: list[float] = []
    for _ in range(3):  # the least of three: what else the machine does only adds to it
        started, before = time.perf_counter(), time.process_time()
        rated.rate(series)
        walls.append(time.perf_counter() - started)
        used.append(time.process_time() - before)
    print(min(walls), min(used))


def show(sizes: tuple[int, ...]) -> bool:
    """Print a line per number of members; returns whether all bars are met."""
    print(f"Scoring eight commitments of each member, answered in {CYCLES} cycles, imports and reading left out\n")
    headings = ("commitments", "answers", "rated", "wall s", "bar", "CPU s", "us/commitm.", "peak MB", "bar")
    print(f"{'members':>8}" + "".join(f"{heading:>12}" for heading in headings))
    costs: list[_Scoring] = []
    met = True
    for members in sizes:
        with tempfile.TemporaryDirectory(prefix="stocktake-bench-") as folder:
            write_series(Path(folder), members)
            cost = _run(Path(folder))
        costs.append(cost)
        seconds, peak = SECONDS.get(members), PEAK.get(members)
        met = met and (seconds is None or cost.wall <= seconds) and (peak is None or cost.peak <= peak)
        figures = (
            f"{cost.commitments:,}",
            f"{cost.answers:,}",
            f"{cost.rated:,}",
            f"{cost.wall:.2f}",
            "–" if seconds is None else f"{seconds:.0f}",
            f"{cost.cpu:.2f}",
            f"{1e6 * cost.cpu / cost.commitments:.1f}",
            f"{cost.peak:,.0f}",
            "–" if peak is None else f"{peak:,.0f}",
        )
        print(f"{members:>8,}" + "".join(f"{figure:>12}" for figure in figures))
    steep = (costs[-1].cpu / costs[-1].commitments) / (costs[0].cpu / costs[0].commitments)
    print(f"\nA commitment among the most costs {steep:.2f} times what one among the fewest does (bar: {STEEPEST}).\n")
    return met and steep <= STEEPEST


@dataclass(frozen=True)
class _Scoring:
    """Seconds, processor seconds, commitments, those rated, answers of all cycles, and peak memory in MB."""

    wall: float
    cpu: float
    commitments: int
    rated: int
    answers: int
    peak: float


def _run(folder: Path) -> _Scoring:
    cost = run_process([sys.executable, "-m", "benchmarks.score", "--once", str(folder)], os.environ)
    wall, cpu, commitments, rated, answers = cost.output.split()
    return _Scoring(float(wall), float(cpu), int(commitments), int(rated), int(answers), cost.peak)


def _once(folder: Path) -> None:
    from pipeline.score.commitments import score_commitments

    alliance = load_alliance(PROJECT / "alliance")
    names = ("commitments", "answers", "earlier_answers", "submissions")
    tables = {name: read_table(folder / f"{name}.parquet", name, LOOKED_AT.get(name)) for name in names}
    answers = len(tables["answers"]) + len(tables["earlier_answers"])
    started, used = time.perf_counter(), time.process_time()
    scores = score_commitments(alliance.form, alliance.cycle(str(LAST)), alliance.scoring, **tables)
    wall, cpu = time.perf_counter() - started, time.process_time() - used
    print(wall, cpu, len(scores), int((scores["rating"] != "not_available").sum()), answers)


def write_series(folder: Path, members: int) -> None:
    """Write the tables that scoring takes in, of as many members."""
    random = np.random.default_rng(_SEED)
    form = load_alliance(PROJECT / "alliance").form
    register = _register(members, random)
    write_table(folder / "commitments.parquet", "commitments", register)
    write_table(folder / "submissions.parquet", "submissions", _submissions(members))
    told = [_answers(form, register, year, random) for year in range(LAST - CYCLES + 1, LAST + 1)]
    write_table(folder / "answers.parquet", "answers", conform("answers", told[-1]))
    earlier = pd.concat(told[:-1], ignore_index=True)
    write_table(folder / "earlier_answers.parquet", "earlier_answers", conform("earlier_answers", earlier))


def _codes(members: int) -> np.ndarray[Any, Any]:
    return np.array([f"M{number:05}" for number in range(members)], dtype=object)


def _register(members: int, random: np.random.Generator) -> pd.DataFrame:
    member = np.repeat(_codes(members), len(KINDS))
    kind = np.tile(np.array(KINDS, dtype=object), members)
    count = len(kind)
    baseline = np.round(random.uniform(10, 1000, count), 1)
    direction = np.where(kind == "growth_rule", 1, random.choice([1, -1], count))
    valued = np.isin(kind, ["numeric", "growth_rule", "directional"])
    change = random.uniform(0.1, 0.9, count)
    table = pd.DataFrame({name: pd.Series([None] * count, dtype=object) for name in TABLES["commitments"].names})
    return conform(
        "commitments",
        table.assign(
            commitment=[f"{code}-{place % len(KINDS) + 1:02}" for place, code in enumerate(member)],
            member=member, goal="OG1.1", title="A commitment", kind=kind, indicator=pd.Series(kind).map(_INDICATORS),
            direction=np.where(valued, direction, np.nan), sign=np.where(valued, 1, np.nan),
            baseline_value=np.where(valued, np.where(kind == "growth_rule", np.ceil(baseline), baseline), np.nan),
            baseline_year=np.where(valued, LAST - CYCLES - 1, np.nan),
            target_value=np.where(kind == "numeric", np.round(baseline * (1 + direction * change), 1), np.nan),
            target_year=np.where(kind == "numeric", LAST + 4, np.nan),
            growth_rate=np.where(kind == "growth_rule", 0.05, np.nan),
            growth_reading=np.where(kind == "growth_rule", random.choice(["each_year", "on_average"], count), None),
            due_date=np.where(kind == "milestone", date(LAST + 2, 12, 31), None), since_cycle=str(LAST), weight=1.0,
        ),
    )  # fmt: skip


def _submissions(members: int) -> pd.DataFrame:
    code = _codes(members)
    columns = {name: pd.Series([None] * members, dtype=object) for name in TABLES["submissions"].names}
    received = pd.Timestamp(f"{LAST}-07-01", tz="UTC")
    told = {"submission": code, "member": code, "file": "f.xlsx", "way": "folder", "received": received, "sha256": "0"}
    return conform("submissions", pd.DataFrame(columns | told | {"size": 1, "status": "accepted", "late": False}))


def _answers(form: Form, register: pd.DataFrame, year: int, random: np.random.Generator) -> pd.DataFrame:
    """The answers of one cycle: latest value and year, status, elements; one in twenty is missing with a reason."""
    parts: list[pd.DataFrame] = []
    elapsed = (year - register["baseline_year"].astype("float64")) / CYCLES
    drift = random.normal(0.25, 0.2, len(register)) * elapsed
    direction = register["direction"].astype("float64").fillna(1)
    value = register["baseline_value"] * np.maximum(1 + direction * drift, 0.05)
    value = value.round(1).where(register["kind"] != "growth_rule", value.round())
    status = pd.Series(random.choice(["not_started", "limited", "substantial", "complete"], len(register)))
    yes = pd.Series(random.choice(["yes", "no"], len(register)))
    for kind in dict.fromkeys(KINDS):
        rows, indicator = register["kind"] == kind, _INDICATORS.get(kind)
        for question in form.asked:
            at_home = question.indicator == indicator if indicator else question.repeat == form.commitments_repeat
            if not at_home or (indicator and question.repeat):
                continue
            number, text = None, None
            match question.role:
                case "value" if kind not in ("milestone", "checklist"):
                    number = value
                case "previous_value":
                    number = value.round()
                case "year" | "value_year" if kind not in ("milestone", "checklist"):
                    number = pd.Series(float(year - 1), index=register.index)
                case "status" if kind == "milestone":
                    text = status
                case "element":
                    text = yes
                case _:
                    continue
            parts.append(_told(register[rows], question.code, number, text, own_row=not indicator))
    told = pd.concat(parts, ignore_index=True)
    silent = random.random(len(told)) < 0.05
    told.loc[silent, ["value", "number"]] = None
    told.loc[silent, "missing_reason"] = "not_yet"
    told["cycle"] = str(year)
    return told


def _told(rows: pd.DataFrame, code: str, number: Any, text: Any, *, own_row: bool) -> pd.DataFrame:
    columns: dict[str, Any] = dict.fromkeys(TABLES["answers"].names)
    columns |= {"member": rows["member"], "row": rows["commitment"] if own_row else "", "question": code}
    columns |= {"sheet": "commitments" if own_row else "pt1", "cell": "D7", "submission": rows["member"]}
    if number is not None:
        columns |= {"number": number[rows.index], "value": number[rows.index].astype(str)}
    else:
        columns |= {"value": text[rows.index]}
    return pd.DataFrame(columns | {"raw": columns["value"]}, index=rows.index)


if __name__ == "__main__":
    sys.exit(main())
