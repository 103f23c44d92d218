from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook
from questionnaire_forms import EN, FR, KEY, Row, ask, group, make_commitments, make_form, make_workbook

from pipeline.questionnaire import layout
from pipeline.questionnaire.book import cut, sheet_name
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.identity import Token, is_genuine, read_token

STATUSES: list[Row] = [
    {"list_name": "statuses", "name": "limited", EN: "Limited", FR: "Limité"},
    {"list_name": "statuses", "name": "complete", EN: "Complete", FR: "Achevé"},
]
HOSTILE = [
    "=1+1", "+1", "-1", "@x", "=HYPERLINK(\"http://x\")", "http://example.org", "mailto:a@b.c", "<r>x</r>",
    "<r><t>bold</t></r>", "_x0041_", "a\x0bb", "مرحبا بكم", "日本語", "😀👩‍👩‍👧", "{{ 7*7 }}", "'quoted", " blanks ",
    "line\nbreak", "&amp; <b>", "x" * 32_000,
]  # fmt: skip


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    questions = [
        ask("note", "remark"),
        ask("text", "words", required="yes", **{"hint::English (en)": "In a few words"}),
        ask("integer", "count", unit="victims", role="value"),
        ask("integer", "when", unit="year", role="year"),
        ask("decimal", "share", unit="percent"),
        ask("date", "day"),
        ask("select_one yes_no", "one"),
        ask("select_multiple yes_no", "many"),
        {"type": "calculate", "name": "hidden", "calculation": "1"},
    ]
    items = [
        ask("text", "c_title", role="title", required="yes"),
        ask("date", "c_due", role="due"),
        ask("select_one statuses", "c_status", role="status", required="yes"),
        ask("select_multiple yes_no", "c_many"),
    ]
    survey = [
        *group("pt1", *questions),
        *group("list", *group("items", *items, kind="repeat")),
        *group("end", ask("text", "z")),
    ]
    return make_form(tmp_path_factory.mktemp("form"), survey, choices=STATUSES)


def midnight(year: int, month: int, day: int) -> datetime:
    """A day as cells hold it."""
    return datetime.combine(date(year, month, day), time())


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def markers(sheet: Worksheet) -> dict[str, int]:
    """Column (from 1) per marker."""
    return {str(cell.value): cell.column for cell in sheet[layout.MARKER_ROW + 1] if cell.value}


def row_of(sheet: Worksheet, anchor: str) -> int:
    [row] = [cell.row for cell in sheet["A"] if cell.value == anchor]
    return row


def test_every_question_has_its_code_in_the_locked_first_column(form: Form):
    sheet = opened(make_workbook(form))["Part pt1"]
    assert [cell.value for cell in sheet["A"]][-7:] == ["words", "count", "when", "share", "day", "one", "many"]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    columns = markers(sheet)
    assert tuple(columns) == (*layout.QUESTION_COLUMNS, layout.ASKED)
    assert sheet.column_dimensions["H"].hidden
    row = row_of(sheet, "words")
    unlocked = {name for name, column in columns.items() if not sheet.cell(row, column).protection.locked}
    assert unlocked == {layout.ANSWER, layout.REASON, layout.COMMENT}


def test_the_row_of_markers_is_hidden(form: Form):
    workbook = opened(make_workbook(form))
    for name in ("Part pt1", "Part list"):
        assert workbook[name].row_dimensions[layout.MARKER_ROW + 1].hidden


def test_wording_hint_unit_and_note_stand_where_they_belong(form: Form):
    sheet = opened(make_workbook(form))["Part pt1"]
    columns = markers(sheet)
    assert sheet.cell(row_of(sheet, "words"), columns[layout.QUESTION]).value == "Question words *\nIn a few words"
    assert sheet.cell(row_of(sheet, "count"), columns[layout.UNIT]).value == "victims"
    assert sheet.cell(row_of(sheet, "share"), columns[layout.UNIT]).value == "%"
    assert sheet.cell(row_of(sheet, "when"), columns[layout.UNIT]).value is None
    assert sheet.cell(row_of(sheet, "words") - 1, 2).value == "Question remark"
    assert "hidden" not in [cell.value for cell in sheet["A"]]


def test_a_unit_is_shown_in_the_workbooks_language_where_the_form_has_it(tmp_path: Path):
    question = ask("integer", "count", unit="victims", **{"unit::Français (fr)": "victimes"})
    small = make_form(tmp_path, group("pt1", question))
    shown = {}
    for language in ("en", "fr"):
        sheet = opened(make_workbook(small, language=language)).worksheets[1]
        shown[language] = sheet.cell(row_of(sheet, "count"), markers(sheet)[layout.UNIT]).value
    assert shown == {"en": "victims", "fr": "victimes"}
    assert small.by_code["count"].unit == "victims"


