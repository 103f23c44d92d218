"""Whatever people do to a workbook, no answer is wrong, and none is lost without a word."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from books import FORM, TOKEN, Filled, book, notes, reading, rows_with, saved, values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from pipeline.gather.anchors import cell_name
from pipeline.gather.cells import Sheet
from pipeline.gather.found import Note
from pipeline.gather.reading import read_workbook
from pipeline.questionnaire import layout
from pipeline.questionnaire.identity import write_token

FILLED = Filled(
    answers={
        "victims": 1250,
        "hours": ("48,5 hours", None, "Median"),
        "share": (None, "Not available", "No statistics"),
        "adopted_on": dt.date(2014, 3, 4),
        "in_place": "Yes",
        "obstacles": "Data; Resources",
        "remarks": "=1+1 {{ 7*7 }} <b>",
    },
    items={
        "ALB-01": {"c_title": "Join ICSE", "c_status": "Limited", "c_due": dt.date(2015, 12, 31)},
        "ALB-02": {"c_title": "Reform", "c_status": None, "#reason": "Not yet", "#comment": "In parliament"},
        "NEW-1": {"c_title": "A new one", "c_status": "Not started"},
    },
)
EXPECTED = {
    ("", "victims"): "1250",
    ("", "hours"): "48.5",
    ("", "share"): None,
    ("", "adopted_on"): "2014-03-04",
    ("", "in_place"): "yes",
    ("", "obstacles"): "resources data",
    ("", "remarks"): "=1+1 {{ 7*7 }} <b>",
    ("ALB-01", "c_title"): "Join ICSE",
    ("ALB-01", "c_status"): "limited",
    ("ALB-01", "c_due"): "2015-12-31",
    ("ALB-02", "c_title"): "Reform",
    ("ALB-02", "c_status"): None,
    ("ALB-02", "c_due"): None,
    ("NEW-1", "c_title"): "A new one",
    ("NEW-1", "c_status"): "not_started",
}


def filled() -> openpyxl.Workbook:
    made = book(FILLED)
    sheet = made["Target 1"]
    sheet.cell(rows_with(sheet, "remarks")[0], 3).data_type = "s"
    return made


def test_an_untouched_layout_is_read_in_full() -> None:
    read = reading(filled())
    assert values(read) == EXPECTED
    assert read.notes == ()
    assert read.token == write_token(TOKEN)
    by_place = {(answer.row, answer.question): answer for answer in read.answers}
    hours = by_place["", "hours"]
    assert (hours.raw, hours.read_as, hours.number) == ("48,5 hours", "unit_removed", 48.5)
    assert (hours.sheet, hours.cell, hours.comment) == ("Target 1", "C5", "Median")
    share = by_place["", "share"]
    assert (share.raw, share.missing_reason, share.problem, share.cell) == (None, "not_available", None, "C6")
    assert by_place["ALB-01", "c_due"].date == dt.date(2015, 12, 31)
    assert by_place["ALB-01", "c_due"].cell == "D5"


def test_the_reason_of_an_item_is_that_of_its_unanswered_questions_and_its_comment_stands_at_the_first() -> None:
    read = {(answer.row, answer.question): answer for answer in reading(filled()).answers}
    assert read["ALB-02", "c_title"].missing_reason is None
    assert read["ALB-02", "c_title"].comment == "In parliament"
    assert read["ALB-02", "c_status"].missing_reason == "not_yet"
    assert read["ALB-02", "c_status"].cell == "C7"
    assert read["ALB-02", "c_due"].missing_reason == "not_yet"


def test_empty_new_rows_and_last_years_answers_are_no_items() -> None:
    rows = {row for row, _ in values(reading(filled()))}
    assert rows == {"", "ALB-01", "ALB-02", "NEW-1"}
    assert values(reading(book(Filled(items={"NEW-2": {"#reason": "Not yet"}})))) == {}


def test_inserted_rows_and_columns_and_moved_and_renamed_sheets_do_no_harm() -> None:
    made = filled()
    for sheet in (made["Target 1"], made["Commitments"]):
        sheet.insert_rows(1, 2)
        sheet["A1"] = "Dear colleagues, please see below"
        sheet.insert_rows(6)
        sheet.insert_cols(1)
        sheet.insert_cols(3, 2)
        sheet.cell(5, 3).value = "our own column"
        sheet.cell(7, 1).value = "our own row"
    made["Target 1"].title = "Cible 1 (copie)"
    made["Commitments"].title = "Sheet7"
    made.move_sheet("_token", -3)
    made.move_sheet("Sheet7", -2)
    made.create_sheet("our own notes", 0)["A1"] = "nothing to see"
    read = reading(made)
    assert values(read) == EXPECTED
    assert read.token == write_token(TOKEN)


def test_sorted_rows_keep_their_answers() -> None:
    made = filled()
    sheet = made["Target 1"]
    content = [[cell.value for cell in row] for row in sheet.iter_rows()]
    sheet.delete_rows(1, 50)
    for row in sorted(content, key=lambda row: str(row[1])):
        sheet.append(row)
    sheet.cell(rows_with(sheet, "remarks")[0], 3).data_type = "s"
    assert values(reading(made)) == EXPECTED


def test_a_deleted_row_is_told() -> None:
    made = filled()
    sheet = made["Target 1"]
    sheet.delete_rows(rows_with(sheet, "adopted_on")[0])
    read = reading(made)
    assert ("", "adopted_on") not in values(read)
    assert read.notes == (Note("missing_row", question="adopted_on"),)


def test_a_deleted_sheet_is_told_once() -> None:
    made = filled()
    del made["Commitments"]
    assert reading(made).notes == (Note("missing_section", seen="commitments"),)


def test_a_deleted_column_is_told() -> None:
    made = filled()
    made["Target 1"].delete_cols(5)
    made["Commitments"].delete_cols(3)
    read = reading(made)
    assert set(read.notes) == {
        Note("missing_column", "Target 1", seen="#reason"),
        Note("missing_column", "Commitments", question="c_status", seen="c_status"),
    }
    assert values(read)["", "victims"] == "1250"
    assert values(read)["ALB-01", "c_due"] == "2015-12-31"


def test_a_row_twice_with_the_same_answer_counts_with_a_note() -> None:
    made = filled()
    made["Target 1"].append(["victims", "Label of victims", "1 250"])
    made["Target 1"].append(["hours", "Label of hours", "48,5 hours"])
    read = reading(made)
    assert values(read)["", "hours"] == "48.5"
    assert Note("duplicate_row", "Target 1", "A12", question="hours") in read.notes


def test_a_row_twice_with_different_answers_gives_no_value() -> None:
    made = filled()
    made["Target 1"].append(["victims", "Label of victims", 1300])
    read = reading(made)
    (answer,) = [answer for answer in read.answers if answer.question == "victims"]
    assert (answer.value, answer.number, answer.problem, answer.raw) == (None, None, "conflicting_rows", "1250 | 1300")
    assert read.notes == (Note("conflicting_rows", "Target 1", "C11", question="victims", seen="1250 | 1300"),)


def test_an_empty_copy_of_a_row_takes_nothing_away() -> None:
    made = filled()
    made["Target 1"].append(["victims", "Label of victims"])
    read = reading(made)
    assert values(read) == EXPECTED
    assert notes(read) == ["duplicate_row"]


def test_a_copied_sheet_with_one_changed_answer_is_a_conflict_in_that_answer_alone() -> None:
    made = filled()
    copy = made.copy_worksheet(made["Target 1"])
    copy.cell(rows_with(copy, "in_place")[0], 3).value = "No"
    copy.cell(rows_with(copy, "remarks")[0], 3).data_type = "s"
    read = reading(made)
    assert {place: value for place, value in values(read).items() if value != EXPECTED[place]} == {
        ("", "in_place"): None
    }
    assert notes(read).count("conflicting_rows") == 1


def test_an_item_twice_is_told_and_a_conflict_gives_no_value() -> None:
    made = filled()
    made["Commitments"].append(["ALB-01", "Join ICSE", "Complete", dt.date(2015, 12, 31)])
    read = reading(made)
    assert values(read)["ALB-01", "c_title"] == "Join ICSE"
    assert values(read)["ALB-01", "c_status"] is None
    conflicts = [note for note in read.notes if note.note == "conflicting_rows"]
    assert [(note.row, note.question, note.seen) for note in conflicts] == [
        ("ALB-01", "c_status", "Limited | Complete")
    ]


def test_an_answered_code_that_the_form_does_not_have_is_told() -> None:
    made = filled()
    made["Target 1"].append(["vitcims", "Label", 7])
    made["Target 1"].append(["", "see also annex", "free text without a code"])
    read = reading(made)
    assert values(read) == EXPECTED
    assert read.notes == (
        Note("unknown_code", "Target 1", "A11", seen="vitcims"),
        Note("uncoded_row", "Target 1", "C12", seen="free text without a code"),
    )


def test_a_row_of_commitments_without_a_key_becomes_a_new_one() -> None:
    made = filled()
    made["Commitments"].append([None, "Written below the table", "Limited"])
    made["Commitments"].append(["another", "And one more"])
    read = reading(made)
    first, second = (layout.new_row_key(layout.NEW_ROWS + number) for number in (1, 2))
    assert values(read)[first, "c_title"] == "Written below the table"
    assert values(read)[second, "c_title"] == "And one more"
    assert [(note.note, note.row, note.seen) for note in read.notes] == [
        ("unkeyed_row", first, None),
        ("unkeyed_row", second, "another"),
    ]


def test_headings_repeated_in_the_middle_are_no_item() -> None:
    made = filled()
    made["Commitments"].append([None, "Label of c_title", "Label of c_status", "Label of c_due"])
    assert values(reading(made)) == EXPECTED


@pytest.mark.parametrize("typed", ["#code", "#row", "#answer", "c_title", "NEW-2"])
def test_a_marker_that_somebody_types_as_an_answer_is_an_answer_like_any_other(typed: str) -> None:
    items = {**FILLED.items, "ALB-01": {**FILLED.items["ALB-01"], "c_title": typed, "#comment": typed}}
    answers = {**FILLED.answers, "victims": (None, None, typed), "remarks": typed}
    read = reading(book(Filled(answers, items)))
    assert values(read) == {
        **EXPECTED,
        ("", "victims"): None,
        ("", "remarks"): typed,
        ("ALB-01", "c_title"): typed,
    }
    assert notes(read) == []


def test_a_lost_row_of_markers_is_made_up_for_by_the_codes() -> None:
    made = filled()
    made["Target 1"].delete_rows(1)
    made["Commitments"].delete_rows(1)
    read = reading(made)
    assert {place: value for place, value in values(read).items() if not place[0]} == {
        place: value for place, value in EXPECTED.items() if not place[0]
    }
    assert read.notes == (Note("lost_markers", "Target 1"), Note("missing_section", seen="commitments"))


@pytest.mark.parametrize("column", [2, 3, 4])
def test_without_markers_a_shifted_layout_gives_no_answers_rather_than_wrong_ones(column: int) -> None:
    made = filled()
    made["Target 1"].delete_rows(1)
    made["Target 1"].insert_cols(column)
    read = reading(made)
    assert not [place for place in values(read) if not place[0]]
    assert Note("missing_section", seen="pt1") in read.notes


def test_a_copied_column_of_answers_that_differs_is_a_conflict() -> None:
    made = filled()
    sheet = made["Target 1"]
    sheet.cell(1, 8).value = "#answer"
    sheet.cell(4, 8).value = 99
    read = reading(made)
    assert values(read) == EXPECTED | {("", "victims"): None}


def test_a_formula_without_a_result_is_a_question_and_not_an_empty_cell() -> None:
    made = filled()
    made["Target 1"]["C4"] = "=40+2"
    made["Target 1"]["C5"] = ArrayFormula("C5", "=SUM(1,2)")
    by_code = {answer.question: answer for answer in reading(made).answers if not answer.row}
    assert (by_code["victims"].value, by_code["victims"].problem) == (None, "formula_without_value")
    assert (by_code["hours"].value, by_code["hours"].problem) == (None, "formula_without_value")


def test_merged_answers_are_told() -> None:
    made = filled()
    made["Target 1"].merge_cells("C4:C5")
    read = reading(made)
    assert values(read)["", "victims"] == "1250"
    assert ("", "hours") not in values(read) or values(read)["", "hours"] is None
    assert [(note.note, note.question, note.seen) for note in read.notes] == [
        ("merged_cells", "victims", "C4:C5"),
        ("merged_cells", "hours", "C4:C5"),
    ]


@pytest.mark.parametrize(
    ("answer", "reason", "expected"),
    [
        ("n/a", None, (None, "no_value_word", None)),
        ("n/a", "Not applicable", (None, None, "not_applicable")),
        ("s.o.", None, (None, None, "not_applicable")),
        ("s.o.", "Confidential", (None, None, "confidential")),
        ("1.234", "Not yet", (None, "ambiguous_number", "not_yet")),
        ("12", "Not yet", ("12", None, "not_yet")),
        (None, "Pas encore", (None, None, "not_yet")),
    ],
)
def test_a_reason_and_a_word_for_no_value_go_together(
    answer: object, reason: object, expected: tuple[str | None, str | None, str | None]
) -> None:
    (read,) = reading(book(Filled({"victims": (answer, reason, None)}))).answers
    assert (read.value, read.problem, read.missing_reason) == expected


def test_a_reason_that_is_none_is_told() -> None:
    read = reading(book(Filled({"victims": (None, "because", None)})))
    assert read.answers == ()
    assert read.notes == (Note("unknown_reason", "Target 1", "C4", question="victims", seen="because"),)


def test_two_different_tokens_are_none() -> None:
    made = filled()
    made.create_sheet("x").append(["#token", "something else"])
    assert reading(made).token is None


def test_a_workbook_of_somebody_else_has_no_answers() -> None:
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.append(["Budget", 2014, 2015])
    read = reading(made)
    assert (read.token, read.answers) == (None, ())


def test_cells_are_named_as_excel_names_them() -> None:
    assert [cell_name(*place) for place in ((0, 0), (11, 3), (0, 25), (0, 26), (0, 701), (0, 702))] == [
        "A1",
        "D12",
        "Z1",
        "AA1",
        "ZZ1",
        "AAA1",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("format", ["xlsx", "ods", "xls"])
def test_libreoffice_may_save_it_in_any_format(tool: Callable[[str], str], tmp_path: Path, format: str) -> None:
    (tmp_path / "in").mkdir()
    made = filled()
    sheet = made["Target 1"]
    sheet["C4"] = "=1000+250"
    sheet["C4"].comment = Comment("Provisional, from ICSE ünï", "Ana")
    sheet["C6"], sheet["C6"].number_format = 0.125, "0.0%"
    sheet["F7"] = "#REF!"
    sheet["F7"].data_type = "e"
    sheet["C8"] = "=1/0"
    made.epoch = CALENDAR_MAC_1904
    sheet.merge_cells("E9:F9")
    (tmp_path / "in" / "answers.xlsx").write_bytes(saved(made))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [tool("soffice"), profile, "--headless", "--convert-to", format, "--outdir", str(tmp_path / "out")]
    subprocess.run([*command, str(tmp_path / "in" / "answers.xlsx")], check=True, capture_output=True, timeout=120)
    read = reading((tmp_path / "out" / f"answers.{format}").read_bytes(), format)
    assert values(read) == {**EXPECTED, ("", "share"): "12.5", ("", "in_place"): None}
    assert read.token == write_token(TOKEN)
    by_code = {answer.question: answer for answer in read.answers if not answer.row}
    assert (by_code["victims"].comment or "").endswith("Provisional, from ICSE ünï")
    assert (by_code["in_place"].raw, by_code["in_place"].problem) == ("#DIV/0!", "error_value")
    assert [(note.note, note.cell, note.question) for note in read.notes] == [
        ("formula_without_value", "F7", "adopted_on"),
        ("merged_cells", "E9", "obstacles"),
    ]


junk = st.one_of(
    st.none(),
    st.integers(-5, 5),
    st.sampled_from(["#code", "#row", "#answer", "victims", "c_title", "NEW-1", "ALB-01", "x"]),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(junk, max_size=6), max_size=8))
def test_no_sheet_breaks_the_reading(rows: list[list[object]]) -> None:
    cells = {(r, c): cell for r, row in enumerate(rows) for c, cell in enumerate(row) if cell is not None}
    read = read_workbook((Sheet("x", False, cells),), FORM)  # type: ignore[arg-type]
    assert len({(answer.row, answer.question) for answer in read.answers}) == len(read.answers)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(["row", "column"]), st.integers(1, 14)), max_size=6),
    st.integers(0, 3),
)
def test_no_insertion_changes_an_answer(insertions: list[tuple[str, int]], move: int) -> None:
    made = filled()
    for sheet in (made["Target 1"], made["Commitments"]):
        for what, place in insertions:
            (sheet.insert_rows if what == "row" else sheet.insert_cols)(place)
    made.move_sheet("Target 1", move)
    sheets = tuple(
        Sheet(
            sheet.title,
            False,
            {(cell.row - 1, cell.column - 1): cell.value for row in sheet for cell in row if cell.value is not None},  # type: ignore[misc]
        )
        for sheet in made
    )
    assert values(read_workbook(sheets, FORM)) == EXPECTED


def test_an_item_whose_answers_read_like_the_headings_is_an_item() -> None:
    labels = {code: FORM.by_code[code].texts.get("label", "en") for code in ("c_title", "c_status")}
    read = reading(book(Filled(items={"ALB-01": {"c_title": "Join ICSE"}, "NEW-1": labels})))
    assert values(read)["NEW-1", "c_title"] == labels["c_title"]
    assert values(read)["NEW-1", "c_status"] is None, "a heading is no status"
