"""The functions of ODK XForms that policy forms use, beyond those that XPath 1.0 brings.

Values in the instance are texts. A date is its ISO text, so that ``${due} != ''``, ``substr`` and ``format-date`` work;
where a number is wanted (``<``, ``+``, ``int()`` ...) an ISO date counts as its days since 1970-01-01, as in ODK.
Source: ODK XForms Specification, https://getodk.github.io/xforms-spec/#xpath-functions; ODK documentation, Form
operators and functions. Differences, all on purpose: ``now()`` is the day without a time (a run has no clock), and empty
values stay unknown in ``sum``, ``min`` and ``max`` (missing is never zero; ``coalesce(x, 0)`` says otherwise).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final, Literal

Kind = Literal["number", "text", "date", "boolean", "any"]

_EPOCH: Final = date(1970, 1, 1)
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER: Final = re.compile(r"\s*-?(?:\d+(?:\.\d*)?|\.\d+)\s*")
_NAN: Final = float("nan")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


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


def as_text(value: Any) -> str:
    """A value as XPath's string() gives it.

    Args:
        value: What lxml hands to a function: a list of nodes, a text, a float or a bool.
    """
    if isinstance(value, list):
        return (value[0].text or "") if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if math.isfinite(value) and value.is_integer() else str(value).replace("nan", "NaN")
    return str(value)


def as_number(value: Any) -> float:
    """A value as a number: days since 1970-01-01 for an ISO date, NaN for any other text that is no number.

    Args:
        value: What lxml hands to a function.
    """
    if isinstance(value, (bool, float, int)):
        return float(value)
    text = as_text(value)
    if _NUMBER.fullmatch(text):
        return float(text)
    if _ISO_DATE.fullmatch(text):
        day = _as_day(text)
        return float((day - _EPOCH).days) if day else _NAN
    return _NAN


def as_texts(value: Any) -> list[str]:
    """The texts of all nodes of an argument, or its one text."""
    return [node.text or "" for node in value] if isinstance(value, list) else [as_text(value)]


def _as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _selected(value: Any, code: Any) -> bool:
    return as_text(code).strip() in as_text(value).split()


def _selected_at(value: Any, index: Any) -> str:
    codes, at = as_text(value).split(), as_number(index)
    return codes[int(at)] if 0 <= at < len(codes) else ""


def _count_selected(value: Any) -> float:
    return float(len(as_text(value).split()))


def _date(value: Any) -> str:
    """The date of an ISO text, or of a number of days since 1970-01-01; '' where there is none."""
    text = as_text(value)
    if _ISO_DATE.fullmatch(text):
        return text if _as_day(text) else ""
    days = as_number(value)
    if not math.isfinite(days):
        return ""
    try:
        return (_EPOCH + timedelta(days=math.floor(days))).isoformat()
    except OverflowError:
        return ""


def _format_date(value: Any, pattern: Any) -> str:
    """A date by a pattern of %Y %y %m %n %d %e %b %a; month and day names are English, times of day are 0."""
    day = _as_day(_date(value)) if _date(value) else None
    if day is None:
        return ""
    parts = {
        "Y": f"{day.year:04}",
        "y": f"{day.year % 100:02}",
        "m": f"{day.month:02}",
        "n": str(day.month),
        "d": f"{day.day:02}",
        "e": str(day.day),
        "b": _MONTHS[day.month - 1],
        "a": _DAYS[day.weekday()],
        "H": "00",
        "h": "0",
        "M": "00",
        "S": "00",
        "3": "000",
        "%": "%",
    }
    return re.sub(r"%(.)", lambda match: parts.get(match[1], match[0]), as_text(pattern))


def _int(value: Any) -> float:
    number = as_number(value)
    return float(math.trunc(number)) if math.isfinite(number) else number


def _round(value: Any, digits: Any = 0.0) -> float:
    """Rounded to a number of decimals, halves up, as XPath's round() does."""
    number, places = as_number(value), as_number(digits)
    if not math.isfinite(number) or not math.isfinite(places) or abs(places) > 30:
        return _NAN if math.isnan(number) else number
    shifted = Decimal(repr(number)).scaleb(int(places)) + Decimal("0.5")
    return float(shifted.to_integral_value(ROUND_FLOOR).scaleb(-int(places)))


def _pow(base: Any, exponent: Any) -> float:
    try:
        result = as_number(base) ** as_number(exponent)
    except (OverflowError, ZeroDivisionError):
        return _NAN
    return float(result) if isinstance(result, float) else _NAN


def _real(work: Callable[[float], float]) -> Callable[[Any], float]:
    def guarded(value: Any) -> float:
        try:
            return float(work(as_number(value)))
        except (ValueError, OverflowError):
            return _NAN

    return guarded


