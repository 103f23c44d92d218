"""The kinds of commitments and the methods by which they are rated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block, widths
from pipeline.report.footnotes import not_counted
from pipeline.report.material import Material
from pipeline.report.wml import caption, cell, table

KINDS = (
    (
        "numeric",
        "baseline, target and target year",
        "yearly growth so far over the yearly growth that the target requires: 0.95 and more on track, 0.60 and more acceleration needed, 0 and more limited, below 0 deterioration; a target that is reached overrides",
    ),
    (
        "growth_rule",
        "a yearly rate to keep",
        "the path that the rate requires, in exact arithmetic, read for each year and on average; the commitment says which reading decides",
    ),
    (
        "directional",
        "a direction, no target",
        "yearly growth in the wanted direction, with thresholds of 1.5 % and 0.5 %, softened near a natural limit",
    ),
    (
        "milestone",
        "a status and a due date",
        "the status that the member reports, its evidence, and whether the due date has passed",
    ),
    ("checklist", "elements to put in place", "the share of elements in place"),
)


def build(material: Material, _about: str) -> Iterator[Markup]:
    """One row per kind, with the number of commitments and the methods used."""
    rows = []
    for kind, has, rated_by in KINDS:
        scores = [row for row in material.scores if row["kind"] == kind]
        used = Counter(f"{row['method']} {row['method_version']}" for row in scores)
        methods = ", ".join(sorted(used)) or "–"
        rows.append(
            [
                kind.replace("_", " "),
                has,
                rated_by,
                methods.replace("_", " "),
                cell(str(len(scores)), style="TableCentred"),
            ]
        )
    yield caption("Table", "methods", "Kinds of commitments and how they are rated")
    yield table(
        "Kinds of commitments, what they have, how they are rated, methods with their versions, and how many there are",
        widths(2.2, 3.1, 6.3, 2.9, 2.0),
        ["Kind", "Has", "Rated by", "Method, version", "#Commit-ments"],
        rows,
    )
    yield from not_counted(material)


BLOCK = Block("method_tables", build)
