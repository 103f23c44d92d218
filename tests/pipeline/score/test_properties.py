"""Laws that every scoring method keeps to, whatever the series."""

from __future__ import annotations

import itertools
import math
import warnings
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from pipeline.score.method import methods

METHODS = methods()
AIMED = ("growth_ratio", "projection", "linear_gap")
VALUED = (*AIMED, "directional")
ORDER = ["deterioration", "limited", "acceleration_needed", "on_track", "achieved"]
BANDS = {"growth_ratio": (0.95, 0.6, 0), "linear_gap": (0.95, 0.6, 0), "projection": (0.95, 0.1, 0)}
QUICK = settings(max_examples=30, deadline=None)
aimed = pytest.mark.parametrize("method", AIMED)
valued = pytest.mark.parametrize("method", VALUED)

POSITIVE = st.decimals(min_value="0.001", max_value=100_000, places=3).map(float)
ANY = st.one_of(
    st.just(0.0), POSITIVE, POSITIVE.map(lambda value: -value), st.floats(allow_nan=False), st.just(math.nan)
)
YEARS = st.integers(1, 15)


def series(y0: Any, y: Any, target: Any, gone: int, ahead: int, direction: int, **more: Any) -> dict[str, Any]:
    """A series that begins in 2010, with its latest value ``gone`` years later and the target ``ahead`` years after it."""
    told = {"baseline_value": y0, "baseline_year": 2010, "current_value": y, "current_year": 2010 + gone}
    told |= {"target_value": target, "target_year": 2010 + gone + ahead, "direction": direction}
    return told | more


DIRECTIONS = st.sampled_from([1, -1])
ONE_SIDED = st.builds(series, POSITIVE, POSITIVE, POSITIVE, YEARS, YEARS, DIRECTIONS)
WILD = st.builds(
    series, ANY, ANY, ANY, st.integers(-2, 4000), st.integers(-20, 4000), st.sampled_from([1, -1, 0, math.nan]),
    natural_limit=ANY, target_upper=ANY, sign=st.sampled_from([1, -1, math.nan]),
)  # fmt: skip


def rated(method: str, *rows: dict[str, Any]) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return METHODS[method].rate(pd.DataFrame(list(rows)))


def one(method: str, row: dict[str, Any]) -> pd.Series:
    return rated(method, row).iloc[0]


def rank(result: pd.Series) -> int:
    return ORDER.index(result["rating"])


@valued
@settings(max_examples=100, deadline=None)
@given(st.lists(WILD, min_size=1, max_size=5))
@example([series(0.0, 5e99, 0.001, 1, 3999, 1)])
@example([series(1.0, 1e99, 1.0000000000000002, 1, 3999, 1)])
@example([series(1e99, 1e-99, 1.0, 1, 3999, -1)])
def test_no_series_whatever_raises_or_warns_and_every_outcome_is_whole(method, rows):
    for _, result in rated(method, *rows).iterrows():
        assert result["rating"] in [*ORDER, "not_available"]
        assert pd.isna(result["reason"]) == (result["rating"] != "not_available")
        assert math.isnan(result["score"]) or -5 <= result["score"] <= 5
        assert not np.isinf(result["progress_value"])
        if result["rating"] == "not_available":
            assert math.isnan(result["score"])
        elif METHODS[method].scored:
            assert not math.isnan(result["score"])


@aimed
@settings(max_examples=60, deadline=None)
@given(WILD)
def test_the_rating_is_that_of_the_band_in_which_the_progress_lies(method, row):
    result = one(method, row)
    if result["rating"] in ("not_available", "achieved") or math.isnan(result["progress_value"]):
        return
    on_track, acceleration, least = BANDS[method]
    progress = result["progress_value"]
    expected = (
        "on_track" if progress >= on_track
        else "acceleration_needed" if progress >= acceleration
        else "limited" if progress >= least
        else "deterioration"
    )  # fmt: skip
    assert result["rating"] == expected


@QUICK
@given(WILD)
def test_directional_growth_below_zero_is_deterioration_and_nothing_else_is(row):
    result = one("directional", row)
    if result["rating"] != "not_available":
        assert (result["rating"] == "deterioration") == (result["progress_value"] < 0)
        assert result["rating"] != "achieved", "without a target nothing is achieved"


