"""The parts of an expression of the form, rewritten into XPath 1.0 that libxml2 evaluates as ODK would.

Three things differ from plain XPath. Dates are compared and added as numbers of days. A path to an answer is true where
there is an answer, not where there is a node. ``${last-saved#code}`` and the functions of ODK become calls of our own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from pipeline.questionnaire.calls import (
    check_date_pattern,
    check_pattern,
    choices_of_reference,
    known_function,
    question_of_rows,
)
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
)
from pipeline.questionnaire.form import Form, Question
from pipeline.questionnaire.functions import Function, Kind

PREFIX: Final = "odk"
LAST_SAVED: Final = "__last-saved"
COMPARISONS: Final = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "=": "eq", "!=": "ne"}

_EXACT_DIGITS: Final = 15
_OF_CONTEXT: Final = ("string", "string-length", "normalize-space")
_TYPE_KINDS: Final[dict[str, Kind]] = {
    "integer": "number",
    "decimal": "number",
    "range": "number",
    "date": "date",
    "text": "text",
    "select_one": "text",
    "select_multiple": "text",
    "file": "text",
}


@dataclass(frozen=True)
class Part:
    """A rewritten part: its XPath, what it gives, whether it gives nodes, and whether these hold answers."""

    xpath: str
    kind: Kind
    is_nodes: bool = False
    literal: str | None = None
    is_answer: bool = False


@dataclass
class Parts:
    """The parts of one expression on their way.

    Attributes:
        form: The questionnaire.
        question: The question whose node is the context.
        count: How many nodes a path, seen from the question, leads to where every repeat has two rows.
        calls: Names of our own functions that the result calls.
        codes: Questions whose answers the result looks at.
        is_local: Whether the result depends on the context node.
        paths: The paths to what the result looks at, seen from the question.
        saved: Questions whose values of the last cycle it looks at.
        is_selective: Whether it has predicates, so that its paths alone do not tell what it looks at.
    """

    form: Form
    question: Question
    count: Callable[[str], int]
    calls: set[str] = field(default_factory=set[str])
    codes: set[str] = field(default_factory=set[str])
    is_local: bool = False
    paths: set[str] = field(default_factory=set[str])
    saved: set[str] = field(default_factory=set[str])
    is_selective: bool = False

    def _own(self, name: str, *arguments: str) -> str:
        self.calls.add(name)
        return f"{PREFIX}:{name}({', '.join(arguments)})"

    # ---- truth in two states

    def _holds(self, expression: Expression) -> str:
        """A part that is used as true or false, as ODK takes it."""
        match expression:
            case Operation(("and" | "or") as operator, left, right):
                return f"({self._holds(left)} {operator} {self._holds(right)})"
            case Call("not", (inner,)):
                return f"not({self._holds(inner)})"
            case Call("boolean", (inner,)):
                return self._holds(inner)
            case _:
                return _as_boolean(self._scalar(expression))

    # ---- parts of any kind

    def _scalar(self, expression: Expression) -> Part:
        """A part of which one value is wanted."""
        if isinstance(expression, Path) and self._gives_many(expression):
            code = expression.steps[-1].test
            seen = f"The answers to '{code}' in all rows of a repeat are used like one value."
            raise ExpressionError(seen, "Use sum(), count(), min(), max(), join() or count-non-empty().")
        return self._part(expression)

    def _gives_many(self, path: Path) -> bool:
        is_plain = path.start is None and not any(step.predicates for step in path.steps)
        return is_plain and self.count(_written(path)) > 1

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
        is_number = part.kind in ("number", "boolean") and not part.is_nodes and not part.is_answer
        return part.xpath if is_number else self._own("number", part.xpath)

    def _as_text(self, part: Part) -> str:
        """A part as a text: libxml2 cuts numbers after 15 digits and writes large ones with an exponent."""
        is_text = part.is_nodes or part.kind in ("text", "date", "boolean")
        return part.xpath if is_text else self._own("string", part.xpath)

    def _part(self, expression: Expression) -> Part:
        match expression:
            case Number(text):
                # libxml2 reads decimals one digit after the other, and is off by a bit at the end.
                is_exact = text.isdigit() and len(text) <= _EXACT_DIGITS
                return Part(text if is_exact else self._own("number", f"'{text}'"), "number")
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
            return Part(self._holds(operation), "boolean")
        if operator == "|":
            first, second = self._nodes(left, "|"), self._nodes(right, "|")
            return Part(f"({first.xpath} | {second.xpath})", "any", is_nodes=True)
        if operator in ("=", "!="):
            return self._equality(operator, self._scalar(left), self._scalar(right))
        kind: Kind = "boolean" if operator in COMPARISONS else "number"
        return Part(f"({self._number(left)} {operator} {self._number(right)})", kind)

    def _equality(self, operator: str, first: Part, second: Part) -> Part:
        # Texts and dates are compared as they stand; numbers as numbers, and against a literal text as text.
        if "boolean" in (first.kind, second.kind):
            return Part(f"({_as_boolean(first)} {operator} {_as_boolean(second)})", "boolean")
        is_as_written = (first.is_answer and second.literal is not None) or (
            second.is_answer and first.literal is not None
        )
        if is_as_written or not is_numeric(first, second):
            return Part(f"({first.xpath} {operator} {second.xpath})", "boolean")
        equal = self._own("equal", first.xpath, second.xpath)
        return Part(equal if operator == "=" else f"not({equal})", "boolean")

    # ---- functions

    def _call(self, call: Call) -> Part:
        function = known_function(call)
        arguments = call.arguments
        match call.name:
            case "not" | "boolean":
                return Part(self._holds(call), "boolean")
            case "current":
                self.is_local = True
                self.paths.add(".")
                return Part(self._own("current"), "any", is_nodes=True)
            case "instance":
                raise ExpressionError("instance() is supported for ${last-saved#code} only.", "Leave it out.")
            case "once":
                self.is_local = True
                self.paths.add(".")
                return Part(self._own("coalesce", ".", self._scalar(arguments[0]).xpath), "any")
            case "count":
                return Part(f"count({self._nodes(arguments[0], 'count()').xpath})", "number")
            case "if":
                then, otherwise = self._scalar(arguments[1]), self._scalar(arguments[2])
                kind: Kind = then.kind if then.kind == otherwise.kind else "any"
                return Part(self._own("if", self._holds(arguments[0]), then.xpath, otherwise.xpath), kind)
            case "checklist" | "weighted-checklist":
                return Part(self._own(call.name, *self._factors(call)), "boolean")
            case "indexed-repeat":
                return self._in_row(call)
            case "jr:choice-name":
                choices = choices_of_reference(self.form, arguments[1])
                return Part(self._own("choice-name", self._scalar(arguments[0]).xpath, f"'{choices}'"), "text")
            case _:
                return self._plain_call(call, function)

    def _plain_call(self, call: Call, function: Function) -> Part:
        """A call whose arguments are taken as they come."""
        name = call.name
        if name == "regex":
            check_pattern(call.arguments[1])
        if name in ("format-date", "format-date-time"):
            check_date_pattern(name, call.arguments[1])
        if (name in _OF_CONTEXT and not call.arguments) or (name == "position" and call.arguments):
            self.is_local = True
            self.paths.add(".")
        if name in ("floor", "ceiling"):
            return Part(f"{name}({self._number(call.arguments[0])})", "number")
        parts = [(self._part if function.takes_many else self._scalar)(argument) for argument in call.arguments]
        is_native = function.work is None and name not in ("today", "now", "version", "regex")
        if name == "substring":
            texts = [self._as_text(parts[0]), *(self._number(argument) for argument in call.arguments[1:])]
        else:
            texts = [self._as_text(part) if is_native else part.xpath for part in parts]
        if is_native or (name == "position" and not texts) or (name == "string" and not texts):
            return Part(f"{name}({', '.join(texts)})", function.kind)
        return Part(self._own("today" if name == "now" else name, *texts), function.kind)

    def _factors(self, call: Call) -> list[str]:
        """The arguments of a checklist: its bounds, then conditions, where they are weighted each with its weight."""
        bounds = [self._number(argument) for argument in call.arguments[:2]]
        step = 2 if call.name == "weighted-checklist" else 1
        for place in range(2, len(call.arguments), step):
            bounds.append(f"boolean({self._holds(call.arguments[place])})")
            bounds += [self._number(argument) for argument in call.arguments[place + 1 : place + step]]
        return bounds

    def _in_row(self, call: Call) -> Part:
        """indexed-repeat(): every row has one node of the question, so the row's number is the node's."""
        question = question_of_rows(self.form, *call.arguments[:2])
        if question is not self.question:  # the row before of the same question is no circle
            self.codes.add(question.code)
        self.paths.add(question.path)
        text = self._own("indexed-repeat", question.path, self._number(call.arguments[2]))
        return Part(text, _TYPE_KINDS.get(question.type, "any"))

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
            self.codes.add(target.code)
        kind: Kind = _TYPE_KINDS.get(target.type, "any") if target else "any"
        return Part(f"{start}{steps}", kind, is_nodes=True, is_answer=target is not None)

    def _step(self, step: Step) -> str:
        # Within predicates the context is another node: what stands there is taken as it is, in two states.
        inner = Parts(self.form, self.question, lambda _: 1, self.calls, self.codes)
        predicates = "".join(f"[{inner._predicate(predicate)}]" for predicate in step.predicates)
        self.is_local = self.is_local or bool(step.predicates)
        return f"{step.separator}{step.test}{predicates}"

    def _predicate(self, expression: Expression) -> str:
        part = self._part(expression)
        return _as_boolean(part) if part.is_nodes else part.xpath

    def _check_exists(self, path: Path) -> None:
        plain = _written(path)
        plain = plain if path.start is None else plain.lstrip("/")
        self.paths.add(plain)
        self.is_selective = self.is_selective or any(step.predicates for step in path.steps)
        if plain and not self.count(plain):
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
        self.saved.add(target.code)
        # What our own function gives is a text, whatever the type of the question is.
        text = self._own("last-saved", f"'{target.code}'")
        return Part(text, _TYPE_KINDS.get(target.type, "any"), is_answer=True)


def _written(path: Path) -> str:
    """A path without its predicates."""
    return "".join(f"{step.separator}{step.test}" for step in path.steps)


def _as_boolean(part: Part) -> str:
    """A part as true or false: an answer is true where there is one, in nodes as in texts."""
    if part.kind == "boolean" and not part.is_nodes:
        return part.xpath
    return f"(string({part.xpath}) != '')" if part.is_answer else f"boolean({part.xpath})"


def is_numeric(first: Part, second: Part) -> bool:
    """Whether two parts are compared as numbers."""
    return "number" in (first.kind, second.kind)
