"""The distribution of ratings over all operational goals."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block
from pipeline.report.charts import Chart
from pipeline.report.distribution import chart, ratings_table
from pipeline.report.material import Material
from pipeline.report.wml import caption


def build(material: Material, _about: str) -> Iterator[Markup | Chart]:
    """A chart and the table with its numbers."""
    title = "Commitments by rating and operational goal"
    yield chart(material, material.goals, title)
    yield caption("Figure", "overview_chart", title + " (number of commitments)")
    yield caption("Table", "overview_ratings", title)
    yield ratings_table(material, material.goals, title)


BLOCK = Block("results_overview", build)
