"""What is found in a file before it is sent: answers, places, identity, and why a file cannot be read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from check_cases import CYCLE, Brazil, cell_of, earlier_answer, edited, found

from pipeline.frames import frame
from tests.pipeline.questionnaire.workbook_sheets import answer_cell, calculated


def test_a_workbook_that_is_filled_in_right_has_nothing_to_correct(case: Brazil) -> None:
    checked = case.check(case.filled())
    assert (checked.exit_code, checked.refusal, found(checked)) == (0, None, [])
    assert checked.whose is not None
    assert (checked.whose.proof, checked.whose.problem, checked.whose.later_cycle) == ("genuine", None, None)
    assert (checked.whose.member.code, checked.whose.cycle.name) == ("BRA", CYCLE)


def test_a_required_answer_that_is_missing_is_named_with_the_cell_where_it_belongs(case: Brazil) -> None:
    content = case.filled(rios=None)
    checked = case.check(content)
    assert found(checked) == [("required_answer", "rios"), ("too_few_accounted", "rios")]
    row = checked.findings.iloc[0]
    assert (row["sheet"], row["cell"]) == cell_of(content, "rios")
    assert (row["severity"], checked.exit_code) == ("error", 1)


def test_what_can_be_read_in_two_ways_is_named_with_what_was_read(case: Brazil) -> None:
    content = case.filled(descargas="1.234")
    findings = case.check(content).findings
    assert list(findings["rule"]) == ["too_few_accounted", "unreadable_answer"]
    row = findings.iloc[1]
    assert (row["question"], row["problem"], row["seen"]) == ("descargas", "ambiguous_number", "1.234")
    assert (row["sheet"], row["cell"]) == cell_of(content, "descargas")


def test_completeness_is_counted_by_section(case: Brazil) -> None:
    checked = case.check(case.filled(exito=None))
    table = checked.completeness[checked.completeness["scope_kind"] == "section"].set_index("scope")
    # By hand: two questions of who, eight of water, five for each of the two promises, one at the end.
    assert table["asked"].to_dict() == {"quem": 2, "agua": 8, "promessas": 10, "fim": 1}
    assert table["answered"].to_dict()["quem"] == 2
    assert table["answered"].to_dict()["fim"] == 0
    assert set(checked.completeness["member"]) == {"BRA"}


@pytest.mark.slow
def test_the_first_sheet_of_the_workbook_counts_what_the_check_counts(
    case: Brazil, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    def add_promise(book: openpyxl.Workbook) -> None:
        sheet, row, column = answer_cell(book, "p_titulo", "NEW-1")
        sheet.cell(row, column).value = "Mais um rio"

    content = edited(case.filled(exito=None, afluente=None), add_promise)
    table = case.check(content).completeness
    checked = table[table["scope_kind"].isin(["section", "all"])].set_index("scope")
    book = openpyxl.load_workbook(io.BytesIO(content))
    shown = calculated(tool("soffice"), tmp_path, {"filled": book})["filled"].worksheets[0]
    rows = {row[0].value: (row[1].value, row[2].value) for row in shown.iter_rows(max_col=3)}
    titles = {"quem": "Quem responde", "agua": "Água", "promessas": "Promessas", "fim": "Fim", "": "All parts"}
    for scope, title in titles.items():
        assert rows[title] == (checked["asked"][scope], checked["answered"][scope]), title
    # By hand: five questions for each of two promises, and for a new one.
    assert rows["Promessas"][0] == 15


def test_without_a_key_the_identification_is_taken_at_its_word_and_that_is_said(case: Brazil) -> None:
    checked = case.check(case.filled(rios=None), key_of=lambda _: None)
    assert (checked.whose.proof, checked.whose.problem, checked.exit_code) == ("not_checked", None, 1)
    assert found(checked) == [("required_answer", "rios"), ("too_few_accounted", "rios")]


def test_an_identification_that_was_signed_with_another_key_is_not_genuine_and_nothing_is_assessed(
    case: Brazil,
) -> None:
    checked = case.check(case.filled(rios=None), key_of=lambda _: b"another key than the alliance's")
    assert (checked.whose.proof, checked.whose.problem, checked.exit_code) == ("not_genuine", "forged_token", 1)
    assert checked.findings.empty
    assert checked.completeness.empty


def test_a_workbook_of_another_cycle_than_the_wanted_one_is_not_assessed(case: Brazil) -> None:
    later = case.with_later_cycle()
    checked = later.check(case.filled(rios=None), cycle="2031-1")
    assert (checked.whose.problem, checked.exit_code) == ("other_cycle", 1)
    assert checked.findings.empty
    same = later.check(case.filled(), cycle=CYCLE)
    assert (same.whose.problem, same.exit_code, same.whose.later_cycle) == (None, 0, "2031-1")


def test_a_workbook_of_a_cycle_that_the_alliance_does_not_have_is_of_another_cycle(case: Brazil) -> None:
    unknown = replace(case, alliance=replace(case.alliance, cycles={"9": case.alliance.cycle(CYCLE)}))
    checked = unknown.check(case.filled())
    assert (checked.whose.problem, checked.whose.cycle, checked.exit_code) == ("other_cycle", None, 1)


def test_a_workbook_of_another_version_of_the_questionnaire_is_assessed_and_would_not_be_accepted(
    case: Brazil,
) -> None:
    newer = replace(case, alliance=replace(case.alliance, form=replace(case.alliance.form, version="2")))
    checked = newer.check(case.filled(rios=None))
    assert (checked.whose.problem, checked.exit_code) == ("other_form_version", 1)
    assert found(checked) == [("required_answer", "rios"), ("too_few_accounted", "rios")]


def test_a_workbook_of_an_earlier_cycle_may_be_of_the_questionnaire_of_its_time(case: Brazil) -> None:
    later = case.with_later_cycle()
    newer = replace(later, alliance=replace(later.alliance, form=replace(later.alliance.form, version="2")))
    checked = newer.check(case.filled())
    assert (checked.whose.problem, checked.exit_code) == (None, 0)


def test_a_workbook_of_another_alliance_is_not_assessed(case: Brazil) -> None:
    other = replace(case, alliance=replace(case.alliance, code="MARES"))
    checked = other.check(case.filled())
    assert (checked.whose.problem, checked.exit_code, found(checked)) == ("other_alliance", 1, [])


def test_a_workbook_of_a_country_that_is_no_member_is_not_assessed(case: Brazil) -> None:
    left = [one for one in case.alliance.memberships if one.member != "BRA"]
    checked = replace(case, alliance=replace(case.alliance, memberships=tuple(left))).check(case.filled())
    assert (checked.whose.problem, checked.exit_code, found(checked)) == ("not_a_member", 1, [])


def test_a_copy_without_the_hidden_sheet_is_nobodys(case: Brazil) -> None:
    def lose_the_hidden_sheets(book: openpyxl.Workbook) -> None:
        for sheet in [one for one in book.worksheets if one.sheet_state == "veryHidden"]:
            book.remove(sheet)

    checked = case.check(edited(case.filled(), lose_the_hidden_sheets))
    assert (checked.whose.token, checked.whose.problem, checked.exit_code) == (None, "no_token", 1)


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", bytes(50_000_000))
    return buffer.getvalue()


def flat_table() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["member", "rios", "descargas"])
    book.active.append(["BRA", 160, 62.5])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not_a_workbook"),
        (b"member,rios\nBRA,160\n", "not_a_workbook"),
        (b'<data id="rios" version="1"><rios>160</rios></data>', "not_a_workbook"),
        (b'{"rios": 160}', "not_a_workbook"),
        (b"%PDF-1.7", "not_a_workbook"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (bytes(20_000_001), "too_large"),
        (bomb(), "zip_bomb"),
        (flat_table(), "not_a_workbook"),
    ],
    ids=["empty", "csv", "xform", "json", "pdf", "torn", "huge", "bomb", "flat table"],
)
def test_a_file_that_is_no_readable_workbook_is_refused_with_the_reason(
    case: Brazil, content: bytes, reason: str
) -> None:
    checked = case.check(content)
    assert checked.refusal is not None
    assert (checked.refusal.reason, checked.exit_code, checked.whose) == (reason, 2, None)
    assert checked.findings.empty


def watched(case: Brazil) -> Brazil:
    """The same, with a form that asks for a word on changes of more than a tenth."""
    form = case.alliance.form
    questions = [replace(one, tolerance=0.1) if one.code == "rios" else one for one in form.questions]
    return replace(case, alliance=replace(case.alliance, form=replace(form, questions=tuple(questions))))


def test_numbers_are_compared_with_the_members_own_earlier_ones(case: Brazil) -> None:
    earlier = frame("earlier_answers", [earlier_answer("rios", 100), earlier_answer("rios", 160, "MOZ")])
    checked = watched(case).check(case.filled(), earlier_of=lambda _: earlier)
    assert found(checked) == [("jump_since_last_cycle", "rios")]
    assert checked.findings.iloc[0]["previous"] == 100
    assert (checked.compared, checked.exit_code) == (True, 0)


@pytest.mark.parametrize("earlier", [None, [], [earlier_answer("rios", 100, "MOZ")]])
def test_without_earlier_answers_of_the_member_nothing_is_compared(case: Brazil, earlier: list | None) -> None:
    table = None if earlier is None else frame("earlier_answers", earlier)
    checked = watched(case).check(case.filled(), earlier_of=lambda _: table)
    assert (checked.compared, found(checked)) == (False, [])


def test_a_commitment_of_another_member_is_a_foreign_row_and_nothing_of_it_is_shown(case: Brazil) -> None:
    def claim(book: openpyxl.Workbook) -> None:
        for sheet in book.worksheets:
            for (cell,) in sheet.iter_rows(max_col=1):
                if cell.value == "BRA-02":
                    cell.value = "MOZ-01"

    checked = case.check(edited(case.filled(), claim))
    rules = dict(zip(checked.findings["rule"], checked.findings["seen"], strict=True))
    assert {"foreign_row", "vanished_commitment"} <= set(rules)
    assert rules["foreign_row"] == "MOZ-01"
    assert "A law" not in checked.findings.to_csv()


def test_checking_writes_nothing(case: Brazil, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    case.check(case.filled(rios=None))
    assert list(tmp_path.iterdir()) == []


def test_the_same_file_gives_the_same_findings(case: Brazil) -> None:
    content = case.filled(rios=None, descargas="1.234")
    first, second = case.check(content), case.check(content)
    assert first.findings.equals(second.findings)
    assert first.completeness.equals(second.completeness)
