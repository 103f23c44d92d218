"""Directional: yearly growth in the wanted direction, where there is no target.

Rule, with baseline y0 in t0, latest value y in t, direction d, sign s (-1 where values are negative) and natural limit
L, a value that the series cannot pass (100 for a percentage):

    v = d · s · CAGR_a,  C = 1 if |y0| ≥ 2L;  1 - (y0/L)^4.44 if |y0| ≤ L;  else 1 - ((2L - y0)/L)^4.44

v ≥ 1.5 % · C on track; ≥ 0.5 % · C acceleration needed; ≥ 0 limited; below 0 deterioration. Without a limit C is 1.
At the limit itself C is 0: holding it is on track. Without a target nothing is ever "achieved".
Score: v < 0: max(125 v - 2.5, -5); C = 0: 5; v ≥ 0.015 C: min(500 v/C - 5, 5); v ≥ 0.005 C: 250 v/C - 1.25;
else 500 v/C - 2.5.

Not available: fewer than two years, or baseline and latest value of different sign. A baseline of 0 counts as 0.001.

Source: Eurostat (thresholds for indicators without target); natural limits and scores as published by Statistics
Canada and Open SDG ("Progress measurement methodology").
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd

from pipeline.score.method import Floats, Method, outcome
from pipeline.score.series import (
    exact_growth,
    growth,
    obstacles,
    read_series,
    series_flags,
    settle,
)
from pipeline.score.wording import Row, Words, latest_value, percent, start_value

ON_TRACK, ACCELERATION, EXPONENT = 0.015, 0.005, 4.44
THRESHOLDS = (ON_TRACK, ACCELERATION, 0.0)


def rate(inputs: pd.DataFrame) -> pd.DataFrame:
    """Rate directional commitments by their yearly growth.

    Args:
        inputs: Columns baseline_value, baseline_year, current_value, current_year, direction and, where known, sign
            and natural_limit.

    Returns:
        Outcome per row; ``progress_value`` is v, a share per year; ``softening`` is C.
    """
    series = read_series(inputs)
    reason, computable = obstacles(series, with_target=False, same_sign=True)
    soft = softening(series.baseline, series.limit)
    with np.errstate(all="ignore"):
        yearly = series.d * series.s * growth(series.y, series.y0, series.t - series.t0)
        # On the basis of the full thresholds. At the limit (C = 0) only the sign of v counts.
        eased = np.where(soft == 0, np.sign(yearly), yearly / soft)
    yearly = settle(np.where(computable, yearly, np.nan), THRESHOLDS, series, _exact)
    # The smaller C, the more digits are lost.
    slack = np.divide(1e-14, soft, out=np.zeros_like(soft), where=soft > 0)
    eased = settle(np.where(computable, eased, np.nan), THRESHOLDS, series, _exact_eased, slack)
    held = (soft == 0) & (yearly >= 0)
    conditions = [held, eased >= ON_TRACK, eased >= ACCELERATION, eased >= 0]
    rating = np.select(conditions, ["on_track", "on_track", "acceleration_needed", "limited"], "deterioration")
    flags = series_flags(series, with_target=False)
    flags["near_natural_limit"] = computable & (soft < 1)
    # A limit at or above the baseline is a ceiling, one below it a floor.
    ceiling = series.baseline <= series.limit
    flags["beyond_natural_limit"] = np.where(ceiling, series.y > series.limit, series.y < series.limit)
    score = _score(yearly, eased, soft)
    result = outcome(inputs, progress=yearly, score=score, rating=rating, reason=reason, flags=flags)
    return result.assign(softening=soft)


def softening(baseline: Floats, limit: Floats) -> Floats:
    """Return C, by which the positive thresholds are multiplied near a natural limit; 1 where there is none."""
    y0, ceiling = np.abs(baseline), np.abs(limit)
    with np.errstate(all="ignore"):
        below = 1 - (y0 / ceiling) ** EXPONENT
        above = 1 - ((2 * ceiling - y0) / ceiling) ** EXPONENT
        return np.select([np.isnan(ceiling) | (y0 >= 2 * ceiling), y0 <= ceiling], [1.0, below], above)


def _score(yearly: Floats, eased: Floats, soft: Floats) -> Floats:
    worse = np.maximum(125 * yearly - 2.5, -5)
    fast, middle, slow = np.minimum(500 * eased - 5, 5), 250 * eased - 1.25, 500 * eased - 2.5
    conditions = [yearly < 0, soft == 0, eased >= ON_TRACK, eased >= ACCELERATION]
    return np.select(conditions, [worse, 5.0, fast, middle], slow)


def _exact(row: dict[str, Decimal]) -> Decimal:
    return row["d"] * row["s"] * exact_growth(row["y"], row["y0"], row["t"] - row["t0"])


def _exact_eased(row: dict[str, Decimal]) -> Decimal:
    y0, limit, power = abs(row["baseline"]), abs(row["limit"]), Decimal(str(EXPONENT))
    if limit.is_nan() or y0 >= 2 * limit:
        soft = Decimal(1)
    elif y0 <= limit:
        soft = 1 - (y0 / limit) ** power
    else:
        soft = 1 - ((2 * limit - y0) / limit) ** power
    return _exact(row) / soft if soft else _exact(row)


def _explain(words: Words, row: Row) -> str:
    say, start, now = words.catalogue.text, start_value(words, row), latest_value(words, row)
    share = percent(words, row["progress_value"], digits=2)
    if row["direction"] == 1:
        return say(
            "from %(start)s to %(now)s, where an increase is wanted: growth in that direction is %(share)s a year",
            start=start, now=now, share=share,
        )  # fmt: skip
    return say(
        "from %(start)s to %(now)s, where a decrease is wanted: growth in that direction is %(share)s a year",
        start=start, now=now, share=share,
    )  # fmt: skip


METHOD = Method(name="directional", version=1, kinds=("directional",), rate=rate, explain=_explain, scored=True)
