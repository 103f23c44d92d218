"""Formulas that tell, while a workbook is filled in, whether a question is asked.

Most conditions of a policy form compare an answer with a choice, a number or nothing. Those become formulas; where a
condition uses anything else, the question is taken for asked, and the rules decide once the workbook is back.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pipeline.questionnaire.drop_down_filters import target_of
from pipeline.questionnaire.expressions import (
    Call,
    Expression,
    ExpressionError,
    Negation,
    Number,
    Operation,
    Text,
    parse_expression,
)
from pipeline.questionnaire.form import Form, Question

_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_SIGNS: Final = {**_FLIPPED, "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_COMPARED: Final[dict[str, Callable[[float, float], bool]]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_LITERAL_LIMIT: Final = 255
_FORMULA_LIMIT: Final = 8_000  # Excel takes 8,192 signs, and 64 brackets within each other
_DEPTH_LIMIT: Final = 20


class _NotLiveError(Exception):
    """A condition cannot be said in a formula."""


@dataclass(frozen=True)
class Live:
    """A condition as a formula, without the sign of equality, and what it gives at the beginning."""

    formula: str
    initially: bool


@dataclass(frozen=True)
class AnswerCell:
    """Where an answer stands, as a formula sees it.

    Attributes:
        reference: The answer cell.
        asked: The cell that says whether it is asked; '' where it always is.
        value: What stands there at the beginning, in the form's own notation, or what was typed that cannot be read.
        is_asked: Whether it is asked at the beginning.
        is_text: Whether ``value`` is text that was typed.
    """

    reference: str
    asked: str = ""
    value: str = ""
    is_asked: bool = True
    is_text: bool = False


@dataclass(frozen=True)
class Surroundings:
    """What a formula can refer to.

    Attributes:
        form: The questionnaire.
        cell_of: Gives the answer cell of a question; None where it cannot be reached from here.
        label_of: Gives the reference of the label of a choice of a question; None where its list has no such choice.
        word_of: Gives that label itself.
    """

    form: Form
    cell_of: Callable[[Question], AnswerCell | None]
    label_of: Callable[[Question, str], str | None]
    word_of: Callable[[Question, str], str]


def live_condition(source: str, around: Surroundings) -> Live | None:
    """A condition as a formula.

    Args:
        source: XPath of the condition.
        around: What the formula can refer to.

    Returns:
        The formula; None where the condition uses what formulas cannot say alike.
    """
    try:
        live = _truth(parse_expression(source), around, 0)
    except (ExpressionError, _NotLiveError):
        return None
    return live if len(live.formula) <= _FORMULA_LIMIT else None


def _truth(expression: Expression, around: Surroundings, depth: int) -> Live:
    if depth > _DEPTH_LIMIT:
        raise _NotLiveError
    match expression:
        case Operation(("and" | "or") as word, left, right):
            first, second = _truth(left, around, depth + 1), _truth(right, around, depth + 1)
            both = first.initially and second.initially if word == "and" else first.initially or second.initially
            return Live(f"{word.upper()}({first.formula},{second.formula})", both)
        case Call("not", (inner,)):
            part = _truth(inner, around, depth + 1)
            return Live(f"NOT({part.formula})", not part.initially)
        case Call(("true" | "false") as name, ()):
            return Live(f"{name.upper()}()", name == "true")
        case Call("selected", (path, Text() as code)):
            return _selected(path, code.value, around)
        case Operation(sign, left, right) if sign in _COMPARED:
            return _comparison(sign, left, right, around)
        case _:
            raise _NotLiveError


def _comparison(sign: str, left: Expression, right: Expression, around: Surroundings) -> Live:
    if isinstance(left, Text | Number | Negation):
        sign, left, right = _FLIPPED[sign], right, left
    if isinstance(left, Call) and left.name == "count-selected" and len(left.arguments) == 1:
        return _count_comparison(sign, left.arguments[0], _number(right), around)
    question, cell = _cell(left, around)
    if isinstance(right, Text) and sign in ("=", "!="):
        return _text_comparison(sign, question, cell, right.value, around)
    if question.is_numeric:
        return _number_comparison(sign, cell, _number(right))
    raise _NotLiveError


def _cell(path: Expression, around: Surroundings) -> tuple[Question, AnswerCell]:
    question = target_of(path, around.form)
    cell = around.cell_of(question) if question else None
    if question is None or cell is None:
        raise _NotLiveError
    return question, cell


def _number(expression: Expression) -> float:
    match expression:
        case Number(text):
            return float(text)
        case Negation(Number(text)):
            return -float(text)
        case Text() as text if text.value.strip("-").replace(".", "", 1).isdecimal():
            return float(text.value)
        case _:
            raise _NotLiveError


def _if_asked(cell: AnswerCell, formula: str, holds: bool, *, blank: bool) -> Live:
    """A test of an answer; an answer to a question that is not asked counts as none, as in ODK."""
    if not cell.asked:
        return Live(formula, holds)
    otherwise = f"{str(blank).upper()}()"
    return Live(f"IF({cell.asked}=1,{formula},{otherwise})", holds if cell.is_asked else blank)


def _text_comparison(sign: str, question: Question, cell: AnswerCell, text: str, around: Surroundings) -> Live:
    is_equal = sign == "="
    if text == "":
        test = f'TRIM({cell.reference}){_SIGNS[sign]}""'
        return _if_asked(cell, test, (cell.value.strip(" ") == "") == is_equal, blank=is_equal)
    if question.is_numeric:
        return _number_comparison(sign, cell, _number(Text(f"'{text}'")))
    if question.choices:
        label = around.label_of(question, text)
        test = "FALSE()" if label is None else f"{cell.reference}={label}"
    elif question.type == "text":
        test = f"EXACT({cell.reference},{_literal(text)})"
    else:
        raise _NotLiveError
    live = _if_asked(cell, test, cell.value == text, blank=False)
    return live if is_equal else Live(f"NOT({live.formula})", not live.initially)


def _literal(text: str) -> str:
    if len(text) > _LITERAL_LIMIT:
        raise _NotLiveError
    return '"' + text.replace('"', '""') + '"'


def _number_comparison(sign: str, cell: AnswerCell, number: float) -> Live:
    """Nothing is neither equal, more nor less, but different: XPath takes it for "not a number"."""
    shown = repr(int(number)) if number.is_integer() else repr(number)
    if sign == "!=":
        live = _number_comparison("=", cell, number)
        return Live(f"NOT({live.formula})", not live.initially)
    try:
        holds = not cell.is_text and _COMPARED[sign](float(cell.value), number)
    except ValueError:
        holds = False
    test = f"AND(ISNUMBER({cell.reference}),{cell.reference}{_SIGNS[sign]}{shown})"
    return _if_asked(cell, test, holds, blank=False)


def _count_comparison(sign: str, path: Expression, number: float, around: Surroundings) -> Live:
    question, cell = _cell(path, around)
    if question.type != "select_multiple":
        raise _NotLiveError
    counted = f'LEN({cell.reference})-LEN(SUBSTITUTE({cell.reference},";",""))'
    # A semicolon behind the last choice begins no other.
    last = f'IF(RIGHT(TRIM({cell.reference}))=";",0,1)'
    shown = repr(int(number)) if number.is_integer() else repr(number)
    test = f'IF(TRIM({cell.reference})="",0,{counted}+{last}){_SIGNS[sign]}{shown}'
    holds = _COMPARED[sign](_chosen(cell), number)
    return _if_asked(cell, test, holds, blank=_COMPARED[sign](0, number))


def _chosen(cell: AnswerCell) -> int:
    """How many choices the formula counts at the beginning."""
    if not cell.is_text:
        return len(cell.value.split())
    typed = cell.value.strip(" ")
    return typed.count(";") + (not typed.endswith(";")) if typed else 0


def _selected(path: Expression, code: str, around: Surroundings) -> Live:
    question, cell = _cell(path, around)
    label = around.label_of(question, code)
    if label is None:
        return Live("FALSE()", False)
    if question.type == "select_one":
        return _if_asked(cell, f"{cell.reference}={label}", cell.value == code, blank=False)
    spaced = f'";"&SUBSTITUTE(SUBSTITUTE({cell.reference},"; ",";")," ;",";")&";"'
    test = f'ISNUMBER(FIND(";"&{label}&";",{spaced}))'
    return _if_asked(cell, test, _has(cell, code, around.word_of(question, code)), blank=False)


def _has(cell: AnswerCell, code: str, label: str) -> bool:
    """Whether the formula finds a choice among several at the beginning."""
    if not cell.is_text:
        return code in cell.value.split()
    return f";{label};" in f";{cell.value.replace('; ', ';').replace(' ;', ';')};"
