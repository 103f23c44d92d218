"""The workbook that goes back says what was sent: it has the same findings, and none once its cells are corrected."""

from __future__ import annotations

from collections.abc import Mapping

import openpyxl
from check_cases import CYCLE, KEY, Brazil, cell_of, edited

from pipeline.alliance.frames import commitments_table, members_on
from pipeline.checking.check import CheckedFile
from pipeline.questionnaire.marked_workbook import MarkedFinding, write_marked_workbook
from pipeline.translations import Catalogue
from tests.pipeline.questionnaire.marked_forms import read_back

WRONG: Mapping[str, object] = {"rios": None, "descargas": "1.234", "cobertura": 47, "afluente": "Limpopo"}
RIGHT: Mapping[str, object] = {"rios": 160, "descargas": 1234, "cobertura": 45, "afluente": "Rio Negro"}


def returned(case: Brazil, content: bytes, checked: CheckedFile) -> bytes:
    """The workbook that goes back to Brazil, with what was found in the one that came."""
    alliance, cycle = case.alliance, case.alliance.cycle(CYCLE)
    member = next(one for one in members_on(alliance, cycle.report_date) if one.code == "BRA")
    commitments = commitments_table(alliance, cycle)
    found = checked.findings.astype(object).where(checked.findings.notna(), "").to_dict("records")
    names = ("finding", "severity", "row", "question", "sheet", "cell", "seen", "message")
    return write_marked_workbook(
        alliance.form,
        member,
        cycle,
        alliance.code,
        alliance.name,
        commitments[commitments["member"] == "BRA"],
        {},
        Catalogue("pt"),
        KEY.encode(),
        answers=[vars(answer) for answer in read_back(content, alliance.form).answers],
        findings=[MarkedFinding(**{name: row[name] for name in names}, status="new") for row in found],  # type: ignore[arg-type]
    )


def test_it_has_the_same_findings_and_none_once_the_cells_that_it_marks_are_corrected(case: Brazil) -> None:
    content = case.filled(**WRONG)
    checked = case.check(content)
    assert set(checked.findings["question"]) == set(WRONG)
    marked = returned(case, content, checked)
    again = case.check(marked)
    assert sorted(again.findings["finding"]) == sorted(checked.findings["finding"])
    assert again.whose is not None
    assert again.whose.proof == "genuine"

    places = {cell_of(marked, code): value for code, value in RIGHT.items()}

    def correct(book: openpyxl.Workbook) -> None:
        for (sheet, cell), value in places.items():
            book[sheet][cell].value = value

    corrected = case.check(edited(marked, correct))
    assert (corrected.exit_code, len(corrected.findings)) == (0, 0)
