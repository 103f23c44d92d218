"""How a composite is computed, as an alliance or the command line sets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

NORMALISATIONS: Final = ("auto", "minmax", "goalposts", "target")
MEANS: Final = ("arithmetic", "geometric", "harmonic")
ALL_LEVELS: Final = 0
"""Key of what holds for every level that has no entry of its own."""
MOST_DRAWS: Final = 100_000
MOST_DRAWN: Final = 10_000_000
"""Draws times codes: what fits into the memory of a small machine."""
MOST_SEED: Final = 2**63 - 1


def _arithmetic() -> Mapping[int, str]:
    return {ALL_LEVELS: "arithmetic"}


@dataclass(frozen=True)
class CompositeSettings:
    """The choices of a composite; without any, those that COINr makes too.

    Attributes:
        normalise: ``minmax``, ``goalposts`` or ``target``; ``auto`` takes goalposts where an indicator has both, else
            min-max.
        low: Worst end of the normalised scale.
        high: Its best end.
        capped: Distance to target: whether what is beyond the target counts as the target.
        means: Mean per level of the aggregate; :data:`ALL_LEVELS` for all others.
        thresholds: Least share of an aggregate's own children that have a value (0..1), per level likewise; without
            an entry one child is enough.
        draws: Draws of the sensitivity analysis; 0 for none.
        seed: Seed of its random numbers.
    """

    normalise: str = "auto"
    low: float = 0.0
    high: float = 100.0
    capped: bool = False
    means: Mapping[int, str] = field(default_factory=_arithmetic)
    thresholds: Mapping[int, float] = field(default_factory=dict[int, float])
    draws: int = 0
    seed: int = 0

    def mean(self, level: int) -> str:
        """The mean by which aggregates of this level are made."""
        return self.means.get(level) or self.means.get(ALL_LEVELS, "arithmetic")

    def threshold(self, level: int) -> float:
        """The least share of children with a value that aggregates of this level need."""
        return self.thresholds.get(level, self.thresholds.get(ALL_LEVELS, 0.0))
