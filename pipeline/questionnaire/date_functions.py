"""The functions of ODK XForms over dates. Names of months and days are English; times are in UTC."""

from __future__ import annotations

import re
from typing import Any, Final

from pipeline.questionnaire.conversions import as_day, as_moment, as_text, moment_text

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ESCAPE: Final = re.compile(r"%(.?)", re.DOTALL)
_ESCAPES: Final = "YymndebaHhMS3%"


def day_text(value: Any) -> str:
    """The ISO date of a date with or without a time, or of a number of days since 1970-01-01; '' where there is none."""
    day = as_day(value)
    return day.isoformat() if day else ""


def day_and_time_text(value: Any) -> str:
    """As ``day_text``, with the time where it is not midnight."""
    return moment_text(as_moment(value))


def formatted(value: Any, pattern: Any) -> str:
    """A date by a pattern, e.g. ``%d/%m/%Y``; '' where there is no date. See ``wrong_escapes`` for the escapes."""
    moment = as_moment(value)
    if moment is None:
        return ""
    parts = {
        "Y": f"{moment.year:04}",
        "y": f"{moment.year % 100:02}",
        "m": f"{moment.month:02}",
        "n": str(moment.month),
        "d": f"{moment.day:02}",
        "e": str(moment.day),
        "b": _MONTHS[moment.month - 1],
        "a": _DAYS[moment.weekday()],
        "H": f"{moment.hour:02}",
        "h": str(moment.hour),
        "M": f"{moment.minute:02}",
        "S": f"{moment.second:02}",
        "3": f"{moment.microsecond // 1000:03}",
        "%": "%",
    }
    return _ESCAPE.sub(lambda match: parts.get(match[1], match[0]), as_text(pattern))


def wrong_escapes(pattern: str) -> list[str]:
    """The escapes of a pattern that no date can be formatted by.

    Args:
        pattern: Right are %Y %y %m %n %d %e %b %a %H %h %M %S %3 %%.
    """
    return [match[0] for match in _ESCAPE.finditer(pattern) if not match[1] or match[1] not in _ESCAPES]
