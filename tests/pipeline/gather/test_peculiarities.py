"""Each thing that people do to a workbook beside answering is a named finding, and no answer is wrong for it."""

from __future__ import annotations

import datetime as dt

import openpyxl
from books import FORM, Filled, book, notes, reading, rows_with, saved, values
from noted import NOTICE, with_notes
from openpyxl.worksheet.formula import ArrayFormula

from pipeline.gather.cells import CellNote, Percentage, Sheet
from pipeline.gather.found import Note
from pipeline.gather.reading import Answer, Reading, read_workbook
from pipeline.questionnaire import layout

FILLED = Filled(
    answers={"victims": (1250, None, "From ICSE"), "hours": 48, "remarks": "All is well"},
    items={"ALB-01": {"c_title": "Join ICSE", "c_status": "Limited"}, "ALB-02": {"c_title": "Reform"}},
)
EXPECTED = {
    ("", "victims"): "1250",
    ("", "hours"): "48",
    ("", "remarks"): "All is well",
    ("ALB-01", "c_title"): "Join ICSE",
    ("ALB-01", "c_status"): "limited",
    ("ALB-02", "c_title"): "Reform",
}


def answered(read: Reading) -> dict[tuple[str, str], Answer]:
    return {(answer.row, answer.question): answer for answer in read.answers}


def at(made: openpyxl.Workbook, code: str, column: str, sheet: str = "Target 1") -> str:
    return f"{column}{rows_with(made[sheet], code)[0]}"


def test_an_untouched_workbook_has_nothing_peculiar() -> None:
    read = reading(book(FILLED))
    assert (values(read), read.notes) == (EXPECTED, ())


# Notes at cells


def test_notes_at_the_cells_of_an_answer_are_its_comment() -> None:
    made = book(FILLED)
    content = with_notes(
        saved(made),
        "Target 1",
        [
            (at(made, "victims", "C"), "Ana Müller", "Ana Müller:\nProvisional"),
            (at(made, "victims", "A"), "Ben", "See annex 2"),
            (at(made, "victims", "B"), "", "Which year?"),
            (at(made, "hours", "E"), "Ben", "Median"),
            (at(made, "share", "F"), "Ben", "Nothing was typed here"),
        ],
    )
    read = answered(reading(content))
    assert read["", "victims"].comment == "From ICSE\nAna Müller: Provisional\nBen: See annex 2\nWhich year?"
    assert (read["", "hours"].value, read["", "hours"].comment) == ("48", "Ben: Median")
    share = read["", "share"]
    assert (share.raw, share.value, share.problem, share.comment) == (None, None, None, "Ben: Nothing was typed here")


def test_a_threaded_comment_is_the_comment_message_by_message() -> None:
    made = book(FILLED)
    cell = at(made, "hours", "C")
    notes = [(cell, "tc={T0}", f"{NOTICE}Is this the median?\nReply:\n    Yes")]
    threads = [(cell, "Ana", "Is this the median?"), (cell, "Ben", "Yes")]
    read = reading(with_notes(saved(made), "Target 1", notes, threads))
    assert answered(read)["", "hours"].comment == "Ana: Is this the median?\nBen: Yes"
    assert (values(read), read.notes) == (EXPECTED, ())


def test_notes_of_an_item_stand_at_their_question_or_at_the_first() -> None:
    made = book(FILLED)
    sheet = "Commitments"
    row = rows_with(made[sheet], "ALB-01")[0]
    content = with_notes(
        saved(made), sheet, [(f"C{row}", "Ana", "since May"), (f"A{row}", "Ben", "renamed"), (f"B{row}", "Ana", "EN")]
    )
    read = answered(reading(content))
    assert read["ALB-01", "c_status"].comment == "Ana: since May"
    assert read["ALB-01", "c_title"].comment == "Ben: renamed\nAna: EN"
    assert read["ALB-02", "c_title"].comment is None


