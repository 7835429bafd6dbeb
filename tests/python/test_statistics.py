"""Quantiles, histograms and covariances with the arguments that the table of samples can't express, and with NaN."""

from __future__ import annotations

from typing import Any

import hypothesis
import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import numpy as np
import pytest

import chainerx as chx

METHODS = ["linear", "lower", "higher", "midpoint", "nearest"]


def floats(n_dims: int, nan: bool) -> st.SearchStrategy[np.ndarray]:
    elements = st.integers(-20, 20).map(lambda i: i / 4)
    if nan:
        elements = st.one_of(elements, st.just(float("nan")))
    shapes = arrays.array_shapes(min_dims=1, max_dims=n_dims, max_side=5)
    return arrays.arrays("float64", shapes, elements=elements)


@hypothesis.given(
    floats(3, nan=True), st.lists(st.floats(0, 1), max_size=3), st.sampled_from(METHODS), st.data()
)
@hypothesis.settings(deadline=None)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_quantiles(x: np.ndarray, q: list[float], method: Any, data: st.DataObject) -> None:
    axis = data.draw(st.one_of(st.none(), st.integers(-x.ndim, x.ndim - 1)))
    keepdims = data.draw(st.booleans())
    for name in ("quantile", "nanquantile"):
        expected = getattr(np, name)(x, q, axis=axis, method=method, keepdims=keepdims)
        actual = getattr(chx, name)(chx.array(x), q, axis, method, keepdims)
        assert actual.shape == expected.shape
        chx.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", ["int32", "uint8", "float16", "float32"])
def test_percentiles(dtype: str, method: Any) -> None:
    x = np.random.default_rng(3).integers(0, 50, (4, 7)).astype(dtype)
    for q in (0, 100, 37.5, [10, 50], [[1, 2], [3, 99]], np.array([25.0])):
        expected = np.percentile(x, q, axis=1, method=method)
        actual = chx.percentile(chx.array(x), q, 1, method)
        chx.testing.assert_allclose(actual, expected, rtol=2e-3)
    places = chx.array([0.25, 0.5]).require_grad()
    chx.nanpercentile(chx.array(x), places * 100).sum().backward()
    assert places.grad.shape == (2,)


def test_quantiles_of_infinities() -> None:
    x = chx.array([float("-inf"), 1.0, float("inf")])
    assert chx.quantile(x, [0, 0.5, 1]).tolist() == [float("-inf"), 1, float("inf")]


def test_quantile_errors() -> None:
    x = chx.zeros((2, 3))
    with pytest.raises(ValueError, match=r"q is 1\.5; expected 0 to 1"):
        chx.quantile(x, 1.5)
    with pytest.raises(ValueError, match="method is 'cubic'"):
        chx.percentile(x, 5, method="cubic")
    with pytest.raises(chx.DimensionError, match="no elements"):
        chx.median(chx.zeros((2, 0)), 1)
    assert np.isnan(chx.to_numpy(chx.quantile(x, [-0.5, 0.5]))).tolist() == [True, False]


@hypothesis.given(floats(2, nan=False), st.data())
@hypothesis.settings(deadline=None)
def test_histograms(x: np.ndarray, data: st.DataObject) -> None:
    options: dict[str, Any] = {"density": data.draw(st.booleans())}
    bins: Any = data.draw(st.sampled_from([1, 7, [-3.0, -1.0, 0.25, 4.0], [0.0, 0.0, 1.0]]))
    if data.draw(st.booleans()) and isinstance(bins, int):
        options["range"] = (-2.0, 3.0)
    weights = data.draw(st.sampled_from([None, np.arange(1.0, x.size + 1).reshape(x.shape)]))
    with np.errstate(all="ignore"):
        expected, edges = np.histogram(x, bins, weights=weights, **options)
    own = None if weights is None else chx.array(weights)
    own_bins = bins if isinstance(bins, int) else chx.array(bins, "float64")
    actual, own_edges = chx.histogram(chx.array(x), own_bins, weights=own, **options)
    chx.testing.assert_allclose(own_edges, edges, rtol=1e-12)
    chx.testing.assert_allclose(actual, expected, rtol=1e-6)
    if not options["density"] and weights is None:
        assert actual.dtype == "int64"