def test_number_formats_fit_the_type(form: Form):
    sheet = opened(make_workbook(form))["Part pt1"]
    column = markers(sheet)[layout.ANSWER]
    formats = {
        code: sheet.cell(row_of(sheet, code), column).number_format for code in ("words", "count", "when", "day")
    }
    assert formats == {"words": "@", "count": "#,##0", "when": "0", "day": "yyyy-mm-dd"}


def drop_down(workbook: Workbook, sheet: Worksheet, cell: str) -> list[object]:
    """The labels that a cell's drop-down offers."""
    [validation] = [v for v in sheet.data_validations.dataValidation if v.type == "list" and cell in v.sqref]
    name, _, cells = str(validation.formula1).lstrip("=").partition("!")
    return [row[0].value for row in workbook[name][cells]]


@pytest.mark.parametrize(
    ("language", "labels", "reasons"),
    [
        ("en", ["Yes", "No"], ["Not available", "Not applicable", "Not yet", "Confidential"]),
        ("fr", ["Oui", "Non"], ["Non disponible", "Sans objet", "Pas encore", "Confidentiel"]),
        ("es", ["Yes", "No"], ["Not available", "Not applicable", "Not yet", "Confidential"]),
    ],
)
def test_drop_downs_offer_the_labels_of_the_workbooks_language(
    form: Form, language: str, labels: list[str], reasons: list[str]
):
    workbook = opened(make_workbook(form, language=language))
    sheet = workbook.worksheets[1]
    columns, row = markers(sheet), row_of(sheet, "one")
    assert drop_down(workbook, sheet, sheet.cell(row, columns[layout.ANSWER]).coordinate) == labels
    assert drop_down(workbook, sheet, sheet.cell(row, columns[layout.REASON]).coordinate) == reasons
    assert workbook[layout.LIST_SHEET].sheet_state == "hidden"


def test_the_token_is_very_hidden_and_genuine(form: Form):
    workbook = opened(make_workbook(form, language="fr"))
    sheet = workbook[layout.TOKEN_SHEET]
    assert sheet.sheet_state == "veryHidden"
    token_cell, signature_cell = ((row + 1, column + 1) for row, column in (layout.TOKEN_CELL, layout.SIGNATURE_CELL))
    token = read_token(str(sheet.cell(*token_cell).value))
    assert token == Token("TEST", "2014", "BIH", "1", "fr")
    assert is_genuine(token, str(sheet.cell(*signature_cell).value), KEY)
    assert sheet.cell(1, 1).value == layout.TOKEN_MARKER
    assert sheet.cell(2, 1).value == layout.SIGNATURE_MARKER


def test_the_last_answer_stands_beside_the_question_in_the_readers_words(form: Form):
    said = {"words": "=1+1", "count": "1200", "share": "12.5", "day": "2013-09-30", "one": "yes", "many": "yes no"}
    sheet = opened(make_workbook(form, language="fr", previous={("", code): v for code, v in said.items()})).worksheets[
        1
    ]
    column = markers(sheet)[layout.PREVIOUS]
    shown = {code: sheet.cell(row_of(sheet, code), column).value for code in said}
    assert shown == {
        "words": "=1+1", "count": 1200, "share": 12.5, "day": midnight(2013, 9, 30), "one": "Oui", "many": "Oui; Non",
    }  # fmt: skip
    assert sheet.cell(row_of(sheet, "words"), column).data_type == "s"


@pytest.mark.parametrize("value", ["not a number", "123456789012345678901", "1850-01-01", "2014-02-30"])
def test_a_last_answer_that_excel_cannot_hold_as_it_is_stays_text(form: Form, value: str):
    code = "count" if "-" not in value else "day"
    sheet = opened(make_workbook(form, previous={("", code): value})).worksheets[1]
    assert sheet.cell(row_of(sheet, code), markers(sheet)[layout.PREVIOUS]).value == value


def test_commitments_are_filled_in_and_empty_rows_follow(form: Form):
    rows = [
        {"commitment": "BIH-02", "title": "=Second", "due_date": date(2015, 6, 30)},
        {"commitment": "BIH-01", "title": "First", "due_date": None},
    ]
    sheet = opened(make_workbook(form, commitments=make_commitments(*rows)))["Part list"]
    assert [str(cell.value) for cell in sheet[layout.MARKER_ROW + 1]] == [
        "#row", "c_title", "c_due", "c_status", "c_many", "#reason", "#comment", "#asked",
    ]  # fmt: skip
    keys = [cell.value for cell in sheet["A"] if cell.value and layout.is_item_key(str(cell.value))]
    assert keys[-17:] == ["BIH-02", "BIH-01", *(f"NEW-{number}" for number in range(1, 16))]
    row = row_of(sheet, "BIH-02")
    assert [sheet.cell(row, column).value for column in (2, 3, 4)] == ["=Second", midnight(2015, 6, 30), None]
    assert sheet.cell(row, 2).data_type == "s"
    assert [sheet.cell(row, column).protection.locked for column in range(1, 8)] == [True] + [False] * 6
    assert sheet.cell(row_of(sheet, "BIH-01"), 3).value is None


