"""Counts of changes per scope."""

from __future__ import annotations

import pandas as pd
from test_aggregate_scores import GOALS, at, members

from pipeline.frames import frame
from pipeline.score.change_counts import change_counts
from pipeline.tables import CHANGES


def changes(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Rows of member, goal and change."""
    return frame(
        "score_changes",
        [
            {"commitment": f"{member}-{n}", "member": member, "goal": goal, "kind": "milestone", "change": change}
            for n, (member, goal, change) in enumerate(rows)
        ],
    )


def test_changes_are_counted_in_every_scope_that_a_commitment_belongs_to():
    told = changes(("ALB", "OG2.1", "better"), ("ALB", "OG2.2", "worse"), ("FRA", "OG2.1", "better"))
    table = change_counts(told, members("FRA", "ALB"), GOALS)
    assert at(table, "alliance")[["commitments", "better", "worse", "same"]].tolist() == [3, 2, 1, 0]
    assert at(table, "target", goal="PT2")[["better", "worse"]].tolist() == [2, 1]
    assert at(table, "target", goal="PT1")["commitments"] == 0
    assert at(table, "goal", goal="OG2.1")["better"] == 2
    assert at(table, "member", "ALB")[["better", "worse"]].tolist() == [1, 1]
    assert at(table, "member_goal", "ALB", "OG2.2")["worse"] == 1


def test_the_counts_of_each_row_add_up():
    told = changes(*(("ALB", "OG1.1", change) for change in CHANGES), ("FRA", "OG2.1", "new"))
    table = change_counts(told, members("FRA", "ALB"), GOALS)
    assert (table[list(CHANGES)].sum(axis=1) == table["commitments"]).all()


def test_what_ended_with_a_member_counts_above_members_only():
    table = change_counts(changes(("VNM", "OG1.1", "ended")), members("ALB"), GOALS)
    assert at(table, "alliance")["ended"] == at(table, "goal", goal="OG1.1")["ended"] == 1
    assert set(table.loc[table["level"].isin(["member", "member_goal"]), "commitments"]) == {0}


def test_rows_stand_in_the_alliances_order_and_never_by_count():
    told = changes(("ALB", "OG1.1", "better"), ("ALB", "OG2.1", "better"), ("FRA", "OG2.1", "worse"))
    table = change_counts(told, members("FRA", "ALB"), GOALS)
    assert table.loc[table["level"] == "member", "member"].tolist() == ["FRA", "ALB"]
