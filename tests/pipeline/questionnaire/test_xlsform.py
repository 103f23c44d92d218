from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from questionnaire_forms import EN, FR, MESSAGE, REASONS, SETTINGS, Row, ask, group, make_form, write_form

from pipeline.errors import AllianceError, Problem
from pipeline.questionnaire.form import Texts
from pipeline.questionnaire.xlsform import load_form


def problems_of(folder: Path, survey: list[Row], **parts: object) -> list[Problem]:
    with pytest.raises(AllianceError) as caught:
        make_form(folder, survey, **parts)
    return list(caught.value.problems)


def test_a_question_is_loaded_with_all_that_its_row_says(tmp_path: Path):
    columns = {"goal": "OG1.1", "indicator": "icse", "role": "value", "unit": "victims", "severity": "warning"}
    row = ask("integer", "victims", tolerance=0.5, required="yes", constraint=". >= 0", **columns)
    form = make_form(tmp_path, group("pt1", row, **{"hint::English (en)": "h"}))
    question = form.by_code["victims"]
    assert (question.type, question.section, question.repeat, question.path) == (
        "integer", "pt1", None, "/data/pt1/victims",
    )  # fmt: skip
    assert (question.goal, question.indicator, question.role, question.unit) == ("OG1.1", "icse", "value", "victims")
    assert (question.severity, question.tolerance, question.row, question.position) == ("warning", 0.5, 3, 1)
    assert (question.required, question.constraint) == ("true()", ". >= 0")
    assert question.texts.get("label", "fr") == "Demande victims"


def test_what_is_left_empty_has_the_declared_defaults(tmp_path: Path):
    question = make_form(tmp_path, group("pt1", ask("text", "a"))).by_code["a"]
    assert (question.goal, question.indicator, question.role, question.unit) == (None, None, None, "")
    assert (question.severity, question.tolerance, question.required, question.relevant) == ("error", None, "", "")


def test_a_short_label_is_the_questions_own_else_its_label_else_its_code(tmp_path: Path):
    short = {"short::English (en)": "grooming", "short::Français (fr)": "sollicitation"}
    named, unnamed = ask("text", "law_grooming", **short), ask("text", "law_possession")
    form = make_form(tmp_path, group("pt1", named, unnamed))
    assert form.by_code["law_grooming"].short_label("en") == "grooming"
    assert form.by_code["law_grooming"].short_label("fr") == "sollicitation"
    assert form.by_code["law_grooming"].short_label("es") == "grooming", "the default language's"
    assert form.by_code["law_possession"].short_label("fr") == "Demande law_possession"
    wordless = replace(form.by_code["law_possession"], texts=Texts({}, "en"))
    assert wordless.short_label("en") == "law_possession"


def test_languages_start_with_the_default_and_titles_may_be_translated(tmp_path: Path):
    settings = {**SETTINGS, "default_language": "Français (fr)", "form_title_fr": "Petit formulaire"}
    form = make_form(tmp_path, group("pt1", ask("text", "a")), settings=settings)
    assert form.languages == ("fr", "en")
    assert form.title == {"fr": "Petit formulaire", "en": "Small form"}


def test_a_number_as_code_or_version_has_no_decimal_point(tmp_path: Path):
    choices = [{"list_name": "level", "name": 1, EN: "One", FR: "Un"}]
    form = make_form(
        tmp_path, group("pt1", ask("select_one level", "a")), choices=choices, settings={**SETTINGS, "version": 3}
    )
    assert form.version == "3"
    assert [choice.code for choice in form.choices["level"]] == ["1"]


def test_relevance_includes_the_groups_around_a_question(tmp_path: Path):
    inner = group("deep", ask("text", "c", relevant="${b} = 'no'"), relevant="${a} = 'yes'")
    form = make_form(tmp_path, group("pt1", ask("text", "a"), ask("text", "b"), *inner))
    compact = form.by_code["c"].relevant.replace(" ", "")
    assert compact == "(/data/pt1/a='yes')and(/data/pt1/b='no')"
    assert form.by_code["c"].section == "pt1"


