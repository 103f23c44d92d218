"""Findings as a reader is shown them, in a letter or in the result of a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.feedback.wording import as_lines, one_line, question_label, shorten
from pipeline.questionnaire.form import Form
from pipeline.translations import Catalogue

SEVERITIES: Final = ("error", "warning", "query")
_LONGEST_SEEN: Final = 300

Explain = Callable[[Mapping[str, Any], Form, Catalogue, str], str]


@dataclass(frozen=True)
class ShownFinding:
    """A finding as a reader is shown it; ``seen`` is a list of lines, for a cell may hold line breaks."""

    id: str
    rule: str
    severity: str
    question: str
    label: str
    row: str
    sheet: str
    cell: str
    seen: Sequence[str]
    message: str


def shown_findings(
    rows: Sequence[Mapping[str, Any]], form: Form, catalogue: Catalogue, explain: Explain
) -> list[ShownFinding]:
    """Show findings in the order of the questionnaire; those about the workbook as a whole come first.

    Args:
        rows: Rows of the table ``findings`` of one member; missing values are None.
        form: The questionnaire.
        catalogue: Words of the reader's language.
        explain: Says a finding in a language, see :func:`pipeline.validate.findings.explain`.
    """

    def place(row: Mapping[str, Any]) -> tuple[int, str, str]:
        question = form.by_code.get(str(row["question"] or ""))
        return (question.position if question else 0, str(row["row"] or ""), str(row["finding"]))

    return [
        ShownFinding(
            id=str(row["finding"]),
            rule=str(row["rule"]),
            severity=str(row["severity"]),
            question=str(row["question"] or ""),
            label=question_label(form, row["question"], catalogue.language),
            row=one_line(str(row["row"] or "")),
            sheet=one_line(str(row["sheet"] or "")),
            cell=one_line(str(row["cell"] or "")),
            seen=as_lines(shorten(str(row["seen"] or ""), _LONGEST_SEEN)),
            message=one_line(explain(row, form, catalogue, catalogue.language)),
        )
        for row in sorted(rows, key=place)
    ]
