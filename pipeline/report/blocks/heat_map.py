"""Members and operational goals at one glance: the median rating of a member's commitments to each goal."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block, widths
from pipeline.report.footnotes import notes
from pipeline.report.material import Material
from pipeline.report.scale import BY_CODE, MARKS, NOTHING, WITHHELD_MARK, WITHHELD_NUMBER
from pipeline.report.wml import Cell, caption, cell, link, paragraph, table

PAGE_WIDTH, NAME_WIDTH = 25.2, 3.8


def build(material: Material, _about: str) -> Iterator[Markup]:
    """One row per member in the alliance's order, one column per goal, and the alliance's own row at the end."""
    goals = [goal.code for goal in material.goals]
    each = (PAGE_WIDTH - NAME_WIDTH) / len(goals)
    rows = [
        [cell(link(f"member_{code}", material.name(code)), style="HeatName"), *_cells(material, code, goals)]
        for code in material.member
    ]
    rows.append([cell("All members: rated, of all", style="HeatName"), *(_total(material, goal) for goal in goals)])
    yield paragraph(_legend(), style="Note")
    yield caption("Table", "heat_map", "Ratings by member and operational goal")
    yield table(
        "Heat map: median rating of each member's commitments to each operational goal, with rated of all commitments",
        widths(NAME_WIDTH, *[each] * len(goals)),
        ["Member", *(f"#{goal}" for goal in goals)],
        rows,
        style="HeatMap",
    )
    yield from notes(material, material.member)


def _legend() -> str:
    marks = "   ".join(mark.label for mark in (*MARKS, WITHHELD_MARK))
    return f"{marks}   {NOTHING} no commitment. The numbers are rated commitments and all commitments."


def _cells(material: Material, code: str, goals: list[str]) -> list[Cell]:
    if material.withholds(code):
        return [cell(WITHHELD_MARK.label, style=WITHHELD_MARK.style) for _ in goals]
    return [_cell(material, code, goal) for goal in goals]


def _cell(material: Material, code: str, goal: str) -> Cell:
    row = material.aggregates.get(("member_goal", code, goal))
    if row is None or not row["commitments"]:
        return cell(NOTHING, style="HeatNothing")
    mark = BY_CODE[row["rating"]]
    return cell(f"{mark.label}\u2002{row['rated']}/{row['commitments']}", style=mark.style)


def _total(material: Material, goal: str) -> Cell:
    found = material.ratings(goal)
    return cell(f"{found.rated} of {found.total}" if found else WITHHELD_NUMBER, style="HeatNothing")


BLOCK = Block("heat_map", build)
