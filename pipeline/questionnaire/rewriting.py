"""Rewriting an expression of the form into XPath 1.0 that libxml2 evaluates as ODK would.

Three things differ from plain XPath. Dates are compared and added as numbers of days. ``${last-saved#code}`` and the
functions of ODK become calls of our own. And where a verdict is wanted (constraints and checks), a comparison with an
empty value is neither true nor false: it becomes a call that knows whether truth would help or harm the whole
expression (its polarity), so that two evaluations, one assuming the worst and one the best, tell whether the verdict
depends on what is missing. This is Kleene's strong three-valued logic.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

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
from pipeline.questionnaire.form import Form, Question
from pipeline.questionnaire.functions import FUNCTIONS, Function, Kind

PREFIX: Final = "odk"
LAST_SAVED: Final = "__last-saved"
COMPARISONS: Final = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "=": "eq", "!=": "ne"}
_TYPE_KINDS: Final[dict[str, Kind]] = {
    "integer": "number",
    "decimal": "number",
    "date": "date",
    "text": "text",
    "select_one": "text",
    "select_multiple": "text",
}


@dataclass(frozen=True)
class Part:
    """A rewritten part: its XPath, what it gives, and whether it gives nodes."""

    xpath: str
    kind: Kind
    is_nodes: bool = False
    literal: str | None = None


@dataclass
class Rewriting:
    """One expression on its way.

    Attributes:
        form: The questionnaire.
        question: The question whose node is the context.
        three_states: Whether comparisons with empty values shall be told from false ones.
        exists: Whether a path, seen from the question, leads to a node of the form.
        calls: Names of our own functions that the result calls.
        codes: Questions whose answers the result looks at.
        is_local: Whether the result depends on the context node.
    """

    form: Form
    question: Question
    three_states: bool
    exists: Callable[[str], bool]
    calls: set[str] = field(default_factory=set[str])
    codes: set[str] = field(default_factory=set[str])
    is_local: bool = False

    def condition(self, source: str) -> str:
        """The XPath of a condition: it gives true or false.

        Raises:
            ExpressionError: It cannot be understood, or uses what is not supported.
        """
        return f"boolean({self._truth(parse_expression(source), True)})"

    def value(self, source: str) -> str:
        """The XPath of a calculation: it gives a text.

        Raises:
            ExpressionError: As for ``condition``.
        """
        return f"string({self._part(parse_expression(source)).xpath})"

    def _own(self, name: str, *arguments: str) -> str:
        self.calls.add(name)
        return f"{PREFIX}:{name}({', '.join(arguments)})"

    # ---- truth: parts whose polarity is known

    def _truth(self, expression: Expression, positive: bool) -> str:
        """A part that is used as true or false; ``positive``: its truth helps the whole expression to be true."""
        match expression:
            case Operation(("and" | "or") as operator, left, right):
                return f"({self._truth(left, positive)} {operator} {self._truth(right, positive)})"
            case Call("not", (inner,)):
                return f"not({self._truth(inner, not positive)})"
            case Call("boolean", (inner,)):
                return f"boolean({self._truth(inner, positive)})"
            case Call("if", (condition, then, otherwise)) if self.three_states:
                holds, fails = self._truth(condition, positive), self._truth(condition, not positive)
                return f"(({holds} and {self._truth(then, positive)}) or (not({fails}) and {self._truth(otherwise, positive)}))"
            case Call("selected", (value, code)) if self.three_states:
                arguments = (self._scalar(value).xpath, self._scalar(code).xpath)
                return self._own("is-selected" if positive else "is-selected.n", *arguments)
            case Operation(operator, left, right) if operator in COMPARISONS and self.three_states:
                return self._verdict(operator, left, right, positive)
            case _:
                return f"boolean({self._part(expression).xpath})"

    def _verdict(self, operator: str, left: Expression, right: Expression, positive: bool) -> str:
        """A comparison in three states."""
        first, second = self._scalar(left), self._scalar(right)
        if operator in ("=", "!="):
            if "" in (first.literal, second.literal) or "boolean" in (first.kind, second.kind):
                return f"({first.xpath} {operator} {second.xpath})"
            name = "eq" if _is_numeric(first, second) else "same"
            name = {"=": name, "!=": f"{name}.not"}[operator]
        else:
            name = COMPARISONS[operator]
        return self._own(name if positive else f"{name}.n", first.xpath, second.xpath)

    # ---- parts of any kind

    def _scalar(self, expression: Expression) -> Part:
        """A part of which one value is wanted."""
        if isinstance(expression, Path) and self._gives_many(expression):
            code = expression.steps[-1].test
            seen = f"The answers to '{code}' in all rows of a repeat are used like one value."
            raise ExpressionError(seen, "Use sum(), count(), min(), max(), join() or count-non-empty().")
        return self._part(expression)

    def _gives_many(self, path: Path) -> bool:
        target = self._target(path)
        plain = not any(step.predicates for step in path.steps)
        return path.absolute and plain and target is not None and target.repeat is not None

    def _target(self, path: Path) -> Question | None:
        return self.form.by_code.get(path.steps[-1].test) if path.steps else None

    def _nodes(self, expression: Expression, used_by: str) -> Part:
        """A part of which nodes are wanted: XPath 1.0 makes none out of values."""
        part = self._part(expression)
        if not part.is_nodes:
            raise ExpressionError(f"{used_by} needs ${{code}} and finds a value.", "Write ${code} of a question.")
        return part

    def _number(self, expression: Expression) -> str:
        """A part of which a number is wanted; dates count as days."""
        part = self._scalar(expression)
        return part.xpath if part.kind in ("number", "boolean") else self._own("number", part.xpath)

    def _part(self, expression: Expression) -> Part:
        match expression:
            case Number(text):
                return Part(text, "number")
            case Text(text):
                return Part(text, "text", literal=expression.value)
            case Negation(operand):
                return Part(f"-({self._number(operand)})", "number")
            case Operation():
                return self._operation(expression)
            case Call():
                return self._call(expression)
            case Path():
                return self._path(expression)

    def _operation(self, operation: Operation) -> Part:
        operator, left, right = operation.operator, operation.left, operation.right
        if operator in ("and", "or"):
            return Part(f"({self._part(left).xpath} {operator} {self._part(right).xpath})", "boolean")
        if operator == "|":
            first, second = self._nodes(left, "|"), self._nodes(right, "|")
            return Part(f"({first.xpath} | {second.xpath})", "any", is_nodes=True)
        if operator in ("=", "!="):
            return self._equality(operator, self._scalar(left), self._scalar(right))
        kind: Kind = "boolean" if operator in COMPARISONS else "number"
        return Part(f"({self._number(left)} {operator} {self._number(right)})", kind)

    def _equality(self, operator: str, first: Part, second: Part) -> Part:
        # Texts and dates are compared as they stand; numbers as numbers, and against a literal text as text.
        literal = first.literal is not None or second.literal is not None
        if literal or "boolean" in (first.kind, second.kind) or not _is_numeric(first, second):
            return Part(f"({first.xpath} {operator} {second.xpath})", "boolean")
        equal = self._own("equal", first.xpath, second.xpath)
        return Part(equal if operator == "=" else f"not({equal})", "boolean")

    # ---- functions

    def _call(self, call: Call) -> Part:
        function = _known(call)
        if call.name == "current":
            self.is_local = True
            return Part(self._own("current"), "any", is_nodes=True)
        if call.name == "instance":
            raise ExpressionError("instance() is supported for ${last-saved#code} only.", "Leave it out.")
        if call.name == "once":
            self.is_local = True
            return Part(self._own("coalesce", ".", self._scalar(call.arguments[0]).xpath), "any")
        if call.name == "regex":
            _check_pattern(call.arguments[1])
        is_context = not call.arguments and call.name in ("string", "string-length", "normalize-space")
        self.is_local = self.is_local or is_context
        if call.name == "count":
            return Part(f"count({self._nodes(call.arguments[0], 'count()').xpath})", "number")
        take = self._part if function.takes_many else self._scalar
        if function.work is None and function.kind == "number" and call.name in ("floor", "ceiling"):
            return Part(f"{call.name}({self._number(call.arguments[0])})", "number")
        arguments = [take(argument) for argument in call.arguments]
        texts = [argument.xpath for argument in arguments]
        if call.name == "position" and call.arguments:
            self.is_local = True
        if call.name == "if":
            texts[0] = f"boolean({texts[0]})"
            _, then, otherwise = arguments
            return Part(self._own("if", *texts), then.kind if then.kind == otherwise.kind else "any")
        is_native = function.work is None and call.name not in ("today", "now")
        if is_native or (call.name == "position" and not texts):
            return Part(f"{call.name}({', '.join(texts)})", function.kind)
        return Part(self._own("today" if call.name == "now" else call.name, *texts), function.kind)

    # ---- paths

    def _path(self, path: Path) -> Part:
        if isinstance(path.start, Call) and path.start.name == "instance":
            return self._last_saved(path, path.start)
        is_current = isinstance(path.start, Call) and path.start.name == "current" and not path.predicates
        if path.start is not None and not is_current:
            raise ExpressionError("A path after a function or bracket is not supported.", "Use ${code}.")
        if not path.absolute:
            self.is_local = True
        self._check_exists(path)
        start = "" if path.start is None else self._own("current")
        steps = "".join(self._step(step) for step in path.steps)
        self.codes |= {step.test for step in path.steps if step.test in self.form.by_code}
        target = self._target(path)
        if target is None and path.steps and all(step.test in (".", "self::node()") for step in path.steps):
            target = self.question
        kind: Kind = _TYPE_KINDS.get(target.type, "any") if target else "any"
        return Part(f"{start}{steps}", kind, is_nodes=True)

    def _step(self, step: Step) -> str:
        # Within predicates the context is another node: what stands there is taken as it is, in two states.
        inner = Rewriting(self.form, self.question, False, lambda _: True, self.calls, self.codes)
        predicates = "".join(f"[{inner._part(predicate).xpath}]" for predicate in step.predicates)
        self.is_local = self.is_local or bool(step.predicates)
        return f"{step.separator}{step.test}{predicates}"

    def _check_exists(self, path: Path) -> None:
        plain = "".join(f"{step.separator}{step.test}" for step in path.steps)
        plain = plain if path.start is None else plain.lstrip("/")
        if plain and not self.exists(plain):
            raise ExpressionError(f"The path '{plain}' leads to nothing in the form.", "Use ${code}.")

    def _last_saved(self, path: Path, instance: Call) -> Part:
        target = self._target(path)
        is_last = [argument.text.strip("'\"") for argument in instance.arguments if isinstance(argument, Text)]
        if is_last != [LAST_SAVED] or target is None or any(step.predicates for step in path.steps):
            raise ExpressionError("instance() is supported for ${last-saved#code} only.", "Leave it out.")
        if target.repeat not in (None, self.question.repeat):
            seen = f"${{last-saved#{target.code}}} stands outside of the repeat '{target.repeat}'."
            raise ExpressionError(seen, "Use it in a question of the same repeat, where it means the same row.")
        self.is_local = self.is_local or target.repeat is not None
        return Part(self._own("last-saved", f"'{target.code}'"), _TYPE_KINDS.get(target.type, "any"))


def _is_numeric(first: Part, second: Part) -> bool:
    return "number" in (first.kind, second.kind)


def _known(call: Call) -> Function:
    function = FUNCTIONS.get(call.name)
    if function is None:
        known = ", ".join(sorted(FUNCTIONS))
        raise ExpressionError(f"The function {call.name}() is not supported.", f"There are {known}.")
    count = len(call.arguments)
    if count < function.least or (function.most is not None and count > function.most):
        wanted = (
            str(function.least) if function.most == function.least else f"{function.least} to {function.most or 'any'}"
        )
        raise ExpressionError(f"{call.name}() has {count} arguments.", f"Give it {wanted}.")
    return function


def _check_pattern(pattern: Expression) -> None:
    if not isinstance(pattern, Text):
        raise ExpressionError("The pattern of regex() is not a text.", "Write the pattern between quotes.")
    try:
        re.compile(pattern.value)
    except re.error as error:
        raise ExpressionError(f"The pattern of regex() is wrong: {error}.", "Correct it.") from error