def test_a_note_elsewhere_is_kept_as_a_finding() -> None:
    made = book(FILLED)
    key = rows_with(made["Commitments"], layout.PREVIOUS_ROW)[0]
    content = with_notes(
        saved(made), "Commitments", [("B1", "Ana", "first"), ("B1", "Ben", "second"), (f"B{key}", "", "old")]
    )
    read = reading(content)
    assert values(read) == EXPECTED
    assert read.notes == (
        Note("stray_note", "Commitments", "B1", seen="Ana: first\nBen: second"),
        Note("stray_note", "Commitments", f"B{key}", seen="old"),
    )


def test_a_note_is_cleaned_like_any_other_text() -> None:
    content = with_notes(saved(book(FILLED)), "Instructions", [("A1", "A_x0007_", "=1+1 <b>{{ x }} _x000B_ שלום")])
    (note,) = reading(content).notes
    assert (note.sheet, note.cell, note.seen) == ("Instructions", "A1", "A\ufffd: =1+1 <b>{{ x }} \ufffd שלום")


def test_the_same_note_in_a_copied_sheet_is_said_once() -> None:
    cells = {(0, 0): "#code", (0, 1): "#question", (0, 2): "#answer", (1, 0): "hours", (1, 2): 48.0}
    note = (CellNote(1, 2, "Ana", "Median"),)
    sheets = (Sheet("a", False, cells, notes=note), Sheet("b", False, cells, notes=note))
    read = read_workbook(sheets, FORM)
    assert answered(read)["", "hours"].comment == "Ana: Median"
    assert "stray_note" not in notes(read)


def test_notes_that_could_not_be_read_are_told_once() -> None:
    sheets = (Sheet("a", False, {}, has_unread_notes=True), Sheet("b", False, {}, has_unread_notes=True))
    assert notes(read_workbook(sheets, FORM)).count("notes_not_read") == 1


# Codes, markers and keys that contradict each other


def test_two_codes_in_one_row_give_no_answer() -> None:
    made = book(FILLED)
    sheet = made["Target 1"]
    sheet["H1"] = "#code"
    row = rows_with(sheet, "victims")[0]
    sheet[f"H{row}"] = "hours"
    read = reading(made)
    assert ("", "victims") not in values(read)
    assert Note("conflicting_codes", "Target 1", f"A{row}", seen="victims | hours") in read.notes
    assert Note("missing_row", question="victims") in read.notes
    assert values(read)["", "hours"] == "48"


def test_a_copied_column_of_codes_that_agrees_does_no_harm() -> None:
    made = book(FILLED)
    sheet = made["Target 1"]
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, 8).value = sheet.cell(row, 1).value
    read = reading(made)
    assert (values(read), read.notes) == (EXPECTED, ())


def test_two_keys_in_one_row_give_no_answers() -> None:
    made = book(FILLED)
    sheet = made["Commitments"]
    column = sheet.max_column + 1
    sheet.cell(1, column).value = "#row"
    row = rows_with(sheet, "ALB-01")[0]
    sheet.cell(row, column).value = "ALB-02"
    read = reading(made)
    assert ("ALB-01", "c_title") not in values(read)
    assert values(read)["ALB-02", "c_title"] == "Reform"
    assert read.notes == (Note("conflicting_codes", "Commitments", f"A{row}", seen="ALB-01 | ALB-02"),)


def test_two_rows_of_markers_that_disagree_give_no_answers() -> None:
    made = book(FILLED)
    sheet = made["Target 1"]
    sheet.insert_rows(1)
    for number, marker in enumerate(layout.QUESTION_COLUMNS, 2):
        sheet.cell(1, number).value = marker
    read = reading(made)
    assert {row for row, _ in values(read)} == {"ALB-01", "ALB-02"}
    assert read.notes == (
        Note("conflicting_markers", "Target 1", "A2", seen="1, 2"),
        Note("missing_section", seen="pt1"),
    )