def test_what_was_said_of_a_commitment_stands_locked_below_it(form: Form):
    commitments = make_commitments({"commitment": "BIH-01", "title": "T"}, {"commitment": "BIH-02", "title": "U"})
    workbook = opened(make_workbook(form, commitments=commitments, previous={("BIH-01", "c_status"): "limited"}))
    sheet = workbook["Part list"]
    row = row_of(sheet, layout.PREVIOUS_ROW)
    assert row == row_of(sheet, "BIH-01") + 1
    assert sheet.cell(row, 4).value == "Limited"
    assert sheet.cell(row, 4).protection.locked
    assert not layout.is_item_key(str(sheet.cell(row, 1).value))


def all_formulas(content: bytes) -> dict[str, list[str]]:
    return {
        sheet.title: [str(c.value) for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        for sheet in opened(content).worksheets
    }


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12].encode("unicode_escape").decode())
def test_any_text_comes_back_unchanged_and_never_as_a_formula_or_link(form: Form, text: str):
    commitments = make_commitments({"commitment": "BIH-01", "title": text})
    content = make_workbook(form, commitments=commitments, previous={("", "words"): text}, names={"en": text})
    formulas = {name: set(found) for name, found in all_formulas(content).items() if found}
    assert set(formulas) == {"Instructions", "Part list"}
    assert all(formula.startswith("=IF(COUNTA(") for formula in formulas["Part list"])
    assert all(formula.startswith(("=SUM(", "=SUMPRODUCT(", "=MAX(")) for formula in formulas["Instructions"])
    sheets = CalamineWorkbook.from_filelike(BytesIO(content))
    wanted = text.replace("\x0b", "\ufffd")
    for name in ("Part pt1", "Part list"):
        cells = [cell for row in sheets.get_sheet_by_name(name).to_python() for cell in row]
        assert wanted in cells
    with zipfile.ZipFile(BytesIO(content)) as archive:
        links = [name for name in archive.namelist() if name.endswith(".rels")]
        assert not any(b'TargetMode="External"' in archive.read(name) for name in links)


def test_a_text_that_is_longer_than_a_cell_is_cut_with_an_ellipsis(form: Form):
    content = make_workbook(form, previous={("", "words"): "😀" * 20_000})
    sheet = opened(content).worksheets[1]
    shown = str(sheet.cell(row_of(sheet, "words"), markers(sheet)[layout.PREVIOUS]).value)
    assert shown == "😀" * 16_383 + "…"


def test_a_demonstration_says_so_on_every_sheet_and_page(form: Form):
    mark = "Demonstration: all answers are made up."
    workbook = opened(make_workbook(form, demonstration=True))
    shown = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    assert len(shown) == 4
    for sheet in shown:
        assert mark in [cell.value for row in sheet.iter_rows(max_row=6) for cell in row]
        assert mark in str(sheet.oddFooter.left.text)
    plain = opened(make_workbook(form))
    texts = [cell.value for sheet in plain.worksheets for row in sheet.iter_rows() for cell in row]
    assert not any("Demonstration" in str(text) for text in texts)


def test_an_ampersand_in_a_name_does_not_become_a_command_of_the_page_header(form: Form):
    with zipfile.ZipFile(BytesIO(make_workbook(form))) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert (
        "<oddHeader>&amp;L&amp;8 Test &amp;&amp; Alliance&amp;R&amp;8 Bosnia &amp;&amp; Herzegovina · 2014</oddHeader>"
        in xml
    )


def test_the_same_arguments_give_the_same_bytes(form: Form):
    assert make_workbook(form, demonstration=True) == make_workbook(form, demonstration=True)


def test_the_file_says_that_it_was_made_on_the_day_the_cycle_opens(form: Form):
    assert opened(make_workbook(form)).properties.created == midnight(2014, 6, 2)


