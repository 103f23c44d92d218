"""A commitment's series (baseline, latest value, target) as arrays, its guards, and growth without float surprises.

A target can be a range to stay in: ``direction`` 0, ``target_value`` its lower and ``target_upper`` its upper end. Inside,
ends included, it is achieved. Outside, the series is one towards the end that is nearer to the latest value, in the
direction that leads into the range; inside, its number is that towards the end that is nearer to the baseline.

Ratings are decided by comparing a number with a threshold. Plain floats get the boundary wrong: 100 to 195 on the way
to 200 covers exactly 0.95 of the way, and (195/100 - 1)/(200/100 - 1) is 0.9499999999999997. So numbers that come
close to a threshold are computed again from the decimal inputs with 50 digits, and rounded once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, Overflow, localcontext

import numpy as np
import pandas as pd

from pipeline.score.method import Flags, Floats, numbers

ZERO_COUNTS_AS = 0.001
CLOSE_TARGET = 0.01
RANGE = (1e-100, 1e100)
"""Sizes of values, zero apart, that can be computed with."""
_NEAR = 1e-6
_DIGITS = 50
_LARGEST = 1e300
_ROUNDING = 16 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Series:
    """Arrays of one length: y0 in t0, y in t, target Y in T, direction d (1 or -1), sign s (1 or -1), limit L.

    ``baseline`` and ``target`` are y0 and Y as given; ``y0`` and ``target_as_counted`` count a 0 as 0.001.
    """

    baseline: Floats
    t0: Floats
    y: Floats
    t: Floats
    target: Floats
    end: Floats
    d: Floats
    s: Floats
    limit: Floats

    @property
    def y0(self) -> Floats:
        """The baseline, where 0 counts as 0.001."""
        return np.where(self.baseline == 0, ZERO_COUNTS_AS, self.baseline)

    @property
    def target_as_counted(self) -> Floats:
        """The target, where 0 counts as 0.001."""
        return np.where(self.target == 0, ZERO_COUNTS_AS, self.target)

    @property
    def achieved(self) -> Flags:
        """Whether the latest value has reached the target (as given, or as it counts)."""
        return (self.d * self.y >= self.d * self.target) | (self.d * self.y >= self.d * self.target_as_counted)

    def rounding(self, progress: Floats) -> Floats:
        """How far off ``progress`` towards the target may be in floats: far where target and baseline are close."""
        sizes = np.abs([self.y0, self.y, self.target_as_counted]).max(axis=0)
        with np.errstate(all="ignore"):
            relative = _ROUNDING * sizes / np.abs(self.target_as_counted - self.y0)
            return relative * (np.maximum(self.end - self.t0, 1) + np.abs(progress))

    def rows(self, chosen: Flags) -> list[dict[str, Decimal]]:
        """The chosen rows as decimals, exactly as the values are written, zeros counted as 0.001; for exact arithmetic."""
        values = {
            "baseline": self.baseline,
            "y0": self.y0,
            "t0": self.t0,
            "y": self.y,
            "t": self.t,
            "given": self.target,
            "target": self.target_as_counted,
            "end": self.end,
            "d": self.d,
            "s": self.s,
            "limit": self.limit,
        }
        columns = [[Decimal(repr(value)) for value in array[chosen].tolist()] for array in values.values()]
        return [dict(zip(values, row, strict=True)) for row in zip(*columns, strict=True)]


def read_series(inputs: pd.DataFrame) -> Series:
    """Take the series from the columns of ``commitment_scores``; a missing sign is that of the baseline.

    Of a range, the end towards which the series is read is its target.
    """
    baseline, current = numbers(inputs, "baseline_value"), numbers(inputs, "current_value")
    sign = numbers(inputs, "sign")
    target, direction = _towards(inputs, baseline, current)
    return Series(
        baseline=baseline,
        t0=numbers(inputs, "baseline_year"),
        y=current,
        t=numbers(inputs, "current_year"),
        target=target,
        end=numbers(inputs, "target_year"),
        d=direction,
        s=np.where(np.isnan(sign), np.where(baseline < 0, -1.0, 1.0), sign),
        limit=numbers(inputs, "natural_limit"),
    )


def _towards(inputs: pd.DataFrame, baseline: Floats, current: Floats) -> tuple[Floats, Floats]:
    # Target and direction; of a range, the end that counts and the direction that leads into the range.
    lower, upper = numbers(inputs, "target_value"), numbers(inputs, "target_upper")
    direction = numbers(inputs, "direction")
    between = direction == 0
    outside = (current < lower) | (current > upper)
    above = between & (np.where(outside, current, baseline) > lower / 2 + upper / 2)
    into = np.where(lower <= upper, np.where(above, -1.0, 1.0), np.nan)
    return np.where(above, upper, lower), np.where(between, into, direction)


def growth(late: Floats, early: Floats, years: Floats) -> Floats:
    """Return the compound yearly growth (late/early)^(1/years) - 1, NaN where the two differ in sign.

    Small growth is computed over the difference, so that it keeps its digits.
    """
    with np.errstate(all="ignore"):
        change = (late - early) / early
        return np.expm1(np.where(np.abs(change) < 0.5, np.log1p(change), np.log(late / early)) / years)


def exact_growth(late: Decimal, early: Decimal, years: Decimal) -> Decimal:
    """Return the compound yearly growth in the precision of the current decimal context."""
    ratio = late / early
    return ratio ** (1 / years) - 1 if ratio else Decimal(-1)


def settle(
    progress: Floats,
    thresholds: Iterable[float],
    series: Series,
    exact: Callable[[dict[str, Decimal]], Decimal],
    slack: Floats | float = 0.0,
) -> Floats:
    """Compute again, exactly, what comes close to a threshold.

    Args:
        progress: What is compared with the thresholds, NaN where not available.
        thresholds: The thresholds.
        series: Where ``progress`` was computed from.
        exact: Computes the progress of one row of decimals.
        slack: By how much more than 1e-6 ``progress`` may be off.

    Returns:
        ``progress`` (at most 1e300), where values close to a threshold are the exact ones rounded to the nearest float. A plain ``>=``
        with the threshold is then right on the boundary itself.
    """
    near = np.zeros(len(progress), dtype=bool)
    for threshold in thresholds:
        near |= np.abs(progress - threshold) <= _NEAR + slack
    # No change at all is an exact 0 already.
    near &= ~((progress == 0) & (series.y == series.y0))
    settled, known = progress.copy(), dict[tuple[str, ...], float]()
    with localcontext() as context:
        context.prec = _DIGITS
        context.traps[Overflow] = False
        for position, row in zip(np.flatnonzero(near), series.rows(near), strict=True):
            key = tuple(map(str, row.values()))
            if key not in known:
                known[key] = float(exact(row))
            settled[position] = known[key]
    return np.clip(settled, -_LARGEST, _LARGEST)


def obstacles(series: Series, *, with_target: bool, same_sign: bool) -> tuple[list[str | None], Flags]:
    """Say which rows cannot be rated, and why.

    Args:
        series: The series.
        with_target: Whether the method compares with a target.
        same_sign: Whether the method needs baseline, latest value and target of one sign, as growth does.

    Returns:
        Per row the code of the first reason why there is no rating, or None; and whether the method's number can be
        computed. Achieved is judged on the latest value and the target alone, so a row may be rated without the number.
    """
    basic = [("value_missing", np.isnan(series.y)), ("direction_missing", np.isnan(series.d))]
    if with_target:
        basic.append(("target_missing", np.isnan(series.target)))
    further = [
        ("year_missing", np.isnan(series.t)),
        ("baseline_missing", np.isnan(series.baseline) | np.isnan(series.t0)),
        ("fewer_than_two_years", series.t - series.t0 < 1),
    ]
    if with_target:
        further.append(("target_year_missing", np.isnan(series.end)))
        further.append(("target_year_not_after_baseline", series.end <= series.t0))
    further.append(("out_of_range", _out_of_range(series)))
    if same_sign:
        further.append(("signs_differ", np.sign(series.y0) * np.sign(series.y) < 0))
    if same_sign and with_target:
        further.append(("target_sign_differs", np.sign(series.y0) * np.sign(series.target_as_counted) < 0))
    computable = ~np.any([mask for _, mask in (*basic, *further)], axis=0)
    excused = series.achieved if with_target else np.zeros(len(series.y), dtype=bool)
    return first_reason([*basic, *((code, mask & ~excused) for code, mask in further)], len(series.y)), computable


def _out_of_range(series: Series) -> Flags:
    sizes = np.abs([series.y0, series.y, series.target_as_counted, series.limit])
    return ((sizes != 0) & ((sizes < RANGE[0]) | (sizes > RANGE[1]))).any(axis=0)


def first_reason(checks: Iterable[tuple[str, Flags]], size: int) -> list[str | None]:
    """Return per row the code of the first check that holds, or None."""
    found = np.zeros(size, dtype=np.int64)
    codes: list[str | None] = [None]
    for code, mask in checks:
        found[mask & (found == 0)] = len(codes)
        codes.append(code)
    return np.array(codes, dtype=object)[found].tolist()


def series_flags(series: Series, *, with_target: bool) -> dict[str, Flags]:
    """Return the flags that all numeric methods share.

    ``single_interval`` (one year between baseline and latest value), ``target_very_close`` (baseline within 1 % of the
    target: the ratio explodes), ``target_year_passed`` (the latest value is from after the target year),
    ``zero_counted`` (a zero counted as 0.001), ``sign_contradicts`` (the sign is not that of the baseline).
    """
    zero = series.baseline == 0
    flags = {"single_interval": series.t - series.t0 == 1}
    if with_target:
        with np.errstate(all="ignore"):
            close = np.abs(series.target - series.baseline) < CLOSE_TARGET * np.abs(series.baseline)
        flags["target_very_close"] = close
        flags["target_year_passed"] = series.t > series.end
        zero = zero | (series.target == 0)
    flags["zero_counted"] = zero
    flags["sign_contradicts"] = series.baseline * series.s < 0
    return flags