def test_in_a_repeat_references_to_the_same_row_are_relative(tmp_path: Path):
    repeat = group("items", ask("text", "b"), ask("date", "c", constraint=". > ${b}", relevant="${a}"), kind="repeat")
    form = make_form(tmp_path, [*group("pt1", ask("text", "a")), *group("list", *repeat)])
    question = form.by_code["c"]
    assert question.repeat == "items"
    assert question.constraint.split() == [".", ">", "../b"]
    assert question.relevant == "/data/pt1/a"
    assert [section.repeat for section in form.sections] == [None, "items"]


def test_checks_are_expanded_as_expressions_of_their_question(tmp_path: Path):
    repeat = group("items", ask("date", "start"), ask("date", "due"), kind="repeat")
    check = {
        "name": "late",
        "question": "due",
        "expression": "${due} >= ${start}",
        "applies": "${a} = 'x'",
        MESSAGE: "m",
    }
    form = make_form(tmp_path, [*group("pt1", ask("text", "a")), *group("list", *repeat)], checks=[check])
    [loaded] = form.checks
    assert loaded.expression.split() == ["../due", ">=", "../start"]
    assert loaded.applies.split() == ["/data/pt1/a", "=", "'x'"]
    assert (loaded.row, loaded.severity, loaded.texts.get("message", "en")) == (2, "error", "m")


def test_the_previous_answer_is_taken_from_the_instance_of_the_last_cycle(tmp_path: Path):
    row = ask("integer", "a", constraint=". >= ${last-saved#a}")
    constraint = make_form(tmp_path, group("pt1", row)).by_code["a"].constraint
    assert "instance('__last-saved')/data/pt1/a" in constraint


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (ask("geopoint", "a"), "type", "geopoint"),
        (ask("select_one no_such_list", "a"), "type", "no_such_list"),
        (ask("select_one", "a"), "type", "list of choices"),
        (ask("text", "a", severity="fatal"), "severity", "fatal"),
        (ask("text", "a", tolerance="much"), "tolerance", "much"),
        (ask("text", "a", tolerance=-1), "tolerance", "-1"),
        (ask("text", "a", tolerance="nan"), "tolerance", "nan"),
        (ask("text", "a b"), "name", "a b"),
        (ask("text", ""), "name", "empty"),
        (ask("text", "a", relevant="${gone} = 1"), "relevant", "gone"),
        (ask("text", "a", constraint=". > ${last-saved#gone}"), "constraint", "gone"),
        (ask("text", "a", calculation="${gone}"), "calculation", "gone"),
        (ask("text", "a", choice_filter="true()"), "choice_filter", "no choices to filter"),
        (ask("select_one yes_no", "a", choice_filter="${gone} = 1"), "choice_filter", "gone"),
        (ask("select_one yes_no", "a", choice_filter="pulldata('f', 'a', 'b', 'c')"), "choice_filter", "pulldata"),
        (ask("select_one_from_file towns.csv", "a"), "type", "another file"),
        (ask("select_one_external yes_no", "a"), "type", "another file"),
        (ask("select_one ${fine}", "a"), "type", "rows of a repeat"),
        (ask("select_one yes_no", "a", appearance="search('towns')"), "appearance", "search()"),
        (ask("rank yes_no", "a"), "type", "ranking"),
        (ask("begin loop over yes_no", "a"), "type", "loop"),
        (ask("audit", "audit"), "type", "audit"),
        (ask("hidden", "a"), "calculation", "no calculation"),
        (ask("calculate", "a"), "calculation", "no calculation"),
        (ask("range", "a", calculation="1 + 1"), "calculation", "range"),
        (ask("file", "a", calculation="'x'"), "calculation", "file"),
        (ask("text", "a", calculation="1", trigger="${fine}"), "trigger", "trigger"),
        (ask("text", "a", default="x"), "default", "default"),
        (ask("text", "a", save_to="x"), "save_to", "Entities"),
        (ask("text", "a", repeat_count="3"), "repeat_count", "repeat_count"),
        (ask("text", "a", readonly="${fine} = 1"), "readonly", "readonly"),
        (ask("note", "a", required="yes"), "required", "Nobody can answer"),
        (ask("text", "a", **{"bind::type": "int"}), "bind::type", "bind::type"),
        (ask("text", "a", **{"bind::jr:preload": "uid"}), "bind::jr:preload", "bind::jr:preload"),
        (ask("range", "a", parameters="start=1 end=1 step=0"), "parameters", "no range"),
        (ask("range", "a", parameters="start=x"), "parameters", "no range"),
        ({"name": "a", EN: "A question"}, "type", "no type"),
    ],
)
def test_a_wrong_row_is_refused_with_its_place(tmp_path: Path, row: Row, column: str, words: str):
    found = problems_of(tmp_path, group("pt1", ask("text", "fine"), row))
    problem = next(problem for problem in found if words in problem.seen)
    assert (problem.file, problem.sheet, problem.row, problem.column) == ("questionnaire.xlsx", "survey", 4, column)
    assert problem.mend


