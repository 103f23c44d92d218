"""What an expression looks at, so that its outcome is known wherever the same is seen again.

Most members give the same few answers to the questions that conditions look at, and a constraint looks at one value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pipeline.questionnaire.form import Form, Question
from pipeline.questionnaire.instance import Instance
from pipeline.questionnaire.rewriting import Rewriting

Values = Mapping[tuple[str, str], str]
"""(row, question) -> value; the row is '' outside of repeats."""

# Names, the node itself and the one above it: no other node can be meant with more rows or fewer, or with other answers.
_PLAIN: Final = re.compile(r"/?(?:[^\W\d][\w.-]*|\.\.?|self::node\(\))(?:/(?:[^\W\d][\w.-]*|\.\.?|self::node\(\)))*")
_OF_DAY: Final = ("today", "now")


@dataclass(frozen=True)
class Inputs:
    """Everything that the outcome of one expression depends on.

    Attributes:
        outside: Questions outside of repeats.
        beside: Questions of the row in which the expression stands.
        columns: Repeats with questions of which all rows are looked at.
        saved: Questions whose value of the last cycle is looked at.
        saved_beside: Of these, the ones whose value is that of the same row.
        is_of_day: Whether the day counts.
        has_patterns: Whether it tries patterns, which may run out of time.
    """

    outside: tuple[str, ...]
    beside: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    saved: tuple[str, ...]
    saved_beside: tuple[str, ...]
    is_of_day: bool
    has_patterns: bool

    def seen(
        self, texts: Values, rows: Mapping[str, Sequence[str]], row: str, last_saved: Values, today: date
    ) -> tuple[object, ...]:
        """What the expression sees: equal where the outcome is equal, too.

        Args:
            texts: The answers as they stand; what is missing is empty.
            rows: Repeat -> keys of its rows in order.
            row: Key of the row of the expression.
            last_saved: Values of the last cycle.
            today: The day that today() gives.
        """
        seen: list[object] = [texts.get(("", code), "") for code in self.outside]
        for code in self.beside:
            seen.append(texts.get((row, code), ""))
        for repeat, code in self.columns:
            seen.append(tuple(texts.get((key, code), "") for key in rows.get(repeat, ())))
        for code in self.saved:
            seen.append(last_saved.get(("", code), ""))
        for code in self.saved_beside:
            seen.append(last_saved.get((row, code), ""))
        if self.is_of_day:
            seen.append(today)
        return tuple(seen)


def inputs_of(rewriting: Rewriting, form: Form, sample: Instance) -> Inputs | None:
    """What a rewritten expression looks at.

    Args:
        rewriting: After the expression was rewritten.
        form: The questionnaire.
        sample: An instance with two rows per repeat, of which the first is named like the repeat.

    Returns:
        None where it looks at more than the answers in the places that its paths name: at the number or the order of
        rows, at groups, at rows that it selects.
    """
    question, asked = rewriting.question, form.by_code
    if rewriting.is_selective or not all(_PLAIN.fullmatch(path) for path in rewriting.paths):
        return None
    places = {node: place for place, node in sample.nodes.items()}
    found: dict[str, set[str]] = {}
    for path in sorted(rewriting.paths):
        reached: Any = sample.nodes[question.repeat or "", question.code].xpath(path)
        for node in reached:
            if node not in places:  # a group, whose text is that of all answers in it
                return None
            row, code = places[node]
            found.setdefault(code, set()).add(row)
    return _inputs(rewriting, question, asked, found)


def _inputs(
    rewriting: Rewriting, question: Question, asked: Mapping[str, Question], found: Mapping[str, Iterable[str]]
) -> Inputs | None:
    outside: list[str] = []
    beside: list[str] = []
    columns: list[tuple[str, str]] = []
    for code, rows in found.items():
        repeat = asked[code].repeat
        if repeat is None:
            outside.append(code)
        elif set(rows) == {question.repeat}:
            beside.append(code)
        elif len(set(rows)) > 1:
            columns.append((repeat, code))
        else:  # one row of several, but not that of the expression
            return None
    saved = sorted(rewriting.saved)
    calls: set[Any] = {name.split(".")[0] for name in rewriting.calls}
    return Inputs(
        outside=tuple(outside),
        beside=tuple(beside),
        columns=tuple(columns),
        saved=tuple(code for code in saved if asked[code].repeat is None),
        saved_beside=tuple(code for code in saved if asked[code].repeat is not None),
        is_of_day=not calls.isdisjoint(_OF_DAY),
        has_patterns="regex" in calls,
    )
