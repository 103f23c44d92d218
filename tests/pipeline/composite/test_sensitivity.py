"""The sensitivity analysis: what it draws, what it leaves alone, and that nothing but the seed decides."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from pipeline.composite import sensitivity as module
from pipeline.composite.composite import Composite, compute
from pipeline.composite.sensitivity import sensitivity
from pipeline.composite.settings import CompositeSettings
from pipeline.composite.structure import Node, Structure
from tests.pipeline.composite.vectors import asem_meta, columns_of, nodes, structure_from, table

NAN = float("nan")
POSTS = {"goalpost_low": 0.0, "goalpost_high": 100.0}
DRAWS = CompositeSettings(draws=2_000, seed=11)


def drawn(structure: Structure, settings: CompositeSettings = DRAWS, **values: list[float]) -> Composite:
    columns = {code: np.array(column) for code, column in values.items()}
    units = [f"unit {number}" for number in range(len(next(iter(columns.values()))))]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return compute(structure, units, columns, settings)


def test_where_all_indicators_agree_no_choice_moves_the_score() -> None:
    structure = nodes(Node("a", "top", 1, **POSTS), Node("b", "top", 1, **POSTS), Node("top", "", 2))
    # Min-max gives 0, 50, 100 too.
    quantiles = drawn(structure, a=[0.0, 50.0, 100.0], b=[0.0, 50.0, 100.0]).quantiles["top"]
    np.testing.assert_allclose(quantiles, [[0.0, 50.0, 100.0]] * 3, atol=1e-9)


def test_noise_on_weights_alone_gives_the_interval_of_the_ratio_of_two_uniform_numbers() -> None:
    """Of 0 and 100 with weights u and v from 0.75 to 1.25, the mean is 100 v / (u + v): at most 62.5, at least 37.5."""
    structure = nodes(Node("a", "top", 1, **POSTS), Node("b", "top", 1, **POSTS), Node("top", "", 2))
    settings = CompositeSettings(normalise="minmax", draws=20_000, seed=5)
    composite = drawn(structure, settings, a=[0.0, 100.0], b=[100.0, 0.0])
    means = [choice.mean(2) for choice in module._means(structure, settings)]
    assert means == ["arithmetic", "geometric"]
    # On the scale from 1 to 100 the geometric mean lies near 10, so that half of the draws are far below: the 95 % end
    # is the 90 % quantile of the arithmetic draws, which independent draws of the two weights put at:
    random = np.random.default_rng(99)
    u, v = random.uniform(0.75, 1.25, (2, 400_000))
    assert composite.quantiles["top"][2, 0] == pytest.approx(np.quantile(100 * v / (u + v), 0.9), abs=0.3)
    geometric = (np.exp(v / (u + v) * np.log(100)) - 1) * 100 / 99
    assert composite.quantiles["top"][0, 0] == pytest.approx(np.quantile(geometric, 0.1), abs=0.15)


def test_missing_values_are_drawn_from_what_other_units_have() -> None:
    structure = nodes(Node("a", "top", 1), Node("b", "top", 1, weight=1e-15), Node("top", "", 2))
    composite = drawn(structure, a=[NAN, 10.0, 20.0, 30.0], b=[1.0, 2.0, 3.0, 4.0])
    # A third each of 0, 50 and 100, which the others have; the weight of b is next to nothing.
    np.testing.assert_allclose(composite.quantiles["top"][:, 0], [0.0, 50.0, 100.0], atol=1e-9)


def test_an_aggregate_without_any_value_has_no_interval_made_up_of_others() -> None:
    structure = nodes(
        Node("a", "x", 1), Node("b", "y", 1), Node("x", "top", 2), Node("y", "top", 2), Node("top", "", 3)
    )
    composite = drawn(structure, a=[NAN, 1.0, 2.0], b=[1.0, 2.0, 3.0])
    assert np.isnan(composite.quantiles["x"][:, 0]).all()
    assert not np.isnan(composite.quantiles["top"]).any()
    assert not np.isnan(composite.quantiles["x"][:, 1:]).any()


def asem(order: np.ndarray, settings: CompositeSettings, portion: int = module.PORTION) -> dict[str, np.ndarray]:
    structure = structure_from(asem_meta())
    frame = table("coinr_asem/asem_iData_raw", "uCode").iloc[order]
    values = columns_of(frame, [node.code for node in structure.indicators])
    found = compute(structure, tuple(frame.index), values, CompositeSettings())
    return sensitivity(structure, values, found.indicators, tuple(frame.index), settings, portion)


def test_neither_the_order_of_units_nor_the_size_of_a_portion_changes_a_bit() -> None:
    settings = CompositeSettings(draws=200, seed=3)
    straight = np.arange(51)
    shuffled = np.random.default_rng(1).permutation(51)
    first, second = asem(straight, settings), asem(shuffled, settings)
    third = asem(straight, settings, portion=1)
    for code, quantiles in first.items():
        np.testing.assert_array_equal(quantiles[:, shuffled], second[code])
        np.testing.assert_array_equal(quantiles, third[code])


def test_the_seed_decides_and_nothing_else() -> None:
    order = np.arange(51)
    once, again, other = (asem(order, CompositeSettings(draws=100, seed=seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(once["Index"], again["Index"])
    assert (once["Index"] != other["Index"]).any()


def test_quantiles_rise_and_lie_within_the_scale() -> None:
    found = asem(np.arange(51), CompositeSettings(draws=300, seed=8))
    for low, middle, high in found.values():
        assert (low <= middle).all()
        assert (middle <= high).all()
        assert low.min() >= -1e-9
        assert high.max() <= 100 + 1e-9


def test_the_choice_of_normalisation_is_among_the_draws_where_the_structure_allows_it() -> None:
    structure = nodes(Node("a", "top", 1, target=30.0, **POSTS), Node("top", "", 2))
    # As set 20 of 100; min-max (20 - 10) / (40 - 10) = 33.3; on the way from 10 to 30 half.
    composite = drawn(structure, CompositeSettings(draws=3_000), a=[10.0, 20.0, 40.0])
    np.testing.assert_allclose(composite.quantiles["top"][:, 1], [20.0, 100 / 3, 50.0], atol=1e-9)
    assert composite.aggregated.scores["top"][1] == 20.0
