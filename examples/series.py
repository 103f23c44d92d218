"""Made-up series of numbers over the years, so that commitments end in every rating of the scale.

A series depends on the member and the indicator alone: what a country reports in one cycle agrees with the next.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from examples.reply import Commitment

LAST_YEAR: Final = 2013
_CHANGES: Final = {"percent": 100.0, "hours": 8760.0}

# Where there is no commitment: smallest and largest start, and whether the number has decimals.
_USUAL: Final[Mapping[str, tuple[float, float]]] = {
    "icse_new": (2, 120),
    "unit_staff": (4, 60),
    "joint_operations": (1, 12),
    "campaigns": (1, 7),
    "campaign_reach": (15_000, 900_000),
    "practices_shared": (1, 9),
    "companies_reporting": (2, 30),
    "data_examined": (15, 85),
    "notice_hours": (10, 150),
}

_FATES: Final[Mapping[str, tuple[float, float]]] = {
    # Share of the required yearly growth that is really reached.
    "on_track": (0.98, 1.3),
    "acceleration_needed": (0.65, 0.9),
    "limited": (0.05, 0.5),
    "deterioration": (-0.9, -0.1),
}


def series(member: str, indicator: str, commitment: Commitment | None) -> dict[int, float]:
    """The values of an indicator (or of a commitment's own number) per year, up to 2013.

    Args:
        member: Code of the member.
        indicator: Code of the indicator, or id of the commitment.
        commitment: The row of the register that it feeds, or None.

    Returns:
        Year to value; counts are whole numbers, percentages and hours have one decimal.
    """
    chance = Random(f"{member} {indicator}")
    if commitment is None:
        start = chance.uniform(*_USUAL[indicator])
        values = _grow(start, 2010, chance.uniform(-0.08, 0.3), chance)
        if indicator == "notice_hours":
            values = _grow(start, 2010, chance.uniform(-0.25, 0.05), chance)
    else:
        values = _MAKERS[commitment["kind"]](commitment, chance)
    unit = str(commitment["unit"]) if commitment is not None else _usual_unit(indicator)
    return {year: _rounded(value, unit) for year, value in values.items()}


def _usual_unit(indicator: str) -> str:
    return {"data_examined": "percent", "notice_hours": "hours"}.get(indicator, "")


def _rounded(value: float, unit: str) -> float:
    if unit in _CHANGES:
        return round(min(max(value, 0.5), _CHANGES[unit]), 1)
    return max(round(value), 0)


def _grow(start: float, year: int, rate: float, chance: Random) -> dict[int, float]:
    """A series with one yearly rate and a little noise; the start is exact."""
    values = {year: float(start)}
    for later in range(year + 1, LAST_YEAR + 1):
        values[later] = start * (1 + rate) ** (later - year) * chance.uniform(0.99, 1.01)
    return values


def _numeric(commitment: Commitment, chance: Random) -> dict[int, float]:
    start, year = float(commitment["baseline_value"]), int(commitment["baseline_year"])
    target, due = float(commitment["target_value"]), int(commitment["target_year"])
    required = (target / start) ** (1 / (due - year)) - 1
    fate = chance.choices((*_FATES, "achieved"), (30, 20, 20, 15, 15))[0]
    if fate == "achieved":
        beyond = target * (1.04 if target > start else 0.93)
        return _grow(start, year, (beyond / start) ** (1 / (LAST_YEAR - year)) - 1, chance) | {LAST_YEAR: beyond}
    return _grow(start, year, required * chance.uniform(*_FATES[fate]), chance)


def _growth_rule(commitment: Commitment, chance: Random) -> dict[int, float]:
    year = int(commitment["baseline_year"])
    values = {year: float(commitment["baseline_value"])}
    fate = chance.choices(("each_year", "on_average", "short", "down"), (35, 20, 28, 17))[0]
    for later in range(year + 1, LAST_YEAR + 1):
        first = later == year + 1
        before = values[later - 1]
        values[later] = {
            "each_year": math.ceil(before * chance.uniform(1.11, 1.35)),
            "on_average": math.ceil(before * 1.4) if first else before + 1,
            "short": math.floor(before * chance.uniform(1.02, 1.08)),
            "down": math.floor(before * chance.uniform(0.8, 0.97)),
        }[fate]
    return values


def _directional(commitment: Commitment, chance: Random) -> dict[int, float]:
    rate = chance.choice((0.09, 0.06, 0.03, 0.012, 0.002, -0.03)) * int(commitment["direction"])
    return _grow(float(commitment["baseline_value"]), int(commitment["baseline_year"]), rate, chance)


_MAKERS: Final[Mapping[str, Callable[[Commitment, Random], dict[int, float]]]] = {
    "numeric": _numeric,
    "growth_rule": _growth_rule,
    "directional": _directional,
}
