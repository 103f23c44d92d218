"""Who answered, when, and how completely: one row per member."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block, widths
from pipeline.report.footnotes import notes
from pipeline.report.material import Material
from pipeline.report.notation import moment_day, percent
from pipeline.report.scale import WITHHELD_NUMBER
from pipeline.report.wml import Cell, caption, cell, link, table

# With the widths in centimetres where the edition tells of arrivals, and where it does not.
COLUMNS = (
    ("Member", 4.3, 6.0),
    ("Workbook", 4.4, 5.5),
    ("Received", 2.2, 0.0),
    ("#Version", 1.4, 0.0),
    ("#Answered", 2.1, 2.5),
    ("#Accounted for", 2.1, 2.5),
)
OF_ARRIVAL = slice(2, 4)


def build(material: Material, _about: str) -> Iterator[Markup]:
    """The table; completeness stands only where the member agreed to the publication of its own results."""
    columns, rows = list(COLUMNS), [_row(material, code) for code in material.member]
    if not material.edition.arrivals:
        for row in (columns, *rows):
            del row[OF_ARRIVAL]
    yield caption("Table", "participation", "Participation and completeness, by member")
    yield table(
        "For each member: whether a workbook was accepted, and the share of questions answered",
        widths(*(with_arrivals if material.edition.arrivals else without for _, with_arrivals, without in columns)),
        [name for name, *_ in columns],
        rows,
    )
    yield from notes(material, material.member)


def _row(material: Material, code: str) -> list[Cell | str]:
    name = cell(link(f"member_{code}", material.name(code)))
    accepted = material.accepted.get(code)
    if accepted is None:
        dash = cell("–", style="TableCentred")
        return [name, *_not_accepted(material, code), dash, dash, dash]
    is_late = accepted["late"] and material.edition.arrivals
    state = "accepted, after the deadline" if is_late else "accepted"
    version = cell(str(accepted["version"] or 1), style="TableCentred")
    return [name, state, moment_day(accepted["received"]), version, *_completeness(material, code)]


def _not_accepted(material: Material, code: str) -> tuple[str, str]:
    files = [row for row in material.submissions if row["member"] == code]
    if not files:
        return "none received", "–"
    return "received, not usable", moment_day(files[-1]["received"])


def _completeness(material: Material, code: str) -> list[Cell]:
    if not material.shows(code):
        return [cell(WITHHELD_NUMBER, style="TableCentred")] * 2
    row = material.completeness[code, "all", ""]
    return [cell(percent(row[key], row["asked"]), style="TableCentred") for key in ("answered", "accounted")]


BLOCK = Block("participation", build)
