"""Rewriting a whole expression of the form, where a verdict is wanted in three states.

In constraints, checks and filters of choices, what looks at an empty value is neither true nor false: it becomes a call
that knows whether truth would help or harm the whole expression (its polarity), so that two evaluations, one assuming the
worst and one the best, tell whether the verdict depends on what is missing. This is Kleene's strong three-valued logic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.questionnaire.calls import check_pattern
from pipeline.questionnaire.expressions import Call, Expression, ExpressionError, Operation, parse_expression
from pipeline.questionnaire.parts import COMPARISONS, Parts, is_numeric

SEARCHES: Final = ("selected", "is-selected", "contains", "starts-with", "ends-with", "regex")
"""Functions that look for something in an answer: unknown where there is none."""


_LONGEST: Final = 20_000
"""Signs that a condition of an if() may have when rewritten: each if() around it doubles them."""


@dataclass
class Rewriting(Parts):
    """One expression on its way.

    Attributes:
        three_states: Whether what looks at empty values shall be told from what is false.
    """

    three_states: bool = False

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
        return f"string({self._as_text(self._scalar(parse_expression(source)))})"

    def _polar(self, name: str, positive: bool, *arguments: str) -> str:
        return self._own(name if positive else f"{name}.n", *arguments)

    # ---- truth in three states: parts whose polarity is known

    def _truth(self, expression: Expression, positive: bool) -> str:
        """A part that is used as true or false; ``positive``: its truth helps the whole expression to be true."""
        if not self.three_states:
            return self._holds(expression)
        match expression:
            case Operation(("and" | "or") as operator, left, right):
                return f"({self._truth(left, positive)} {operator} {self._truth(right, positive)})"
            case Call("not", (inner,)):
                return f"not({self._truth(inner, not positive)})"
            case Call("boolean", (inner,)):
                return self._truth(inner, positive)
            case Call("if", (condition, then, otherwise)):
                holds, fails = self._truth(condition, positive), self._truth(condition, not positive)
                if len(holds) > _LONGEST:
                    seen = "The conditions of too many if() stand in each other."
                    raise ExpressionError(seen, "Put parts of it into questions of the type calculate.")
                return f"(({holds} and {self._truth(then, positive)}) or (not({fails}) and {self._truth(otherwise, positive)}))"
            case Call(name, (value, wanted)) if name in SEARCHES:
                return self._search(name, value, wanted, positive)
            case Operation(operator, left, right) if operator in COMPARISONS:
                return self._verdict(operator, left, right, positive)
            case _:
                return self._holds(expression)

    def _search(self, name: str, value: Expression, wanted: Expression, positive: bool) -> str:
        """A search in an answer, in three states."""
        if name == "regex":
            check_pattern(wanted)
        return self._polar(f"{name}.known", positive, self._scalar(value).xpath, self._scalar(wanted).xpath)

    def _verdict(self, operator: str, left: Expression, right: Expression, positive: bool) -> str:
        """A comparison in three states."""
        first, second = self._scalar(left), self._scalar(right)
        if operator in ("=", "!="):
            if "" in (first.literal, second.literal) or "boolean" in (first.kind, second.kind):
                return self._equality(operator, first, second).xpath
            name = "eq" if is_numeric(first, second) else "same"
            name = {"=": name, "!=": f"{name}.not"}[operator]
        else:
            name = COMPARISONS[operator]
        return self._polar(name, positive, first.xpath, second.xpath)
