"""How far the milestones of a policy target's goals have come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block, widths
from pipeline.report.figures import STATUSES
from pipeline.report.footnotes import not_counted
from pipeline.report.material import Material, Row
from pipeline.report.wml import Cell, caption, cell, paragraph, table


def build(material: Material, about: str) -> Iterator[Markup]:
    """One row per goal that has milestones; a sentence where none has."""
    rows = [
        _row(goal.code, found)
        for goal in material.alliance.operational_goals(about)
        if (found := [row for row in material.scores_of_goal.get((goal.code,), []) if row["kind"] == "milestone"])
    ]
    if not rows:
        yield paragraph(f"No commitment to {about} is a milestone{material.aside}.")
        return
    header = ["Goal", *(f"#{status.replace('_', ' ')}" for status in STATUSES), "#not reported", "#All", "#Overdue"]
    yield caption("Table", f"milestones_{about}", f"Milestones under {about} by reported status")
    yield table(
        f"Number of milestones under {about} by the status that members reported, and how many are overdue",
        widths(1.6, 1.7, 1.9, 1.4, 1.4, 1.7, 1.9, 1.7, 1.4, 1.8),
        header,
        rows,
        together=True,
    )
    yield from not_counted(material)


def _row(goal: str, scores: list[Row]) -> list[Cell]:
    found = Counter(row["status"] for row in scores)
    overdue = sum(1 for row in scores if row["overdue"])
    numbers = [*(found[status] for status in STATUSES), found[None], len(scores), overdue]
    return [cell(goal), *(cell(str(number), style="TableCentred") for number in numbers)]


BLOCK = Block("milestones", build, per="target")
