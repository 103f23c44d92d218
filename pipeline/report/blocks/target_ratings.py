"""How the commitments to a policy target's goals are rated."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block
from pipeline.report.charts import Chart
from pipeline.report.distribution import chart, ratings_table
from pipeline.report.material import Material
from pipeline.report.wml import caption


def build(material: Material, about: str) -> Iterator[Markup | Chart]:
    """A chart and the table with its numbers."""
    goals = material.alliance.operational_goals(about)
    title = f"Commitments to {about} by rating and operational goal"
    yield chart(material, goals, title)
    yield caption("Figure", f"chart_{about}", title + " (number of commitments)")
    yield caption("Table", f"ratings_{about}", title)
    yield ratings_table(material, goals, title)


BLOCK = Block("ratings", build, per="target")
