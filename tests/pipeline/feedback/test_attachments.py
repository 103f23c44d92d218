"""The workbooks that go with letters: the right one, under a good name, only as long as answers can still be taken in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest
from conftest import Case, finding, submission
from read_letters import read_letter

from pipeline.questionnaire import layout


@pytest.fixture
def answered(case: Case) -> Case:
    """ALB in its second round with a finding, FRA without any, ESP refused; AUS is silent."""
    case.with_australia()
    case.submissions = [
        submission("ALB", "superseded", submission="s1", received=datetime(2014, 7, 1, tzinfo=UTC), version=1, round=1),
        submission("ALB", submission="s2", version=2, round=2),
        submission("FRA"),
        submission("ESP", "rejected"),
    ]
    case.findings = [finding("ALB", finding="aaaa000001")]
    return case


def attached(case: Case, name: str) -> dict[str, openpyxl.Workbook]:
    message = read_letter(case.prepare().files[name]).message
    return {
        str(part.get_filename()): openpyxl.load_workbook(BytesIO(part.get_content()))
        for part in message.iter_attachments()
    }


def words(book: openpyxl.Workbook) -> str:
    return "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None)


def test_a_letter_of_corrections_carries_the_members_workbook_with_the_remarks_in_it(answered: Case) -> None:
    files = attached(answered, "ALB-corrections.eml")
    assert list(files) == ["GA-2014-ALB-corrections-2.xlsx"]
    book = files["GA-2014-ALB-corrections-2.xlsx"]
    assert "Corrections" in book.sheetnames
    assert "aaaa000001" in words(book)
    assert layout.TOKEN_SHEET in book.sheetnames


def test_a_reminder_and_a_refusal_carry_the_blank_workbook(answered: Case) -> None:
    for member, letter in (("AUS", "AUS-reminder.eml"), ("ESP", "ESP-refusal.eml")):
        files = attached(answered, letter)
        assert list(files) == [f"GA-2014-{member}-questionnaire.xlsx"]
        (book,) = files.values()
        assert "Corrections" not in book.sheetnames
        assert f"|{member}|" in words(book).replace('"', "|")


def test_a_receipt_carries_nothing(answered: Case) -> None:
    assert attached(answered, "FRA-receipt.eml") == {}
    assert (
        read_letter(answered.prepare().files["FRA-receipt.eml"]).message.get_content_type() == "multipart/alternative"
    )


def test_the_letter_names_the_workbook_and_says_how_to_use_it(answered: Case) -> None:
    table = answered.prepare().letters.set_index("member")["attachment"]
    assert table["ALB"] == "GA-2014-ALB-corrections-2.xlsx"
    assert table["AUS"] == "GA-2014-AUS-questionnaire.xlsx"
    assert table[["FRA"]].isna().all()
    said = read_letter(answered.prepare().files["ALB-corrections.eml"])
    for part in (said.text, said.shown):
        assert "The attached workbook GA-2014-ALB-corrections-2.xlsx holds your answers as we read them." in part
        assert "the sheet “Corrections” lists all of them with links to the cells" in part


def test_nothing_is_attached_once_it_is_too_late_for_answers(answered: Case) -> None:
    late = datetime(2014, 8, 20, tzinfo=UTC)
    answered.submissions = [submission("ESP", "quarantined", reason="after_cut_off", received=late)]
    assert attached(answered, "ESP-refusal.eml") == {}
    answered.submissions = [
        submission("ALB"),
        submission("ALB", "quarantined", submission="x", reason="after_cut_off", received=late, round=2),
    ]
    assert attached(answered, "ALB-corrections.eml") == {}
    assert "attached" not in read_letter(answered.prepare().files["ALB-corrections.eml"]).text


def test_a_code_with_other_letters_gives_a_plain_file_name(answered: Case) -> None:
    answered.alliance = replace(answered.alliance, code="Ü/A ..\\x")
    assert list(attached(answered, "AUS-reminder.eml")) == ["A-x-2014-AUS-questionnaire.xlsx"]
