"""What a workbook says while it is filled in: which questions are asked, and how far each part is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook
from questionnaire_forms import EN, Row, ask, assess, group, make_commitments, make_form, make_workbook
from workbook_sheets import answer, calculated, markers, opened, row_of

from pipeline.questionnaire import layout
from pipeline.questionnaire.form import Form

BODIES: list[Row] = [
    {"list_name": "bodies", "name": "police", EN: "Police"},
    {"list_name": "bodies", "name": "police_2", EN: "Police; second unit?"},
    {"list_name": "bodies", "name": "courts", EN: 'The "high" *courts*'},
]
LABELS = {"yes": "Yes", "no": "No", **{str(body["name"]): str(body[EN]) for body in BODIES}}
CONDITIONS = {
    "is_yes": "${one} = 'yes'",
    "is_no": "'no' = ${one}",
    "is_not_no": "not(${one} = 'no')",
    "differs": "${one} != 'no'",
    "some_choice": "${one} = 'yes' or ${one} = 'no'",
    "no_such_choice": "${one} = 'maybe'",
    "chosen": "selected(${one}, 'yes')",
    "answered": "${words} != ''",
    "unanswered": "${words} = ''",
    "as_written": "${words} = 'Ab'",
    "more": "${count} > 2",
    "at_most": "${count} <= 2",
    "from_the_left": "2 < ${count}",
    "below_zero": "${count} < -1",
    "is_zero": "${count} = 0",
    "is_not_zero": "${count} != 0",
    "is_zero_as_text": "${count} = '0'",
    "part": "${share} >= 0.5",
    "with_courts": "selected(${many}, 'courts')",
    "with_police": "selected(${many}, 'police')",
    "several": "count-selected(${many}) > 1",
    "none": "count-selected(${many}) = 0",
    "both": "${one} = 'yes' and ${count} > 2",
    "either": "${one} = 'yes' or ${count} > 2",
    "after_another": "${more} != ''",
    "after_another_is_blank": "${more} = ''",
    "always": "true()",
    "never": "false()",
}
ANSWERS: list[Mapping[str, str]] = [
    {},
    {"one": "yes", "words": "Ab", "count": "3", "share": "0.5", "many": "police courts", "more": "said"},
    {"one": "no", "words": "ab", "count": "0", "share": "0.49", "many": "courts", "more": "said"},
    {"count": "-2", "many": "police", "more": "said"},
]


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    asked = [
        ask("select_one yes_no", "one"),
        ask("text", "words"),
        ask("integer", "count"),
        ask("decimal", "share"),
        ask("select_multiple bodies", "many"),
    ]
    conditional = [ask("text", code, relevant=condition) for code, condition in CONDITIONS.items()]
    survey = [*group("first", *asked), *group("second", *conditional)]
    return make_form(tmp_path_factory.mktemp("form"), survey, choices=BODIES)


def typed(form: Form, code: str, value: str) -> object:
    question = form.by_code[code]
    if question.is_numeric:
        return float(value)
    return "; ".join(LABELS[part] for part in value.split()) if question.choices else value


def asked(workbook: Workbook, sheet: str = "Part second") -> dict[str, bool]:
    """Which questions the hidden column says are asked."""
    shown = workbook[sheet]
    column = markers(shown)[layout.ASKED]
    return {code: shown.cell(row_of(shown, code), column).value == 1 for code in CONDITIONS}


def wanted(form: Form, answers: Mapping[str, str]) -> dict[str, bool]:
    """Which questions the form asks, by its own expressions."""
    verdicts = assess(form, dict(answers))
    return {code: verdicts["question", code, ""].relevant for code in CONDITIONS}


def test_at_the_beginning_is_stored_what_the_form_asks_of_an_empty_reply(form: Form):
    rows = CalamineWorkbook.from_filelike(BytesIO(make_workbook(form))).get_sheet_by_name("Part second").to_python()
    column = [str(cell) for cell in rows[0]].index(layout.ASKED)
    assert {str(row[0]): row[column] == 1 for row in rows if row[0] in CONDITIONS} == wanted(form, {})


@pytest.mark.slow
def test_the_formulas_ask_what_the_form_asks(form: Form, tmp_path: Path, tool: Callable[[str], str]):
    books: dict[str, Workbook] = {}
    for number, answers in enumerate(ANSWERS):
        book = books[str(number)] = opened(make_workbook(form))
        for code, value in answers.items():
            answer(book, code, typed(form, code, value))
    found = calculated(tool("soffice"), tmp_path, books)
    for number, answers in enumerate(ANSWERS):
        expected = wanted(form, answers)
        assert asked(found[str(number)]) == expected, answers
        first_sheet = found[str(number)]["Instructions"]
        [counts] = [[c.value for c in row[1:5]] for row in first_sheet.iter_rows() if row[0].value == "Part second"]
        said = "more" in answers and expected["more"]
        assert counts == [sum(expected.values()), said, 0, sum(expected.values()) - said]
    # By hand, so that the form's own expressions are not the only witness.
    assert [code for code, is_asked in asked(found["2"]).items() if is_asked] == [
        "is_no", "some_choice", "answered", "at_most", "is_zero", "is_zero_as_text", "with_courts",
        "after_another_is_blank", "always",
    ]  # fmt: skip


def test_conditions_become_formulas_that_hold_no_label(form: Form):
    shown = opened(make_workbook(form))["Part second"]
    column = markers(shown)[layout.ASKED]
    formulas = {code: shown.cell(row_of(shown, code), column).value for code in CONDITIONS}
    assert all(str(formula).startswith("=IFERROR(IF(") for formula in formulas.values())
    assert not any(label in str(formula) for label in LABELS.values() for formula in formulas.values())


@pytest.mark.parametrize(
    "condition",
    ["regex(${words}, '^a')", "${count} + 1 > 2", "string-length(${words}) > 3", "${day} > today()", "${words}"],
)
def test_what_no_formula_can_say_counts_as_asked(tmp_path: Path, condition: str):
    survey = group(
        "one", ask("text", "words"), ask("integer", "count"), ask("date", "day"), ask("text", "x", relevant=condition)
    )
    shown = opened(make_workbook(make_form(tmp_path, survey))).worksheets[1]
    assert shown.cell(row_of(shown, "x"), markers(shown)[layout.ASKED]).value == 1


def test_questions_that_are_not_asked_are_greyed_by_their_hidden_cell(form: Form):
    shown = opened(make_workbook(form))["Part second"]
    [area] = list(shown.conditional_formatting)
    [rule] = area.rules
    first = row_of(shown, "is_yes")
    assert str(area.sqref) == f"A{first}:G{first + len(CONDITIONS) - 1}"
    assert rule.formula == [f"AND(ISNUMBER($H{first}),$H{first}=0)"]
    assert not list(opened(make_workbook(form))["Part first"].conditional_formatting)


STATUSES: list[Row] = [{"list_name": "statuses", "name": "done", EN: "Done"}]


@pytest.mark.slow
def test_in_a_repeat_every_row_is_asked_by_its_own_answers_and_new_rows_count_once_they_are_used(
    tmp_path: Path, tool: Callable[[str], str]
):
    survey = [
        *group("first", ask("select_one yes_no", "all_of_it", required="yes")),
        *group(
            "list",
            *group(
                "items",
                ask("text", "c_title", role="title", required="yes"),
                ask("select_one yes_no", "c_open", required="yes"),
                ask("text", "c_why", relevant="${c_open} = 'no'"),
                ask("text", "c_where", relevant="${c_why} != '' and ${all_of_it} = 'yes'"),
                ask("select_one statuses", "c_status", role="status"),
                kind="repeat",
            ),
        ),
    ]
    form = make_form(tmp_path, survey, choices=STATUSES)
    book = opened(make_workbook(form, commitments=make_commitments({"commitment": "BIH-01", "title": "T"})))
    answer(book, "all_of_it", "Yes")
    answer(book, "c_open", "No", "BIH-01")
    answer(book, "c_why", "Because", "BIH-01")
    answer(book, "c_open", "No", "NEW-2")
    answer(
        book, "c_why", "Because", "NEW-3"
    )  # open is not answered: why is not asked, and what stands there counts not
    sheet = book["Part list"]
    sheet.cell(row_of(sheet, "NEW-2"), markers(sheet)[layout.REASON]).value = "Not yet"
    (tmp_path / "calculated").mkdir()
    found = calculated(tool("soffice"), tmp_path / "calculated", {"book": book})["book"]
    shown = found["Part list"]

    def asks(code: str, row: str) -> object:
        return shown.cell(row_of(shown, row), markers(shown)[layout.asked_marker(code)]).value

    assert [asks("c_why", row) for row in ("BIH-01", "NEW-1", "NEW-2", "NEW-3")] == [1, 0, 1, 0]
    assert [asks("c_where", row) for row in ("BIH-01", "NEW-1", "NEW-2", "NEW-3")] == [1, 0, 0, 0]
    counts = {row[0].value: [c.value for c in row[1:5]] for row in found["Instructions"].iter_rows()}
    # Of BIH-01 all five questions are asked, title, open and why are there. Of NEW-2 all but where: open is there, and a
    # reason for the three others. Of NEW-3 title, open and status, none of them there.
    assert counts["Part list"] == [12, 4, 3, 5]
    assert counts["Part first"] == [1, 1, 0, 0]
    assert counts["All parts"] == [13, 5, 3, 5]
