"""The rows of the long table that a rule is about, by the conditions that the rule states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.validate.rule import Rule, Where

Mask = npt.NDArray[np.bool_]


@dataclass
class Selection:
    """Selects rows of one table; conditions that several rules share are looked at once.

    Attributes:
        table: The table ``assessment`` with the columns that rules look at.
        shared: The conditions whose rows are kept in memory.
    """

    table: pd.DataFrame
    shared: frozenset[Where] = frozenset()
    _known: dict[Where, Mask] = field(default_factory=dict[Where, Mask])

    def rows(self, where: Iterable[Where]) -> Mask:
        """Which rows meet all conditions.

        Args:
            where: The conditions; without any, all rows are meant.

        Returns:
            True or False per row of the table.

        Raises:
            KeyError: The table has no such column.
        """
        chosen: Mask = np.ones(len(self.table), dtype=np.bool_)
        for condition in where:
            met = self._known.get(condition)
            if met is None:
                met = _meets(self.table[condition.column], condition)
            if condition in self.shared:
                self._known[condition] = met
            chosen &= met
        return chosen


def shared_conditions(rules: Iterable[Rule]) -> frozenset[Where]:
    """The conditions that more than one rule has."""
    counts = Counter(condition for rule in rules for condition in rule.where)
    return frozenset(condition for condition, count in counts.items() if count > 1)


def _meets(values: pd.Series, condition: Where) -> Mask:
    wanted = condition.value
    match condition.operator:
        case "missing":
            met = values.isna()
        case "in":
            met = values.isin(list(wanted) if isinstance(wanted, tuple) else [wanted])
        case "==":
            met = (values == wanted).fillna(value=False)
        case "!=":
            met = ~(values == wanted).fillna(value=False)
    return met.to_numpy(dtype=np.bool_)
