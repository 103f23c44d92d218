"""The series of a growth rule: every value that is known of the years from the baseline on.

Later statements win over earlier ones: the register's baseline, then earlier cycles, then this cycle's value of the
year before as now known, then this cycle's value. Figures of a year and totals are never mixed: where the register counts
a total, the series is one of totals alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.score.comparable import value_roles
from pipeline.score.facts import Facts, Subjects, numbers_of, subjects, year_of, years_of
from pipeline.score.method import Flags, Floats
from pipeline.score.sources import grouped


def growth_series(commitments: pd.DataFrame, cycles: Sequence[Facts]) -> pd.DataFrame:
    """Put the series of commitments together.

    Args:
        commitments: Rows of the table ``commitments``, with the baselines to use and ``baseline_source``, where these
            come from (see :mod:`pipeline.score.sources`).
        cycles: Facts of every cycle, the oldest first, the current one last.

    Returns:
        Frame with the index of ``commitments`` and the columns ``series`` (``year=value`` separated by blanks, missing
        where there is none), ``restated`` (two statements for one year differ; the later one is in the series) and
        ``sources`` (a JSON object with the source of each year's value).
    """
    keys, counts_total = (
        subjects(commitments, own_row=False),
        (value_roles(commitments) == "stock").to_numpy(dtype=bool),
    )
    start = _floats(commitments["baseline_year"])
    stated = [(start, _floats(commitments["baseline_value"]), np.full(len(commitments), np.nan))]
    until = np.full(len(commitments), np.nan)
    for facts in cycles:
        until = _floats(years_of(year_of(facts, keys)))
        stated += _stated(facts, keys, until, counts_total)
    years, values, places = (np.concatenate(parts) for parts in zip(*stated, strict=True))
    at, rank = np.tile(np.arange(len(commitments)), len(stated)), np.repeat(np.arange(len(stated)), len(commitments))
    # What an earlier cycle said of a later year than this one does (a slip of the pen) is not the end of the series.
    kept = ~np.isnan(years) & ~np.isnan(values) & ~(years < start[at]) & ~(years > until[at])
    order = np.flatnonzero(kept)[np.lexsort((rank[kept], years[kept], at[kept]))]
    again = (np.diff(at[order]) == 0) & (np.diff(years[order]) == 0)
    restated = np.unique(at[order][1:][again & (np.diff(values[order]) != 0)])
    latest = order[np.append(~again, True)[: len(order)]]
    told = _sources(commitments, at[latest], rank[latest], places[latest], cycles)
    texts = [str(int(year)) for year in years[latest].tolist()]
    pairs = [f"{year}={_written(value)}" for year, value in zip(texts, values[latest].tolist(), strict=True)]
    ends = np.cumsum(np.bincount(at[latest], minlength=len(commitments))).tolist()
    spans = [slice(begin, end) for begin, end in zip([0, *ends], ends, strict=False)]
    named = grouped(texts, told)
    joined = {
        "series": [" ".join(pairs[span]) or None for span in spans],
        "sources": [f"{{{','.join(named[span])}}}" if pairs[span] else None for span in spans],
    }
    table = pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in joined.items()})
    return table.assign(restated=np.isin(np.arange(len(commitments)), restated)).set_axis(commitments.index)


def _sources(
    commitments: pd.DataFrame, at: Any, rank: Any, places: Floats, cycles: Sequence[Facts]
) -> list[str | None]:
    # Rank 0 is the baseline's; each cycle has two.
    told = commitments["baseline_source"].to_numpy(dtype=object)[at]
    for position, facts in enumerate(cycles):
        of_cycle = (rank - 1) // 2 == position
        told[of_cycle] = facts.sources(pd.DataFrame({"place": places[of_cycle]}))
    return told.tolist()


def _stated(facts: Facts, keys: Subjects, year: Floats, counts_total: Flags) -> list[tuple[Floats, Floats, Floats]]:
    # This cycle's value of the year before, and its value: year, value and place.
    before, value, total = (facts.of(role, keys, ("number", "place")) for role in ("previous_value", "value", "stock"))
    value = value.where(pd.Series(~counts_total), total)
    earlier = np.where(counts_total, np.nan, _floats(numbers_of(before)))
    return [(year - 1, earlier, _floats(before["place"])), (year, _floats(numbers_of(value)), _floats(value["place"]))]


def _floats(values: pd.Series) -> Floats:
    return values.to_numpy(dtype="float64", na_value=np.nan)


def _written(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
