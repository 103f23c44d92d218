"""What plain XLSForms bring, written by people who never heard of the product."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from questionnaire_forms import EN, FR, MESSAGE, REASONS, SETTINGS, Row, ask, assess, group, make_form

from pipeline.errors import AllianceError
from pipeline.questionnaire.form import Form, NumberRange
from pipeline.questionnaire.xlsform_ranges import range_constraint, read_range

CASCADE = [
    {"list_name": "country", "name": "fr", EN: "France"},
    {"list_name": "country", "name": "es", EN: "Spain"},
    {"list_name": "town", "name": "lyon", EN: "Lyon", "country": "fr", "Size": "big"},
    {"list_name": "town", "name": "jaca", EN: "Jaca", "country": "es"},
]


def plain(kind: str, name: str, **cells: object) -> Row:
    return {"type": kind, "name": name, "label": f"Question {name}", **cells}


def make_plain(folder: Path, *survey: Row, **parts: object) -> Form:
    """A form of nothing but a survey (the lists that stand by in the helper are not asked for)."""
    return make_form(folder, list(survey), **{"settings": {}, "reasons": (), **parts})


# ---- what a form may leave out


def test_a_form_of_one_row_is_a_form(tmp_path: Path):
    form = make_plain(tmp_path, plain("text", "a"))
    assert [(section.code, section.repeat) for section in form.sections] == [("form", None)]
    question = form.by_code["a"]
    assert (question.section, question.path, question.texts.get("label", "en")) == ("form", "/data/a", "Question a")


def test_a_form_without_settings_is_called_after_its_file_as_pyxform_does(tmp_path: Path):
    form = make_plain(tmp_path, plain("text", "a"))
    assert (form.id, form.title, form.languages[0]) == (
        "questionnaire",
        dict.fromkeys(form.languages, "questionnaire"),
        "en",
    )


def test_a_form_without_a_version_has_another_one_when_it_asks_for_something_else(tmp_path: Path):
    first = make_plain(tmp_path, plain("text", "a")).version
    assert make_plain(tmp_path, plain("text", "a", label="A mended word")).version == first
    assert make_plain(tmp_path, plain("integer", "a")).version != first
    assert make_plain(tmp_path, plain("text", "b")).version != first
    assert make_plain(tmp_path, plain("text", "a"), settings={"version": "7"}).version == "7"


def test_a_form_without_reasons_has_the_usual_ones_in_three_languages(tmp_path: Path):
    reasons = make_plain(tmp_path, plain("text", "a")).choices["missing_reason"]
    assert [reason.code for reason in reasons] == ["not_available", "not_applicable", "not_yet", "confidential"]
    assert [reasons[0].texts.get("label", language) for language in ("en", "fr", "es", "de")] == [
        *("Not available", "Non disponible", "No disponible", "Not available"),
    ]


def test_the_forms_own_reasons_go_before_the_usual_ones(tmp_path: Path):
    reasons = [{**row, EN: str(row[EN]).upper()} for row in REASONS]
    [first, *_] = make_form(tmp_path, [plain("text", "a")], reasons=reasons).choices["missing_reason"]
    assert first.texts.get("label", "en") == "NOT AVAILABLE"


def test_a_question_with_a_hint_alone_and_a_note_without_a_name_load(tmp_path: Path):
    form = make_plain(tmp_path, {"type": "text", "name": "a", "hint": "h"}, {"type": "note", "label": "Read this"})
    assert form.by_code["a"].short_label("en") == "a"
    assert form.by_code["generated_note_name_3"].texts.get("label", "en") == "Read this"


def test_a_choice_without_a_label_is_shown_by_its_code_or_in_the_language_that_it_has(tmp_path: Path):
    choices = [{"list_name": "l", "name": "low"}, {"list_name": "l", "name": "high", FR: "Haut"}]
    form = make_form(tmp_path, [ask("select_one l", "a")], choices=choices)
    assert [choice.texts.get("label", "en") for choice in form.choices["l"]] == ["low", "Haut"]


# ---- sections


def test_what_stands_outside_of_groups_has_a_section_of_its_own_called_after_the_form(tmp_path: Path):
    survey = [ask("text", "a"), *group("pt1", ask("text", "b")), ask("text", "c")]
    form = make_form(tmp_path, survey, settings={**SETTINGS, "form_title_fr": "Petit"})
    assert [section.code for section in form.sections] == ["form", "pt1"]
    assert [question.section for question in form.asked] == ["form", "pt1", "form"]
    assert [form.sections[0].texts.get("label", language) for language in ("en", "fr")] == ["Small form", "Petit"]


def test_a_group_called_form_keeps_its_name(tmp_path: Path):
    form = make_form(tmp_path, [ask("text", "a"), *group("form", ask("text", "b"))])
    assert [question.section for question in form.asked] == ["form_2", "form"]


def test_a_repeat_outside_of_groups_is_a_section(tmp_path: Path):
    form = make_form(
        tmp_path, [*group("r", ask("text", "a"), kind="repeat"), *group("s", ask("text", "b"), kind="repeat")]
    )
    assert [(section.code, section.repeat) for section in form.sections] == [("r", "r"), ("s", "s")]
    assert form.by_code["b"].path == "/data/s/b"
    assert form.sections[0].texts.get("label", "fr") == "Partie r"


def test_a_repeat_beside_questions_of_its_group_has_a_section_of_its_own(tmp_path: Path):
    repeat = group("r", ask("text", "b"), kind="repeat")
    form = make_form(tmp_path, group("pt1", ask("text", "a"), *repeat, ask("text", "c")))
    assert [(section.code, section.repeat) for section in form.sections] == [("pt1", None), ("r", "r")]
    assert [(question.code, question.section, question.repeat) for question in form.asked] == [
        ("a", "pt1", None),
        ("b", "r", "r"),
        ("c", "pt1", None),
    ]


def test_two_repeats_of_a_group_have_a_section_each(tmp_path: Path):
    repeats = [*group("r", ask("text", "a"), kind="repeat"), *group("s", ask("text", "b"), kind="repeat")]
    form = make_form(tmp_path, group("pt1", *repeats))
    assert [(section.code, section.repeat) for section in form.sections] == [("r", "r"), ("s", "s")]


def test_a_note_beside_a_repeat_stays_with_it(tmp_path: Path):
    form = make_form(tmp_path, group("pt1", ask("note", "n"), *group("r", ask("text", "a"), kind="repeat")))
    assert [(section.code, section.repeat) for section in form.sections] == [("pt1", "r")]
    assert form.by_code["n"].section == "pt1"


def test_calculations_alone_make_no_section(tmp_path: Path):
    form = make_form(tmp_path, [ask("calculate", "c", calculation="1 + 1"), *group("pt1", ask("text", "a"))])
    assert [section.code for section in form.sections] == ["pt1"]
    assert form.by_code["c"].calculate == "1 + 1"


# ---- spellings


@pytest.mark.parametrize(
    ("spelling", "kind"),
    [
        ("int", "integer"),
        ("add integer prompt", "integer"),
        ("string", "text"),
        ("q string", "text"),
        ("add note prompt", "note"),
        ("q date", "date"),
        ("add file prompt", "file"),
        ("select one from yes_no", "select_one"),
        ("select1 yes_no", "select_one"),
        ("select all that apply from yes_no", "select_multiple"),
    ],
)
def test_types_may_be_spelt_as_pyxform_takes_them(tmp_path: Path, spelling: str, kind: str):
    assert make_form(tmp_path, [ask(spelling, "a"), ask("text", "asked")]).by_code["a"].type == kind


def test_headings_may_be_spelt_as_pyxform_takes_them(tmp_path: Path):
    first = {
        "Type": "integer",
        "Name": "a",
        "Label": "A",
        "bind::constraint": ". > 1",
        "Constraining Message": "Too small",
    }
    second = {
        "Type": "integer",
        "Name": "b",
        "Label": "B",
        "relevance": "${a} = 2",
        "Required": "TRUE",
        "requiredMsg": "Say",
    }
    form = make_plain(tmp_path, first, second)
    assert (form.by_code["a"].constraint, form.by_code["a"].texts.get("constraint_message", "en")) == (
        ". > 1",
        "Too small",
    )
    b = form.by_code["b"]
    assert (b.relevant.replace(" ", ""), b.required, b.texts.get("required_message", "en")) == (
        "/data/a=2",
        "true()",
        "Say",
    )


def test_a_language_may_be_named_without_its_code(tmp_path: Path):
    row = {
        "type": "text",
        "name": "a",
        "label::English": "Town",
        "label::français": "Ville",
        "label::Klingonese": "veng",
    }
    form = make_plain(tmp_path, row)
    assert form.by_code["a"].texts.get("label", "fr") == "Ville"
    assert [code for code in form.languages if code != "fr"] == ["en", "Klingonese"]


def test_texts_without_a_language_are_in_the_default_one_and_give_way_to_a_named_one(tmp_path: Path):
    settings = {"default_language": "French (fr)"}
    form = make_plain(tmp_path, {"type": "text", "name": "a", "label": "x", FR: "y", "hint": "z"}, settings=settings)
    assert form.languages[0] == "fr"
    assert (form.by_code["a"].texts.get("label", "fr"), form.by_code["a"].texts.get("hint", "fr")) == ("y", "z")


def test_quotes_that_excel_made_typographic_are_quotes_in_expressions_and_stay_in_labels(tmp_path: Path):
    form = make_plain(tmp_path, plain("text", "a"), plain("text", "b", relevant="${a} = ‘yes’", label="L’État"))
    assert form.by_code["b"].relevant.replace(" ", "") == "/data/a='yes'"
    assert form.by_code["b"].texts.get("label", "en") == "L’État"


def test_a_disabled_row_and_a_remark_are_no_questions(tmp_path: Path):
    remark = {"appearance": "only a remark"}
    form = make_plain(tmp_path, plain("text", "a"), plain("text", "b", disabled="yes"), remark, plain("text", "c"))
    assert [question.code for question in form.questions] == ["a", "c"]
    assert form.by_code["c"].row == 5


def test_what_is_only_about_looks_passes(tmp_path: Path):
    looks = {"appearance": "minimal", "image": "a.png", "guidance_hint": "g", "bind::esri:fieldType": "x", "foo": "bar"}
    settings = {"namespaces": 'esri="http://esri.com/xforms"'}
    form = make_plain(tmp_path, plain("text", "a", parameters="rows=5", **looks), settings=settings)
    assert form.by_code["a"].type == "text"


# ---- types


def test_the_rows_that_a_device_fills_in_are_not_asked_and_mean_what_a_run_can_know(tmp_path: Path):
    rows = [{"type": kind, "name": f"m_{kind}"} for kind in ("start", "end", "today", "deviceid", "username")]
    form = make_plain(tmp_path, *rows, plain("date", "due", constraint=". > ${m_today}"))
    assert [question.code for question in form.asked] == ["due"]
    assert {code: form.by_code[code].calculate for code in ("m_start", "m_today", "m_deviceid")} == {
        "m_start": "now()",
        "m_today": "today()",
        "m_deviceid": "",
    }
    assert assess(form, {"due": "2014-09-30"})["question", "due", ""].holds is False
    assert assess(form, {"due": "2014-10-01"})["question", "due", ""].holds is True


def test_a_question_that_the_form_calculates_is_not_asked(tmp_path: Path):
    form = make_plain(
        tmp_path, plain("integer", "a"), plain("integer", "twice", calculation="${a} * 2", readonly="yes")
    )
    assert [question.code for question in form.asked] == ["a"]
    assert form.by_code["twice"].calculate.replace(" ", "") == "/data/a*2"


def test_a_question_that_nobody_can_answer_is_a_note(tmp_path: Path):
    form = make_plain(tmp_path, plain("text", "a", readonly="yes"), plain("text", "b", readonly="no"))
    assert [question.type for question in form.questions] == ["note", "text"]


def test_a_type_brings_along_its_constraint_and_hint(tmp_path: Path):
    question = make_plain(tmp_path, plain("number of days in last month", "a")).by_code["a"]
    assert (question.type, question.constraint) == ("integer", "0 <= . and . <= 31")
    assert question.texts.get("hint", "en") == "Enter a number 0-31."


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("start=0 end=100 step=5", NumberRange(0, 100, 5)),
        ("start=0.5;end=5.0;step=0.5", NumberRange(0.5, 5, 0.5)),
        ("", NumberRange(1, 10, 1)),
        ("start=10 end=1 step=2", NumberRange(2, 10, 2)),
        ("start=1 end=9 step=-2", NumberRange(1, 9, 2)),
    ],
)
def test_a_range_is_read_from_its_parameters(tmp_path: Path, parameters: str, expected: NumberRange):
    assert make_plain(tmp_path, plain("range", "a", parameters=parameters)).by_code["a"].number_range == expected


@pytest.mark.parametrize(
    ("parameters", "value", "holds"),
    [
        ("start=0 end=100 step=5", "55", True),
        ("start=0 end=100 step=5", "56", False),
        ("start=0 end=100 step=5", "105", False),
        ("start=0 end=100 step=5", "-5", False),
        ("start=1 end=10 step=1", "2.5", False),
        ("start=0.1 end=0.9 step=0.1", "0.7", True),
        ("start=0.1 end=0.9 step=0.1", "0.75", False),
        ("start=10 end=1 step=2", "4", True),
        ("start=10 end=1 step=2", "3", False),
    ],
)
def test_a_number_outside_of_its_range_or_between_its_steps_does_not_hold(
    tmp_path: Path, parameters: str, value: str, holds: bool
):
    form = make_plain(tmp_path, plain("range", "a", parameters=parameters))
    assert assess(form, {"a": value})["question", "a", ""].holds is holds


@given(st.integers(-500, 500), st.integers(1, 40), st.integers(1, 40), st.integers(0, 2), st.integers(-600, 900))
def test_a_range_holds_for_its_steps_and_for_nothing_else(start: int, steps: int, step: int, places: int, value: int):
    unit = Decimal(1).scaleb(-places)
    first, last, width, answer = (number * unit for number in (start, start + steps * step, step, value))
    number_range = read_range(f"start={first} end={last} step={width}")
    assert number_range is not None
    constraint = range_constraint(number_range).replace("round(", "floor(0.5 + ").replace("abs(", "number(")
    node = etree.fromstring(f"<a>{answer}</a>")
    # XPath 1.0 has no abs(): the square of a small number is small, and never negative.
    inner = constraint.partition("number(")[2].removesuffix(" < 0.000001").removesuffix(")")
    limits = constraint.partition(" and number(")[0]
    holds = node.xpath(f"{limits} and ({inner}) * ({inner}) < 0.000000000001")
    assert holds is (first <= answer <= last and (answer - first) % width == 0)


def test_a_range_keeps_the_constraint_that_its_row_has(tmp_path: Path):
    form = make_plain(tmp_path, plain("range", "a", constraint=". != 3 or false()"))
    assert [assess(form, {"a": value})["question", "a", ""].holds for value in ("3", "4", "11")] == [False, True, False]


# ---- choices


def test_cascading_choices_keep_their_filter_and_the_columns_it_looks_at(tmp_path: Path):
    survey = [ask("select_one country", "land"), ask("select_one town", "place", choice_filter="country = ${land}")]
    form = make_form(tmp_path, survey, choices=CASCADE)
    assert form.by_code["place"].choice_filter.replace(" ", "") == "country=/data/land"
    assert form.by_code["land"].choice_filter == ""
    assert [dict(choice.columns) for choice in form.choices["town"]] == [
        {"country": "fr", "Size": "big"},
        {"country": "es"},
    ]


def test_in_a_repeat_a_filter_looks_at_the_same_row(tmp_path: Path):
    inside = [ask("select_one country", "land"), ask("select_one town", "place", choice_filter="country = ${land}")]
    form = make_form(tmp_path, group("r", *inside, kind="repeat"), choices=CASCADE)
    assert form.by_code["place"].choice_filter.replace(" ", "") == "country=../land"


def test_or_other_adds_the_choice_and_a_question_for_it(tmp_path: Path):
    row = ask("select_one yes_no or_other", "a", goal="OG1.1", relevant="true()")
    form = make_form(tmp_path, group("pt1", row, ask("select_one yes_no", "b")))
    assert [choice.code for choice in form.choices["yes_no"]] == ["yes", "no", "other"]
    assert [question.code for question in form.asked] == ["a", "a_other", "b"]
    other = form.by_code["a_other"]
    assert (other.type, other.path, other.relevant, other.goal) == (
        "text",
        "/data/pt1/a_other",
        "selected(../a, 'other')",
        "OG1.1",
    )
    assert [other.texts.get("label", language) for language in ("en", "fr")] == ["Specify other.", "Précisez."]
    needed = [assess(form, {"a": value})["question", "a_other", ""].relevant for value in ("yes", "other")]
    assert needed == [False, True]


def test_or_other_leaves_a_list_alone_that_has_the_choice(tmp_path: Path):
    choices = [{"list_name": "l", "name": "x", EN: "X"}, {"list_name": "l", "name": "other", EN: "Else"}]
    form = make_form(tmp_path, [ask("select_multiple l or_other", "a")], choices=choices)
    assert [choice.texts.get("label", "en") for choice in form.choices["l"]] == ["X", "Else"]


def test_names_may_be_in_any_script(tmp_path: Path):
    form = make_plain(tmp_path, plain("integer", "größe"), plain("integer", "数", relevant="${größe} > 1"))
    assert assess(form, {"größe": "2"})["question", "数", ""].relevant is True


def test_where_a_web_form_shows_an_answer_a_workbook_names_the_question(tmp_path: Path):
    asked = [
        ask("text", "body", **{"short::English (en)": "body"}),
        ask("text", "law", **{EN: "Law of ${body}", FR: "Loi de ${body}"}),
        {"type": "calculate", "name": "total", "calculation": "1 + 1"},
        ask(
            "note",
            "n",
            **{EN: "${law}: ${total}, last time ${last-saved#body}", "hint::English (en)": "$5 {x} ${total}"},
        ),
        ask("select_one l", "choice"),
    ]
    choices = [{"list_name": "l", "name": "x", EN: "That of ${body}", FR: "Celle de ${body}"}]
    checks = [{"name": "c", "question": "law", "expression": ". != ''", MESSAGE: "Not without ${body}"}]
    survey = group("pt1", *asked, **{EN: "Part of ${body}"})
    form = make_form(tmp_path, survey, choices=choices, checks=checks)
    texts = {question.code: question.texts for question in form.questions}
    assert texts["law"].get("label", "en") == "Law of [body]"
    assert texts["law"].get("label", "fr") == "Loi de [body]"
    assert texts["n"].get("label", "en") == "[Law of …]: [total], last time [body]"
    assert texts["n"].get("hint", "en") == "$5 {x} [total]"
    assert form.choices["l"][0].texts.get("label", "fr") == "Celle de [body]"
    assert form.checks[0].texts.get("message", "en") == "Not without [body]"
    assert form.sections[0].texts.get("label", "en") == "Part of [body]"


@pytest.mark.parametrize(
    ("typed", "meant"), [("Text", "text"), ("Select_One yes_no", "select_one"), ("integr", "integer")]
)
def test_a_misspelt_type_is_refused_with_the_one_that_may_be_meant(tmp_path: Path, typed: str, meant: str):
    with pytest.raises(AllianceError, match=rf"Did you mean {meant}\?"):
        make_plain(tmp_path, plain(typed, "a"))
