"""Growth rule, milestone and checklist: hand-worked cases, boundaries and laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.score.method import methods

METHODS = methods()
ORDER = ["deterioration", "limited", "acceleration_needed", "on_track", "achieved"]


def rule(series: str | None, reading: str = "on_average", rate: float = 0.1, end: float | None = None) -> pd.Series:
    row = {"series": series, "growth_rate": rate, "growth_reading": reading, "target_year": end}
    return METHODS["growth_rule"].rate(pd.DataFrame([row])).iloc[0]


def milestone(status: str | None, *, overdue: bool | None = False, flags: str | None = None) -> pd.Series:
    row = {"status": status, "overdue": overdue, "flags": flags}
    return METHODS["milestone"].rate(pd.DataFrame([row])).iloc[0]


def checklist(
    in_place: int, missing: int, total: int = 6, *, overdue: bool = False, start: float | None = None
) -> pd.Series:
    codes = " ".join(f"e{number}" for number in range(missing)) or None
    row = {
        "elements_in_place": in_place, "elements_total": total, "elements_missing": codes,
        "overdue": overdue, "baseline_value": start,
    }  # fmt: skip
    return METHODS["checklist"].rate(pd.DataFrame([row])).iloc[0]


@pytest.mark.parametrize(
    ("series", "each_year", "on_average", "required"),
    [
        ("2012=100 2013=130 2014=131", "not_met", "met", 121),
        ("2012=100 2013=110 2014=121", "met", "met", 121),
        ("2012=100 2013=110 2014=120", "not_met", "not_met", 121),
        ("2012=100 2014=121", "not_assessable", "met", 121),
        ("2012=100 2014=120", "not_assessable", "not_met", 121),
        ("2013=120 2014=132", "met", "met", 132),
        ("2013=120 2014=131", "not_met", "not_met", 132),
        ("2013=3 2014=4", "met", "met", 4),
        ("2012=5 2013=0 2014=9", "not_met", "met", 7),
        ("2012=0 2013=7 2014=8", "not_assessable", "not_assessable", np.nan),
        ("2012=0 2013=7 2014=7", "not_met", "not_assessable", np.nan),
        ("2013=10.5 2014=11.55", "met", "met", 11.55),
        ("2013=10.5 2014=11.549", "not_met", "not_met", 11.55),
    ],
)
def test_both_readings_of_ten_percent_yearly_are_exact(series, each_year, on_average, required):
    result = rule(series)
    assert (result["meets_each_year"], result["meets_on_average"]) == (each_year, on_average)
    assert result["required_value"] == pytest.approx(required, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("years", range(2, 40))
def test_the_exact_path_is_kept_and_one_less_is_not(years):
    # 10^n grows to 11^n in n years at 10 %: whole numbers, which floats lose.
    kept, missed = (rule(f"2000={10**years} {2000 + years}={11**years - less}") for less in (0, 1))
    assert (kept["rating"], missed["rating"]) == ("on_track", "acceleration_needed")
    assert kept["progress_value"] == 1


@pytest.mark.parametrize(
    ("last", "rating"),
    [(200, "on_track"), (199, "acceleration_needed"), (160, "acceleration_needed"), (159, "limited"), (100, "limited"),
     (99, "deterioration")],
)  # fmt: skip
def test_a_missed_rule_is_rated_by_the_share_of_the_required_growth(last, rating):
    assert rule(f"2013=100 2014={last}", rate=1.0)["rating"] == rating


def test_a_rule_missed_in_one_year_is_not_on_track_however_much_was_gained():
    result = rule("2012=100 2013=200 2014=201", "each_year")
    assert (result["rating"], result["reason"]) == ("acceleration_needed", None)


def test_a_rule_kept_until_its_end_is_achieved():
    assert rule("2013=100 2014=110", end=2014)["rating"] == "achieved"
    assert rule("2013=100 2014=110", end=2015)["rating"] == "on_track"


@pytest.mark.parametrize(
    ("series", "reading", "rate", "reason"),
    [
        ("2013=0 2014=7", "on_average", 0.1, "growth_undefined"),
        ("2013=0 2014=7", "each_year", 0.1, "growth_undefined"),
        ("2012=100 2014=121", "each_year", 0.1, "years_missing"),
        ("2014=7", "on_average", 0.1, "fewer_than_two_years"),
        (None, "on_average", 0.1, "value_missing"),
        ("2013=100 2014=110", None, 0.1, "rate_missing"),
        ("2013=100 2014=110", "on_average", np.nan, "rate_missing"),
    ],
)
def test_what_a_growth_rule_cannot_say_is_not_available_with_its_reason(series, reading, rate, reason):
    result = rule(series, reading, rate)
    assert (result["rating"], result["reason"]) == ("not_available", reason)


def test_small_numbers_and_single_intervals_are_flagged():
    assert rule("2013=3 2014=4")["flags"] == "single_interval small_numbers"
    assert rule("2012=100 2013=110 2014=121")["flags"] is None
    assert "growth_undefined" in rule("2013=0 2014=7")["flags"]


def test_a_decrease_of_ten_percent_yearly_is_read_the_other_way_round():
    assert rule("2013=100 2014=90", rate=-0.1)["rating"] == "on_track"
    assert rule("2013=100 2014=91", rate=-0.1)["rating"] == "acceleration_needed"
    assert rule("2013=100 2014=101", rate=-0.1)["rating"] == "deterioration"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 10**6), min_size=2, max_size=6),
    st.integers(1, 10**6),
    st.sampled_from(["each_year", "on_average"]),
)
def test_a_higher_latest_value_never_lowers_the_rating_of_a_growth_rule(values, gain, reading):
    def told(last: int) -> str:
        return rule(" ".join(f"{2000 + n}={v}" for n, v in enumerate([*values[:-1], last])), reading)["rating"]

    assert ORDER.index(told(values[-1] + gain)) >= ORDER.index(told(values[-1]))


@pytest.mark.parametrize(
    ("status", "in_time", "late"),
    [
        ("complete", "achieved", "achieved"),
        ("substantial", "on_track", "acceleration_needed"),
        ("limited", "acceleration_needed", "limited"),
        ("not_started", "limited", "limited"),
        ("no_evidence", "not_available", "not_available"),
        ("withdrawn", "not_available", "not_available"),
    ],
)
def test_a_milestone_is_rated_by_status_and_due_date(status, in_time, late):
    assert milestone(status)["rating"] == in_time
    assert milestone(status, overdue=True)["rating"] == late
    assert milestone(status, overdue=None)["rating"] == in_time
    assert np.isnan(milestone(status)["score"])


def test_no_evidence_and_withdrawn_say_why_there_is_no_rating():
    assert milestone("no_evidence")["reason"] == "no_evidence"
    assert milestone("withdrawn")["reason"] == "withdrawn"
    assert milestone(None)["reason"] == "value_missing"
    assert milestone("nearly")["rating"] == "not_available"


def test_what_was_to_start_later_is_on_track_although_it_has_not_started():
    assert milestone("not_started", flags="before_start")["rating"] == "on_track"
    assert milestone("limited", flags="before_start")["rating"] == "acceleration_needed"


def test_a_status_below_that_of_an_earlier_cycle_is_deterioration():
    assert milestone("limited", flags="status_went_back")["rating"] == "deterioration"
    assert milestone("no_evidence", flags="status_went_back")["rating"] == "not_available"


@pytest.mark.parametrize(
    ("in_place", "in_time", "late"),
    [
        (6, "achieved", "achieved"),
        (5, "on_track", "acceleration_needed"),
        (4, "on_track", "acceleration_needed"),
        (3, "acceleration_needed", "limited"),
        (2, "acceleration_needed", "limited"),
        (1, "limited", "limited"),
        (0, "limited", "limited"),
    ],
)
def test_a_checklist_is_rated_by_thirds_and_due_date(in_place, in_time, late):
    assert checklist(in_place, 6 - in_place)["rating"] == in_time
    assert checklist(in_place, 6 - in_place, overdue=True)["rating"] == late
    assert checklist(in_place, 6 - in_place)["progress_value"] == in_place / 6


def test_a_lost_element_is_deterioration():
    assert checklist(4, 2, start=5)["rating"] == "deterioration"
    assert checklist(5, 1, start=5)["rating"] == "on_track"


@pytest.mark.parametrize(
    ("in_place", "missing", "rating", "reason"),
    [
        (5, 0, "on_track", None),  # the sixth would make it achieved, which nobody has shown
        (4, 1, "on_track", None),
        (2, 3, "acceleration_needed", None),  # 2 or 3 of 6
        (3, 2, "not_available", "elements_unknown"),  # 3 or 4 of 6
        (0, 0, "not_available", "no_answer"),
        (0, 5, "limited", None),
    ],
)
def test_an_element_without_an_answer_is_neither_in_place_nor_missing(in_place, missing, rating, reason):
    result = checklist(in_place, missing)
    assert (result["rating"], result["reason"]) == (rating, reason)
    assert "elements_unknown" in result["flags"]


def test_an_unknown_element_does_not_make_a_deterioration():
    assert checklist(4, 1, start=5)["reason"] == "elements_unknown"


@given(st.integers(1, 12), st.data())
@settings(max_examples=60, deadline=None)
def test_one_more_element_in_place_never_lowers_the_rating(total, data):
    in_place = data.draw(st.integers(0, total - 1))
    start = data.draw(st.none() | st.integers(0, total))
    overdue = data.draw(st.booleans())
    before, after = (checklist(n, total - n, total, overdue=overdue, start=start) for n in (in_place, in_place + 1))
    assert ORDER.index(after["rating"]) >= ORDER.index(before["rating"])
