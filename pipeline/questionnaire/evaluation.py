"""What libxml2 calls back while it evaluates an expression of the form: the functions of ODK and our comparisons."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pipeline.questionnaire.conversions import as_number, as_text
from pipeline.questionnaire.functions import FUNCTIONS
from pipeline.questionnaire.parts import PREFIX
from pipeline.questionnaire.patterns import SECONDS, matches

if TYPE_CHECKING:
    from lxml.etree import XPath

NAMESPACE: Final = "urn:stocktake:odk"
_TOLERANCE: Final = 1e-12  # as JavaRosa compares numbers
_PATIENCE: Final = 2  # patterns of one member that may run out of time before the others get less of it
_SECONDS_AFTER: Final = 0.02


@dataclass
class Evaluation:
    """What the evaluation of one member's answers knows beside the instance.

    Attributes:
        repeated: Codes of the questions that stand in repeats.
        labels: (list of choices, code) -> label in the form's first language.
        version: Version of the form.
        seconds: How long one pattern may be tried on one text.
        today: The day that today() gives.
        last_saved: (row, question) -> value of the last cycle.
        row: Key of the row in which the context stands, '' outside of repeats.
        node: The context node.
        choice: The columns of the choice that a filter is about.
        assumed: What an unknown comparison counts as: the best (True) or the worst (False) for the whole expression.
        met_unknown: Whether one was met.
        given_up: Texts with patterns for which there was no time.
    """

    repeated: frozenset[str] = frozenset()
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    version: str = ""
    seconds: float = SECONDS
    today: date = date(1970, 1, 1)
    last_saved: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    row: str = ""
    node: Any = None
    choice: Mapping[str, str] = field(default_factory=dict[str, str])
    assumed: bool = False
    met_unknown: bool = False
    given_up: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def begin(self, today: date, last_saved: Mapping[tuple[str, str], str]) -> None:
        """Begin with another member.

        Args:
            today: The day that today() gives.
            last_saved: (row, question) -> value of the last cycle.
        """
        self.today, self.last_saved = today, last_saved
        self.given_up.clear()

    def compile(self, xpath: str, calls: Iterable[str]) -> XPath:
        """Compile a rewritten expression.

        Args:
            xpath: What ``rewriting`` gave.
            calls: Names of our own functions that it calls.
        """
        from lxml import etree

        known = self._functions()
        extensions = {(NAMESPACE, name): known[name] for name in sorted(calls)}
        return etree.XPath(
            xpath, namespaces={PREFIX: NAMESPACE}, extensions=extensions, smart_strings=False, regexp=False
        )

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
        works = {name: function.work for name, function in FUNCTIONS.items() if function.work is not None}
        works |= {
            "current": self._current,
            "today": self._today,
            "last-saved": self._last_saved,
            "choice-name": self._choice_name,
            "version": self._version,
            "column": self._column,
            "regex": self._does_match,
            "equal": _equal,
        }
        functions = {name: _without_context(work) for name, work in works.items()}
        for name, truth in {**_VERDICTS, "regex.known": self._matches_answer}.items():
            functions[name] = self._comparison(truth, positive=True)
            functions[f"{name}.n"] = self._comparison(truth, positive=False)
        return functions

    def _current(self) -> list[Any]:
        return [self.node]

    def _today(self) -> str:
        return self.today.isoformat()

    def _last_saved(self, code: str) -> str:
        row = self.row if code in self.repeated else ""
        return self.last_saved.get((row, code), "")

    def _choice_name(self, code: Any, choices: str) -> str:
        return self.labels.get((choices, as_text(code)), "")

    def _version(self) -> str:
        return self.version

    def _column(self, name: str) -> str:
        return self.choice.get(name, "")

    def _does_match(self, text: Any, pattern: Any) -> bool:
        return self._matches(text, pattern) is True

    def _matches(self, text: Any, pattern: Any) -> bool | None:
        """Whether a text matches; None where time ran out. Who sends such texts does not get it often."""
        tried = as_text(text), as_text(pattern)
        if tried in self.given_up:
            return None
        seconds = self.seconds if len(self.given_up) < _PATIENCE else min(self.seconds, _SECONDS_AFTER)
        result = matches(*tried, seconds)
        if result is None:
            self.given_up.add(tried)
        return result

    def _matches_answer(self, text: Any, pattern: Any) -> bool | None:
        return self._matches(text, pattern) if as_text(text) else None

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
    return _are_equal(as_number(first), as_number(second))


def _are_equal(left: float, right: float) -> bool:
    return left == right or abs(left - right) < _TOLERANCE


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
    chosen, wanted = as_text(value).split(), as_text(code).strip()
    if not wanted:  # asks whether nothing is selected
        return not chosen
    return wanted in chosen if chosen else None


def _given(answer: Any, truth: bool) -> bool | None:
    """What a comparison with a column of a choice gives, where the answer in it is there."""
    return bool(truth) if as_text(answer) not in ("", "NaN") else None


_VERDICTS: Final[Mapping[str, Callable[[Any, Any], bool | None]]] = {
    "lt": _by_number(operator.lt),
    "le": _by_number(operator.le),
    "gt": _by_number(operator.gt),
    "ge": _by_number(operator.ge),
    "eq": _by_number(_are_equal),
    "eq.not": _by_number(lambda left, right: not _are_equal(left, right)),
    "same": _by_text(operator.eq),
    "same.not": _by_text(operator.ne),
    "selected.known": _is_selected,
    "is-selected.known": _is_selected,
    "contains.known": _by_text(operator.contains),
    "starts-with.known": _by_text(str.startswith),
    "ends-with.known": _by_text(str.endswith),
    "given": _given,
}
"""Comparisons in three states, by the names under which rewriting.py calls them."""
