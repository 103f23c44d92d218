"""What became of the ratings from the first to the second demonstration cycle, worked out by hand from the inbox.

Each expectation follows from what the workbooks of both cycles say and from the register, by the published rules:
status and due date for milestones (cut-offs 15 November 2013 and 15 August 2014), growth for numbers.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.end_to_end.runs import Run, run_cycle

pytestmark = pytest.mark.slow

BY_HAND: list[tuple[str, str, Any, Any, str, Any]] = [
    # Not started, due in 2016: limited. Then limited, in time: acceleration needed.
    ("AUS-03", "AUS-03", "limited", "acceleration_needed", "better", None),
    # Substantial, in time; then complete.
    ("AUT-01", "AUT-01", "on_track", "achieved", "better", None),
    # From 27 (2010) to 46 (2012), 57 wanted in 2015: 30.5 % a year where 16.1 % are needed; then 59.
    ("AUS-02", "AUS-02", "on_track", "achieved", "better", None),
    ("ALB-02", "ALB-02", "achieved", "achieved", "same", None),
    # From 16 (2010), 35 wanted in 2015 (16.9 % a year): 23 in 2012 (19.9 % a year), 27 in 2013 (19.1 %). The score
    # falls, the band is the same.
    ("PHL-02", "PHL-02", "on_track", "on_track", "same", None),
    # Limited in both, due on 31 May 2014.
    ("HRV-03", "HRV-03", "acceleration_needed", "limited", "worse", None),
    # Substantial in both, due on 31 May 2014.
    ("PRT-03", "PRT-03", "on_track", "acceleration_needed", "worse", None),
    # Continues FRA-01 (substantial, in time); limited itself, which is worse by either due date.
    ("FRA-05", "FRA-01", "on_track", "acceleration_needed", "worse", None),
    ("ISR-02", None, None, "acceleration_needed", "new", None),
    ("EST-03", "EST-03", "acceleration_needed", "not_available", "ended", "withdrawn"),
    # Viet Nam was no member any more on the day of the report; substantial, in time.
    ("VNM-03", "VNM-03", "on_track", None, "ended", "member_left"),
    ("GRC-02", "GRC-02", "limited", "not_available", "not_comparable", "not_available_now"),
    # Ghana sent nothing in 2013.
    ("GHA-02", "GHA-02", "not_available", "acceleration_needed", "not_comparable", "not_available_before"),
    ("KHM-01", "KHM-01", "not_available", "not_available", "not_comparable", "not_available"),
    # Not started, in time, became limited in a second phase that is due in 2015: by the first due date it is overdue.
    ("SWE-05", "SWE-02", "limited", "acceleration_needed", "not_comparable", "goal_post_moved"),
    # Limited, in time, and limited in the second phase, which by the first due date is overdue.
    ("KOR-05", "KOR-02", "acceleration_needed", "acceleration_needed", "not_comparable", "goal_post_moved"),
]


@pytest.fixture(scope="module")
def run_2013(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_cycle(tmp_path_factory.mktemp("first") / "data", "2013")


@pytest.fixture(scope="module")
def changes(run_2014: Run) -> pd.DataFrame:
    return run_2014.table("score_changes").set_index("commitment")


@pytest.mark.parametrize(("commitment", "with_", "before", "now", "change", "reason"), BY_HAND)
def test_changes_are_what_one_works_out_by_hand(
    changes: pd.DataFrame, commitment: str, with_: Any, before: Any, now: Any, change: str, reason: Any
) -> None:
    columns = ["compared_with", "rating_before", "rating_now", "change", "reason"]
    found = changes.loc[commitment, columns].astype(object)
    assert found.where(found.notna(), None).tolist() == [with_, before, now, change, reason]


def test_a_later_due_date_is_named_with_what_the_rating_would_be_by_the_first_one(changes: pd.DataFrame) -> None:
    row = changes.loc["SWE-05"]
    assert "due_date" in row["goal_posts_moved"].split()
    assert (f"{row['due_date_before']:%Y-%m-%d}", f"{row['due_date_now']:%Y-%m-%d}") == ("2014-03-31", "2015-12-31")
    assert row["rating_with_posts_before"] == "limited"


def test_ratings_that_only_a_goal_post_made_better_are_flagged(run_2014: Run) -> None:
    flags = run_2014.table("commitment_scores").set_index("commitment")["flags"].fillna("")
    flagged = {commitment for commitment, codes in flags.items() if "goal_post_moved" in codes.split()}
    assert flagged == {"KOR-05", "ESP-04", "SWE-05"}


def test_every_commitment_of_either_cycle_stands_once(changes: pd.DataFrame, run_2014: Run) -> None:
    assert set(changes.index) == set(run_2014.table("commitments")["commitment"]) | {"VNM-01", "VNM-02", "VNM-03"}


def test_what_the_first_cycle_says_of_itself_is_what_the_second_says_of_it(
    changes: pd.DataFrame, run_2013: Run
) -> None:
    then = run_2013.table("commitment_scores", "2013").set_index("commitment")
    compared = changes[changes["compared_with"].notna()]
    assert compared["rating_before"].tolist() == then.loc[compared["compared_with"], "rating"].tolist()
    pd.testing.assert_series_equal(
        compared["score_before"].reset_index(drop=True),
        then.loc[compared["compared_with"], "score"].reset_index(drop=True),
        check_names=False,
    )


def test_the_first_cycle_has_nothing_to_be_compared_with(run_2013: Run) -> None:
    first = run_2013.table("score_changes", "2013")
    assert set(first["change"]) == {"not_comparable"}
    assert set(first["reason"]) == {"no_cycle_before"}
