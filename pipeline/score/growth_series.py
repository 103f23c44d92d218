"""The series of a growth rule: every value that is known of the years from the baseline on.

Later statements win over earlier ones: the register's baseline, then earlier cycles, then this cycle's value of the
year before as now known, then this cycle's value. Figures of a year and totals are never mixed: where the register counts
a total, the series is one of totals alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.score.comparable import value_roles
from pipeline.score.facts import Facts, numbers_of, subjects, year_of, years_of
from pipeline.score.sources import grouped

_POINT = ["commitment", "year", "value", "rank", "place"]


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
    baseline = commitments[["commitment", "baseline_year", "baseline_value"]].assign(rank=0, place=np.nan)
    parts = [baseline.set_axis(_POINT, axis=1)]
    for position, facts in enumerate(cycles):
        parts += _stated(commitments, facts, _ranks(position))
    points = pd.concat([part.astype({"year": "Float64", "value": "Float64"}) for part in parts], ignore_index=True)
    points = points.dropna(subset=["year", "value"])
    start = commitments.set_index("commitment")["baseline_year"].astype("Float64")
    since = points["commitment"].map(start)
    until = points["commitment"].map(_latest_year(commitments, cycles[-1]))
    points = points[(since.isna() | (points["year"] >= since)) & (until.isna() | (points["year"] <= until))]
    stated = points.groupby(["commitment", "year"], sort=False)["value"].nunique()
    restated = set(stated[stated > 1].index.get_level_values("commitment"))
    latest = points.sort_values(["year", "rank"], kind="stable").drop_duplicates(["commitment", "year"], keep="last")
    years = [str(int(year)) for year in latest["year"]]
    pairs = latest.assign(
        pair=[f"{year}={_written(value)}" for year, value in zip(years, latest["value"], strict=True)],
        source=grouped(years, _sources(commitments, latest, cycles)),
    ).groupby("commitment", sort=False)
    names = commitments["commitment"]
    told = names.map(pairs["source"].agg(",".join))
    return pd.DataFrame(
        {
            "series": names.map(pairs["pair"].agg(" ".join)),
            "restated": names.isin(list(restated)),
            "sources": told.map("{{{}}}".format, na_action="ignore"),
        },
        index=commitments.index,
    )


def _sources(commitments: pd.DataFrame, points: pd.DataFrame, cycles: Sequence[Facts]) -> list[str | None]:
    baseline = pd.Series(commitments["baseline_source"].tolist(), commitments["commitment"].tolist(), dtype=object)
    told = points["commitment"].map(baseline).astype(object)
    for position, facts in enumerate(cycles):
        of_cycle = points["rank"].isin(_ranks(position))
        told[of_cycle] = facts.sources(points[of_cycle])
    return told.tolist()


def _ranks(position: int) -> tuple[int, int]:
    return 2 * position + 1, 2 * position + 2


def _stated(commitments: pd.DataFrame, facts: Facts, ranks: tuple[int, int]) -> list[pd.DataFrame]:
    # This cycle's value of the year before, and its value.
    keys = subjects(commitments, own_row=False)
    year = years_of(year_of(facts, keys))
    names = commitments["commitment"].reset_index(drop=True)
    before, value, total = (
        facts.of(role, keys).reset_index(drop=True) for role in ("previous_value", "value", "stock")
    )
    counts_total = (value_roles(commitments) == "stock").reset_index(drop=True)
    before, value = before.mask(counts_total), value.where(~counts_total, total)
    return [
        pd.DataFrame({"commitment": names, "year": at, "value": numbers_of(told), "rank": rank, "place": told["place"]})
        for at, told, rank in zip((year - 1, year), (before, value), ranks, strict=True)
    ]


def _latest_year(commitments: pd.DataFrame, facts: Facts) -> pd.Series:
    # What an earlier cycle said of a later year than this one does (a slip of the pen) is not the end of the series.
    years = years_of(year_of(facts, subjects(commitments, own_row=False)))
    return pd.Series(years.to_numpy(), index=pd.Index(commitments["commitment"])).astype("Float64")


def _written(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
