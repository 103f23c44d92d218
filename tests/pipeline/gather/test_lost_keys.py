"""Rows of a table whose keys were deleted keep their answers; titles, headings and hints are never taken for any."""

from __future__ import annotations

import io
from collections.abc import Mapping

import openpyxl
import pytest
from blank_workbooks import ROOT, blank
from books import Filled, book, notes, reading, rows_with, values
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance
from pipeline.gather.cells import read_cells
from pipeline.gather.found import Note
from pipeline.gather.reading import Reading, read_workbook
from pipeline.gather.refusal import Refusal
from pipeline.questionnaire import layout

LANGUAGES = ("en", "fr", "es")
ITEMS: Mapping[str, Mapping[str, object]] = {
    "ALB-01": {"c_title": "Join ICSE", "c_status": "Limited"},
    "NEW-1": {"c_title": "A new one", "c_status": "Not started", "#comment": "From May on"},
    "NEW-2": {"c_title": "Another", "c_status": "Complete"},
}
FREE = layout.new_row_key(layout.NEW_ROWS + 1)
"""The first key that no row of an untouched table has."""
HEADINGS, HINTS = 3, 4
"""Rows of the headings and of the hints in a workbook of ``books``."""


def unkeyed(read: Reading) -> list[tuple[str, str]]:
    """Row and cell of every item that was found without a key; there are no other notes."""
    assert {note.note for note in read.notes} <= {"unkeyed_row"}
    return [(note.row, note.cell) for note in read.notes]


def titles(read: Reading, question: str = "c_title") -> dict[str, str | None]:
    return {answer.row: answer.value for answer in read.answers if answer.question == question}


def clear_keys(sheet: Worksheet, *keys: str) -> None:
    """Delete these keys of a table; without any, all that stands in the column below the markers."""
    for (cell,) in sheet.iter_rows(2, None, 1, 1):
        if cell.value in keys or not keys:
            cell.value = None  # pyright: ignore[reportAttributeAccessIssue]


def copy_row(sheet: Worksheet, source: int, target: int) -> None:
    for cell in sheet[source]:
        sheet.cell(target, cell.column).value = cell.value


def commitments(items: Mapping[str, Mapping[str, object]] = ITEMS) -> tuple[openpyxl.Workbook, Worksheet]:
    made = book(Filled(items=items))
    return made, made["Commitments"]


# ---- a table made by hand


def test_the_first_row_without_its_key_becomes_a_new_item() -> None:
    made, sheet = commitments()
    clear_keys(sheet, "ALB-01")
    read = reading(made)
    assert unkeyed(read) == [(FREE, "A5")]
    assert titles(read) == {FREE: "Join ICSE", "NEW-1": "A new one", "NEW-2": "Another"}
    assert values(read)[FREE, "c_status"] == "limited"


def test_the_first_row_gets_back_its_own_key_if_that_is_free() -> None:
    made, sheet = commitments({key: ITEMS[key] for key in ("NEW-1", "NEW-2")})
    clear_keys(sheet, "NEW-1")
    read = reading(made)
    assert unkeyed(read) == [("NEW-1", "A5")]
    assert titles(read) == {"NEW-1": "A new one", "NEW-2": "Another"}


def test_all_rows_of_a_table_without_any_key_become_new_items() -> None:
    made, sheet = commitments({key: ITEMS[key] for key in ("NEW-1", "NEW-2")})
    # What was said last time has a key of its own, and without it nothing tells it from an answer.
    for row in reversed(rows_with(sheet, layout.PREVIOUS_ROW)):
        sheet.delete_rows(row)
    clear_keys(sheet)
    read = reading(made)
    assert [row for row, _ in unkeyed(read)] == ["NEW-1", "NEW-2"]
    assert titles(read) == {"NEW-1": "A new one", "NEW-2": "Another"}
    comments = {answer.row: answer.comment for answer in read.answers if answer.question == "c_title"}
    assert comments["NEW-1"] == "From May on"


def test_a_comment_alone_in_a_row_without_a_key_is_heard() -> None:
    made, sheet = commitments({"NEW-1": {"#comment": "Nothing to report"}})
    clear_keys(sheet, "NEW-1")
    read = reading(made)
    assert unkeyed(read) == [("NEW-1", "A5")]
    assert [answer.comment for answer in read.answers if answer.comment] == ["Nothing to report"]


@pytest.mark.parametrize("target", [5, 9, 40])
def test_copied_headings_are_no_item_and_hide_none(target: int) -> None:
    made, sheet = commitments()
    sheet.insert_rows(target)
    copy_row(sheet, HEADINGS, target)
    clear_keys(sheet, "ALB-01")
    read = reading(made)
    assert [row for row, _ in unkeyed(read)] == [FREE]
    assert titles(read)[FREE] == "Join ICSE"


def test_a_remark_that_lost_its_key_is_no_item() -> None:
    made, sheet = commitments()
    sheet.append([None, "✖ To correct: Please give a title. [0123456789abcdef]"])
    assert (unkeyed(reading(made)), len(titles(reading(made)))) == ([], len(ITEMS))


def test_without_hints_the_row_below_the_headings_is_one_of_answers() -> None:
    made, sheet = commitments()
    clear_keys(sheet, "ALB-01")
    sheet.delete_rows(HINTS)
    read = reading(made)
    assert unkeyed(read) == [(FREE, "A4")]
    assert titles(read)[FREE] == "Join ICSE"


