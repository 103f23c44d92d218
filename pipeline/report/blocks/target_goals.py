"""The operational goals of a policy target: their wording, and whether it is the published one."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block, widths
from pipeline.report.material import Material
from pipeline.report.wml import caption, table

WORDINGS = {"official": "published wording", "paraphrase": "paraphrase of the published text"}


def build(material: Material, about: str) -> Iterator[Markup]:
    """One row per goal."""
    rows = [[goal.code, goal.text("en"), WORDINGS[goal.wording]] for goal in material.alliance.operational_goals(about)]
    yield caption("Table", f"goals_{about}", f"Operational goals under {about}")
    yield table(f"Wording of the goals under {about}", widths(1.6, 11.3, 3.6), ["Goal", "Text", "Wording"], rows)


BLOCK = Block("goal_table", build, per="target")
