"""Piecewise functions, functions of Python numbers, masks, and values that decide dtypes."""

from __future__ import annotations

import numpy as np
import pytest

import chainerx as chx

DTYPES = ["int8", "int64", "uint16", "float16", "float32", "float64", "complex64"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (5,), (2, 3), (0, 2)])
def test_piecewise(dtype: str, shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(1).integers(0, 9, shape).astype(dtype)
    a = chx.array(x)
    for functions in ([lambda v: v * v, 3], [1, lambda v: v + v, 5], [lambda v: 7, lambda v: v]):
        conditions = [x.real < 3, x.real > 2]
        expected = np.piecewise(x, conditions, functions)
        actual = chx.piecewise(a, [chx.array(c) for c in conditions], functions)
        chx.testing.assert_array_equal_ex(actual, expected, strides_check=False)
        actual = chx.piecewise(a.T, [chx.array(c).T for c in conditions], functions)
        chx.testing.assert_array_equal(actual, expected.T)


def test_piecewise_arguments() -> None:
    x = chx.array([-1.0, 0.0, 2.0])
    expected = [-3, 0, 2]
    scale = lambda v, factor, shift=0: v * factor + shift  # noqa: E731
    assert (
        chx.piecewise(x, [x < 0, x >= 0], [lambda v, *_, **__: v * 3, scale], 1).tolist()
        == expected
    )
    assert chx.piecewise(x, x < 0, [scale], 2, shift=1).tolist() == [-1, 0, 0]
    assert chx.piecewise(x, [True, False, False], [5]).tolist() == [5, 0, 0]
    assert chx.piecewise(x, [[True, False, False], [True, True, False]], [5, 6]).tolist() == [
        6,
        6,
        0,
    ]
    with pytest.raises(ValueError, match="3 functions for 1 conditions"):
        chx.piecewise(x, [x < 0], [1, 2, 3])


def test_piecewise_has_gradients() -> None:
    x = chx.array([-2.0, 1.0, 3.0]).require_grad()
    w = chx.array(5.0).require_grad()
    y = chx.piecewise(x, [x < 0, x > 2], [lambda v: v * w, chx.square, lambda v: -v])
    assert y.tolist() == [-10, -1, 9]
    chx.sum(y).backward()
    assert x.grad.tolist() == [5, -1, 6]
    assert w.grad.item() == -2


def test_mask_indices() -> None:
    for k in (0, 1, -1):
        actual = chx.mask_indices(3, chx.triu, k)
        for a, e in zip(actual, np.mask_indices(3, np.triu, k), strict=True):
            chx.testing.assert_array_equal_ex(a, e)


def test_indices_from_refuse() -> None:
    for function in (chx.tril_indices_from, chx.triu_indices_from):
        with pytest.raises(chx.DimensionError):
            function(chx.ones(3))
    for shape in ((3,), (2, 3), ()):
        with pytest.raises(chx.DimensionError, match="two axes or more, all of one extent"):
            chx.diag_indices_from(chx.ones(shape))


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_real_if_close(dtype: str) -> None:
    eps = np.finfo(dtype).eps
    for imaginary, tol in ((0, 100), (50 * eps, 100), (200 * eps, 100), (1e-3, 0.5), (0.7, 0.5)):
        x = np.array([1, 2 + 1j * imaginary], dtype)
        actual = chx.real_if_close(chx.array(x), tol)
        chx.testing.assert_array_equal_ex(actual, np.real_if_close(x, tol), strides_check=False)
    x = chx.ones(2)
    assert chx.real_if_close(x) is x


@pytest.mark.parametrize("dtype", [*DTYPES, "bool", "bfloat16", "complex128"])
def test_sort_complex(dtype: str) -> None:
    rng = np.random.default_rng(3)
    x = rng.integers(0, 3, (2, 6)) + (1j * rng.integers(0, 3, (2, 6)) if "complex" in dtype else 0)
    a = chx.array(x).astype(dtype)
    y = chx.sort_complex(a)
    assert y.dtype == (chx.complex128 if dtype in ("float64", "complex128") else chx.complex64)
    host = chx.to_numpy(a.astype("float32") if dtype == "bfloat16" else a)
    chx.testing.assert_array_equal(y, np.sort_complex(host))
    assert chx.sort_complex(chx.zeros((0,))).dtype == chx.complex64


def test_sort_complex_has_gradients() -> None:
    x = chx.array([3.0, 1.0, 2.0]).require_grad()
    chx.sum(chx.sort_complex(x).real * chx.array([1.0, 10.0, 100.0])).backward()
    assert x.grad.tolist() == [100, 1, 10]


def test_vectorize() -> None:
    def clipped(a: float, b: float = 2) -> float:
        """The lesser one."""
        return a if a < b else b

    f = chx.vectorize(clipped)
    x = np.array([[1.0, 2, 3], [4, 0, -1]])
    expected = np.vectorize(clipped)(x, 1.5)
    chx.testing.assert_array_equal_ex(f(chx.array(x), 1.5), expected)
    chx.testing.assert_array_equal_ex(
        f(chx.array(x).T, b=chx.array(1.5)), expected.T, strides_check=False
    )
    assert f.__doc__ == "The lesser one."
    assert f.__name__ == "clipped"
    assert f(chx.array([3]).to_device("native:1")).device.name == "native:1"


def test_vectorize_options() -> None:
    both = chx.vectorize(lambda a: (a, 2 * a), otypes=["float32", "int8"])
    first, second = both(chx.array([1, 2]))
    assert (first.dtype, second.dtype) == (chx.float32, chx.int8)

    @chx.vectorize(signature="(n)->()")
    def total(v: np.ndarray) -> float:
        return v.sum()

    assert total(chx.ones((2, 3))).tolist() == [3, 3]
    with pytest.raises(ValueError, match="size 0"):
        chx.vectorize(abs)(chx.ones(0))


def test_ndenumerate() -> None:
    x = np.arange(6.0).reshape(2, 3)
    assert list(chx.ndenumerate(chx.array(x).T)) == list(np.ndenumerate(x.T))
    assert list(chx.ndenumerate([1])) == [((0,), 1)]
    assert list(chx.ndenumerate(chx.ones(()))) == [((), 1)]
    assert list(chx.ndenumerate(chx.ones((0, 2)))) == []
    assert list(chx.ndindex(2, 1)) == [(0, 0), (1, 0)]
