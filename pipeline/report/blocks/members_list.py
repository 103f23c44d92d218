"""The members on the report's date, and who joined or left since the last report."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block, widths
from pipeline.report.footnotes import notes
from pipeline.report.material import Material
from pipeline.report.notation import day, short_day
from pipeline.report.wml import Cell, caption, cell, table


def build(material: Material, _about: str) -> Iterator[Markup]:
    """All members in the alliance's order, in two columns that are read downwards."""
    members = material.members
    half = -(-len(members) // 2)
    rows: list[list[Cell]] = []
    for at in range(half):
        row: list[Cell] = []
        for index in (at, at + half):
            there = index < len(members)
            row += _entry(material, members[index]["member"]) if there else [cell(""), cell(""), cell("")]
        rows.append(row)
    yield caption("Table", "members", f"Members on {day(material.cycle.report_date)}")
    yield table(
        "Members of the alliance with the first day of their membership and their groups",
        widths(4.2, 2.5, 1.55, 4.2, 2.5, 1.55),
        ["Member", "Member since", "Groups", "Member", "Member since", "Groups"],
        rows,
    )
    yield from notes(material, list(material.member))


def _entry(material: Material, code: str) -> list[Cell]:
    row = material.member[code]
    since = short_day(row["since"]) if row["since"] else "–"
    return [cell(material.name(code)), cell(since), cell(row["groups"] or "–")]


BLOCK = Block("members_list", build)
