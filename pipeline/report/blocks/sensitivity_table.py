"""Commitments whose rating would be another under another published method."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block, widths
from pipeline.report.footnotes import not_counted
from pipeline.report.material import Material, Row
from pipeline.report.scale import BY_CODE
from pipeline.report.sensitivity import METHODS, flips
from pipeline.report.wml import Cell, caption, cell, paragraph, table


def build(material: Material, _about: str) -> Iterator[Markup]:
    """One row per commitment of members that agreed to be shown; how many others there are, in a note."""
    found = list(flips(material.scores))
    shown = [row for row in found if material.shows(row["member"])]
    if shown:
        yield caption("Table", "sensitivity", "Ratings that differ between methods")
        yield table(
            "Commitments whose rating differs between the methods growth ratio, projection and linear gap",
            widths(1.8, 2.6, 1.3, 3.6, 3.6, 3.6),
            ["Id", "Member", "Goal", "#Growth ratio", "#Projection", "#Linear gap"],
            [_row(material, row) for row in shown],
        )
    hidden = len(found) - len(shown)
    if hidden:
        yield paragraph(f"Not listed, because the members did not agree to it: {hidden} of {len(found)}.", style="Note")
    if not found:
        yield paragraph(f"No rating differs between the methods{material.aside}.")
    yield from not_counted(material)


def _row(material: Material, row: Row) -> list[Cell | str]:
    marks = [BY_CODE[row[f"rating_{method}"] or "not_available"] for method in METHODS]
    ratings = [cell(mark.label, style=mark.style) for mark in marks]
    return [row["commitment"], material.name(row["member"]), row["goal"], *ratings]


BLOCK = Block("sensitivity_table", build)
