"""The distribution of ratings over goals, as a chart and as a table with the same numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from pipeline.alliance.model import Goal
from pipeline.report.block import widths
from pipeline.report.charts import Chart
from pipeline.report.material import Material
from pipeline.report.scale import MARKS
from pipeline.report.wml import Cell, cell, table


def counts(material: Material, goal: str) -> Counter[str]:
    """Commitments to a goal by rating."""
    return Counter(row["rating"] for row in material.scores_of_goal.get((goal,), []))


def chart(material: Material, goals: Sequence[Goal], title: str) -> Chart:
    """Stacked bars, one per goal."""
    by_goal = [counts(material, goal.code) for goal in goals]
    return Chart(
        title,
        [f"{goal.code} ({found.total()})" for goal, found in zip(goals, by_goal, strict=True)],
        MARKS,
        {mark.code: [found[mark.code] for found in by_goal] for mark in MARKS},
    )


def ratings_table(material: Material, goals: Sequence[Goal], description: str) -> Markup:
    """One row per goal: commitments by rating, and rated of all."""
    rows: list[list[Cell]] = []
    for goal in goals:
        found = counts(material, goal.code)
        rated = found.total() - found["not_available"]
        numbers = [str(found[mark.code]) for mark in MARKS]
        rows.append(
            [cell(goal.code), *(cell(text, style="TableCentred") for text in [*numbers, f"{rated} of {found.total()}"])]
        )
    header = ["Goal", *(f"#{mark.symbol} {mark.word}" for mark in MARKS), "#Rated"]
    return table(description, widths(1.6, 1.9, 1.9, 2.5, 1.9, 2.7, 1.9, 2.1), header, rows, together=True)
