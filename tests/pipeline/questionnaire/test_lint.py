"""What the lint of the questionnaire remarks, each with its place and the mend, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from questionnaire_forms import EN, FR, SETTINGS, Row, ask, group, make_form, write_form

from pipeline.questionnaire.lint import by_check, lint_form, remarks_table
from pipeline.questionnaire.lint_codes import lint_codes
from pipeline.questionnaire.remark import FORM_CHECKS, Remark

REAL = Path(__file__).parents[3] / "alliance" / "questionnaire.xlsx"
CLEAN_SETTINGS = {**SETTINGS, "form_title_fr": "Petit formulaire"}
USES_YES_NO = ask("select_one yes_no", "uses_yes_no", goal="OG1.1")


def lint(folder: Path, *survey: Row, goals: tuple[str, ...] = ("OG1.1",), **parts: object) -> list[Remark]:
    parts = {"settings": CLEAN_SETTINGS, **parts}
    return lint_form(write_form(folder / "questionnaire.xlsx", [*survey, USES_YES_NO], **parts), goals)  # type: ignore[arg-type]


def places(remarks: list[Remark]) -> list[tuple[str, str, int | None, str]]:
    return [(remark.rule, remark.sheet, remark.row, remark.column) for remark in remarks]


def test_the_real_questionnaire_is_clean() -> None:
    goals = ["OG1.1", "OG2.1", "OG2.2", "OG3.1", "OG3.2", "OG4.1", "OG4.2"]
    assert lint_form(REAL, goals) == []


def test_a_form_with_nothing_to_say_about_has_no_remarks(tmp_path: Path):
    assert lint(tmp_path, *group("pt1", ask("text", "a"))) == []


@pytest.mark.parametrize("field", ["label", "hint", "constraint_message", "required_message", "short", "unit"])
def test_a_text_that_is_missing_in_a_language_is_told_with_its_column(tmp_path: Path, field: str):
    row = {**ask("text", "a", required="yes", constraint=". != 'x'"), f"{field}::English (en)": "Words"}
    row.pop(FR) if field == "label" else None
    row |= (
        {}
        if field == "constraint_message"
        else {"constraint_message::English (en)": "m", "constraint_message::Français (fr)": "m"}
    )
    assert places(lint(tmp_path, row)) == [("missing_translation", "survey", 2, f"{field}::Français (fr)")]


def test_labels_of_groups_choices_and_messages_of_checks_are_looked_at_too(tmp_path: Path):
    rows = group("pt1", ask("integer", "a"))
    rows[0] = {key: value for key, value in rows[0].items() if key != FR}
    check = {"name": "c", "question": "a", "expression": ". > 1", "message::English (en)": "m"}
    found = lint(tmp_path, *rows, choices=[{"list_name": "yes_no", "name": "maybe", FR: "Peut-être"}], checks=[check])
    assert places(found) == [
        ("missing_translation", "survey", 2, "label::Français (fr)"),
        ("missing_translation", "choices", 4, "label::English (en)"),
        ("missing_translation", "checks", 2, "message::Français (fr)"),
    ]


def test_a_title_in_one_language_alone_is_told(tmp_path: Path):
    assert places(lint(tmp_path, settings=SETTINGS)) == [("missing_translation", "settings", 2, "form_title_fr")]


def test_a_language_whose_code_nobody_knows_is_told(tmp_path: Path):
    found = lint(tmp_path, ask("text", "a", **{"label::Elvish of Lórien": "x"}))
    assert ("language_without_code", "survey", 1, "label::Elvish of Lórien") in places(found)


def test_a_constraint_without_a_message_is_told(tmp_path: Path):
    assert places(lint(tmp_path, ask("integer", "a", constraint=". > 1"))) == [
        ("constraint_without_message", "survey", 2, "constraint_message")
    ]


def test_a_goal_that_only_a_note_is_about_has_no_question(tmp_path: Path):
    [remark] = lint(tmp_path, ask("note", "a", goal="OG1.2"), goals=("OG1.1", "OG1.2"))
    assert (remark.rule, remark.check) == ("goal_without_question", "every_goal_is_asked_about")
    assert "OG1.2" in remark.seen


def test_two_questions_of_a_section_that_read_the_same_are_told(tmp_path: Path):
    twin = {**ask("text", "b"), EN: "question  A", FR: "Autre"}
    found = lint(tmp_path, *group("pt1", ask("text", "a"), twin), *group("pt2", {**ask("text", "c"), EN: "Question a"}))
    assert places(found) == [("duplicate_label", "survey", 4, "label::English (en)")]
    assert "row 3" in found[0].seen


def test_a_question_without_a_label_is_told(tmp_path: Path):
    found = lint(tmp_path, {"type": "text", "name": "a", "hint::English (en)": "h", "hint::Français (fr)": "h"})
    assert places(found) == [("missing_label", "survey", 2, "label")]


def test_a_list_that_no_question_offers_is_asked_about(tmp_path: Path):
    [remark] = lint(tmp_path, choices=[{"list_name": "spare", "name": "x", EN: "X", FR: "X"}])
    assert (remark.rule, remark.severity, remark.sheet, remark.row) == ("unused_choices", "query", "choices", 4)


@pytest.mark.parametrize(
    ("heading", "meant"),
    [
        ("constraint_mesage", "constraint_message"),
        ("relevent", "relevant"),
        ("tolerence", "tolerance"),
        ("lable", "label"),
        ("hint:Français (fr)", "hint"),
    ],
)
def test_a_misspelt_column_is_told_with_what_may_be_meant(tmp_path: Path, heading: str, meant: str):
    [remark] = lint(tmp_path, ask("text", "a", **{heading: "x"}))
    assert (remark.rule, remark.row, remark.column) == ("misspelt_column", 1, heading)
    assert meant in remark.mend


@pytest.mark.parametrize("heading", ["remarks of the editor", "source", "country", "image", "intent"])
def test_columns_that_are_nothing_like_ours_are_left_alone(tmp_path: Path, heading: str):
    assert lint(tmp_path, ask("text", "a", **{heading: "x"})) == []


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (ask("calculate", "c", calculation="1", required="yes"), "required"),
        (ask("calculate", "c", calculation="1", constraint=". > 1"), "constraint"),
        (ask("note", "n", role="value"), "role"),
        ({"type": "today", "name": "t", "tolerance": "0.5"}, "tolerance"),
    ],
)
def test_a_condition_where_nobody_answers_is_told(tmp_path: Path, row: Row, column: str):
    assert ("logic_without_effect", "survey", 2, column) in places(lint(tmp_path, row))


def test_a_form_without_a_version_is_asked_about(tmp_path: Path):
    settings = {key: value for key, value in CLEAN_SETTINGS.items() if key != "version"}
    assert [(remark.rule, remark.severity) for remark in lint(tmp_path, settings=settings)] == [("no_version", "query")]


def test_what_the_form_adds_by_itself_is_not_the_editors_to_translate(tmp_path: Path):
    twice = [ask("select_one yes_no or_other", name) for name in ("a", "b")]
    assert lint(tmp_path, *group("pt1", *twice)) == []


@pytest.mark.parametrize(
    ("name", "runs"),
    [("größe", True), ("имя", True), ("μέγεθος", True), ("数", False), ("بلد", False), ("שם", False)],
)
def test_a_name_that_odk_validate_does_not_take_is_asked_about(tmp_path: Path, name: str, runs: bool):
    # Tried with the ODK Validate that pyxform brings along.
    found = lint(tmp_path, ask("text", name))
    assert places(found) == ([] if runs else [("name_beyond_odk", "survey", 2, "name")])


BEFORE = "indexed-repeat(${%s}, ${items}, position(..) - 1)"


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        (
            [{"type": "calculate", "name": "a", "calculation": "${value} + coalesce(" + BEFORE % "a" + ", 0)"}],
            ["calculation"],
        ),
        ([ask("integer", "a", relevant=BEFORE % "a" + " > 1")], ["relevant"]),
        (
            [
                {"type": "calculate", "name": "a", "calculation": "${value} + " + BEFORE % "b"},
                {"type": "calculate", "name": "b", "calculation": "${a} + 1"},
            ],
            ["calculation", "calculation"],
        ),
        (
            [
                ask(
                    "integer",
                    "a",
                    constraint=". > " + BEFORE % "a",
                    **{"constraint_message::English (en)": "m", "constraint_message::Français (fr)": "m"},
                )
            ],
            [],
        ),
        ([{"type": "calculate", "name": "a", "calculation": "${value} + " + BEFORE % "value"}], []),
    ],
    ids=["running total", "condition", "over another", "constraint", "another question"],
)
def test_a_question_that_takes_up_its_own_value_of_another_row_is_asked_about(
    tmp_path: Path, rows: list[Row], columns: list[str]
):
    # Each tried with the ODK Validate that pyxform brings along: it refuses the first three for a cycle.
    found = lint(tmp_path, *group("items", ask("integer", "value"), *rows, kind="repeat"))
    assert places(found) == [("cycle_beyond_odk", "survey", 4 + at, column) for at, column in enumerate(columns)]
    assert all(remark.severity == "query" for remark in found)


def test_every_remark_belongs_to_a_check_and_is_a_row_of_the_table(tmp_path: Path):
    remarks = lint(tmp_path, ask("integer", "a", constraint=". > 1"), settings=SETTINGS)
    grouped = by_check(remarks)
    assert list(grouped) == list(FORM_CHECKS)
    assert sum(len(found) for found in grouped.values()) == len(remarks) == 2
    table = remarks_table(remarks)
    assert list(table["rule"]) == ["missing_translation", "constraint_without_message"]
    assert remarks_table([]).empty


# ---- codes


def answers(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    """Earlier answers as (question, raw, problem), each of another member."""
    return pd.DataFrame(
        [
            {"cycle": "2013", "member": f"M{number:02}", "question": code, "raw": raw, "problem": problem}
            for number, (code, raw, problem) in enumerate(rows)
        ],
        columns=["cycle", "member", "question", "raw", "problem"],
    )


def notes(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Notes of earlier workbooks as (member, note, seen)."""
    return pd.DataFrame(
        [{"cycle": "2013", "member": member, "note": note, "seen": seen} for member, note, seen in rows],
        columns=["cycle", "member", "note", "seen"],
    )


