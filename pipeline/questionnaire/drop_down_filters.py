"""Which part of a list of choices a drop-down offers: the filters that a workbook can follow while it is filled in.

A workbook follows a ``choice_filter`` that compares columns of the choices with answers to questions of one choice, or
with texts: ``region = ${country}``, ``level = '2' and region = ${country}``. With any other filter the drop-down shows
the whole list, and what does not fit becomes a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from pipeline.questionnaire.expressions import (
    Call,
    Expression,
    ExpressionError,
    Operation,
    Path,
    Step,
    Text,
    parse_expression,
)
from pipeline.questionnaire.form import Choice, Form, Question


@dataclass(frozen=True)
class Condition:
    """What a column of a choice must be equal to: the answer to ``parent``, or ``text`` where there is no parent."""

    column: str
    parent: Question | None
    text: str = ""


def filter_conditions(question: Question, form: Form) -> tuple[Condition, ...]:
    """What the choices of a question are held to.

    Args:
        question: A question with one or more choices.
        form: The questionnaire.

    Returns:
        The conditions that must all hold; none where there is no filter, or one that a drop-down cannot follow.
    """
    if not question.choice_filter or not question.choices:
        return ()
    try:
        parts = list(_anded(parse_expression(question.choice_filter)))
    except ExpressionError:
        return ()
    conditions = [_condition(part, question, form) for part in parts]
    return tuple(condition for condition in conditions if condition) if all(conditions) else ()


def offered(
    choices: Sequence[Choice], conditions: Sequence[Condition], answers: Sequence[str | None]
) -> tuple[Choice, ...]:
    """The choices that meet the conditions.

    Args:
        choices: All choices of the list.
        conditions: What they are held to.
        answers: The code answered to the parent of each condition that has one, in order; None for a blank, which
            rules out nothing.
    """
    given = iter(answers)
    wanted = [(c.column, c.text if c.parent is None else next(given)) for c in conditions]
    return tuple(
        choice for choice in choices if all(want is None or _cell(choice, column) == want for column, want in wanted)
    )


def combinations(form: Form, parents: Sequence[Question]) -> Iterator[tuple[str | None, ...]]:
    """All that can be answered to the parents, blanks first; the last parent changes fastest."""
    codes = [[None, *(choice.code for choice in form.choices[parent.choices or ""])] for parent in parents]
    return product(*codes)


def target_of(path: Expression, form: Form) -> Question | None:
    """The question that a path without predicates leads to; None for anything else, and for columns of choices."""
    if not isinstance(path, Path) or not path.steps or any(step.predicates for step in path.steps):
        return None
    if path.start is not None and not (isinstance(path.start, Call) and path.start.name == "current"):
        return None
    if path.start is None and not path.absolute and len(path.steps) == 1:
        return None
    return form.by_code.get(path.steps[-1].test)


def _anded(expression: Expression) -> Iterator[Expression]:
    match expression:
        case Operation("and", left, right):
            yield from _anded(left)
            yield from _anded(right)
        case _:
            yield expression


def _condition(expression: Expression, question: Question, form: Form) -> Condition | None:
    match expression:
        case Operation("=", Path(None, False, (Step("", column, ()),)), other) if column not in (".", ".."):
            return _held_to(column, other, question, form)
        case Operation("=", other, Path(None, False, (Step("", column, ()),))) if column not in (".", ".."):
            return _held_to(column, other, question, form)
        case _:
            return None


def _held_to(column: str, other: Expression, question: Question, form: Form) -> Condition | None:
    if isinstance(other, Text):
        return Condition(column, None, other.value)
    parent = target_of(other, form)
    if parent is None or parent.type != "select_one" or not form.choices.get(parent.choices or ""):
        return None
    return Condition(column, parent) if parent.repeat in (None, question.repeat) and parent != question else None


def _cell(choice: Choice, column: str) -> str:
    return choice.code if column == "name" else choice.columns.get(column, "")
