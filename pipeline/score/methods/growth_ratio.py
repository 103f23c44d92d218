"""Growth ratio: actual yearly growth over the yearly growth that the target requires.

Rule, with baseline y0 in t0, latest value y in t, target Y in T, direction d (1: higher is better, -1: lower) and sign
s (-1 where values are negative):

    R = d · s · CAGR_a / |CAGR_r|,  CAGR_a = (y/y0)^(1/(t-t0)) - 1,  CAGR_r = (Y/y0)^(1/(T-t0)) - 1

R ≥ 0.95 on track; ≥ 0.60 acceleration needed; ≥ 0 limited; below 0 deterioration. A value that has reached the target
is achieved, whatever R. Score: achieved 5; R ≥ 0.60: min(7.1429 R - 4.2857, 5); else max(4.1667 R - 2.5, -5).

Not available: fewer than two years, or baseline and latest value (or target) of different sign. A baseline or target
of 0 counts as 0.001. Close to the target the ratio explodes; the score is then clamped and the row flagged. Where
target and baseline are equal and the target is missed, there is no ratio, and the rating is deterioration.

Source: Eurostat, monitoring report on progress towards the SDGs in an EU context (annex on the assessment method);
score functions as published by Statistics Canada and Open SDG ("Progress measurement methodology").
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from pipeline.score.method import Flags, Floats, Method, outcome
from pipeline.score.series import (
    exact_growth,
    growth,
    obstacles,
    read_series,
    series_flags,
    settle,
)
from pipeline.score.wording import Row, Words, target_words

ON_TRACK, ACCELERATION = 0.95, 0.60
BANDS = (ON_TRACK, ACCELERATION, 0.0)


def rate(inputs: pd.DataFrame) -> pd.DataFrame:
    """Rate numeric commitments by the growth ratio.

    Args:
        inputs: Columns baseline_value, baseline_year, current_value, current_year, target_value, target_year,
            direction and, where known, sign; one row per series, values in any one unit per row.

    Returns:
        Outcome per row; ``progress_value`` is R, also where the target is achieved.
    """
    series = read_series(inputs)
    reason, computable = obstacles(series, with_target=True, same_sign=True)
    with np.errstate(all="ignore"):
        actual = growth(series.y, series.y0, series.t - series.t0)
        required = growth(series.target_as_counted, series.y0, series.end - series.t0)
        no_ratio = computable & (required == 0)
        ratio = series.d * series.s * actual / np.abs(required)
    ratio = np.where(computable & ~no_ratio, ratio, np.nan)
    ratio = settle(ratio, BANDS, series, _exact, series.rounding(ratio))
    score = np.where(no_ratio & ~series.achieved, -5.0, _score(ratio, series.achieved))
    flags = series_flags(series, with_target=True)
    flags["ratio_clamped"] = computable & ~series.achieved & (np.abs(score) == 5)
    return outcome(
        inputs, progress=ratio, score=score, rating=banded(ratio, series.achieved), reason=reason, flags=flags
    )


def banded(ratio: Floats, achieved: Flags) -> Any:
    """Return the rating of each ratio in the bands 0.95, 0.60 and 0; achieved overrides.

    A row without a ratio is one whose target equals its baseline: once the target is missed, it has deteriorated.
    """
    conditions = [achieved, ratio >= ON_TRACK, ratio >= ACCELERATION, ratio >= 0]
    return np.select(conditions, ["achieved", "on_track", "acceleration_needed", "limited"], "deterioration")


def _score(ratio: Floats, achieved: Flags) -> Floats:
    upper = np.minimum(7.1429 * ratio - 4.2857, 5)
    lower = np.maximum(4.1667 * ratio - 2.5, -5)
    return np.where(achieved, 5.0, np.where(ratio >= ACCELERATION, upper, lower))


def _exact(row: dict[str, Decimal]) -> Decimal:
    actual = exact_growth(row["y"], row["y0"], row["t"] - row["t0"])
    required = exact_growth(row["target"], row["y0"], row["end"] - row["t0"])
    return row["d"] * row["s"] * actual / abs(required)


def _explain(words: Words, row: Row) -> str:
    return target_words(words, row, partial(_progress, words))


def _progress(words: Words, **values: str) -> str:
    return words.catalogue.text(
        "from %(start)s to %(now)s, with %(goal)s, growth so far is %(share)s of the growth required", **values
    )


METHOD = Method(name="growth_ratio", version=1, kinds=("numeric",), rate=rate, explain=_explain, scored=True)
