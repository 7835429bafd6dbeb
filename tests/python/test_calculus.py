"""gradient, interp and convolution with the arguments that the table of samples can't express."""

from __future__ import annotations

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest

import chainerx as chx


@pytest.mark.parametrize("edge_order", [1, 2])
def test_gradient_with_coordinates(edge_order: int) -> None:
    rng = np.random.default_rng(0)
    f = rng.normal(size=(4, 5))
    rows, columns = np.cumsum(rng.uniform(0.5, 2, 4)), np.cumsum(rng.uniform(0.5, 2, 5))
    order: dict = {"edge_order": edge_order}
    for distances in ((), (0.5,), (0.5, 2.0), (rows, columns), (0.5, columns)):
        own = [chx.array(d) if isinstance(d, np.ndarray) else d for d in distances]
        actual = chx.gradient(chx.array(f), *own, **order)
        for a, e in zip(actual, np.gradient(f, *distances, **order), strict=True):
            chx.testing.assert_allclose(a, e, rtol=1e-9)
    actual = chx.gradient(chx.array(f), list(columns), axis=1, **order)
    chx.testing.assert_allclose(actual, np.gradient(f, columns, axis=1, **order), rtol=1e-5)


def test_gradient_errors() -> None:
    with pytest.raises(chx.DimensionError, match="at least 3 elements"):
        chx.gradient(chx.zeros(2), edge_order=2)
    with pytest.raises(ValueError, match="edge_order is 3"):
        chx.gradient(chx.zeros(9), edge_order=3)
    with pytest.raises(TypeError, match="3 distances for 2 axes"):
        chx.gradient(chx.zeros((3, 3)), 1, 2, 3)
    with pytest.raises(chx.DimensionError, match="one coordinate for each"):
        chx.gradient(chx.zeros(4), chx.zeros(3))


@hypothesis.given(
    st.lists(st.integers(-20, 20), min_size=1, max_size=6, unique=True),
    st.lists(st.integers(-50, 50).map(lambda i: i / 2), max_size=8),
    st.sampled_from([{}, {"left": -7.5}, {"right": 9.0}, {"period": 7.0}, {"period": -5}]),
)
@hypothesis.settings(deadline=None)
def test_interp(knots: list[int], at: list[float], options: dict) -> None:
    if "period" in options:
        knots = list({k % abs(options["period"]): k for k in knots}.values())
    xp = np.array(knots if "period" in options else sorted(knots), "float64")
    fp = np.random.default_rng(1).normal(size=xp.size)
    x = np.array(at)
    actual = chx.interp(chx.array(x), chx.array(xp), chx.array(fp), **options)
    chx.testing.assert_allclose(actual, np.interp(x, xp, fp, **options), rtol=1e-9, atol=1e-9)


def test_interp_of_other_dtypes_and_its_gradient() -> None:
    xp, fp = chx.array([0, 2, 4]), chx.array([1, 3, 7])
    assert chx.interp(1, xp, fp).item() == 2
    assert chx.interp(chx.array([1, 3]), xp, fp).dtype == "float32"
    assert chx.interp(chx.array([3.0]), xp, fp.astype("complex64") * 1j).tolist() == [5j]
    x = chx.array([1.0, 3.0, 9.0]).require_grad()
    values = chx.array([1.0, 3.0, 7.0]).require_grad()
    chx.interp(x, chx.array([0.0, 2.0, 4.0]), values).sum().backward()
    assert x.grad.tolist() == [1, 2, 0]
    assert values.grad.tolist() == [0.5, 1, 1.5]


def test_interp_errors() -> None:
    with pytest.raises(chx.DimensionError, match="equal shapes"):
        chx.interp(0.5, chx.zeros(2), chx.zeros(3))
    with pytest.raises(chx.DimensionError, match="not empty"):
        chx.interp(0.5, chx.zeros(0), chx.zeros(0))
    with pytest.raises(ValueError, match="period is 0"):
        chx.interp(0.5, chx.zeros(2), chx.zeros(2), period=0)


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("dtype", ["int8", "uint32", "float16", "float64", "complex64"])
def test_convolution_of_all_lengths(dtype: str, mode: str) -> None:
    rng = np.random.default_rng(4)
    for n in range(1, 6):
        for m in range(1, 6):
            a, v = (rng.integers(0, 4, k).astype(dtype) for k in (n, m))
            if dtype.startswith("complex"):
                a, v = a * (1 + 2j), v * (2 - 1j)
            for name in ("convolve", "correlate"):
                actual = getattr(chx, name)(chx.array(a), chx.array(v), mode)
                expected = getattr(np, name)(a, v, mode).astype(a.dtype)
                chx.testing.assert_allclose_ex(actual, expected, rtol=1e-5)


def test_convolution_errors() -> None:
    with pytest.raises(ValueError, match="mode is 'round'"):
        chx.convolve(chx.ones(3), chx.ones(2), "round")
    with pytest.raises(chx.DimensionError, match="1 dimension"):
        chx.correlate(chx.ones((3, 2)), chx.ones(2))
    with pytest.raises(chx.DimensionError, match="empty"):
        chx.convolve(chx.ones(3), chx.ones(0))


def test_unwrapping_phases() -> None:
    phase = np.linspace(0, 30, 50)
    wrapped = np.angle(np.exp(1j * phase))
    chx.testing.assert_allclose(chx.unwrap(chx.array(wrapped)), phase, rtol=1e-9, atol=1e-9)
    row = np.array([0, 1, 2, -1, 0, 4.0, -4.0])
    for options in ({"period": 4}, {"period": 4, "discont": 3}, {"period": 2.5}):
        kwargs: dict = options
        chx.testing.assert_allclose(chx.unwrap(chx.array(row), **kwargs), np.unwrap(row, **kwargs))
    with pytest.raises(ValueError, match="period is 0"):
        chx.unwrap(chx.zeros(2), period=0)
    assert chx.polyval(chx.array([2, 0, 1]), 3).item() == 19
