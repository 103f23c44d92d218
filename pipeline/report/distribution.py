"""The distribution of ratings over goals, as a chart and as a table with the same numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from pipeline.alliance.model import Goal
from pipeline.report.block import widths
from pipeline.report.charts import Chart
from pipeline.report.material import Material
from pipeline.report.scale import MARKS, WITHHELD_NUMBER
from pipeline.report.wml import Cell, caption, cell, paragraph, table


def distribution(
    material: Material, goals: Sequence[Goal], title: str, keys: tuple[str, str]
) -> Iterator[Markup | Chart]:
    """The chart and the table with its numbers.

    Args:
        material: The tables.
        goals: The goals.
        title: What both show.
        keys: Keys of the captions of chart and table.
    """
    yield chart(material, goals, title)
    yield caption("Figure", keys[0], title + " (number of commitments)")
    yield caption("Table", keys[1], title)
    yield ratings_table(material, goals, title)
    if any(material.ratings(goal.code) is None for goal in goals):
        yield paragraph(WHY, style="Note")


WHY = (
    f"{WITHHELD_NUMBER}: the numbers of the goal, together with the results that are shown one by one, would tell results "
    "of members that have not agreed to their publication. They count in the totals of larger groups, where these are shown."
)


def chart(material: Material, goals: Sequence[Goal], title: str) -> Chart:
    """Stacked bars, one per goal; the bar of a goal whose numbers are withheld stays empty and says so."""
    by_goal = {goal.code: material.ratings(goal.code) for goal in goals}
    return Chart(
        title,
        [f"{code} ({found.total if found else WITHHELD_NUMBER})" for code, found in by_goal.items()],
        MARKS,
        {mark.code: [found.counts[mark.code] if found else None for found in by_goal.values()] for mark in MARKS},
    )


def ratings_table(material: Material, goals: Sequence[Goal], description: str) -> Markup:
    """One row per goal: commitments by rating, and rated of all."""
    rows: list[list[Cell]] = []
    for goal in goals:
        found = material.ratings(goal.code)
        numbers = [str(found.counts[mark.code]) for mark in MARKS] if found else [WITHHELD_NUMBER] * len(MARKS)
        rated = f"{found.rated} of {found.total}" if found else WITHHELD_NUMBER
        rows.append([cell(goal.code), *(cell(text, style="TableCentred") for text in [*numbers, rated])])
    header = ["Goal", *(f"#{mark.symbol} {mark.word}" for mark in MARKS), "#Rated"]
    return table(description, widths(1.6, 1.9, 1.9, 2.5, 1.9, 2.7, 1.9, 2.1), header, rows, together=True)
