"""The functions of ODK beyond what test_xpath.py has, three states of what looks into an answer, and time limits.

Expected values are worked out by hand from the ODK XForms Specification.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from questionnaire_forms import MESSAGE, TODAY, Row, ask, assess, group, make_form

from pipeline.errors import AllianceError, Problem
from pipeline.questionnaire.assessing import CompiledForm
from pipeline.questionnaire.functions import FUNCTIONS, REFUSED
from pipeline.questionnaire.xpath import compile_form

BASE: list[Row] = [
    ask("integer", "n"),
    ask("decimal", "d"),
    ask("decimal", "limit"),
    ask("text", "s"),
    ask("text", "t"),
    ask("date", "day"),
    ask("select_one yes_no", "one"),
    ask("select_multiple yes_no", "many"),
]
ITEMS: list[Row] = [ask("integer", "value"), ask("date", "begins")]
DOCUMENTATION = Path(__file__).parents[3] / "docs" / "expressions.md"
SPECIFICATION = """
string concat join substr substring-before substring-after translate string-length normalize-space contains starts-with
ends-with uuid digest pulldata if coalesce once true false boolean boolean-from-string not regex checklist
weighted-checklist number random int sum max min round pow log log10 abs sin cos tan asin acos atan atan2 sqrt exp exp10
pi count count-non-empty position instance current randomize today now format-date format-date-time date
decimal-date-time decimal-time selected selected-at count-selected jr:choice-name jr:itext indexed-repeat area distance
"""


def make(folder: Path, *rows: Row, inside: list[Row] | None = None, **parts: object) -> CompiledForm:
    repeat = group("items", *ITEMS, *(inside or []), kind="repeat")
    return compile_form(make_form(folder, [*group("part", *BASE, *rows), *group("list", *repeat)], **parts))


def check(name: str, expression: str, question: str = "n") -> Row:
    return {"name": name, "question": question, "expression": expression, MESSAGE: "m"}


def refused(folder: Path, expression: str) -> Problem:
    with pytest.raises(AllianceError) as caught:
        make(folder, ask("text", "target", relevant=expression))
    [problem] = caught.value.problems
    assert (problem.sheet, problem.row, problem.column) == ("survey", 3 + len(BASE), "relevant")
    assert problem.mend
    return problem


def test_every_function_of_the_specification_is_known_or_refused_by_name():
    assert set(SPECIFICATION.split()) <= set(FUNCTIONS) | set(REFUSED)
    assert not set(FUNCTIONS) & set(REFUSED)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_function_that_is_refused_is_named_with_its_mend(name: str, tmp_path: Path):
    problem = refused(tmp_path, f"{name}(${{s}}) = 1")
    assert f"{name}()" in problem.seen
    assert problem.mend == REFUSED[name]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("coalesce(${n}, ${d}, 0) = 0", "coalesce() has 3 arguments"),
        ("checklist(1, 2) = true()", "checklist() has 2 arguments"),
        ("weighted-checklist(1, 2, true(), 1, true())", "weighted-checklist() has 5 arguments"),
        ("format-date(${day}, '%Q') = ''", "%Q"),
        ("format-date-time(${day}, '%H:%') = ''", "format-date-time() has %"),
        ("jr:choice-name(${one}, ${one}) = ''", "jr:choice-name()"),
        ("jr:choice-name(${n}, '${n}') = ''", "jr:choice-name()"),
        ("indexed-repeat(${n}, ${items}, 1) = 1", "indexed-repeat()"),
        ("indexed-repeat(${value}, ${n}, 1) = 1", "indexed-repeat()"),
        ("indexed-repeat(${value}, ${items}, 1, ${items}, 2) = 1", "indexed-repeat() has 5 arguments"),
        ("indexed-repeat(1, ${items}, 1) = 1", "indexed-repeat()"),
        (r"regex(${s}, '\h+')", "pattern of regex()"),
        ("regex(${s}, '(?P<x>a)')", "pattern of regex()"),
        ("count(${items}) > 0 and ${items}", "all rows of a repeat"),
        ("string-length(${value}) > 0", "all rows of a repeat"),
        ("checklist(1, 2, ${value})", "all rows of a repeat"),
        ("position(${items}) = 1", "all rows of a repeat"),
    ],
)
def test_a_call_that_cannot_work_is_refused_with_its_place(tmp_path: Path, expression: str, words: str):
    assert words in refused(tmp_path, expression).seen


CALCULATIONS: list[tuple[str, dict[str, str], str]] = [
    ("pi()", {}, "3.141592653589793"),
    ("exp10(2)", {}, "100"),
    ("atan2(0, -1)", {}, "3.141592653589793"),
    ("pow(10, 400)", {}, "Infinity"),
    ("pow(-10, 401)", {}, "-Infinity"),
    ("pow(-10, 0.5)", {}, "NaN"),
    ("log(0)", {}, "-Infinity"),
    ("log10(-1)", {}, "NaN"),
    ("exp(1000)", {}, "Infinity"),
    ("asin(2)", {}, "NaN"),
    ("round(2.345, 2)", {}, "2.35"),
    ("round(${d}, 2)", {"d": "1.005"}, "1.01"),
    ("round(1 div 0)", {}, "Infinity"),
    ("round(1, 99)", {}, "NaN"),
    ("${d} * 10", {"d": "0.1234567890123456789"}, "1.2345678901234567"),
    ("concat('', 0.1 + 0.2)", {}, "0.30000000000000004"),
    ("0.1 + 0.2", {}, "0.30000000000000004"),
    ("1 div 10000000", {}, "0.0000001"),
    ("pow(10, 21)", {}, "1000000000000000000000"),
    ("contains(1 div 8, '0.125')", {}, "true"),
    ("string-length(1 div 3)", {}, "18"),  # 0.3333333333333333, libxml2 alone writes one 3 less
    ("coalesce(number(${s}), 0)", {"s": "x"}, "0"),
    ("substr(${s}, 1.9)", {"s": "abc"}, "bc"),
    ("substr(${s}, number(''), 2)", {"s": "abc"}, "ab"),
    ("substr(${s}, -9, -1)", {"s": "abc"}, "ab"),
    ("selected-at(${many}, 0.9)", {"many": "yes no"}, "yes"),
    ("selected-at(${many}, number(''))", {"many": "yes no"}, ""),
    ("selected(${many}, '')", {}, "true"),
    ("selected(${many}, '')", {"many": "yes"}, "false"),
    ("is-selected(${many}, 'no')", {"many": "yes no"}, "true"),
    ("version()", {}, "1"),
    ("jr:choice-name(${one}, '${one}')", {"one": "no"}, "No"),
    ("jr:choice-name(${one}, '${one}')", {}, ""),
    ("jr:choice-name(selected-at(${many}, 1), '${many}')", {"many": "no yes"}, "Yes"),
    ("checklist(1, 1, ${one} = 'yes', ${n} > 3)", {"one": "yes"}, "true"),
    ("checklist(2, -1, ${one} = 'yes', ${n} > 3)", {"one": "yes"}, "false"),
    ("checklist(-1, 1, ${s}, ${t})", {"s": "a", "t": "b"}, "false"),
    ("weighted-checklist(5, 6, ${one} = 'yes', 2, ${n} > 3, ${d})", {"one": "yes", "n": "4", "d": "3.5"}, "true"),
    ("weighted-checklist(5, 6, ${one} = 'yes', 2, ${n} > 3, ${d})", {"one": "no", "n": "4", "d": "3.5"}, "false"),
    ("date('2014-2-1')", {}, "2014-02-01"),
    ("date('2014-02-30')", {}, ""),
    ("date('2014-W05-6')", {}, ""),
    ("date('20140201')", {}, ""),
    ("date('2014-02-01T23:30:00-02:00')", {}, "2014-02-02"),
    ("date(-0.5)", {}, "1969-12-31"),
    ("date(9999999)", {}, ""),
    ("date(1 div 0)", {}, ""),
    ("date(${s})", {"s": "soon"}, ""),
    ("date-time('2014-02-01T10:30:00.5+02:00')", {}, "2014-02-01T08:30:00.500+00:00"),
    ("date-time(${day})", {"day": "2014-02-01"}, "2014-02-01"),
    ("date-time('2014-02-01T25:00:00Z')", {}, ""),
    ("date-time('2014-02-01T10:00:00+99:00')", {}, ""),
    ("decimal-date-time('1970-01-02T12:00:00Z')", {}, "1.5"),
    ("decimal-time('18:00:00.000Z')", {}, "0.75"),
    ("decimal-time('00:00:00.000+06:00')", {}, "0.75"),
    ("decimal-time('2014-02-01T06:00:00Z')", {}, "0.25"),
    ("decimal-time('later')", {}, "NaN"),
    ("decimal-time('18:00')", {}, "NaN"),  # a time of XML Schema has seconds
    ("decimal-time('18:00:00')", {}, "0.75"),
    ("format-date-time('2014-02-01T09:05:07.089Z', '%h %H %M %S %3')", {}, "9 09 05 07 089"),
    ("format-date(${day}, '100%%')", {"day": "2014-02-01"}, "100%"),
    ("format-date(${s}, '%Y')", {"s": "soon"}, ""),
    ("number('٣')", {}, "NaN"),  # digits of XPath are ASCII
    ("number('1e3')", {}, "NaN"),
    ("indexed-repeat(${value}, ${items}, 2)", {}, "20"),
    ("indexed-repeat(${value}, ${items}, 2) + 1", {}, "21"),
    ("indexed-repeat(${begins}, ${items}, 1) + 1", {}, "16102"),
    ("indexed-repeat(${value}, ${items}, 0)", {}, ""),
    ("indexed-repeat(${value}, ${items}, 3)", {}, ""),
    ("indexed-repeat(${value}, ${items}, count(${items}))", {}, "20"),
    ("if(${s}, 'there', 'not there')", {}, "not there"),
    ("if(${s}, 'there', 'not there')", {"s": "0"}, "there"),
    ("if(true(), ${s}, ${t})", {"s": "a"}, "a"),
    ("number(if(true(), ${n}, ${d})) + 1", {"n": "4"}, "5"),
]
ROWS = {("A", "value"): "10", ("A", "begins"): "2014-01-31", ("B", "value"): "20"}


@pytest.fixture(scope="module")
def calculations(tmp_path_factory: pytest.TempPathFactory) -> CompiledForm:
    rows: list[Row] = []
    for number, (expression, *_) in enumerate(CALCULATIONS):
        rows.append({"type": "calculate", "name": f"k{number}", "calculation": expression})
        rows.append(ask("text", f"answer{number}", constraint=f"concat('=', ${{k{number}}}) = ."))
    return make(tmp_path_factory.mktemp("calculations"), *rows)


@pytest.mark.parametrize(
    ("number", "values", "expected"), [(number, row[1], row[2]) for number, row in enumerate(CALCULATIONS)]
)
def test_a_calculation_gives_a_text(calculations: CompiledForm, number: int, values: dict[str, str], expected: str):
    answer = f"answer{number}"
    for said, holds in {f"={expected}": True, f"={expected}x": False}.items():
        verdicts = assess(calculations, {**values, **ROWS, answer: said}, rows={"items": ["A", "B"]})
        assert verdicts["question", answer, ""].holds is holds, CALCULATIONS[number][0]


CHECKS: list[tuple[str, dict[str, str], bool | None]] = [
    # what looks into an answer that is missing is neither true nor false
    ("contains(${s}, 'a')", {}, None),
    ("contains(${s}, 'a')", {"s": "b"}, False),
    ("not(contains(${s}, 'a'))", {}, None),
    ("not(contains(${s}, 'a'))", {"s": "b"}, True),
    ("starts-with(${s}, ${t})", {"s": "abc"}, None),
    ("starts-with(${s}, ${t})", {"s": "abc", "t": "ab"}, True),
    ("ends-with(${s}, 'c')", {}, None),
    ("regex(${s}, '[a-z]+')", {}, None),
    ("regex(${s}, '[a-z]+')", {"s": "1"}, False),
    ("not(regex(${s}, '[a-z]+'))", {}, None),
    ("regex(${s}, '[a-z]+') or ${n} = 1", {"n": "1"}, True),
    ("is-selected(${many}, 'yes')", {}, None),
    ("selected(${many}, '')", {}, True),
    ("selected(${many}, '')", {"many": "yes"}, False),
    # decimals are what they are written as
    ("${d} <= 2.345", {"d": "2.345"}, True),
    ("${d} >= 2.345", {"d": "2.345"}, True),
    ("${d} = 2.345", {"d": "2.345"}, True),
    ("${d} >= ${limit}", {"d": "8.1", "limit": "8.1"}, True),
    ("${d} - 2.345 = 0", {"d": "2.345"}, True),
    ("${d} = 1 div 0", {"d": "1"}, False),
    ("1 div 0 = 1 div 0", {}, True),
    # an answer is true where there is one
    ("${s}", {}, False),
    ("${s}", {"s": "false"}, True),
    ("not(${s})", {}, True),
    ("${s} and ${t}", {"s": "a"}, False),
    ("${s} = true()", {}, False),
    ("${s} = true()", {"s": "a"}, True),
    ("boolean(${n})", {"n": "0"}, True),
    ("checklist(1, 1, ${s}, ${t})", {"s": "a"}, True),
    # rows
    ("indexed-repeat(${value}, ${items}, 2) > ${n}", {}, None),
    ("indexed-repeat(${value}, ${items}, 2) > ${n}", {"n": "3"}, True),
    ("indexed-repeat(${value}, ${items}, 9) > 3", {}, None),
    ("indexed-repeat(${begins}, ${items}, 1) < today()", {}, True),
    ("jr:choice-name(${one}, '${one}') = 'Yes'", {}, None),
    ("jr:choice-name(${one}, '${one}') = 'Yes'", {"one": "yes"}, True),
]


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> CompiledForm:
    rows = [check(f"check{number}", row[0]) for number, row in enumerate(CHECKS)]
    return make(tmp_path_factory.mktemp("checks"), checks=rows)


@pytest.mark.parametrize(
    ("number", "values", "expected"), [(number, row[1], row[2]) for number, row in enumerate(CHECKS)]
)
def test_a_check_is_met_or_not_or_cannot_be_assessed(
    checks: CompiledForm, number: int, values: dict[str, str], expected: bool | None
):
    verdicts = assess(checks, {**values, **ROWS}, rows={"items": ["A", "B"]})
    assert verdicts[f"check{number}", "n", ""].holds is expected, CHECKS[number][0]


def test_decimals_are_exact_in_conditions_too(tmp_path: Path):
    compiled = make(tmp_path, ask("text", "target", relevant="${d} >= 2.345 and ${d} <= 2.345 and ${d} <= ${limit}"))
    verdicts = assess(compiled, {"d": "2.345", "limit": "2.345"})
    assert verdicts["question", "target", ""].relevant


def test_a_row_can_look_at_the_one_before_it(tmp_path: Path):
    rising = ask(
        "integer", "level", constraint="position(..) = 1 or . > indexed-repeat(${level}, ${items}, position(..) - 1)"
    )
    total: Row = {
        "type": "calculate",
        "name": "total",
        "calculation": "${value} + coalesce(indexed-repeat(${total}, ${items}, position(..) - 1), 0)",
    }
    compiled = make(tmp_path, inside=[rising, total], checks=[check("c", "indexed-repeat(${total}, ${items}, 3) = 60")])
    values = {(row, "level"): level for row, level in zip("ABC", ("5", "6", "6"), strict=True)}
    values |= {(row, "value"): value for row, value in zip("ABC", ("10", "20", "30"), strict=True)}
    verdicts = assess(compiled, values, rows={"items": ["A", "B", "C"]})
    assert [verdicts["question", "level", row].holds for row in "ABC"] == [True, True, False]
    assert verdicts["c", "n", ""].holds is True


def test_labels_of_choices_are_in_the_first_language_whatever_the_member_speaks(tmp_path: Path):
    compiled = make(tmp_path, ask("text", "target", relevant="jr:choice-name(${one}, '${one}') = 'Yes'"))
    assert assess(compiled, {"one": "yes"})["question", "target", ""].relevant


ENDLESS = "a" * 60 + "cb"


def hurried(folder: Path, **cells: object) -> CompiledForm:
    """A form with a pattern that takes longer than the world is old, and a tenth of a second for each."""
    compiled = make(folder, ask("text", "target", **cells), checks=[check("c", "not(regex(${s}, '(a|aa)+$'))")])
    compiled.evaluation.seconds = 0.1
    return compiled


def test_a_pattern_that_takes_too_long_leaves_constraint_and_check_not_assessable(tmp_path: Path):
    compiled = hurried(tmp_path, constraint="regex(., '(a|aa)+$')")
    verdicts = assess(compiled, {"target": ENDLESS, "s": ENDLESS})
    assert verdicts["question", "target", ""].holds is None
    assert verdicts["c", "n", ""].holds is None
    # The next member is assessed as if nothing had been.
    verdicts = assess(compiled, {"target": "aaa", "s": "b"})
    assert verdicts["question", "target", ""].holds is True
    assert verdicts["c", "n", ""].holds is True


def test_a_pattern_that_takes_too_long_does_not_make_a_question_asked(tmp_path: Path):
    compiled = hurried(tmp_path, relevant="regex(${t}, '(a|aa)+$')")
    assert assess(compiled, {"t": "aaa"})["question", "target", ""].relevant
    assert not assess(compiled, {"t": ENDLESS})["question", "target", ""].relevant


@pytest.mark.slow
def test_a_member_who_fills_hundreds_of_rows_with_such_texts_does_not_hold_up_the_run(tmp_path: Path):
    compiled = make(tmp_path, inside=[ask("text", "target", constraint="regex(., '(a|aa)+$')")])
    rows = [f"R{number}" for number in range(20)]
    began = time.process_time()
    verdicts = assess(compiled, {(row, "target"): f"{ENDLESS}{row}" for row in rows}, rows={"items": rows})
    assert time.process_time() - began < 3
    assert {verdicts["question", "target", row].holds for row in rows} == {None}


def test_a_filter_that_takes_too_long_leaves_the_offer_open(tmp_path: Path):
    form = make_form(tmp_path, group("part", *BASE))
    filtered = [
        replace(q, choice_filter="regex(/data/part/s, '(a|aa)+$')") if q.code == "one" else q for q in form.questions
    ]
    compiled = compile_form(replace(form, questions=tuple(filtered)))
    compiled.evaluation.seconds = 0.1
    assert assess(compiled, {"one": "yes", "s": ENDLESS})["question", "one", ""].offered is None
    assert assess(compiled, {"one": "yes", "s": "aa"})["question", "one", ""].offered is True


def test_the_same_answers_give_the_same_verdicts(calculations: CompiledForm):
    given = {"n": "4", "d": "2.5", "many": "yes no", **ROWS}
    first = assess(calculations, given, rows={"items": ["A", "B"]}, today=TODAY)
    assert assess(calculations, given, rows={"items": ["A", "B"]}, today=TODAY) == first


def test_the_documentation_names_every_function():
    words = set(re.findall(r"[a-z][a-z0-9:-]*", DOCUMENTATION.read_text(encoding="utf-8")))
    assert set(FUNCTIONS) <= words
    assert set(REFUSED) - {"enclosed-area", "geofence", "intersects"} <= words
