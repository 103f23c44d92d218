"""Writing the workbook that goes back to a member: its answers as they are stored, and the findings marked on their cells.

It is always written anew, like a blank one; the file that the member sent is never edited, so that nothing comes back
in it but answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.alliance.model import Cycle, Member
from pipeline.questionnaire.corrections_sheet import Returned
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.marks import MarkedFinding
from pipeline.questionnaire.returned import returned_filling
from pipeline.questionnaire.workbook import write_workbook
from pipeline.translations import Catalogue

if TYPE_CHECKING:
    import pandas as pd


def write_marked_workbook(
    form: Form,
    member: Member,
    cycle: Cycle,
    alliance_code: str,
    alliance_name: Mapping[str, str],
    commitments: pd.DataFrame,
    previous: Mapping[tuple[str, str], str],
    catalogue: Catalogue,
    key: bytes,
    *,
    answers: Iterable[Mapping[str, Any]],
    findings: Sequence[MarkedFinding],
    file: str = "",
    received: str = "",
    due: str = "",
    older: Mapping[tuple[str, str], str] | None = None,
    last_cycle: str = "",
    office: Mapping[str, str] | None = None,
    contact: str = "",
) -> bytes:
    """Write the workbook of one member with its answers and what is remarked about them.

    Args:
        form: See :func:`pipeline.questionnaire.workbook.write_workbook`, as for all that is not named here.
        member: Whose workbook it is.
        cycle: The reporting cycle.
        alliance_code: Code of the alliance.
        alliance_name: Name of the alliance per language.
        commitments: The member's rows of the table ``commitments``.
        previous: (row, question) -> latest value of the cycles before.
        catalogue: The words of the member's language.
        key: The alliance's secret key.
        answers: The member's rows of the table ``answers``; what is missing is None.
        findings: What is remarked, in any order.
        file: Name of the file that the member sent, for the top of the list.
        received: When it arrived, in words of the member's language and in its time zone.
        due: Until when corrections are wanted, in words; '' where it is too late for any.
        older: (row, question) -> name of the cycle of a value that is not from the last cycle.
        last_cycle: Name of the last cycle.
        office: Name of the secretariat's office per language.
        contact: Address to which the workbook goes back.

    Returns:
        The .xlsx file; the same arguments give the same bytes.
    """
    return write_workbook(
        form,
        member,
        cycle,
        alliance_code,
        alliance_name,
        commitments,
        previous,
        catalogue,
        key,
        older=older,
        last_cycle=last_cycle,
        office=office,
        contact=contact,
        returned=Returned(returned_filling(form, member.language, commitments, answers), findings, file, received, due),
    )
