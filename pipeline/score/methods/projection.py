"""Projection: how far towards the target the past growth would lead by the target year.

Rule, with baseline y0 in t0, latest value y in t, target Y in T and direction d:

    v = y · (1 + CAGR_a)^(T-t),  q = (v - y0)/(Y - y0)

q ≥ 0.95 on track; ≥ 0.10 fair (shown as acceleration needed); ≥ 0 stagnation (shown as limited); below 0
deterioration. A value that has reached the target is achieved, whatever q. The method has no score.

The guards are those of the growth ratio. A target on the other side of the baseline than the direction says gives a
negative q when values worsen: the distance counts as d · (v - y0)/|Y - y0|, which is the same everywhere else.

Source: UN Statistics Division, Sustainable Development Goals Progress Chart, technical note.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import numpy as np
import pandas as pd

from pipeline.score.method import Method, outcome
from pipeline.score.series import growth, obstacles, read_series, series_flags, settle
from pipeline.score.wording import Row, Words, target_words

ON_TRACK, FAIR = 0.95, 0.10
_LARGEST = 1e300


def rate(inputs: pd.DataFrame) -> pd.DataFrame:
    """Rate numeric commitments by projecting their growth to the target year.

    Args:
        inputs: Columns as for the growth ratio.

    Returns:
        Outcome per row; ``progress_value`` is q, also where the target is achieved; ``projected_value`` is v.
    """
    series = read_series(inputs)
    reason, computable = obstacles(series, with_target=True, same_sign=True)
    with np.errstate(all="ignore"):
        yearly = growth(series.y, series.y0, series.t - series.t0)
        projected = np.where(series.y == 0, 0.0, series.y * (1 + yearly) ** (series.end - series.t))
        projected = np.clip(projected, -_LARGEST, _LARGEST)
        distance = np.abs(series.target_as_counted - series.y0)
        share = series.d * (projected - series.y0) / distance
    share = np.where(computable & (distance > 0), share, np.nan)
    share = settle(share, (ON_TRACK, FAIR, 0.0), series, _exact, series.rounding(share))
    conditions = [series.achieved, share >= ON_TRACK, share >= FAIR, share >= 0]
    # A row without a share is one whose target equals its baseline: once missed, it has deteriorated.
    rating = np.select(conditions, ["achieved", "on_track", "acceleration_needed", "limited"], "deterioration")
    flags = series_flags(series, with_target=True)
    result = outcome(inputs, progress=share, rating=rating, reason=reason, flags=flags)
    return result.assign(projected_value=np.where(computable, projected, np.nan))


def _exact(row: dict[str, Decimal]) -> Decimal:
    ratio = row["y"] / row["y0"]
    ahead = (row["end"] - row["t"]) / (row["t"] - row["t0"])
    projected = row["y"] * ratio**ahead if ratio else Decimal(0)
    return row["d"] * (projected - row["y0"]) / abs(row["target"] - row["y0"])


def _explain(words: Words, row: Row) -> str:
    return target_words(words, row, partial(_progress, words))


def _progress(words: Words, **values: str) -> str:
    return words.catalogue.text(
        "from %(start)s to %(now)s, with %(goal)s, past growth would cover %(share)s of the way by then", **values
    )


METHOD = Method(name="projection", version=1, kinds=("numeric",), rate=rate, explain=_explain)
