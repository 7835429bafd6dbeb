"""The functions that pass over NaN, of arrays with NaN and infinities."""

from __future__ import annotations

import warnings
from typing import Any

import hypothesis
import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import numpy as np
import pytest

import chainerx as chx

REDUCTIONS = ["nansum", "nanprod", "nanmax", "nanmin", "nanmean", "nanvar", "nanstd", "nanmedian"]


def with_nan(dtype: str) -> st.SearchStrategy[np.ndarray]:
    elements = st.one_of(st.integers(-6, 6).map(lambda i: i / 2), st.just(float("nan")))
    shapes = arrays.array_shapes(min_dims=1, max_dims=3, max_side=4)
    return arrays.arrays("float64", shapes, elements=elements).map(lambda a: a.astype(dtype))


def numpy_result(name: str, *args: Any, **kwargs: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(np, name)(*args, **kwargs)


@pytest.mark.parametrize("name", REDUCTIONS)
@hypothesis.given(with_nan("float64"), st.data())
@hypothesis.settings(deadline=None, max_examples=50)
def test_reductions(name: str, x: np.ndarray, data: st.DataObject) -> None:
    axis = data.draw(st.one_of(st.none(), st.integers(-x.ndim, x.ndim - 1)))
    keepdims = data.draw(st.booleans())
    expected = numpy_result(name, x, axis=axis, keepdims=keepdims)
    actual = getattr(chx, name)(chx.array(x), axis, keepdims)
    assert actual.shape == np.shape(expected)
    chx.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["nancumsum", "nancumprod"])
@hypothesis.given(with_nan("float64"))
@hypothesis.settings(deadline=None, max_examples=30)
def test_partial_results(name: str, x: np.ndarray) -> None:
    for axis in (None, 0):
        actual = getattr(chx, name)(chx.array(x), axis)
        chx.testing.assert_allclose(actual, numpy_result(name, x, axis=axis), rtol=1e-9)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "complex64"])
def test_dtypes_are_kept(dtype: str) -> None:
    x = chx.array([[1.0, float("nan"), 3.0], [float("nan")] * 3]).astype(dtype)
    real = "float32" if dtype == "complex64" else dtype
    assert chx.nanmean(x, 1).dtype.name == dtype
    assert chx.nanvar(x, 1).dtype.name == real
    assert chx.nanmean(x[:1]).item() == 2
    assert chx.nansum(x, 1)[1].item() == 0
    assert np.isnan(chx.nanmean(x, 1)[1].item())


def test_indices_of_extremes() -> None:
    x = chx.array([[float("nan"), 2.0, 5.0], [4.0, float("nan"), -1.0]])
    assert chx.nanargmax(x, 1).tolist() == [2, 0]
    assert chx.nanargmin(x, 0).tolist() == [1, 0, 1]
    assert chx.nanargmax(x).tolist() == 2
    assert chx.nanargmax(chx.array([float("nan")] * 2)).tolist() == 0


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "complex128"])
def test_nan_to_num(dtype: str) -> None:
    x = np.array([np.nan, np.inf, -np.inf, 1.5, 0], dtype)
    if dtype.startswith("complex"):
        x = x + np.array([0, 1j * np.inf, 0, 1j, 1j * np.nan], dtype)
    for options in ({}, {"nan": 7.0, "posinf": 1.0}, {"neginf": -3.0}):
        kwargs: Any = options
        actual = chx.nan_to_num(chx.array(x), **kwargs)
        chx.testing.assert_array_equal_ex(actual, np.nan_to_num(x, **kwargs))
    whole = chx.array([1, 2])
    assert chx.nan_to_num(whole).tolist() == [1, 2]
    assert chx.nan_to_num(whole) is not whole


def test_gradients_pass_over_nan() -> None:
    x = chx.array([1.0, float("nan"), 3.0]).require_grad()
    for name, expected in (
        ("nansum", [1, 0, 1]),
        ("nanmean", [0.5, 0, 0.5]),
        ("nanmax", [0, 0, 1]),
        ("nanprod", [3, 0, 1]),
        ("nanvar", [-1, 0, 1]),
        ("nanmedian", [0.5, 0, 0.5]),
    ):
        x.cleargrad()
        getattr(chx, name)(x).backward()
        assert x.grad.tolist() == expected, name


def test_numbers_are_preferred_to_nan() -> None:
    a, b = (
        chx.array([1.0, float("nan"), float("nan")]),
        chx.array([float("nan"), 2.0, float("nan")]),
    )
    for function in (chx.fmax, chx.fmin):
        result = chx.to_numpy(function(a, b))
        assert result[:2].tolist() == [1, 2]
        assert np.isnan(result[2])
    assert chx.fmax(a, 0.5)[1].item() == 0.5
    assert chx.fmin(float("nan"), a)[0].item() == 1
