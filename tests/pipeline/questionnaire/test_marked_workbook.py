"""The workbook that goes back: the answers as stored, every finding at its cell, and nothing of it that comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from marked_forms import CHOICES, blank, finding, marked, marked_form, read_back, said, saved, stored_answer
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook
from questionnaire_forms import EN, ask, group, make_form, make_workbook
from workbook_sheets import answer, answer_cell, calculated, is_valid, markers, opened, row_of

from pipeline.questionnaire import formats as look
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.marks import SYMBOLS
from pipeline.report.scale import contrast
from pipeline.translations import load_catalogue

ROOT = Path(__file__).parents[3]


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


# ---- the list of corrections


def listed(book: Workbook, title: str = "Corrections") -> list[list[object]]:
    """The rows of the list, below its headings."""
    rows = [[cell.value for cell in row] for row in book[title].iter_rows()]
    heading = next(number for number, row in enumerate(rows) if row[-1] in ("Reference", "Référence"))
    return rows[heading + 1 :]


def test_the_list_has_every_finding_with_the_gravest_first(form: Form) -> None:
    book = opened(marked(form, read_back(saved(replied(form)), form), FINDINGS))
    assert book.sheetnames[:2] == ["Corrections", "Instructions"]
    assert book.active == book["Corrections"]
    rows = listed(book)
    assert [row[-1] for row in rows] == [f"[{number:010}]" for number in (7, 1, 8, 6, 5, 2, 4, 3)]
    assert [str(row[0])[0] for row in rows] == list("✖✖✖✖▲▲??")
    sheet, at, column = answer_cell(book, "count")
    where = f"{sheet.title}!{sheet.cell(at, column).coordinate}"
    read, message = "“about twelve”", "We cannot read “about twelve”."
    assert rows[1] == ["✖ To correct", "new", "count: Question count", None, where, read, message, "[0000000001]"]
    assert [rows[0][2], rows[0][5], rows[5][1], rows[5][3]] == ["Part evidence", None, "still open", "BIH-01"]


def test_every_line_links_to_the_cell_that_is_marked(form: Form) -> None:
    book = opened(marked(form, read_back(saved(replied(form)), form), FINDINGS))
    linked = {
        str(row[-1].value): row[4].hyperlink.location
        for row in book["Corrections"].iter_rows()
        if row[4].hyperlink is not None
    }
    assert len(linked) == len(FINDINGS)
    for one in FINDINGS:
        if one.question:
            sheet, at, column = answer_cell(book, one.question, one.row)
            place = sheet.cell(at, column)
            assert linked[f"[{one.finding}]"] == f"'{sheet.title}'!{place.coordinate}"
            assert place.fill.fgColor.rgb != answer_fill(book), "it is marked by its colour"
            assert place.protection.locked is False
    item = book["Part commitments"]
    assert linked["[0000000005]"] == f"'Part commitments'!A{row_of(item, 'BIH-02')}"
    assert linked["[0000000007]"] == "'Part evidence'!A2"


def answer_fill(book: Workbook) -> str:
    """The colour of answers that are not marked."""
    sheet, row, column = answer_cell(book, "day")
    return str(sheet.cell(row, column).fill.fgColor.rgb)


def test_the_list_says_for_which_file_it_is_in_the_words_of_the_member(form: Form) -> None:
    catalogue = load_catalogue(ROOT / "report_templates" / "translations", "fr")
    content = marked(form, [], FINDINGS, "fr", catalogue=catalogue, file="réponse.xlsx", received="2 juin 2014")
    sheet = opened(content)["Corrections"]
    said_above = [str(row[0].value) for row in sheet.iter_rows(max_row=6)]
    assert "Votre fichier réponse.xlsx, reçu le 2 juin 2014." in said_above
    assert "Veuillez nous envoyer vos corrections au plus tard le 1 July 2014." in said_above
    assert listed(opened(content))[0][0] == "✖ À corriger"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.print_title_rows is not None) == (True, True)
    assert sheet.freeze_panes is not None
    assert sheet.auto_filter.ref is not None
    assert sheet.protection.autoFilter is False, "which is how Excel says that filters may be used"


def test_links_reach_sheets_whose_names_have_apostrophes(tmp_path: Path) -> None:
    small = make_form(tmp_path, group("one", ask("text", "q"), **{EN: "L'aide d'urgence & more"}))
    book = opened(marked(small, [], [finding(1, "q")]))
    [link] = [cell.hyperlink.location for row in book["Corrections"].iter_rows() for cell in row if cell.hyperlink]
    assert link == "'L''aide d''urgence & more'!C5"
    assert book["L'aide d'urgence & more"]["A5"].value == "q"


# ---- what comes back


def test_the_list_is_no_part_of_the_questionnaire_wherever_it_stands(form: Form) -> None:
    stored = read_back(saved(replied(form)), form)
    book = opened(marked(form, stored, FINDINGS))
    book["Corrections"].title = "Ma liste"
    book.move_sheet("Ma liste", 3)
    book.copy_worksheet(book["Ma liste"])
    again = read_back(saved(book), form)
    assert (said(again), again.notes) == (said(stored), ())


def test_what_a_member_writes_at_a_mark_is_heard(form: Form) -> None:
    stored = read_back(saved(replied(form)), form)
    book = opened(marked(form, stored, FINDINGS))
    sheet, row, column = answer_cell(book, "count")
    sheet.cell(row, column).comment = Comment("It is twelve", "Ana")
    remark = sheet.cell(row + 1, 2)
    remark.value = f"{remark.value} We do not agree.\nNor here."
    commitments, at, place = answer_cell(book, "c_value", "BIH-01")
    commitments.cell(at + 1, place).value = "All is well"
    again = read_back(saved(book), form)
    assert said(again)["", "count"][-1] == "Ana: It is twelve"
    assert [(note.note, note.seen) for note in again.notes] == [
        ("uncoded_row", "We do not agree.\nNor here."),
        ("uncoded_row", "All is well"),
    ]


def test_a_commitment_of_which_nothing_came_stands_as_in_a_blank_workbook(form: Form) -> None:
    again = read_back(marked(form, [], [finding(1, "c_status", "BIH-02", seen="")]), form)
    assert {place: answer[0] for place, answer in said(again).items()} == {
        ("BIH-01", "c_title"): "Old",
        ("BIH-02", "c_title"): "Second",
    }


def test_what_no_cell_can_say_is_left_to_the_remark(form: Form) -> None:
    """Two answers of a row that stood twice would come back as one answer that nobody gave."""
    book = blank(form)
    sheet, row, column = answer_cell(book, "words")
    for number, words in enumerate(("one", "another")):
        for copied in range(1, column + 1):
            sheet.cell(row + 20 * number, copied).value = sheet.cell(row, copied).value
        sheet.cell(row + 20 * number, column).value = words
    stored = read_back(saved(book), form)
    assert said(stored)["", "words"][3] == "conflicting_rows"
    assert ("", "words") not in said(read_back(marked(form, stored, [finding(1, "words")]), form))


def test_a_formula_without_a_result_is_one_again_and_no_other(form: Form) -> None:
    book = blank(form)
    answer_cell(book, "count")
    sheet, row, column = answer_cell(book, "count")
    sheet.cell(row, column).value = "=A1*'[1]Other'!A2"
    stored = read_back(saved(book), form)
    assert said(stored)["", "count"][3] == "formula_without_value"
    content = marked(form, stored)
    assert said(read_back(content, form)) == said(stored)
    returned = opened(content)
    sheet, row, column = answer_cell(returned, "count")
    assert sheet.cell(row, column).value == '=""'


def test_what_was_said_on_the_web_about_one_question_of_a_row_stays_with_it(form: Form) -> None:
    """A web form asks for a reason and a comment per question, where a workbook has columns for the row alone."""
    rows = [
        stored_answer("c_title", "BIH-01", raw="Old", value="Old"),
        stored_answer("c_status", "BIH-01", missing_reason="not_yet", comment="In autumn\n=so"),
        stored_answer("c_value", "BIH-01", missing_reason="confidential"),
        stored_answer("c_due", "BIH-02", missing_reason="not_available"),
        stored_answer("c_title", "BIH-02", raw="Second", value="Second", comment="As agreed"),
    ]
    again = read_back(marked(form, rows, [finding(1, "c_status", "BIH-01")]), form)
    assert again.notes == ()
    assert {place: (answer[0], *answer[3:]) for place, answer in said(again).items()} == {
        ("BIH-01", "c_title"): ("Old", None, None, None),
        ("BIH-01", "c_status"): (None, None, "not_yet", "In autumn\n=so"),
        ("BIH-01", "c_value"): (None, None, "confidential", None),
        ("BIH-02", "c_due"): (None, None, "not_available", None),
        ("BIH-02", "c_title"): ("Second", None, None, "As agreed"),
    }


def test_there_is_room_for_more_than_the_rows_that_were_used(form: Form) -> None:
    book = blank(form)
    for number in range(1, 16):
        answer(book, "e_title", f"Number {number}", f"NEW-{number}")
    returned = opened(marked(form, read_back(saved(book), form)))
    keys = [str(cell.value) for cell in returned["Part evidence"]["A"] if str(cell.value).startswith("NEW-")]
    assert keys == [f"NEW-{number}" for number in range(1, 21)]


# ---- what is counted and calculated


def test_the_first_sheet_counts_what_stands_in_the_workbook(form: Form) -> None:
    content = marked(form, read_back(saved(replied(form)), form), FINDINGS)
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("Instructions").to_python()
    # By hand. One: ten questions, the last of which is not asked, since no number was given; eight are answered.
    # Commitments: the row of NEW-3 counts, and c_why is not asked in any of the three rows.
    assert {str(row[0]): row[1:5] for row in rows if str(row[0]).startswith(("Part ", "All "))} == {
        "Part one": [9, 8, 1, 0],
        "Part commitments": [12, 5, 3, 4],
        "Part evidence": [3, 2, 0, 1],
        "All parts": [24, 15, 4, 5],
    }  # fmt: skip


@pytest.mark.slow
def test_what_formulas_show_before_they_are_calculated_is_what_they_give(
    tmp_path: Path, tool: Callable[[str], str]
) -> None:
    conditions = {
        "is_alba": "${one} = 'a'",
        "is_blank": "${one} = ''",
        "more": "${count} > 2",
        "differs": "${count} != 5",
        "has_alba": "selected(${many}, 'a')",
        "has_borea": "selected(${many}, 'b')",
        "several": "count-selected(${many}) > 1",
        "after": "${more} != ''",
        "said": "${words} = 'so'",
    }
    asked = [ask("select_one countries", "one"), ask("integer", "count"), ask("select_multiple countries", "many")]
    asked += [ask("text", "words"), ask("select_one regions", "region", choice_filter="of = ${one}")]
    asked += [ask("text", code, relevant=condition) for code, condition in conditions.items()]
    small = make_form(tmp_path, group("all", *asked), choices=CHOICES)
    given: list[dict[str, object]] = [
        {},
        {"one": "alba", "count": 5, "many": "Alba; Borea", "words": "so", "region": "North", "more": "x"},
        {"one": "Borea", "count": "6 or so", "many": "Alba; nowhere", "words": "So", "more": "x"},
        {"one": "nowhere", "count": 2.5, "many": "nowhere ;", "region": "South"},
        {"one": "a", "count": "3", "many": " ;Borea;", "words": "=so"},
    ]
    contents: dict[str, bytes] = {}
    for number, answers in enumerate(given):
        book = opened(make_workbook(small))
        for code, typed in answers.items():
            answer(book, code, typed)
        contents[str(number)] = marked(small, read_back(saved(book), small), [finding(1, "count"), finding(2, "more")])
    found = calculated(tool("soffice"), tmp_path, {name: opened(content) for name, content in contents.items()})
    for name, content in contents.items():
        stored = openpyxl.load_workbook(BytesIO(content), data_only=True)
        cells = [c for sheet in opened(content) for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        assert len(cells) > 10
        for cell in cells:
            place = cell.parent.title, cell.coordinate
            assert stored[place[0]][place[1]].value == found[name][place[0]][place[1]].value, (given[int(name)], place)


# ---- how it looks, and what it must not say


def test_marks_can_be_read_on_their_colours_and_told_apart_without_them() -> None:
    for severity, fill in look.MARK_FILLS.items():
        for ink in (look.MARK_INKS[severity], look.INK):
            assert contrast(fill.removeprefix("#"), ink.removeprefix("#")) >= 4.5, (severity, ink)
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)


def test_nothing_that_was_read_becomes_a_formula_a_link_or_markup(form: Form) -> None:
    hostile = ("=1+1", "<r><t>x</t></r>", "https://x.example", "@SUM(A1)")
    findings = [
        finding(number, "words", seen=text, message=f"{text} is wrong", sheet=text, cell=text)
        for number, text in enumerate(hostile)
    ]
    book = opened(marked(form, [], findings, file="=cmd|x!A1", received="@now", due="+1"))
    sheet = book["Corrections"]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert {row[6] for row in listed(book)} == {f"{text} is wrong" for text in hostile}
    assert not [row for row in sheet.iter_rows() for cell in row if cell.hyperlink and cell.hyperlink.target]


def test_the_properties_name_the_alliance_and_nobody_else(form: Form) -> None:
    properties = opened(marked(form, read_back(saved(replied(form)), form), FINDINGS)).properties
    assert (properties.creator, properties.title) == ("Test & Alliance", "Small form")
    assert (properties.lastModifiedBy, properties.description, properties.subject) == ("Test & Alliance", None, None)
