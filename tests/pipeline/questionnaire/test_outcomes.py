"""Outcomes that are remembered are those that would be found again: law over random members, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from questionnaire_forms import MESSAGE, TODAY, ask, assess, group, make_form

from pipeline.questionnaire.assessing import CompiledForm
from pipeline.questionnaire.form import Form
from pipeline.questionnaire.outcomes import Expression
from pipeline.questionnaire.xpath import compile_form

ENDLESS = "a" * 60 + "cb"
CHECKS = {
    "last": ("n", "${n} > ${last-saved#n}"),
    "last_in_row": ("value", "${value} >= ${last-saved#value}"),
    "day": ("due", "${due} <= today()"),
    "all_rows": ("n", "sum(${value}) = ${n} and count(${value}) < 3"),
    "all_rows_within": ("value", "${value} <= max(/data/list/items/value)"),
    "place": ("value", "position(..) != ${value}"),
    "row_before": ("value", "${value} >= indexed-repeat(${value}, ${items}, position(..) - 1)"),
    "first_row": ("n", "indexed-repeat(${value}, ${items}, 1) = ${n}"),
    "selected_rows": ("n", "count(${items}[value > 1]) = ${n}"),
    "twice": ("value", "count(/data/list/items/value[. = current()/../value]) = 1"),
    "label": ("one", "jr:choice-name(${one}, '${one}') = 'Yes'"),
    "whole_group": ("s", "string-length(/data/part) > 3"),
    "unknown": ("n", "${n} > ${m} or ${s} = 'x'"),
    "either": ("n", "if(${one} = 'yes', ${n} > 1, ${m} > 1)"),
    "pattern": ("s", "regex(${s}, '^x*$')"),
    "own": ("s", "current() != ''"),
}
NOT_TOLD = {"place", "row_before", "selected_rows", "twice", "whole_group"}
"""What looks at more than the answers that its paths name."""


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    """A form with every kind of expression."""
    part = [
        ask("integer", "n", constraint=". >= 1"),
        ask("integer", "m", relevant="${one} = 'yes'", required="${n} > 1"),
        ask("text", "s", constraint="regex(., '^x+$') or string-length(.) < 2"),
        ask("date", "due", constraint=". <= today()"),
        ask("select_one yes_no", "one"),
        {"type": "calculate", "name": "twofold", "calculation": "${n} * 2"},
        ask("text", "t", relevant="${twofold} > ${m}", required="${s} != ''"),
    ]
    items = [
        ask("integer", "value", constraint=". <= ${n}", relevant="${one} != 'no'"),
        ask("text", "why", relevant="${value} > 1", required="${value} > 2", constraint="${last-saved#value} != ."),
        {"type": "calculate", "name": "so_far", "calculation": "sum(/data/list/items/value)"},
    ]
    checks = [
        {"name": name, "question": question, "expression": expression, MESSAGE: "m"}
        for name, (question, expression) in CHECKS.items()
    ]
    survey = [*group("part", *part), *group("list", *group("items", *items, kind="repeat"))]
    made = make_form(tmp_path_factory.mktemp("form"), survey, checks=checks)
    filtered = {"one": "name != 'no' or /data/part/n > 1"}
    return replace(
        made,
        questions=tuple(
            replace(question, choice_filter=filtered.get(question.code, "")) for question in made.questions
        ),
    )


@pytest.fixture(scope="module")
def remembering(form: Form) -> CompiledForm:
    """The form as it is used: it remembers over all examples of this module."""
    return compile_form(form)


@pytest.fixture(scope="module")
def plain(form: Form) -> CompiledForm:
    """The same form, every expression evaluated each time."""
    compiled = compile_form(form)
    for expression in expressions(compiled):
        expression.inputs = None
    return compiled


def expressions(compiled: CompiledForm) -> Iterator[Expression]:
    for question in compiled.questions:
        conditions = (question.relevant.expression, question.required.expression)
        offers = question.offers.expression if question.offers else None
        yield from filter(None, (*conditions, question.constraint, question.calculate, offers))
    for check in compiled.checks:
        yield from filter(None, (check.expression, check.applies.expression))


NUMBERS = st.sampled_from(["", "0", "1", "2", "3"])
TEXTS = st.sampled_from(["", "x", "xx", "y", "a\x00b", "\u200b"])
ROWS = ("A", "B", "C")


@st.composite
def members(
    draw: st.DrawFn,
) -> tuple[dict[tuple[str, str], str], dict[str, list[str]], dict[tuple[str, str], str], date]:
    """What one member is assessed with; answers in rows that it does not have are there, too."""
    values = {("", code): draw(NUMBERS) for code in ("n", "m")} | {("", code): draw(TEXTS) for code in ("s", "t")}
    values["", "due"] = draw(st.sampled_from(["", "2014-09-29", "2014-09-30", "2014-10-01"]))
    values["", "one"] = draw(st.sampled_from(["", "yes", "no", "other"]))
    values |= {(row, "value"): draw(NUMBERS) for row in ROWS} | {(row, "why"): draw(TEXTS) for row in ROWS}
    rows = draw(st.lists(st.sampled_from(ROWS), unique=True, max_size=3))
    saved = {("", "n"): draw(NUMBERS), **{(row, "value"): draw(NUMBERS) for row in ROWS}}
    return values, {"items": rows}, saved, draw(st.sampled_from([TODAY, date(2014, 10, 2)]))


@settings(max_examples=150, deadline=None)
@given(st.lists(members(), min_size=1, max_size=4))
def test_members_are_assessed_as_if_nothing_had_been_assessed_before(
    remembering: CompiledForm, plain: CompiledForm, several: list[Any]
) -> None:
    for member in several:
        assert remembering.assess(*member) == plain.assess(*member)


def test_what_looks_at_the_order_or_a_selection_of_rows_or_at_a_group_is_evaluated_each_time(
    remembering: CompiledForm,
) -> None:
    assert {check.check.name for check in remembering.checks if check.expression.inputs is None} == NOT_TOLD


def test_equal_answers_are_evaluated_once(form: Form) -> None:
    compiled = compile_form(form)
    (constraint,) = [one.constraint for one in compiled.questions if one.question.code == "n" and one.constraint]
    for value in ("0", "1", "0", "1", "1"):
        assess(compiled, {"n": value})
    assert len(constraint.known) == 2


def test_a_pattern_that_ran_out_of_time_is_not_remembered_for_other_members(tmp_path: Path) -> None:
    survey = group("part", ask("text", "s", constraint="regex(., '(a|aa)+$')"))
    compiled = compile_form(make_form(tmp_path, survey))
    compiled.evaluation.seconds = 0.1
    for _ in range(2):
        assert assess(compiled, {"s": ENDLESS})["question", "s", ""].holds is None
    (expression,) = expressions(compiled)
    assert not expression.known
    assert assess(compiled, {"s": "aaa"})["question", "s", ""].holds is True
    assert len(expression.known) == 1
