"""Growth ratio, projection, linear gap and directional: published check values, boundaries and guards."""

from __future__ import annotations

from decimal import Decimal, getcontext

import numpy as np
import pandas as pd
import pytest

from pipeline.score.method import OUTCOME, methods

METHODS = methods()
ORDER = ["deterioration", "limited", "acceleration_needed", "on_track", "achieved"]
COLUMNS = [
    "baseline_value",
    "baseline_year",
    "current_value",
    "current_year",
    "target_value",
    "target_year",
    "direction",
]


def series(*rows: tuple[float, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def rated(method: str, *values: float) -> pd.Series:
    return METHODS[method].rate(series(values)).iloc[0]


def directed(y0: float, t0: int, y: float, t: int, limit: float | None = None, direction: int = 1) -> pd.Series:
    row = {"baseline_value": y0, "baseline_year": t0, "current_value": y, "current_year": t}
    return METHODS["directional"].rate(pd.DataFrame([row | {"natural_limit": limit, "direction": direction}])).iloc[0]


def test_every_method_is_found_under_its_own_name_and_gives_the_agreed_columns():
    assert sorted(METHODS) == [
        "checklist", "directional", "growth_ratio", "growth_rule", "linear_gap", "milestone", "projection",
    ]  # fmt: skip
    for method in METHODS.values():
        empty = method.rate(pd.DataFrame(columns=pd.Index([*COLUMNS, "series", "status", "overdue"])))
        assert set(OUTCOME) <= set(empty.columns)
        assert len(empty) == 0


@pytest.mark.parametrize(
    ("values", "ratio", "score", "rating"),
    [
        ((14.5, 2015, 10.2, 2023, 7.25, 2030, -1), 0.9525901792, 2.5185563910, "on_track"),
        ((98.82, 2015, 99.04, 2022, 100, 2030, 1), 0.4013545340, -0.8276760630, "limited"),
    ],
)
def test_growth_ratio_gives_the_published_check_values(values, ratio, score, rating):
    result = rated("growth_ratio", *values)
    assert result["progress_value"] == pytest.approx(ratio, abs=1e-9)
    assert result["score"] == pytest.approx(score, abs=1e-9)
    assert result["rating"] == rating


def test_a_reached_target_is_achieved_although_the_value_moved_away_from_it():
    result = rated("growth_ratio", 7.05, 2015, 12.19, 2022, 70, 2030, -1)
    assert result["progress_value"] < 0
    assert (result["rating"], result["score"]) == ("achieved", 5)


def test_close_to_the_target_the_ratio_explodes_and_is_clamped_and_flagged():
    result = rated("growth_ratio", 100.1, 2015, 109.7, 2023, 100, 2030, -1)
    assert result["progress_value"] == pytest.approx(-172.79, abs=0.005)
    assert (result["rating"], result["score"]) == ("deterioration", -5)
    assert result["flags"] == "target_very_close ratio_clamped"


def test_projection_of_the_first_series_gives_the_published_share():
    result = rated("projection", 14.5, 2015, 10.2, 2023, 7.25, 2030, -1)
    assert result["progress_value"] == pytest.approx(0.96583, abs=5e-6)
    assert result["rating"] == "on_track"
    assert np.isnan(result["score"])


def test_projection_agrees_with_a_calculation_in_thirty_digits():
    getcontext().prec = 30
    y0, y, target = Decimal("14.5"), Decimal("10.2"), Decimal("7.25")
    projected = y * ((y / y0).ln() * 7 / 8).exp()
    result = rated("projection", 14.5, 2015, 10.2, 2023, 7.25, 2030, -1)
    assert result["progress_value"] == pytest.approx(float((projected - y0) / (target - y0)), abs=1e-12)
    assert result["projected_value"] == pytest.approx(float(projected), abs=1e-12)


def test_linear_gap_is_distance_covered_over_time_used():
    # 4 of 10 covered in 5 of 10 years: 0.8 of what the time asks for.
    result = rated("linear_gap", 10, 2010, 14, 2015, 20, 2020, 1)
    assert (result["distance_share"], result["time_share"]) == (0.4, 0.5)
    assert result["progress_value"] == pytest.approx(0.8, abs=1e-12)
    assert result["rating"] == "acceleration_needed"


def test_linear_gap_takes_zeros_and_changes_of_sign():
    assert rated("linear_gap", 0, 2010, 5, 2015, 10, 2020, 1)["progress_value"] == 1
    assert rated("linear_gap", -10, 2010, 1, 2015, 10, 2020, 1)["rating"] == "on_track"


def test_directional_gives_the_published_check_value_near_a_natural_limit():
    result = directed(90.0, 2015, 93.2, 2021, 100)
    assert result["progress_value"] == pytest.approx(0.005839995229728, abs=1e-12)
    assert result["softening"] == pytest.approx(0.373621645, abs=1e-9)
    assert result["score"] == pytest.approx(2.815386645, abs=1e-9)
    assert result["rating"] == "on_track"
    assert "near_natural_limit" in result["flags"]


# One year to go and one year gone, so that the ratio is an exact decimal: (y - 100)/100 of the way to 200.
@pytest.mark.parametrize("method", ["growth_ratio", "projection", "linear_gap"])
@pytest.mark.parametrize("scale", ["1", "0.1", "0.003", "7", "1.1", "1e6"])
@pytest.mark.parametrize(("share", "rating"), [("0.95", "on_track"), ("0", "limited"), ("1", "achieved")])
def test_a_value_exactly_on_a_boundary_gets_the_upper_rating(method, scale, share, rating):
    y0 = Decimal(100) * Decimal(scale)
    y = y0 * (1 + Decimal(share))
    up = rated(method, float(y0), 2013, float(y), 2014, float(2 * y0), 2014, 1)
    assert up["rating"] == rating
    assert up["progress_value"] == float(share)
    just_below = rated(method, float(y0), 2013, float(y * (1 - Decimal("1e-12"))), 2014, float(2 * y0), 2014, 1)
    assert ORDER.index(just_below["rating"]) == ORDER.index(rating) - 1


@pytest.mark.parametrize("scale", ["1", "0.1", "0.003", "7", "1.1", "1e6"])
@pytest.mark.parametrize(("method", "share"), [("growth_ratio", "0.6"), ("linear_gap", "0.6"), ("projection", "0.1")])
def test_the_boundary_between_limited_and_acceleration_needed_belongs_to_the_upper_side(method, share, scale):
    y0 = Decimal(100) * Decimal(scale)
    y = y0 * (1 + Decimal(share))
    at = rated(method, float(y0), 2013, float(y), 2014, float(2 * y0), 2014, 1)
    assert (at["rating"], at["progress_value"]) == ("acceleration_needed", float(share))
    below = rated(method, float(y0), 2013, float(y * (1 - Decimal("1e-12"))), 2014, float(2 * y0), 2014, 1)
    assert below["rating"] == "limited"


def test_a_boundary_that_is_reached_through_roots_is_a_boundary_too():
    # 19 % a year for three years where 20 % a year over two is required: 1.19^3 = 1.685159, 1.2^2 = 1.44, R = 0.95.
    assert rated("growth_ratio", 1, 2010, 1.685159, 2013, 1.44, 2012, 1)["rating"] == "achieved"
    result = rated("growth_ratio", 1000, 2010, 1685.159, 2013, 2488.32, 2015, 1)
    assert (result["progress_value"], result["rating"]) == (0.95, "on_track")


@pytest.mark.parametrize(
    ("share", "rating", "score"),
    [("0.015", "on_track", 2.5), ("0.005", "acceleration_needed", 0.0), ("0", "limited", -2.5)],
)
@pytest.mark.parametrize("scale", ["1", "0.1", "0.003", "7", "1.1"])
def test_directional_boundaries_belong_to_the_upper_rating(share, rating, score, scale):
    y0 = Decimal(100) * Decimal(scale)
    at = directed(float(y0), 2013, float(y0 * (1 + Decimal(share))), 2014)
    assert (at["rating"], at["progress_value"]) == (rating, float(share))
    assert at["score"] == pytest.approx(score, abs=1e-12)
    below = directed(float(y0), 2013, float(y0 * (1 + Decimal(share)) * (1 - Decimal("1e-12"))), 2014)
    assert ORDER.index(below["rating"]) == ORDER.index(rating) - 1


def test_holding_the_natural_limit_is_on_track_and_leaving_it_is_deterioration():
    held = directed(100, 2013, 100, 2014, 100)
    assert (held["softening"], held["rating"], held["score"]) == (0, "on_track", 5)
    assert directed(100, 2013, 99, 2014, 100)["rating"] == "deterioration"


@pytest.mark.parametrize(
    ("baseline", "limit", "expected"),
    [
        (250, 100, 1), (200, 100, 1), (50, 100, 1 - 0.5**4.44), (150, 100, 1 - 0.5**4.44), (100, 100, 0),
        (0, 0, 1), (-50, -100, 1 - 0.5**4.44),
    ],
)  # fmt: skip
def test_thresholds_are_softened_by_the_distance_to_the_natural_limit(baseline, limit, expected):
    assert directed(baseline, 2010, baseline, 2011, limit)["softening"] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("method", ["growth_ratio", "projection"])
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ((10, 2014, 12, 2014, 20, 2020, 1), "fewer_than_two_years"),
        ((-10, 2010, 5, 2014, 20, 2020, 1), "signs_differ"),
        ((-10, 2010, -5, 2014, 20, 2020, 1), "target_sign_differs"),
        ((np.nan, 2010, 5, 2014, 20, 2020, 1), "baseline_missing"),
        ((10, 2010, np.nan, 2014, 20, 2020, 1), "value_missing"),
        ((10, 2010, 12, np.nan, 20, 2020, 1), "year_missing"),
        ((10, 2010, 12, 2014, np.nan, 2020, 1), "target_missing"),
        ((10, 2010, 12, 2014, 20, np.nan, 1), "target_year_missing"),
        ((10, 2010, 12, 2014, 20, 2010, 1), "target_year_not_after_baseline"),
        ((10, 2010, 12, 2014, 20, 2020, np.nan), "direction_missing"),
    ],
)
def test_what_cannot_be_rated_is_not_available_with_its_reason(method, values, reason):
    result = rated(method, *values)
    assert (result["rating"], result["reason"]) == ("not_available", reason)
    assert np.isnan(result["progress_value"])
    assert np.isnan(result["score"])


