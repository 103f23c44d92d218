from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from validate_samples import COMMITMENTS, EMPTY, FORM, MEMBERS, assessed

from pipeline.frames import frame
from pipeline.validate.completeness import completeness


def counted(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return completeness(FORM, frame("assessment", rows), MEMBERS, COMMITMENTS)


def scope(table: pd.DataFrame, member: str, kind: str = "all", name: str = "") -> list[int]:
    chosen = table[(table["member"] == member) & (table["scope_kind"] == kind) & (table["scope"] == name)]
    assert len(chosen) == 1
    return [int(value) for value in chosen[["asked", "answered", "accounted"]].iloc[0]]


ROWS = [
    assessed(question="unit", goal="OG1.1"),
    assessed(question="victims", goal="OG1.1", missing_reason="not_yet", **(EMPTY | {"accounted": True})),
    assessed(question="hidden", goal="OG1.1", relevant=False),
    assessed(question="victims", goal="OG1.1", subject="unit_counts"),
    assessed(question="c_status", row="ALB-02", section="commitments", goal="OG2.1", **EMPTY),
    assessed(question="c_status", row="NEW-1", section="commitments"),
    assessed(question="summary", section="overall", **EMPTY),
]


def test_asked_answered_and_accounted_for_are_counted_by_section_and_by_goal() -> None:
    table = counted(ROWS)
    assert scope(table, "ALB") == [5, 2, 3]
    assert scope(table, "ALB", "section", "pt1") == [2, 1, 2]
    assert scope(table, "ALB", "section", "commitments") == [2, 1, 1]
    assert scope(table, "ALB", "section", "overall") == [1, 0, 0]
    assert scope(table, "ALB", "goal", "OG1.1") == [2, 1, 2]
    assert scope(table, "ALB", "goal", "OG2.1") == [1, 0, 0]


def test_sections_add_up_to_the_whole() -> None:
    table = counted(ROWS)
    sums = table[table["scope_kind"] == "section"].groupby("member")[["asked", "answered", "accounted"]].sum()
    whole = table[table["scope_kind"] == "all"].set_index("member")[["asked", "answered", "accounted"]]
    assert sums.loc[whole.index].equals(whole)


def test_a_member_without_a_submission_answered_nothing_of_all_it_was_asked() -> None:
    table = counted(ROWS)
    # unit, victims and summary outside of repeats; the note is no question; VNM has one commitment of three questions.
    assert scope(table, "VNM") == [6, 0, 0]
    assert scope(table, "VNM", "section", "commitments") == [3, 0, 0]
    assert scope(table, "VNM", "goal", "OG2.1") == [3, 0, 0]
    assert scope(table, "VNM", "goal", "OG1.1") == [2, 0, 0]
    assert scope(table, "FRA") == [3, 0, 0]


def test_shares_are_not_rounded_and_missing_where_nothing_is_asked() -> None:
    table = counted([assessed(question=code, **EMPTY) for code in "ab"] + [assessed(question="c")]).set_index(
        ["member", "scope_kind", "scope"]
    )
    assert table.loc[("ALB", "all", ""), "answered_share"] == pytest.approx(1 / 3, abs=0)
    assert table.loc[("ALB", "section", "overall"), "asked"] == 0
    assert pd.isna(table.loc[("ALB", "section", "overall"), "answered_share"])
    assert table.loc[("VNM", "all", ""), "accounted_share"] == 0


def test_every_member_has_every_scope_in_the_alliances_order() -> None:
    table = counted(ROWS)
    assert list(table["member"].unique()) == ["FRA", "ALB", "VNM"]
    per_member = table.groupby("member", sort=False).apply(
        lambda rows: [*zip(rows["scope_kind"], rows["scope"], strict=True)]
    )
    assert set(map(tuple, per_member)) == {
        (("all", ""), ("section", "pt1"), ("section", "commitments"), ("section", "overall"),
         ("goal", "OG1.1"), ("goal", "OG2.1")),
    }  # fmt: skip


def test_without_any_submission_everybody_is_counted() -> None:
    assert scope(counted([]), "ALB") == [9, 0, 0]
