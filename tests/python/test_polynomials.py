"""Polynomials as vectors of coefficients, against NumPy."""

from __future__ import annotations

from typing import Any

import hypothesis
import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import numpy as np
import pytest

import chainerx as chx

COEFFICIENTS = arrays.arrays(
    "float64", st.integers(1, 6), elements=st.integers(-8, 8).map(lambda i: i / 2)
)


def check(actual: Any, expected: Any, atol: float = 1e-9) -> None:
    assert isinstance(actual, chx.ndarray)
    assert actual.shape == np.shape(expected)
    chx.testing.assert_allclose(actual, expected, rtol=1e-9, atol=atol)


@hypothesis.given(COEFFICIENTS, COEFFICIENTS)
@hypothesis.settings(deadline=None, max_examples=60)
def test_arithmetic(a: np.ndarray, b: np.ndarray) -> None:
    for name in ("polyadd", "polysub", "polymul"):
        check(getattr(chx, name)(chx.array(a), chx.array(b)), getattr(np, name)(a, b))


@hypothesis.given(COEFFICIENTS, COEFFICIENTS.filter(lambda b: abs(b[0]) >= 1))
@hypothesis.settings(deadline=None, max_examples=60)
def test_division(a: np.ndarray, b: np.ndarray) -> None:
    quotient, rest = chx.polydiv(chx.array(a), chx.array(b))
    check(quotient, np.polydiv(a, b)[0])
    back = chx.polyadd(chx.convolve(quotient, chx.array(b)), rest)
    full = np.pad(a, (back.shape[0] - len(a), 0))
    check(back, full, atol=1e-7)
    assert rest.shape[0] < len(b) or rest.tolist() == [0] or len(a) < len(b)


@hypothesis.given(COEFFICIENTS, st.integers(0, 4))
@hypothesis.settings(deadline=None, max_examples=60)
def test_calculus(a: np.ndarray, m: int) -> None:
    check(chx.polyder(chx.array(a), m), np.polyder(a, m))
    check(chx.polyint(chx.array(a), m), np.polyint(a, m))
    check(chx.polyint(chx.array(a), m, 2.5), np.polyint(a, m, 2.5) if m else a)


def test_constants_of_integration() -> None:
    check(chx.polyint(chx.array([6.0]), 3, [6, 5, 3]), np.polyint([6.0], 3, [6, 5, 3]))
    with pytest.raises(ValueError, match="2 constants for m = 3"):
        chx.polyint(chx.ones(2), 3, [1, 2])
    for function in (chx.polyder, chx.polyint):
        with pytest.raises(ValueError, match="m is -1"):
            function(chx.ones(2), -1)


@hypothesis.given(COEFFICIENTS)
@hypothesis.settings(deadline=None, max_examples=40)
def test_poly_of_zeros(zeros: np.ndarray) -> None:
    check(chx.poly(chx.array(zeros)), np.poly(zeros))


def test_poly_of_others() -> None:
    pairs = np.array([1 + 2j, 1 - 2j, 3, -2j, 2j])
    y = chx.poly(chx.array(pairs))
    assert y.dtype == chx.float64
    check(y, np.poly(pairs))
    alone = np.array([1 + 2j, 3j])
    check(chx.poly(chx.array(alone)), np.poly(alone))
    matrix = np.array([[2.0, 1, 0], [1, 3, 1], [0, 1, 4]])
    check(chx.poly(chx.array(matrix)), np.poly(matrix))
    assert chx.poly([]).tolist() == [1]
    assert chx.poly([1, 2]).dtype == chx.float32
    with pytest.raises(chx.DimensionError, match=r"shape \(2, 3\)"):
        chx.poly(chx.ones((2, 3)))


@pytest.mark.parametrize(
    "p",
    [[1, -3, 2], [0, 0, 2, 4, 0, 0], [3.2, 2, 1], [5.0], [0.0, 0.0], [1j, 2, 1], [0, 3, 0], []],
)
def test_roots(p: list) -> None:
    dtype = "complex128" if 1j in p else "float64"
    coefficients = np.array(p, dtype)
    y = chx.roots(chx.array(coefficients))
    assert y.dtype == chx.complex128
    expected = np.roots(coefficients)
    assert y.shape == expected.shape
    np.testing.assert_allclose(
        np.sort_complex(np.round(chx.to_numpy(y), 9)), np.sort_complex(np.round(expected, 9))
    )
    with pytest.raises(chx.DimensionError):
        chx.roots(chx.ones((2, 2)))


X = np.array([-2.0, -1, 0.5, 1, 2, 4, 5])
Y = np.array([1.0, 2, -1, 4, 7, 8, 3])


@pytest.mark.parametrize("y", [Y, np.stack([Y, Y**2], 1)])
@pytest.mark.parametrize("options", [{}, {"w": np.abs(X)}])
def test_fits(y: np.ndarray, options: dict) -> None:
    ours = {name: chx.array(value) for name, value in options.items()}
    arrays_ = chx.array(X), chx.array(y)
    for degree in (0, 1, 3):
        expected = np.polyfit(X, y, degree, **options)
        check(chx.polyfit(*arrays_, degree, **ours), expected)
        for a, e in zip(
            chx.polyfit(*arrays_, degree, full=True, **ours),
            np.polyfit(X, y, degree, full=True, **options),
            strict=True,
        ):
            np.testing.assert_allclose(a if isinstance(a, float) else chx.to_numpy(a), e, 1e-9)
        fit, covariances = chx.polyfit(*arrays_, degree, cov=True, **ours)
        check(fit, expected)
        check(covariances, np.polyfit(X, y, degree, cov=True, **options)[1])
    unscaled = chx.polyfit(*arrays_, 2, cov="unscaled", **ours)[1]
    expected = np.polyfit(X, y, 2, cov="unscaled", **options)[1]
    chx.testing.assert_allclose(
        unscaled[..., 0] if y.ndim == 2 else unscaled, expected.reshape(3, 3)
    )


def test_fits_refuse_and_warn() -> None:
    x = chx.array(X)
    with pytest.raises(ValueError, match="deg is -1"):
        chx.polyfit(x, x, -1)
    with pytest.raises(chx.DimensionError, match="expected"):
        chx.polyfit(x, x[:3], 1)
    with pytest.raises(chx.DimensionError, match="w has shape"):
        chx.polyfit(x, x, 1, w=chx.ones(3))
    with pytest.raises(ValueError, match="no elements"):
        chx.polyfit(x[:0], x[:0], 1)
    with pytest.raises(ValueError, match="2 points for 2 coefficients"):
        chx.polyfit(x[:2], x[:2], 1, cov=True)
    owner = np if hasattr(np, "RankWarning") else np.exceptions
    with pytest.warns(owner.RankWarning, match="do not determine"):
        chx.polyfit(x[:2], x[:2], 3)


def test_what_does_not_depend_on_values_has_gradients() -> None:
    p = chx.array([1.0, 2.0, 3.0]).require_grad()
    for call in (
        lambda p: chx.polyadd(p, [1, 2]),
        lambda p: chx.polysub([1, 2], p),
        lambda p: chx.polymul(p, p),
        chx.polyder,
        chx.polyint,
        chx.poly,
        lambda p: chx.polyfit(chx.array([0.0, 1, 2]), p, 1),
    ):
        p.cleargrad()
        chx.sum(call(p)).backward()
        assert p.grad.shape == p.shape
