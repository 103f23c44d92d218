"""What a web form stored is read in the form's own notation, in which nothing is ambiguous."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from gather_forms import form, question
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gather.canonical import parse_canonical
from pipeline.gather.parsed import Parsed

FORM = form()
FORM = replace(FORM, questions=(*FORM.questions, question("score", "range"), question("law", "file")))


def parse(code: str, text: str) -> Parsed:
    parsed = parse_canonical(text, FORM.by_code[code], FORM)
    assert parsed is not None
    return parsed


@pytest.mark.parametrize(
    ("code", "text", "value", "number"),
    [
        ("victims", "1250", "1250", 1250.0),
        ("victims", " -3 ", "-3", -3.0),
        ("victims", "12.0", "12", 12.0),
        ("hours", "1.234", "1.234", 1.234),
        ("hours", "3.50", "3.5", 3.5),
        ("hours", "1.0E7", "10000000", 1e7),
        ("hours", "5e-3", "0.005", 0.005),
        ("hours", ".5", "0.5", 0.5),
        ("share", "0.5", "0.5", 0.5),
        ("score", "7", "7", 7.0),
    ],
)
def test_numbers_have_a_decimal_point_and_no_separators(code: str, text: str, value: str, number: float) -> None:
    parsed = parse(code, text)
    assert (parsed.value, parsed.number, parsed.read_as, parsed.problem) == (value, number, "canonical", None)


@pytest.mark.parametrize(
    ("code", "text", "problem"),
    [
        ("hours", "1,5", "not_a_number"),
        ("hours", "1 234", "not_a_number"),
        ("hours", "48 hours", "not_a_number"),
        ("hours", "NaN", "not_a_number"),
        ("hours", "Infinity", "not_a_number"),
        ("hours", "٤٨", "not_a_number"),
        ("hours", "1e-300", "not_a_number"),
        ("hours", "1e300", "out_of_range"),
        ("hours", "9" * 30, "out_of_range"),
        ("victims", "12.5", "not_an_integer"),
        ("adopted_on", "04/03/2014", "not_a_date"),
        ("adopted_on", "2014-02-30", "not_a_date"),
        ("adopted_on", "2014-3-4", "not_a_date"),
        ("adopted_on", "41702", "not_a_date"),
        ("adopted_on", "2014-03-03T23:00:00.000Z", "not_a_date"),
        ("in_place", "Yes", "not_a_choice"),
        ("in_place", "yes no", "not_a_choice"),
        ("obstacles", "data; resources", "not_a_choice"),
        ("law", "javascript:alert(1)", "not_a_link"),
        ("law", "../../etc/passwd", "not_a_link"),
        ("law", "C:\\law.pdf", "not_a_link"),
        ("law", "..", "not_a_link"),
        ("remarks", "x" * 40_000, "too_long"),
        ("remarks", "n/a", "no_value_word"),
    ],
)
def test_what_no_form_engine_stores_is_a_problem(code: str, text: str, problem: str) -> None:
    parsed = parse(code, text)
    assert (parsed.value, parsed.number, parsed.date, parsed.problem) == (None, None, None, problem)


@pytest.mark.parametrize(
    "text",
    [
        "2014-03-04",
        "2014-03-04 00:00:00",
        "2014-03-04T00:00:00.000+02:00",
        "2014-03-04T23:30:00-0500",
        "2014-03-04T00:00:00Z",
    ],
)
def test_dates_are_the_day_at_the_senders_place(text: str) -> None:
    assert parse("adopted_on", text).value == "2014-03-04"
    assert parse("adopted_on", text).date == dt.date(2014, 3, 4)


def test_choices_are_codes_in_the_order_of_the_form() -> None:
    assert parse("in_place", "yes").value == "yes"
    assert parse("obstacles", "data  legal data").value == "legal data"


def test_files_are_names_of_attachments_or_web_addresses() -> None:
    named = parse("law", "1394636363 law.pdf")
    assert (named.value, named.read_as) == ("1394636363 law.pdf", "attachment")
    linked = parse("law", "https://forms.example.org/v1/a/law.pdf?x=1&y=2")
    assert (linked.value, linked.read_as) == ("https://forms.example.org/v1/a/law.pdf?x=1&y=2", "link")


@pytest.mark.parametrize("blank", ["", "  ", "\u00a0", "\n"])
def test_blank_is_no_answer(blank: str) -> None:
    assert parse_canonical(blank, FORM.by_code["remarks"], FORM) is None


def test_text_comes_through_unchanged() -> None:
    text = "=1+1 {{ 7*7 }} <b> שלום 😀"
    assert (parse("remarks", text).value, parse("remarks", text).read_as) == (text, "text")


@given(st.text(max_size=60), st.sampled_from([question.code for question in FORM.asked]))
def test_nothing_stored_breaks_the_reading(text: str, code: str) -> None:
    parsed = parse_canonical(text, FORM.by_code[code], FORM)
    assert parsed is None or (parsed.value is None) != (parsed.problem is None)


@given(st.floats(allow_nan=False, min_value=-1e14, max_value=1e14))
def test_every_number_that_a_form_engine_writes_comes_back(number: float) -> None:
    parsed = parse("hours", repr(number))
    assert parsed.number == number or abs(number) < 1e-40
