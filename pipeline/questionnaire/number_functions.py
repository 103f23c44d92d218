"""The functions of ODK XForms over numbers, with the results of IEEE 754 where Python would raise."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from pipeline.questionnaire.conversions import NAN, as_number, as_texts

_MOST_DIGITS = 30  # as in JavaRosa


def by_number(work: Callable[[float], float]) -> Callable[[Any], float]:
    """A function of one number out of one of Python's; what is undefined gives NaN, what is too large infinity.

    Args:
        work: The function of Python.
    """

    def guarded(value: Any) -> float:
        try:
            return float(work(as_number(value)))
        except ValueError:
            return NAN
        except OverflowError:
            return math.inf

    return guarded


def logarithm(work: Callable[[float], float]) -> Callable[[Any], float]:
    """A logarithm out of one of Python's: minus infinity for 0.

    Args:
        work: The function of Python.
    """
    guarded = by_number(work)
    return lambda value: -math.inf if as_number(value) == 0 else guarded(value)


def atan2(opposite: Any, adjacent: Any) -> float:
    """The angle of a point, its second coordinate first."""
    return math.atan2(as_number(opposite), as_number(adjacent))


def power(base: Any, exponent: Any) -> float:
    """One number to the power of another."""
    number, times = as_number(base), as_number(exponent)
    try:
        return math.pow(number, times)
    except OverflowError:
        return -math.inf if number < 0 and times % 2 == 1 else math.inf
    except ValueError:  # a root of a negative number, or one divided by nothing
        return math.inf if number == 0 else NAN


def power_of_ten(exponent: Any) -> float:
    """Ten to the power of a number."""
    return power(10.0, exponent)


def whole(value: Any) -> float:
    """A number without its decimals."""
    number = as_number(value)
    return float(math.trunc(number)) if math.isfinite(number) else number


def rounded(value: Any, digits: Any = 0.0) -> float:
    """A number rounded to a number of decimals, halves up, as XPath's round() does."""
    number, places = as_number(value), as_number(digits)
    if not math.isfinite(number):
        return number
    if not math.isfinite(places) or abs(places) > _MOST_DIGITS:
        return NAN
    shifted = Decimal(repr(number)).scaleb(int(places)) + Decimal("0.5")
    return float(shifted.to_integral_value(ROUND_FLOOR).scaleb(-int(places)))


def total(nodes: Any) -> float:
    """The sum of all nodes; NaN where one of them has no number, because missing is never zero."""
    return math.fsum(_numbers((nodes,)))


def least(*values: Any) -> float:
    """The least of all values; NaN where one of them is no number, or there is none."""
    numbers = _numbers(values)
    return NAN if not numbers or any(math.isnan(number) for number in numbers) else min(numbers)


def greatest(*values: Any) -> float:
    """The greatest of all values; NaN as for ``least``."""
    numbers = _numbers(values)
    return NAN if not numbers or any(math.isnan(number) for number in numbers) else max(numbers)


def _numbers(values: tuple[Any, ...]) -> list[float]:
    return [as_number(text) for value in values for text in as_texts(value)]
