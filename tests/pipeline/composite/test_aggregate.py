"""Aggregation: means by hand, weights of what is there, thresholds, values that a mean is not defined for, bounds."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from pipeline.composite.composite import Composite, compute
from pipeline.composite.settings import CompositeSettings
from pipeline.composite.structure import Node, Structure
from tests.pipeline.composite.vectors import nodes

NAN = float("nan")
POSTS = {"goalpost_low": 0.0, "goalpost_high": 100.0}


def indicator(code: str, parent: str, weight: float = 1.0) -> Node:
    return Node(code, parent, 1, weight, **POSTS)


FLAT = nodes(indicator("a", "top", 1), indicator("b", "top", 3), Node("top", "", 2))
TREE = nodes(
    indicator("a", "x"), indicator("b", "x"), indicator("c", "y"), Node("x", "top", 2, 3), Node("y", "top", 2), Node("top", "", 3)
)  # fmt: skip


def made(structure: Structure, settings: CompositeSettings | None = None, **values: list[float]) -> Composite:
    columns = {code: np.array(column) for code, column in values.items()}
    units = [f"unit {number}" for number in range(len(next(iter(columns.values()))))]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return compute(structure, units, columns, settings or CompositeSettings())


def scores(composite: Composite, code: str) -> list[float]:
    return composite.aggregated.scores[code].tolist()


def why(composite: Composite, code: str) -> list[str]:
    return composite.aggregated.reasons[code].tolist()


@pytest.mark.parametrize(
    ("mean", "expected"),
    [
        ("arithmetic", (1 * 16 + 3 * 81) / 4),  # 64.75
        ("geometric", 54.0),  # (16 · 81³)^(1/4) = 2 · 27
        ("harmonic", 4 / (1 / 16 + 3 / 81)),
    ],
)
def test_each_weighted_mean_is_the_one_worked_out_by_hand(mean: str, expected: float) -> None:
    composite = made(FLAT, CompositeSettings(means={0: mean}), a=[16.0], b=[81.0])
    assert scores(composite, "top") == [pytest.approx(expected, rel=1e-14)]


def test_every_level_may_have_a_mean_of_its_own() -> None:
    settings = CompositeSettings(means={0: "arithmetic", 2: "geometric"})
    composite = made(TREE, settings, a=[20.0], b=[80.0], c=[60.0])
    assert scores(composite, "x") == [pytest.approx(40.0)]
    assert scores(composite, "top") == [pytest.approx((3 * 40 + 60) / 4)]


def test_weights_are_those_of_what_is_there() -> None:
    composite = made(TREE, a=[20.0, NAN, 20.0, NAN], b=[40.0, 40.0, NAN, NAN], c=[NAN, 80.0, 80.0, NAN])
    assert scores(composite, "x")[:3] == [30.0, 40.0, 20.0]
    assert scores(composite, "top")[:3] == [30.0, (3 * 40 + 80) / 4, (3 * 20 + 80) / 4]
    assert np.isnan(scores(composite, "top")[3])
    assert why(composite, "top") == ["", "", "", "no_value"]
    assert composite.aggregated.coverage["top"].tolist() == [2 / 3, 2 / 3, 2 / 3, 0.0]


def test_a_threshold_counts_the_own_children_and_exactly_the_threshold_is_enough() -> None:
    ten = nodes(*[indicator(f"i{number}", "top") for number in range(10)], Node("top", "", 2))
    values = {f"i{number}": [50.0, 50.0] for number in range(10)}
    values["i0"], values["i1"] = [NAN, NAN], [50.0, NAN]
    composite = made(ten, CompositeSettings(thresholds={0: 0.9}), **values)
    assert scores(composite, "top")[0] == 50.0
    assert why(composite, "top") == ["", "below_threshold"]


def test_a_threshold_may_hold_for_one_level_and_what_it_leaves_out_counts_as_missing_above() -> None:
    composite = made(TREE, CompositeSettings(thresholds={2: 1.0}), a=[10.0], b=[NAN], c=[80.0])
    assert why(composite, "x") == ["below_threshold"]
    assert scores(composite, "top") == [80.0]
    strict = made(TREE, CompositeSettings(thresholds={2: 1.0, 3: 1.0}), a=[10.0], b=[NAN], c=[80.0])
    assert why(strict, "top") == ["below_threshold"]


@pytest.mark.parametrize("mean", ["geometric", "harmonic"])
def test_a_mean_of_zero_is_missing_with_its_reason_up_to_the_top(mean: str) -> None:
    """Were it left out above, the unit with the worst value would look better than it is."""
    composite = made(TREE, CompositeSettings(means={2: mean}), a=[0.0, 1.0], b=[80.0, 1.0], c=[60.0, 1.0])
    assert why(composite, "x") == ["not_positive", ""]
    assert why(composite, "top") == ["not_positive", ""]
    assert scores(composite, "top")[1] == pytest.approx(1.0)


def test_what_weighs_nothing_neither_counts_nor_makes_a_mean_undefined() -> None:
    structure = nodes(indicator("a", "top", 0), indicator("b", "top"), Node("top", "", 2))
    composite = made(structure, CompositeSettings(means={0: "geometric"}), a=[0.0, 5.0], b=[50.0, NAN])
    assert scores(composite, "top")[0] == pytest.approx(50.0)
    assert why(composite, "top") == ["", "no_weight"]


def test_an_indicator_without_a_scale_takes_no_part_and_says_why() -> None:
    structure = nodes(Node("a", "top", 1), indicator("b", "top"), Node("top", "", 2))
    composite = made(structure, a=[7.0, 7.0, NAN], b=[10.0, NAN, 30.0])
    assert why(composite, "a") == ["constant"] * 3
    assert why(composite, "top") == ["", "no_value", ""]
    assert composite.low["top"].tolist() == [10.0, 0.0, 30.0]
    assert composite.high["top"].tolist() == [10.0, 100.0, 30.0]


def test_the_low_and_the_high_end_put_what_is_missing_at_either_end() -> None:
    composite = made(TREE, a=[20.0], b=[NAN], c=[NAN])
    # x: (20 + 0) / 2 and (20 + 100) / 2; y: 0 and 100; top: (3x + y) / 4.
    assert (composite.low["x"][0], composite.high["x"][0]) == (10.0, 60.0)
    assert (composite.low["top"][0], composite.high["top"][0]) == (7.5, 70.0)
    assert (composite.low["b"][0], composite.high["b"][0]) == (0.0, 100.0)
    assert (composite.low["a"][0], composite.high["a"][0]) == (20.0, 20.0)


@pytest.mark.parametrize("mean", ["geometric", "harmonic"])
def test_at_the_low_end_of_a_scale_that_begins_at_zero_other_means_are_zero(mean: str) -> None:
    composite = made(FLAT, CompositeSettings(means={0: mean}), a=[50.0], b=[NAN])
    assert composite.low["top"].tolist() == [0.0]
    assert composite.high["top"][0] == pytest.approx({"geometric": (50 * 100**3) ** 0.25, "harmonic": 80.0}[mean])


def test_results_come_in_the_order_of_the_units_and_are_never_sorted_by_score() -> None:
    composite = made(TREE, a=[90.0, 10.0, 50.0], b=[90.0, 10.0, 50.0], c=[90.0, 10.0, 50.0])
    wide = composite.wide()
    assert wide["unit"].tolist() == ["unit 0", "unit 1", "unit 2"]
    assert list(wide.columns) == ["unit", "top", "x", "y", "a", "b", "c"]
    long = composite.long()
    assert long["unit"].tolist() == ["unit 0"] * 6 + ["unit 1"] * 6 + ["unit 2"] * 6
    assert long["code"].tolist() == ["top", "x", "y", "a", "b", "c"] * 3
    assert not {"rank", "position"} & set(long.columns)


def test_an_uncapped_score_beyond_the_target_is_kept_in_means() -> None:
    structure = nodes(Node("a", "top", 1, target=10.0), Node("b", "top", 1, target=10.0), Node("top", "", 2))
    composite = made(structure, CompositeSettings(normalise="target"), a=[0.0, 20.0], b=[0.0, 5.0])
    pd.testing.assert_series_equal(composite.wide()["top"], pd.Series([0.0, 125.0], name="top"))
