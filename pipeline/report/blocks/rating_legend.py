"""The common rating scale: symbol, word, colour and meaning."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block, widths
from pipeline.report.material import Material
from pipeline.report.scale import MARKS, WITHHELD_MARK
from pipeline.report.wml import caption, cell, table


def build(_material: Material, _about: str) -> Iterator[Markup]:
    """One row per rating."""
    rows = [[cell(mark.label, style=mark.style), mark.meaning] for mark in (*MARKS, WITHHELD_MARK)]
    rows.append([cell("–", style="HeatNothing"), "the member has no commitment to the goal"])
    yield caption("Table", "rating_legend", "The common rating scale")
    yield table("Symbols, words and colours of the ratings", widths(4.6, 11.9), ["#Rating", "Meaning"], rows)


BLOCK = Block("rating_legend", build)