def test_a_zero_baseline_or_target_counts_as_a_thousandth():
    zero, counted = (rated("growth_ratio", y0, 2010, 5, 2014, 20, 2020, 1) for y0 in (0, 0.001))
    assert zero["progress_value"] == counted["progress_value"]
    assert zero["flags"].split() == ["zero_counted", "ratio_clamped"]
    assert counted["flags"] == "ratio_clamped"
    assert rated("growth_ratio", 10, 2010, 0, 2014, 0, 2020, -1)["rating"] == "achieved"
    assert rated("growth_ratio", -10, 2010, 0, 2014, 0, 2020, 1)["rating"] == "achieved"


def test_negative_series_are_read_with_their_sign():
    # A deficit of 10 shrinks to 5 on the way to 2.5: half of the halvings in half of the time.
    result = rated("growth_ratio", -10, 2010, -5, 2012, -2.5, 2014, 1)
    assert result["progress_value"] == pytest.approx(1, abs=1e-12)
    assert result["rating"] == "on_track"


@pytest.mark.parametrize("method", ["growth_ratio", "projection", "linear_gap"])
@pytest.mark.parametrize("values", [(100, 2010, 99, 2012, 100, 2015, 1), (100, 2010, 80, 2012, 90, 2015, 1)])
def test_a_target_that_was_reached_and_lost_is_deterioration(method, values):
    assert rated(method, *values)["rating"] == "deterioration"
