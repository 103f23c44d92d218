"""From commitment_scores up: distributions, medians, the sufficiency gate, bounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.alliance.model import ScoringSettings
from pipeline.frames import frame
from pipeline.score.aggregate import aggregate
from pipeline.tables import RATINGS, TABLES

SCORING = ScoringSettings(threshold=0.6, methods={}, goal_weights={})
GOALS = frame(
    "goals",
    [
        {"goal": code, "position": n, "kind": kind, "parent": parent, "text_en": code, "wording": "official"}
        for n, (code, kind, parent) in enumerate(
            [
                ("PT1", "policy_target", None), ("OG1.1", "operational_goal", "PT1"),
                ("PT2", "policy_target", None), ("OG2.1", "operational_goal", "PT2"), ("OG2.2", "operational_goal", "PT2"),
            ]
        )
    ],
)  # fmt: skip


def members(*codes: str) -> pd.DataFrame:
    fixed = {"language": "en", "time_zone": "UTC"}
    return frame(
        "members",
        [
            {"member": code, "position": n, **{f"name_{lang}": code for lang in ("en", "fr", "es")}, **fixed}
            for n, code in enumerate(codes, 1)
        ],
    )


def scores(*rows: tuple[Any, ...], weights: tuple[float, ...] = ()) -> pd.DataFrame:
    """Rows of member, goal, rating, score (None for a milestone, nan for a missing score of growth_ratio)."""
    made: list[dict[str, Any]] = []
    for n, (member, goal, rating, value) in enumerate(rows):
        kind, method = ("milestone", "milestone") if value is None else ("numeric", "growth_ratio")
        made.append(
            {
                "commitment": f"{member}-{n}", "member": member, "goal": goal, "kind": kind, "method": method,
                "method_version": 1, "rating": rating, "score": value, "explanation": "-",
                "weight": weights[n] if weights else 1,
            }
        )  # fmt: skip
    return frame("commitment_scores", made)


def completeness(**accounted: int) -> pd.DataFrame:
    """10 questions asked in each goal and 40 in all; so many accounted for in each goal, four times so many in all."""
    rows: list[dict[str, Any]] = []
    for member, count in accounted.items():
        scopes = [("all", "", 4), *(("goal", goal, 1) for goal in ("OG1.1", "OG2.1", "OG2.2"))]
        for kind, scope, times in scopes:
            told = {"asked": 10 * times, "answered": 0, "accounted": count * times}
            rows.append({"member": member, "scope_kind": kind, "scope": scope, **told})
    return frame("completeness", rows)


def at(table: pd.DataFrame, level: str, member: str = "", goal: str = "") -> pd.Series:
    found = table[(table["level"] == level) & (table["member"] == member) & (table["goal"] == goal)]
    assert len(found) == 1
    return found.iloc[0]


def test_every_level_has_its_rows_in_the_alliances_order():
    table = aggregate(
        scores(
            ("FRA", "OG2.1", "on_track", None), ("ALB", "OG1.1", "limited", None), ("FRA", "OG1.1", "limited", None)
        ),
        members("FRA", "ALB", "USA"),
        GOALS,
        completeness(ALB=10, FRA=10, USA=0),
        SCORING,
    )
    assert list(table[["level", "member", "goal"]].itertuples(index=False, name=None)) == [
        ("alliance", "", ""),
        ("target", "", "PT1"), ("target", "", "PT2"),
        ("goal", "", "OG1.1"), ("goal", "", "OG2.1"), ("goal", "", "OG2.2"),
        ("member", "FRA", ""), ("member", "ALB", ""), ("member", "USA", ""),
        ("member_goal", "FRA", "OG1.1"), ("member_goal", "FRA", "OG2.1"), ("member_goal", "ALB", "OG1.1"),
    ]  # fmt: skip
    assert table.columns.tolist() == TABLES["aggregate_scores"].names


def test_ratings_are_counted_and_the_counts_add_up():
    rows = [("ALB", "OG1.1", rating, None) for rating in RATINGS] + [("ALB", "OG2.1", "limited", None)]
    table = aggregate(scores(*rows), members("ALB"), GOALS, completeness(ALB=10), SCORING)
    whole = at(table, "alliance")
    assert [whole[rating] for rating in RATINGS] == [1, 1, 1, 2, 1, 1]
    assert (whole["commitments"], whole["rated"]) == (7, 6)
    assert (table[list(RATINGS)].sum(axis=1) == table["commitments"]).all()
    assert (at(table, "target", goal="PT1")["commitments"], at(table, "target", goal="PT2")["limited"]) == (6, 1)


@pytest.mark.parametrize(
    ("ratings", "median"),
    [
        (["achieved"], "achieved"),
        (["achieved", "deterioration"], "deterioration"),
        (["achieved", "on_track", "limited"], "on_track"),
        (["achieved", "on_track", "limited", "deterioration"], "limited"),
        (["on_track", "on_track", "limited", "limited"], "limited"),
        (["on_track", "on_track", "on_track", "limited", "not_available"], "on_track"),
    ],
)
def test_the_rating_is_the_lower_median_of_the_rated(ratings, median):
    table = aggregate(
        scores(*(("ALB", "OG1.1", rating, None) for rating in ratings)),
        members("ALB"),
        GOALS,
        completeness(ALB=10),
        SCORING,
    )
    assert at(table, "member", "ALB")["rating"] == median


def test_exactly_the_threshold_is_sufficient_and_less_is_gated_with_the_reason():
    three_of_five = [("ALB", "OG1.1", rating, None) for rating in ["limited"] * 3 + ["not_available"] * 2]
    table = aggregate(scores(*three_of_five), members("ALB"), GOALS, completeness(ALB=6), SCORING)
    assert at(table, "member", "ALB")["sufficient"]
    assert pd.isna(at(table, "member", "ALB")["reason"])
    fewer = aggregate(scores(*three_of_five[1:]), members("ALB"), GOALS, completeness(ALB=5), SCORING)
    gated = at(fewer, "member", "ALB")
    assert (gated["sufficient"], gated["rating"]) == (False, "not_available")
    assert gated["reason"] == (
        "2 of 4 commitments are rated (50 % by weight, at least 60 % needed); "
        "50 % of the questions are accounted for (at least 60 % needed)."
    )


def test_a_share_just_below_the_threshold_is_not_rounded_up_to_it():
    rows = [("ALB", "OG1.1", "limited", None)] * 5996 + [("ALB", "OG1.1", "not_available", None)] * 4004
    table = aggregate(scores(*rows), members("ALB"), GOALS, completeness(ALB=10), SCORING)
    assert at(table, "member", "ALB")["reason"] == (
        "5,996 of 10,000 commitments are rated (59.96 % by weight, at least 60 % needed)."
    )


def test_a_member_without_commitments_or_answers_has_a_row_and_no_rating():
    table = aggregate(scores(), members("ALB"), GOALS, completeness(ALB=10), SCORING)
    row = at(table, "member", "ALB")
    assert (row["commitments"], row["rating"], row["sufficient"]) == (0, "not_available", False)
    assert row["reason"] == "There is no commitment in scope."
    one = aggregate(scores(("ALB", "OG1.1", "limited", None)), members("ALB"), GOALS, completeness(), SCORING)
    assert at(one, "member", "ALB")["reason"] == "It is not known how many of the questions are accounted for."


def test_the_accounted_share_is_summed_over_members_and_taken_from_the_scope():
    table = aggregate(
        scores(("ALB", "OG1.1", "limited", None)), members("ALB", "FRA"), GOALS, completeness(ALB=10, FRA=3), SCORING
    )
    assert at(table, "alliance")["accounted_share"] == 52 / 80
    assert at(table, "goal", goal="OG2.1")["accounted_share"] == 13 / 20
    assert at(table, "target", goal="PT2")["accounted_share"] == 26 / 40
    assert at(table, "member", "FRA")["accounted_share"] == 12 / 40
    assert at(table, "member_goal", "ALB", "OG1.1")["accounted_share"] == 1


def test_scores_are_weighted_and_milestones_have_none():
    table = aggregate(
        scores(
            ("ALB", "OG1.1", "achieved", 5.0), ("ALB", "OG1.1", "limited", -1.0), ("ALB", "OG1.1", "limited", None),
            ("ALB", "OG1.1", "not_available", np.nan), weights=(1, 3, 10, 1),
        ),
        members("ALB"), GOALS, completeness(ALB=10), SCORING,
    )  # fmt: skip
    row = at(table, "member", "ALB")
    assert row["coverage"] == 14 / 15
    assert row["mean_score"] == pytest.approx((5 - 3) / 4)
    assert row["low_score"] == pytest.approx((5 - 3 - 5) / 5)
    assert row["high_score"] == pytest.approx((5 - 3 + 5) / 5)
    only = aggregate(scores(("ALB", "OG1.1", "limited", None)), members("ALB"), GOALS, completeness(ALB=10), SCORING)
    assert at(only, "member", "ALB")[["mean_score", "low_score", "high_score"]].isna().all()


ROW = st.tuples(
    st.sampled_from(["ALB", "FRA"]),
    st.sampled_from(["OG1.1", "OG2.1", "OG2.2"]),
    st.just("limited"),
    st.floats(-5, 5) | st.none(),
)


@settings(max_examples=10, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_an_added_missing_value_never_raises_the_low_end_nor_lowers_the_high_end(rows, random):
    made = (members("ALB", "FRA"), GOALS, completeness(ALB=10, FRA=10), SCORING)
    before = aggregate(scores(*rows), *made)
    member, goal, _, _ = random.choice(rows)
    after = aggregate(scores(*rows, (member, goal, "not_available", np.nan)), *made)
    scored = before["low_score"].notna()
    assert (after["low_score"][scored] <= before["low_score"][scored] + 1e-12).all()
    assert (after["high_score"][scored] >= before["high_score"][scored] - 1e-12).all()


@settings(max_examples=10, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_scores_does_not_matter(rows, random):
    made = (members("ALB", "FRA"), GOALS, completeness(ALB=10, FRA=10), SCORING)
    shuffled = rows.copy()
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(aggregate(scores(*rows), *made), aggregate(scores(*shuffled), *made))


@settings(max_examples=15, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=8), st.data())
def test_a_value_that_goes_missing_never_raises_the_low_end_nor_lowers_the_high_end(rows, data):
    made = (members("ALB", "FRA"), GOALS, completeness(ALB=10, FRA=10), SCORING)
    weights = tuple(data.draw(st.sampled_from([0.1, 0.5, 1, 3])) for _ in rows)
    lost = data.draw(st.integers(0, len(rows) - 1))
    member, goal, _, value = rows[lost]
    missing = (member, goal, "not_available", None if value is None else np.nan)
    before = aggregate(scores(*rows, weights=weights), *made)
    after = aggregate(scores(*rows[:lost], missing, *rows[lost + 1 :], weights=weights), *made)
    scored = before["low_score"].notna()
    assert (after["low_score"][scored] <= before["low_score"][scored] + 1e-12).all()
    assert (after["high_score"][scored] >= before["high_score"][scored] - 1e-12).all()
    assert (after["coverage"].fillna(0) <= before["coverage"].fillna(0) + 1e-12).all()


@settings(max_examples=15, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=8), st.sampled_from([0.1, 3, 7, 1e-6, 1e6]))
def test_weights_count_against_each_other_alone(rows, factor):
    made = (members("ALB", "FRA"), GOALS, completeness(ALB=7, FRA=10), SCORING)
    weights = tuple(float(n % 3 + 1) for n, _ in enumerate(rows))
    plain = aggregate(scores(*rows, weights=weights), *made)
    scaled = aggregate(scores(*rows, weights=tuple(factor * weight for weight in weights)), *made)
    pd.testing.assert_frame_equal(plain, scaled, rtol=1e-9)


RATED = st.tuples(
    st.sampled_from(["ALB", "FRA"]), st.sampled_from(["OG1.1", "OG2.1"]), st.sampled_from(RATINGS), st.none()
)


@settings(max_examples=15, deadline=None)
@given(st.lists(RATED, max_size=12))
def test_the_counts_of_ratings_add_up_at_every_level_and_from_level_to_level(rows):
    table = aggregate(scores(*rows), members("ALB", "FRA"), GOALS, completeness(ALB=10, FRA=10), SCORING)
    assert (table[list(RATINGS)].sum(axis=1) == table["commitments"]).all()
    assert (table["commitments"] - table["not_available"] == table["rated"]).all()
    sums = table.groupby("level")[["commitments", *RATINGS]].sum()
    assert all(
        (sums.loc[level] == sums.loc["alliance"]).all() for level in sums.index if rows or level != "member_goal"
    )
    assert at(table, "alliance")["commitments"] == len(rows)


@pytest.mark.parametrize(
    ("threshold", "rated", "unrated"),
    [
        (0.6, [0.1] * 6, [0.1] * 4),
        (0.6, [0.1, 0.2, 0.3], [0.4]),
        (0.6, [0.7, 0.8], [1.0]),
        (0.7, [0.1] * 7, [0.1, 0.2]),
        (0.55, [1.1], [0.9]),
        (0.9, [0.3] * 3, [0.1]),
    ],
)
def test_weights_in_decimals_that_make_exactly_the_threshold_are_sufficient(threshold, rated, unrated):
    strict = ScoringSettings(threshold=threshold, methods={}, goal_weights={})
    rows = [("ALB", "OG1.1", "limited", None)] * len(rated) + [("ALB", "OG1.1", "not_available", None)] * len(unrated)
    made = (members("ALB"), GOALS, completeness(ALB=10), strict)
    exact = aggregate(scores(*rows, weights=(*rated, *unrated)), *made)
    assert at(exact, "member", "ALB")["sufficient"]
    less = aggregate(scores(*rows, weights=(*rated, *unrated[:-1], unrated[-1] + 1e-9)), *made)
    assert not at(less, "member", "ALB")["sufficient"]


def test_a_share_of_questions_of_exactly_the_threshold_is_sufficient():
    row = scores(("ALB", "OG1.1", "limited", None))
    enough = aggregate(row, members("ALB"), GOALS, completeness(ALB=6), SCORING)
    assert at(enough, "member", "ALB")[["accounted_share", "sufficient"]].tolist() == [0.6, True]
    assert not at(aggregate(row, members("ALB"), GOALS, completeness(ALB=5), SCORING), "member", "ALB")["sufficient"]
