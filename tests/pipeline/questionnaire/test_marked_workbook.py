"""The workbook that goes back: the answers as stored, every finding at its cell, and nothing of it that comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from marked_forms import blank, finding, marked, marked_form, read_back, said, saved
from openpyxl.workbook import Workbook
from workbook_sheets import answer, answer_cell, is_valid, markers, opened, row_of

from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return marked_form(tmp_path_factory.mktemp("form"))


def replied(form: Form) -> Workbook:
    """A workbook as its member sends it, with this and that that cannot be read."""
    book = blank(form)
    for code, typed in {
        "country": "Alba",
        "region": "North",
        "count": "about twelve",
        "share": "0.5%",
        "mark": 7.5,
        "day": dt.date(2014, 3, 4),
        "both": "Borea; Alba",
        "words": '=HYPERLINK("http://x.example")',
    }.items():
        answer(book, code, typed)
    answer(book, "c_status", "Begun", "BIH-01")
    answer(book, "c_value", 3.5, "BIH-01")
    answer(book, "c_title", "New one", "NEW-3")
    answer(book, "e_title", "<r>A law</r>", "NEW-2")
    answer(book, "e_date", "some day", "NEW-2")
    sheet, row, column = answer_cell(book, "paper")
    sheet.cell(row, column + 2).value = "Not yet"
    sheet.cell(row, column + 3).value = "Soon.\n=1+1"
    sheet, row, _ = answer_cell(book, "c_value", "BIH-02")
    columns = markers(sheet)
    sheet.cell(row, columns[layout.REASON]).value = "Confidential"
    sheet.cell(row, columns[layout.COMMENT]).value = "Wait"
    return book


FINDINGS = (
    finding(1, "count", seen="about twelve", message="We cannot read “about twelve”."),
    finding(2, "c_value", "BIH-01", severity="warning", seen="3.5", status="still_open"),
    finding(3, "words", severity="query"),
    finding(4, "count", severity="query"),
    finding(5, row="BIH-02", severity="warning"),
    finding(6, "e_date", "NEW-2"),
    finding(7, seen="evidence"),
    finding(8, "more"),
)


def test_what_was_stored_is_what_comes_back_marks_or_not(form: Form) -> None:
    stored = read_back(saved(replied(form)), form)
    for findings in ((), FINDINGS):
        again = read_back(marked(form, stored, findings), form)
        assert said(again) == said(stored)
        assert again.notes == ()
        assert again.token == stored.token
        assert again.signature == stored.signature


def test_the_same_arguments_give_the_same_bytes(form: Form) -> None:
    stored = read_back(saved(replied(form)), form)
    assert marked(form, stored, FINDINGS) == marked(form, stored, FINDINGS)


def test_the_workbook_is_valid(form: Form, tmp_path: Path, tool: Callable[[str], str]) -> None:
    path = tmp_path / "marked.xlsx"
    path.write_bytes(marked(form, read_back(saved(replied(form)), form), FINDINGS))
    assert is_valid(tool("ooxml-validator"), path) == ""


def test_every_finding_stands_below_its_cell_in_words(form: Form) -> None:
    book = opened(marked(form, read_back(saved(replied(form)), form), FINDINGS))
    sheet, row, _ = answer_cell(book, "count")
    assert sheet.cell(row + 1, 1).value == layout.FINDING_ROW
    assert sheet.cell(row + 1, 2).value == (
        "✖ To correct: We cannot read “about twelve”. [0000000001]\n? Question: Please mend it. [0000000004]"
    )
    sheet, row, column = answer_cell(book, "c_value", "BIH-01")
    assert sheet.cell(row + 1, column).value == "▲ To confirm or correct: Please mend it. [0000000002]"
    sheet = book["Part commitments"]
    assert sheet.cell(row_of(sheet, "BIH-02") + 1, 2).value == ("▲ To confirm or correct: Please mend it. [0000000005]")
