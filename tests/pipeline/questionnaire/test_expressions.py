from __future__ import annotations

import pytest

from pipeline.questionnaire.expressions import (
    Call,
    Expression,
    ExpressionError,
    Negation,
    Number,
    Operation,
    Path,
    Step,
    Text,
    parse_expression,
)


def child(*names: str) -> Path:
    return Path(None, False, tuple(Step("/" if place else "", name, ()) for place, name in enumerate(names)))


ONE, TWO, THREE = Number("1"), Number("2"), Number("3")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3", Operation("+", ONE, Operation("*", TWO, THREE))),
        ("1 - 2 - 3", Operation("-", Operation("-", ONE, TWO), THREE)),
        ("(1 - 2) - 3", Operation("-", Operation("-", ONE, TWO), THREE)),
        ("1 - (2 - 3)", Operation("-", ONE, Operation("-", TWO, THREE))),
        ("a or b and c", Operation("or", child("a"), Operation("and", child("b"), child("c")))),
        ("1 < 2 = 3", Operation("=", Operation("<", ONE, TWO), THREE)),
        ("- 1 + 2", Operation("+", Negation(ONE), TWO)),
        ("--1", Negation(Negation(ONE))),
        ("a - 1", Operation("-", child("a"), ONE)),
        ("a-1", child("a-1")),
        ("a * b", Operation("*", child("a"), child("b"))),
        ("* * *", Operation("*", child("*"), child("*"))),
        ("and and and", Operation("and", child("and"), child("and"))),
        ("div div mod", Operation("div", child("div"), child("mod"))),
        ("../a/b", child("..", "a", "b")),
        (".", child(".")),
        (". != ''", Operation("!=", child("."), Text("''"))),
        ("'it''", None),
        ('"it\'s"', Text('"it\'s"')),
        ("/data/a", Path(None, True, (Step("/", "data", ()), Step("/", "a", ())))),
        ("//a", Path(None, True, (Step("//", "a", ()),))),
        ("a[1]", Path(None, False, (Step("", "a", (ONE,)),))),
        ("f(1, 'x')", Call("f", (ONE, Text("'x'")))),
        ("count-selected(.)", Call("count-selected", (child("."),))),
        ("instance('x')/a", Path(Call("instance", (Text("'x'"),)), False, (Step("/", "a", ()),))),
        ("child::a | @b", Operation("|", child("child::a"), child("@b"))),
        ("node()", child("node()")),
        (".5", Number(".5")),
        ("1.", Number("1.")),
    ],
)
def test_an_expression_is_read_by_the_grammar_of_xpath(source: str, expected: Expression | None):
    if expected is None:
        with pytest.raises(ExpressionError):
            parse_expression(source)
    else:
        assert parse_expression(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "",
        "1 +",
        "(1",
        "1)",
        "f(1",
        "f(1,)",
        "a[1",
        "1 2",
        "a b",
        "= 1",
        "$x",
        "'open",
        "a/",
        "/",
        "#",
        "1 ! 2",
        "a::",
        "&&",
    ],
)
def test_what_is_no_expression_is_refused_with_a_mend(source: str):
    with pytest.raises(ExpressionError) as caught:
        parse_expression(source)
    assert caught.value.seen
    assert caught.value.mend


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("+".join(["1"] * 152), id="a long sum"),
        pytest.param(" or ".join(["a"] * 2000), id="a long list of conditions"),
        pytest.param("-" * 5000 + "1", id="signs"),
        pytest.param("|".join(["a"] * 152), id="a long union"),
        pytest.param("(" * 31 + "1" + ")" * 31, id="brackets in brackets"),
        pytest.param("f(" * 5000 + "1" + ")" * 5000, id="calls in calls"),
        pytest.param("a[" * 5000 + "1" + "]" * 5000, id="predicates in predicates"),
    ],
)
def test_an_expression_that_is_too_long_or_deep_to_be_followed_is_refused(source: str):
    with pytest.raises(ExpressionError, match="calculate"):
        parse_expression(source)
