"""Workbooks at the limits of what Excel takes, with every feature and text of any kind, in every language."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook
from questionnaire_forms import (
    EN,
    FR,
    KEY,
    Row,
    ask,
    group,
    make_commitments,
    make_cycle,
    make_form,
    make_member,
    make_workbook,
)
from workbook_sheets import answer, answer_cell, calculated, is_valid, markers, offer_formula, opened

from pipeline.alliance.frames import commitments_table, members_on
from pipeline.alliance.load import load_alliance
from pipeline.questionnaire import formats, layout
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.measures import Fitted, lines, row_height
from pipeline.questionnaire.workbook import write_workbook
from pipeline.translations import Catalogue, load_catalogue

ROOT = Path(__file__).parents[3]
ES = "label::Español (es)"
TEXTS = [
    "=1+1", "+1", "-1", "@x", '=HYPERLINK("http://x")', "http://example.org", "mailto:a@b.c", "internal:x!A1",
    "<r>x</r>", "<r><t>bold</t></r>", "_x0041_", "&lt;b&gt; & <b>", "]]>", "{{ 7*7 }}", "{% x %}", "'quoted", '"', "\\",
    "مرحبا بكم", "עברית", "日本語", "ไทย", "ភាសាខ្មែរ", "ქართული", "😀👩‍👩‍👧", "a\tb", "%s %(x)s", "&A&D&\"Arial\"",
]  # fmt: skip


def sheet_with(book_bytes: bytes, code: str) -> tuple[Worksheet, int]:
    sheet, row, _ = answer_cell(opened(book_bytes), code)
    return sheet, row


def choice(list_name: str, code: str, label: str, **columns: str) -> Row:
    return {"list_name": list_name, "name": code, EN: label, FR: label, ES: label, **columns}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Form:
    """A form with every feature, whose words are the texts above."""
    hostile = [
        ask("text", f"t{n}", **{EN: text, FR: text, ES: text, "hint::English (en)": text, "required": "yes"})
        for n, text in enumerate(TEXTS)
    ]
    bare = [ask("text", f"u{n}", **{EN: text, FR: text, ES: text}) for n, text in enumerate(TEXTS)]
    typed = [
        ask("note", "remark", **{EN: "=1+1", ES: "=1+1"}),
        ask("range", "mark", parameters="start=-1 end=2.5 step=0.25"),
        ask("range", "year", parameters="start=2000 end=2030 step=1", unit="year"),
        ask("file", "paper"),
        ask("integer", "count"),
        ask("decimal", "share"),
        ask("date", "day"),
        ask("select_one odd", "odd_one"),
        ask("select_multiple odd", "odd_many"),
        ask("select_one parts", "part", choice_filter="of = ${odd_one}"),
        ask("text", "why", relevant="${odd_one} = 'o0' or selected(${odd_many}, 'o1')"),
        {"type": "calculate", "name": "sum", "calculation": "${count} + 1"},
    ]
    first, second = (
        [
            ask("note", f"{p}_note"),
            ask("text", f"{p}_title", required="yes", **({"role": "title"} if p == "c" else {})),
            ask("select_one odd", f"{p}_odd"),
            ask("select_one parts", f"{p}_part", choice_filter="of = ${" + p + "_odd}"),
            ask("text", f"{p}_why", relevant="${" + p + "_odd} = 'o3'"),
            ask("file", f"{p}_paper"),
            ask("range", f"{p}_mark", parameters="start=0 end=10 step=1"),
            *([ask("select_one statuses", "c_status", role="status")] if p == "c" else []),
        ]
        for p in ("c", "e")
    )
    survey = [
        *group("types", *typed),
        *group("words", *hostile, **{EN: "[=1+1]: */\\?", FR: "'", ES: "مرحبا"}),
        *group("bare", *bare, **{EN: "=Sum #1 %20", FR: "'' x ''", ES: "😀" * 30}),
        *group("commitments", *group("commitments", *first[1:], kind="repeat"), **{ES: "Lista"}),
        *group("evidence", *group("evidence", *second[1:], kind="repeat"), **{ES: "Pruebas"}),
    ]
    odd = [choice("odd", f"o{n}", text) for n, text in enumerate(TEXTS)]
    parts = [choice("parts", f"p{n}", f"{text} {n}", of=f"o{n % 5}") for n, text in enumerate(TEXTS)]
    statuses = [choice("statuses", "done", "=Done")]
    return make_form(tmp_path_factory.mktemp("whole"), survey, choices=[*odd, *parts, *statuses])


def whole_workbook(whole: Form, language: str) -> bytes:
    rows = [{"commitment": f"BIH-{n:02}", "title": text} for n, text in enumerate(TEXTS)]
    previous = {("", f"t{n}"): text for n, text in enumerate(TEXTS)}
    previous |= {("", "odd_one"): "o0", ("", "mark"): "0.25", ("", "day"): "2013-02-28", ("BIH-03", "c_why"): TEXTS[0]}
    previous |= {("NEW-2", "e_title"): TEXTS[4], ("BIH-01", "c_mark"): "3"}
    return make_workbook(
        whole, language=language, names={language: TEXTS[0]}, commitments=make_commitments(*rows), previous=previous,
        demonstration=language == "en",
    )  # fmt: skip


def test_text_of_any_kind_in_labels_choices_register_and_earlier_answers_stays_text(whole: Form):
    content = whole_workbook(whole, "en")
    book = opened(content)
    for sheet in book.worksheets:
        for cells in sheet.iter_rows():
            for cell in cells:
                if cell.data_type == "f":
                    assert re.match(r"=(IFERROR\(|IF\(COUNTA|SUM\(|SUMPRODUCT\(|MAX\()", str(cell.value)), cell.value
                    without_sheets = re.sub("'(?:[^']|'')*'!", "", str(cell.value))
                    assert not any(text in without_sheets for text in TEXTS if len(text) > 3), cell.value
    read = CalamineWorkbook.from_filelike(BytesIO(content))
    lists = [str(cell) for row in read.get_sheet_by_name(layout.LIST_SHEET).to_python() for cell in row]
    titles = [str(cell) for row in read.get_sheet_by_name("Part commitments").to_python() for cell in row]
    [words] = [name for name in read.sheet_names if name.startswith("=1+1")]
    shown = [str(cell) for row in read.get_sheet_by_name(words).to_python() for cell in row]
    for text in TEXTS:
        # The file of the form spells the letter A in the way of Excel.
        label = "A" if text == "_x0041_" else text
        assert label in lists
        assert text in titles
        assert text in shown  # the earlier answer
        assert f"{label} *\n{label}" in shown  # question and hint


@pytest.mark.slow
def test_libre_office_calculates_a_workbook_with_everything_without_an_error(
    whole: Form, tmp_path: Path, tool: Callable[[str], str]
):
    books = {language: opened(whole_workbook(whole, language)) for language in ("en", "es")}
    for book in books.values():
        answer(book, "odd_one", TEXTS[0])
    for book in calculated(tool("soffice"), tmp_path, books).values():
        errors = [
            (sheet.title, cell.coordinate, cell.value)
            for sheet in book.worksheets
            for cells in sheet.iter_rows()
            for cell in cells
            if cell.data_type == "e"
        ]
        assert errors == []
        sheet, row, _ = answer_cell(book, "why")
        assert sheet.cell(row, markers(sheet)[layout.ASKED]).value == 1
        total = [c.value for c in list(book.worksheets[0].iter_rows())[-1][1:5]]
        # Ten questions of all types, of which one is answered; two for each text; and
        # six for each commitment, of which the title is known (why is not asked before something is chosen).
        assert total == [10 + 8 * len(TEXTS), 1 + len(TEXTS), 0, 9 + 7 * len(TEXTS)]


def test_nothing_that_was_written_leads_out_of_the_file(whole: Form):
    with zipfile.ZipFile(BytesIO(whole_workbook(whole, "fr"))) as archive:
        assert not any(b'TargetMode="External"' in archive.read(name) for name in archive.namelist())
        assert not [name for name in archive.namelist() if "vba" in name.lower() or "external" in name.lower()]


@pytest.mark.slow
def test_the_open_xml_sdk_finds_nothing_in_a_workbook_with_everything(
    whole: Form, tmp_path: Path, tool: Callable[[str], str]
):
    validator = tool("ooxml-validator")
    for language in ("en", "fr", "es"):
        path = tmp_path / f"{language}.xlsx"
        path.write_bytes(whole_workbook(whole, language))
        assert is_valid(validator, path) == ""


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_open_xml_sdk_finds_nothing_in_the_alliances_own_workbooks(
    tmp_path: Path, tool: Callable[[str], str], language: str
):
    alliance = load_alliance(ROOT / "alliance")
    cycle = alliance.cycle("2014")
    member = next(m for m in members_on(alliance, cycle.report_date) if m.language == language)
    own = commitments_table(alliance, cycle).query("member == @member.code")
    previous = {("", q.code): "1" for q in alliance.form.in_repeat(None)}
    previous |= {(key, q.code): "x" for key in own["commitment"] for q in alliance.form.in_repeat("commitments")}
    older = {place: "2012" for number, place in enumerate(previous) if number % 2}
    content = write_workbook(
        alliance.form, member, cycle, alliance.code, alliance.name, own, previous,
        load_catalogue(ROOT / "report_templates" / "translations", language), KEY,
        older=older, last_cycle="2013", office=alliance.office, contact=alliance.contact,
    )  # fmt: skip
    path = tmp_path / f"{language}.xlsx"
    path.write_bytes(content)
    assert is_valid(tool("ooxml-validator"), path) == ""


def test_a_workbook_with_everything_is_the_same_bytes_twice(whole: Form):
    assert whole_workbook(whole, "es") == whole_workbook(whole, "es")


# ---- types


def validation(sheet: Worksheet, row: int, column: int):
    cell = sheet.cell(row, column).coordinate
    [found] = [v for v in sheet.data_validations.dataValidation if cell in v.sqref]
    return found


def test_a_range_warns_of_numbers_beyond_its_ends_and_says_its_steps(whole: Form):
    sheet, row, column = answer_cell(opened(whole_workbook(whole, "en")), "mark")
    found = validation(sheet, row, column)
    assert (found.type, float(found.formula1), float(found.formula2), found.errorStyle) == (
        "decimal",
        -1,
        2.5,
        "warning",
    )
    assert found.prompt == "A number from -1 to 2.5, in steps of 0.25."
    assert str(sheet.cell(row, 2).value).endswith("\nA number from -1 to 2.5, in steps of 0.25.")
    assert sheet.cell(row, column).number_format == "General"
    sheet, row, column = answer_cell(opened(whole_workbook(whole, "fr")), "year")
    found = validation(sheet, row, column)
    assert (found.type, float(found.formula1), float(found.formula2)) == ("whole", 2000, 2030)
    assert sheet.cell(row, column).number_format == "0"


def test_limits_of_a_range_are_written_as_the_language_writes_numbers(whole: Form):
    catalogue = load_catalogue(ROOT / "report_templates" / "translations", "fr")
    content = make_workbook(whole, language="fr", catalogue=catalogue)
    sheet, row, column = answer_cell(opened(content), "mark")
    assert validation(sheet, row, column).prompt == "Un nombre de -1 à 2,5, par pas de 0,25."


def test_a_file_is_asked_for_as_an_address(whole: Form):
    sheet, row, column = answer_cell(opened(whole_workbook(whole, "en")), "paper")
    found = validation(sheet, row, column)
    assert "https://" in found.prompt
    assert "https://" in str(sheet.cell(row, 2).value)
    assert sheet.cell(row, column).number_format == "@"
    assert (found.type, sheet.cell(row, column).protection.locked) == (None, False)


def test_a_choice_that_looks_like_a_formula_or_date_stays_what_was_chosen(whole: Form):
    """Excel takes what is picked from a list as if it was typed: only a cell for text keeps it."""
    sheet, row, column = answer_cell(opened(whole_workbook(whole, "en")), "odd_one")
    assert sheet.cell(row, column).number_format == "@"


def test_several_repeats_have_a_sheet_each_with_empty_rows_and_hidden_columns_of_their_own(whole: Form):
    book = opened(whole_workbook(whole, "en"))
    for name, code in (("Part commitments", "c_title"), ("Part evidence", "e_title")):
        sheet = book[name]
        columns = markers(sheet)
        assert columns[code] == 2
        keys = [cell.value for cell in sheet["A"] if cell.value]
        assert keys[-layout.NEW_ROWS :] == [layout.new_row_key(n) for n in range(1, layout.NEW_ROWS + 1)]
        hidden = [m for m in columns if m.startswith(("#asked", "#list"))]
        # Whether the row counts, whether each question is asked in it (why is not always), and the part of a list.
        asked = [layout.asked_marker(marker) for marker in columns if not marker.startswith("#")]
        assert hidden == ["#asked", *asked, layout.offer_marker(f"{code[0]}_part")]
        dimension = next(d for d in sheet.column_dimensions.values() if d.min <= columns[hidden[0]] <= d.max)
        assert dimension.hidden
        assert dimension.max >= max(columns[marker] for marker in hidden)
        assert str(sheet.freeze_panes).startswith("C")


# ---- limits


def test_long_texts_are_kept_and_cut_only_where_excel_ends(tmp_path: Path):
    long = "word " * 6_000 + "😀" * 3_000  # more than 32,767 units
    survey = group("pt1", ask("text", "words", required="yes", **{EN: long, "hint::English (en)": long}), **{EN: long})
    small = make_form(tmp_path, survey)
    content = make_workbook(small, names={"en": long}, previous={("", "words"): "x" * 32_000})
    sheet, row = sheet_with(content, "words")
    shown = str(sheet.cell(row, markers(sheet)[layout.QUESTION]).value)
    assert shown.startswith("word word")
    assert len(shown.encode("utf-16-le")) // 2 <= 32_767
    assert sheet.cell(row, markers(sheet)[layout.PREVIOUS]).value == "x" * 32_000
    found = validation(sheet, row, markers(sheet)[layout.ANSWER])
    assert len(found.prompt.encode("utf-16-le")) // 2 <= 255
    assert sheet.row_dimensions[row].height <= 409
    assert len(sheet.title.encode("utf-16-le")) // 2 <= 31
    with zipfile.ZipFile(BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet2.xml").decode()
    for band in re.findall(r"<odd(?:Header|Footer)>(.*?)</odd", xml):
        assert len(band.replace("&amp;", "&")) <= 255


def test_a_header_full_of_ampersands_stays_within_its_limit_and_keeps_them_in_pairs(tmp_path: Path):
    small = make_form(tmp_path, group("pt1", ask("text", "words")))
    with zipfile.ZipFile(BytesIO(make_workbook(small, names={"en": "&" * 300}))) as archive:
        xml = archive.read("xl/worksheets/sheet2.xml").decode()
    [band] = re.findall(r"<oddHeader>(.*?)</oddHeader>", xml)
    right = band.replace("&amp;", "&").partition("&R&8 ")[2]
    assert len(right) <= 60
    assert set(map(len, re.findall("&+", right))) <= {60, 58, 56}


def test_three_hundred_choices_and_a_label_of_three_hundred_signs_are_all_offered(tmp_path: Path):
    labels = [f"Choice {n}" for n in range(299)] + ["L" * 300]
    choices = [choice("many", f"m{n}", label) for n, label in enumerate(labels)]
    content = make_workbook(make_form(tmp_path, group("pt1", ask("select_one many", "one")), choices=choices))
    book = opened(content)
    name, _, cells = offer_formula(book, "one").partition("!")
    assert [row[0].value for row in book[name][cells]] == labels


def test_a_list_that_depends_on_three_hundred_others_is_followed(tmp_path: Path):
    countries = [choice("countries", f"c{n}", f"Country {n}") for n in range(300)]
    regions = [choice("regions", f"r{n}", f"Region {n}", of=f"c{n // 2}") for n in range(600)]
    survey = group(
        "pt1",
        ask("select_one countries", "country"),
        ask("select_one regions", "region", choice_filter="of = ${country}"),
    )
    book = opened(make_workbook(make_form(tmp_path, survey, choices=[*countries, *regions])))
    assert len(offer_formula(book, "region")) <= 255
    headings = {str(cell.value): cell.column for cell in book[layout.LIST_SHEET][1]}
    lists = book[layout.LIST_SHEET]
    assert lists.cell(2 + 300, headings["#first"]).value == 1 + 600 + 2 * 299
    assert lists.cell(2 + 300, headings["#count"]).value == 2
    assert lists.cell(2 + 600 + 2 * 299, headings["region"]).value == "Region 598"


def test_a_filter_with_too_many_combinations_shows_the_whole_list(tmp_path: Path):
    countries = [choice("countries", f"c{n}", f"Country {n}") for n in range(200)]
    survey = group(
        "pt1",
        ask("select_one countries", "a"),
        ask("select_one countries", "b"),
        ask("select_one countries", "x", choice_filter="name = ${a} and name = ${b}"),
    )
    book = opened(make_workbook(make_form(tmp_path, survey, choices=countries)))
    assert offer_formula(book, "x") == offer_formula(book, "a")


@pytest.mark.slow
def test_a_questionnaire_of_a_thousand_questions_is_written(tmp_path: Path, tool: Callable[[str], str]):
    kinds = ("text", "integer", "select_one yes_no", "date", "select_multiple yes_no")
    survey: list[Row] = []
    for part in range(10):
        rows = [
            ask(kinds[n % 5], f"q{part}_{n}", **({"relevant": f"${{q{part}_2}} = 'yes'"} if n > 50 else {}))
            for n in range(100)
        ]
        survey += group(f"part{part}", *rows)
    form = make_form(tmp_path, survey)
    content = make_workbook(form)
    (tmp_path / "thousand.xlsx").write_bytes(content)
    assert is_valid(tool("ooxml-validator"), tmp_path / "thousand.xlsx") == ""
    codes = [row[0] for name in CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names if name.startswith("Part")
             for row in CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(name).to_python()]  # fmt: skip
    assert [code for code in codes if str(code).startswith("q")] == [q.code for q in form.asked]


# ---- beauty


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.1."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("ink", "fill"),
    [
        (formats.INK, formats.ANSWER_FILL),
        (formats.INK, formats.REASON_FILL),
        (formats.GREY, formats.LOCKED_FILL),
        (formats.GREY, formats.NOTE_FILL),
        (formats.ACCENT, formats.NOTE_FILL),
        (formats.UNASKED_INK, formats.UNASKED_FILL),
        (formats.MARK_INK, "#FFFFFF"),
        ("#FFFFFF", formats.ACCENT),
    ],
)
def test_every_ink_can_be_read_on_its_ground(ink: str, fill: str):
    light, dark = sorted((luminance(ink), luminance(fill)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.1, 1.4.3


@pytest.mark.parametrize(
    ("text", "width", "count"),
    [
        ("", 10, 1),
        ("short", 10, 1),
        ("0123456789", 11, 1),
        ("0123456789" * 3, 11, 3),
        ("one\ntwo\nthree", 50, 3),
        ("iiiiiiiiiiiiiiiiiiii", 11, 1),
        ("WWWWWWWWWWWWWWWWWWWW", 11, 4),
        ("日本語日本語日本語", 11, 2),
        ("e\u0301" * 10, 11, 1),
    ],
)
def test_lines_are_counted_by_the_width_of_letters(text: str, width: float, count: int):
    assert lines(text, width) == count


@settings(max_examples=50)
@given(st.text(max_size=2_000), st.floats(min_value=1, max_value=80))
def test_a_row_is_never_higher_than_excel_allows_nor_lower_than_a_line(text: str, width: float):
    assert 13 <= row_height([[Fitted(text, width)]]) <= 409


def shown_texts(content: bytes) -> Sequence[str]:
    return [str(cell.value) for row in opened(content).worksheets[0].iter_rows() for cell in row if cell.value]


def test_the_first_sheet_says_by_when_to_whom_and_how(whole: Form):
    content = write_workbook(
        whole, make_member(), make_cycle(), "TEST", {"en": "Test"}, make_commitments(), {("", "t1"): "x"}, Catalogue("en"),
        KEY, office={"en": "The secretariat"}, contact="office@test.example",
    )  # fmt: skip
    said = "\n".join(shown_texts(content))
    for words in (
        "1 July 2014, until the end of the day in your country"
        if False
        else "until the end of the day in your country",
        "office@test.example",
        "The secretariat",
        "(Not available; Not applicable; Not yet; Confidential)",
        "rows NEW-1 to NEW-15",
        "no macros",
        "Does not concern you, given your other answers",
        "name of its cycle before it",
    ):
        assert words in said


def test_the_first_sheet_does_not_speak_of_what_the_form_has_not(tmp_path: Path):
    small = make_form(tmp_path, group("pt1", ask("text", "words")))
    said = "\n".join(shown_texts(make_workbook(small)))
    assert "commitments" not in said
    assert "NEW-1" not in said
    assert "last answers" not in said
