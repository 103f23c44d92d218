"""Every boundary of every method, reached exactly with decimals, and missed by the least: the upper rating is for the first."""

from __future__ import annotations

import time
from decimal import Decimal, localcontext
from typing import Any

import pandas as pd
import pytest

from pipeline.score.method import methods

METHODS = methods()
ORDER = ["deterioration", "limited", "acceleration_needed", "on_track", "achieved"]
BASELINES = ("0.1", "0.3", "0.7", "1.1", "2.6", "7.9", "12.34", "33.3", "64.7", "99.999", "100", "412.7", "6543.21")
# Share of the way, and the rating from there on upwards.
BANDS = {
    "growth_ratio": (("0.95", "on_track"), ("0.6", "acceleration_needed"), ("0", "limited")),
    "linear_gap": (("0.95", "on_track"), ("0.6", "acceleration_needed"), ("0", "limited")),
    "projection": (("0.95", "on_track"), ("0.1", "acceleration_needed"), ("0", "limited")),
}
EDGES = [(method, share, rating) for method, edges in BANDS.items() for share, rating in edges]


def series(y0: Decimal, y: Decimal, target: Decimal, direction: int = 1, **more: Any) -> dict[str, Any]:
    """A series whose latest value is of the target year, so that growth and distance are plain shares."""
    told = {"baseline_value": float(y0), "baseline_year": 2013, "current_value": float(y), "current_year": 2014}
    return told | {"target_value": float(target), "target_year": 2014, "direction": direction} | more


