"""Histograms of points in several dimensions, against NumPy."""

from __future__ import annotations

from typing import Any

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest

import chainerx as chx

EDGES = [np.array([-1.0, 0, 0.25, 2]), np.array([0.0, 1, 3])]


def check(actual: tuple, expected: tuple) -> None:
    rtol = 1e-6 if actual[0].dtype == chx.float32 else 1e-12
    chx.testing.assert_allclose(actual[0], expected[0], rtol=rtol)
    assert actual[0].shape == expected[0].shape
    for a, e in zip(actual[1], expected[1], strict=True):
        chx.testing.assert_allclose(a, e, rtol=1e-12)


def ours(value: Any) -> Any:
    if isinstance(value, list):
        return [ours(each) for each in value]
    return chx.array(value) if isinstance(value, np.ndarray) else value


@hypothesis.given(st.data())
@hypothesis.settings(deadline=None, max_examples=60)
def test_points_on_and_beside_edges(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 12))
    numbers = st.integers(-8, 14).map(lambda i: i / 4)
    points = np.array(data.draw(st.lists(st.tuples(numbers, numbers), min_size=n, max_size=n)))
    bins = data.draw(st.sampled_from([2, [3, 2], EDGES, [EDGES[0], 2]]))
    limits = data.draw(st.sampled_from([None, [(-1, 2), (0, 3)], [None, (0, 2)]]))
    options: dict[str, Any] = {"density": False}
    if data.draw(st.booleans()):
        options["weights"] = np.arange(n) / 2
    expected = np.histogramdd(points, bins, limits, **options)
    given_options = {name: ours(value) for name, value in options.items()}
    check(chx.histogramdd(chx.array(points), ours(bins), limits, **given_options), expected)
    columns = [chx.array(points[:, i]) for i in range(2)]
    check(chx.histogramdd(columns, ours(bins), limits, **given_options), expected)
    h, xedges, yedges = chx.histogram2d(*columns, ours(bins), limits, **given_options)
    check((h, (xedges, yedges)), expected)


def test_density_and_three_dimensions() -> None:
    points = np.random.default_rng(0).normal(size=(50, 3))
    expected = np.histogramdd(points, [2, 3, 4], density=True)
    check(chx.histogramdd(chx.array(points), [2, 3, 4], density=True), expected)
    one = chx.histogramdd(chx.array(points[:, 0]), 4)
    check(one, np.histogramdd(points[:, :1], 4))
    x, y = chx.array(points[:, 0]), chx.array(points[:, 1])
    h, xedges, yedges = chx.histogram2d(x, y, EDGES[0])
    check((h, (xedges, yedges)), np.histogramdd(points[:, :2], [EDGES[0], EDGES[0]]))


@pytest.mark.parametrize("dtype", ["int8", "uint16", "float16", "bfloat16", "float32", "float64"])
def test_dtypes(dtype: str) -> None:
    x = chx.array([0, 1, 2, 3]).astype(dtype)
    h, xedges, _ = chx.histogram2d(x, x, 2)
    assert h.dtype == chx.int64
    assert h.tolist() == [[2, 0], [0, 2]]
    assert xedges.tolist() == [0, 1.5, 3]


def test_no_points() -> None:
    h, _ = chx.histogramdd(chx.zeros((0, 2)), 3)
    assert h.tolist() == [[0] * 3] * 3


def test_weights_have_gradients() -> None:
    w = chx.array([1.0, 2.0, 4.0]).require_grad()
    x = chx.array([0.0, 1.0, 5.0])
    h, _, _ = chx.histogram2d(x, x, 2, [(0, 2), (0, 2)], weights=w)
    chx.sum(h * chx.array([[3.0, 0], [0, 5]])).backward()
    assert w.grad.tolist() == [3, 5, 0]


def test_what_does_not_fit() -> None:
    x = chx.ones(3)
    with pytest.raises(ValueError, match="bins has 3 entries"):
        chx.histogramdd((x, x), [1, 2, 3])
    with pytest.raises(ValueError, match="range has 1 entries"):
        chx.histogramdd((x, x), 2, [(0, 1)])
    with pytest.raises(chx.DimensionError, match="3 and 2 coordinates"):
        chx.histogramdd((x, x[:2]), 2)
    with pytest.raises(chx.DimensionError, match="weights have shape"):
        chx.histogramdd((x, x), 2, weights=chx.ones(2))
    with pytest.raises(chx.DimensionError, match="at least 1"):
        chx.histogramdd((), 2)