def test_histogram_of_integers_and_gradient_of_weights() -> None:
    x = chx.array([2**53, 2**53 + 1, 0])
    counts, _ = chx.histogram(x, chx.array([2**53, 2**53 + 2]))
    assert counts.tolist() == [2]
    weights = chx.array([1.0, 2.0, 3.0]).require_grad()
    counts, _ = chx.histogram(chx.array([0.1, 0.6, 2.0]), 2, (0.0, 1.0), weights=weights)
    (counts * chx.array([10.0, 20.0])).sum().backward()
    assert weights.grad.tolist() == [10, 20, 0]
    assert chx.histogram(chx.array([True, False, True]), 2)[0].tolist() == [1, 2]
    assert chx.bincount(chx.zeros(0, "int64"), minlength=2).tolist() == [0, 0]


def test_histogram_errors() -> None:
    x = chx.zeros(3)
    with pytest.raises(ValueError, match="bins is 0"):
        chx.histogram(x, 0)
    with pytest.raises(ValueError, match="'auto'"):
        chx.histogram_bin_edges(x, "auto")
    with pytest.raises(ValueError, match="ascending"):
        chx.histogram(x, 3, (2.0, 1.0))
    with pytest.raises(ValueError, match="1 edges"):
        chx.histogram(x, [1.0])
    with pytest.raises(chx.DimensionError, match="weights"):
        chx.histogram(x, 2, weights=chx.zeros(2))
    with pytest.raises(ValueError, match="-1"):
        chx.bincount(chx.array([1, -1]))
    with pytest.raises(chx.DtypeError, match="integers"):
        chx.bincount(chx.zeros(2))


def test_digitize_of_descending_edges() -> None:
    x = np.array([-1.0, 0.0, 0.5, 1.0, 2.5, 9.0])
    for bins in ([0.0, 1.0, 2.5], [2.5, 1.0, 0.0], [1.0]):
        for right in (False, True):
            actual = chx.digitize(chx.array(x), chx.array(bins, "float64"), right)
            chx.testing.assert_array_equal(actual, np.digitize(x, bins, right))


def test_covariance_with_weights() -> None:
    rng = np.random.default_rng(2)
    m, y = rng.normal(size=(3, 6)), rng.normal(size=(2, 6))
    fweights, aweights = np.array([1, 2, 3, 1, 1, 2]), rng.uniform(0.5, 2, 6)
    for options in (
        {"fweights": fweights},
        {"aweights": aweights},
        {"fweights": fweights, "aweights": aweights},
    ):
        for ddof in (None, 0, 2):
            own: Any = {name: chx.array(value) for name, value in options.items()}
            given: Any = options
            actual = chx.cov(chx.array(m), chx.array(y), ddof=ddof, **own)
            chx.testing.assert_allclose(actual, np.cov(m, y, ddof=ddof, **given), rtol=1e-9)
    with pytest.raises(chx.DimensionError, match="fweights"):
        chx.cov(chx.array(m), fweights=chx.zeros(2))
    with pytest.raises(chx.DimensionError, match="one or two dimensions"):
        chx.cov(chx.zeros((2, 2, 2)))


def test_average_over_several_axes() -> None:
    x, w = np.arange(24.0).reshape(2, 3, 4), np.arange(1.0, 9).reshape(4, 2)
    actual = chx.average(chx.array(x), (2, 0), chx.array(w))
    chx.testing.assert_allclose(actual, (x * w.T[:, None, :]).sum((0, 2)) / w.sum())
    with pytest.raises(chx.DimensionError, match="weights have shape"):
        chx.average(chx.array(x), 1, chx.array(w))