def test_two_rows_of_markers_that_agree_do_no_harm() -> None:
    made = book(FILLED)
    sheet = made["Target 1"]
    sheet.insert_rows(1)
    for number, marker in enumerate(layout.QUESTION_COLUMNS, 1):
        sheet.cell(1, number).value = marker
    read = reading(made)
    assert (values(read), read.notes) == (EXPECTED, ())


def test_a_block_pasted_below_with_its_markers_is_read_by_its_own_markers() -> None:
    made = book(Filled({"victims": 1250}))
    sheet = made["Target 1"]
    sheet.append([None, None, *layout.QUESTION_COLUMNS])
    sheet.append([None, None, "victims", "Label of victims", 1300])
    read = reading(made)
    assert answered(read)["", "victims"].raw == "1250 | 1300"
    assert notes(read) == ["conflicting_rows"]


def test_a_code_of_a_commitment_among_the_questions_is_told() -> None:
    made = book(FILLED)
    made["Target 1"].append(["c_title", "Label of c_title", "Join ICSE"])
    made["Target 1"].append(["total", "Label of total", 7])
    made["Target 1"].append(["about", "Only a note"])
    read = reading(made)
    assert values(read) == EXPECTED
    assert read.notes == (
        Note("misplaced_code", "Target 1", "A11", seen="c_title"),
        Note("misplaced_code", "Target 1", "A12", seen="total"),
    )


def test_a_code_of_a_question_among_the_commitments_is_told() -> None:
    made = book(FILLED)
    sheet = made["Commitments"]
    column = sheet.max_column + 1
    sheet.cell(1, column).value = "victims"
    sheet.cell(rows_with(sheet, "ALB-02")[0], column).value = 12
    read = reading(made)
    assert values(read) == EXPECTED
    assert read.notes == (Note("misplaced_code", "Commitments", "G1", seen="victims"),)


# Answers beside their cells


def test_an_answer_in_place_of_the_unit_or_the_wording_is_told() -> None:
    made = book(FILLED)
    sheet = made["Target 1"]
    unit, wording, kept = at(made, "share", "D"), at(made, "adopted_on", "B"), at(made, "hours", "D")
    sheet[unit], sheet[wording], sheet[kept] = "12,5 %", dt.date(2014, 3, 4), "hours, at night"
    sheet[at(made, "in_place", "B")] = "Notre traduction de la question"
    read = reading(made)
    assert values(read) == EXPECTED
    assert set(read.notes) == {
        Note("answer_beside", "Target 1", unit, question="share", seen="12,5 %"),
        Note("answer_beside", "Target 1", wording, question="adopted_on", seen="2014-03-04"),
    }


# Rows and columns that are not ours


def test_something_in_a_row_without_a_code_is_told() -> None:
    made = book(FILLED)
    sheet = made["Target 1"]
    sheet.insert_rows(5)
    sheet["C5"], sheet["F5"] = "1300 if cases are counted", "see annex"
    sheet["A3"], sheet["C2"] = None, "above the first question anything may stand"
    read = reading(made)
    assert values(read) == EXPECTED
    assert read.notes == (Note("uncoded_row", "Target 1", "C5", seen="1300 if cases are counted | see annex"),)


def test_a_column_of_their_own_is_told_once() -> None:
    made = book(FILLED)
    sheet = made["Target 1"]
    sheet.insert_cols(2)
    sheet["B2"] = "our column"
    for row in range(4, sheet.max_row + 1):
        sheet.cell(row, 2).value = f"checked {row}"
    made["Commitments"].cell(rows_with(made["Commitments"], "ALB-02")[0], 9).value = 7
    read = reading(made)
    assert values(read) == EXPECTED
    assert read.notes == (
        Note("foreign_column", "Target 1", "B4", seen="checked 4 | checked 5 | checked 6"),
        Note("foreign_column", "Commitments", f"I{rows_with(made['Commitments'], 'ALB-02')[0]}", seen="7"),
    )


