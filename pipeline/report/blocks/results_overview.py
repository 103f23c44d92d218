"""The distribution of ratings over all operational goals."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block
from pipeline.report.charts import Chart
from pipeline.report.distribution import distribution
from pipeline.report.material import Material


def build(material: Material, _about: str) -> Iterator[Markup | Chart]:
    """A chart and the table with its numbers."""
    title = "Commitments by rating and operational goal"
    yield from distribution(material, material.goals, title, ("overview_chart", "overview_ratings"))


BLOCK = Block("results_overview", build)
