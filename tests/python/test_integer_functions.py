"""Divisors, multiples and bits of integers, powers in double precision and what follows from single bits, against NumPy."""

from __future__ import annotations

import math

import hypothesis
import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import numpy as np
import pytest

import chainerx as chx

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


def integer_arrays(dtype: str, max_dims: int = 1) -> st.SearchStrategy[np.ndarray]:
    return arrays.arrays(dtype, arrays.array_shapes(min_dims=0, max_dims=max_dims, min_side=0))


@pytest.mark.parametrize("dtype", INTEGERS)
@hypothesis.given(st.data())
@hypothesis.settings(deadline=None, max_examples=50)
def test_divisors_and_multiples(dtype: str, data: st.DataObject) -> None:
    shape = data.draw(arrays.array_shapes(min_dims=0, max_dims=2, min_side=0))
    a, b = (data.draw(arrays.arrays(dtype, shape)) for _ in range(2))
    for name in ("gcd", "lcm"):
        actual = getattr(chx, name)(chx.array(a), chx.array(b))
        chx.testing.assert_array_equal_ex(actual, getattr(np, name)(a, b), strides_check=False)
        if a.ndim == 2:
            actual = getattr(chx, name)(chx.array(a).T, chx.array(b).T)
            chx.testing.assert_array_equal(actual, getattr(np, name)(a, b).T)


def test_divisors_of_numbers_and_of_two_dtypes() -> None:
    x = chx.array([0, 12, -18])
    assert chx.gcd(x, 8).tolist() == [8, 4, 2]
    assert chx.gcd(8, x).tolist() == [8, 4, 2]
    assert chx.lcm(x, 8).tolist() == [0, 24, 72]
    assert chx.gcd(x.astype("int16"), x.astype("uint8")).dtype == chx.int16
    assert chx.gcd(chx.array([[4], [9]]), chx.array([6, 3])).tolist() == [[2, 1], [3, 3]]
    with pytest.raises(chx.DtypeError, match="gcd"):
        chx.gcd(chx.ones(2), 2)


@pytest.mark.parametrize("dtype", INTEGERS)
@hypothesis.given(st.data())
@hypothesis.settings(deadline=None, max_examples=50)
def test_bits_are_counted(dtype: str, data: st.DataObject) -> None:
    x = data.draw(integer_arrays(dtype))
    y = chx.bitwise_count(chx.array(x))
    assert y.dtype == chx.uint8
    assert y.shape == x.shape
    assert chx.to_numpy(y).ravel().tolist() == [bin(abs(int(n))).count("1") for n in x.ravel()]


@pytest.mark.parametrize("bitorder", ["big", "little"])
@hypothesis.given(st.data())
@hypothesis.settings(deadline=None, max_examples=60)
def test_bits_are_packed_and_unpacked(bitorder: str, data: st.DataObject) -> None:
    shape = data.draw(arrays.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=18))
    x = data.draw(arrays.arrays("int16", shape, elements=st.integers(-1, 1)))
    axis = data.draw(st.one_of(st.none(), st.integers(-x.ndim, x.ndim - 1)))
    packed = chx.packbits(chx.array(x), axis, bitorder)
    expected = np.packbits(x != 0, axis, bitorder)
    chx.testing.assert_array_equal_ex(packed, expected, strides_check=False)
    n = 8 * (expected.size if axis is None else expected.shape[axis])
    count = data.draw(st.one_of(st.none(), st.integers(-n, n + 9)))
    actual = chx.unpackbits(packed, axis, count, bitorder)
    unpacked = np.unpackbits(expected, axis, count, bitorder)
    if expected.size == 0:
        unpacked[...] = 0  # NumPy leaves what was there
    chx.testing.assert_array_equal_ex(actual, unpacked, strides_check=False)


def test_bits_refuse() -> None:
    x = chx.zeros(3, "uint8")
    for function in (chx.packbits, chx.unpackbits):
        with pytest.raises(ValueError, match="bitorder is 'middle'"):
            function(x, bitorder="middle")
        with pytest.raises(chx.DtypeError):
            function(x.astype("float32"))
        with pytest.raises(chx.DimensionError):
            function(x, 1)
    with pytest.raises(ValueError, match="count is -25 of 24 bits"):
        chx.unpackbits(x, count=-25)
    with pytest.raises(chx.DtypeError, match="expected uint8"):
        chx.unpackbits(x.astype("int8"))
    with pytest.raises(chx.DtypeError, match="expected integers or bool"):
        chx.bitwise_count(chx.ones(2))


