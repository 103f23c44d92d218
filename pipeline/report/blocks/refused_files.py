"""Files that could not be taken in, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block, widths
from pipeline.report.material import Material, Row
from pipeline.report.notation import moment_day
from pipeline.report.reasons import reason_words
from pipeline.report.wml import caption, cell, paragraph, table


def build(material: Material, _about: str) -> Iterator[Markup]:
    """One row per file in the order of arrival, or only how many there are; a sentence where there is none."""
    refused = [row for row in material.submissions if row["status"] in ("rejected", "quarantined")]
    if not refused:
        yield paragraph("Every file that arrived could be read.")
        return
    yield caption("Table", "refused_files", "Files that were not taken in")
    if not material.edition.whole:
        yield _counts(refused)
        return
    yield table(
        "Files that were rejected or put aside: when they arrived, from whom, and why",
        widths(4.6, 2.3, 2.6, 2.1, 4.9),
        ["File", "Received", "Member", "Status", "Reason"],
        [_row(material, row) for row in refused],
    )


def _counts(refused: list[Row]) -> Markup:
    found = Counter(row["status"] for row in refused)
    rows = [[status, cell(str(found[status]), style="TableCentred")] for status in sorted(found)]
    return table("How many files were rejected or put aside", widths(12.0, 4.5), ["Status", "#Files"], rows)


def _row(material: Material, row: Row) -> list[str]:
    known = row["member"] in material.member
    member = material.name(row["member"]) if known else "not certain"
    return [row["file"], moment_day(row["received"]), member, row["status"], reason_words(row)]


BLOCK = Block("refused_files", build)
