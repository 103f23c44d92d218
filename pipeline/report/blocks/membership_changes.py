"""Who joined and who left since the last report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from markupsafe import Markup

from pipeline.alliance.frames import member_name
from pipeline.report.block import Block, widths
from pipeline.report.figures import changes
from pipeline.report.material import Material
from pipeline.report.notation import day
from pipeline.report.wml import caption, paragraph, table


def build(material: Material, _about: str) -> Iterator[Markup]:
    """One row per change; a sentence where there was none."""
    joined, left = changes(material)
    if not joined and not left:
        yield paragraph("Membership has not changed.")
        return
    rows = [[material.name(code), "joined", _day(material.member[code]["since"])] for code in joined]
    rows += [[*_former(material, code)] for code in left]
    yield caption("Table", "membership_changes", "Changes of membership")
    yield table("Members that joined or left", widths(7.5, 4.5, 4.5), ["Country", "Change", "Date"], rows)


def _former(material: Material, code: str) -> tuple[str, str, str]:
    ends = [m.until for m in material.alliance.memberships if m.member == code and m.until]
    name = member_name(material.alliance, code, "en", material.cycle.report_date)
    return name, "no longer listed as a member", _day(max(ends)) if ends else "–"


def _day(value: date | None) -> str:
    return day(value) if value else "–"


BLOCK = Block("membership_changes", build)