def test_completeness_starts_with_what_is_filled_in(form: Form):
    commitments = make_commitments({"commitment": "BIH-01", "title": "T"}, {"commitment": "BIH-02", "title": "U"})
    content = make_workbook(form, commitments=commitments)
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("Instructions").to_python()
    parts = {row[0]: row[1:5] for row in rows if row[0] in ("Part pt1", "Part list", "Part end", "All parts")}
    # In the list, four questions are asked of each of two commitments, of which the titles are known.
    assert parts == {
        "Part pt1": [7, 0, 0, 7],
        "Part list": [8, 2, 0, 6],
        "Part end": [1, 0, 0, 1],
        "All parts": [16, 2, 0, 14],
    }


@pytest.mark.slow
def test_completeness_follows_the_answers_once_a_program_calculates_it(
    form: Form, tmp_path: Path, tool: Callable[[str], str]
):
    soffice = tool("soffice")
    workbook = opened(make_workbook(form, commitments=make_commitments({"commitment": "BIH-01", "title": "T"})))
    sheet, items = workbook["Part pt1"], workbook["Part list"]
    columns = markers(sheet)
    sheet.cell(row_of(sheet, "words"), columns[layout.ANSWER]).value = "x"
    sheet.cell(row_of(sheet, "count"), columns[layout.ANSWER]).value = 0
    sheet.cell(row_of(sheet, "count"), columns[layout.REASON]).value = "Not yet"
    sheet.cell(row_of(sheet, "day"), columns[layout.REASON]).value = "Not yet"
    items.cell(row_of(items, "BIH-01"), 4).value = "Limited"
    items.cell(row_of(items, "NEW-1"), 2).value = "New"
    workbook.save(tmp_path / "filled.xlsx")
    command = [soffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "ods"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(tmp_path / "filled.xlsx")], check=True, capture_output=True
    )
    rows = CalamineWorkbook.from_path(str(tmp_path / "filled.ods")).get_sheet_by_name("Instructions").to_python()
    parts = {row[0]: row[1:5] for row in rows if row[0] in ("Part pt1", "Part list", "All parts")}
    # A new item counts as soon as anything stands in its row: of its four cells three are still empty.
    assert parts == {"Part pt1": [7, 2, 1, 4], "Part list": [8, 3, 0, 5], "All parts": [16, 5, 1, 10]}


@pytest.mark.slow
def test_the_open_xml_validator_finds_nothing(form: Form, tmp_path: Path, tool: Callable[[str], str]):
    validator = tool("ooxml-validator")
    commitments = make_commitments(*({"commitment": f"BIH-{n}", "title": text} for n, text in enumerate(HOSTILE)))
    previous = {("", "words"): "<r>x</r>", ("BIH-1", "c_status"): "limited"}
    for language, mark in (("en", True), ("fr", False)):
        path = tmp_path / f"{language}.xlsx"
        path.write_bytes(
            make_workbook(form, language=language, commitments=commitments, previous=previous, demonstration=mark)
        )
        result = subprocess.run([validator, str(path)], capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout
        assert '"errors": []' in result.stdout


def test_a_language_that_is_written_from_right_to_left_turns_the_sheets(form: Form):
    english = opened(make_workbook(form))
    arabic = opened(make_workbook(replace(form, languages=("en", "ar")), language="ar"))
    assert not english.worksheets[1].sheet_view.rightToLeft
    assert arabic.worksheets[1].sheet_view.rightToLeft


@pytest.mark.parametrize(
    ("title", "taken", "expected"),
    [
        ("Target 2: Investigating and prosecuting", set(), "Target 2 Investigating and"),
        ("Donaudampfschifffahrtsgesellschaftskapitän", set(), "Donaudampfschifffahrtsgesellsch"),
        ("Target 1: Victims", set(), "Target 1 Victims"),
        ("a/b\\c[d]e*f?", set(), "a b c d e f"),
        ("'quoted'", set(), "quoted"),
        ("Part", {"part"}, "Part (2)"),
        ("Part", {"part", "part (2)"}, "Part (3)"),
        ("History", set(), "History (2)"),
        ("", set(), "-"),
        ("x" * 40, set(), "x" * 31),
        ("x" * 40, {"x" * 31}, "x" * 27 + " (2)"),
        ("😀" * 20, set(), "😀" * 15),
    ],
)
def test_a_sheet_name_is_one_that_excel_accepts(title: str, taken: set[str], expected: str):
    assert sheet_name(title, taken) == expected


@given(st.text(max_size=60))
def test_every_title_gives_a_sheet_name_within_the_rules(title: str):
    name = sheet_name(title, set())
    assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
    assert not set(name) & set("[]:*?/\\")
    assert not name.startswith("'")
    assert not name.endswith("'")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.integers(min_value=1, max_value=20))
def test_a_cut_text_fits_and_begins_as_it_did(text: str, limit: int):
    shown = cut(text, limit)
    assert len(shown.encode("utf-16-le")) // 2 <= limit
    assert text.startswith(shown.removesuffix("…"))
