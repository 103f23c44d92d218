"""The functions of ODK XForms that policy forms use, beyond those that XPath 1.0 brings, and those that are refused.

Source: ODK XForms Specification, https://getodk.github.io/xforms-spec/#xpath-functions; ODK documentation, Form
operators and functions; where they leave it open, what JavaRosa (ODK Collect) does. Differences, all on purpose:
``now()`` is the day without a time (a run has no clock), and empty values stay unknown in ``sum``, ``min`` and ``max``
(missing is never zero; ``coalesce(x, 0)`` says otherwise).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pipeline.questionnaire.conversions import as_number, as_share_of_day, as_text, as_texts
from pipeline.questionnaire.date_functions import day_and_time_text, day_text, formatted
from pipeline.questionnaire.number_functions import (
    atan2,
    by_number,
    greatest,
    least,
    logarithm,
    power,
    power_of_ten,
    rounded,
    total,
    whole,
)

Kind = Literal["number", "text", "date", "boolean", "any"]


@dataclass(frozen=True)
class Function:
    """A function that expressions may call.

    Attributes:
        least: Least number of arguments.
        most: Most number of arguments, None for any.
        kind: What it gives.
        work: What it does; None where XPath 1.0 has it.
        takes_many: Whether its arguments may be the answers of all rows of a repeat.
    """

    least: int
    most: int | None
    kind: Kind
    work: Callable[..., Any] | None = None
    takes_many: bool = False


def _selected(value: Any, code: Any) -> bool:
    wanted, chosen = as_text(code).strip(), as_text(value).split()
    return wanted in chosen or (not wanted and not chosen)


def _selected_at(value: Any, index: Any) -> str:
    codes, at = as_text(value).split(), whole(index)
    return codes[int(at)] if 0 <= at < len(codes) else ""


def _count_selected(value: Any) -> float:
    return float(len(as_text(value).split()))


def _if(condition: Any, then: Any, otherwise: Any) -> Any:
    chosen = then if condition else otherwise
    return as_text(chosen) if isinstance(chosen, list) else chosen


def _coalesce(*values: Any) -> str:
    """The first that is not empty; a number that is none is as good as empty, as in JavaRosa."""
    texts = ["" if isinstance(value, float) and math.isnan(value) else as_text(value) for value in values]
    return next((text for text in texts if text), "")


def _substr(value: Any, start: Any, end: Any = None) -> str:
    """From a zero-based place up to, but not including, another; negative places count from the end."""
    text = as_text(value)
    begin, stop = (_place(text, place) for place in (start, len(text) if end is None else end))
    return text[begin:stop] if begin < stop else ""


def _place(text: str, value: Any) -> int:
    number = as_number(value)
    place = 0 if math.isnan(number) else int(max(-len(text), min(len(text), number)))
    return place + len(text) if place < 0 else place


def _concat(*values: Any) -> str:
    return "".join(text for value in values for text in as_texts(value))


def _join(separator: Any, *values: Any) -> str:
    return as_text(separator).join(text for value in values for text in as_texts(value))


def _count_non_empty(nodes: Any) -> float:
    return float(sum(bool(text) for text in as_texts(nodes)))


def _position(nodes: Any) -> float:
    """The place of a row among the rows of its repeat, from 1."""
    if not isinstance(nodes, list) or not nodes:
        return math.nan
    return float(1 + sum(1 for _ in nodes[0].itersiblings(nodes[0].tag, preceding=True)))


def _in_row(nodes: Any, index: Any) -> str:
    """The answer in the row of a number, from 1; the nodes are those of all rows, one of each."""
    at = whole(index)
    return as_text([nodes[int(at) - 1]]) if 1 <= at <= len(nodes) else ""


def _boolean_from_string(value: Any) -> bool:
    return as_text(value) in ("1", "true")


def _ends_with(value: Any, ending: Any) -> bool:
    return as_text(value).endswith(as_text(ending))


def _checklist(low: Any, high: Any, *factors: bool) -> bool:
    return _is_between(float(sum(factors)), low, high)


def _weighted_checklist(low: Any, high: Any, *factors: Any) -> bool:
    pairs = zip(factors[::2], factors[1::2], strict=True)
    return _is_between(math.fsum(as_number(weight) for factor, weight in pairs if factor), low, high)


def _is_between(count: float, low: Any, high: Any) -> bool:
    """Whether a count is within bounds, of which a negative one is none."""
    least, most = as_number(low), as_number(high)
    return (least < 0 or count >= least) and (most < 0 or count <= most)


FUNCTIONS: Final[Mapping[str, Function]] = {
    # XPath 1.0
    "boolean": Function(1, 1, "boolean"),
    "ceiling": Function(1, 1, "number"),
    "contains": Function(2, 2, "boolean"),
    "count": Function(1, 1, "number", takes_many=True),
    "false": Function(0, 0, "boolean"),
    "floor": Function(1, 1, "number"),
    "last": Function(0, 0, "number"),
    "normalize-space": Function(0, 1, "text"),
    "not": Function(1, 1, "boolean"),
    "starts-with": Function(2, 2, "boolean"),
    "string-length": Function(0, 1, "number"),
    "substring": Function(2, 3, "text"),
    "substring-after": Function(2, 2, "text"),
    "substring-before": Function(2, 2, "text"),
    "translate": Function(3, 3, "text"),
    "true": Function(0, 0, "boolean"),
    # ODK, or different there
    "abs": Function(1, 1, "number", by_number(abs)),
    "acos": Function(1, 1, "number", by_number(math.acos)),
    "asin": Function(1, 1, "number", by_number(math.asin)),
    "atan": Function(1, 1, "number", by_number(math.atan)),
    "atan2": Function(2, 2, "number", atan2),
    "boolean-from-string": Function(1, 1, "boolean", _boolean_from_string),
    "checklist": Function(3, None, "boolean", _checklist),
    "coalesce": Function(2, 2, "any", _coalesce),
    "concat": Function(1, None, "text", _concat, takes_many=True),
    "cos": Function(1, 1, "number", by_number(math.cos)),
    "count-non-empty": Function(1, 1, "number", _count_non_empty, takes_many=True),
    "count-selected": Function(1, 1, "number", _count_selected),
    "date": Function(1, 1, "date", day_text),
    "date-time": Function(1, 1, "date", day_and_time_text),
    "decimal-date-time": Function(1, 1, "number", as_number),
    "decimal-time": Function(1, 1, "number", as_share_of_day),
    "ends-with": Function(2, 2, "boolean", _ends_with),
    "exp": Function(1, 1, "number", by_number(math.exp)),
    "exp10": Function(1, 1, "number", power_of_ten),
    "format-date": Function(2, 2, "text", formatted),
    "format-date-time": Function(2, 2, "text", formatted),
    "if": Function(3, 3, "any", _if),
    "indexed-repeat": Function(3, 3, "any", _in_row),
    "int": Function(1, 1, "number", whole),
    "is-selected": Function(2, 2, "boolean", _selected),
    "join": Function(2, None, "text", _join, takes_many=True),
    "log": Function(1, 1, "number", logarithm(math.log)),
    "log10": Function(1, 1, "number", logarithm(math.log10)),
    "max": Function(1, None, "number", greatest, takes_many=True),
    "min": Function(1, None, "number", least, takes_many=True),
    "number": Function(1, 1, "number", as_number),
    "pi": Function(0, 0, "number", lambda: math.pi),
    "pow": Function(2, 2, "number", power),
    "round": Function(1, 2, "number", rounded),
    "selected": Function(2, 2, "boolean", _selected),
    "selected-at": Function(2, 2, "text", _selected_at),
    "sin": Function(1, 1, "number", by_number(math.sin)),
    "sqrt": Function(1, 1, "number", by_number(math.sqrt)),
    "string": Function(0, 1, "text", as_text),
    "substr": Function(2, 3, "text", _substr),
    "sum": Function(1, 1, "number", total, takes_many=True),
    "tan": Function(1, 1, "number", by_number(math.tan)),
    "weighted-checklist": Function(4, None, "boolean", _weighted_checklist),
    # These need more than their arguments: see rewriting.py and evaluation.py.
    "current": Function(0, 0, "any"),
    "instance": Function(1, 1, "any"),
    "jr:choice-name": Function(2, 2, "text"),
    "now": Function(0, 0, "date"),
    "once": Function(1, 1, "any"),
    "position": Function(0, 1, "number", _position),
    "regex": Function(2, 2, "boolean"),
    "today": Function(0, 0, "date"),
    "version": Function(0, 0, "text"),
}
"""Every function that an expression may call, by name."""

_BY_CHANCE: Final = "Leave it out: the same answers must always give the same result."
_BY_DEVICE: Final = "Leave it out: a workbook is filled in without a device that could tell."
_BY_PLACE: Final = "Leave it out: stocktake has no questions about places on a map."

REFUSED: Final[Mapping[str, str]] = {
    "area": _BY_PLACE,
    "base64-decode": "Leave it out, and write the text itself.",
    "depend": "Write the expression without it.",
    "digest": "Leave it out: nothing in a questionnaire needs a digest.",
    "distance": _BY_PLACE,
    "enclosed-area": _BY_PLACE,
    "geofence": _BY_PLACE,
    "intersects": _BY_PLACE,
    "jr:itext": "Write the text itself.",
    "property": _BY_DEVICE,
    "pulldata": "Put what it would look up into the sheet choices, or ask a question about it.",
    "random": _BY_CHANCE,
    "randomize": _BY_CHANCE,
    "uuid": _BY_CHANCE,
}
"""Functions of ODK that are refused, with the mend."""