@QUICK
@given(ONE_SIDED)
def test_the_score_of_the_growth_ratio_agrees_with_its_rating(row):
    # The published functions meet at 0.6: 7.1429 · 0.6 - 4.2857 and 4.1667 · 0.6 - 2.5 are both 0 to four decimals.
    result = one("growth_ratio", row)
    least = {"achieved": 5, "on_track": 2.5, "acceleration_needed": 0, "limited": -2.5, "deterioration": -5}
    assert result["score"] >= least[result["rating"]] - 1e-3


@valued
@QUICK
@given(ONE_SIDED, st.integers(-12, 12), st.none() | POSITIVE)
def test_the_unit_does_not_matter(method, row, power, limit):
    factor = 2.0**power
    row |= {"natural_limit": limit}
    scaled = {
        name: value * factor if name.endswith(("_value", "_limit")) and value else value for name, value in row.items()
    }
    plain, other = one(method, row), one(method, scaled)
    assert other["rating"] == plain["rating"]
    assert other["progress_value"] == pytest.approx(plain["progress_value"], rel=1e-9, abs=1e-9, nan_ok=True)


@aimed
@QUICK
@given(ONE_SIDED, st.sampled_from([10, 1000]))
def test_a_decimal_unit_does_not_move_a_rating_either(method, row, factor):
    scaled = {name: round(value * factor) if name.endswith("_value") else value for name, value in row.items()}
    # What rounds to zero counts as 0.001, in any unit.
    assume(all(value for name, value in scaled.items() if name.endswith("_value")))
    rough = {name: value / factor if name.endswith("_value") else value for name, value in scaled.items()}
    assert one(method, scaled)["rating"] == one(method, rough)["rating"]


@aimed
@QUICK
@given(ONE_SIDED, POSITIVE)
def test_a_better_latest_value_never_gets_a_worse_rating_and_never_loses_achieved(method, row, gain):
    better = row["current_value"] + row["direction"] * gain
    assume(better > 0)
    before, after = one(method, row), one(method, row | {"current_value": better})
    assert rank(after) >= rank(before)
    if METHODS[method].scored:
        assert after["score"] >= before["score"] - 1e-12


@aimed
@QUICK
@given(WILD, st.floats(0, 1e6))
def test_achieved_is_never_lost_by_getting_better_not_even_across_zero(method, row, gain):
    assume(row["direction"] in (1, -1))
    before = one(method, row)
    after = one(method, row | {"current_value": row["current_value"] + row["direction"] * gain})
    assert before["rating"] != "achieved" or after["rating"] == "achieved"


@QUICK
@given(ONE_SIDED, POSITIVE, st.none() | POSITIVE)
def test_directional_is_monotone_in_the_latest_value(row, gain, limit):
    row |= {"natural_limit": limit, "direction": 1}
    before = one("directional", row)
    after = one("directional", row | {"current_value": row["current_value"] + gain})
    assert rank(after) >= rank(before)
    assert after["score"] >= before["score"] - 1e-12


@QUICK
@given(ONE_SIDED)
def test_a_mirrored_direction_mirrors_directional_growth(row):
    up, down = (one("directional", row | {"direction": direction}) for direction in (1, -1))
    assert up["progress_value"] == -down["progress_value"]


@valued
@QUICK
@given(ONE_SIDED, st.none() | POSITIVE)
def test_a_mirrored_series_gives_the_same_rating(method, row, limit):
    # Minus the values in the other direction is the same story told of a deficit.
    row |= {"natural_limit": limit}
    turned = {
        name: -value if name.endswith(("_value", "_limit", "direction")) and value else value
        for name, value in row.items()
    }
    plain, mirrored = one(method, row), one(method, turned)
    assert mirrored["rating"] == plain["rating"]
    assert mirrored["progress_value"] == pytest.approx(plain["progress_value"], rel=1e-12, abs=1e-12, nan_ok=True)


