"""What was found in the answers, by rule and severity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block, widths
from pipeline.report.material import Material
from pipeline.report.wml import Cell, caption, cell, paragraph, table

SEVERITIES = ("error", "warning", "query")


def build(material: Material, _about: str) -> Iterator[Markup]:
    """One row per rule in alphabetical order, then the sum."""
    by_rule: defaultdict[str, Counter[str]] = defaultdict(Counter)
    members: defaultdict[str, set[str]] = defaultdict(set)
    for row in material.findings:
        by_rule[row["rule"]][row["severity"]] += 1
        members[row["rule"]].add(row["member"])
    if not by_rule:
        yield paragraph("Nothing was found that needs correction or confirmation.")
        return
    rows = [_row(rule.replace("_", " "), by_rule[rule], len(members[rule])) for rule in sorted(by_rule)]
    total: Counter[str] = sum(by_rule.values(), Counter())
    rows.append(_row("All rules", total, len(set[str]().union(*members.values()))))
    yield caption("Table", "findings_by_rule", "Open findings by rule and severity")
    yield table(
        "Number of findings by rule and severity, and of the members concerned",
        widths(6.7, 1.8, 2.0, 1.8, 1.8, 2.4),
        ["Rule", "#Errors", "#Warnings", "#Queries", "#All", "#Members"],
        rows,
    )


def _row(rule: str, found: Counter[str], members: int) -> list[Cell | str]:
    numbers = [*(found[severity] for severity in SEVERITIES), found.total(), members]
    return [rule, *(cell(str(number), style="TableCentred") for number in numbers)]


BLOCK = Block("findings_by_rule", build)
