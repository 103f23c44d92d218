"""Linear gap: the share of the distance covered beside the share of the time used.

Rule, with baseline y0 in t0, latest value y in t, target Y in T and direction d:

    distance share = (y - y0)/(Y - y0),  time share = (t - t0)/(T - t0),  ratio = distance share / time share

The ratio is read with the bands of the growth ratio: ≥ 0.95 on track; ≥ 0.60 acceleration needed; ≥ 0 limited; below 0
deterioration; a value that has reached the target is achieved. The method has no score. It needs no logarithm, so
zeros and changes of sign are no obstacle. Not available: fewer than two years.

Source: linear distance to target as in the OECD/JRC Handbook on Constructing Composite Indicators, over time; bands of
Eurostat (see growth_ratio).
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import numpy as np
import pandas as pd

from pipeline.score.method import Method, outcome
from pipeline.score.methods.growth_ratio import BANDS, banded
from pipeline.score.series import obstacles, read_series, series_flags, settle
from pipeline.score.wording import Row, Words, target_words


def rate(inputs: pd.DataFrame) -> pd.DataFrame:
    """Rate numeric commitments by distance covered against time used.

    Args:
        inputs: Columns as for the growth ratio (``sign`` is not used).

    Returns:
        Outcome per row; ``progress_value`` is the ratio; also ``distance_share`` and ``time_share``.
    """
    series = read_series(inputs)
    reason, computable = obstacles(series, with_target=True, same_sign=False)
    with np.errstate(all="ignore"):
        gap = np.abs(series.target - series.baseline)
        distance = np.where(computable & (gap > 0), series.d * (series.y - series.baseline) / gap, np.nan)
        time = np.where(computable, (series.t - series.t0) / (series.end - series.t0), np.nan)
    ratio = distance / time
    ratio = settle(ratio, BANDS, series, _exact, series.rounding(ratio))
    flags = series_flags(series, with_target=True)
    del flags["zero_counted"]
    result = outcome(inputs, progress=ratio, rating=banded(ratio, series.achieved), reason=reason, flags=flags)
    return result.assign(distance_share=distance, time_share=time)


def _exact(row: dict[str, Decimal]) -> Decimal:
    # One division at the end, so that a ratio of decimals that lies on a boundary stays there.
    covered = row["d"] * (row["y"] - row["baseline"]) * (row["end"] - row["t0"])
    return covered / (abs(row["given"] - row["baseline"]) * (row["t"] - row["t0"]))


def _explain(words: Words, row: Row) -> str:
    return target_words(words, row, partial(_progress, words))


def _progress(words: Words, **values: str) -> str:
    return words.catalogue.text(
        "from %(start)s to %(now)s, with %(goal)s, distance covered is %(share)s of what the time used asks for",
        **values,
    )


METHOD = Method(name="linear_gap", version=1, kinds=("numeric",), rate=rate, explain=_explain)
