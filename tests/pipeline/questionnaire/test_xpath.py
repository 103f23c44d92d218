"""Truth tables by hand. Questions: n, m (integer), d (decimal), s, t (text), day, due (date), one, many (selects)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from questionnaire_forms import MESSAGE, TODAY, Row, ask, assess, group, make_form

from pipeline.errors import AllianceError, Problem
from pipeline.questionnaire.assessing import CompiledForm
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.xpath import compile_form

BASE: list[Row] = [
    ask("integer", "n"),
    ask("integer", "m"),
    ask("decimal", "d"),
    ask("text", "s"),
    ask("text", "t"),
    ask("date", "day"),
    ask("date", "due"),
    ask("select_one yes_no", "one"),
    ask("select_multiple yes_no", "many"),
]


def form_with(folder: Path, *rows: Row, check: str = "", applies: str = "") -> Form:
    checks = [{"name": "c", "question": "n", "expression": check, "applies": applies, MESSAGE: "m"}] if check else []
    return make_form(folder, group("part", *BASE, *rows), checks=checks)


def numbered(table: list[tuple[str, dict[str, str], object]]) -> list[tuple[int, str, dict[str, str], object]]:
    return [(number, *row) for number, row in enumerate(table)]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> CompiledForm:
    """One form with the expressions of all truth tables: making a form takes longer than assessing it."""
    rows: list[Row] = [ask("text", f"condition{number}", relevant=row[0]) for number, row in enumerate(CONDITIONS)]
    for number, row in enumerate(CALCULATIONS):
        rows.append({"type": "calculate", "name": f"k{number}", "calculation": row[0]})
        rows.append(ask("text", f"answer{number}", constraint=f". = ${{k{number}}}"))
    checks = [
        {"name": f"check{number}", "question": "n", "expression": row[0], MESSAGE: "m"}
        for number, row in enumerate(CHECKS)
    ]
    return compile_form(make_form(tmp_path_factory.mktemp("table"), group("part", *BASE, *rows), checks=checks))


def refused(folder: Path, expression: str) -> list[Problem]:
    with pytest.raises(AllianceError) as caught:
        form_with(folder, ask("text", "target", relevant=expression))
    return list(caught.value.problems)


CONDITIONS: list[tuple[str, dict[str, str], object]] = [
    # numbers
    ("${n} > 3", {"n": "4"}, True),
    ("${n} > 3", {"n": "3"}, False),
    ("${n} > 3", {}, False),
    ("not(${n} > 3)", {}, True),
    ("${n} = 5", {"n": "5"}, True),
    ("${d} = 5", {"d": "5.0"}, True),
    ("${n} = ${d}", {"n": "5", "d": "5.0"}, True),
    ("${n} != ${d}", {"n": "5", "d": "5.0"}, False),
    ("${n} = ${m}", {}, True),
    ("${n} = ${m}", {"n": "0"}, False),
    ("${n} = ''", {}, True),
    ("${n} != ''", {"n": "0"}, True),
    ("${n} + ${m} = 7", {"n": "3", "m": "4"}, True),
    ("${n} - 1 = 2", {"n": "3"}, True),
    ("${n} div ${m} < 1", {"n": "3", "m": "4"}, True),
    ("${n} mod 2 = 1", {"n": "3"}, True),
    ("-${n} < 0", {"n": "3"}, True),
    ("10 > 9", {}, True),
    ("'10' > '9'", {}, True),
    # texts and choices
    ("${s} = 'x'", {"s": "x"}, True),
    ("${s} = ${t}", {"s": "a", "t": "a"}, True),
    ("${s} = ${t}", {"s": "5", "t": "5.0"}, False),
    ("${one} = 'yes' or ${n} > 1", {"n": "2"}, True),
    ("${one} = 'yes' and ${n} > 1", {"n": "2"}, False),
    ("selected(${many}, 'no')", {"many": "yes no"}, True),
    ("selected(${many}, 'n')", {"many": "yes no"}, False),
    ("selected(${one}, 'yes')", {}, False),
    ("count-selected(${many}) = 2", {"many": "yes no"}, True),
    ("count-selected(${many}) = 0", {}, True),
    # dates
    ("${day} < ${due}", {"day": "2014-01-31", "due": "2014-02-01"}, True),
    ("${day} < ${due}", {"day": "2014-02-01", "due": "2014-01-31"}, False),
    ("${day} <= ${due}", {"day": "2014-02-01", "due": "2014-02-01"}, True),
    ("${day} < ${due}", {"day": "2014-02-01"}, False),
    ("${day} = ${due}", {"day": "2014-02-01", "due": "2014-02-01"}, True),
    ("${day} <= today()", {"day": "2014-09-30"}, True),
    ("${day} <= today()", {"day": "2014-10-01"}, False),
    ("${day} < now()", {"day": "2014-09-29"}, True),
    ("${day} = today()", {"day": "2014-09-30"}, True),
    ("${day} > '2014-01-01'", {"day": "2014-01-02"}, True),
    ("${day} >= date('2014-02-28') + 1", {"day": "2014-03-01"}, True),
    ("${due} - ${day} = 29", {"day": "2012-02-01", "due": "2012-03-01"}, True),
    ("${due} = ${day} + 30", {"day": "2014-01-01", "due": "2014-01-31"}, True),
    ("${due} = date(${day} + 30)", {"day": "2014-01-01", "due": "2014-01-31"}, True),
    ("${day} > today() - 10", {"day": "2014-09-21"}, True),
    ("${day} > today() - 10", {"day": "2014-09-20"}, False),
    ("decimal-date-time(${day}) = 1", {"day": "1970-01-02"}, True),
    ("number(${day}) = -1", {"day": "1969-12-31"}, True),
    ("date(concat(${n}, '-01-01')) <= today()", {"n": "2014"}, True),
    ("date(concat(${n}, '-01-01')) <= today()", {"n": "2015"}, False),
    ("substr(${day}, 0, 4) = '2014'", {"day": "2014-02-01"}, True),
    ("${day} != ''", {"day": "2014-02-01"}, True),
    # functions
    ("coalesce(${n}, 7) = 7", {}, True),
    ("coalesce(${n}, 7) < 5", {"n": "4"}, True),
    ("if(${n} > 1, 'a', 'b') = 'b'", {}, True),
    ("regex(${s}, '[a-z]+')", {"s": "abc"}, True),
    ("regex(${s}, '[a-z]+')", {"s": "abc1"}, False),
    ("regex(${s}, 'a|ab')", {"s": "ab"}, True),
    ("string-length(${s}) = 3", {"s": "é€😀"}, True),
    ("contains(${s}, 'b')", {"s": "abc"}, True),
    ("starts-with(${s}, 'a')", {"s": "abc"}, True),
    ("boolean(${s})", {"s": "false"}, True),
    ("true() and not(false())", {}, True),
    # the last cycle
    ("${n} >= ${last-saved#n}", {"n": "5"}, True),
    ("${day} > ${last-saved#day}", {"day": "2014-01-02"}, True),
    ("${last-saved#s} = 'before'", {}, True),
    ("${last-saved#m} = ''", {}, True),
    ("${n} > ${last-saved#m}", {"n": "5"}, False),
    ("current() = ''", {}, True),
]


@pytest.mark.parametrize(("number", "expression", "values", "expected"), numbered(CONDITIONS))
def test_a_condition_is_true_or_false(
    table: CompiledForm, number: int, expression: str, values: dict[str, str], expected: bool
):
    saved = {("", "n"): "5", ("", "day"): "2014-01-01", ("", "s"): "before"}
    assert assess(table, values, last_saved=saved)["question", f"condition{number}", ""].relevant is expected, (
        expression
    )


CHECKS: list[tuple[str, dict[str, str], object]] = [
    ("${n} > ${m}", {"n": "2", "m": "1"}, True),
    ("${n} > ${m}", {"n": "1", "m": "2"}, False),
    ("${n} > ${m}", {"n": "1"}, None),
    ("not(${n} > ${m})", {"n": "1"}, None),
    ("not(${n} > ${m})", {"n": "1", "m": "2"}, True),
    ("${n} > ${m} or ${d} = 1", {"d": "1"}, True),
    ("${n} > ${m} or ${d} = 1", {"d": "2"}, None),
    ("${n} > ${m} and ${d} = 1", {"d": "2"}, False),
    ("${n} > ${m} and ${d} = 1", {"d": "1"}, None),
    ("${n} > 1 and not(${m} > 1)", {}, None),
    ("${n} = ${m}", {}, None),
    ("${n} = ${m}", {"n": "3", "m": "3"}, True),
    ("${n} != ${m}", {"n": "3", "m": "3"}, False),
    ("${n} != ${m}", {"n": "3"}, None),
    ("${n} + ${m} <= 10", {"n": "3"}, None),
    ("coalesce(${n}, 0) + coalesce(${m}, 0) <= 10", {"n": "3"}, True),
    ("${day} <= ${due}", {"day": "2014-01-01"}, None),
    ("${day} <= ${due}", {"day": "2014-01-01", "due": "2013-01-01"}, False),
    ("${one} = 'yes'", {}, None),
    ("${one} = 'yes'", {"one": "no"}, False),
    ("${one} != 'yes' or ${s} != ''", {"one": "yes"}, False),
    ("${one} != 'yes' or ${s} != ''", {}, None),
    ("${one} != 'yes' or ${s} != ''", {"s": "x"}, True),
    ("${s} = ''", {}, True),
    ("selected(${many}, 'yes')", {}, None),
    ("selected(${many}, 'yes')", {"many": "no"}, False),
    ("not(selected(${many}, 'yes'))", {}, None),
    ("if(${n} > 1, ${m} > 1, ${d} > 1)", {"n": "2", "m": "0"}, False),
    ("if(${n} > 1, ${m} > 1, ${d} > 1)", {"m": "2", "d": "2"}, None),
    ("if(${n} > 1, ${m} > 1, ${d} > 1)", {"n": "0", "d": "2"}, True),
    ("${n} div 0 > 1", {"n": "0"}, None),
    ("sum(${n}) < 5", {}, None),
    ("${s} > 3", {"s": "many"}, None),
    ("${n} >= ${last-saved#n}", {"n": "3"}, None),
]


@pytest.mark.parametrize(("number", "expression", "values", "expected"), numbered(CHECKS))
def test_a_check_is_met_or_not_or_cannot_be_assessed(
    table: CompiledForm, number: int, expression: str, values: dict[str, str], expected: bool | None
):
    assert assess(table, values)[f"check{number}", "n", ""].holds is expected, expression


CALCULATIONS: list[tuple[str, dict[str, str], object]] = [
    ("${n} * 2", {"n": "3"}, "6"),
    ("${n} div 4", {"n": "3"}, "0.75"),
    ("round(${d}, 1)", {"d": "2.25"}, "2.3"),
    ("round(${d}, 1)", {"d": "-2.25"}, "-2.2"),
    ("round(${d})", {"d": "2.5"}, "3"),
    ("round(${n}, -1)", {"n": "25"}, "30"),
    ("int(${d})", {"d": "-2.7"}, "-2"),
    ("pow(2, 10)", {}, "1024"),
    ("abs(${n})", {"n": "-4"}, "4"),
    ("min(${n}, ${m})", {"n": "4", "m": "-1"}, "-1"),
    ("max(${n}, ${m})", {"n": "4", "m": "-1"}, "4"),
    ("max(${n}, ${m})", {"n": "4"}, "NaN"),
    ("format-date(${day}, '%d/%m/%Y')", {"day": "2014-02-01"}, "01/02/2014"),
    ("format-date(${day}, '%e %b %y, %a')", {"day": "2014-02-01"}, "1 Feb 14, Sat"),
    ("date(31)", {}, "1970-02-01"),
    ("substr(${s}, 1)", {"s": "abcd"}, "bcd"),
    ("substr(${s}, 1, 3)", {"s": "abcd"}, "bc"),
    ("substr(${s}, -2)", {"s": "abcd"}, "cd"),
    ("concat(${s}, '-', ${n}, '-', 2)", {"s": "a", "n": "1"}, "a-1-2"),
    ("join(', ', ${s}, ${t})", {"s": "a", "t": "b"}, "a, b"),
    ("selected-at(${many}, 1)", {"many": "yes no"}, "no"),
    ("coalesce(${s}, ${t})", {"t": "b"}, "b"),
    ("once('first')", {}, "first"),
    ("if(${one} = 'yes', 'a', 'b')", {"one": "yes"}, "a"),
    ("translate(${s}, 'a', 'b')", {"s": "aa"}, "bb"),
    ("normalize-space(${s})", {"s": "a   b"}, "a b"),
    ("string(${n} > 1)", {"n": "2"}, "true"),
    ("boolean-from-string('1')", {}, "true"),
    ("today()", {}, "2014-09-30"),
    ("format-date(now(), '%H:%M')", {}, "00:00"),
    ("sqrt(${n})", {"n": "9"}, "3"),
    ("sqrt(${n})", {"n": "-9"}, "NaN"),
]


@pytest.mark.parametrize(("number", "expression", "values", "expected"), numbered(CALCULATIONS))
def test_a_calculation_gives_a_text(
    table: CompiledForm, number: int, expression: str, values: dict[str, str], expected: str
):
    answer = f"answer{number}"
    assert assess(table, {**values, answer: expected})["question", answer, ""].holds is True, expression
    assert assess(table, {**values, answer: f"{expected}x"})["question", answer, ""].holds is False, expression


def test_the_clock_is_the_day_that_is_given(tmp_path: Path):
    form = form_with(tmp_path, ask("date", "target", constraint=". <= today()"))
    values = {"target": "2014-09-30"}
    assert assess(form, values, today=date(2014, 9, 30))["question", "target", ""].holds is True
    assert assess(form, values, today=date(2014, 9, 29))["question", "target", ""].holds is False


def test_a_constraint_without_a_value_is_not_assessed(tmp_path: Path):
    form = form_with(tmp_path, ask("integer", "target", constraint=". > 3"))
    assert assess(form, {})["question", "target", ""].holds is None
    assert assess(form, {"target": "4"})["question", "target", ""].holds is True


def test_a_question_without_a_constraint_has_no_verdict(tmp_path: Path):
    verdict = assess(form_with(tmp_path), {"n": "4"})["question", "n", ""]
    assert (verdict.relevant, verdict.needed, verdict.holds) == (True, False, None)


def test_needed_is_required_and_relevant(tmp_path: Path):
    rows = [
        ask("text", "always", required="yes"),
        ask("text", "where", required="yes", relevant="${n} > 1"),
        ask("text", "when", required="${n} > 1"),
    ]
    form = form_with(tmp_path, *rows)
    for value, expected in {"2": [True, True, True], "1": [True, False, False], "": [True, False, False]}.items():
        verdicts = assess(form, {"n": value})
        assert [verdicts["question", code, ""].needed for code in ("always", "where", "when")] == expected


def test_an_answer_that_is_not_relevant_counts_as_empty_wherever_it_is_used(tmp_path: Path):
    rows = [
        ask("text", "third", relevant="${second} = 'x'"),  # stands before what it depends on
        ask("text", "second", relevant="${n} > 1", constraint=". = 'y'"),
    ]
    form = form_with(tmp_path, *rows, check="${second} = 'x'")
    shown = assess(form, {"n": "2", "second": "x"})
    assert shown["question", "third", ""].relevant
    assert (shown["question", "second", ""].holds, shown["c", "n", ""].holds) == (False, True)
    hidden = assess(form, {"n": "1", "second": "x"})
    assert not hidden["question", "third", ""].relevant
    assert (hidden["question", "second", ""].holds, hidden["c", "n", ""].holds) == (None, None)


def test_a_check_is_assessed_only_where_it_applies(tmp_path: Path):
    form = form_with(tmp_path, check="${n} > 3", applies="${one} = 'yes'")
    for one, expected in {"yes": (True, False), "no": (False, None), "": (False, None)}.items():
        verdict = assess(form, {"n": "1", "one": one})["c", "n", ""]
        assert (verdict.relevant, verdict.holds) == expected


def test_calculations_build_on_each_other_whatever_their_order(tmp_path: Path):
    rows: list[Row] = [
        {"type": "calculate", "name": "twice", "calculation": "${sum} * 2"},
        {"type": "calculate", "name": "sum", "calculation": "${n} + ${m}"},
    ]
    form = form_with(tmp_path, *rows, check="${twice} = 10")
    assert assess(form, {"n": "2", "m": "3"})["c", "n", ""].holds is True


def test_questions_that_depend_on_each_other_are_refused(tmp_path: Path):
    with pytest.raises(AllianceError, match="depend on each other"):
        form_with(tmp_path, ask("text", "a", relevant="${b} = 1"), ask("text", "b", relevant="${a} = 1"))


@pytest.mark.parametrize(
    "row",
    [
        ask("text", "a", relevant="${a} = 1"),
        ask("text", "a", relevant=". = 1"),
        ask("text", "a", required="${a} = ''"),
        {"type": "calculate", "name": "a", "calculation": "if(${a} = '', ${n}, ${a})"},
    ],
)
def test_a_question_that_depends_on_itself_is_refused_as_odk_does(tmp_path: Path, row: Row):
    with pytest.raises(AllianceError, match="of a depend on each other"):
        form_with(tmp_path, row)


def test_questions_of_which_one_is_required_without_the_other_are_refused_as_odk_does(tmp_path: Path):
    with pytest.raises(AllianceError, match="depend on each other"):
        form_with(tmp_path, ask("text", "a", required="${b} = ''"), ask("text", "b", required="${a} = ''"))


def test_the_longest_and_deepest_expressions_are_followed_in_three_states(tmp_path: Path):
    total, both = " + ".join(["${n}"] * 149), " and ".join(["${n} > 0"] * 75)
    deep = "if(${n} > 0, " * 15 + "${n} = 1" + ", true())" * 15
    rows = [ask("integer", f"q{number}", constraint=text) for number, text in enumerate((f"{total} = 149", both))]
    verdicts = assess(form_with(tmp_path, *rows, check=f"{'(' * 15}{deep}{')' * 15}"), {"n": "1"})
    assert verdicts["c", "n", ""].holds is True


def test_conditions_that_double_with_each_if_are_refused_before_they_fill_the_memory(tmp_path: Path):
    nested = "${n} > 0"
    for _ in range(29):
        nested = f"if({nested}, ${{n}} = 1, ${{n}} = 2)"
    with pytest.raises(AllianceError, match="calculate"):
        form_with(tmp_path, ask("text", "a", constraint=nested))


def repeat_form(folder: Path, *rows: Row, outside: list[Row] | None = None, check: str = "", at: str = "ends") -> Form:
    items = [ask("date", "begins"), ask("date", "ends", constraint=". >= ${begins}"), ask("integer", "value"), *rows]
    survey = [*group("part", *BASE, *(outside or [])), *group("list", *group("items", *items, kind="repeat"))]
    checks = [{"name": "c", "question": at, "expression": check, MESSAGE: "m"}] if check else []
    return make_form(folder, survey, checks=checks)


def test_in_a_repeat_every_row_is_assessed_by_its_own_answers(tmp_path: Path):
    form = repeat_form(tmp_path, ask("text", "why", relevant="${value} > 1", required="yes"))
    values = {
        ("A", "begins"): "2014-01-01", ("A", "ends"): "2014-02-01", ("A", "value"): "2",
        ("B", "begins"): "2014-01-01", ("B", "ends"): "2013-12-31", ("B", "value"): "1",
        ("C", "ends"): "2014-01-01",
    }  # fmt: skip
    verdicts = assess(form, values, rows={"items": ["A", "B", "C"]})
    assert [verdicts["question", "ends", row].holds for row in "ABC"] == [True, False, None]
    assert [verdicts["question", "why", row].needed for row in "ABC"] == [True, False, False]


def test_a_check_of_a_repeat_is_assessed_once_per_row(tmp_path: Path):
    form = repeat_form(tmp_path, check="${ends} <= today() or ${value} > ${n}")
    values = {("A", "ends"): "2014-01-01", ("B", "ends"): "2015-01-01", ("B", "value"): "1", ("", "n"): "5"}
    verdicts = assess(form, values, rows={"items": ["A", "B"]})
    assert [verdicts["c", "ends", row].holds for row in "AB"] == [True, False]


def test_a_repeat_without_rows_has_no_verdicts(tmp_path: Path):
    verdicts = assess(repeat_form(tmp_path, check="${ends} <= today()"), {})
    assert not [key for key in verdicts if key[1] in ("begins", "ends", "value")]


def test_the_answers_of_all_rows_can_be_added_and_counted(tmp_path: Path):
    form = repeat_form(
        tmp_path, check="sum(${value}) = ${n} and count-non-empty(${value}) = 2 and max(${value}) = 4", at="n"
    )
    values = {("A", "value"): "3", ("B", "value"): "4", ("", "n"): "7"}
    assert assess(form, values, rows={"items": ["A", "B"]})["c", "n", ""].holds is True
    assert assess(form, values, rows={"items": ["B", "A", "C"]})["c", "n", ""].holds is not True


def test_a_row_knows_its_place_and_its_own_last_answer(tmp_path: Path):
    form = repeat_form(
        tmp_path,
        ask("text", "second", relevant="position(..) = 2"),
        check="${value} >= ${last-saved#value}",
        at="value",
    )
    values = {("A", "value"): "3", ("B", "value"): "3", ("C", "value"): "3"}
    saved = {("A", "value"): "2", ("B", "value"): "4", ("", "value"): "9"}
    verdicts = assess(form, values, rows={"items": ["A", "B", "C"]}, last_saved=saved)
    assert [verdicts["c", "value", row].holds for row in "ABC"] == [True, False, None]
    assert [verdicts["question", "second", row].relevant for row in "ABC"] == [False, True, False]


def test_a_value_of_another_row_never_leaks(tmp_path: Path):
    form = repeat_form(tmp_path, check="${value} = 1", at="value")
    verdicts = assess(form, {("A", "value"): "1"}, rows={"items": ["A", "B"]})
    assert [verdicts["c", "value", row].holds for row in "AB"] == [True, None]


def test_a_repeat_may_have_the_name_of_its_section(tmp_path: Path):
    repeat = group("items", ask("integer", "value", constraint=". > 1"), kind="repeat")
    form = make_form(tmp_path, group("items", *repeat))
    verdicts = assess(form, {("A", "value"): "2", ("B", "value"): "1"}, rows={"items": ["A", "B"]})
    assert [verdicts["question", "value", row].holds for row in "AB"] == [True, False]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("pulldata('x', 'y')", "pulldata()"),
        ("jr:choice-name(${one}, 'x')", "jr:choice-name()"),
        ("indexed-repeat(${n}, ${m}, 1)", "indexed-repeat()"),
        ("random() > 0.5", "random()"),
        ("uuid() = 1", "uuid()"),
        ("Selected(${many}, 'a')", "Selected()"),
        ("selected(${many})", "selected() has 1 arguments"),
        ("regex(${s}, '(')", "pattern of regex()"),
        ("regex(${s}, ${t})", "pattern of regex()"),
        ("${n} >", "a value is expected"),
        ("${n} == 1", "a value is expected"),
        ("${n} & 1", "'& 1'"),
        ("/data/part/gone = 1", "/data/part/gone"),
        ("../gone = 1", "../gone"),
        ("instance('yes_no')/root/item = 1", "instance()"),
        ("$n > 1", "Variables"),
        ("count(1) > 0", "count()"),
        ("count(${n} + 1) > 0", "count()"),
        ("(${n} | 1) = 1", "| needs"),
        ("sideways::n = 1", "sideways::n"),
        ("x:n = 1", "x:n"),
        ("../n[f() = 1] = 1", "f()"),
        ("../n[x:y = 1] = 1", "cannot be evaluated"),
        ("../n[sideways::y = 1] = 1", "cannot be evaluated"),
    ],
)
def test_an_expression_that_is_not_supported_is_refused_with_its_place(tmp_path: Path, expression: str, words: str):
    [problem] = refused(tmp_path, expression)
    assert words in problem.seen
    assert (problem.sheet, problem.row, problem.column) == ("survey", 3 + len(BASE), "relevant")
    assert problem.mend


def test_all_wrong_expressions_are_told_at_once_checks_included(tmp_path: Path):
    rows = [ask("text", "x", relevant="f()"), ask("text", "y", constraint="g()", required="h()")]
    with pytest.raises(AllianceError) as caught:
        form_with(tmp_path, *rows, {"type": "calculate", "name": "k", "calculation": "i()"}, check="j()", applies="k()")
    first = 3 + len(BASE)
    assert [(problem.sheet, problem.row, problem.column) for problem in caught.value.problems] == [
        ("survey", first, "relevant"),
        ("survey", first + 1, "required"),
        ("survey", first + 1, "constraint"),
        ("survey", first + 2, "calculation"),
        ("checks", 2, "expression"),
        ("checks", 2, "applies"),
    ]


def test_the_answers_of_all_rows_are_refused_where_one_value_is_wanted(tmp_path: Path):
    with pytest.raises(AllianceError, match="all rows of a repeat"):
        repeat_form(tmp_path, outside=[ask("text", "target", relevant="${value} > 1")])


def test_the_last_answer_of_a_row_is_refused_outside_of_its_repeat(tmp_path: Path):
    with pytest.raises(AllianceError, match="same repeat"):
        repeat_form(tmp_path, outside=[ask("text", "target", relevant="${last-saved#value} > 1")])


@pytest.mark.parametrize(
    "text", ["<b>&amp;</b>", "]]>", "'\"", "\x00\x0b", "😀" * 100, "\ud800", "${n}", "today()", "a\n\tb", "-1", "1e999"]
)
def test_any_text_of_a_member_is_only_ever_a_value(tmp_path: Path, text: str):
    form = form_with(tmp_path, ask("text", "target", constraint="string-length(.) > 0"))
    assert assess(form, {"target": text, "s": text, "n": text})["question", "target", ""].holds is True


def test_one_compiled_form_serves_members_one_after_the_other(tmp_path: Path):
    compiled = compile_form(form_with(tmp_path, check="${n} > ${last-saved#n}"))
    first = compiled.assess({("", "n"): "5"}, {}, {("", "n"): "1"}, TODAY)
    second = compiled.assess({}, {}, {}, TODAY)
    assert first[-1].holds is True
    assert second[-1].holds is None
    assert compiled.assess({("", "n"): "5"}, {}, {("", "n"): "1"}, TODAY) == first
