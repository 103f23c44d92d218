"""The words for shares and what they stand for."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block, widths
from pipeline.report.material import Material
from pipeline.report.quantifiers import BANDS
from pipeline.report.wml import caption, table


def build(_material: Material, _about: str) -> Iterator[Markup]:
    """One row per word."""
    yield caption("Table", "quantifiers", "Words for shares")
    yield table("Words for shares and their bounds", widths(5.0, 11.5), ["Word", "Share"], BANDS)


BLOCK = Block("quantifier_table", build)
