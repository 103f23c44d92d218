"""What a member's answers mean to the form: what it asks, what it requires, which constraints and checks hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from pipeline.questionnaire.evaluation import Evaluation
from pipeline.questionnaire.form import Check, Form, Question
from pipeline.questionnaire.instance import InstanceTemplate
from pipeline.questionnaire.outcomes import Answers, Expression

QUESTION: Final = "question"
"""Subject of the verdict on a question, beside the names of checks."""


class Verdict(NamedTuple):
    """What the form says about one answer, or one check in one row.

    Attributes:
        row: Key of the repeat row; '' outside.
        question: The question.
        subject: ``question``, or the name of the check.
        relevant: The form asks the question given the other answers; for a check also: it applies.
        needed: The form requires an answer, given the other answers.
        holds: The constraint or check is met; None where it cannot be assessed: there is none, it does not apply, or
            its outcome depends on an answer that is missing.
        offered: Every chosen code is one that the form offers given the other answers (``choice_filter``); None where
            the question has no filter, is not answered or not asked, or where that depends on answers that are missing.
    """

    row: str
    question: str
    subject: str
    relevant: bool
    needed: bool
    holds: bool | None
    offered: bool | None = None


@dataclass(frozen=True)
class Condition:
    """A compiled condition. ``constant`` is its truth where that never changes; ``key`` is shared by equal ones."""

    expression: Expression | None
    constant: bool = False
    key: str = ""


@dataclass(frozen=True)
class ChoiceFilter:
    """A compiled filter of choices, and the columns of each choice by its code."""

    expression: Expression
    choices: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class CompiledQuestion:
    """A question with its expressions compiled; None where it has none of a kind."""

    question: Question
    relevant: Condition
    required: Condition
    constraint: Expression | None
    calculate: Expression | None
    offers: ChoiceFilter | None


@dataclass(frozen=True)
class CompiledCheck:
    """A check with its expressions compiled, and the question at which it stands."""

    check: Check
    question: Question
    expression: Expression
    applies: Condition


@dataclass
class CompiledForm:
    """A form with all its expressions compiled. One object serves one thread.

    Attributes:
        form: The questionnaire.
        template: Its empty instance.
        evaluation: What the compiled expressions call back.
        questions: The compiled questions in the order in which they depend on each other.
        asked: Those that members answer, in the form's order.
        checks: The compiled checks in order.
    """

    form: Form
    template: InstanceTemplate
    evaluation: Evaluation
    questions: list[CompiledQuestion] = field(default_factory=list[CompiledQuestion])
    asked: list[CompiledQuestion] = field(default_factory=list[CompiledQuestion])
    checks: list[CompiledCheck] = field(default_factory=list[CompiledCheck])

    def assess(
        self,
        values: Mapping[tuple[str, str], str],
        rows: Mapping[str, Sequence[str]],
        last_saved: Mapping[tuple[str, str], str],
        today: date,
    ) -> list[Verdict]:
        """Assess one member's answers.

        Answers to questions that are not relevant count as empty for all other expressions, as in ODK.

        Args:
            values: (row, question) -> value in the form's own notation; the row is '' outside of repeats.
            rows: Repeat -> keys of its rows in order.
            last_saved: (row, question) -> value of the last cycle.
            today: The day that today() gives.

        Returns:
            A verdict per question that members answer (times the rows of its repeat), in the form's order, then one
            per check (times the rows of its question's repeat).
        """
        self.evaluation.begin(today, last_saved)
        answers = Answers(self.evaluation, self.template, rows, values)
        relevance = self._settle(answers)
        return [*self._answers(answers, relevance), *self._checks(answers, relevance)]

    def _settle(self, answers: Answers) -> dict[tuple[str, str], bool]:
        """Decide what is relevant, empty what is not, and calculate, each after all that it depends on."""
        relevance: dict[tuple[str, str], bool] = {}
        shared: dict[str, bool] = {}
        for compiled in self.questions:
            code, condition, calculate = compiled.question.code, compiled.relevant, compiled.calculate
            for row in _rows_of(compiled.question, answers.rows):
                relevant = relevance[row, code] = _is_met(condition, answers, row, code, shared)
                if not relevant:
                    answers.write(row, code, "")
                elif calculate is not None:
                    answers.write(row, code, calculate.outcome(answers, row, code))
        return relevance

    def _answers(self, answers: Answers, relevance: Mapping[tuple[str, str], bool]) -> Iterator[Verdict]:
        shared: dict[str, bool] = {}
        for compiled in self.asked:
            code, constraint, offers = compiled.question.code, compiled.constraint, compiled.offers
            for row in _rows_of(compiled.question, answers.rows):
                if not relevance[row, code]:
                    yield Verdict(row, code, QUESTION, False, False, None)
                    continue
                needed = _is_met(compiled.required, answers, row, code, shared)
                value, holds, offered = answers.texts.get((row, code)), None, None
                if value:
                    if constraint is not None:
                        holds = constraint.outcome(answers, row, code)
                    if offers is not None:
                        offered = _are_offered(offers, value, answers, row, code)
                yield Verdict(row, code, QUESTION, True, needed, holds, offered)

    def _checks(self, answers: Answers, relevance: Mapping[tuple[str, str], bool]) -> Iterator[Verdict]:
        shared: dict[str, bool] = {}
        for compiled in self.checks:
            code = compiled.question.code
            for row in _rows_of(compiled.question, answers.rows):
                applies = relevance[row, code] and _is_met(compiled.applies, answers, row, code, shared)
                holds = compiled.expression.outcome(answers, row, code) if applies else None
                yield Verdict(row, code, compiled.check.name, applies, False, holds)


def _are_offered(offers: ChoiceFilter, value: str, answers: Answers, row: str, code: str) -> bool | None:
    """Whether all chosen codes are offered; None where that depends on answers that are missing."""
    verdicts: set[bool | None] = set()
    for chosen in value.split():
        columns = offers.choices.get(chosen)
        if columns is None:
            return False
        answers.evaluation.choice = columns
        verdicts.add(offers.expression.outcome(answers, row, code, chosen))
    return False if False in verdicts else (None if None in verdicts else True)


def _is_met(condition: Condition, answers: Answers, row: str, code: str, shared: dict[str, bool]) -> bool:
    """Whether a condition is true; equal ones that do not depend on the context are evaluated once."""
    if condition.expression is None:
        return condition.constant
    if condition.key in shared:
        return shared[condition.key]
    met = condition.expression.outcome(answers, row, code)
    if condition.key:
        shared[condition.key] = met
    return met


def _rows_of(question: Question, rows: Mapping[str, Sequence[str]]) -> Sequence[str]:
    return ("",) if question.repeat is None else rows.get(question.repeat, ())
