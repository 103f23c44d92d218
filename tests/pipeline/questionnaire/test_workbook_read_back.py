"""What the writer lays down is what the reader finds, whatever hidden columns stand beside it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl.workbook import Workbook
from questionnaire_forms import EN, Row, ask, group, make_commitments, make_form, make_workbook
from workbook_sheets import answer, calculated, opened, row_of

from pipeline.gather.cells import read_cells
from pipeline.gather.reading import Reading, read_workbook
from pipeline.gather.refusal import Refusal
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form

CHOICES: list[Row] = [
    {"list_name": "statuses", "name": "done", EN: "=Done; or \"so\""},
    {"list_name": "countries", "name": "a", EN: "Alba"},
    {"list_name": "countries", "name": "b", EN: "Borea"},
    {"list_name": "regions", "name": "n", EN: "North", "of": "a"},
    {"list_name": "regions", "name": "s", EN: "South", "of": "b"},
]  # fmt: skip


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    asked = [
        ask("select_one countries", "country"),
        ask("select_one regions", "region", choice_filter="of = ${country}"),
        ask("range", "mark", parameters="start=0 end=10 step=0.5"),
        ask("file", "paper", relevant="${country} = 'a'"),
    ]
    commitments = [
        ask("text", "c_title", role="title", required="yes"),
        ask("select_one regions", "c_region", choice_filter="of = ${country}"),
        ask("text", "c_why", relevant="${c_region} = 'n'"),
        ask("select_one statuses", "c_status", role="status"),
    ]
    evidence = [ask("text", "e_title", required="yes"), ask("file", "e_paper", relevant="${e_title} != ''")]
    survey = [
        *group("pt1", *asked),
        *group("commitments", *group("commitments", *commitments, kind="repeat")),
        *group("evidence", *group("evidence", *evidence, kind="repeat")),
    ]
    return make_form(tmp_path_factory.mktemp("form"), survey, choices=CHOICES)


GIVEN = {
    ("", "country"): ("Alba", "a"),
    ("", "region"): ("North", "n"),
    ("", "mark"): (7.5, "7.5"),
    ("", "paper"): ("https://www.bih.example/law.pdf", "https://www.bih.example/law.pdf"),
    ("BIH-01", "c_title"): ("=1+1", "=1+1"),
    ("BIH-01", "c_status"): ('=Done; or "so"', "done"),
    ("BIH-01", "c_region"): ("North", "n"),
    ("BIH-01", "c_why"): ("-", None),
    ("NEW-15", "c_title"): ("Last row", "Last row"),
    ("NEW-1", "e_title"): ("One", "One"),
    ("NEW-12", "e_title"): ("Twelve", "Twelve"),
    ("NEW-12", "e_paper"): ("http://x.example", "http://x.example"),
}


def filled(form: Form) -> Workbook:
    commitments = make_commitments({"commitment": "BIH-01", "title": "Old"})
    previous = {("BIH-01", "c_title"): "Old", ("NEW-1", "e_title"): "Of last time"}
    book = opened(make_workbook(form, commitments=commitments, previous=previous))
    for (row, code), (typed, _) in GIVEN.items():
        answer(book, code, typed, row)
    return book


def reading(book: Workbook | bytes, form: Form) -> Reading:
    if isinstance(book, Workbook):
        buffer = BytesIO()
        book.save(buffer)
        book = buffer.getvalue()
    sheets = read_cells(book, "xlsx")
    assert not isinstance(sheets, Refusal)
    return read_workbook(sheets, form)


def values(found: Reading) -> dict[tuple[str, str], str | None]:
    return {(a.row, a.question): a.value for a in found.answers if a.value is not None}


WANTED = {place: value for place, (_, value) in GIVEN.items() if value is not None}


def test_every_answer_of_every_repeat_is_read_and_nothing_else(form: Form):
    found = reading(filled(form), form)
    assert values(found) == WANTED
    assert found.notes == ()


@pytest.mark.slow
def test_every_answer_is_read_once_libre_office_has_saved_the_file(
    form: Form, tmp_path: Path, tool: Callable[[str], str]
):
    calculated(tool("soffice"), tmp_path, {"filled": filled(form)})
    found = reading((tmp_path / "out" / "filled.xlsx").read_bytes(), form)
    assert values(found) == WANTED
    assert found.notes == ()


def test_rows_below_the_last_empty_one_are_read_too(form: Form):
    book = filled(form)
    sheet = book["Part evidence"]
    below = row_of(sheet, layout.new_row_key(layout.NEW_ROWS)) + 1
    sheet.cell(below, 2).value = "Sixteenth"
    sheet.cell(below + 1, 1).value = "NEW-17"
    sheet.cell(below + 1, 2).value = "Seventeenth"
    found = reading(book, form)
    assert values(found) == {**WANTED, ("NEW-16", "e_title"): "Sixteenth", ("NEW-17", "e_title"): "Seventeenth"}
    assert [(note.note, note.row) for note in found.notes] == [("unkeyed_row", "NEW-16")]


def test_an_empty_workbook_says_nothing(form: Form):
    found = reading(make_workbook(form, previous={("NEW-1", "e_title"): "Of last time"}), form)
    assert values(found) == {}
    assert found.notes == ()


def test_the_sign_that_a_percentage_shows_as_its_unit_is_no_answer_beside_it(tmp_path: Path):
    small = make_form(tmp_path, group("one", ask("decimal", "share", unit="percent")))
    found = reading(make_workbook(small), small)
    assert (found.answers, found.notes) == ((), ())
