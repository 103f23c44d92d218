"""How the report writes numbers and dates. The rounding rule stands here and nowhere else.

Rule: a number is computed from unrounded values and rounded once, when it is shown, half away from zero.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

NO_BREAK: str = "\u00a0"
LOCALE = "en_GB"


def rounded(value: float | Decimal, places: int = 0) -> Decimal:
    """Round half away from zero.

    Args:
        value: A number; a float is taken as the shortest decimal that stands for it (2.675 is 2.675).
        places: Decimal places to keep.

    Returns:
        The rounded number, exact.
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def exact_percent(part: int, whole: int) -> Decimal:
    """The share of ``part`` in ``whole`` in percent, not rounded to places that anyone would show.

    Raises:
        ZeroDivisionError: ``whole`` is 0; a share of nothing is not a number.
    """
    if whole == 0:
        raise ZeroDivisionError("a share of nothing")
    return Decimal(part) * 100 / Decimal(whole)


def number(value: float | Decimal, places: int | None = None) -> str:
    """A number in British notation, e.g. ``1,234.5``.

    Args:
        value: The unrounded number.
        places: Decimal places to show; None for as many as the number has, at most three.
    """
    if places is None:
        shown = rounded(value, 3).normalize()
        shown = shown.quantize(Decimal(1)) if shown == shown.to_integral_value() else shown
    else:
        shown = rounded(value, places)
    return f"{shown:,f}".replace("-", "\u2212")


def percent(part: int, whole: int) -> str:
    """A share in whole percent, e.g. ``78 %``; an en dash where the whole is nothing."""
    if whole == 0:
        return "–"
    return f"{rounded(exact_percent(part, whole)):f}{NO_BREAK}%"


@lru_cache(maxsize=4096)
def day(value: date) -> str:
    """A day in full, e.g. ``30 September 2014``."""
    from babel.dates import format_date

    return format_date(value, "d MMMM y", locale=LOCALE)


@lru_cache(maxsize=4096)
def short_day(value: date) -> str:
    """A day for narrow columns, e.g. ``30 Sept 2014``."""
    from babel.dates import format_date

    return format_date(value, "d MMM y", locale=LOCALE).replace(" ", NO_BREAK)


def moment_day(value: datetime) -> str:
    """The day (in UTC) of a moment, for narrow columns."""
    return short_day(value.date())