@pytest.mark.parametrize("dtype", [*INTEGERS, "bool", "float16", "float32", "float64", "complex64"])
def test_float_power_computes_in_double_precision(dtype: str) -> None:
    x = np.array([[1, 2], [3, 1]]).astype(dtype)
    chx.testing.assert_allclose(
        chx.float_power(chx.array(x), chx.array(x).T), np.float_power(x, x.T), rtol=1e-14
    )
    y = chx.float_power(chx.array(x), -2)
    assert y.dtype == (chx.complex128 if dtype == "complex64" else chx.float64)
    chx.testing.assert_allclose(y, np.float_power(x, -2), rtol=1e-14)


def test_float_power_of_numbers_and_bfloat16() -> None:
    y = chx.float_power(chx.array([2.0]), 0.1)
    assert y.item() == pytest.approx(2**0.1, rel=1e-15)
    assert chx.float_power(2, chx.array([-1, 3])).tolist() == [0.5, 8]
    assert chx.float_power(2, 0.5).dtype == chx.float64
    assert chx.float_power(chx.array([2.0]), 1j).dtype == chx.complex128
    assert chx.float_power(chx.array([3.0]).astype("bfloat16"), 2).tolist() == [9]


def test_float_power_has_gradients() -> None:
    x = chx.array([2.0]).require_grad()
    chx.float_power(x, 3).backward()
    assert x.grad.dtype == chx.float32
    assert x.grad.tolist() == [12]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_spacing_at_special_values(dtype: str) -> None:
    limits = np.finfo(dtype)
    x = np.array(
        [0.0, -0.0, 1, -1, 2, 1 - limits.epsneg, np.inf, -np.inf, np.nan, limits.tiny, limits.max],
        dtype,
    )
    with np.errstate(all="ignore"):
        chx.testing.assert_array_equal_ex(chx.spacing(chx.array(x)), np.spacing(x))
    assert chx.spacing(chx.array([1])).dtype == chx.float32


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_i0_of_great_numbers(dtype: str) -> None:
    x = np.array([0, 0.5, 7.99, 8, 8.01, -9, 60, -700, np.inf, np.nan])
    ours = chx.array(x).astype(dtype)
    exact = chx.to_numpy(ours.astype("float64"))
    with np.errstate(all="ignore"):
        expected = np.i0(exact)
    rtol = {"float16": 2e-3, "bfloat16": 8e-3, "float32": 3e-5, "float64": 1e-13}[dtype]
    limit = float(chx.finfo(dtype).max)
    actual = chx.to_numpy(chx.i0(ours).astype("float64"))
    fits = np.isfinite(expected) & (expected < limit)
    np.testing.assert_allclose(actual[fits], expected[fits], rtol)
    assert not np.isfinite(actual[~fits]).any()


def test_i0_has_gradients_on_both_sides_of_its_seam() -> None:
    x = chx.array([0.0, -1.0, 8.0, 20.0]).astype("float64").require_grad()
    chx.sum(chx.i0(x)).backward()
    values = chx.to_numpy(x.as_grad_stopped())
    expected = (np.i0(values + 1e-6) - np.i0(values - 1e-6)) / 2e-6
    chx.testing.assert_allclose(x.grad, expected, rtol=1e-7, atol=1e-8)


def test_kaiser() -> None:
    for m in (0, 1, 2, 7, 12):
        for beta in (0.0, 3.5, 14):
            y = chx.kaiser(m, beta, "float64")
            chx.testing.assert_allclose(y, np.kaiser(m, beta), rtol=1e-9, atol=1e-12)
    assert chx.kaiser(5, 1).dtype == chx.float32
    assert math.isclose(chx.kaiser(5, 1)[2].item(), 1)
    with pytest.raises(ValueError, match="M is -1"):
        chx.kaiser(-1, 2.0)
