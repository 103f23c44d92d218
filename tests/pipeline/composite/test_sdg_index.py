"""The SDG Index 2018: all 12,359 normalised values, the goal scores of non-OECD countries, and the index."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.composite.composite import Composite, compute
from pipeline.composite.settings import CompositeSettings
from pipeline.composite.structure import Structure
from tests.pipeline.composite.vectors import columns_of, structure_from, table

EXACT = 1e-12 * 100
"""Of scores up to 100."""


def long_table() -> pd.DataFrame:
    return table("sdg_index_2018/vectors_normalised_long")


def sdg_structure(rows: pd.DataFrame) -> Structure:
    """Indicators under their goals under the index, with bounds as the SDG Index writes them: 0 points, then 100."""
    indicators = rows.drop_duplicates("indicator")
    meta = pd.DataFrame(
        {
            "code": indicators["indicator"],
            "parent": "goal" + indicators["goal"].astype(str),
            "level": 1,
            "goalpost_low": indicators["bound_0"],
            "goalpost_high": indicators["bound_100"],
            "direction": np.where(indicators["bound_0"] < indicators["bound_100"], 1, -1),
        }
    )
    goals = pd.DataFrame(
        {"code": [f"goal{goal}" for goal in sorted(rows["goal"].unique())], "parent": "index", "level": 2}
    )
    top = pd.DataFrame({"code": ["index"], "level": [3]})
    return structure_from(pd.concat([meta, goals, top]))


def sdg_index(rows: pd.DataFrame) -> Composite:
    values = rows.pivot(index="country", columns="indicator", values="raw")
    structure = sdg_structure(rows)
    return compute(structure, tuple(values.index), columns_of(values, list(values.columns)), CompositeSettings())


def test_every_normalised_value_is_the_published_one() -> None:
    rows = long_table()
    assert len(rows) == 12_359
    found = sdg_index(rows).wide().set_index("unit")
    cells = found[rows["indicator"].unique()].stack().reindex(pd.MultiIndex.from_frame(rows[["country", "indicator"]]))
    assert np.abs(cells.to_numpy() - rows["expected_normalised"].to_numpy()).max() < EXACT
    assert found[rows["indicator"].unique()].notna().to_numpy().sum() == 12_359


def test_goal_scores_of_countries_outside_the_oecd_are_the_published_ones() -> None:
    rows = long_table()
    found = sdg_index(rows).wide().set_index("unit")
    published = table("sdg_index_2018/vectors_goals_index", "id").loc[found.index]
    outside = published.index[published["oecd"] == 0]
    goals = [f"goal{goal}" for goal in range(1, 18)]
    apart = np.concatenate(
        [(found.loc[outside, goal] - published.loc[outside, f"{goal}_score"]).dropna() for goal in goals]
    )
    assert len(apart) == 1_997
    assert np.abs(apart).max() < EXACT


def test_the_index_is_the_mean_of_the_goal_scores() -> None:
    published = table("sdg_index_2018/vectors_goals_index", "id").dropna(subset=["index"])
    goals = [f"goal{goal}_score" for goal in range(1, 18)]
    meta = pd.DataFrame({"code": [*goals, "index"], "parent": ["index"] * 17 + [""], "level": [1] * 17 + [2]})
    meta["goalpost_low"], meta["goalpost_high"] = [0.0] * 17 + [None], [100.0] * 17 + [None]
    structure = structure_from(meta)
    found = compute(structure, tuple(published.index), columns_of(published, goals), CompositeSettings())
    assert len(published) == 156
    assert np.abs(found.aggregated.scores["index"] - published["index"].to_numpy()).max() < EXACT
