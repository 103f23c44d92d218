"""Normalisation: scores worked out by hand, both directions, bounds written either way, and what has no scale."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from pipeline.composite.normalise import Normalised, normalise
from pipeline.composite.settings import CompositeSettings
from pipeline.composite.structure import Node

NAN = float("nan")


def normalised(values: list[float], settings: CompositeSettings, **node: object) -> Normalised:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return normalise(np.array(values), Node("a", "top", 1, **node), settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("direction", "low", "high", "expected"),
    [
        (1, 0, 100, [0.0, 25.0, NAN, 100.0]),
        (-1, 0, 100, [100.0, 75.0, NAN, 0.0]),
        (1, 1, 100, [1.0, 25.75, NAN, 100.0]),
        (-1, 0, 1, [1.0, 0.75, NAN, 0.0]),
        (1, -5, 5, [-5.0, -2.5, NAN, 5.0]),
    ],
)
def test_min_max_runs_from_the_worst_unit_to_the_best(
    direction: int, low: float, high: float, expected: list[float]
) -> None:
    settings = CompositeSettings(normalise="minmax", low=low, high=high)
    found = normalised([10.0, 12.0, NAN, 18.0], settings, direction=direction)
    np.testing.assert_array_equal(found.scores, expected)


@pytest.mark.parametrize(
    ("first", "second", "direction", "expected"),
    [
        (0.0, 80.0, 1, [0.0, 25.0, 100.0, 100.0]),
        (0.0, 80.0, -1, [100.0, 75.0, 0.0, 0.0]),
        # The SDG Index writes the worst bound first: what comes first is the worst end, whatever the direction.
        (80.0, 0.0, 1, [100.0, 75.0, 0.0, 0.0]),
        (80.0, 0.0, -1, [100.0, 75.0, 0.0, 0.0]),
    ],
)
def test_goalposts_are_the_ends_and_what_is_beyond_counts_as_at_the_goalpost(
    first: float, second: float, direction: int, expected: list[float]
) -> None:
    found = normalised(
        [-3.0, 20.0, 80.0, 95.0],
        CompositeSettings(normalise="goalposts"),
        goalpost_low=first,
        goalpost_high=second,
        direction=direction,
    )
    np.testing.assert_array_equal(found.scores, expected)


def test_auto_takes_goalposts_where_there_are_both_and_min_max_elsewhere() -> None:
    settings = CompositeSettings()
    assert normalised([5.0, 10.0], settings, goalpost_low=0.0, goalpost_high=20.0).scores.tolist() == [25.0, 50.0]
    assert normalised([5.0, 10.0], settings, target=20.0).scores.tolist() == [0.0, 100.0]


@pytest.mark.parametrize(
    ("direction", "target", "capped", "expected"),
    [
        # From the worst value, 4, to the target, 8: 6 is half of the way, 9 is five quarters of it.
        (1, 8.0, False, [0.0, 50.0, 125.0]),
        (1, 8.0, True, [0.0, 50.0, 100.0]),
        # Less is better: from 9 down to 5, 6 is three quarters of the way, 4 is five quarters.
        (-1, 5.0, False, [125.0, 75.0, 0.0]),
        (-1, 5.0, True, [100.0, 75.0, 0.0]),
    ],
)
def test_the_distance_to_target_is_the_share_of_the_way_from_the_worst_value(
    direction: int, target: float, capped: bool, expected: list[float]
) -> None:
    settings = CompositeSettings(normalise="target", capped=capped)
    assert normalised([4.0, 6.0, 9.0], settings, direction=direction, target=target).scores.tolist() == expected


@pytest.mark.parametrize(
    ("values", "method", "node", "why"),
    [
        ([3.0, NAN, 3.0], "minmax", {}, "constant"),
        ([3.0], "minmax", {}, "constant"),
        ([NAN, NAN], "minmax", {}, "all_missing"),
        ([NAN, NAN], "target", {"target": 1.0}, "all_missing"),
        ([1.0, 2.0], "goalposts", {"goalpost_low": 5.0, "goalpost_high": 5.0}, "goalposts_equal"),
        ([1.0, 2.0], "goalposts", {}, "no_goalposts"),
        ([1.0, 2.0], "target", {}, "no_target"),
        ([1.0, 2.0], "target", {"target": 1.0}, "target_no_better"),
        ([1.0, 2.0], "target", {"target": 3.0, "direction": -1}, "target_no_better"),
        ([0.0, 1e150], "target", {"target": 5e-324}, "out_of_range"),
    ],
)
def test_an_indicator_without_a_scale_is_missing_with_the_reason(
    values: list[float], method: str, node: dict[str, float], why: str
) -> None:
    found = normalised(values, CompositeSettings(normalise=method), **node)
    assert np.isnan(found.scores).all()
    assert found.unusable == why


def test_goalposts_give_a_score_where_all_units_have_the_same_value() -> None:
    found = normalised([5.0, 5.0], CompositeSettings(), goalpost_low=0.0, goalpost_high=10.0)
    assert found.scores.tolist() == [50.0, 50.0]
