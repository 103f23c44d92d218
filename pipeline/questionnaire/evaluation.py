"""What libxml2 calls back while it evaluates an expression of the form: the functions of ODK and our comparisons."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pipeline.questionnaire.functions import FUNCTIONS, as_number, as_text
from pipeline.questionnaire.rewriting import PREFIX

if TYPE_CHECKING:
    from lxml.etree import XPath

NAMESPACE: Final = "urn:stocktake:odk"
_TOLERANCE: Final = 1e-12  # as JavaRosa compares numbers


@dataclass
class Evaluation:
    """What the evaluation of one member's answers knows beside the instance.

    Attributes:
        today: The day that today() gives.
        last_saved: (row, question) -> value of the last cycle.
        row: Key of the row in which the context stands, '' outside of repeats.
        repeated: Codes of the questions that stand in repeats.
        node: The context node.
        assumed: What an unknown comparison counts as: the best (True) or the worst (False) for the whole expression.
        met_unknown: Whether one was met.
    """

    today: date = date(1970, 1, 1)
    last_saved: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    row: str = ""
    repeated: frozenset[str] = frozenset()
    node: Any = None
    assumed: bool = False
    met_unknown: bool = False

    def compile(self, xpath: str, calls: Iterable[str]) -> XPath:
        """Compile a rewritten expression.

        Args:
            xpath: What ``rewriting`` gave.
            calls: Names of our own functions that it calls.
        """
        from lxml import etree

        known = self._functions()
        extensions = {(NAMESPACE, name): known[name] for name in sorted(calls)}
        return etree.XPath(xpath, namespaces={PREFIX: NAMESPACE}, extensions=extensions, smart_strings=False)

    def verdict(self, xpath: XPath, node: Any) -> bool | None:
        """Whether a condition holds at a node, None where that depends on values that are missing.

        Args:
            xpath: A compiled condition, rewritten in three states.
            node: The context node.
        """
        self.node, self.assumed, self.met_unknown = node, False, False
        if xpath(node):
            return True
        if not self.met_unknown:
            return False
        self.assumed = True
        return None if xpath(node) else False

    def _functions(self) -> dict[str, Callable[..., Any]]:
        functions = {name: _without_context(f.work) for name, f in FUNCTIONS.items() if f.work is not None}
        functions |= {
            "current": self._current,
            "today": self._today,
            "last-saved": self._last_saved,
            "equal": _without_context(_equal),
        }
        for name, truth in _VERDICTS.items():
            functions[name] = self._comparison(truth, positive=True)
            functions[f"{name}.n"] = self._comparison(truth, positive=False)
        return functions

    def _current(self, _: Any) -> list[Any]:
        return [self.node]

    def _today(self, _: Any) -> str:
        return self.today.isoformat()

    def _last_saved(self, _: Any, code: str) -> str:
        row = self.row if code in self.repeated else ""
        return self.last_saved.get((row, code), "")

    def _comparison(self, truth: Callable[[Any, Any], bool | None], *, positive: bool) -> Callable[..., bool]:
        def compare(_: Any, first: Any, second: Any) -> bool:
            result = truth(first, second)
            if result is None:
                self.met_unknown = True
                return self.assumed == positive
            return result

        return compare


def _without_context(work: Callable[..., Any]) -> Callable[..., Any]:
    def called(_: Any, *arguments: Any) -> Any:
        return work(*arguments)

    return called


def _equal(first: Any, second: Any) -> bool:
    """Equality of numbers in two states: two empty values are equal, as in ODK."""
    if not as_text(first) and not as_text(second):
        return True
    return abs(as_number(first) - as_number(second)) < _TOLERANCE


def _by_number(relation: Callable[[float, float], bool]) -> Callable[[Any, Any], bool | None]:
    def truth(first: Any, second: Any) -> bool | None:
        left, right = as_number(first), as_number(second)
        return None if math.isnan(left) or math.isnan(right) else relation(left, right)

    return truth


def _by_text(relation: Callable[[str, str], bool]) -> Callable[[Any, Any], bool | None]:
    def truth(first: Any, second: Any) -> bool | None:
        left, right = as_text(first), as_text(second)
        return relation(left, right) if left and right else None

    return truth


def _is_selected(value: Any, code: Any) -> bool | None:
    chosen = as_text(value).split()
    return as_text(code).strip() in chosen if chosen else None


_VERDICTS: Final[Mapping[str, Callable[[Any, Any], bool | None]]] = {
    "lt": _by_number(operator.lt),
    "le": _by_number(operator.le),
    "gt": _by_number(operator.gt),
    "ge": _by_number(operator.ge),
    "eq": _by_number(lambda left, right: abs(left - right) < _TOLERANCE),
    "eq.not": _by_number(lambda left, right: abs(left - right) >= _TOLERANCE),
    "same": _by_text(operator.eq),
    "same.not": _by_text(operator.ne),
    "is-selected": _is_selected,
}