def test_all_problems_are_told_at_once(tmp_path: Path):
    survey = group("pt1", ask("barcode", "a"), ask("text", "b", severity="x"), ask("text", "c", tolerance="y"))
    assert [problem.row for problem in problems_of(tmp_path, survey)] == [3, 4, 5]


def test_a_repeat_in_a_repeat_is_refused(tmp_path: Path):
    inner = group("inner", ask("text", "b"), kind="repeat")
    [problem] = problems_of(tmp_path, group("pt1", *group("outer", ask("text", "a"), *inner, kind="repeat")))
    assert (problem.row, problem.seen) == (5, "A repeat stands inside a repeat.")


@pytest.mark.parametrize("second", ["a", "A"])
def test_a_code_that_is_used_twice_is_refused(tmp_path: Path, second: str):
    [problem] = problems_of(tmp_path, [*group("pt1", ask("text", "a")), *group("pt2", ask("text", second))])
    assert (problem.row, problem.column, "row 3" in problem.seen) == (6, "name", True)


def test_a_group_that_is_not_closed_or_closed_twice_is_refused(tmp_path: Path):
    [problem] = problems_of(tmp_path, group("pt1", ask("text", "a"))[:-1])
    assert (problem.row, problem.seen) == (2, "The group is not closed.")
    found = problems_of(tmp_path, [*group("pt1", ask("text", "a")), {"type": "end group"}])
    assert found[0].row == 5


@pytest.mark.parametrize("missing", ["not_available", "not_applicable", "not_yet", "confidential"])
def test_every_reason_for_a_missing_answer_must_be_in_its_list(tmp_path: Path, missing: str):
    reasons = [row for row in REASONS if row["name"] != missing]
    [problem] = problems_of(tmp_path, group("pt1", ask("text", "a")), reasons=reasons)
    assert problem.sheet == "choices"
    assert missing in problem.seen


def test_choices_with_the_same_code_or_the_same_words_are_refused(tmp_path: Path):
    choices = [
        {"list_name": "level", "name": "low", EN: "Low", FR: "Bas"},
        {"list_name": "level", "name": "low", EN: "Lower", FR: "Plus bas"},
        {"list_name": "level", "name": "high", EN: "High", FR: "bas"},
    ]
    found = problems_of(tmp_path, group("pt1", ask("select_one level", "a")), choices=choices)
    assert [(problem.sheet, problem.row) for problem in found] == [("choices", 5), ("choices", 6)]
    assert "low" in found[0].seen
    assert "bas" in found[1].seen


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"name": ""}, "name"),
        ({"name": "question"}, "name"),
        ({"question": "gone"}, "question"),
        ({"question": "note"}, "question"),
        ({"expression": ""}, "expression"),
        ({"expression": "${gone} > 1"}, "expression"),
        ({"applies": "${gone} > 1"}, "applies"),
        ({"severity": "fatal"}, "severity"),
        ({MESSAGE: ""}, "message"),
    ],
)
def test_a_wrong_check_is_refused_with_its_place(tmp_path: Path, change: Row, column: str):
    check = {"name": "c", "question": "a", "expression": "${a} > 1", "applies": "", "severity": "query", MESSAGE: "m"}
    survey = group("pt1", ask("integer", "a"), ask("note", "note"))
    [problem] = problems_of(tmp_path, survey, checks=[{**check, "name": "first"}, {**check, **change}])
    assert (problem.sheet, problem.row, problem.column) == ("checks", 3, column)


