"""How the commitments to a policy target's goals are rated."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block
from pipeline.report.charts import Chart
from pipeline.report.distribution import distribution
from pipeline.report.material import Material


def build(material: Material, about: str) -> Iterator[Markup | Chart]:
    """A chart and the table with its numbers."""
    goals = material.alliance.operational_goals(about)
    title = f"Commitments to {about} by rating and operational goal"
    yield from distribution(material, goals, title, (f"chart_{about}", f"ratings_{about}"))


BLOCK = Block("ratings", build, per="target")
