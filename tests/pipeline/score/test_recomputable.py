"""Any row can be computed again in a spreadsheet from its own cells, by formulas written from the published methods."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.frames import conform
from pipeline.score.commitments import rate
from pipeline.score.method import methods
from pipeline.tables import RATINGS
from tests.recomputed import ALTERNATIVES, disagreements, recomputed

Case = dict[str, Any]
VALUES = (0, 7.25, 10.2, 14.5, 95, 98.82, 100, 121, 195, 200, 1234567, 0.05, -20, -12.5)


def numeric(random: Random) -> Case:
    start = random.randint(2005, 2012)
    sign = random.choice((1, 1, 1, -1))
    between = random.random() < 0.25
    values = [sign * abs(random.choice(VALUES)) if random.random() < 0.9 else random.choice(VALUES) for _ in range(3)]
    if random.random() < 0.4:
        values[1] = round(values[0] + (values[2] - values[0]) * random.random(), 3)
    return {
        "kind": "numeric", "method": random.choice(ALTERNATIVES),
        "direction": 0 if between else random.choice((1, -1)),
        "target_upper": values[2] + abs(values[2]) / 4 + 1 if between else None, "baseline_value": values[0], "baseline_year": start, "current_value": values[1],
        "current_year": start + random.randint(0, 8), "target_value": values[2],
        "target_year": start + random.randint(0, 15), "sign": -1 if values[0] < 0 else 1,
    }  # fmt: skip


def directional(random: Random) -> Case:
    base = random.choice((45.0, 90.0, 99.5, 100.0, 150.0, 230.0))
    return {
        "kind": "directional", "method": "directional", "direction": random.choice((1, -1)), "sign": 1,
        "baseline_value": base, "baseline_year": 2010, "current_year": 2010 + random.randint(1, 9),
        "current_value": round(base * random.choice((0.97, 0.995, 1, 1.004, 1.02, 1.2)), 3),
        "natural_limit": random.choice((None, 100.0, 80.0)),
    }  # fmt: skip


def growth_rule(random: Random) -> Case:
    years = sorted(random.sample(range(2008, 2015), random.randint(2, 6)))
    values = [random.choice((0, 3, 100, 110, 120, 121, 131, 132.5))]
    while len(values) < len(years):
        values.append(round(values[-1] * random.choice((0.8, 0.9, 1.0, 1.06, 1.1, 1.3)) + random.choice((0, 1)), 2))
    values = [int(value) if random.random() < 0.7 else value for value in values]
    return {
        "kind": "growth_rule", "method": "growth_rule", "growth_rate": random.choice((0.1, 0.05, -0.1)),
        "growth_reading": random.choice(("each_year", "on_average")), "target_year": random.choice((None, 2010, 2013)),
        "series": " ".join(f"{year}={value}" for year, value in zip(years, values, strict=True)),
    }  # fmt: skip


def milestones() -> list[Case]:
    steps = ("not_started", "limited", "substantial", "complete")
    return [
        {
            "kind": "milestone", "method": "milestone", "status": status, "overdue": late and status != "complete",
            "due_date": f"{2013 if late else 2015}-08-15", "cut_off": "2014-08-15", "start_date": f"{start}-01-01",
            "previous_status": before, "flags": _milestone_flags(start, steps, status, before),
        }
        for status, late, start, before in product((*steps, "no_evidence", "withdrawn"), (True, False), (2013, 2015), (None, *steps))
    ]  # fmt: skip


def _milestone_flags(start: int, steps: tuple[str, ...], status: str, before: str | None) -> str | None:
    back = before is not None and status in steps and steps.index(status) < steps.index(before)
    return " ".join(["before_start"] * (start == 2015) + ["status_went_back"] * back) or None


def checklists() -> list[Case]:
    return [
        {
            "kind": "checklist", "method": "checklist", "elements_total": total, "elements_in_place": in_place,
            "elements_missing": " ".join(f"law_{n}" for n in range(missing)) or None, "overdue": late and in_place < total,
            "baseline_value": base,
        }
        for total in (1, 3, 6, 7)
        for in_place in range(total + 1)
        for missing in {total - in_place, max(total - in_place - 1, 0)}
        for late, base in product((True, False), (None, 1, 4))
    ]  # fmt: skip


def scored(cases: list[Case]) -> pd.DataFrame:
    rows = [
        {"commitment": f"C-{n}", "member": "ALB", "goal": "OG1.1", "method_version": 1, "reason": None, "flags": None}
        | case
        for n, case in enumerate(cases)
    ]
    return conform("commitment_scores", rate(pd.DataFrame(rows), methods()).assign(explanation="-"))


def every_kind() -> pd.DataFrame:
    random = Random(5)
    made = [case(random) for case in (numeric, directional, growth_rule) for _ in range(400)]
    return scored([*made, *milestones(), *checklists()])


@pytest.mark.slow
def test_a_spreadsheet_comes_to_the_same_from_the_row_alone(tool: Callable[[str], str], tmp_path: Path):
    rows = every_kind()
    found = set(zip(rows["method"], rows["rating"], strict=True))
    with_scale = {"growth_ratio", "projection", "linear_gap", "growth_rule"}
    assert {(method, rating) for method in with_scale for rating in RATINGS} - found == set(), "every outcome is there"
    assert disagreements(recomputed(tool("soffice"), tmp_path, rows)) == []


@pytest.mark.slow
def test_a_row_whose_outcome_does_not_follow_from_its_inputs_is_seen(tool: Callable[[str], str], tmp_path: Path):
    series = {"kind": "numeric", "direction": 1, "sign": 1, "baseline_value": 100, "baseline_year": 2010}
    series |= {"current_value": 150, "current_year": 2013, "target_value": 200, "target_year": 2016}
    rows = scored([series | {"method": name} for name in ALTERNATIVES])
    rows.loc[0, "progress_value"] *= 1 + 1e-8
    rows.loc[1, "rating"] = "limited"
    rows.loc[2, "target_value"] = 300
    told = disagreements(recomputed(tool("soffice"), tmp_path, rows))
    assert {text.split(":")[0] for text in told} >= {"C-0 progress_value", "C-1 rating", "C-2 progress_value"}


def exact(row: Case) -> tuple[Decimal, Decimal | None]:
    """The number of a row that has one, and C of a directional one, in decimal arithmetic of 60 digits."""
    y0, t0, y, t, d = (Decimal(str(row[f"{name}"])) for name in
                       ("baseline_value", "baseline_year", "current_value", "current_year", "direction"))  # fmt: skip
    actual = (y / y0) ** (1 / (t - t0)) - 1
    if row["method"] == "directional":
        limit, power = abs(Decimal(str(row["natural_limit"]))), Decimal("4.44")
        if abs(y0) >= 2 * limit:
            return d * actual, Decimal(1)
        distance = y0 if y0 <= limit else 2 * limit - y0
        return d * actual, 1 - (distance / limit) ** power
    target, end = Decimal(str(row["target_value"])), Decimal(str(row["target_year"]))
    if row["method"] == "growth_ratio":
        return d * actual / abs((target / y0) ** (1 / (end - t0)) - 1), None
    if row["method"] == "projection":
        return d * (y * (1 + actual) ** (end - t) - y0) / abs(target - y0), None
    return d * (y - y0) * (end - t0) / (abs(target - y0) * (t - t0)), None


def exact_rating(row: Case) -> str:
    value, soft = exact(row)
    method, close = row["method"], Decimal("1e-40")
    if method != "directional" and row["direction"] * (row["current_value"] - row["target_value"]) >= 0:
        return "achieved"
    upper, lower = {
        "projection": ("0.95", "0.1"), "directional": ("0.015", "0.005")
    }.get(method, ("0.95", "0.6"))  # fmt: skip
    if soft is not None:
        if soft == 0 and value >= 0:
            return "on_track"
        value = value / soft if soft else value
    for edge, rating in ((upper, "on_track"), (lower, "acceleration_needed"), ("0", "limited")):
        if value >= Decimal(edge) - close:
            return rating
    return "deterioration"


@st.composite
def series(draw: st.DrawFn) -> Case:
    method = draw(st.sampled_from((*ALTERNATIVES, "directional")))
    value = st.decimals("0.01", "99999", places=draw(st.integers(0, 2))).filter(lambda number: number > 0).map(float)
    start, years = draw(st.integers(1990, 2010)), draw(st.integers(1, 12))
    base = draw(value)
    case: Case = {
        "kind": "directional" if method == "directional" else "numeric", "method": method, "sign": 1,
        "direction": draw(st.sampled_from((1, -1))), "baseline_value": base, "baseline_year": start,
        "current_value": draw(value | st.just(base)), "current_year": start + years,
    }  # fmt: skip
    if method == "directional":
        return case | {"natural_limit": draw(value | st.just(base) | st.just(100.0))}
    case["target_value"] = draw(value.filter(lambda number: number != base))
    return case | {"target_year": start + draw(st.integers(1, 20))}


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(series(), min_size=1, max_size=20))
def test_decimal_arithmetic_comes_to_the_same_from_the_row_alone(cases: list[Case]):
    rows = scored(cases).astype(object)
    with localcontext() as context:
        context.prec = 60
        for row in rows.to_dict("records"):
            assert row["progress_value"] == pytest.approx(float(exact(row)[0]), rel=1e-9, abs=1e-9)
            assert row["rating"] == exact_rating(row)