def test_a_problem_that_pyxform_finds_names_the_row(tmp_path: Path):
    survey = group("pt1", ask("text", "a", parameters="rows=many"))
    [problem] = problems_of(tmp_path, survey)
    assert problem.file == "questionnaire.xlsx"
    assert "rows" in problem.seen


def test_what_pyxform_says_of_a_name_names_the_row(tmp_path: Path):
    [problem] = problems_of(tmp_path, group("pt1", ask("text", "fine"), {"type": "text", "name": "a"}))
    assert (problem.sheet, problem.row) == ("survey", 4)
    assert "no label or hint" in problem.seen


def test_an_attribute_in_a_namespace_that_is_not_declared_is_refused(tmp_path: Path):
    [problem] = problems_of(tmp_path, group("pt1", ask("text", "a", **{"bind::esri:fieldType": "x"})))
    assert (problem.sheet, problem.row, problem.column) == ("survey", 1, "bind::esri:fieldType")


def test_two_columns_of_one_text_in_one_language_are_refused(tmp_path: Path):
    [problem] = problems_of(tmp_path, group("pt1", ask("text", "a", **{"label::english": "x"})))
    assert (problem.sheet, problem.row, problem.column) == ("survey", 1, "label::english")


@pytest.mark.parametrize(("setting", "value"), [("flat", "yes"), ("add_none_option", "yes")])
def test_a_setting_that_changes_what_is_asked_is_refused(tmp_path: Path, setting: str, value: str):
    [problem] = problems_of(tmp_path, group("pt1", ask("text", "a")), settings={**SETTINGS, setting: value})
    assert (problem.sheet, problem.row, problem.column) == ("settings", 2, setting)


@pytest.mark.parametrize(
    ("column", "value"),
    [("constraint", ". > 1"), ("required", "yes"), ("calculation", "1"), ("choice_filter", "1"), ("readonly", "yes")],
)
def test_what_only_a_question_can_have_is_refused_at_a_group(tmp_path: Path, column: str, value: str):
    found = problems_of(tmp_path, group("pt1", ask("text", "a"), **{column: value}))
    assert [(problem.row, problem.column) for problem in found] == [(2, column)]


def test_a_number_of_rows_that_the_form_fixes_is_refused(tmp_path: Path):
    repeat = group("r", ask("text", "a"), kind="repeat", repeat_count="3")
    [problem] = problems_of(tmp_path, group("pt1", *repeat))
    assert (problem.row, problem.column) == (3, "repeat_count")


def test_a_translated_title_that_pyxform_cannot_read_is_refused(tmp_path: Path):
    settings = {**SETTINGS, "form_title::Français (fr)": "x"}
    [problem] = problems_of(tmp_path, group("pt1", ask("text", "a")), settings=settings)
    assert "form_title_fr" in problem.mend


def test_a_file_that_is_missing_or_no_workbook_is_refused(tmp_path: Path):
    with pytest.raises(AllianceError, match="cannot be read"):
        load_form(tmp_path / "questionnaire.xlsx")
    (tmp_path / "questionnaire.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(AllianceError, match="cannot be read"):
        load_form(tmp_path / "questionnaire.xlsx")


def test_loading_twice_gives_the_same_form(tmp_path: Path):
    path = write_form(tmp_path / "questionnaire.xlsx", group("pt1", ask("text", "a", relevant="true()")))
    assert load_form(path) == load_form(path)


@pytest.mark.parametrize(
    "survey",
    [
        [{"type": None, "name": None, EN: None}],
        [ask("note", "hello")],
        [*group("pt1", ask("note", "hello"))],
        [{"type": "calculate", "name": "two", "calculation": "1 + 1"}],
        [{"type": "today", "name": "today"}],
    ],
    ids=["headings", "a note", "a note in a group", "a calculation", "metadata"],
)
def test_a_form_that_asks_nothing_is_refused(tmp_path: Path, survey: list[Row]):
    [problem] = problems_of(tmp_path, survey)
    assert (problem.file, problem.sheet, problem.row) == ("questionnaire.xlsx", "survey", None)
    assert problem.seen == "The questionnaire asks nothing."
    assert problem.mend.startswith("Add a question")