def test_hidden_columns_of_ours_are_no_columns_of_theirs() -> None:
    made = book(FILLED)
    sheet = made["Target 1"]
    sheet["I1"], sheet["I4"] = "#asked", 1
    assert reading(made).notes == ()


def test_missing_columns_of_reasons_and_comments_of_commitments_are_told() -> None:
    made = book(FILLED)
    made["Commitments"].delete_cols(5, 2)
    read = reading(made)
    assert values(read) == EXPECTED
    assert read.notes == (
        Note("missing_column", "Commitments", seen="#reason"),
        Note("missing_column", "Commitments", seen="#comment"),
    )


# Formulas, errors, merged cells


def test_a_reason_or_comment_without_a_result_is_told() -> None:
    made = book(Filled({"victims": 1250, "hours": 48}, {"ALB-01": {"c_title": "Join ICSE"}}))
    sheet = made["Target 1"]
    sheet[at(made, "victims", "E")] = "=A1"
    sheet[at(made, "hours", "F")] = ArrayFormula(at(made, "hours", "F"), "=A1&A2")
    items = made["Commitments"]
    items.cell(rows_with(items, "ALB-01")[0], 6).value = "=A1"
    read = reading(made)
    assert [(note.note, note.cell, note.row, note.question, note.seen) for note in read.notes] == [
        ("formula_without_value", at(made, "victims", "E"), "", "victims", "="),
        ("formula_without_value", at(made, "hours", "F"), "", "hours", "="),
        ("formula_without_value", f"F{rows_with(items, 'ALB-01')[0]}", "ALB-01", None, "="),
    ]


def test_an_error_in_the_answer_cell_is_a_problem_and_in_the_comment_a_finding() -> None:
    made = book(Filled({"victims": ("#REF!", None, None), "remarks": "#NAME?", "hours": (48, None, "#VALUE!")}))
    for code, column in (("victims", "C"), ("remarks", "C"), ("hours", "F")):
        made["Target 1"][at(made, code, column)].data_type = "e"
    read = reading(made)
    by_code = answered(read)
    assert (by_code["", "victims"].value, by_code["", "victims"].problem) == (None, "error_value")
    assert (by_code["", "remarks"].value, by_code["", "remarks"].problem) == (None, "error_value")
    assert (by_code["", "hours"].value, by_code["", "hours"].comment) == ("48", None)
    assert read.notes == (
        Note("formula_without_value", "Target 1", at(made, "hours", "F"), question="hours", seen="#VALUE!"),
    )


def test_not_available_with_a_reason_beside_it_is_that_reason() -> None:
    made = book(Filled({"victims": ("#N/A", "Not yet", None), "hours": ("#REF!", "Not yet", None)}))
    read = answered(reading(made))
    assert (read["", "victims"].problem, read["", "victims"].missing_reason) == (None, "not_yet")
    assert (read["", "hours"].problem, read["", "hours"].missing_reason) == ("error_value", "not_yet")


def test_merged_cells_are_told_wherever_answers_stand() -> None:
    made = book(FILLED)
    made["Target 1"].merge_cells("B2:D2")
    made["Target 1"].merge_cells("C9:D9")
    made["Target 1"].merge_cells("F4:F5")
    items = made["Commitments"]
    row = rows_with(items, "ALB-01")[0]
    items.merge_cells(f"B{row}:C{row}")
    read = reading(made)
    found = [(note.sheet, note.cell, note.question, note.seen) for note in read.notes]
    remarks = rows_with(made["Target 1"], "obstacles")[0]
    assert remarks == 9
    assert found == [
        ("Target 1", "F4", "victims", "F4:F5"),
        ("Target 1", "F5", "hours", "F4:F5"),
        ("Target 1", "C9", "obstacles", "C9:D9"),
        ("Commitments", f"B{row}", "c_title", f"B{row}:C{row}"),
    ]
    assert {note.note for note in read.notes} == {"merged_cells"}


