"""What people type, and what is read from it: the value, or a question back, never another value."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from gather_forms import form, question, texts
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gather.cells import Cell, Percentage
from pipeline.gather.date_text import read_date
from pipeline.gather.number_text import read_number
from pipeline.gather.parsed import Parsed
from pipeline.gather.values import CELL_LIMIT, parse_reason, parse_value
from pipeline.questionnaire.form import Choice, Form, Question

FORM = form()
NBSP, THIN = "\u00a0", "\u202f"


def parse(code: str, cell: Cell, language: str = "en") -> Parsed:
    parsed = parse_value(cell, FORM.by_code[code], FORM, language)
    assert parsed is not None
    return parsed


@pytest.mark.parametrize(
    ("typed", "value", "rule"),
    [
        (12, "12", "exact"),
        (12.0, "12", "exact"),
        (12.5, "12.5", "exact"),
        (0.1 + 0.2, "0.3", "exact"),
        (-3.25, "-3.25", "exact"),
        (0.0, "0", "exact"),
        ("12", "12", "number"),
        (" 12.5 ", "12.5", "number"),
        ("12,5", "12.5", "decimal_comma"),
        ("0,125", "0.125", "decimal_comma"),
        ("1234,567", "1234.567", "decimal_comma"),
        ("1 234", "1234", "thousands"),
        (f"1{NBSP}234", "1234", "thousands"),
        (f"1{THIN}234{THIN}567,8", "1234567.8", "thousands"),
        ("1'234.5", "1234.5", "thousands"),
        ("1’234", "1234", "thousands"),
        ("1.234,5", "1234.5", "thousands"),
        ("1,234.5", "1234.5", "thousands"),
        ("1.234.567", "1234567", "thousands"),
        ("12,34,567", "1234567", "thousands"),
        ("-5", "-5", "number"),
        ("−5", "-5", "number"),
        ("+5", "5", "number"),
        ("٤٨", "48", "number"),
        ("４８．５", "48.5", "number"),
        ("１，２３４，５６７", "1234567", "thousands"),
        ("٤٨٫٥", "48.5", "decimal_comma"),
        ("١٬٢٣٤٬٥٦٧", "1234567", "thousands"),
        ("\u200e48\u200f", "48", "number"),
        ("－5", "-5", "number"),
        ("‑5", "-5", "number"),
        ("1,00,000", "100000", "thousands"),
        ("1.234.567,89", "1234567.89", "thousands"),
        ("1,234,567.89", "1234567.89", "thousands"),
        (f"1{NBSP}234 567", "1234567", "thousands"),
        ("12 345,678", "12345.678", "thousands"),
        ("48\n", "48", "number"),
        ("48 hours", "48", "unit_removed"),
        ("48 HRS.", "48", "unit_removed"),
        ("48h", "48", "unit_removed"),
        ("48,5 heures", "48.5", "unit_removed"),
        ("1.50", "1.5", "number"),
        ("100", "100", "number"),
    ],
)
def test_numbers_are_read(typed: Cell, value: str, rule: str) -> None:
    parsed = parse("hours", typed)
    assert (parsed.value, parsed.number, parsed.read_as, parsed.problem) == (value, float(value), rule, None)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("1.234", "ambiguous_number"),
        ("1,234", "ambiguous_number"),
        ("-12,345", "ambiguous_number"),
        ("123.456", "ambiguous_number"),
        ("about 48", "inexact_number"),
        ("40-48", "inexact_number"),
        ("- 48", "not_a_number"),
        ("48 days", "unexpected_unit"),
        ("48 thousand", "unexpected_unit"),
        ("48 %", "unexpected_unit"),
        ("1e5", "inexact_number"),
        ("1.2E+05", "inexact_number"),
        ("ca. 12", "inexact_number"),
        ("circa 12", "inexact_number"),
        ("~12", "inexact_number"),
        ("≈ 12", "inexact_number"),
        (">10", "inexact_number"),
        ("<= 10", "inexact_number"),
        ("≥10", "inexact_number"),
        ("12+", "inexact_number"),
        ("12?", "inexact_number"),
        ("12 ± 2", "inexact_number"),
        ("environ 1 250", "inexact_number"),
        ("plus de 40 heures", "inexact_number"),
        ("más de 40", "inexact_number"),
        ("aprox. 40", "inexact_number"),
        ("au moins 40", "inexact_number"),
        ("10 to 12 hours", "inexact_number"),
        ("10 à 12", "inexact_number"),
        ("10–12", "inexact_number"),
        ("(12)", "ambiguous_number"),
        ("01.234", "ambiguous_number"),
        ("001,234", "ambiguous_number"),
        ("48'", "not_a_number"),
        ("48''", "not_a_number"),
        ("48’ 30", "not_a_number"),
        ("(1,250.5)", "ambiguous_number"),
        ("néant", "not_a_number"),
        ("ninguno", "not_a_number"),
        ("12 units", "unexpected_unit"),
        ("12 unités", "unexpected_unit"),
        ("€ 48", "unexpected_unit"),
        ("48 (estimate)", "not_a_number"),
        ("48 hours per case", "unexpected_unit"),
        ("48; 50", "not_a_number"),
        ("4 8", "not_a_number"),
        ("#REF!", "error_value"),
        ("#N/A", "error_value"),
        ("#DIV/0!", "error_value"),
        ("#¡VALOR!", "error_value"),
        ("Err:502", "error_value"),
        (Percentage(0.5), "unexpected_unit"),
        ("1.23.456", "not_a_number"),
        ("1,2,3", "not_a_number"),
        ("1 23", "not_a_number"),
        ("1 234'567", "not_a_number"),
        ("0 123", "not_a_number"),
        ("½", "not_a_number"),
        ("9" * 30, "out_of_range"),
        (1e300, "out_of_range"),
        (True, "not_a_number"),
        (dt.date(2014, 5, 1), "date_instead_of_number"),
        (dt.timedelta(hours=48), "date_instead_of_number"),
        ("see annex", "not_a_number"),
        ("x" * (CELL_LIMIT + 1), "too_long"),
    ],
)
def test_numbers_that_are_none_or_two_become_a_question(typed: Cell, problem: str) -> None:
    parsed = parse("hours", typed)
    assert (parsed.value, parsed.number, parsed.problem) == (None, None, problem)


def test_an_integer_question_takes_whole_numbers_only() -> None:
    assert parse("victims", 12.0).value == "12"
    assert parse("victims", "12,0").value == "12"
    assert parse("victims", 12.5).problem == "not_an_integer"
    assert parse("victims", "12,5").problem == "not_an_integer"
    assert parse("victims", "1 250 victimes").value == "1250"
    assert parse("victims", "1.000").problem == "ambiguous_number"


def test_a_percent_sign_is_read_where_the_question_is_in_percent() -> None:
    assert (parse("share", "12,5 %").value, parse("share", "12,5 %").read_as) == ("12.5", "percent")
    assert parse("share", "50 per cent").value == "50"
    assert parse("share", 50.0).value == "50"
    assert parse("share", 0.5).problem == "ambiguous_percent"
    assert [parse("share", typed).problem for typed in ("0,5", "0.75", ".5", "1")] == ["ambiguous_percent"] * 4
    assert (parse("share", "0,5 %").value, parse("share", "0").value, parse("share", "1,5").value) == (
        "0.5",
        "0",
        "1.5",
    )
    assert parse("share", 0).value == "0"
    assert (parse("share", "12 ٪").value, parse("share", "１２％").value) == ("12", "12")


def test_no_zero_is_below_zero() -> None:
    for typed in (-0.0, "-0", "-0,0"):
        assert str(parse("hours", typed).number) == "0.0"


@pytest.mark.parametrize(("shown", "value"), [(0.5, "50"), (0.005, "0.5"), (1.5, "150"), (1.0, "100"), (0.0, "0")])
def test_a_cell_that_shows_a_percentage_holds_what_it_shows(shown: float, value: str) -> None:
    parsed = parse("share", Percentage(shown))
    assert (parsed.raw, parsed.value, parsed.read_as, parsed.problem) == (f"{value}%", value, "percent", None)


@pytest.mark.parametrize(
    ("unit", "typed"),
    [
        ("units", "12 unités"),
        ("unités", "12 units"),
        ("unidades", "12 Unidades"),
        ("EUR", "12 €"),
        ("EUR", "€12"),
        ("EUR", "EUR 12"),
        ("USD", "$12"),
        ("years", "12 ans"),
        ("takedowns", "12 Takedowns"),
    ],
)
def test_the_unit_of_the_question_may_stand_at_the_number(unit: str, typed: str) -> None:
    assert (read_number(typed, [unit]).number, read_number(typed, [unit]).read_as) == (Decimal(12), "unit_removed")


@pytest.mark.parametrize(
    ("typed", "value", "rule"),
    [
        (dt.date(2014, 3, 4), "2014-03-04", "exact"),
        (dt.datetime(2014, 3, 4, 12, 30), "2014-03-04", "exact"),  # noqa: DTZ001 - cells have no time zone
        (41702, "2014-03-04", "serial_date"),
        (41702.75, "2014-03-04", "serial_date"),
        (20140304, "2014-03-04", "iso_date"),
        ("2014-03-04", "2014-03-04", "iso_date"),
        ("2014/3/4", "2014-03-04", "iso_date"),
        ("2014-03-04T00:00:00", "2014-03-04", "iso_date"),
        ("4 March 2014", "2014-03-04", "text_date"),
        ("4th of March, 2014", "2014-03-04", "text_date"),
        ("March 4, 2014", "2014-03-04", "text_date"),
        ("Tuesday, March 4, 2014", "2014-03-04", "text_date"),
        ("04-Mar-2014", "2014-03-04", "text_date"),
        ("le 1er mars 2014", "2014-03-01", "text_date"),
        ("mardi 4 mars 2014", "2014-03-04", "text_date"),
        ("15 août 2013", "2013-08-15", "text_date"),
        ("15 AOUT 2013", "2013-08-15", "text_date"),
        ("14 févr. 2014", "2014-02-14", "text_date"),
        ("14 juil. 2014", "2014-07-14", "text_date"),
        ("4 de marzo de 2014", "2014-03-04", "text_date"),
        ("1º de enero del 2014", "2014-01-01", "text_date"),
        ("3 dic 2013", "2013-12-03", "text_date"),
        ("30.09.2014", "2014-09-30", "text_date"),
        ("09/30/2014", "2014-09-30", "text_date"),
        ("04/04/2014", "2014-04-04", "text_date"),
        ("30. 9. 2014", "2014-09-30", "text_date"),
        ("4.III.2014", "2014-03-04", "text_date"),
        ("30-IX-2014", "2014-09-30", "text_date"),
        ("1er janvier 2014", "2014-01-01", "text_date"),
        ("mar. 4 mars 2014", "2014-03-04", "text_date"),
        ("Tue., 4 March 2014", "2014-03-04", "text_date"),
        ("Martes, 4 de marzo de 2014", "2014-03-04", "text_date"),
        ("1.º de enero de 2014", "2014-01-01", "text_date"),
        ("2 de set. de 2014", "2014-09-02", "text_date"),
        ("2nd Sept 2014", "2014-09-02", "text_date"),
        (f"4{NBSP}mars{NBSP}2014", "2014-03-04", "text_date"),
        ("４ March ２０１４", "2014-03-04", "text_date"),
        ("٢٠١٤-٠٣-٠٤", "2014-03-04", "iso_date"),
    ],
)
def test_dates_are_read(typed: Cell, value: str, rule: str) -> None:
    parsed = parse("adopted_on", typed)
    assert (parsed.value, parsed.read_as, parsed.problem) == (value, rule, None)
    assert parsed.date == dt.date.fromisoformat(value)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("03/04/2014", "ambiguous_date"),
        ("3.4.2014", "ambiguous_date"),
        ("30/09/14", "ambiguous_date"),
        ("4 March 14", "ambiguous_date"),
        ("March 2014", "incomplete_date"),
        ("2014", "incomplete_date"),
        (2014, "incomplete_date"),
        ("03/2014", "incomplete_date"),
        ("31/02/2014", "not_a_date"),
        ("4 jui 2014", "not_a_date"),
        ("4 Brumaire 2014", "not_a_date"),
        ("spring of 2014", "not_a_date"),
        ("before 4 March 2014", "not_a_date"),
        ("avant le 4 mars 2014", "not_a_date"),
        ("hasta el 4 de marzo de 2014", "not_a_date"),
        ("circa March 4, 2014", "not_a_date"),
        ("12", "not_a_date"),
        (12, "not_a_date"),
        (True, "not_a_date"),
        ("4 March 2014 (planned)", "not_a_date"),
        ("4 March 2014 or 5 March 2014", "not_a_date"),
        ("4 Jan/Feb 2014", "not_a_date"),
        ("ma 2014", "not_a_date"),
        ("4 ma 2014", "not_a_date"),
        ("30/09/2557", "not_a_date"),
        (Percentage(0.5), "not_a_date"),
        ("#VALUE!", "error_value"),
    ],
)
def test_dates_that_are_none_or_two_become_a_question(typed: Cell, problem: str) -> None:
    parsed = parse("adopted_on", typed)
    assert (parsed.value, parsed.date, parsed.problem) == (None, None, problem)


def test_whole_numbers_count_their_days_from_the_epoch_of_the_workbook() -> None:
    """41,702 days from 1899-12-30 and 40,240 from 1904-01-01 are the same day: the systems are 1,462 days apart."""
    for cell, from_1904 in ((41702, False), (40240, True), (40240.5, True)):
        parsed = parse_value(cell, FORM.by_code["adopted_on"], FORM, from_1904=from_1904)
        assert parsed is not None
        assert (parsed.value, parsed.read_as) == ("2014-03-04", "serial_date")


@pytest.mark.parametrize(
    ("code", "typed", "value", "rule"),
    [
        ("in_place", "Yes", "yes", "label"),
        ("in_place", "  yES ", "yes", "label"),
        ("in_place", "OUI", "yes", "label_other_language"),
        ("in_place", "Si", "yes", "label_other_language"),
        ("in_place", True, "yes", "boolean"),
        ("in_place", False, "no", "boolean"),
        ("in_place", 1.0, "yes", "boolean"),
        ("in_place", "VRAI", "yes", "boolean"),
        ("in_place", "verdadero", "yes", "boolean"),
        ("in_place", "FALSO", "no", "boolean"),
        ("in_place", "✓", "yes", "boolean"),
        ("c_status", "not_started", "not_started", "code"),
        ("c_status", "non commence", "not_started", "label_other_language"),
        ("obstacles", "Resources; Data", "resources data", "label"),
        ("obstacles", "data resources", "resources data", "code"),
        ("obstacles", "Data\nLegal, or constitutional", "legal data", "label"),
        ("obstacles", "Data, Legal, or constitutional, Resources", "legal resources data", "label"),
        ("obstacles", "données ; MOYENS;", "resources data", "label_other_language"),
        ("obstacles", "Data; Data", "data", "label"),
    ],
)
def test_choices_are_read(code: str, typed: Cell, value: str, rule: str) -> None:
    parsed = parse(code, typed)
    assert (parsed.value, parsed.read_as, parsed.problem) == (value, rule, None)


def test_the_workbooks_language_tells_label_from_label_of_another_language() -> None:
    assert parse("in_place", "Oui", "fr").read_as == "label"
    assert parse("c_status", "Not started", "fr").read_as == "label_other_language"


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("in_place", "maybe"),
        ("in_place", "Yes and no"),
        ("in_place", 2),
        ("in_place", "x"),
        ("in_place", "ja"),
        ("in_place", "y"),
        ("obstacles", "Data; money"),
        ("c_status", True),
    ],
)
def test_what_is_no_choice_is_no_value(code: str, typed: Cell) -> None:
    parsed = parse(code, typed)
    assert (parsed.value, parsed.problem) == (None, "not_a_choice")


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("-", None),
        ("—", None),
        ("n/a", None),
        ("N/A", None),
        ("NA", None),
        ("nd", "not_available"),
        ("N.D.", "not_available"),
        ("s.o.", "not_applicable"),
        ("Sans objet", "not_applicable"),
        ("No disponible", "not_available"),
        ("confidentiel", "confidential"),
        ("todavia no", "not_yet"),
    ],
)
@pytest.mark.parametrize("code", ["hours", "adopted_on", "in_place", "obstacles", "remarks"])
def test_words_for_no_value_are_no_value(code: str, typed: str, hint: str | None) -> None:
    parsed = parse(code, typed)
    assert (parsed.raw, parsed.value, parsed.problem, parsed.missing_hint) == (typed, None, "no_value_word", hint)


@pytest.mark.parametrize("typed", ["néant", "Aucun", "ninguno", "None."])
def test_none_is_an_answer_in_words_and_no_other(typed: str) -> None:
    assert parse("remarks", typed).value == typed
    assert parse("hours", typed).problem == "not_a_number"
    for code in ("adopted_on", "in_place", "obstacles"):
        assert parse(code, typed).problem == "no_value_word"


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#NOM?", "#¿NOMBRE?", "#VALUE!", "Err:522"])
@pytest.mark.parametrize("code", ["hours", "adopted_on", "in_place", "obstacles", "remarks"])
def test_the_error_of_a_formula_is_never_an_answer(code: str, error: str) -> None:
    parsed = parse(code, error)
    assert (parsed.raw, parsed.value, parsed.problem) == (error, None, "error_value")


@pytest.mark.parametrize("typed", ["#1", "#metoo", "Error", "Err: 502 found", "see #REF! in row 2"])
def test_words_that_look_like_errors_are_words(typed: str) -> None:
    assert parse("remarks", typed).value == typed


def test_a_range_is_read_as_a_number() -> None:
    score = question("score", "range")
    read = [parse_value(cell, score, FORM) for cell in (7.0, "7", "7,5", "about 7")]
    assert [(parsed.value, parsed.problem) for parsed in read if parsed] == [
        ("7", None),
        ("7", None),
        ("7.5", None),
        (None, "inexact_number"),
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "https://www.example.org/laws/2014/12.pdf?lang=fr&x=(1)#art-3",
        "HTTP://EXAMPLE.ORG",
        " https://example.org/a ",
        "https://министерство.рф/закон",
        "https://xn--80ak6aa92e.com:8443/x",
    ],
)
def test_a_file_is_given_as_a_web_address(typed: str) -> None:
    parsed = parse_value(typed, question("law", "file"), FORM)
    assert parsed is not None
    assert (parsed.raw, parsed.value, parsed.read_as, parsed.problem) == (typed, typed.strip(), "link", None)


@pytest.mark.parametrize(
    "typed",
    [
        "www.example.org/law.pdf",
        "example.org",
        "ftp://example.org/law.pdf",
        "javascript:alert(1)",
        "JaVaScRiPt:https://example.org",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "mailto:a@example.org",
        "https://example.org https://example.com",
        "See https://example.org",
        "https://ministry.example@evil.example/",
        "https://example.org/<script>",
        'https://example.org/"onclick=',
        "https://example.org/a\\b",
        "https://example.org/\u202efdp.exe",
        "https://localhost/law",
        "https://192.168.0.1/law",
        "https://example.org:99999/",
        "https://[::1/",
        "https:///law",
        "https://" + "a." * 1_100 + "org",
        "attached",
        2014,
    ],
)
def test_what_is_no_web_address_is_a_problem(typed: Cell) -> None:
    parsed = parse_value(typed, question("law", "file"), FORM)
    assert parsed is not None
    assert (parsed.value, parsed.problem) == (None, "not_a_link")


@pytest.mark.parametrize("blank", ["", "  ", NBSP, "\n\t"])
def test_a_blank_cell_is_no_answer(blank: str) -> None:
    assert parse_value(blank, FORM.by_code["hours"], FORM) is None


@pytest.mark.parametrize(
    "typed", ["=1+1", "{{ 7*7 }}", "<b>&amp;", "שלום 😀", "_x000B_", "None", "@cmd", "a\nb", "x" * CELL_LIMIT]
)
def test_text_comes_through_unchanged(typed: str) -> None:
    parsed = parse("remarks", typed)
    assert (parsed.raw, parsed.value, parsed.read_as) == (typed, typed, "text")


def test_what_cannot_be_shown_is_replaced() -> None:
    assert parse("remarks", "a\x0bb\x00").value == "a\ufffdb\ufffd"


def test_numbers_and_dates_in_a_text_question_are_text() -> None:
    assert parse("remarks", 2014.0).value == "2014"
    assert parse("remarks", dt.date(2014, 3, 4)).value == "2014-03-04"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Not available", "not_available"),
        ("sans objet", "not_applicable"),
        ("not_yet", "not_yet"),
        ("nd", "not_available"),
    ],
)
def test_reasons_are_read_in_any_language(typed: str, code: str) -> None:
    parsed = parse_reason(typed, FORM, "en")
    assert parsed is not None
    assert parsed.value == code


def test_a_reason_that_is_none_is_a_problem() -> None:
    parsed = parse_reason("n/a", FORM, "en")
    assert parsed is not None
    assert (parsed.value, parsed.problem) == (None, "not_a_reason")


STYLES = {
    "plain": ("", "."),
    "comma": ("", ","),
    "english": (",", "."),
    "german": (".", ","),
    "french": (THIN, ","),
    "spaces": (" ", "."),
    "swiss": ("'", "."),
}


@given(
    number=st.decimals(min_value=-(10**14), max_value=10**14, allow_nan=False, places=3),
    places=st.integers(0, 3),
    style=st.sampled_from(sorted(STYLES)),
)
def test_a_number_in_any_style_is_read_back_or_asked_about_but_never_another(
    number: Decimal, places: int, style: str
) -> None:
    thousands, point = STYLES[style]
    number = round(number, places)
    typed = f"{number:,.{places}f}".replace(",", "\0").replace(".", point).replace("\0", thousands)
    read = read_number(typed)
    assert read.number == number or (read.number is None and read.problem == "ambiguous_number")
    if places != 3 and thousands not in (",", "."):
        assert read.number == number


DATE_STYLES = [
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%d-%b-%Y",
    "%d/%m/%y",
    "%Y%m%d",
]


@given(day=st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)), style=st.sampled_from(DATE_STYLES))
def test_a_date_in_any_style_is_read_back_or_asked_about_but_never_another(day: dt.date, style: str) -> None:
    read = read_date(day.strftime(style), ["en", "fr", "es"])
    assert read.date == day or (read.date is None and read.problem == "ambiguous_date")
    if "%B" in style or "%b" in style or style.startswith("%Y"):
        assert read.date == day


@given(day=st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)), language=st.sampled_from(["en", "fr", "es"]))
def test_a_date_with_the_month_in_words_is_read_in_every_language(day: dt.date, language: str) -> None:
    from babel.dates import format_date

    for width in ("long", "full", "d MMM y"):
        assert read_date(format_date(day, width, locale=language), ["en", "fr", "es"]).date == day


@given(st.text(max_size=60), st.sampled_from([asked.code for asked in FORM.asked]))
def test_no_text_breaks_the_reading(typed: str, code: str) -> None:
    parsed = parse_value(typed, FORM.by_code[code], FORM)
    assert parsed is None or (parsed.value is None) != (parsed.problem is None)


def several(*listed: tuple[str, str]) -> tuple[Form, Question]:
    """A form with one question to which several of the choices (code, label) may be given."""
    plain = replace(FORM, choices={**FORM.choices, "several": tuple(Choice(c, texts(label)) for c, label in listed)})
    asked = replace(FORM.by_code["obstacles"], choices="several")
    return plain, asked


@pytest.mark.parametrize(
    ("listed", "typed", "value", "problem"),
    [
        ((("1", "0"), ("2", "1"), ("3", "2")), "1", "2", None),
        ((("1", "0"), ("2", "1"), ("3", "2")), "0; 2", "1 3", None),
        ((("a", "Laws; decrees"), ("b", "Units")), "Laws; decrees", "a", None),
        ((("a", "Laws; decrees"), ("b", "Units")), "Units;Laws; decrees", "a b", None),
        ((("a", "Laws; decrees"), ("b", "Units")), "Laws; Units", None, "not_a_choice"),
        ((("a", "Yes; maybe"), ("b", "Yes"), ("c", "Maybe")), "Yes; maybe", None, "ambiguous_choice"),
        ((("a", "Yes, maybe"), ("b", "Yes"), ("c", "Maybe")), "Maybe; Yes", "b c", None),
        ((("x", "A; B"), ("y", "B; C"), ("z", "A"), ("w", "C")), "A; B; C", None, "ambiguous_choice"),
        ((("x", "A; B"), ("y", "B; C"), ("z", "A")), "A; B; C", "y z", None),
        ((("a", "- none"), ("b", "Units")), "- none", "a", None),
        ((("a", "None"), ("b", "Units")), "• Units\n• None", "a b", None),
        ((("a", "Laws"), ("b", "Units")), ";;Laws;;", "a", None),
        ((("a", "Laws"), ("b", "Units")), "b a", "a b", None),
    ],
)
def test_several_choices_are_those_that_are_meant_or_a_question(
    listed: tuple[tuple[str, str], ...], typed: str, value: str | None, problem: str | None
) -> None:
    plain, asked = several(*listed)
    parsed = parse_value(typed, asked, plain)
    assert parsed is not None
    assert (parsed.value, parsed.problem) == (value, problem)


def test_many_separators_take_no_time() -> None:
    plain, asked = several(("a", "A; b, c; d, e; f"), ("b", "B"))
    parsed = parse_value("B;" * 16_000, asked, plain)
    assert parsed is not None
    assert parsed.value == "b"