def test_headings_that_somebody_reworded_are_no_item() -> None:
    made, sheet = commitments()
    for column, words in enumerate(["No.", "Titre", "État", "Échéance"], start=1):
        sheet.cell(HEADINGS, column).value = words
    assert unkeyed(reading(made)) == []
    clear_keys(sheet, "ALB-01")
    read = reading(made)
    assert unkeyed(read) == [(FREE, "A5")]
    assert titles(read)[FREE] == "Join ICSE"


def test_a_title_alone_is_no_item() -> None:
    made, sheet = commitments({})
    sheet.delete_rows(HINTS + 1, 50)
    sheet["B2"] = "Commitments of the country in 2014"
    assert (values(reading(made)), notes(reading(made))) == ({}, [])


def test_answers_are_kept_where_headings_and_keys_are_all_gone() -> None:
    made, sheet = commitments({"NEW-1": ITEMS["NEW-1"]})
    clear_keys(sheet)
    sheet.delete_rows(2, HINTS - 1)
    assert "A new one" in titles(reading(made)).values()


def test_with_the_markers_lost_the_first_row_is_kept_too() -> None:
    made, sheet = commitments()
    sheet["A1"] = None
    sheet["E1"] = sheet["F1"] = None
    read = reading(made)
    assert {note.note for note in read.notes} == {"lost_markers", "missing_column"}
    assert titles(read) == {"ALB-01": "Join ICSE", "NEW-1": "A new one", "NEW-2": "Another"}
    clear_keys(sheet, "ALB-01")
    read = reading(made)
    assert [note.row for note in read.notes if note.note == "unkeyed_row"] == [FREE]
    assert titles(read)[FREE] == "Join ICSE"


def test_where_the_column_of_keys_itself_is_gone_rows_are_not_given_keys_by_guess() -> None:
    made, sheet = commitments()
    sheet.delete_cols(1)
    read = reading(made)
    assert titles(read) == {}
    assert Note("lost_markers", "Commitments") in read.notes


# ---- the workbook that members get


@pytest.fixture(scope="module")
def alliance() -> Alliance:
    return load_alliance(ROOT / "alliance")


def with_documents(content: bytes, *named: str) -> tuple[openpyxl.Workbook, Worksheet]:
    """A workbook in whose first rows for documents titles were typed, and the sheet of these."""
    made = openpyxl.load_workbook(io.BytesIO(content))
    (sheet,) = [sheet for sheet in made.worksheets if "e_title" in [cell.value for cell in sheet[1]]]
    column = next(cell.column for cell in sheet[1] if cell.value == "e_title")
    (first,) = rows_with(sheet, "NEW-1")
    for row, title in enumerate(named, start=first):
        sheet.cell(row, column).value = title
    return made, sheet


def read_back(made: openpyxl.Workbook, alliance: Alliance) -> Reading:
    buffer = io.BytesIO()
    made.save(buffer)
    sheets = read_cells(buffer.getvalue(), "xlsx")
    assert not isinstance(sheets, Refusal)
    return read_workbook(sheets, alliance.form)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language_the_first_document_keeps_its_answers_and_nothing_above_becomes_one(
    alliance: Alliance, language: str
) -> None:
    made, sheet = with_documents(blank(alliance, "ALB", language), "Penal Code", "Report")
    clear_keys(sheet, "NEW-1")
    read = read_back(made, alliance)
    assert [row for row, _ in unkeyed(read)] == ["NEW-1"]
    assert titles(read, "e_title") == {"NEW-1": "Penal Code", "NEW-2": "Report"}


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language_documents_without_any_key_keep_their_answers(alliance: Alliance, language: str) -> None:
    made, sheet = with_documents(blank(alliance, "ALB", language), "Penal Code", "Report")
    clear_keys(sheet)
    read = read_back(made, alliance)
    assert [row for row, _ in unkeyed(read)] == ["NEW-1", "NEW-2"]
    assert titles(read, "e_title") == {"NEW-1": "Penal Code", "NEW-2": "Report"}


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language_an_empty_table_without_any_key_says_nothing(alliance: Alliance, language: str) -> None:
    made, sheet = with_documents(blank(alliance, "ALB", language))
    clear_keys(sheet)
    assert unkeyed(read_back(made, alliance)) == []


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language_hints_are_known_without_the_columns_of_reasons_and_comments(
    alliance: Alliance, language: str
) -> None:
    made, sheet = with_documents(blank(alliance, "ALB", language), "Penal Code")
    (reasons,) = [cell.column for cell in sheet[1] if cell.value == layout.REASON]
    sheet.delete_cols(reasons, 2)
    clear_keys(sheet, "NEW-1")
    read = read_back(made, alliance)
    assert [note.note for note in read.notes] == ["missing_column", "missing_column", "unkeyed_row"]
    assert titles(read, "e_title") == {"NEW-1": "Penal Code"}


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language_copied_hints_are_no_document(alliance: Alliance, language: str) -> None:
    made, sheet = with_documents(blank(alliance, "ALB", language), "Penal Code")
    hints = rows_with(sheet, "NEW-1")[0] - 1
    copy_row(sheet, hints, sheet.max_row + 3)
    assert unkeyed(read_back(made, alliance)) == []


@pytest.mark.slow
def test_a_key_that_a_commitment_has_is_free_for_a_document(alliance: Alliance) -> None:
    made, sheet = with_documents(blank(alliance, "ALB", "en"), "Penal Code")
    (others,) = [other for other in made.worksheets if "c_title" in [cell.value for cell in other[1]]]
    others.cell(rows_with(others, "NEW-1")[0], 2).value = "A new commitment"
    clear_keys(sheet, "NEW-1")
    read = read_back(made, alliance)
    assert titles(read, "e_title") == {"NEW-1": "Penal Code"}
    assert titles(read)["NEW-1"] == "A new commitment"