# What the file says of its cells


def question_sheet(cell: object, **said: object) -> Sheet:
    cells = {
        (0, 0): "#code",
        (0, 1): "#answer",
        (0, 2): "#reason",
        (0, 3): "#comment",
        (1, 0): "adopted_on",
        (1, 1): cell,
    }
    return Sheet("s", False, cells, **said)  # type: ignore[arg-type]


def test_days_of_a_workbook_that_counts_from_1904_are_the_right_days() -> None:
    for cell, from_1904 in ((41702.0, False), (40240.0, True), (dt.date(2014, 3, 4), True), ("2014-03-04", True)):
        read = read_workbook((question_sheet(cell, from_1904=from_1904),), FORM)
        assert answered(read)["", "adopted_on"].date == dt.date(2014, 3, 4)


def test_a_percentage_is_read_as_it_is_shown() -> None:
    cells = {(0, 0): "#code", (0, 1): "#answer", (0, 2): "#reason", (1, 0): "share", (1, 1): Percentage(0.125)}
    (answer,) = read_workbook((Sheet("s", False, cells),), FORM).answers
    assert (answer.raw, answer.value, answer.read_as) == ("12.5%", "12.5", "percent")


# Places


def test_every_question_that_the_workbook_has_room_for_has_its_place() -> None:
    made = book(FILLED)
    read = reading(made)
    outside = {question.code for question in FORM.in_repeat(None)}
    inside = {question.code for question in FORM.in_repeat("commitments")}
    assert set(read.places) == {("", code) for code in outside} | {
        (row, code) for row in ("ALB-01", "ALB-02") for code in inside
    }
    assert read.places["", "share"] == ("Target 1", at(made, "share", "C"))
    row = rows_with(made["Commitments"], "ALB-02")[0]
    assert read.places["ALB-02", "c_due"] == ("Commitments", f"D{row}")
    assert all(read.places[answer.row, answer.question] == (answer.sheet, answer.cell) for answer in read.answers)


def test_places_move_with_the_rows_and_columns() -> None:
    made = book(FILLED)
    sheet = made["Target 1"]
    sheet.title = "Renamed"
    sheet.insert_rows(1, 3)
    sheet.insert_cols(1)
    read = reading(made)
    assert read.places["", "share"] == ("Renamed", f"D{rows_with(sheet, 'share')[0]}")


def test_a_new_row_has_places_only_once_it_is_used() -> None:
    made = book(Filled(items={"NEW-2": {"c_status": "Limited"}, "NEW-3": {"#reason": "Not yet"}}))
    read = reading(made)
    assert {row for row, _ in read.places if row} == {"NEW-2"}
    assert len([code for row, code in read.places if row == "NEW-2"]) == 3


def test_the_place_of_a_row_that_stands_twice_is_the_one_that_is_filled() -> None:
    made = book(Filled({"hours": 48}))
    made["Target 1"].append(["share", "Label of share", 12])
    made["Target 1"].append(["hours", "Label of hours"])
    read = reading(made)
    assert read.places["", "share"] == ("Target 1", "C11")
    assert read.places["", "hours"] == ("Target 1", at(made, "hours", "C"))


def test_a_question_that_is_nowhere_has_no_place() -> None:
    made = book(FILLED)
    made["Target 1"].delete_rows(rows_with(made["Target 1"], "share")[0])
    del made["Commitments"]
    assert ("", "share") not in reading(made).places
    assert {row for row, _ in reading(made).places} == {""}


def test_without_a_column_for_answers_a_question_has_a_place_without_a_cell() -> None:
    made = book(FILLED)
    made["Target 1"]["C1"] = None
    read = reading(made)
    assert read.places["", "share"] == ("Target 1", "")
    assert Note("missing_column", "Target 1", seen=layout.ANSWER) in read.notes
