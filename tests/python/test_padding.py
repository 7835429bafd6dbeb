"""pad: NumPy's modes, forms of its arguments, dtypes, gradients and errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import chainerx as chx

MODES = ["constant", "edge", "reflect", "symmetric", "wrap", "linear_ramp"]
MODES += ["maximum", "minimum", "mean", "median"]
REAL = ["int8", "int32", "int64", "uint8", "uint16", "float16", "float32", "float64"]


def check(x: np.ndarray, *args: Any, **kwargs: Any) -> None:
    expected = np.pad(x, *args, **kwargs)
    actual = chx.pad(chx.array(x), *args, **kwargs)
    assert actual.dtype == expected.dtype
    tolerance = 1e-2 if x.dtype == np.float16 else 1e-6
    chx.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", REAL)
@pytest.mark.parametrize("mode", MODES)
def test_modes(mode: str, dtype: str) -> None:
    x = np.random.default_rng(5).integers(0, 9, (3, 4)).astype(dtype)
    for width in (0, 1, 3, (1, 2), ((0, 2), (3, 0)), ((7, 9), (8, 11))):
        check(x, width, mode)
    check(x[:, ::-2], ((1, 0), (2, 1)), mode)
    check(x[:1, :1], 3, mode)


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect", "symmetric", "wrap"])
@pytest.mark.parametrize("dtype", ["bool", "complex64", "bfloat16"])
def test_modes_that_only_move_elements(mode: str, dtype: str) -> None:
    x = chx.array([[1, 0, 1], [0, 0, 1]]).astype(dtype)
    expected = np.pad(chx.to_numpy(x), 2, mode)
    chx.testing.assert_array_equal_ex(chx.pad(x, 2, mode), expected)


def test_forms_of_arguments() -> None:
    x = np.arange(12.0).reshape(3, 4)
    check(x, 2, constant_values=5)
    check(x, 2, constant_values=(1, 2))
    check(x, ((1, 2), (3, 4)), constant_values=((1, 2), (3, 4)))
    check(x, 2, "linear_ramp", end_values=((1, -2), (3, 4)))
    check(x, 2, "mean", stat_length=2)
    check(x, 2, "maximum", stat_length=((1, 2), (3, 1)))
    chx.testing.assert_array_equal(chx.pad(chx.array(x), {-1: (1, 2)}), np.pad(x, ((0, 0), (1, 2))))
    chx.testing.assert_array_equal(chx.pad(chx.array(x), {0: 1}), np.pad(x, ((1, 1), (0, 0))))


def test_nothing_to_pad_gives_a_copy() -> None:
    x = chx.zeros(3)
    chx.pad(x, 0)[0] = 1
    chx.pad(x, 0, constant_values=(1, 2))[0] = 1
    assert x.tolist() == [0, 0, 0]
    assert chx.pad(chx.zeros(()), 3).shape == ()
    assert chx.pad(chx.zeros((0, 2)), 1).shape == (2, 4)


@pytest.mark.parametrize("mode", MODES)
def test_gradients(mode: str) -> None:
    x = chx.array(np.random.default_rng(1).normal(size=(3, 4))).require_grad()

    def padded(xs: list[chx.ndarray]) -> list[chx.ndarray]:
        return [chx.pad(xs[0], ((1, 5), (2, 3)), mode)]

    (y,) = padded([x])
    weights = chx.array(np.random.default_rng(2).normal(size=y.shape))
    chx.check_backward(padded, [x], [weights], [chx.full(x.shape, 1e-4, "float64")])


def test_gradient_of_the_constant() -> None:
    value = chx.array(2.0).require_grad()
    chx.pad(chx.zeros((2, 3)), 1, constant_values=value).sum().backward()
    assert float(value.grad) == 4 * 5 - 2 * 3


def test_errors() -> None:
    x = chx.zeros((2, 3))
    with pytest.raises(ValueError, match="mode is 'no'"):
        chx.pad(x, 1, "no")
    with pytest.raises(ValueError, match="-1"):
        chx.pad(x, -1)
    with pytest.raises(ValueError, match="pad_width is"):
        chx.pad(x, ((1, 2), (3, 4), (5, 6)))
    with pytest.raises(ValueError, match="is empty"):
        chx.pad(chx.zeros((0, 3)), 1, "edge")
    with pytest.raises(ValueError, match="stat_length is 0"):
        chx.pad(x, 1, "mean", stat_length=0)
