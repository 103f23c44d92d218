"""Normalisation: every indicator on one scale, whatever its unit and direction.

With a worst end w and a best end b, a value x lies at the share s = (x - w) / (b - w) of the way from worst to best, and
its score is low + s (high - low). The methods differ in their ends:

- ``minmax``: the worst and the best value of all units; a direction of -1 swaps them.
- ``goalposts``: the two goalposts; what is beyond counts as at the goalpost. Written low < high, the direction says which
  is best; written low > high, goalpost_low is the worst and goalpost_high the best end whatever the direction, which is
  how the SDG Index writes its bounds (0 points at 72.5 %, 100 at 0 %).
- ``target``: the worst value of all units and the target (distance to target); capped, what is beyond the target counts
  as at the target, else it scores above ``high``.

An indicator whose ends are the same, or whose target is no better than its worst value, has no scale: it is missing for
all units, with the reason, and nothing is divided by zero.

Source: OECD/JRC Handbook on Constructing Composite Indicators (2008), step 5; COINr (n_minmax, n_goalposts, n_dist2targ).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.composite.settings import CompositeSettings
from pipeline.composite.structure import Node

Numbers = NDArray[np.float64]

NO_VALUE: Final = "no_value"


@dataclass(frozen=True)
class Normalised:
    """An indicator on the scale of the composite.

    Attributes:
        scores: One per unit, NaN where there is none.
        method: Method that was used: minmax, goalposts or target.
        unusable: Why it has no scale: ``all_missing``, ``constant``, ``goalposts_equal``, ``no_goalposts``,
            ``no_target``, ``target_no_better`` (than the worst value) or ``out_of_range`` (of what can be computed);
            '' where it has one.
    """

    scores: Numbers
    method: str
    unusable: str = ""


def method_for(node: Node, normalise: str) -> str:
    """The normalisation of an indicator: goalposts where it has both, else min-max, if the choice is ``auto``."""
    if normalise != "auto":
        return normalise
    return "goalposts" if node.has_goalposts else "minmax"


def normalise(values: Numbers, node: Node, settings: CompositeSettings) -> Normalised:
    """Put one indicator on the scale of the composite.

    Args:
        values: One per unit, NaN where there is none.
        node: The indicator: its direction, goalposts and target.
        settings: Method and scale.

    Returns:
        The scores, all missing where the indicator has no scale.
    """
    method = method_for(node, settings.normalise)
    there = values[~np.isnan(values)]
    if method == "goalposts":
        worst, best, unusable = _goalposts(node)
    elif there.size == 0:
        worst, best, unusable = 0.0, 0.0, "all_missing"
    elif method == "minmax":
        worst, best = _worst_first(float(there.min()), float(there.max()), node.direction)
        unusable = "constant" if worst == best else ""
    else:
        worst, best, unusable = _target(there, node)
    if unusable:
        return Normalised(np.full(values.shape, np.nan), method, unusable)
    with np.errstate(over="ignore"):
        share = (values - worst) / (best - worst)
        if method != "target":
            share = np.clip(share, 0.0, 1.0)
        elif settings.capped:
            share = np.minimum(share, 1.0)
        scores = settings.low + share * (settings.high - settings.low)
    if np.isinf(scores).any():
        return Normalised(np.full(values.shape, np.nan), method, "out_of_range")
    return Normalised(scores, method)


def _worst_first(low: float, high: float, direction: int) -> tuple[float, float]:
    return (low, high) if direction == 1 else (high, low)


def _goalposts(node: Node) -> tuple[float, float, str]:
    low, high = node.goalpost_low, node.goalpost_high
    if low is None or high is None:
        return 0.0, 0.0, "no_goalposts"
    if low == high:
        return low, high, "goalposts_equal"
    worst, best = (low, high) if low > high else _worst_first(low, high, node.direction)
    return worst, best, ""


def _target(there: Numbers, node: Node) -> tuple[float, float, str]:
    if node.target is None:
        return 0.0, 0.0, "no_target"
    worst, _ = _worst_first(float(there.min()), float(there.max()), node.direction)
    better = (node.target - worst) * node.direction > 0
    return worst, node.target, "" if better else "target_no_better"
