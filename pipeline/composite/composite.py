"""A composite from beginning to end: normalised, brought together, bounded, and drawn many times over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from pipeline.composite.aggregate import Aggregated, aggregate, ends
from pipeline.composite.normalise import Normalised, Numbers, normalise
from pipeline.composite.sensitivity import sensitivity
from pipeline.composite.settings import CompositeSettings
from pipeline.composite.structure import UNIT, Node, Structure

QUANTILE_NAMES: Final = ("p5", "p50", "p95")
"""Columns of the quantiles of the sensitivity analysis, in their order."""
LONG: Final = (
    *(UNIT, "code", "parent", "level", "weight", "method", "value", "score", "low", "high"),
    *(*QUANTILE_NAMES, "coverage", "reason"),
)
"""Columns of the long form of the results."""


@dataclass(frozen=True)
class Composite:
    """The results of a composite; arrays have one entry per unit.

    Attributes:
        units: Names of the units, in the order in which they were given.
        structure: What is made of what.
        settings: How it was computed.
        values: Every indicator as it was given.
        indicators: Every indicator, normalised.
        aggregated: Scores, reasons and coverage of indicators and aggregates.
        low: Lowest score that missing values could give, by code.
        high: Highest score that they could give.
        quantiles: Per aggregate the quantiles of the sensitivity analysis; empty where there was none.
    """

    units: tuple[str, ...]
    structure: Structure
    settings: CompositeSettings
    values: Mapping[str, Numbers]
    indicators: Mapping[str, Normalised]
    aggregated: Aggregated
    low: Mapping[str, Numbers]
    high: Mapping[str, Numbers]
    quantiles: Mapping[str, Numbers]

    def wide(self) -> pd.DataFrame:
        """The scores: ``unit`` and a column per code, from the top level down; a row per unit, as they were given."""
        scores = {node.code: self.aggregated.scores[node.code] for node in self.structure.shown}
        return pd.DataFrame({UNIT: list(self.units), **scores})

    def long(self) -> pd.DataFrame:
        """All results: a row per unit and code with the columns of :data:`LONG`, units as they were given."""
        parts = [self._part(node) for node in self.structure.shown]
        whole = pd.concat(parts, ignore_index=True)
        return whole.sort_values("position", kind="stable", ignore_index=True)[list(LONG)]

    def _part(self, node: Node) -> pd.DataFrame:
        size, code = len(self.units), node.code
        none = np.full(size, np.nan)
        method = self.indicators[code].method if node.level == 1 else self.settings.mean(node.level)
        columns = {
            "position": np.arange(size),
            UNIT: list(self.units),
            "code": [code] * size,
            "parent": [node.parent or None] * size,
            "level": np.full(size, node.level),
            "weight": np.full(size, node.weight),
            "method": [method] * size,
            "value": self.values.get(code, none),
            "score": self.aggregated.scores[code],
            "low": self.low[code],
            "high": self.high[code],
            **dict(zip(QUANTILE_NAMES, self.quantiles.get(code, (none, none, none)), strict=True)),
            "coverage": self.aggregated.coverage[code],
            "reason": [reason or None for reason in self.aggregated.reasons[code].tolist()],
        }
        return pd.DataFrame(columns)


def compute(
    structure: Structure, units: Sequence[str], values: Mapping[str, Numbers], settings: CompositeSettings
) -> Composite:
    """Compute a composite.

    Args:
        structure: What is made of what.
        units: Names of the units, each once.
        values: Every indicator as it was given, one value per unit, NaN where missing.
        settings: How.

    Returns:
        The results.
    """
    indicators = {node.code: normalise(values[node.code], node, settings) for node in structure.indicators}
    low, high = ends(structure, indicators, settings)
    drawn = sensitivity(structure, values, indicators, units, settings) if settings.draws else {}
    return Composite(
        units=tuple(units),
        structure=structure,
        settings=settings,
        values=values,
        indicators=indicators,
        aggregated=aggregate(structure, indicators, settings),
        low=low,
        high=high,
        quantiles=drawn,
    )
