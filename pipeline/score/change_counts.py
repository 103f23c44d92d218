"""The table ``change_counts``: how many commitments got better, stayed, got worse, are new, ended or are not comparable.

A scope that has nothing but ended commitments is counted too; those of members that left count for goals, targets and
the alliance. There are no ranks and no balance of better against worse.
"""

from __future__ import annotations

import pandas as pd

from pipeline.frames import conform
from pipeline.score.aggregate import KEY, placed, scopes
from pipeline.tables import CHANGES


def change_counts(changes: pd.DataFrame, members: pd.DataFrame, goals: pd.DataFrame) -> pd.DataFrame:
    """Count the changes for every level.

    Args:
        changes: Table ``score_changes``.
        members: Table ``members``; each has a row, also one without commitments.
        goals: Table ``goals``; each has a row.

    Returns:
        Table ``change_counts``, its rows as in ``aggregate_scores``; the counts of a row add up to ``commitments``.
    """
    facts = pd.DataFrame({"commitments": 1, **{name: (changes["change"] == name).astype(int) for name in CHANGES}})
    sums = placed(facts, changes, goals).groupby(KEY, sort=False).sum()
    table = scopes(changes, members, goals)
    counted = sums.reindex(pd.MultiIndex.from_frame(table), fill_value=0).reset_index(drop=True)
    return conform("change_counts", pd.concat([table, counted], axis=1))
