"""Sorting and sets of elements, with what the table of samples does not have: NaN, zeros of both signs, ties, long rows."""

from __future__ import annotations

import hypothesis
import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import numpy as np
import pytest

import chainerx as chx

REAL = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
REAL += ["float16", "float32", "float64"]
FEW = {"float": [-np.inf, -1.5, -0.0, 0.0, 1.5, np.inf, np.nan], "other": [0, 1, 1, 2, 100]}


def rows() -> st.SearchStrategy[np.ndarray]:
    """Arrays with many ties, and arrays of any values."""

    def of(dtype: str) -> st.SearchStrategy[np.ndarray]:
        few = FEW["float" if dtype.startswith("float") else "other"]
        elements = st.sampled_from([np.array(x).astype(dtype)[()] for x in few])
        shapes = arrays.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=40)
        return st.one_of(
            arrays.arrays(dtype, shapes, elements=elements), arrays.arrays(dtype, shapes)
        )

    return st.sampled_from(REAL).flatmap(of)


def same_bits(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal, the signs of zeros included; a NaN is a NaN."""
    if a.dtype.kind == "f" and not np.array_equal(
        np.signbit(a) | np.isnan(a), np.signbit(b) | np.isnan(b)
    ):
        return False
    return np.array_equal(a, b, equal_nan=a.dtype.kind == "f")


@hypothesis.given(rows(), st.booleans())
@hypothesis.settings(deadline=None)
def test_sort_is_stable_in_both_directions(x: np.ndarray, descending: bool) -> None:
    order = np.argsort(x, axis=-1, kind="stable")
    if descending:
        backwards = np.argsort(np.flip(x, -1), axis=-1, kind="stable")
        order = np.flip(x.shape[-1] - 1 - backwards, -1)
    ours = chx.array(x)
    np.testing.assert_array_equal(chx.to_numpy(chx.argsort(ours, descending=descending)), order)
    expected = np.take_along_axis(x, order, -1)
    assert same_bits(chx.to_numpy(chx.sort(ours, descending=descending)), expected)


@hypothesis.given(rows())
@hypothesis.settings(deadline=None)
def test_unique_against_numpy(x: np.ndarray) -> None:
    for equal_nan in (False, True):
        expected = np.unique(x, True, True, True, equal_nan=equal_nan)
        actual = chx.unique(chx.array(x), True, True, True, equal_nan=equal_nan)
        for a, e in zip(actual, expected, strict=True):
            np.testing.assert_array_equal(chx.to_numpy(a), e.reshape(a.shape))
        alone = chx.unique(chx.array(x), equal_nan=equal_nan)
        np.testing.assert_array_equal(chx.to_numpy(alone), expected[0])
    result = chx.unique_all(chx.array(x))
    assert result.inverse_indices.shape == x.shape
    if not np.isnan(x.astype("float64")).any():
        back = chx.take(result.values, result.inverse_indices, 0)
        np.testing.assert_array_equal(chx.to_numpy(back), x)
    assert int(result.counts.sum()) == x.size
    assert chx.unique_counts(chx.array(x)).counts.shape == result.counts.shape
    assert chx.unique_inverse(chx.array(x)).values.shape == result.values.shape


@pytest.mark.parametrize("dtype", ["int8", "int16", "float32", "float64", "complex64"])
@pytest.mark.parametrize("descending", [False, True])
def test_long_rows(dtype: str, descending: bool) -> None:
    rng = np.random.default_rng(3)
    x = rng.integers(-100, 100, 100_003).astype(dtype)
    if dtype == "complex64":
        x = x + 1j * rng.integers(0, 3, x.shape).astype("float32")
    values = chx.to_numpy(chx.sort(chx.array(x), descending=descending))
    expected = np.sort(x)
    np.testing.assert_array_equal(values, expected[::-1] if descending else expected)
    order = chx.to_numpy(chx.argsort(chx.array(x), descending=descending))
    np.testing.assert_array_equal(x[order], values)
    ties = values[1:] == values[:-1]
    assert (np.diff(order)[ties] > 0).all()


def test_bfloat16_is_sorted_as_a_number() -> None:
    x = chx.array([2.0, -1.0, float("nan"), -3.0, 0.5]).astype("bfloat16")
    assert chx.sort(x)[:4].astype("float32").tolist() == [-3.0, -1.0, 0.5, 2.0]


def test_errors() -> None:
    with pytest.raises(ValueError, match="side is 'middle'"):
        chx.searchsorted(chx.zeros(2), chx.zeros(1), side="middle")
    with pytest.raises(chx.DimensionError, match="expected one dimension"):
        chx.searchsorted(chx.zeros((2, 2)), chx.zeros(1))
    with pytest.raises(ValueError, match="k is 4"):
        chx.topk(chx.zeros(3), 4)


def test_searchsorted_with_sorter_and_numbers() -> None:
    x = chx.array([3.0, 1.0, 2.0])
    order = chx.argsort(x)
    assert chx.searchsorted(x, 2.5, sorter=order).tolist() == 2
    assert chx.searchsorted(chx.array([1, 2, 3]), 2.5).tolist() == 2
    table = chx.array([1.0, 2.0, float("nan")])
    assert chx.searchsorted(table, chx.array([float("nan"), 3.0])).tolist() == [2, 2]
    assert chx.isin(1, chx.array([0, 1])).tolist() is True


def test_sorting_by_several_keys() -> None:
    surname, name = np.array([1, 0, 1, 0, 1]), np.array([3, 2, 1, 2, 3])
    actual = chx.lexsort([chx.array(name), chx.array(surname)])
    np.testing.assert_array_equal(chx.to_numpy(actual), np.lexsort((name, surname)))
    with pytest.raises(ValueError, match="no keys"):
        chx.lexsort([])
    with pytest.raises(chx.DimensionError, match="equal shapes"):
        chx.lexsort([chx.zeros(2), chx.zeros(3)])
    with pytest.raises(ValueError, match="kth is 3"):
        chx.partition(chx.zeros(3), 3)
    with pytest.raises(ValueError, match="kth is -4"):
        chx.argpartition(chx.zeros(3), [0, -4])
