"""The ASEM example of COINr (51 countries, 49 indicators): from treated data to the index, step by step."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.composite.composite import Composite, compute
from pipeline.composite.settings import CompositeSettings
from tests.pipeline.composite.vectors import asem_meta, columns_of, structure_from, table

EXACT = 1e-12
ROUNDED = 5.0000001e-7
"""Half of the last of six decimals."""


def asem(data: str, settings: CompositeSettings, unit: str = "uCode") -> Composite:
    structure = structure_from(asem_meta())
    frame = table(f"coinr_asem/{data}", unit)
    values = columns_of(frame, [node.code for node in structure.indicators])
    return compute(structure, tuple(frame.index), values, settings)


def difference(found: Composite, expected: pd.DataFrame) -> float:
    """The largest difference of any cell; a value that one has and the other has not counts as infinite."""
    scores = found.wide().set_index("unit").loc[expected.index, expected.columns]
    apart = (scores - expected).abs().where(scores.notna() | expected.notna(), 0.0)
    return float(apart.fillna(np.inf).to_numpy().max())


def test_normalised_and_aggregated_scores_are_those_of_coinr() -> None:
    found = asem("stage_Treated", CompositeSettings())
    normalised = table("coinr_asem/stage_Normalised", "uCode")
    aggregated = table("coinr_asem/stage_Aggregated", "uCode")
    assert normalised.shape == (51, 49)
    assert aggregated.shape == (51, 60)
    assert difference(found, normalised) < 2e-12  # of 100; COINr multiplies by the direction first
    assert difference(found, aggregated) < 2e-12


def test_the_published_scores_of_four_countries_and_india_are_reproduced() -> None:
    index = asem("stage_Treated", CompositeSettings()).wide().set_index("unit")["Index"]
    shown = {code: round(float(index[code]), 2) for code in ("CHE", "NLD", "DNK", "NOR", "IND")}
    assert shown == {"CHE": 68.38, "NLD": 64.82, "DNK": 64.80, "NOR": 64.47, "IND": 39.79}


@pytest.mark.parametrize(("mean", "file"), [("arithmetic", "amean"), ("geometric", "gmean"), ("harmonic", "hmean")])
def test_each_mean_on_the_scale_from_1_to_100_is_that_of_coinr(mean: str, file: str) -> None:
    found = asem("stage_Treated", CompositeSettings(low=1, high=100, means={0: mean}))
    expected = table(f"coinr_asem/expected_results_minmax1to100_a_{file}", "uCode").drop(columns="Rank")
    assert difference(found, expected) < ROUNDED


def test_a_threshold_of_nine_tenths_takes_nothing_away_where_all_values_are_there() -> None:
    found = asem("stage_Treated", CompositeSettings(thresholds={0: 0.9}))
    expected = table("coinr_asem/expected_results_datthresh0.9", "uCode").drop(columns="Rank")
    assert difference(found, expected) < ROUNDED


def test_coverage_is_the_share_of_the_indicators_below_as_in_coinr() -> None:
    coverage = asem("asem_iData_raw", CompositeSettings()).aggregated.coverage
    expected = table("coinr_asem/expected_data_availability_bygroup", "uCode")
    units = table("coinr_asem/asem_iData_raw", "uCode").index
    found = pd.DataFrame({code: coverage[code] for code in expected.columns}, index=units)
    assert (found.loc[expected.index] - expected).abs().to_numpy().max() < EXACT
    assert (expected < 1).to_numpy().sum() == 95


def test_with_a_threshold_of_nine_tenths_raw_data_leave_out_what_has_a_child_too_few() -> None:
    found = asem("asem_iData_raw", CompositeSettings(thresholds={0: 0.9})).wide().set_index("unit")
    # Laos has 4 of 5 values of ConEcFin and 5 of 8 of P2P, so that Conn keeps three of its five children at most.
    assert np.isnan(found.loc["LAO", ["ConEcFin", "P2P", "Conn", "Index"]].to_numpy(dtype="float64")).all()
    assert not np.isnan(found.loc["LAO", "Instit"])
    share = table("coinr_asem/expected_data_availability_bygroup", "uCode")
    lowest = [code for code in share.columns if code not in ("Conn", "Sust", "Index")]
    for code in lowest:
        assert (found.loc[share.index, code].isna() == (share[code] < 0.9)).all(), code


@pytest.mark.parametrize("capped", [True, False])
def test_the_distance_to_target_is_that_of_coinr(capped: bool) -> None:
    found = asem("asem_iData_raw", CompositeSettings(normalise="target", low=0, high=1, capped=capped))
    expected = table(f"coinr_asem/expected_dist2targ_{'' if capped else 'un'}capped", "uCode")
    assert expected.shape == (51, 49)
    assert expected.isna().to_numpy().sum() == 63
    assert difference(found, expected) < EXACT
