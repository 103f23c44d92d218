"""Commitments to a yearly growth rate, under both readings of the rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block, widths
from pipeline.report.footnotes import not_counted
from pipeline.report.material import Material
from pipeline.report.wml import Cell, caption, cell, table

READINGS = (("each_year", "in each year"), ("on_average", "on average over the years"))
RESULTS = ("met", "not_met", "not_assessable")


def build(material: Material, about: str) -> Iterator[Markup]:
    """One row per goal and reading; nothing where the target has no such commitments."""
    rows: list[list[Cell]] = []
    for goal in material.alliance.operational_goals(about):
        scores = [row for row in material.scores_of_goal.get((goal.code,), []) if row["kind"] == "growth_rule"]
        for reading, words in READINGS if scores else ():
            found = Counter(row[f"meets_{reading}"] or "not_assessable" for row in scores)
            numbers = [str(found[result]) for result in RESULTS]
            rows.append(
                [cell(goal.code), cell(words), *(cell(n, style="TableCentred") for n in [*numbers, str(len(scores))])]
            )
    if not rows:
        return
    yield caption("Table", f"growth_{about}", f"Growth rules under {about}, in both readings")
    yield table(
        f"Commitments under {about} to a yearly growth rate: how many meet it in each year and on average",
        widths(1.6, 5.9, 2.0, 2.2, 2.6, 2.2),
        ["Goal", "The rate is kept", "#Met", "#Not met", "#Not assessable", "#All"],
        rows,
        together=True,
    )
    yield from not_counted(material)


BLOCK = Block("growth", build, per="target")
