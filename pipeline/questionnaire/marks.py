"""What is remarked at the cells of a returned workbook, and how that is told from what its member wrote.

A remark stands in a locked row of its own below the cell that it is about. Such a row has a key that no question and no
item has, and every remark in it ends with the id of its finding, so that whoever writes behind it is still heard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pipeline.questionnaire.form import Severity
    from pipeline.translations import Catalogue

SYMBOLS: Final[Mapping[str, str]] = {"error": "✖", "warning": "▲", "query": "?"}
"""Severity -> what stands before its remarks, so that colour never says it alone; the gravest first."""

_MARK: Final = re.compile(rf"[{''.join(SYMBOLS.values())}] .*\[[0-9a-f]{{10,20}}\]")


@dataclass(frozen=True)
class MarkedFinding:
    """A finding as the workbook shows it to its member.

    Attributes:
        finding: Its id.
        severity: error, warning or query.
        row: Key of the row in a table of repeats; '' outside.
        question: Code of the question; '' for a whole row, sheet or workbook.
        sheet, cell: Where it stood in the file that the member sent; '' where that is nowhere.
        seen: What was read there.
        message: What is wrong and how to mend it, in the member's language.
        status: ``new`` or ``still_open``.
    """

    finding: str
    severity: Severity
    row: str
    question: str
    sheet: str
    cell: str
    seen: str
    message: str
    status: str


@dataclass(frozen=True)
class Marks:
    """The findings by what they are about; those of one place with the gravest first.

    Attributes:
        answers: (row, question) -> findings about an answer.
        rows: Key of a row -> findings about it as a whole.
    """

    answers: Mapping[tuple[str, str], Sequence[MarkedFinding]] = field(
        default_factory=dict[tuple[str, str], Sequence[MarkedFinding]]
    )
    rows: Mapping[str, Sequence[MarkedFinding]] = field(default_factory=dict[str, Sequence[MarkedFinding]])


def sort_marks(findings: Iterable[MarkedFinding]) -> Marks:
    """Hand out findings to the places that they are about; one about neither an answer nor a row is at no cell."""
    answers: dict[tuple[str, str], list[MarkedFinding]] = {}
    rows: dict[str, list[MarkedFinding]] = {}
    for finding in sorted(findings, key=gravity):
        if finding.question:
            answers.setdefault((finding.row, finding.question), []).append(finding)
        elif finding.row:
            rows.setdefault(finding.row, []).append(finding)
    return Marks(answers, rows)


def gravity(finding: MarkedFinding) -> int:
    """0 for the gravest severity, and up from there."""
    return list(SYMBOLS).index(finding.severity)


def severity_words(severity: str, catalogue: Catalogue) -> str:
    """The symbol of a severity with what it asks of the member."""
    words = {
        "error": catalogue.text("To correct"),
        "warning": catalogue.text("To confirm or correct"),
        "query": catalogue.text("Question"),
    }
    return f"{SYMBOLS[severity]} {words[severity]}"


def mark_text(findings: Sequence[MarkedFinding], catalogue: Catalogue) -> str:
    """The remarks at one cell, a line each."""
    return "\n".join(
        f"{severity_words(one.severity, catalogue)}: {' '.join(one.message.split())} [{one.finding}]"
        for one in findings
    )


def has_mark(text: str) -> bool:
    """Whether a remark of ours stands in a text."""
    return _MARK.search(text) is not None


def without_marks(text: str) -> str:
    """What somebody wrote into a cell of remarks, without ours."""
    return "\n".join(filter(None, (_MARK.sub("", line).strip() for line in text.split("\n"))))
