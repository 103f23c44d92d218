"""What a member's answers mean to the form: what it asks, what it requires, which constraints and checks hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pipeline.errors import AllianceError, Problem
from pipeline.questionnaire.choice_filters import FilterRewriting
from pipeline.questionnaire.evaluation import Evaluation
from pipeline.questionnaire.expressions import ExpressionError
from pipeline.questionnaire.form import Check, Form, Question
from pipeline.questionnaire.instance import Instance, InstanceTemplate, make_template
from pipeline.questionnaire.rewriting import Rewriting
from pipeline.text import clean_text

if TYPE_CHECKING:
    from lxml.etree import XPath

QUESTION: Final = "question"
"""Subject of the verdict on a question, beside the names of checks."""

_CONSTANTS: Final = {"true()": True, "false()": False}


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
class _Condition:
    """A compiled condition. ``constant`` is its truth where that never changes; ``key`` is shared by equal ones."""

    xpath: XPath | None
    constant: bool = False
    key: str = ""


@dataclass(frozen=True)
class _Filter:
    """A compiled filter of choices, and the columns of each choice by its code."""

    xpath: XPath
    choices: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class _CompiledQuestion:
    question: Question
    relevant: _Condition
    required: _Condition
    constraint: XPath | None
    calculate: XPath | None
    offers: _Filter | None


@dataclass(frozen=True)
class _CompiledCheck:
    check: Check
    question: Question
    expression: XPath
    applies: _Condition


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
    questions: list[_CompiledQuestion] = field(default_factory=list[_CompiledQuestion])
    asked: list[_CompiledQuestion] = field(default_factory=list[_CompiledQuestion])
    checks: list[_CompiledCheck] = field(default_factory=list[_CompiledCheck])

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

    def _are_offered(self, offers: _Filter, value: str, node: Any) -> bool | None:
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

    def _is_met(self, condition: _Condition, row: str, node: Any, shared: dict[str, bool]) -> bool:
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


def compile_form(form: Form) -> CompiledForm:
    """Check and compile all expressions of a form.

    Args:
        form: The questionnaire.

    Raises:
        AllianceError: With every expression that is wrong or not supported, naming sheet and row.
    """
    return _Compiler(form).compile()


def _count(node: Any, path: str) -> int:
    """How many nodes a path leads to."""
    from lxml import etree

    try:
        return len(node.xpath(path))
    except etree.XPathError:  # an axis that there is not, or a namespace
        return 0


class _Compiler:
    """Compiles the expressions of one form, and collects what is wrong with them."""

    def __init__(self, form: Form):
        self._form = form
        self._template = make_template(form)
        self._evaluation = Evaluation(
            repeated=frozenset(question.code for question in form.questions if question.repeat),
            labels={
                (name, choice.code): clean_text(choice.texts.get("label", form.languages[0]) or choice.code)
                for name, choices in form.choices.items()
                for choice in choices
            },
            version=form.version,
        )
        # Two rows per repeat, so that every path can be tried, and shows whether it leads to one row or to all.
        rows = {name: [name, f"{name} 2"] for name in self._template.repeats}
        self._sample = self._template.fill({}, rows)
        self._problems: list[Problem] = []
        self._needs: dict[str, set[str]] = {question.code: set() for question in form.questions}

    def compile(self) -> CompiledForm:
        compiled = {question.code: self._question(question) for question in self._form.questions}
        checks = [self._check(check) for check in self._form.checks]
        order = self._order()
        if self._problems:
            raise AllianceError(self._problems)
        return CompiledForm(
            self._form,
            self._template,
            self._evaluation,
            questions=[compiled[code] for code in order],
            asked=[compiled[question.code] for question in self._form.asked],
            checks=[check for check in checks if check is not None],
        )

    def _question(self, question: Question) -> _CompiledQuestion:
        place = ("survey", question.row)
        relevant = self._condition(question.relevant, question, (*place, "relevant"), True, orders=True)
        required = self._condition(question.required, question, (*place, "required"), False)
        constraint = calculate = None
        if question.constraint:
            constraint = self._verdict(question.constraint, question, (*place, "constraint"))
        if question.calculate:
            rewriting = self._rewriting(question, three_states=False)
            calculate = self._expression(rewriting, question.calculate, (*place, "calculation"), is_condition=False)
            self._needs[question.code] |= rewriting.codes
        return _CompiledQuestion(question, relevant, required, constraint, calculate, self._filter(question))

    def _filter(self, question: Question) -> _Filter | None:
        if not question.choice_filter:
            return None
        place = ("survey", question.row, "choice_filter")
        choices = {
            choice.code: {**choice.columns, "name": choice.code}
            for choice in self._form.choices.get(question.choices or "", ())
        }
        if not choices:
            seen = f"The question '{question.code}' has no choices that could be filtered."
            self._problems.append(Problem(self._form.file, seen, "Leave the choice_filter out.", *place))
            return None
        rewriting = FilterRewriting(
            self._form,
            question,
            three_states=True,
            count=self._counter(question),
            choices=str(question.choices),
            columns=frozenset(column for columns in choices.values() for column in columns),
        )
        xpath = self._expression(rewriting, question.choice_filter, place)
        return _Filter(xpath, choices) if xpath is not None else None

    def _check(self, check: Check) -> _CompiledCheck | None:
        question = self._form.by_code[check.question]
        expression = self._verdict(check.expression, question, ("checks", check.row, "expression"))
        applies = self._condition(check.applies, question, ("checks", check.row, "applies"), True)
        return _CompiledCheck(check, question, expression, applies) if expression is not None else None

    def _condition(
        self, source: str, question: Question, place: tuple[str, int, str], default: bool, *, orders: bool = False
    ) -> _Condition:
        """A condition in two states, ``default`` where there is none; ``orders``: what it looks at comes before it."""
        if not source or source in _CONSTANTS:
            return _Condition(None, _CONSTANTS.get(source, default))
        rewriting = self._rewriting(question, three_states=False)
        xpath = self._expression(rewriting, source, place)
        if xpath is None:
            return _Condition(None, default)
        if orders:
            self._needs[question.code] |= rewriting.codes
        return _Condition(xpath, key="" if rewriting.is_local else xpath.path)

    def _verdict(self, source: str, question: Question, place: tuple[str, int, str]) -> XPath | None:
        return self._expression(self._rewriting(question, three_states=True), source, place)

    def _rewriting(self, question: Question, *, three_states: bool) -> Rewriting:
        return Rewriting(self._form, question, three_states, self._counter(question))

    def _counter(self, question: Question) -> Callable[[str], int]:
        node = self._node(question)
        return lambda path: _count(node, path)

    def _expression(
        self, rewriting: Rewriting, source: str, place: tuple[str, int, str], *, is_condition: bool = True
    ) -> XPath | None:
        """The compiled expression, tried once on an empty instance; None where it is wrong, which is noted."""
        from lxml import etree

        node = self._node(rewriting.question)
        try:
            rewritten = rewriting.condition(source) if is_condition else rewriting.value(source)
            xpath = self._evaluation.compile(rewritten, rewriting.calls)
            self._evaluation.node = node
            xpath(node)
        except ExpressionError as error:
            problem = (error.seen, error.mend)
        except etree.XPathError as error:  # an axis that there is not, a value where nodes are needed
            problem = (f"'{source}' cannot be evaluated: {error}.", "Correct the expression.")
        else:
            return xpath
        sheet, row, column = place
        self._problems.append(Problem(self._form.file, *problem, sheet, row, column))
        return None

    def _node(self, question: Question) -> Any:
        return self._sample.nodes[question.repeat or "", question.code]

    def _order(self) -> list[str]:
        """The questions in an order in which each stands after those that its condition and calculation look at."""
        needs = {code: wanted - {code} for code, wanted in self._needs.items()}
        try:
            return list(TopologicalSorter(needs).static_order())
        except CycleError as error:
            codes = list(dict.fromkeys(error.args[1]))
            seen = f"The conditions and calculations of {', '.join(codes)} depend on each other."
            row = self._form.by_code[codes[0]].row
            self._problems.append(Problem(self._form.file, seen, "Break the circle.", "survey", row))
            return []
