"""What a member's answers mean to the form: what it asks, what it requires, which constraints and checks hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pipeline.questionnaire.evaluation import Evaluation
from pipeline.questionnaire.form import Check, Form, Question
from pipeline.questionnaire.instance import Instance, InstanceTemplate
from pipeline.text import clean_text

if TYPE_CHECKING:
    from lxml.etree import XPath

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

    xpath: XPath | None
    constant: bool = False
    key: str = ""


@dataclass(frozen=True)
class ChoiceFilter:
    """A compiled filter of choices, and the columns of each choice by its code."""

    xpath: XPath
    choices: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class CompiledQuestion:
    """A question with its expressions compiled; None where it has none of a kind."""

    question: Question
    relevant: Condition
    required: Condition
    constraint: XPath | None
    calculate: XPath | None
    offers: ChoiceFilter | None


@dataclass(frozen=True)
class CompiledCheck:
    """A check with its expressions compiled, and the question at which it stands."""

    check: Check
    question: Question
    expression: XPath
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
        instance = self.template.fill(values, rows)
        relevance = self._settle(instance, rows)
        return [*self._answers(instance, rows, relevance), *self._checks(instance, rows, relevance)]

    def _settle(self, instance: Instance, rows: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], bool]:
        """Decide what is relevant, empty what is not, and calculate, each after all that it depends on."""
        relevance: dict[tuple[str, str], bool] = {}
        shared: dict[str, bool] = {}
        nodes = instance.nodes
        for compiled in self.questions:
            code, condition, calculate = compiled.question.code, compiled.relevant, compiled.calculate
            for row in _rows_of(compiled.question, rows):
                place = row, code
                relevant = (
                    condition.constant
                    if condition.xpath is None
                    else self._is_met(condition, row, nodes[place], shared)
                )
                relevance[place] = relevant
                if not relevant:
                    nodes[place].text = None
                elif calculate is not None:
                    node = nodes[place]
                    self.evaluation.row, self.evaluation.node = row, node
                    node.text = clean_text(str(calculate(node)))
        return relevance

    def _answers(
        self, instance: Instance, rows: Mapping[str, Sequence[str]], relevance: Mapping[tuple[str, str], bool]
    ) -> Iterator[Verdict]:
        shared: dict[str, bool] = {}
        for compiled in self.asked:
            code, required, constraint = compiled.question.code, compiled.required, compiled.constraint
            for row in _rows_of(compiled.question, rows):
                place = row, code
                if not relevance[place]:
                    yield Verdict(row, code, QUESTION, False, False, None)
                    continue
                node = instance.nodes[place]
                needed = required.constant if required.xpath is None else self._is_met(required, row, node, shared)
                value, holds, offered = node.text, None, None
                if value:
                    self.evaluation.row = row
                    if constraint is not None:
                        holds = self.evaluation.verdict(constraint, node)
                    if compiled.offers is not None:
                        offered = self._are_offered(compiled.offers, value, node)
                yield Verdict(row, code, QUESTION, True, needed, holds, offered)

    def _are_offered(self, offers: ChoiceFilter, value: str, node: Any) -> bool | None:
        """Whether all chosen codes are offered; None where that depends on answers that are missing."""
        verdicts: set[bool | None] = set()
        for code in value.split():
            columns = offers.choices.get(code)
            if columns is None:
                return False
            self.evaluation.choice = columns
            verdicts.add(self.evaluation.verdict(offers.xpath, node))
        return False if False in verdicts else (None if None in verdicts else True)

    def _checks(
        self, instance: Instance, rows: Mapping[str, Sequence[str]], relevance: Mapping[tuple[str, str], bool]
    ) -> Iterator[Verdict]:
        shared: dict[str, bool] = {}
        for compiled in self.checks:
            code = compiled.question.code
            for row in _rows_of(compiled.question, rows):
                node = instance.nodes[row, code]
                applies = relevance[row, code] and self._is_met(compiled.applies, row, node, shared)
                self.evaluation.row = row
                holds = self.evaluation.verdict(compiled.expression, node) if applies else None
                yield Verdict(row, code, compiled.check.name, applies, False, holds)

    def _is_met(self, condition: Condition, row: str, node: Any, shared: dict[str, bool]) -> bool:
        """Whether a condition is true; equal ones that do not depend on the context are evaluated once."""
        if condition.xpath is None:
            return condition.constant
        if condition.key in shared:
            return shared[condition.key]
        self.evaluation.row, self.evaluation.node = row, node
        met = bool(condition.xpath(node))
        if condition.key:
            shared[condition.key] = met
        return met


def _rows_of(question: Question, rows: Mapping[str, Sequence[str]]) -> Sequence[str]:
    return ("",) if question.repeat is None else rows.get(question.repeat, ())
