"""What was said in earlier cycles, beside the questions of the new one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from questionnaire_forms import EN, KEY, Row, ask, group, make_commitments, make_cycle, make_form, make_member
from workbook_sheets import markers, opened, row_of

from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance
from pipeline.frames import frame
from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.workbook import write_workbook
from pipeline.questionnaire.workbooks import write_workbooks
from pipeline.translations import Catalogue

ROOT = Path(__file__).parents[3]
STATUSES: list[Row] = [{"list_name": "statuses", "name": "limited", EN: "Limited"}]


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    asked = [
        ask("text", "words"),
        ask("integer", "count"),
        ask("decimal", "share"),
        ask("date", "day"),
        ask("select_one yes_no", "one"),
        ask("range", "mark", parameters="start=0 end=10 step=1"),
        ask("file", "paper"),
    ]
    items = [
        ask("text", "c_title", role="title"),
        ask("integer", "c_value"),
        ask("select_one statuses", "c_status", role="status"),
    ]
    survey = [
        *group("pt1", *asked),
        *group("list", *group("items", *items, kind="repeat")),
        *group("proof", *group("evidence", ask("text", "e_title"), ask("date", "e_date"), kind="repeat")),
    ]
    return make_form(tmp_path_factory.mktemp("form"), survey, choices=STATUSES)


def made(form: Form, previous: dict[tuple[str, str], str], older: dict[tuple[str, str], str], **other: str) -> Workbook:
    commitments = make_commitments({"commitment": "BIH-01", "title": "T"}, {"commitment": "BIH-02", "title": "U"})
    content = write_workbook(
        form, make_member(), make_cycle(), "TEST", {"en": "Test"}, commitments, previous, Catalogue("en"), KEY,
        older=older, last_cycle=other.get("last_cycle", "2013"), contact="office@test.example", office={"en": "The office"},
    )  # fmt: skip
    return opened(content)


def displayed(sheet: Worksheet, row: int, column: int) -> tuple[object, str]:
    cell = sheet.cell(row, column)
    return cell.value, cell.number_format


SAID = {"words": "=1+1", "count": "-1200", "share": "12.5", "day": "2011-09-30", "one": "yes", "mark": "7"}


def test_an_answer_of_another_cycle_than_the_last_has_the_name_of_its_cycle_before_it(form: Form):
    previous = {("", code): value for code, value in SAID.items()}
    sheet = made(form, previous, dict.fromkeys(previous, "2012"))["Part pt1"]
    column = markers(sheet)[layout.PREVIOUS]
    shown = {code: displayed(sheet, row_of(sheet, code), column) for code in SAID}
    assert shown["words"] == ("2012: =1+1", "@")
    assert sheet.cell(row_of(sheet, "words"), column).data_type == "s"
    # Who copies one of these copies the value, for the cycle is part of the format.
    assert shown["count"] == (-1200, '"2012: "#,##0;"2012: "-#,##0')
    assert shown["share"] == (12.5, '"2012: "General;"2012: "-General')
    assert str(shown["day"][0])[:10] == "2011-09-30"
    assert shown["day"][1] == '"2012: "yyyy-mm-dd'
    assert shown["one"] == ("Yes", '"2012: "@')
    assert shown["mark"] == (7, '"2012: "#,##0;"2012: "-#,##0')


def test_an_answer_of_the_last_cycle_stands_as_it_is_and_the_heading_names_the_cycle(form: Form):
    previous = {("", code): value for code, value in SAID.items()}
    sheet = made(form, previous, {})["Part pt1"]
    column = markers(sheet)[layout.PREVIOUS]
    assert displayed(sheet, row_of(sheet, "count"), column) == (-1200, "#,##0")
    assert displayed(sheet, row_of(sheet, "words"), column)[0] == "=1+1"
    headings = [cell.value for cell in sheet[row_of(sheet, "words") - 1]]
    assert headings[column - 1] == "Your last answer (2013)"


def test_a_quotation_mark_in_the_name_of_a_cycle_does_not_break_the_format(form: Form):
    sheet = made(form, {("", "count"): "5"}, {("", "count"): 'the "first" \\ cycle;@'})["Part pt1"]
    shown = displayed(sheet, row_of(sheet, "count"), markers(sheet)[layout.PREVIOUS])
    before = "\"the 'first' \\ cycle,@: \""
    assert shown == (5, f"{before}#,##0;{before}-#,##0")


@pytest.mark.parametrize("value", ["nan", "inf", "1_000", "1e400", "٣", "", "-"])
def test_a_value_that_is_no_plain_number_is_shown_as_text(form: Form, value: str):
    sheet = made(form, {("", "count"): value}, {})["Part pt1"]
    shown = sheet.cell(row_of(sheet, "count"), markers(sheet)[layout.PREVIOUS]).value
    assert shown == (value or None)


def keys_and_formats(sheet: Worksheet) -> list[tuple[str, str]]:
    return [
        (str(cell.value), cell.number_format) for cell in sheet["A"] if cell.value and cell.row > layout.MARKER_ROW + 1
    ]


def test_the_row_below_a_commitment_says_from_which_cycle_it_is(form: Form):
    previous = {
        ("BIH-01", "c_value"): "3", ("BIH-01", "c_status"): "limited", ("BIH-02", "c_value"): "4",
    }  # fmt: skip
    older = {("BIH-01", "c_value"): "2012", ("BIH-02", "c_value"): "2011"}
    sheet = made(form, previous, older)["Part list"]
    keys = keys_and_formats(sheet)
    start = [key for key, _ in keys].index("BIH-01")
    assert keys[start + 1] == (layout.PREVIOUS_ROW, ';;;"last time (2013)"')
    assert keys[start + 3] == (layout.PREVIOUS_ROW, ';;;"earlier"')
    columns, first, second = markers(sheet), row_of(sheet, "BIH-01") + 1, row_of(sheet, "BIH-02") + 1
    assert displayed(sheet, first, columns["c_value"]) == (3, '"2012: "#,##0;"2012: "-#,##0')
    assert displayed(sheet, first, columns["c_status"]) == ("Limited", "@")
    assert displayed(sheet, second, columns["c_value"]) == (4, '"2011: "#,##0;"2011: "-#,##0')


def test_what_was_listed_in_a_repeat_without_register_stands_locked_above_its_empty_rows(form: Form):
    previous = {("NEW-1", "e_title"): "A law", ("NEW-1", "e_date"): "2013-05-01", ("NEW-4", "e_title"): "A page"}
    previous |= {("NEW-1", "c_title"): "Proposed last time"}
    book = made(form, previous, {})
    sheet = book["Part proof"]
    keys = [key for key, _ in keys_and_formats(sheet)]
    assert keys[-17:] == [layout.PREVIOUS_ROW] * 2 + [f"NEW-{number}" for number in range(1, 16)]
    first = row_of(sheet, "NEW-1") - 2
    assert [sheet.cell(row, 2).value for row in (first, first + 1, first + 2)] == ["A law", "A page", None]
    assert sheet.cell(first, 2).protection.locked
    assert not sheet.cell(first + 2, 2).protection.locked
    # A commitment that was proposed last time is in the register under its own number, or is not.
    assert "Proposed last time" not in [cell.value for row in book["Part list"].iter_rows() for cell in row]


# ---- which answers are shown


@pytest.fixture(scope="module")
def alliance() -> Alliance:
    return load_alliance(ROOT / "alliance")


def given(cycle: str, member: str, question: str, value: str | None, row: str = "") -> dict[str, object]:
    other = {"submission": "x", "read_as": "text", "raw": value, "sheet": "s", "cell": "A1"}
    return {"cycle": cycle, "member": member, "row": row, "question": question, "value": value, **other}


def previous_column(content: bytes, *questions: str) -> list[tuple[object, str]]:
    book = opened(content)
    found: list[tuple[object, str]] = []
    for code in questions:
        [sheet] = [s for s in book.worksheets if code in [cell.value for cell in s["A"]]]
        found.append(displayed(sheet, row_of(sheet, code), markers(sheet)[layout.PREVIOUS]))
    return found


@pytest.mark.slow
def test_a_member_that_missed_the_last_cycle_sees_what_it_said_before(alliance: Alliance):
    last = alliance.cycle("2014")
    later = timedelta(days=366)
    days = ("period_start", "period_end", "opens", "reminder", "deadline", "cut_off", "report_date")
    following = replace(last, name="2015", **{day: getattr(last, day) + later for day in days})
    extended = replace(alliance, cycles={**alliance.cycles, "2015": following})
    rows = [
        given("2013", "ALB", "icse_new", "12"),
        given("2013", "ALB", "authority", "Ministry"),
        given("2014", "ALB", "icse_new", None),
        given("2013", "FRA", "icse_new", "13"),
        given("2014", "FRA", "icse_new", "14"),
        given("2012", "FRA", "icse_total", "1"),
    ]
    none = alliance.register.iloc[:0]
    files = write_workbooks(extended, following, none, frame("earlier_answers", rows), ROOT / "report_templates", KEY)
    assert previous_column(files["ALB-2015-en.xlsx"], "icse_new", "authority") == [
        (12, '"2013: "#,##0;"2013: "-#,##0'),
        ("2013: Ministry", "@"),
    ]
    # The year 2012 is no cycle of the alliance.
    assert previous_column(files["FRA-2015-fr.xlsx"], "icse_new", "icse_total") == [(14, "#,##0"), (None, "#,##0")]
    heading = [
        cell.value for row in opened(files["FRA-2015-fr.xlsx"]).worksheets[2].iter_rows(max_row=6) for cell in row
    ]
    assert "Votre dernière réponse (2014)" in heading


def test_new_rows_are_shown_of_the_latest_cycle_that_has_any_for_a_key_means_another_thing_in_each(
    alliance: Alliance, form: Form
):
    last = alliance.cycle("2014")
    following = replace(last, name="2015", report_date=last.report_date + timedelta(days=366))
    small = replace(alliance, form=form, cycles={**alliance.cycles, "2015": following})
    rows = [
        given("2013", "ALB", "e_title", "Oldest", "NEW-3"),
        given("2013", "ALB", "words", "Said once"),
        given("2014", "ALB", "e_title", "Newest", "NEW-1"),
        given("2013", "FRA", "e_title", "Only", "NEW-2"),
    ]
    none = alliance.register.iloc[:0]
    files = write_workbooks(small, following, none, frame("earlier_answers", rows), ROOT / "report_templates", KEY)
    titles = {
        member: [
            str(cell.value)
            for row in opened(files[f"{member}-2015-{language}.xlsx"]).worksheets[3].iter_rows(min_row=7, max_col=2)
            for cell in row[1:]
            if cell.value
        ]
        for member, language in (("ALB", "en"), ("FRA", "fr"))
    }
    assert titles == {"ALB": ["Newest"], "FRA": ["2013: Only"]}
