"""What earlier cycles said of the commitments that those in force continue.

A value that was given in the row of a predecessor belongs to the series of the commitment that continues it. A status
does not: a second phase begins anew. Values of an indicator need nothing, as they never had the commitment's id.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd

from pipeline.score.facts import Facts, plain

_CONTINUED: Final = ("value", "value_year")


def lines(register: pd.DataFrame) -> pd.DataFrame:
    """Return all commitments that each commitment continues, at first or at further hand.

    Args:
        register: Rows with commitment, member and predecessor; a predecessor that has no row ends its line.

    Returns:
        Frame with a row per commitment and forerunner: member, subject (id of the forerunner), commitment and steps (1
        for the predecessor, 2 for its predecessor, ...).
    """
    continuing = register[register["predecessor"].notna()]
    before = dict(zip(plain(continuing["commitment"]), plain(continuing["predecessor"]), strict=True))
    found: list[tuple[str, str, str, int]] = []
    for member, commitment in zip(plain(continuing["member"]), plain(continuing["commitment"]), strict=True):
        line = [str(commitment)]
        while (step := before.get(line[-1])) is not None and step not in line:
            line.append(step)
        found += [(str(member), step, str(commitment), steps) for steps, step in enumerate(line) if steps]
    return pd.DataFrame(found, columns=pd.Index(["member", "subject", "commitment", "steps"])).astype(
        {"member": "object", "subject": "object", "commitment": "object"}
    )


def with_predecessors(facts: Facts, forerunners: pd.DataFrame) -> Facts:
    """Add to the facts of an earlier cycle the values of predecessors, as values of those that continue them.

    Args:
        facts: Facts of the cycle.
        forerunners: What :func:`lines` returns.

    Returns:
        The facts; where a commitment and its predecessors have a value each, the commitment's own stands, else that of
        the nearest.
    """
    if forerunners.empty:
        return facts
    values = facts.table[facts.table["role"].isin(_CONTINUED)]
    taken = values.merge(forerunners, on=["member", "subject"], how="inner").sort_values("steps", kind="stable")
    taken = taken.assign(subject=taken["commitment"])[list(facts.table.columns)]
    table = pd.concat([facts.table, taken], ignore_index=True)
    return replace(facts, table=table) if len(taken) else facts
