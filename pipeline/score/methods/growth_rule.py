"""Growth rule: "at least 10 % yearly", in two readings, in exact arithmetic.

Rule, for a yearly rate g and values v from the baseline year on:

* *each year*: v_t ≥ (1 + g) v_{t-1} for every year;
* *on average*: v_T ≥ (1 + g)^n v_0 for the first and the last value, n years apart. Counts are whole, so the required
  value is the least whole number that meets this, computed in exact fractions: from 100, two years at 10 % require 121
  (in floats 100 · 1.1² is more than 121).

A negative g ("at least 10 % less yearly") is read with ≤. Both readings are reported; ``growth_reading`` says which
decides. A year without a value makes *each year* not assessable, unless another year fails it. Growth from zero has no
rate and is not assessable.

Rating: met is on track, and achieved once the latest value is from the target year or later. Not met is read by the
share of the required growth, at least 60 % acceleration needed, at least 0 limited, below 0 deterioration. The share
is growth over required growth from the first to the last value, in both readings; only where the first value is zero,
it is that of the worst year. A rule that was missed in one year is never on track, however much was gained in others.
The method has no score. More identified victims is a measure of effort, never of prevalence.

Flags: ``single_interval`` (two values only), ``small_numbers`` (a value below 10 among those compared),
``growth_undefined`` (a year grew from zero).

Source: operational goal 1.1 of the Global Alliance (launch declaration of 5 December 2012); bands of growth_ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import lcm
from typing import Final

import numpy as np
import pandas as pd

from pipeline.score.method import Method, numbers, outcome, texts
from pipeline.score.wording import Row, Words, clauses, ends, in_year, percent, quantity, shown

READINGS: Final = ("each_year", "on_average")
ACCELERATION: Final = (6, 10)
SMALL: Final = 10
LONGEST: Final = 1000  # years; beyond, exact powers take for ever, and one of the years is a slip of the pen
Ratio = tuple[int, int]
"""A fraction of whole numbers, the second above 0, which is far quicker than a Fraction and as exact."""


@dataclass(frozen=True)
class _Reading:
    """What one row comes to: both readings, the share of the required growth, or why there is none."""

    each_year: str = "not_assessable"
    on_average: str = "not_assessable"
    required: Ratio | None = None
    share: Ratio | None = None
    reason: str | None = None
    last_year: int | None = None
    flags: frozenset[str] = frozenset()


def rate(inputs: pd.DataFrame) -> pd.DataFrame:
    """Rate growth rules.

    Args:
        inputs: Columns series (``year=value`` separated by blanks), growth_rate (0.1 for 10 %), growth_reading and,
            where the rule ends, target_year.

    Returns:
        Outcome per row; ``progress_value`` is the share of the required growth under the deciding reading; also
        ``required_value`` (on average), and per reading whether it is met and the rating, were it to decide:
        ``meets_each_year``, ``rating_each_year``, ``meets_on_average`` and ``rating_on_average``.
    """
    rates, deciding = numbers(inputs, "growth_rate"), texts(inputs, "growth_reading")
    read = [_read(text, rate) for text, rate in zip(texts(inputs, "series"), rates, strict=True)]
    ends_in = numbers(inputs, "target_year")
    judged = [_judge(reading, name, end) for reading, name, end in zip(read, deciding, ends_in, strict=True)]
    under = {
        f"rating_{name}": [_judge(reading, name, end)[0] for reading, end in zip(read, ends_in, strict=True)]
        for name in READINGS
    }
    progress = np.array([_nearest(share) for _, _, share in judged], dtype="float64")
    codes = ("single_interval", "small_numbers", "growth_undefined")
    result = outcome(
        inputs,
        progress=progress,
        rating=np.array([rating for rating, _, _ in judged], dtype=object),
        reason=[reason for _, reason, _ in judged],
        flags={code: np.array([code in reading.flags for reading in read], dtype=bool) for code in codes},
    )
    return result.assign(
        required_value=np.array([_nearest(reading.required) for reading in read], dtype="float64"),
        meets_each_year=[reading.each_year for reading in read],
        meets_on_average=[reading.on_average for reading in read],
        **under,
    )


def _points(series: str | None) -> tuple[list[int], list[int], int]:
    # Read "2012=100 2013=112.5" into years, by which it is sorted, values as whole numbers, and how many make up 1.
    pairs = sorted((int(year), value) for year, _, value in (pair.partition("=") for pair in (series or "").split()))
    years, texts_of = [year for year, _ in pairs], [value for _, value in pairs]
    if all(text.isdecimal() for text in texts_of):
        return years, [int(text) for text in texts_of], 1
    exact = [Fraction(text) for text in texts_of]
    scale = lcm(*(value.denominator for value in exact))
    return years, [int(value * scale) for value in exact], scale


@lru_cache(maxsize=1024)
def _exact_rate(rate: float) -> Ratio:
    return Fraction(repr(rate)).as_integer_ratio()


def _nearest(value: Ratio | None) -> float:
    # The nearest float; what no float can hold is infinite, None is NaN.
    if value is None:
        return np.nan
    try:
        return value[0] / value[1]
    except OverflowError:
        return np.inf if value[0] > 0 else -np.inf


def _read(series: str | None, rate: float) -> _Reading:
    years, values, scale = _points(series)
    if len(values) < 2:
        return _Reading(reason="fewer_than_two_years" if values else "value_missing")
    flags = frozenset({"single_interval"} if len(values) == 2 else ()) | frozenset(
        {"small_numbers"} if any(abs(value) < SMALL * scale for value in values) else ()
    )
    if np.isnan(rate) or rate == 0 or rate < -1:
        return _Reading(reason="rate_missing", flags=flags)
    if years[-1] - years[0] > LONGEST:
        return _Reading(reason="years_too_far_apart", flags=flags)
    part, whole = _exact_rate(float(rate))
    each_year, worst, undefined = _each_year(years, values, part, whole)
    flags |= frozenset({"growth_undefined"} if undefined else ())
    first, last = values[0], values[-1]
    if first <= 0:
        return _Reading(each_year, share=worst, last_year=years[-1], flags=flags)
    grown, before = (whole + part) ** (years[-1] - years[0]), whole ** (years[-1] - years[0])
    share = _ratio((last - first) * before, first * (grown - before))
    on_average = "met" if share[0] >= share[1] else "not_met"
    required = _required(first * grown, before, scale, more=part > 0)
    return _Reading(each_year, on_average, required, share, None, years[-1], flags)


def _ratio(above: int, below: int) -> Ratio:
    return (above, below) if below > 0 else (-above, -below)


def _each_year(years: list[int], values: list[int], part: int, whole: int) -> tuple[str, Ratio | None, bool]:
    worst: Ratio | None = None
    gaps = undefined = False
    for (year, before), (next_year, after) in pairwise(zip(years, values, strict=True)):
        gaps |= next_year != year + 1
        undefined |= before <= 0
        if next_year == year + 1 and before > 0:
            share = _ratio((after - before) * whole, before * part)
            worst = share if worst is None or share[0] * worst[1] < worst[0] * share[1] else worst
    if worst is not None and worst[0] < worst[1]:
        return "not_met", worst, undefined
    return ("not_assessable", None, undefined) if gaps or undefined else ("met", worst, undefined)


def _required(path: int, below: int, scale: int, *, more: bool) -> Ratio:
    # Of whole numbers the least (or the greatest) that is enough.
    if scale != 1:
        return path, below * scale
    return (-(-path // below) if more else path // below), 1


def _judge(reading: _Reading, deciding: str | None, end: float) -> tuple[str, str | None, Ratio | None]:
    # Rating, reason and share of the required growth.
    if reading.reason or deciding not in READINGS:
        return "not_available", reading.reason or "rate_missing", None
    met = reading.each_year if deciding == "each_year" else reading.on_average
    share = reading.share
    if met == "not_assessable" or share is None:
        undefined = deciding == "on_average" or "growth_undefined" in reading.flags
        return "not_available", "growth_undefined" if undefined else "years_missing", None
    if met == "met":
        return "achieved" if reading.last_year is not None and reading.last_year >= end else "on_track", None, share
    if share[0] * ACCELERATION[1] >= share[1] * ACCELERATION[0]:
        return "acceleration_needed", None, share
    return "limited" if share[0] >= 0 else "deterioration", None, share


def _explain(words: Words, row: Row) -> str:
    say, (first_year, first), (last_year, last) = words.catalogue.text, *ends(row["series"])
    start, now = in_year(words, shown(words, first), first_year), in_year(words, quantity(words, last, row), last_year)
    deciding, share = str(row["growth_reading"]), float(row["progress_value"])
    if row["required_value"] is None:
        path = say("from %(start)s to %(now)s", start=start, now=now)
    else:
        required = shown(words, row["required_value"])
        path = say(
            "from %(start)s to %(now)s, where %(required)s was required", start=start, now=now, required=required
        )
    parts = [path]
    if row[f"meets_{deciding}"] != "met" and share < 0:
        parts.append(say("values moved the other way"))
    elif row[f"meets_{deciding}"] != "met":
        parts.append(say("%(share)s of the growth required was reached", share=percent(words, share)))
    parts.append(_rule_words(words, deciding, row))
    other = next(reading for reading in READINGS if reading != deciding)
    return clauses(words, [*parts, _other_words(words, other, str(row[f"meets_{other}"]))])


def _rule_words(words: Words, deciding: str, row: Row) -> str:
    say, rate = words.catalogue.text, percent(words, row["growth_rate"])
    if row[f"meets_{deciding}"] == "met":
        if deciding == "each_year":
            return say("growth of %(rate)s a year was kept in each year", rate=rate)
        return say("growth of %(rate)s a year was kept on average", rate=rate)
    if deciding == "each_year":
        return say("growth of %(rate)s a year was not kept in each year", rate=rate)
    return say("growth of %(rate)s a year was not kept on average", rate=rate)


def _other_words(words: Words, other: str, met: str) -> str:
    say = words.catalogue.text
    if other == "each_year":
        if met == "met":
            return say("it was kept in each year")
        return say("it was not kept in each year") if met == "not_met" else say("each year alone cannot be assessed")
    if met == "met":
        return say("it was kept on average")
    return say("it was not kept on average") if met == "not_met" else say("the average cannot be assessed")


METHOD = Method(name="growth_rule", version=1, kinds=("growth_rule",), rate=rate, explain=_explain)
