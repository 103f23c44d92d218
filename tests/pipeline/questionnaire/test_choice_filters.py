"""Filters of choices: regions of countries, towns of regions; truth tables by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from questionnaire_forms import ask, group, make_form

from pipeline.errors import AllianceError, Problem
from pipeline.questionnaire.assessing import CompiledForm, Verdict
from pipeline.questionnaire.form import Choice, Form, Texts
from pipeline.questionnaire.xpath import compile_form

NO_TEXTS = Texts({}, "en")
TOWNS: Mapping[str, Mapping[str, str]] = {
    "tirana": {"country": "ALB", "size": "500", "kinds": "capital port"},
    "durres": {"country": "ALB", "size": "150", "kinds": "port"},
    "oslo": {"country": "NOR", "size": "700", "kinds": "capital"},
    "elsewhere": {},
}
COUNTRIES: Mapping[str, Mapping[str, str]] = {"ALB": {}, "NOR": {}}
TODAY = date(2014, 9, 30)


def choices(table: Mapping[str, Mapping[str, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(code, NO_TEXTS, columns) for code, columns in table.items())


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    """A form with a town of a country, outside of repeats and in one."""
    part = group(
        "part",
        *(ask("select_one yes_no", "country"), ask("select_multiple yes_no", "countries"), ask("integer", "least")),
        *(ask("text", "said"), ask("select_one yes_no", "town"), ask("select_multiple yes_no", "towns")),
    )
    inside = [ask("select_one yes_no", "row_country"), ask("select_one yes_no", "row_town")]
    survey = [*part, *group("list", *group("items", *inside, kind="repeat"))]
    made = make_form(tmp_path_factory.mktemp("form"), survey)
    lists = {"country": "countries", "countries": "countries", "row_country": "countries"}
    lists |= {"town": "towns", "towns": "towns", "row_town": "towns"}
    questions = tuple(replace(question, choices=lists.get(question.code)) for question in made.questions)
    return replace(made, questions=questions, choices={"countries": choices(COUNTRIES), "towns": choices(TOWNS)})


def filtered(form: Form, expression: str, code: str = "town") -> CompiledForm:
    return compile_form(_with_filter(form, expression, code))


def _with_filter(form: Form, expression: str, code: str) -> Form:
    questions = [replace(q, choice_filter=expression) if q.code == code else q for q in form.questions]
    return replace(form, questions=tuple(questions))


def verdict(
    compiled: CompiledForm, values: Mapping[str | tuple[str, str], str], code: str = "town", row: str = ""
) -> Verdict:
    given = {("", key) if isinstance(key, str) else key: value for key, value in values.items()}
    verdicts = compiled.assess(given, {"items": ["A", "B"]}, {("", "country"): "NOR"}, TODAY)
    return next(one for one in verdicts if (one.question, one.row) == (code, row))


SAME_COUNTRY = "country = /data/part/country"
CASES: list[tuple[str, dict[str, str], bool | None]] = [
    (SAME_COUNTRY, {"town": "tirana", "country": "ALB"}, True),
    (SAME_COUNTRY, {"town": "oslo", "country": "ALB"}, False),
    (SAME_COUNTRY, {"town": "oslo"}, None),  # the country is missing
    (SAME_COUNTRY, {"country": "ALB"}, None),  # there is no answer
    (SAME_COUNTRY, {"town": "elsewhere", "country": "ALB"}, False),  # an empty cell is not a missing answer
    (SAME_COUNTRY, {"town": "atlantis", "country": "ALB"}, False),  # no choice of the list
    ("/data/part/country = country", {"town": "oslo", "country": "NOR"}, True),
    ("country != /data/part/country", {"town": "oslo", "country": "ALB"}, True),
    ("country != /data/part/country", {"town": "oslo"}, None),
    ("not(country = /data/part/country)", {"town": "oslo"}, None),
    ("not(country = /data/part/country)", {"town": "oslo", "country": "ALB"}, True),
    ("country = 'ALB'", {"town": "tirana"}, True),
    ("country = 'ALB'", {"town": "oslo"}, False),
    ("country = ''", {"town": "elsewhere"}, True),
    ("name != 'elsewhere'", {"town": "elsewhere"}, False),
    ("name = 'elsewhere' or country = /data/part/country", {"town": "elsewhere"}, True),
    ("name = 'elsewhere' or country = /data/part/country", {"town": "oslo"}, None),
    ("size > 400 and country = /data/part/country", {"town": "durres"}, False),
    ("size > 400 and country = /data/part/country", {"town": "oslo"}, None),
    ("size >= /data/part/least", {"town": "durres", "least": "150"}, True),
    ("size >= /data/part/least", {"town": "durres", "least": "1000"}, False),
    ("size >= /data/part/least", {"town": "durres"}, None),
    ("size >= /data/part/least", {"town": "elsewhere", "least": "1"}, False),
    ("size = /data/part/least", {"town": "durres", "least": "150.0"}, True),
    ("size >= /data/part/least + 50", {"town": "durres"}, None),
    ("selected(/data/part/countries, country)", {"town": "oslo", "countries": "ALB NOR"}, True),
    ("selected(/data/part/countries, country)", {"town": "oslo", "countries": "ALB"}, False),
    ("selected(/data/part/countries, country)", {"town": "oslo"}, None),
    ("selected(/data/part/countries, country)", {"town": "elsewhere", "countries": "ALB"}, False),
    ("selected(kinds, 'port')", {"town": "durres"}, True),
    ("selected(kinds, 'port')", {"town": "oslo"}, False),
    ("selected(kinds, 'port')", {"town": "elsewhere"}, False),
    ("selected(kinds, /data/part/said)", {"town": "oslo", "said": "capital"}, True),
    ("selected(kinds, /data/part/said)", {"town": "oslo"}, None),
    ("contains(/data/part/said, name)", {"town": "oslo", "said": "to oslo"}, True),
    ("contains(/data/part/said, name)", {"town": "oslo"}, None),
    ("regex(name, '[a-o]+')", {"town": "oslo"}, False),
    ("if(/data/part/country = 'ALB', country = 'ALB', true())", {"town": "oslo", "country": "ALB"}, False),
    ("if(/data/part/country = 'ALB', country = 'ALB', true())", {"town": "oslo", "country": "NOR"}, True),
    ("if(/data/part/country = 'ALB', country = 'ALB', true())", {"town": "tirana"}, None),  # Kleene's
    ("concat(country, '') = /data/part/country", {"town": "oslo", "country": "NOR"}, True),
    ("country = coalesce(/data/part/country, 'NOR')", {"town": "oslo"}, True),
    ("country = instance('__last-saved')/data/part/country", {"town": "oslo"}, True),
    ("country = current()/../country", {"town": "oslo", "country": "ALB"}, False),
    ("country = ../country", {"town": "oslo", "country": "NOR"}, True),
    ("true()", {"town": "oslo"}, True),
    ("false()", {"town": "oslo"}, False),
]


@pytest.mark.parametrize(("expression", "values", "expected"), CASES)
def test_a_choice_is_offered_or_not_or_that_cannot_be_said(
    form: Form, expression: str, values: dict[str, str], expected: bool | None
):
    assert verdict(filtered(form, expression), dict(values)).offered is expected


@pytest.mark.parametrize(
    ("chosen", "country", "expected"),
    [
        ("tirana durres", "ALB", True),
        ("tirana oslo", "ALB", False),
        ("tirana durres", "", None),
        ("tirana atlantis", "", False),
        ("", "ALB", None),
    ],
)
def test_of_several_choices_each_must_be_offered(form: Form, chosen: str, country: str, expected: bool | None):
    compiled = filtered(form, SAME_COUNTRY, "towns")
    assert verdict(compiled, {"towns": chosen, "country": country}, "towns").offered is expected


def test_one_choice_that_is_certainly_not_offered_settles_it(form: Form):
    compiled = filtered(form, "name != 'elsewhere' and country = /data/part/country", "towns")
    assert verdict(compiled, {"towns": "oslo elsewhere"}, "towns").offered is False


@pytest.mark.parametrize("expression", ["country = current()/../row_country", "country = ../row_country"])
def test_in_a_repeat_every_row_has_its_own_offer(form: Form, expression: str):
    compiled = filtered(form, expression, "row_town")
    values = {
        ("A", "row_country"): "ALB",
        ("A", "row_town"): "oslo",
        ("B", "row_country"): "NOR",
        ("B", "row_town"): "oslo",
    }
    assert [verdict(compiled, values, "row_town", row).offered for row in "AB"] == [False, True]
    # What pyxform writes of a question outside of the repeat is a path from the root.
    outside = filtered(form, SAME_COUNTRY, "row_town")
    assert verdict(outside, {**values, ("", "country"): "ALB"}, "row_town", "A").offered is False


def test_what_is_not_asked_is_not_judged_and_does_not_count(form: Form):
    questions = [
        replace(q, relevant="/data/part/least > 1", choice_filter=SAME_COUNTRY) if q.code == "town" else q
        for q in form.questions
    ]
    compiled = compile_form(replace(form, questions=tuple(questions)))
    assert verdict(compiled, {"town": "oslo", "country": "ALB", "least": "1"}).offered is None
    assert verdict(compiled, {"town": "oslo", "country": "ALB", "least": "2"}).offered is False
    country = [replace(q, relevant="false()") if q.code == "country" else q for q in form.questions]
    hidden = filtered(replace(form, questions=tuple(country)), SAME_COUNTRY)
    assert verdict(hidden, {"town": "oslo", "country": "ALB"}).offered is None


def test_a_question_without_a_filter_has_no_offer(form: Form):
    assert verdict(compile_form(form), {"town": "oslo"}).offered is None


def test_a_filter_written_in_an_xlsform_is_evaluated_in_and_outside_of_repeats(tmp_path: Path):
    label = "label::English (en)"
    rows = [{"list_name": "lands", "name": code, label: code} for code in ("ALB", "NOR")]
    rows += [
        {"list_name": "places", "name": code, label: code, "country": country}
        for code, country in (("tirana", "ALB"), ("oslo", "NOR"))
    ]
    inside = [
        ask("select_one lands", "row_country"),
        ask("select_one places", "row_town", choice_filter="country = ${row_country} and country = ${country}"),
    ]
    survey = [
        *group(
            "part",
            ask("select_one lands", "country"),
            ask("select_one places", "town", choice_filter="country=${country}"),
        ),
        *group("list", *group("items", *inside, kind="repeat")),
    ]
    compiled = compile_form(make_form(tmp_path, survey, choices=rows))
    values = {"country": "ALB", "town": "oslo"}
    values |= {
        ("A", "row_country"): "ALB",
        ("A", "row_town"): "tirana",
        ("B", "row_country"): "NOR",
        ("B", "row_town"): "oslo",
    }
    assert verdict(compiled, values).offered is False
    assert verdict(compiled, {**values, "town": "tirana"}).offered is True
    assert [verdict(compiled, values, "row_town", row).offered for row in "AB"] == [True, False]
    survey[2] = ask("select_one places", "town", choice_filter="land=${country}")
    with pytest.raises(AllianceError) as caught:
        make_form(tmp_path, survey, choices=rows)
    assert [(problem.sheet, problem.row, problem.column) for problem in caught.value.problems] == [
        ("survey", 4, "choice_filter")
    ]


def refused(form: Form, expression: str, code: str = "town") -> Problem:
    with pytest.raises(AllianceError) as caught:
        filtered(form, expression, code)
    [problem] = caught.value.problems
    assert problem.mend
    assert (problem.sheet, problem.row, problem.column) == ("survey", form.by_code[code].row, "choice_filter")
    return problem


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("region = 'x'", "has no column 'region'"),
        ("country = /data/part/gone", "/data/part/gone"),
        ("country =", "a value is expected"),
        ("country = nothing()", "nothing()"),
        ("random() > 0.5", "random()"),
        (". = 'x'", "'.' in a choice_filter"),
        ("./country = 'x'", "'.' in a choice_filter"),
        ("country/x = 'y'", "'country' in a choice_filter"),
        ("@country = 'y'", "'@country' in a choice_filter"),
        ("country[1] = 'y'", "'country' in a choice_filter"),
        ("position() < 3", "position()"),
        ("string-length() < 3", "string-length()"),
        ("once(country) = 'x'", "once()"),
        ("country = /data/list/items/row_country", "all rows of a repeat"),
        ("country = instance('countries')/root/item/name", "instance()"),
        ("regex(country, '(')", "pattern of regex()"),
    ],
)
def test_a_filter_that_cannot_be_evaluated_is_refused_with_its_place(form: Form, expression: str, words: str):
    assert words in refused(form, expression).seen


def test_a_filter_of_a_question_without_choices_is_refused(form: Form):
    assert "no choices" in refused(form, "true()", "said").seen
