"""Monte Carlo sensitivity: how far would the scores lie elsewhere, had other defensible choices been made?

Each draw computes the whole composite once more with

- weights: every weight times a number drawn evenly from 0.75 to 1.25, each for itself, the same for all units;
- normalisation: as set, or one that the structure allows (min-max; goalposts; capped distance to target), drawn with
  equal chances. An indicator that it is not possible for keeps its own;
- mean: as set, or arithmetic or geometric at every level, drawn with equal chances. Means are taken on the scale from 1
  to 100 and taken back, for a geometric mean of 0 says nothing;
- missing values: drawn from the normalised values that other units have in the indicator. No threshold applies.

The result is the interval between the quantiles of 5 % and 95 % with the median. An aggregate below which a unit has no
value at all has none: it would be made up of other units' values alone. Random numbers come from the seed, the name of
the unit and the codes, so that neither the order of rows and columns nor the size of a portion changes anything.

Source: OECD/JRC Handbook on Constructing Composite Indicators (2008), step 7; Saisana, Saltelli and Tarantola (2005),
Journal of the Royal Statistical Society A 168(2).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.composite.aggregate import climb
from pipeline.composite.normalise import Normalised, Numbers, method_for, normalise
from pipeline.composite.settings import ALL_LEVELS, CompositeSettings
from pipeline.composite.structure import Structure

QUANTILES: Final = (0.05, 0.5, 0.95)
NOISE: Final = 0.25
"""How far a weight is changed at most, as a share of it."""
PORTION: Final = 1_000_000
"""Numbers that are held at a time for each array of a computation."""

_FLOOR, _CEILING = 1.0, 100.0


@dataclass(frozen=True)
class _Draws:
    # What is drawn for all units alike: a column of weights per code, and which choices are made in each draw.
    weights: Mapping[str, Numbers]
    choice: NDArray[np.int64]


def sensitivity(
    structure: Structure,
    values: Mapping[str, Numbers],
    indicators: Mapping[str, Normalised],
    units: Sequence[str],
    settings: CompositeSettings,
    portion: int = PORTION,
) -> dict[str, Numbers]:
    """Draw the composite many times over.

    Args:
        structure: What is made of what.
        values: Every indicator as it was given, one value per unit, NaN where missing.
        indicators: Every indicator, normalised as set.
        units: Names of the units, each once.
        settings: The choices that are the alliance's own, the number of draws and the seed.
        portion: Most numbers to hold at a time.

    Returns:
        For each aggregate an array of three rows, the quantiles of :data:`QUANTILES`, with a column per unit.
    """
    scales = _scales(structure, values, indicators, settings)
    means = _means(structure, settings)
    draws = _drawn(structure, settings, len(scales) * len(means))
    anything = {code: ~np.isnan(one.scores) for code, one in indicators.items()}
    result = {node.code: np.full((len(QUANTILES), len(units)), np.nan) for node in structure.aggregates}
    step = max(1, portion // (settings.draws * max(1, len(indicators))))
    for start in range(0, len(units), step):
        part = slice(start, min(start + step, len(units)))
        picks = _picks(structure, units[part], settings)
        drawn = {code: np.full((part.stop - start, settings.draws), np.nan) for code in result}
        for number in range(len(scales) * len(means)):
            chosen = np.flatnonzero(draws.choice == number)
            scale, mean = scales[number // len(means)], means[number % len(means)]
            filled = {code: _filled(scale[code], part, picks[code][:, chosen]) for code in scale}
            weights = {code: weight[chosen] for code, weight in draws.weights.items()}
            for code, scores in climb(structure, filled, weights, mean).items():
                if code in drawn:
                    drawn[code][:, chosen] = scores
        for code, scores in drawn.items():
            result[code][:, part] = np.quantile(_taken_back(scores, settings), QUANTILES, axis=1)
    for node in structure.aggregates:
        anything[node.code] = np.any([anything[code] for code in structure.children[node.code]], axis=0)
        result[node.code][:, ~anything[node.code]] = np.nan
    return result


def _scales(
    structure: Structure,
    values: Mapping[str, Numbers],
    indicators: Mapping[str, Normalised],
    settings: CompositeSettings,
) -> list[dict[str, Numbers]]:
    """The indicators under each normalisation, on the scale from 1 to 100: as set first, then what else is possible."""
    nodes = structure.indicators
    scales = [{code: one.scores for code, one in indicators.items()}]
    for method in ("minmax", "goalposts", "target"):
        other = replace(settings, normalise=method, capped=True)
        scale = dict(scales[0])
        for node in nodes:
            usual = indicators[node.code]
            alternative = normalise(values[node.code], node, other)
            if not usual.unusable and not alternative.unusable and method_for(node, settings.normalise) != method:
                scale[node.code] = alternative.scores
        if any(scale[node.code] is not scales[0][node.code] for node in nodes):
            scales.append(scale)
    factor = (_CEILING - _FLOOR) / (settings.high - settings.low)
    return [
        {code: _FLOOR + factor * (scores - settings.low) for code, scores in sorted(scale.items())} for scale in scales
    ]


def _taken_back(scores: Numbers, settings: CompositeSettings) -> Numbers:
    return settings.low + (scores - _FLOOR) * ((settings.high - settings.low) / (_CEILING - _FLOOR))


def _means(structure: Structure, settings: CompositeSettings) -> list[CompositeSettings]:
    """The settings under each choice of means: as set first, then the same mean at every level."""
    levels = {node.level for node in structure.aggregates}
    choices = [settings]
    for mean in ("arithmetic", "geometric"):
        if any(settings.mean(level) != mean for level in levels):
            choices.append(replace(settings, means={ALL_LEVELS: mean}))
    return choices


def _drawn(structure: Structure, settings: CompositeSettings, choices: int) -> _Draws:
    codes = sorted(structure.nodes)
    random = np.random.default_rng([settings.seed, 0])
    noise = random.uniform(1 - NOISE, 1 + NOISE, (settings.draws, len(codes)))
    weights = {code: structure.nodes[code].weight * noise[:, place] for place, code in enumerate(codes)}
    return _Draws(weights, random.integers(choices, size=settings.draws))


def _picks(structure: Structure, units: Sequence[str], settings: CompositeSettings) -> dict[str, Numbers]:
    """Per indicator and unit a number from 0 to 1 for each draw: which of the observed values a missing one takes."""
    codes = sorted(node.code for node in structure.indicators)
    shape = (settings.draws, len(codes))
    picked = np.stack([np.random.default_rng([settings.seed, 1, *_words(unit)]).random(shape) for unit in units])
    return {code: picked[:, :, place] for place, code in enumerate(codes)}


def _words(unit: str) -> list[int]:
    # The same for a name on every machine, unlike Python's own hash.
    return np.frombuffer(hashlib.sha256(unit.encode()).digest(), dtype="<u4").tolist()


def _filled(scores: Numbers, part: slice, picks: Numbers) -> Numbers:
    own = np.broadcast_to(scores[part, None], picks.shape)
    observed = np.sort(scores[~np.isnan(scores)])
    if observed.size == 0:
        return own
    return np.where(np.isnan(own), observed[(picks * observed.size).astype("int64")], own)
