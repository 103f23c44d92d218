"""How XPath turns one kind of value into another, with the dates of ODK among them.

Values in the instance are texts. A date is its ISO text, so that ``${due} != ''``, ``substr`` and ``format-date`` work;
where a number is wanted (``<``, ``+``, ``int()`` ...) an ISO date counts as its days since 1970-01-01, as in ODK. A date
with a time counts in fractions of days; there is no device, so times without an offset are UTC.
Source: XML Path Language 1.0, sections 4.2 to 4.4; ODK XForms Specification, https://getodk.github.io/xforms-spec/.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

NAN: Final = float("nan")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_DAY: Final = timedelta(days=1)
_NUMBER: Final = re.compile(r"[ \t\r\n]*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK: Final = r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:\d\d)?"
_MOMENT: Final = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})(?:T{_CLOCK})?", re.ASCII)
_TIME: Final = re.compile(_CLOCK, re.ASCII)


def as_text(value: Any) -> str:
    """A value as XPath's string() gives it: numbers without an exponent, whole ones without a point.

    Args:
        value: What lxml hands to a function: a list of nodes, a text, a float or a bool.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return _node_text(value[0]) if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    number = float(value)
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else ("Infinity" if number > 0 else "-Infinity")
    return str(int(number)) if number.is_integer() else format(Decimal(repr(number)), "f")


def as_number(value: Any) -> float:
    """A value as a number: days since 1970-01-01 for an ISO date, NaN for any other text that is no number.

    Args:
        value: What lxml hands to a function.
    """
    if isinstance(value, (bool, float, int)):
        return float(value)
    return _number(value if isinstance(value, str) else as_text(value))


@lru_cache(maxsize=4096)  # a year, a count or today() is asked for thousands of times
def _number(text: str) -> float:
    if _NUMBER.fullmatch(text):
        return float(text)
    if _DATE.fullmatch(text):  # by far the most frequent, and quicker so
        day = _iso_day(text)
        return float(day.toordinal() - _EPOCH_DAY) if day else NAN
    moment = _moment(text) if text else None
    return (moment - _EPOCH) / _DAY if moment else NAN


def as_texts(value: Any) -> list[str]:
    """The texts of all nodes of an argument, or its one text.

    Args:
        value: What lxml hands to a function.
    """
    return [_node_text(node) for node in value] if isinstance(value, list) else [as_text(value)]


def as_moment(value: Any) -> datetime | None:
    """The moment of an ISO date or date with time, or of a number of days since 1970-01-01, in UTC.

    Args:
        value: What lxml hands to a function.

    Returns:
        The moment; None where there is none.
    """
    return _moment(as_text(value))


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime | None:
    if match := _MOMENT.fullmatch(text):
        year, month, day, *clock = match.groups()
        try:
            midnight = datetime(int(year), int(month), int(day), tzinfo=UTC)
            return midnight + _since_midnight(clock) if clock[0] else midnight
        except (ValueError, OverflowError):
            return None
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return _EPOCH + timedelta(milliseconds=round(float(text) * 86_400_000))
    except OverflowError:
        return None


def as_share_of_day(value: Any) -> float:
    """The time of day in UTC as a share of the day: 0.5 at noon.

    Args:
        value: An ISO time with seconds, or anything that has a moment.

    Returns:
        From 0 to below 1; NaN where there is no time.
    """
    match = _TIME.fullmatch(as_text(value))
    try:
        since = _since_midnight(list(match.groups())) if match and match[3] else None
    except ValueError:
        return NAN
    if since is None:
        moment = as_moment(value)
        since = moment - _EPOCH if moment else None
    return (since % _DAY) / _DAY if since is not None else NAN


def moment_text(moment: datetime | None) -> str:
    """A moment as ODK writes it: the ISO date, with the time only where it is not midnight; '' for None.

    Args:
        moment: In UTC.
    """
    if moment is None:
        return ""
    text = moment.isoformat(timespec="milliseconds")
    return text.partition("T")[0] if "T00:00:00.000" in text else text


def as_day(value: Any) -> date | None:
    """The day of what has a moment, in UTC; None where there is none.

    Args:
        value: What lxml hands to a function.
    """
    moment = as_moment(value)
    return moment.date() if moment else None


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # the 30th of February
        return None


def _since_midnight(clock: list[str | None]) -> timedelta:
    """Time since midnight UTC of the parts hour, minute, second, fraction, offset; ValueError where it is no time."""
    hour, minute, second, fraction, offset = (part or "" for part in clock)
    micro = int(f"{fraction:0<6}")
    return datetime(1970, 1, 1, int(hour), int(minute), int(second or 0), micro, tzinfo=_zone(offset)) - _EPOCH


def _zone(offset: str) -> timezone:
    if offset in ("", "Z"):
        return UTC
    span = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6]))
    return timezone(-span if offset[0] == "-" else span)


def _node_text(node: Any) -> str:
    if isinstance(node, str):  # an attribute
        return node
    return "".join(node.itertext()) if len(node) else node.text or ""
