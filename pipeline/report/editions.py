"""The progress report in all its editions, each made from its own tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.alliance.model import Alliance, Cycle
from pipeline.editions.edition import EDITIONS, Edition
from pipeline.editions.restrict import edition_tables
from pipeline.report.document import render_report
from pipeline.report.figures import figures
from pipeline.report.lint import lint
from pipeline.report.tables import Tables


@dataclass(frozen=True)
class EditionReport:
    """The report of one edition.

    Attributes:
        edition: The edition.
        file: Name of the file, e.g. ``GA-CSAO-2014-progress-report-public.docx``.
        tables: The tables it was made from, its figures among them.
        content: The Word file.
        faults: What :func:`pipeline.report.lint.lint` finds in it.
    """

    edition: Edition
    file: str
    tables: Tables
    content: bytes
    faults: list[str]


def edition_reports(alliance: Alliance, cycle: Cycle, tables: Tables, templates: Path) -> Iterator[EditionReport]:
    """Render the report once for each edition.

    Args:
        alliance: The alliance.
        cycle: The cycle reported on.
        tables: All tables of the cycle; figures are computed from the tables of each edition.
        templates: Folder with the shell ``report.docx``.

    Yields:
        The editions, the secretariat's first.

    Raises:
        AllianceError: See :func:`pipeline.report.document.render_report`.
    """
    for edition in EDITIONS:
        taken = edition_tables(alliance, tables, edition)
        taken = replace(taken, figures=figures(alliance, cycle, taken, edition))
        content = render_report(alliance, cycle, taken, templates, edition)
        file = f"{alliance.code}-{cycle.name}-progress-report{edition.suffix}.docx"
        yield EditionReport(edition, file, taken, content, lint(content, taken.answers["raw"].dropna()))