def test_a_code_that_is_gone_is_told_with_how_many_answered_it(tmp_path: Path):
    form = make_form(tmp_path, [ask("text", "a")])
    said = notes(("ALB", "unknown_code", "old_a"), ("FRA", "unknown_code", "old_a"), ("FRA", "duplicate_row", "x"))
    [remark] = lint_codes(form, answers(), said)
    assert (remark.rule, remark.sheet) == ("code_gone", "survey")
    assert "In 2013, 2 members answered 'old_a'" in remark.seen


def test_a_type_that_makes_most_earlier_answers_unreadable_is_told(tmp_path: Path):
    form = make_form(tmp_path, [ask("integer", "a"), ask("select_one yes_no", "b")])
    said = answers(
        *(("a", "many", "not_a_number"), ("a", "few", "not_a_number"), ("a", "12", None)),
        *(("b", "partly", "not_a_choice"), ("b", "Yes", None), ("b", "No", None)),
    )
    [remark] = lint_codes(form, said, notes())
    assert (remark.rule, remark.row) == ("answers_unreadable", 2)
    assert "2 of 3 earlier answers to 'a' cannot be read as integer: 'many', 'few'." in remark.seen


@pytest.mark.parametrize("problem", [None, "no_value_word"])
def test_earlier_answers_that_can_be_read_are_left_alone(tmp_path: Path, problem: str | None):
    form = make_form(tmp_path, [ask("integer", "a")])
    assert lint_codes(form, answers(("a", "12", problem), ("a", "13", problem)), notes()) == []


def test_one_mistake_of_one_member_says_nothing_about_the_form(tmp_path: Path):
    assert lint_codes(make_form(tmp_path, [ask("integer", "a")]), answers(("a", "many", "not_a_number")), notes()) == []