def ratings(method: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return METHODS[method].rate(pd.DataFrame(rows))


@pytest.mark.parametrize(("method", "share", "rating"), EDGES)
@pytest.mark.parametrize("power", [0, -1, -3, -6, 6])
@pytest.mark.parametrize(("direction", "growth"), [(1, "1"), (1, "0.5"), (1, "3"), (-1, "-0.5"), (-1, "-0.1")])
def test_a_share_of_the_way_that_is_exactly_a_boundary(
    method: str, share: str, rating: str, power: int, direction: int, growth: str
) -> None:
    least = Decimal("1e-11")
    starts = [Decimal(text).scaleb(power) for text in BASELINES]
    ends = [y0 * (1 + Decimal(growth)) for y0 in starts]
    on = [y0 + (end - y0) * Decimal(share) for y0, end in zip(starts, ends, strict=True)]
    at = ratings(method, [series(*row, direction) for row in zip(starts, on, ends, strict=True)])
    assert set(at["rating"]) == {rating}
    assert set(at["progress_value"]) == {float(share)}
    off = [y - direction * least * y for y in on]
    below = ratings(method, [series(*row, direction) for row in zip(starts, off, ends, strict=True)])
    assert set(below["rating"]) == {ORDER[ORDER.index(rating) - 1]}
    over = [y + direction * least * y for y in on]
    above = ratings(method, [series(*row, direction) for row in zip(starts, over, ends, strict=True)])
    assert set(above["rating"]) == {rating}


@pytest.mark.parametrize("method", BANDS)
@pytest.mark.parametrize("direction", [1, -1])
def test_the_target_itself_is_achieved_and_anything_short_of_it_is_not(method: str, direction: int) -> None:
    starts = [Decimal(text) for text in BASELINES]
    # 0.1 + 0.2 is more than 0.3 in floats: targets and values are compared as they were written.
    ends = [y0 * (1 + direction * Decimal("0.3")) for y0 in starts]
    reached = ratings(method, [series(y0, end, end, direction) for y0, end in zip(starts, ends, strict=True)])
    assert set(reached["rating"]) == {"achieved"}
    short = [end - direction * end * Decimal("1e-13") for end in ends]
    missed = ratings(method, [series(*row, direction) for row in zip(starts, short, ends, strict=True)])
    assert set(missed["rating"]) == {"on_track"}


@pytest.mark.parametrize("method", BANDS)
@pytest.mark.parametrize("value", ["20", "30", "20.1", "29.9", "25"])
def test_both_ends_of_a_range_belong_to_it(method: str, value: str) -> None:
    row = series(Decimal(40), Decimal(value), Decimal(20), 0, target_upper=30.0)
    assert ratings(method, [row])["rating"].item() == "achieved"


@pytest.mark.parametrize("method", BANDS)
@pytest.mark.parametrize(("y0", "y", "lower", "upper"), [("40", "30.5", "20", "30"), ("10", "19.5", "20", "30")])
def test_just_outside_a_range_the_nearer_end_is_a_target_like_any_other(
    method: str, y0: str, y: str, lower: str, upper: str
) -> None:
    # 9.5 of the 10 from the baseline to the nearer end, in the time there is: exactly on track for the linear gap.
    row = series(Decimal(y0), Decimal(y), Decimal(lower), 0, target_upper=float(upper))
    result = ratings(method, [row]).iloc[0]
    if method == "linear_gap":
        assert (result["rating"], result["progress_value"]) == ("on_track", 0.95)
    assert result["rating"] in ("on_track", "acceleration_needed")


@pytest.mark.parametrize("power", range(-10, 7, 2))
@pytest.mark.parametrize("method", BANDS)
def test_a_boundary_holds_however_close_baseline_and_target_are(method: str, power: int) -> None:
    # 100 000 and a hair: floats keep few digits of the hair, decimals all that were written.
    y0, hair = Decimal("100000"), Decimal(1).scaleb(power)
    end = y0 + 20 * hair
    at = ratings(method, [series(y0, y0 + 19 * hair, end)]).iloc[0]
    below = ratings(method, [series(y0, y0 + 18 * hair, end)]).iloc[0]
    assert (at["rating"], at["progress_value"]) == ("on_track", 0.95)
    assert below["rating"] == "acceleration_needed"


@pytest.mark.parametrize(
    ("share", "rating", "score"),
    [("0.015", "on_track", 2.5), ("0.005", "acceleration_needed", 0.0), ("0", "limited", -2.5)],
)
@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("limit", [None, 0.0, "far"])
@pytest.mark.parametrize("power", [0, -3, 6])
def test_directional_boundaries_without_softening(
    share: str, rating: str, score: float, direction: int, limit: Any, power: int
) -> None:
    starts = [Decimal(text).scaleb(power) for text in BASELINES]
    for step, expected in (("0", rating), ("-1e-12", ORDER[ORDER.index(rating) - 1]), ("1e-12", rating)):
        rows = [
            series(y0, y0 * (1 + direction * (Decimal(share) + Decimal(step))), y0, direction)
            # At least twice the limit away from zero, thresholds are not softened.
            | {"natural_limit": float(y0) / 2 if limit == "far" else limit}
            for y0 in starts
        ]
        result = ratings("directional", rows)
        assert set(result["rating"]) == {expected}, step
    at = ratings("directional", [series(y0, y0 * (1 + direction * Decimal(share)), y0, direction) for y0 in starts])
    assert at["score"].tolist() == pytest.approx([score] * len(starts), abs=1e-9)


@pytest.mark.parametrize(("share", "rating"), [("0.015", "on_track"), ("0.005", "acceleration_needed")])
@pytest.mark.parametrize("baseline", ["90", "99", "99.9", "50", "120", "101", "199"])
def test_softened_thresholds_are_decided_in_fifty_digits(share: str, rating: str, baseline: str) -> None:
    # C has endless digits: the least float on or above the threshold has the upper rating, the one below has not.
    y0, limit = Decimal(baseline), Decimal(100)
    with localcontext() as context:
        context.prec = 60
        distance = y0 if y0 <= limit else 2 * limit - y0
        threshold = Decimal(share) * (1 - (distance / limit) ** Decimal("4.44"))
        needed = y0 * (1 + threshold)
        steps = [Decimal(repr(float(needed))) + Decimal(step).scaleb(-13) for step in range(-400, 401, 50)]
        expected = [rating if y >= needed else ORDER[ORDER.index(rating) - 1] for y in steps]
    result = ratings("directional", [series(y0, y, y0) | {"natural_limit": 100.0} for y in steps])
    assert result["rating"].tolist() == expected


@pytest.mark.parametrize(
    ("values", "rate", "reading", "rating"),
    [
        # 10 % a year of 100 is 110, in floats 110.00000000000001.
        ("2012=100 2013=110", 0.1, "each_year", "on_track"),
        ("2012=100 2013=109", 0.1, "each_year", "acceleration_needed"),
        ("2012=100 2013=106", 0.1, "each_year", "acceleration_needed"),
        ("2012=100 2013=105", 0.1, "each_year", "limited"),
        ("2012=100 2013=100", 0.1, "each_year", "limited"),
        ("2012=100 2013=99", 0.1, "each_year", "deterioration"),
        ("2012=100 2014=121", 0.1, "on_average", "on_track"),
        ("2012=100 2014=120", 0.1, "on_average", "acceleration_needed"),
        # 60 % of the 21 that are required are 12.6.
        ("2012=1000 2014=1126", 0.1, "on_average", "acceleration_needed"),
        ("2012=1000 2014=1125", 0.1, "on_average", "limited"),
        ("2012=0.3 2013=0.33", 0.1, "each_year", "on_track"),
        ("2012=0.7 2013=0.7049", 0.007, "each_year", "on_track"),
        ("2012=0.7 2013=0.70489999999999", 0.007, "each_year", "acceleration_needed"),
        ("2012=100 2013=90", -0.1, "each_year", "on_track"),
        ("2012=100 2013=91", -0.1, "each_year", "acceleration_needed"),
    ],
)
def test_growth_rules_on_and_beside_their_boundaries(values: str, rate: float, reading: str, rating: str) -> None:
    row = {"series": values, "growth_rate": rate, "growth_reading": reading, "target_year": 2030}
    assert ratings("growth_rule", [row])["rating"].item() == rating


@pytest.mark.parametrize("total", [3, 6, 7, 30, 300])
def test_thirds_of_a_checklist_are_counted_not_divided(total: int) -> None:
    rows = [
        {
            "elements_total": total,
            "elements_in_place": n,
            "elements_missing": " ".join(["e"] * (total - n)),
            "overdue": False,
        }
        for n in range(total + 1)
    ]
    found = ratings("checklist", rows)["rating"].tolist()
    expected = [
        "achieved" if n == total else "on_track" if 3 * n >= 2 * total else "acceleration_needed" if 3 * n >= total else "limited"
        for n in range(total + 1)
    ]  # fmt: skip
    assert found == expected


@pytest.mark.parametrize("method", [*BANDS, "directional"])
def test_a_table_full_of_boundaries_is_not_slow(method: str) -> None:
    rows = [series(Decimal(n), Decimal(n) * Decimal("1.95"), Decimal(2 * n)) for n in range(100, 2100)]
    started = time.process_time()
    result = ratings(method, rows * 10)
    # 20 000 rows, of which 2 000 differ; whoever looks at all rows for each of them takes minutes.
    assert time.process_time() - started < 4
    assert set(result["rating"]) == {"on_track"}
