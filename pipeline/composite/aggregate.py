"""Aggregation: weighted means over any number of levels, with a data threshold, and what missing values could change.

With values x and weights w of the children that have a value (so that weights are those of what is there, scaled to add
up to 1): arithmetic Σwx / Σw, geometric exp(Σw ln x / Σw), harmonic Σw / Σ(w/x).

An aggregate is missing, with one of these reasons:

- ``not_positive``: a geometric or harmonic mean would be of a value of 0 or less, which it is not defined for. What is
  above is then missing for the same reason: without the worst child it would look better than it is.
- ``no_value``: no child has a value.
- ``below_threshold``: the share of its own children that have a value is below the threshold, each child counting as
  one, whatever its weight (COINr's ``dat_thresh``).
- ``no_weight``: all children that have a value have the weight 0.

Source: OECD/JRC Handbook on Constructing Composite Indicators (2008), steps 6 and 7; COINr (Aggregate, a_amean, a_gmean,
a_hmean).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.composite.normalise import NO_VALUE, Normalised, Numbers
from pipeline.composite.settings import CompositeSettings
from pipeline.composite.structure import Structure

_SAME: Final = 1e-12
NOT_POSITIVE: Final = "not_positive"


@dataclass(frozen=True)
class Aggregated:
    """Scores of everything in a structure, by code; each an array with one entry per unit.

    Attributes:
        scores: On the scale of the composite, NaN where missing.
        reasons: Why a score is missing; '' where there is one.
        coverage: Share of the indicators below that have a value (0..1), each counting as one; of an indicator 0 or 1.
    """

    scores: Mapping[str, Numbers]
    reasons: Mapping[str, NDArray[np.str_]]
    coverage: Mapping[str, Numbers]


def mean_of(values: Numbers, weights: Numbers, mean: str) -> Numbers:
    """Weighted means over the last axis, of what is there.

    Args:
        values: Any shape; NaN is missing. Of 0, the geometric and harmonic mean is the limit, which is 0.
        weights: Same shape, or one that broadcasts to it; 0 or more.
        mean: ``arithmetic``, ``geometric`` or ``harmonic``.

    Returns:
        One axis less; NaN where nothing with a weight is there, or a geometric or harmonic mean is of a negative value.
    """
    there = ~np.isnan(values) & (weights > 0)
    weight = np.where(there, weights, 0.0)
    value = np.where(there, values, 1.0)
    total = _sum(weight)
    with np.errstate(all="ignore"):
        if mean == "arithmetic":
            result = _sum(weight * value) / total
        elif mean == "geometric":
            result = np.exp(_sum(weight * np.log(value)) / total)
        else:
            result = np.where((value < 0).any(axis=-1), np.nan, total / _sum(weight / value))
    return np.where(total > 0, result, np.nan)


def _sum(terms: Numbers) -> Numbers:
    # In the same order of terms for any number of rows, so that results do not depend on what else is in the table.
    return np.ascontiguousarray(terms).sum(axis=-1)


def aggregate(structure: Structure, indicators: Mapping[str, Normalised], settings: CompositeSettings) -> Aggregated:
    """Bring normalised indicators together, level by level.

    Args:
        structure: What is made of what.
        indicators: Every indicator, normalised.
        settings: Mean and threshold per level.

    Returns:
        Scores of indicators and aggregates.
    """
    scores = {code: one.scores for code, one in indicators.items()}
    reasons = {
        code: np.where(np.isnan(one.scores), one.unusable or NO_VALUE, "").astype(np.str_)
        for code, one in indicators.items()
    }
    below = {code: (~np.isnan(one.scores)).astype("float64") for code, one in indicators.items()}
    count = dict.fromkeys(indicators, 1)
    for node in structure.aggregates:
        own = structure.children[node.code]
        values = np.stack([scores[code] for code in own], axis=-1)
        weights = np.array([structure.nodes[code].weight for code in own])
        mean, there = settings.mean(node.level), ~np.isnan(values)
        undefined = np.stack([reasons[code] == NOT_POSITIVE for code in own], axis=-1).any(axis=-1)
        if mean != "arithmetic":
            undefined |= (there & (values <= 0) & (weights > 0)).any(axis=-1)
        short = there.mean(axis=-1) < settings.threshold(node.level) - _SAME
        reason = np.select(
            [undefined, ~there.any(axis=-1), short, ~(there & (weights > 0)).any(axis=-1)],
            [NOT_POSITIVE, NO_VALUE, "below_threshold", "no_weight"],
            "",
        )
        scores[node.code] = np.where(reason == "", mean_of(values, weights, mean), np.nan)
        reasons[node.code] = reason.astype(np.str_)
        below[node.code] = np.sum([below[code] for code in own], axis=0)
        count[node.code] = sum(count[code] for code in own)
    coverage = {code: below[code] / count[code] for code in scores}
    return Aggregated(scores, reasons, coverage)


def ends(
    structure: Structure, indicators: Mapping[str, Normalised], settings: CompositeSettings
) -> tuple[Mapping[str, Numbers], Mapping[str, Numbers]]:
    """The lowest and the highest score that missing values could give: bounds, not estimates.

    Every missing value of an indicator is put at the low, then at the high end of the scale; no threshold applies. An
    indicator that has no scale is left out of both. Of 0, geometric and harmonic means are 0 here, which is their limit.

    Args:
        structure: What is made of what.
        indicators: Every indicator, normalised.
        settings: The ends of the scale, and the mean per level.

    Returns:
        The low and the high score by code, each an array with one entry per unit.
    """
    low, high = (
        climb(
            structure,
            {code: _filled(one, end) for code, one in indicators.items()},
            {code: np.array(node.weight) for code, node in structure.nodes.items()},
            settings,
        )
        for end in (settings.low, settings.high)
    )
    return low, high


def _filled(one: Normalised, end: float) -> Numbers:
    return one.scores if one.unusable not in ("", "all_missing") else np.where(np.isnan(one.scores), end, one.scores)


def climb(
    structure: Structure,
    indicators: Mapping[str, Numbers],
    weights: Mapping[str, Numbers],
    settings: CompositeSettings,
) -> dict[str, Numbers]:
    """Take the means of every level, without thresholds.

    Args:
        structure: What is made of what.
        indicators: Scores by code, arrays of one shape.
        weights: Weight by code, numbers or arrays that broadcast to that shape.
        settings: Mean per level.

    Returns:
        Scores of indicators and aggregates by code.
    """
    scores = dict(indicators)
    for node in structure.aggregates:
        own = structure.children[node.code]
        shape = scores[own[0]].shape
        weight = np.stack([np.broadcast_to(weights[code], shape) for code in own], axis=-1)
        scores[node.code] = mean_of(
            np.stack([scores[code] for code in own], axis=-1), weight, settings.mean(node.level)
        )
    return scores
