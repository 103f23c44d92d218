"""The workbooks that go with letters.

A letter of corrections carries the member's answers with every remark marked on its cell; a reminder, and a letter that
says why a file was refused, the member's blank workbook with what is known filled in. Nothing is attached once it is too
late for answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

import pandas as pd

from pipeline.alliance.frames import members_on
from pipeline.alliance.model import Alliance, Cycle
from pipeline.feedback.content import Letter
from pipeline.feedback.mail import Attachment
from pipeline.feedback.member_rows import MemberRows, Row, grouped_by_member
from pipeline.feedback.shown import ShownFinding
from pipeline.feedback.threads import slug
from pipeline.questionnaire.form import Severity
from pipeline.questionnaire.marked_workbook import write_marked_workbook
from pipeline.questionnaire.marks import MarkedFinding
from pipeline.questionnaire.workbook import write_workbook
from pipeline.questionnaire.workbooks import WorkbookFacts, latest_answers
from pipeline.translations import Catalogue

_BLANK: Final = ("reminder", "refusal")
_MARKED: Final = "corrections"


def attachment_name(alliance: Alliance, cycle: Cycle, kind: str, rows: MemberRows) -> str:
    """The file name of the workbook that goes with a letter, '' where none does.

    Args:
        alliance: The alliance.
        cycle: The cycle.
        kind: Kind of the letter.
        rows: What is known of the member.

    Returns:
        E.g. ``GA-CSAO-2014-ALB-corrections-2.xlsx`` for the second round, or ``GA-CSAO-2014-ALB-questionnaire.xlsx``.
    """
    if kind not in (*_BLANK, _MARKED):
        return ""
    what = (_MARKED, str(rows.round)) if kind == _MARKED else ("questionnaire",)
    codes = slug((alliance.code, cycle.name, str(rows.member["member"]), *what))
    return f"{codes.replace('.', '-').strip('-')}.xlsx"


class Workbooks:
    """Writes the workbooks that go with the letters of a cycle, one at a time."""

    def __init__(
        self,
        alliance: Alliance,
        cycle: Cycle,
        commitments: pd.DataFrame,
        answers: pd.DataFrame,
        earlier_answers: pd.DataFrame,
        key: bytes,
    ) -> None:
        """Look up what all workbooks of a cycle need.

        Args:
            alliance: The alliance.
            cycle: The cycle.
            commitments: Table ``commitments``.
            answers: Table ``answers``.
            earlier_answers: Table ``earlier_answers``.
            key: Signs the workbooks.
        """
        self._alliance, self._cycle, self._commitments, self._key = alliance, cycle, commitments, key
        self._answers = grouped_by_member(answers)
        self._members = {member.code: member for member in members_on(alliance, cycle.report_date)}
        self._before = latest_answers(alliance, cycle, earlier_answers)

    def write(self, letter: Letter, rows: MemberRows, catalogue: Catalogue) -> Attachment | None:
        """The workbook that goes with a letter, or None where none does.

        Args:
            letter: The letter.
            rows: What is known of the member.
            catalogue: Words of its language.
        """
        if not letter.attachment:
            return None
        facts = WorkbookFacts(
            self._alliance,
            self._cycle,
            self._members[letter.member],
            self._commitments,
            self._before.get(letter.member, {}),
            catalogue,
            self._key,
        )
        if letter.kind == _MARKED:
            return Attachment(letter.attachment, facts.write(write_marked_workbook, **self._returned(letter, rows)))
        return Attachment(letter.attachment, facts.write(write_workbook))

    def _returned(self, letter: Letter, rows: MemberRows) -> Mapping[str, Any]:
        shown = {one.id: one for one in (*letter.errors, *letter.warnings, *letter.queries)}
        stood = letter.changes.still_open if letter.changes else ()
        found = {str(row["finding"]): row for row in rows.findings}
        return {
            "answers": self._answers.get(letter.member, []),
            "findings": [_marked(found[one], shown[one], still_open=one in stood) for one in shown],
            "file": letter.counted.name if letter.counted else "",
            "received": letter.counted.received if letter.counted else "",
            "due": letter.due,
        }


def _marked(row: Row, shown: ShownFinding, *, still_open: bool) -> MarkedFinding:
    return MarkedFinding(
        finding=shown.id,
        severity=cast("Severity", shown.severity),
        row=str(row["row"] or ""),
        question=shown.question,
        sheet=str(row["sheet"] or ""),
        cell=str(row["cell"] or ""),
        seen=str(row["seen"] or ""),
        message=shown.message,
        status="still_open" if still_open else "new",
    )