@valued
@QUICK
@given(st.lists(WILD, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(method, rows, random):
    table = pd.DataFrame(rows)
    order = list(range(len(table)))
    random.shuffle(order)
    whole = METHODS[method].rate(table)
    shuffled = METHODS[method].rate(table.iloc[order])
    pd.testing.assert_frame_equal(shuffled.sort_index(), whole)


@aimed
@QUICK
@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE, YEARS, YEARS)
def test_a_range_is_the_target_of_its_nearer_end(method, y0, y, one_end, other_end, gone, ahead):
    lower, upper = sorted((one_end, other_end))
    result = one(method, series(y0, y, lower, gone, ahead, 0, target_upper=upper))
    if lower <= y <= upper:
        assert result["rating"] == "achieved"
    else:
        end, direction = (lower, 1) if y < lower else (upper, -1)
        towards = one(method, series(y0, y, end, gone, ahead, direction))
        assert result.drop("flags").equals(towards.drop("flags"))


@aimed
@QUICK
@given(POSITIVE, POSITIVE, YEARS, YEARS)
def test_a_range_of_one_value_is_reached_by_that_value_alone(method, y0, end, gone, ahead):
    assert one(method, series(y0, end, end, gone, ahead, 0, target_upper=end))["rating"] == "achieved"
    assert one(method, series(y0, end * 1.01, end, gone, ahead, 0, target_upper=end))["rating"] != "achieved"


VALUES = st.lists(st.integers(1, 500), min_size=2, max_size=6)
RATES = st.sampled_from([0.01, 0.05, 0.1, 0.25, 0.333, 1.0])
READINGS = st.sampled_from(["each_year", "on_average"])


def rule(values: list[Any], rate: float, reading: str, end: int = 2030) -> dict[str, Any]:
    told = " ".join(f"{2010 + n}={value}" for n, value in enumerate(values))
    return {"series": told, "growth_rate": rate, "growth_reading": reading, "target_year": end}


@QUICK
@given(VALUES, RATES, READINGS, st.integers(1, 500))
def test_a_growth_rule_is_monotone_in_the_latest_value(values, rate, reading, gain):
    before = one("growth_rule", rule(values, rate, reading, 2012))
    after = one("growth_rule", rule([*values[:-1], values[-1] + gain], rate, reading, 2012))
    assert rank(after) >= rank(before)
    assert after["progress_value"] >= before["progress_value"]


@QUICK
@given(VALUES, RATES, READINGS, st.sampled_from([2, 10, 1000]))
def test_the_unit_of_a_growth_rule_does_not_matter(values, rate, reading, factor):
    plain = one("growth_rule", rule(values, rate, reading))
    scaled = one("growth_rule", rule([value * factor for value in values], rate, reading))
    assert (scaled["rating"], scaled["progress_value"]) == (plain["rating"], plain["progress_value"])


@QUICK
@given(VALUES, RATES, READINGS)
@example([100, 110, 121], 0.1, "each_year")
@example([100, 121], 0.21, "on_average")
def test_a_growth_rule_agrees_with_whole_numbers(values, rate, reading):
    # In hundredths and thousandths, no float is left to go wrong.
    step = 1 + Fraction(str(rate))
    each = all(after >= step * before for before, after in itertools.pairwise(values))
    average = values[-1] >= step ** (len(values) - 1) * values[0]
    result = one("growth_rule", rule(values, rate, reading))
    assert (result["meets_each_year"], result["meets_on_average"]) == (
        "met" if each else "not_met",
        "met" if average else "not_met",
    )
    kept = each if reading == "each_year" else average
    assert (result["rating"] == "on_track") == kept


@QUICK
@given(st.lists(st.builds(rule, VALUES, RATES, READINGS), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_growth_rules_does_not_matter(rows, random):
    table, order = pd.DataFrame(rows), list(range(len(rows)))
    random.shuffle(order)
    whole = METHODS["growth_rule"].rate(table)
    pd.testing.assert_frame_equal(METHODS["growth_rule"].rate(table.iloc[order]).sort_index(), whole)


def checklist(total: int, in_place: int, missing: int, overdue: bool) -> dict[str, Any]:
    codes = " ".join(f"e{n}" for n in range(missing)) or None
    return {"elements_total": total, "elements_in_place": in_place, "elements_missing": codes, "overdue": overdue}


@QUICK
@given(st.integers(1, 30), st.booleans(), st.data())
def test_one_more_element_in_place_never_makes_a_checklist_worse(total, overdue, data):
    in_place = data.draw(st.integers(0, total - 1))
    less, more = (one("checklist", checklist(total, n, total - n, overdue)) for n in (in_place, in_place + 1))
    assert rank(more) >= rank(less)
    assert (more["rating"] == "achieved") == (in_place + 1 == total)


@QUICK
@given(st.sampled_from(["not_started", "limited", "substantial", "complete"]), st.booleans())
def test_a_later_step_of_a_milestone_is_never_worse_and_being_late_is_never_better(status, overdue):
    steps = ["not_started", "limited", "substantial", "complete"]
    ranks = [rank(one("milestone", {"status": step, "overdue": overdue, "flags": None})) for step in steps]
    assert ranks == sorted(ranks)
    late, early = (rank(one("milestone", {"status": status, "overdue": is_late, "flags": None})) for is_late in (1, 0))
    assert late <= early
