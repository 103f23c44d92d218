"""Why answers are missing: the reasons that members gave, by section."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from markupsafe import Markup

from pipeline.questionnaire.form import MISSING_REASONS
from pipeline.report.block import Block, widths
from pipeline.report.footnotes import not_counted
from pipeline.report.material import Material
from pipeline.report.tables import records
from pipeline.report.wml import caption, cell, paragraph, table


def build(material: Material, _about: str) -> Iterator[Markup]:
    """One row per section: answered, each reason, silence, and all questions asked; a sentence where there are none."""
    counts = _counts(material)
    if not counts:
        yield paragraph("There are no answers to look at.")
        return
    rows = []
    for section in material.alliance.form.sections:
        if section.code in counts:
            found = counts[section.code]
            numbers = [
                found["answered"],
                *(found[reason] for reason in MISSING_REASONS),
                found["silence"],
                found.total(),
            ]
            name = section.texts.get("label", "en") or section.code
            rows.append([name, *(cell(f"{number:,}", style="TableCentred") for number in numbers)])
    reasons = [f"#{reason.replace('_', ' ')}" for reason in MISSING_REASONS]
    yield caption("Table", "missing_reasons", "Answers, reasons for missing answers, and silence, by section")
    yield table(
        "Questions that were answered, that are missing with a reason, and that are missing without one, by section",
        widths(4.5, 1.7, 1.7, 1.8, 1.6, 2.1, 1.6, 1.5),
        ["Section", "#Answered", *reasons, "#No reason", "#Asked"],
        rows,
    )
    yield from not_counted(material)


def _counts(material: Material) -> dict[str, Counter[str]]:
    columns = ["section", "subject", "relevant", "answered", "accounted", "missing_reason"]
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in records(material.tables.assessment[columns]):
        if row["subject"] != "question" or not row["relevant"]:
            continue
        reason = row["missing_reason"] if row["accounted"] else None
        counts[row["section"]]["answered" if row["answered"] else reason or "silence"] += 1
    return dict(counts)


BLOCK = Block("missing_reasons", build)
