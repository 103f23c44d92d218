"""The questionnaire of the Global Alliance covers what a country fills in, in three languages, and runs elsewhere too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.questionnaire.form import Form, Question
from pipeline.questionnaire.xlsform import load_form
from pipeline.questionnaire.xpath import compile_form

FILE = Path(__file__).parents[3] / "alliance" / "questionnaire.xlsx"
SECTIONS = ["identification", "pt1", "pt2", "pt3", "pt4", "commitments", "evidence", "overall", "sign_off"]
IDENTIFICATION = ["authority", "focal_point", "focal_email", "language", "deputy", "deputy_email", "consulted"]
OVERALL = ["achievements", "obstacles", "priorities", "requests", "profile_comment"]
OF_A_COMMITMENT = [
    *("title", "goal", "description", "kind", "action", "lead_body", "start", "due", "status"),
    *("completed_on", "change"),
    *("value", "value_year", "evidence_title", "evidence_link", "evidence_date", "evidence_public"),
    *("obstacles", "predecessor"),
]
OF_A_DOCUMENT = ["evidence_of", "evidence_title", "evidence_link", "evidence_date", "evidence_public"]
UNITS = {
    *("victims", "operations", "campaigns", "companies", "hours", "persons", "practices", "percent", "posts", "year"),
}
OF_A_NUMBER = ["value", "year", "previous_value", "baseline_value", "baseline_year", "source", "estimated", "break"]


@pytest.fixture(scope="module")
def form() -> Form:
    return load_form(FILE)


def test_it_has_at_least_80_questions_in_the_sections_that_are_sheets(form: Form) -> None:
    assert len(form.asked) >= 80
    assert [section.code for section in form.sections] == SECTIONS


@pytest.mark.parametrize("role", [*IDENTIFICATION, "approver", "approved_on", "consent", *OVERALL])
def test_identification_and_overall_part_ask_for(role: str, form: Form) -> None:
    assert len(form.with_role(role)) == 1


@pytest.mark.parametrize("role", ["declaration", "signatory", "signed_on"])
def test_the_sign_off_asks_for(role: str, form: Form) -> None:
    assert [question.section for question in form.with_role(role)] == ["sign_off"]


@pytest.mark.parametrize("role", OF_A_COMMITMENT)
def test_every_commitment_is_asked_for(role: str, form: Form) -> None:
    assert len(form.with_role(role, repeat="commitments")) == 1


@pytest.mark.parametrize("role", OF_A_DOCUMENT)
def test_every_further_document_is_asked_for_in_a_table_of_its_own(role: str, form: Form) -> None:
    assert [question.section for question in form.with_role(role, repeat="documents")] == ["evidence"]
    assert form.commitments_repeat == "commitments"


def test_links_of_documents_are_files_on_the_web(form: Form) -> None:
    links = [question for question in form.asked if question.role == "evidence_link"]
    assert [(question.code, question.type) for question in links] == [("c_evidence_link", "file"), ("e_link", "file")]


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        *(("ALB-03", True), ("ALB-103", True), ("NEW-1", True), ("NEW-15", True)),
        *(("ALB-3", False), ("alb-03", False), ("ALB 03", False), ("NEW", False), ("the third", False)),
    ],
)
def test_a_document_names_a_commitment_by_its_number(number: str, is_one: bool, form: Form) -> None:
    assert _holds(form, {("NEW-1", "e_commitment"): number})["NEW-1", "question", "e_commitment"] == is_one


def test_a_document_that_is_listed_twice_is_asked_about_in_every_row_of_documents(form: Form) -> None:
    page, law, report = (f"https://www.alb.example/{name}" for name in ("page", "law", "report"))
    holds = _holds(
        form,
        {
            ("ALB-01", "c_evidence_link"): page,
            ("NEW-1", "e_link"): page,
            ("NEW-2", "e_link"): law,
            ("NEW-3", "e_link"): law,
            ("NEW-4", "e_link"): report,
        },
    )
    once = {row: value for (row, subject, _), value in holds.items() if subject == "document_named_once"}
    assert once == {"NEW-1": False, "NEW-2": False, "NEW-3": False, "NEW-4": True}


def _holds(form: Form, values: dict[tuple[str, str], str]) -> dict[tuple[str, str, str], bool | None]:
    rows = {"commitments": ["ALB-01"], "documents": [row for row, code in values if code.startswith("e_")]}
    verdicts = compile_form(form).assess(values, rows, {}, date(2014, 7, 15))
    return {(verdict.row, verdict.subject, verdict.question): verdict.holds for verdict in verdicts}


@pytest.mark.parametrize(
    "indicator", ["icse_new", "joint_operations", "campaigns", "companies_reporting", "notice_hours"]
)
@pytest.mark.parametrize("role", OF_A_NUMBER)
def test_every_main_number_is_asked_for_with(role: str, indicator: str, form: Form) -> None:
    assert len(form.with_role(role, indicator=indicator)) == 1


def test_icse_is_asked_for_as_flow_and_as_stock(form: Form) -> None:
    assert [question.code for question in form.with_role("value", indicator="icse_new")] == ["icse_new"]
    assert [question.code for question in form.with_role("stock", indicator="icse_new")] == ["icse_total"]


def test_the_legal_checklist_has_six_elements_with_article_and_date(form: Form) -> None:
    elements = ["production", "distribution", "possession", "accessing", "grooming", "livestreaming"]
    asked = {
        role: [question.code for question in form.with_role(role, indicator="legal_framework")]
        for role in ("element", "article", "element_date")
    }
    assert asked["element"] == [f"law_{element}" for element in elements]
    assert asked["article"] == [f"law_{element}_article" for element in elements]
    assert asked["element_date"] == [f"law_{element}_date" for element in elements]


def test_every_target_asks_for_good_practice(form: Form) -> None:
    assert [question.section for question in form.with_role("good_practice")] == ["pt1", "pt2", "pt3", "pt4"]


def test_the_first_thing_it_says_is_that_it_is_about_policy_only(form: Form) -> None:
    note = form.questions[0]
    assert note.type == "note"
    assert "Never enter case data" in note.texts.get("label", "en")


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_text_is_there_in(language: str, form: Form) -> None:
    for question in form.questions:
        fields = {field for field, _ in question.texts.by_field}
        assert "label" in fields
        assert not question.constraint or "constraint_message" in fields, question.code
        assert not question.required or "required_message" in fields, question.code
        assert all(_text(question, field, language) for field in fields), question.code
    for choices in form.choices.values():
        assert all(choice.texts.by_field.get(("label", language)) for choice in choices)
    assert all(check.texts.by_field.get(("message", language)) for check in form.checks)


def _text(question: Question, field: str, language: str) -> str | None:
    # The column ``unit``, which has no language, is the unit in English.
    in_english = question.unit if (field, language) == ("unit", "en") else None
    return in_english or question.texts.by_field.get((field, language))


@pytest.mark.parametrize("language", ["fr", "es"])
def test_no_unit_and_no_title_is_left_in_english_in(language: str, form: Form) -> None:
    assert form.title[language] != form.title["en"]
    units = {question.unit: question.texts.by_field.get(("unit", language)) for question in form.asked if question.unit}
    assert set(units) == UNITS
    assert all(units.values())
    assert not {unit for unit, translated in units.items() if translated == unit}


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_element_of_a_checklist_has_a_short_label_of_its_own(language: str, form: Form) -> None:
    elements = [question for question in form.asked if question.role == "element"]
    short = [question.texts.by_field.get(("short", language), "") for question in elements]
    assert len(elements) == 9
    assert all(0 < len(text) <= 40 for text in short)
    assert len(set(short)) == len(short)


def test_no_label_stands_twice_in_a_list_of_choices(form: Form) -> None:
    for name, choices in form.choices.items():
        for language in form.languages:
            labels = [choice.texts.get("label", language).casefold() for choice in choices]
            assert len(set(labels)) == len(labels), (name, language)


def test_it_has_at_least_eight_checks_and_all_its_expressions_compile(form: Form) -> None:
    assert len(form.checks) >= 8
    compile_form(form)


def test_pyxform_converts_it_without_a_warning() -> None:
    from pyxform.xls2xform import convert

    assert convert(FILE, validate=False).warnings == []
