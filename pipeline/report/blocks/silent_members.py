"""Members without an accepted workbook."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block
from pipeline.report.material import Material
from pipeline.report.wml import link, paragraph


def build(material: Material, _about: str) -> Iterator[Markup]:
    """One list item per member, in the alliance's order; a sentence where there is none."""
    heard = {row["member"] for row in material.submissions}
    silent = [code for code in material.member if code not in material.accepted]
    if not silent:
        yield paragraph("A workbook of every member was accepted.")
    for code in silent:
        why = "a file was received, but none that could be used" if code in heard else "no workbook was received"
        yield paragraph(link(f"member_{code}", material.name(code)), f": {why}.", style="ListBullet")


BLOCK = Block("silent_members", build)
