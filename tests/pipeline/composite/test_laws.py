"""Laws of composites, on any data: scale, direction, order, monotony, weights, and what a missing value can do."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.composite.composite import Composite, compute
from pipeline.composite.normalise import normalise
from pipeline.composite.settings import MEANS, CompositeSettings
from pipeline.composite.structure import Node, Structure
from tests.pipeline.composite.vectors import nodes

POSTS = {"goalpost_low": 0.0, "goalpost_high": 100.0}
MINMAX = CompositeSettings(normalise="minmax")

whole = st.integers(-10_000, 10_000)
columns = st.lists(whole, min_size=2, max_size=12).filter(lambda found: len(set(found)) > 1)
cell = st.one_of(st.none(), st.integers(0, 100))
rows = st.lists(st.tuples(cell, cell, cell, cell, cell), min_size=1, max_size=6)
weights = st.lists(st.integers(1, 9), min_size=7, max_size=7)
mean_names = st.sampled_from(MEANS)


def tree(weight: list[float]) -> Structure:
    a, b, c, d, e, x, y = weight
    return nodes(
        Node("a", "x", 1, a, **POSTS),
        Node("b", "x", 1, b, **POSTS),
        Node("c", "x", 1, c, **POSTS),
        Node("d", "y", 1, d, **POSTS),
        Node("e", "y", 1, e, **POSTS),
        Node("x", "top", 2, x),
        Node("y", "top", 2, y),
        Node("top", "", 3),
    )


def composite(found: list[tuple[float | None, ...]], weight: list[float], mean: str, low: float = 0.0) -> Composite:
    array = np.array([[np.nan if value is None else value for value in row] for row in found], dtype="float64")
    values = {code: array[:, place] for place, code in enumerate("abcde")}
    units = [f"unit {number}" for number in range(len(found))]
    return compute(tree(weight), units, values, CompositeSettings(means={0: mean}, low=low))


def same(first: np.ndarray, second: np.ndarray) -> None:
    np.testing.assert_allclose(first, second, rtol=1e-12, atol=1e-12)


@given(columns, st.sampled_from([0.001, 0.25, 3.0, 1e6]), whole)
def test_min_max_does_not_know_units_of_measurement(column: list[int], factor: float, shift: int) -> None:
    values, node = np.array(column, dtype="float64"), Node("a", "top", 1)
    scores = normalise(values, node, MINMAX).scores
    np.testing.assert_allclose(normalise(factor * values + shift, node, MINMAX).scores, scores, atol=1e-8)


@given(columns)
def test_the_other_direction_mirrors_the_scores(column: list[int]) -> None:
    values = np.array(column, dtype="float64")
    up, down = (normalise(values, Node("a", "top", 1, direction=way), MINMAX).scores for way in (1, -1))
    same(up + down, np.full(len(column), 100.0))
    same(down, normalise(-values, Node("a", "top", 1), MINMAX).scores)


@given(columns, st.sampled_from([1, -1]))
def test_a_better_value_never_has_a_lower_score(column: list[int], direction: int) -> None:
    values = np.array(column, dtype="float64")
    scores = normalise(values, Node("a", "top", 1, direction=direction), MINMAX).scores
    assert (np.diff(scores[np.argsort(values * direction, kind="stable")]) >= 0).all()


@given(rows, weights, mean_names, st.data())
def test_a_better_value_never_lowers_an_aggregate(
    found: list[tuple[int | None, ...]], weight: list[float], mean: str, data: st.DataObject
) -> None:
    row, place = data.draw(st.integers(0, len(found) - 1)), data.draw(st.integers(0, 4))
    if found[row][place] is None:
        return
    better = list(found)
    better[row] = (*found[row][:place], data.draw(st.integers(found[row][place], 100)), *found[row][place + 1 :])
    before, after = composite(found, weight, mean, low=1.0), composite(better, weight, mean, low=1.0)
    old, new = before.aggregated.scores["top"][row], after.aggregated.scores["top"][row]
    assert new >= old - 1e-9


@given(rows, weights, mean_names, st.randoms())
def test_the_order_of_rows_changes_no_bit(
    found: list[tuple[int | None, ...]], weight: list[float], mean: str, random: object
) -> None:
    order = list(range(len(found)))
    random.shuffle(order)  # type: ignore[attr-defined]
    straight, shuffled = composite(found, weight, mean), composite([found[place] for place in order], weight, mean)
    for code in ("top", "x", "y"):
        np.testing.assert_array_equal(straight.aggregated.scores[code][order], shuffled.aggregated.scores[code])
        np.testing.assert_array_equal(straight.low[code][order], shuffled.low[code])


@given(rows, weights, mean_names, st.data())
@settings(max_examples=200)
def test_one_more_missing_value_never_raises_the_low_end_nor_lowers_the_high_end(
    found: list[tuple[int | None, ...]], weight: list[float], mean: str, data: st.DataObject
) -> None:
    row, place = data.draw(st.integers(0, len(found) - 1)), data.draw(st.integers(0, 4))
    fewer = list(found)
    fewer[row] = (*found[row][:place], None, *found[row][place + 1 :])
    before, after = composite(found, weight, mean), composite(fewer, weight, mean)
    for code in ("top", "x", "y"):
        assert after.low[code][row] <= before.low[code][row] + 1e-9
        assert after.high[code][row] >= before.high[code][row] - 1e-9


@given(rows, weights, mean_names)
def test_the_score_lies_between_the_low_and_the_high_end(
    found: list[tuple[int | None, ...]], weight: list[float], mean: str
) -> None:
    made = composite(found, weight, mean)
    for code in ("top", "x", "y"):
        scores = made.aggregated.scores[code]
        there = ~np.isnan(scores)
        assert (made.low[code][there] <= scores[there] + 1e-9).all()
        assert (made.high[code][there] >= scores[there] - 1e-9).all()


@given(rows, weights, mean_names, st.sampled_from([0.01, 7.0, 1e6]))
def test_weights_times_a_constant_change_nothing(
    found: list[tuple[int | None, ...]], weight: list[float], mean: str, factor: float
) -> None:
    plain, scaled = (composite(found, [by * one for one in weight], mean, low=1.0) for by in (1, factor))
    for code in ("top", "x", "y"):
        same(plain.aggregated.scores[code], scaled.aggregated.scores[code])


@given(rows, weights)
def test_the_means_are_ordered_harmonic_geometric_arithmetic(
    found: list[tuple[int | None, ...]], weight: list[float]
) -> None:
    harmonic, geometric, arithmetic = (
        composite(found, weight, mean, low=1.0).aggregated.scores["top"]
        for mean in ("harmonic", "geometric", "arithmetic")
    )
    there = ~np.isnan(arithmetic)
    assert (harmonic[there] <= geometric[there] + 1e-9).all()
    assert (geometric[there] <= arithmetic[there] + 1e-9).all()
