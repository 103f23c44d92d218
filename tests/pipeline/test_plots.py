"""The pictures for the UI: well-formed, in the alliance's order, readable without colour, the same every time."""

from __future__ import annotations

import itertools
import re
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from pipeline.frames import frame
from pipeline.plots import changes, distribution, heat_map
from pipeline.report.scale import contrast
from pipeline.report.shell import SHELL, rating_looks, read_shell
from pipeline.settings import PROJECT
from pipeline.tables import CHANGES, RATINGS

LOOKS = rating_looks(read_shell(PROJECT / "report_templates" / SHELL))
SVG = "{http://www.w3.org/2000/svg}"


def aggregates(*rows: dict[str, Any]) -> pd.DataFrame:
    """Rows of aggregate_scores; counts that are not given are 0."""
    fixed = {"member": "", "goal": "", "sufficient": True, **dict.fromkeys(RATINGS, 0)}
    made = [fixed | row for row in rows]
    for row in made:
        row["commitments"] = sum(row[name] for name in RATINGS)
        row["rated"] = row["commitments"] - row["not_available"]
        row.setdefault("rating", "limited")
    return frame("aggregate_scores", made)


def members(*names: str) -> pd.DataFrame:
    fixed = {"name_fr": "x", "name_es": "x", "language": "en", "time_zone": "UTC"}
    return frame(
        "members", [{"member": f"M{n:03}", "position": n, "name_en": name, **fixed} for n, name in enumerate(names)]
    )


