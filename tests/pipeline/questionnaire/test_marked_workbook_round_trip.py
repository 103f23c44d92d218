"""The law of returned workbooks: whatever a member wrote, the workbook that goes back to it says the same."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marked_forms import Said, blank, finding, marked, marked_form, read_back, said, saved
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from workbook_sheets import answer_cell, markers

from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form, Question

LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"))
HARD = (
    "=1+1",
    "+41",
    "-",
    "=",
    "@x",
    "n/a",
    "sans objet",
    "Not yet",
    "none",
    "#N/A",
    "#REF!",
    "#finding",
    "_x000D_",
    "  two blanks  ",
    "\n a line \n",
    "<r>text</r>",
    "<b>&amp;</b>",
    "{{ member }}",
    "דוח שנתי",
    "\u202eabc",
    "👩‍👩‍👧‍👦🏛️",
    "✖ To correct: not ours",
    "✖ To correct: like ours [0123456789]",
    "'quoted",
    "0.5%",
    "50 %",
    "1.234",
    "1,5",
    "03/04/2014",
    "4 March 2014",
    "1899-12-31",
    "123456789012345678",
    "Alba; Borea",
    "Alba; nowhere;",
    "Albe",
    "a b",
    "https://www.x.example/a?b=c#d",
    "é" * 32_767,
    "😀" * 16_383 + "x",
)
TYPED = st.one_of(
    st.sampled_from(HARD),
    st.text(LETTERS, min_size=1, max_size=60),
    st.integers(-(10**12), 10**12),
    st.integers(-(10**6), 10**6).map(lambda number: number / 1000),
    st.dates(dt.date(1901, 1, 1), dt.date(2099, 12, 31)),
    st.booleans(),
)
REASONS = st.sampled_from(("Not yet", "Non disponible", "confidential", "who knows"))
COMMENTS = st.one_of(st.sampled_from(HARD[:-2]), st.text(LETTERS, min_size=1, max_size=60))
ROWS = ("BIH-01", "BIH-02", "NEW-1", "NEW-15", "NEW-16")


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return marked_form(tmp_path_factory.mktemp("form"))


def places(form: Form) -> list[tuple[str, Question]]:
    outside = [("", question) for question in form.in_repeat(None)]
    listed = [(row, question) for row in ROWS[:-1] for question in form.in_repeat("commitments")]
    return [*outside, *listed, *[(row, q) for row in ROWS[2:-1] for q in form.in_repeat("evidence")]]


def replies(form: Form) -> st.SearchStrategy[dict[tuple[str, str], object]]:
    keys = [(row, question.code) for row, question in places(form)]
    return st.dictionaries(st.sampled_from(keys), TYPED, max_size=25)


def fill(data: st.DataObject, form: Form) -> Workbook:
    """A workbook with anything in its cells for answers, reasons and comments, and with notes."""
    book = blank(form)
    for (row, code), typed in data.draw(replies(form)).items():
        sheet, at, column = answer_cell(book, code, row)
        # Numbers shown as days beyond the calendar make a file that no program opens.
        beyond = form.by_code[code].type == "date" and isinstance(typed, int | float) and not 0 < typed < 10**6
        _type(sheet.cell(at, column), 0.5 if beyond else typed)
        if data.draw(st.integers(0, 5)) == 0:
            sheet.cell(at, column).comment = Comment(data.draw(COMMENTS), data.draw(st.sampled_from(("", "Ana"))))
        if data.draw(st.integers(0, 2)) == 0:
            _type(sheet.cell(at, markers(sheet)[layout.COMMENT]), data.draw(COMMENTS))
        if data.draw(st.integers(0, 2)) == 0:
            _type(sheet.cell(at, markers(sheet)[layout.REASON]), data.draw(REASONS))
    return book


def _type(cell: object, typed: object) -> None:
    cell.value = typed  # type: ignore[attr-defined]
    if isinstance(typed, str):
        cell.data_type = "s"  # type: ignore[attr-defined]
    elif isinstance(typed, dt.date):
        cell.number_format = "yyyy-mm-dd"  # type: ignore[attr-defined]


@pytest.mark.slow
@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_was_written_comes_back_as_it_was_stored(form: Form, data: st.DataObject) -> None:
    stored = read_back(saved(fill(data, form)), form)
    keys = [(row, question.code) for row, question in places(form)]
    chosen = data.draw(st.lists(st.sampled_from(keys), max_size=12))
    findings = [
        finding(number, code, row, severity=data.draw(st.sampled_from(("error", "warning", "query"))), seen="=x")
        for number, (row, code) in enumerate(chosen, start=1)
    ]
    again = read_back(marked(form, stored, findings), form)
    assert without_kind(said(again)) == without_kind(said(stored))
    assert again.notes == ()


def without_kind(answers: Said) -> Said:
    """The answers; a number or a day that cannot be used is written as text, which may not fit for another reason."""
    return {
        place: tuple("number" if part in ("date_instead_of_number", "inexact_number", "not_an_integer", "ambiguous_number") else part for part in parts)
        for place, parts in answers.items()
    }  # fmt: skip


@pytest.mark.parametrize("text", HARD[-2:], ids=("letters", "emoji"))
def test_a_comment_as_long_as_a_cell_can_be_comes_back(form: Form, text: str) -> None:
    book = blank(form)
    sheet, row, _ = answer_cell(book, "words")
    sheet.cell(row, markers(sheet)[layout.COMMENT]).value = text
    stored = read_back(saved(book), form)
    assert said(stored)["", "words"][-1] == text
    assert said(read_back(marked(form, stored, [finding(1, "words")]), form)) == said(stored)


@pytest.mark.slow
def test_it_comes_back_from_libre_office_in_every_format_too(
    form: Form, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    book = blank(form)
    texts = (*HARD[:6], *HARD[8:-2])
    for number, text in enumerate(texts):
        sheet, row, column = answer_cell(book, "e_title", f"NEW-{number % 15 + 1}")
        place = sheet.cell(row, column if number < 15 else markers(sheet)[layout.COMMENT])
        _type(place, text)
    for code, typed in (("count", "=5"), ("day", "4 of March"), ("both", "Alba; nowhere"), ("words", HARD[12])):
        sheet, row, column = answer_cell(book, code)
        _type(sheet.cell(row, column), typed)
    sheet, row, column = answer_cell(book, "c_value", "BIH-01")
    sheet.cell(row, column).comment = Comment("Ours\nand yours", "Ana")
    stored = read_back(saved(book), form)
    keys = [(row, question.code) for row, question in places(form)][::3]
    findings = [finding(number, code, row) for number, (row, code) in enumerate(keys, start=1)]
    findings += [finding(998, row="BIH-02"), finding(999)]
    path = tmp_path / "marked.xlsx"
    path.write_bytes(marked(form, stored, findings))
    for kind in ("xlsx", "ods", "xls"):
        folder = tmp_path / kind
        office = [
            tool("soffice"),
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            kind,
        ]
        subprocess.run([*office, "--outdir", str(folder), str(path)], check=True, capture_output=True)
        again = read_back((folder / f"marked.{kind}").read_bytes(), form, kind)
        assert said(again) == said(stored), kind
        assert again.notes == (), kind
        assert (again.token, again.signature) == (stored.token, stored.signature), kind