def _if(condition: Any, then: Any, otherwise: Any) -> Any:
    return then if condition else otherwise


def _coalesce(*values: Any) -> str:
    return next((text for text in map(as_text, values) if text), "")


def _regex(value: Any, pattern: Any) -> bool:
    """Whether the whole text matches, as in JavaRosa."""
    return re.fullmatch(as_text(pattern), as_text(value)) is not None


def _substr(value: Any, start: Any, end: Any = None) -> str:
    """From a zero-based place up to, but not including, another; negative places count from the end."""
    text, first = as_text(value), as_number(start)
    last = float(len(text)) if end is None else as_number(end)
    if math.isnan(first) or math.isnan(last):
        return ""
    places = [int(max(-len(text), min(len(text), place))) for place in (first, last)]
    begin, stop = (place + len(text) if place < 0 else place for place in places)
    return text[begin:stop] if begin < stop else ""


def _concat(*values: Any) -> str:
    return "".join(text for value in values for text in as_texts(value))


def _join(separator: Any, *values: Any) -> str:
    return as_text(separator).join(text for value in values for text in as_texts(value))


def _count_non_empty(nodes: Any) -> float:
    return float(sum(bool(text) for text in as_texts(nodes)))


def _numbers(values: tuple[Any, ...]) -> list[float]:
    return [as_number(text) for value in values for text in as_texts(value)]


def _min(*values: Any) -> float:
    numbers = _numbers(values)
    return _NAN if not numbers or any(math.isnan(number) for number in numbers) else min(numbers)


def _max(*values: Any) -> float:
    numbers = _numbers(values)
    return _NAN if not numbers or any(math.isnan(number) for number in numbers) else max(numbers)


def _sum(nodes: Any) -> float:
    return math.fsum(_numbers((nodes,)))


def _position(nodes: Any) -> float:
    """The place of a row among the rows of its repeat, from 1."""
    if not isinstance(nodes, list) or not nodes:
        return _NAN
    return float(1 + sum(1 for _ in nodes[0].itersiblings(nodes[0].tag, preceding=True)))


def _boolean_from_string(value: Any) -> bool:
    return as_text(value) in ("1", "true")


def _ends_with(value: Any, ending: Any) -> bool:
    return as_text(value).endswith(as_text(ending))


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
    "string": Function(0, 1, "text"),
    "string-length": Function(0, 1, "number"),
    "substring": Function(2, 3, "text"),
    "substring-after": Function(2, 2, "text"),
    "substring-before": Function(2, 2, "text"),
    "translate": Function(3, 3, "text"),
    "true": Function(0, 0, "boolean"),
    # ODK, or different there
    "abs": Function(1, 1, "number", _real(abs)),
    "boolean-from-string": Function(1, 1, "boolean", _boolean_from_string),
    "coalesce": Function(2, None, "any", _coalesce),
    "concat": Function(1, None, "text", _concat, takes_many=True),
    "count-non-empty": Function(1, 1, "number", _count_non_empty, takes_many=True),
    "count-selected": Function(1, 1, "number", _count_selected),
    "date": Function(1, 1, "date", _date),
    "decimal-date-time": Function(1, 1, "number", as_number),
    "ends-with": Function(2, 2, "boolean", _ends_with),
    "exp": Function(1, 1, "number", _real(math.exp)),
    "format-date": Function(2, 2, "text", _format_date),
    "if": Function(3, 3, "any", _if),
    "int": Function(1, 1, "number", _int),
    "join": Function(2, None, "text", _join, takes_many=True),
    "log": Function(1, 1, "number", _real(math.log)),
    "log10": Function(1, 1, "number", _real(math.log10)),
    "max": Function(1, None, "number", _max, takes_many=True),
    "min": Function(1, None, "number", _min, takes_many=True),
    "number": Function(1, 1, "number", as_number),
    "pow": Function(2, 2, "number", _pow),
    "regex": Function(2, 2, "boolean", _regex),
    "round": Function(1, 2, "number", _round),
    "selected": Function(2, 2, "boolean", _selected),
    "selected-at": Function(2, 2, "text", _selected_at),
    "sqrt": Function(1, 1, "number", _real(math.sqrt)),
    "substr": Function(2, 3, "text", _substr),
    "sum": Function(1, 1, "number", _sum, takes_many=True),
    # These need more than their arguments: see evaluation.py.
    "current": Function(0, 0, "any"),
    "instance": Function(1, 1, "any"),
    "now": Function(0, 0, "date"),
    "once": Function(1, 1, "any"),
    "position": Function(0, 1, "number", _position),
    "today": Function(0, 0, "date"),
}
"""Every function that an expression may call, by name."""
