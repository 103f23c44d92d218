"""Compiling the expressions of a form: every one is checked, and what is wrong with them is told at once."""

from __future__ import annotations

from collections.abc import Callable
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final, Literal

from pipeline.errors import AllianceError, Problem
from pipeline.questionnaire.assessing import ChoiceFilter, CompiledCheck, CompiledForm, CompiledQuestion, Condition
from pipeline.questionnaire.choice_filters import FilterRewriting
from pipeline.questionnaire.evaluation import Evaluation
from pipeline.questionnaire.expressions import ExpressionError
from pipeline.questionnaire.form import Check, Form, Question
from pipeline.questionnaire.inputs import inputs_of
from pipeline.questionnaire.instance import make_template
from pipeline.questionnaire.outcomes import Expression
from pipeline.questionnaire.rewriting import Rewriting
from pipeline.text import clean_text

_SHOWN: Final = 200
_CONSTANTS: Final = {"true()": True, "false()": False}


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

    def _question(self, question: Question) -> CompiledQuestion:
        place = ("survey", question.row)
        relevant = self._condition(question.relevant, question, (*place, "relevant"), True, orders=True)
        required = self._condition(question.required, question, (*place, "required"), False, orders=True)
        constraint = calculate = None
        if question.constraint:
            constraint = self._verdict(question.constraint, question, (*place, "constraint"))
        if question.calculate:
            rewriting = self._rewriting(question, three_states=False)
            calculate = self._expression(rewriting, question.calculate, (*place, "calculation"), "text")
            self._needs[question.code] |= rewriting.codes
        return CompiledQuestion(question, relevant, required, constraint, calculate, self._filter(question))

    def _filter(self, question: Question) -> ChoiceFilter | None:
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
        expression = self._expression(rewriting, question.choice_filter, place, "verdict")
        return ChoiceFilter(expression, choices) if expression is not None else None

    def _check(self, check: Check) -> CompiledCheck | None:
        question = self._form.by_code[check.question]
        expression = self._verdict(check.expression, question, ("checks", check.row, "expression"))
        applies = self._condition(check.applies, question, ("checks", check.row, "applies"), True)
        return CompiledCheck(check, question, expression, applies) if expression is not None else None

    def _condition(
        self, source: str, question: Question, place: tuple[str, int, str], default: bool, *, orders: bool = False
    ) -> Condition:
        """A condition in two states, ``default`` where there is none; ``orders``: what it looks at comes before it."""
        if not source or source in _CONSTANTS:
            return Condition(None, _CONSTANTS.get(source, default))
        rewriting = self._rewriting(question, three_states=False)
        expression = self._expression(rewriting, source, place, "truth")
        if expression is None:
            return Condition(None, default)
        if orders:
            self._needs[question.code] |= rewriting.codes
        return Condition(expression, key="" if rewriting.is_local else expression.xpath.path)

    def _verdict(self, source: str, question: Question, place: tuple[str, int, str]) -> Expression | None:
        return self._expression(self._rewriting(question, three_states=True), source, place, "verdict")

    def _rewriting(self, question: Question, *, three_states: bool) -> Rewriting:
        return Rewriting(self._form, question, self._counter(question), three_states=three_states)

    def _counter(self, question: Question) -> Callable[[str], int]:
        node = self._node(question)
        return lambda path: _count(node, path)

    def _expression(
        self,
        rewriting: Rewriting,
        source: str,
        place: tuple[str, int, str],
        gives: Literal["truth", "verdict", "text"],
    ) -> Expression | None:
        """The compiled expression, tried once on an empty instance; None where it is wrong, which is noted."""
        from lxml import etree

        node = self._node(rewriting.question)
        try:
            rewritten = rewriting.value(source) if gives == "text" else rewriting.condition(source)
            xpath = self._evaluation.compile(rewritten, rewriting.calls)
            self._evaluation.node = node
            xpath(node)
        except ExpressionError as error:
            problem = (error.seen, error.mend)
        except etree.XPathError as error:  # an axis that there is not, a value where nodes are needed
            shown = source if len(source) <= _SHOWN else f"{source[:_SHOWN]}…"
            problem = (f"'{shown}' cannot be evaluated: {error}.", "Correct the expression.")
        else:
            return Expression(xpath, gives, inputs_of(rewriting, self._form, self._sample))
        sheet, row, column = place
        self._problems.append(Problem(self._form.file, *problem, sheet, row, column))
        return None

    def _node(self, question: Question) -> Any:
        return self._sample.nodes[question.repeat or "", question.code]

    def _order(self) -> list[str]:
        """The questions in an order in which each stands after those that its conditions and calculation look at.

        ``required`` would need no order here, but no web form accepts a circle that leads through it.
        """
        try:
            return list(TopologicalSorter(self._needs).static_order())
        except CycleError as error:
            codes = list(dict.fromkeys(error.args[1]))
            seen = f"The conditions and calculations of {', '.join(codes)} depend on each other."
            row = self._form.by_code[codes[0]].row
            self._problems.append(Problem(self._form.file, seen, "Break the circle.", "survey", row))
            return []
