"""Drop-downs that depend on other answers: what LibreOffice makes of their formulas is what the form offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook
from questionnaire_forms import EN, FR, Row, ask, group, make_commitments, make_form, make_workbook
from workbook_sheets import answer, answer_cell, calculated, markers, offer_formula, opened, row_of

from pipeline.questionnaire import layout
from pipeline.questionnaire.drop_down_filters import filter_conditions
from pipeline.questionnaire.form import Form

LONG = ("A very long name of a region " * 12).strip()  # 347 signs: MATCH and COUNTIF stop at 255
COUNTRIES = {"a": "Alba*", "b": "Al?a", "c": "~Cipango", "d": LONG, "e": "=1+1", "f": "لبنان", "g": "Nowhere"}
REGIONS: Sequence[tuple[str, str, str, str]] = [
    # code, label, country, level
    ("n", "North", "a", "1"),
    ("s", "South", "b", "1"),
    ("e", "East *", "a", "2"),
    ("w", "West", "c", "2"),
    ("l", LONG + "!", "d", "1"),
    ("q", "=SUM(1)", "e", "1"),
    ("r", "الشمال", "f", "2"),
    ("m", "Middle", "a", "1"),
]
ALL = [label for _, label, _, _ in REGIONS]


def choice(list_name: str, code: str, label: str, **columns: str) -> Row:
    return {"list_name": list_name, "name": code, EN: label, FR: f"{label} (fr)", **columns}


CHOICES: list[Row] = [
    *(choice("countries", code, label) for code, label in COUNTRIES.items()),
    *(choice("regions", code, label, country=country, level=level) for code, label, country, level in REGIONS),
    *(choice("levels", code, f"Level {code}") for code in ("1", "2", "3")),
]


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    region = "select_one regions"
    survey = [
        *group(
            "where",
            ask("select_one countries", "country"),
            ask("select_one levels", "level"),
            ask(region, "region", choice_filter="country = ${country}"),
            ask(region, "both", choice_filter="${country} = country and level = ${level}"),
            ask(region, "second", choice_filter="level = '2'"),
            ask(region, "either", choice_filter="country = ${country} or level = ${level}"),
            ask("select_multiple regions", "many", choice_filter="country = ${country}"),
        ),
        *group(
            "list",
            *group(
                "items",
                ask("select_one countries", "i_country"),
                ask(region, "i_region", choice_filter="country = ${i_country}"),
                ask(region, "i_outside", choice_filter="country = ${country}"),
                ask(region, "i_both", choice_filter="country = ${i_country} and level = ${i_level}"),
                ask("select_one levels", "i_level"),
                kind="repeat",
            ),
        ),
    ]
    return make_form(tmp_path_factory.mktemp("form"), survey, choices=CHOICES)


def shown(workbook: Workbook, code: str, row: str = "") -> None:
    """Write beside an answer what its drop-down offers, for a program to calculate."""
    sheet, at, _ = answer_cell(workbook, code, row)
    columns = markers(sheet)
    column = 40 + (columns[code] if row else 0)
    sheet.cell(at, column).value = f'=_xlfn.TEXTJOIN("|",FALSE,{offer_formula(workbook, code, row)})'


def offers(workbook: Workbook, code: str, row: str = "") -> list[str]:
    sheet, at, _ = answer_cell(workbook, code, row)
    value = sheet.cell(at, 40 + (markers(sheet)[code] if row else 0)).value
    return [] if value is None else str(value).split("|")


def of(country: str | None = None, level: str | None = None) -> list[str]:
    """What the form offers, from the table above."""
    return [label for _, label, c, n in REGIONS if country in (None, c) and level in (None, n)]


ROWS = {"NEW-1": ("a", None), "NEW-2": (None, "1"), "NEW-7": ("f", "1"), "NEW-14": ("c", "2"), "NEW-15": (None, None)}
GIVEN = [(None, None), ("a", "1"), ("b", None), ("d", "1"), ("g", None), (None, "2")]


@pytest.mark.slow
def test_a_drop_down_offers_what_belongs_to_the_answers_that_it_depends_on(
    form: Form, tmp_path: Path, tool: Callable[[str], str]
):
    books: dict[str, Workbook] = {}
    for number, (country, level) in enumerate(GIVEN):
        book = books[str(number)] = opened(make_workbook(form))
        answer_both(book, "", country, level)
        for code in ("region", "both", "second", "either"):
            shown(book, code)
    for row, (country, level) in ROWS.items():
        answer_both(books["1"], row, country, level)
        for code in ("i_region", "i_outside", "i_both"):
            shown(books["1"], code, row)
    found = calculated(tool("soffice"), tmp_path, books)
    for number, (country, level) in enumerate(GIVEN):
        book = found[str(number)]
        # Nowhere has no region: the list is a single blank.
        assert offers(book, "region") == of(country), (country, level)
        assert offers(book, "both") == of(country, level), (country, level)
        assert offers(book, "second") == ["East *", "West", "الشمال"]
        assert offers(book, "either") == ALL
    for row, (country, level) in ROWS.items():
        assert offers(found["1"], "i_region", row) == of(country), row
        assert offers(found["1"], "i_outside", row) == of("a"), row
        assert offers(found["1"], "i_both", row) == of(country, level), row


def answer_both(book: Workbook, row: str, country: str | None, level: str | None) -> None:
    prefix = "i_" if row else ""
    if country:
        answer(book, f"{prefix}country", COUNTRIES[country], row)
    if level:
        answer(book, f"{prefix}level", f"Level {level}", row)


def test_the_formula_of_a_drop_down_stays_within_what_excel_takes_and_holds_no_words_of_the_form(form: Form):
    book = opened(make_workbook(form))
    for code, row in [
        ("region", ""),
        ("both", ""),
        ("i_region", "NEW-15"),
        ("i_both", "NEW-1"),
        ("i_outside", "NEW-2"),
    ]:
        formula = offer_formula(book, code, row)
        assert formula.startswith("OFFSET(_lists!$")
        assert len(formula) <= 255
    everything = [
        str(cell.value)
        for sheet in book.worksheets
        for cells in sheet.iter_rows()
        for cell in cells
        if cell.data_type == "f"
    ]
    assert everything
    assert not [
        formula for formula in everything if any(label in formula for label in ("Alba", "North", "SUM(1)", "=1+1"))
    ]


def test_before_anything_is_answered_the_whole_list_is_offered(form: Form):
    """Programs that show stored values without calculating must not see a wrong part of the list."""
    book = opened(make_workbook(form))
    sheet, at, _ = answer_cell(book, "region")
    assert sheet.column_dimensions["I"].hidden or sheet.column_dimensions["H"].hidden
    rows = CalamineWorkbook.from_filelike(BytesIO(make_workbook(form))).get_sheet_by_name("Part where").to_python()
    assert rows[at - 1][8] == 1
    lists = book[layout.LIST_SHEET]
    headings = {str(cell.value): cell.column for cell in lists[1]}
    column = headings["region"]
    assert [lists.cell(row, column).value for row in range(2, 2 + len(ALL))] == ALL


def test_a_filter_on_a_fixed_text_shortens_the_list_itself(form: Form):
    book = opened(make_workbook(form, language="fr"))
    name, _, cells = offer_formula(book, "second").partition("!")
    assert [row[0].value for row in book[name][cells]] == ["East * (fr)", "West (fr)", "الشمال (fr)"]


def test_a_list_that_many_rows_depend_on_stands_once(form: Form):
    book = opened(make_workbook(form))
    headings = [str(cell.value) for cell in book[layout.LIST_SHEET][1] if cell.value]
    assert headings.count("countries") == 1
    # region, and both (country, level); i_region, i_both and i_outside depend on other cells.
    assert len([heading for heading in headings if heading == "#first"]) <= 5


@pytest.mark.parametrize(
    ("choice_filter", "followed"),
    [
        ("country = /data/where/country", True),
        ("(country = /data/where/country) and (level = '1')", True),
        ("name = /data/where/country", True),
        ("country = current()/../country", True),
        ("country != /data/where/country", False),
        ("selected(/data/where/many, country)", False),
        ("country = /data/where/many", False),
        ("country = /data/where/region", True),
        ("country = /data/where/nothing", False),
        ("country = 'a", False),
        ("country = /data/list/items/i_country", False),
        ("level > 1", False),
    ],
)
def test_only_filters_of_equal_columns_are_followed(form: Form, choice_filter: str, followed: bool):
    question = replace(form.by_code["both"], choice_filter=choice_filter)
    assert bool(filter_conditions(question, form)) is followed


def test_a_row_that_was_filled_in_beforehand_offers_what_belongs_to_it(tmp_path: Path):
    """The number of the offer is stored as the formula would give it."""
    goals = [choice("goals", "OG1", "One"), choice("goals", "OG2", "Two")]
    parts = [choice("parts", "x", "X", goal="OG2"), choice("parts", "y", "Y", goal="OG1")]
    statuses = [choice("statuses", "done", "Done")]
    items = [
        ask("select_one goals", "c_goal", role="goal"),
        ask("select_one parts", "c_part", choice_filter="goal = ${c_goal}"),
        ask("select_one statuses", "c_status", role="status"),
    ]
    small = make_form(
        tmp_path, group("list", *group("items", *items, kind="repeat")), choices=[*goals, *parts, *statuses]
    )
    content = make_workbook(small, commitments=make_commitments({"commitment": "BIH-01", "goal": "OG2"}))
    sheet = opened(content).worksheets[1]
    column, row = markers(sheet)[layout.offer_marker("c_part")], row_of(sheet, "BIH-01")
    cells = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("Part list").to_python()
    assert cells[row - 1][column - 1] == 3  # nothing, OG1, OG2
    assert cells[row][column - 1] == 1