def words(svg: str) -> list[str]:
    return [str(element.text) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own


def boxes(svg: str) -> list[tuple[float, float, float, str]]:
    """Left, top, width and colour of what is drawn, the ground left aside."""
    found = list(ElementTree.fromstring(svg).iter(f"{SVG}rect"))[1:]  # noqa: S314 - our own
    return [(float(b.get("x", 0)), float(b.get("y", 0)), float(b.get("width", 0)), b.get("fill", "")) for b in found]


def test_a_goal_shows_every_rating_with_symbol_and_count_and_how_many_are_rated():
    svg = distribution(
        aggregates({"level": "goal", "goal": "OG1.1", "achieved": 2, "limited": 5, "not_available": 3}), LOOKS
    )
    shown = words(svg)
    assert shown[:6] == [
        "★ achieved", "▲ on track", "► acceleration needed", "▬ limited", "▼ deterioration", "○ not available",
    ]  # fmt: skip
    assert shown[6:] == ["OG1.1", "★ 2", "▬ 5", "○ 3", "7 of 10 rated"]


def test_pieces_are_in_proportion_and_fill_the_bar():
    svg = distribution(aggregates({"level": "goal", "goal": "OG1.1", "achieved": 10, "limited": 30}), LOOKS)
    (x1, _, first, _), (x2, _, second, _) = boxes(svg)[6:]
    assert first + 1 == pytest.approx(x2 - x1, abs=0.2)
    assert first + second + 2 == pytest.approx(640, abs=0.2)
    # Room for two digits is 22 each; the rest is shared out as 1 to 3.
    assert (first + 1 - 22) * 3 == pytest.approx(second + 1 - 22, abs=1)


def test_a_single_one_among_thousands_still_has_its_number():
    svg = distribution(aggregates({"level": "goal", "goal": "OG1.1", "achieved": 1, "limited": 11_999}), LOOKS)
    assert words(svg)[7:] == ["1", "▬ 11999", "12000 of 12000 rated"]
    assert boxes(svg)[6][2] >= 14


def test_only_goals_have_bars_in_the_order_of_the_table():
    rows = [{"level": "goal", "goal": goal, "limited": n} for n, goal in enumerate(["OG2.1", "OG1.1", "OG9"], 1)]
    svg = distribution(aggregates({"level": "alliance", "limited": 6}, *rows), LOOKS)
    assert [text for text in words(svg) if text.startswith("OG")] == ["OG2.1", "OG1.1", "OG9"]


def test_a_goal_without_commitments_has_an_empty_bar():
    assert words(distribution(aggregates({"level": "goal", "goal": "OG1.1"}), LOOKS))[6:] == ["OG1.1", "0 of 0 rated"]


def test_changes_are_shown_with_symbol_word_and_how_many_are_compared():
    row = {"level": "goal", "member": "", "goal": "OG1.1", "commitments": 21}
    counts = frame("change_counts", [{**row, **{name: n for n, name in enumerate(CHANGES, 1)}}])
    shown = words(changes(counts, LOOKS))
    assert shown[:6] == ["↑ better", "= same", "↓ worse", "+ new", "× ended", "? not comparable"]
    assert shown[6:] == ["OG1.1", "↑ 1", "= 2", "↓ 3", "+ 4", "× 5", "? 6", "6 of 21 compared"]


def test_the_heat_map_has_members_in_their_order_and_blanks_without_commitments():
    cells = aggregates(
        {
            "level": "member_goal",
            "member": "M000",
            "goal": "OG2",
            "rating": "on_track",
            "on_track": 2,
            "not_available": 1,
        },
        {"level": "member_goal", "member": "M001", "goal": "OG1", "rating": "not_available", "not_available": 1},
    )
    svg = heat_map(cells, members("Zambia", "Albania"), ["OG1", "OG2"], LOOKS)
    assert words(svg)[7:] == ["OG1", "OG2", "Zambia", "▲ 2/3", "Albania", "○ 0/1"]
    (x1, y1, _, green), (x2, y2, _, grey) = boxes(svg)[6:]
    assert (x1 > x2, y1 < y2) == (True, True)
    assert (green, grey) == (f"#{LOOKS['on_track'].fill}", f"#{LOOKS['not_available'].fill}")


@pytest.mark.parametrize("count", [54, 200])
def test_many_members_keep_their_rows_apart_and_their_headings_near(count: int):
    rows = [
        {"level": "member_goal", "member": f"M{n:03}", "goal": goal, "rating": "limited", "limited": 12}
        for n in range(count)
        for goal in ("OG1", "OG2")
    ]
    svg = heat_map(aggregates(*rows), members(*(f"Member {n}" for n in range(count))), ["OG1", "OG2"], LOOKS)
    tops = sorted({top for _, top, _, _ in boxes(svg)[6:]})
    assert len(tops) == count
    assert min(after - before for before, after in itertools.pairwise(tops)) >= 20
    assert words(svg).count("OG1") == -(-count // 30)
    assert len(svg) < 1500 * count


def test_of_thousands_of_members_the_first_are_shown_and_it_is_said():
    svg = heat_map(aggregates(), members(*(f"Member {n}" for n in range(1200))), ["OG1"], LOOKS)
    assert "n/N: rated of all commitments; the first 250 of 1,200 members" in words(svg)
    assert sum(text.startswith("Member") for text in words(svg)) == 250


@pytest.mark.parametrize("goals", [1, 7, 20])
def test_the_heat_map_is_not_wider_than_the_ui_shows(goals: int):
    codes = [f"OG{n}" for n in range(goals)]
    cell = {"level": "member_goal", "member": "M000", "rating": "limited", "limited": 12}
    svg = heat_map(aggregates(*({**cell, "goal": code} for code in codes)), members("Bosnia"), codes, LOOKS)
    drawn = boxes(svg)[6:]
    assert len(drawn) == goals
    assert max(left + width for left, _, width, _ in drawn) <= 1130
    assert min(width for _, _, width, _ in drawn) >= 46


def test_names_are_text_and_never_mark_up_and_stay_on_their_line():
    hostile = "<script>alert(1)</script>&\"'\u202e\x00" + "x" * 200
    svg = heat_map(aggregates(), members(hostile), ["<b>"], LOOKS)
    assert "<script" not in svg
    shown = words(svg)
    assert "<b>" in shown
    assert max(map(len, shown)) <= 40


def test_every_text_on_a_colour_can_be_read():
    counts = frame(
        "change_counts",
        [{"level": "goal", "member": "", "goal": "OG1", "commitments": 6, **dict.fromkeys(CHANGES, 1)}],
    )
    drawn = distribution(aggregates({"level": "goal", "goal": "OG1", **dict.fromkeys(RATINGS, 1)}), LOOKS)
    for svg in (drawn, changes(counts, LOOKS)):
        pairs = re.findall(r'<rect [^>]*fill="#(\w{6})"[^>]*/><text [^>]*?(?:style="fill:#(\w{6})")?>', svg)
        assert len(pairs) == 12
        assert all(contrast(fill, ink or "222222") >= 4.5 for fill, ink in pairs)


def test_empty_tables_give_a_legend_and_no_error():
    assert len(words(distribution(frame("aggregate_scores", []), LOOKS))) == 6
    assert len(words(changes(frame("change_counts", []), LOOKS))) == 6
    assert len(words(heat_map(frame("aggregate_scores", []), members(), [], LOOKS))) == 7


def test_same_tables_same_bytes():
    rows = [{"level": "goal", "goal": "OG1.1", "achieved": 1, "limited": 2}]
    assert distribution(aggregates(*rows), LOOKS) == distribution(aggregates(*rows), LOOKS)
