"""Whole comparisons, choices, sequences and writing in place: functions that are not of the form that the table tests."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import chainerx as chx


def test_whole_comparisons() -> None:
    a = chx.array([1.0, 2.0, float("nan")])
    assert chx.allclose(a, a, equal_nan=True) is True
    assert chx.allclose(a, a) is False
    assert chx.allclose(a[:2], 1.5, atol=0.5) is True
    assert chx.array_equal(a[:2], chx.array([1, 2])) is True
    assert chx.array_equal(a, a) is False
    assert chx.array_equal(a, a, equal_nan=True) is True
    assert chx.array_equal(a, a[:2]) is False
    assert chx.array_equiv(chx.ones((2, 3)), chx.ones(3)) is True
    assert chx.array_equiv(chx.ones((2, 3)), chx.ones(2)) is False
    assert chx.array_equiv(chx.ones((2, 3)), chx.zeros(1)) is False


def test_isclose_at_special_values() -> None:
    x = np.array([np.inf, -np.inf, np.inf, np.nan, 1.0, 0.0, 1e10])
    y = np.array([np.inf, np.inf, 1.0, np.nan, 1.00001, 1e-9, 1.00001e10])
    for equal_nan in (False, True):
        actual = chx.isclose(chx.array(x), chx.array(y), equal_nan=equal_nan)
        chx.testing.assert_array_equal(actual, np.isclose(x, y, equal_nan=equal_nan))
    assert chx.isclose(chx.array([2**53 + 1]), 2**53, rtol=0, atol=0.5).tolist() == [True]
    assert chx.isclose(1.0, chx.array([1.0])).tolist() == [True]


def test_steps_roots_and_powers_of_two() -> None:
    x = np.array([-np.inf, -8.0, -0.0, 0.0, 27.0, np.inf, np.nan])
    chx.testing.assert_array_equal(chx.heaviside(chx.array(x), 0.5), np.heaviside(x, 0.5))
    chx.testing.assert_allclose(chx.cbrt(chx.array(x)), np.cbrt(x), rtol=1e-15)
    for a, e in zip(chx.modf(chx.array(x)), np.modf(x), strict=True):
        chx.testing.assert_array_equal(a, e)
        assert np.signbit(chx.to_numpy(a)).tolist()[:6] == np.signbit(e).tolist()[:6]
    large = np.array([1e-300, 3.0])
    chx.testing.assert_array_equal(
        chx.ldexp(chx.array(large), chx.array([1900, -3])), np.ldexp(large, [1900, -3])
    )
    with pytest.raises(chx.DtypeError, match="expected integers"):
        chx.ldexp(chx.ones(1), 0.5)


def test_mantissas_and_exponents() -> None:
    tiny = np.finfo("float64").smallest_subnormal
    x = np.array([0.0, -0.0, 1.0, -0.5, 3.0, 2.0**1023, -tiny, 8 - 1e-15, np.inf, -np.inf, np.nan])
    powers = 2.0 ** np.arange(-300, 300, 7)
    for values in (x, powers, np.nextafter(powers, 0), np.nextafter(powers, np.inf)):
        for a, e in zip(chx.frexp(chx.array(values)), np.frexp(values), strict=True):
            chx.testing.assert_array_equal_ex(a, e)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "float16", "float32", "float64"])
def test_rounding_to_digits(dtype: str) -> None:
    x = np.array([0, 4, 5, 6, 14, 15, 25, 35, 95, 105, 127]).astype(dtype)
    if dtype != "uint8":
        x = np.concatenate([x, -x])
    for decimals in (0, -1, -2, -5, 2):
        expected = np.round(x.astype("float64"), decimals).astype(dtype)
        chx.testing.assert_array_equal_ex(chx.around(chx.array(x), decimals), expected)
    big = chx.array([2**62 + 5, -(2**62) - 5])
    assert chx.around(big, -1).tolist() == [4611686018427387910, -4611686018427387910]
    assert chx.around(big, -30).tolist() == [0, 0]
    special = chx.around(chx.array([1.2345, float("inf"), float("nan")]), 2)
    np.testing.assert_allclose(chx.to_numpy(special), [1.23, np.inf, np.nan], rtol=1e-6)


def test_derivatives_of_sinc_at_zero() -> None:
    x = chx.zeros(1, "float64").require_grad()
    (first,) = chx.grad([chx.sinc(x)], [x], enable_double_backprop=True)
    (second,) = chx.grad([first], [x])
    assert first.item() == 0
    np.testing.assert_allclose(second.item(), -(np.pi**2) / 3)


def test_select_and_choose() -> None:
    x = np.arange(6)
    a = chx.array(x)
    expected = np.select([x < 2, x < 4], [x * 10, x * 100], -1)
    actual = chx.select([a < 2, a < 4], [a * 10, a * 100], default=-1)
    chx.testing.assert_array_equal_ex(actual, expected)
    assert chx.select([a < 2], [a]).tolist() == [0, 1, 0, 0, 0, 0]
    with pytest.raises(ValueError, match="1 conditions and 2 choices"):
        chx.select([a < 2], [a, a])
    with pytest.raises(chx.DtypeError, match="expected bool"):
        chx.select([a], [a])
    choices = [a * 0, a * 10, a * 20]
    places = [0, 1, 2, 0, 1, 2]
    assert (
        chx.choose(chx.array(places), choices).tolist()
        == np.choose(places, [x * 0, x * 10, x * 20]).tolist()
    )
    assert chx.choose(chx.array([[0], [0]]), [a]).shape == (2, 6)
    assert chx.array([1, 0]).choose([a[:2], a[2:4]]).tolist() == [2, 1]
    assert chx.arange(5).searchsorted(2.5).item() == 3
    assert chx.array([1j]).conj().tolist() == [-1j]
    with pytest.raises(IndexError, match="out of range"):
        chx.choose(chx.array([3]), choices)
    with pytest.raises(ValueError, match="mode is 'x'"):
        chx.choose(chx.array([0]), choices, "x")
    with pytest.raises(ValueError, match="no choices"):
        chx.choose(chx.array([0]), [])


def test_indices_of_shapes() -> None:
    shape = (3, 4, 5)
    index = np.array([[0, 2, 1], [3, 0, 2], [4, 4, 0]])
    rows = [chx.array(row) for row in index]
    flat = chx.ravel_multi_index(rows, shape)
    chx.testing.assert_array_equal(flat, np.ravel_multi_index(tuple(index), shape))
    for a, e in zip(chx.unravel_index(flat, shape), index, strict=True):
        chx.testing.assert_array_equal(a, e)
    outside = np.array([[-1, 5], [4, 1], [7, -9]])
    for mode in ("wrap", "clip"):
        actual = chx.ravel_multi_index([chx.array(row) for row in outside], shape, mode)
        expected = np.ravel_multi_index(tuple(outside), shape, mode=mode)  # type: ignore[call-overload]
        chx.testing.assert_array_equal(actual, expected)
    with pytest.raises(IndexError, match="out of range"):
        chx.ravel_multi_index([chx.array(row) for row in outside], shape)
    with pytest.raises(IndexError, match="out of range"):
        chx.unravel_index(chx.array([60]), shape)
    with pytest.raises(ValueError, match="2 arrays of indices"):
        chx.ravel_multi_index(rows[:2], shape)
    for args in ((3,), (3, 1), (4, -1, 2), (2, 0, 5)):
        for name in ("tril_indices", "triu_indices"):
            for a, e in zip(getattr(chx, name)(*args), getattr(np, name)(*args), strict=True):
                chx.testing.assert_array_equal_ex(a, e)
    for shape_ in ((2, 3), (4,), (2, 0)):
        chx.testing.assert_array_equal_ex(chx.indices(shape_), np.indices(shape_))
    assert chx.indices((2,), "float32").dtype == "float32"
    assert chx.argwhere(chx.array(3)).shape == (1, 0)
    assert chx.argwhere(chx.array(0)).shape == (0, 0)


@pytest.mark.parametrize("m", [0, 1, 2, 7, 12])
def test_windows(m: int) -> None:
    for name in ("hanning", "hamming", "blackman", "bartlett"):
        expected = getattr(np, name)(m)
        chx.testing.assert_allclose(getattr(chx, name)(m, "float64"), expected, atol=1e-12)
        assert getattr(chx, name)(m).dtype == "float32"
        with pytest.raises(ValueError, match="M is -1"):
            getattr(chx, name)(-1)


def test_logarithmic_sequences() -> None:
    for args in ((0, 3), (1, 2, 5), (2, -1, 4, False)):
        actual = chx.logspace(*args, dtype="float64")
        chx.testing.assert_allclose(actual, np.logspace(*args), rtol=1e-12)
    chx.testing.assert_allclose(chx.logspace(0, 4, 5, base=2.0), [1, 2, 4, 8, 16])
    for args in ((1, 1000, 4), (-2, -32, 5), (5, 5, 3), (1, 8, 3, False)):
        actual = chx.geomspace(*args, dtype="float64")
        chx.testing.assert_allclose(actual, np.geomspace(*args), rtol=1e-12)
    with pytest.raises(ValueError, match="of one sign"):
        chx.geomspace(0, 1)
    with pytest.raises(ValueError, match="of one sign"):
        chx.geomspace(-1, 1)


def test_writing_in_place() -> None:
    x = np.arange(12.0).reshape(3, 4)
    for layout in (lambda a: a, lambda a: a.T, lambda a: a[:, ::-2]):
        for call in (
            lambda m, a, c: m.put(a, c([0, 3, -1]), 7.0),
            lambda m, a, c: m.put(a, c([0, 5, 2, 4]), c([1.0, 2.0])),
            lambda m, a, c: m.put(a, c([0, 99]), c([1.0, 2.0]), mode="clip"),
            lambda m, a, c: m.put(a, c([0, 99, -99]), c([1.0, 2.0, 3.0]), mode="wrap"),
            lambda m, a, c: m.place(a, a > 4, c([-1.0, -2.0, -3.0])),
            lambda m, a, c: m.place(a, a > 400, c([-1.0])),
            lambda m, a, c: m.putmask(a, a > 4, c([-1.0, -2.0, -3.0])),
            lambda m, a, c: m.put_along_axis(
                a, c([[1], [0]] if a.shape[0] == 2 else [[1]] * a.shape[0]), 9.0, 1
            ),
        ):
            base, own = x.copy(), chx.array(x)
            call(np, layout(base), np.array)
            call(chx, layout(own), chx.array)
            chx.testing.assert_array_equal(own, base)
    whole = chx.zeros(3, "int64")
    whole.put(chx.array([1]), 2.5)
    assert whole.tolist() == [0, 2, 0]


@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (7, 2), (3, 3, 3), (0, 2)])
@pytest.mark.parametrize("wrap", [False, True])
def test_diagonals_in_place(shape: tuple[int, ...], wrap: bool) -> None:
    for value in (5.0, [1.0, 2.0]):
        x, a = np.zeros(shape), chx.zeros(shape)
        np.fill_diagonal(x, value, wrap)
        chx.fill_diagonal(a, value if isinstance(value, float) else chx.array(value), wrap)
        chx.testing.assert_array_equal(a, x)


def test_open_grids_of_indices() -> None:
    x = np.arange(20).reshape(4, 5)
    rows, columns = np.array([0, 2]), np.array([True, False, True, True, False])
    own = chx.ix_(chx.array(rows), chx.array(columns))
    chx.testing.assert_array_equal(chx.array(x)[own], x[np.ix_(rows, columns)])
    square = chx.zeros((3, 3))
    square[chx.diag_indices(3)] = 1
    assert square.tolist() == np.eye(3).tolist()
    assert len(chx.diag_indices(2, 3)) == 3
    with pytest.raises(chx.DimensionError, match="1 dimension"):
        chx.ix_(chx.zeros((2, 2), "int64"))
    with pytest.raises(ValueError, match="ndim is -1"):
        chx.diag_indices(2, -1)


def test_facts_about_arrays() -> None:
    a = chx.ones((2, 3), "complex64")
    assert (chx.ndim(a), chx.shape(a), chx.size(a), chx.size(a, 1)) == (2, (2, 3), 6, 3)
    assert (chx.ndim([[1]]), chx.shape(1.5), chx.size([1, 2])) == (2, (), 2)
    assert chx.iscomplexobj(a)
    assert chx.isrealobj(chx.real(a))


def test_writing_in_place_refuses() -> None:
    a = chx.zeros((2, 2))
    with pytest.raises(IndexError):
        chx.put(a, chx.array([4]), 1)
    with pytest.raises(ValueError, match="mode is 'x'"):
        chx.put(a, chx.array([0]), 1, "x")
    with pytest.raises(chx.DimensionError, match="the mask"):
        chx.place(a, chx.array([True]), chx.zeros(1))
    with pytest.raises(ValueError, match="no values"):
        chx.putmask(a, a == 0, chx.zeros(0))
    with pytest.raises(chx.GradientError):
        chx.put(chx.zeros(2).require_grad() * 2, chx.array([0]), 1)


def test_scatter_errors() -> None:
    x: Any = chx.zeros((3, 4))
    with pytest.raises(chx.DimensionError, match="as many dimensions"):
        chx.gather(x, 0, chx.array([0]))
    with pytest.raises(chx.DimensionError, match="as many dimensions"):
        chx.gather(x, 1, chx.zeros((4, 1), "int64"))
    with pytest.raises(IndexError):
        chx.gather(x, dim=1, index=chx.array([[4]]))
    with pytest.raises(IndexError):
        chx.scatter_add(x, 1, chx.array([[4]]), 1.0)
    with pytest.raises(IndexError):
        chx.scatter(x, 1, chx.array([[-5]]), 1.0)
    with pytest.raises(chx.DimensionError, match="src has shape"):
        chx.scatter(x, 1, chx.zeros((3, 2), "int64"), chx.zeros((3, 1)))
    with pytest.raises(IndexError, match="expected integers"):
        chx.index_select(x, 0, chx.zeros(1))
    with pytest.raises(chx.DimensionError, match="source has shape"):
        chx.index_copy(x, 0, chx.array([0]), chx.zeros((2, 4)))
    with pytest.raises(IndexError):
        chx.index_fill(x, 0, chx.array([3]), 1)
    with pytest.raises(chx.DimensionError, match="two dimensions or more"):
        chx.fill_diagonal(x[0], 1)
    with pytest.raises(chx.DimensionError, match="equal extents"):
        chx.fill_diagonal(chx.zeros((2, 3, 2)), 1)
    with pytest.raises(ValueError, match="num_classes is -1"):
        chx.one_hot(chx.array([0]), -1)
    assert chx.scatter(x, 0, chx.array([[1, 2]]), 5).tolist()[1] == [5, 0, 0, 0]
    assert chx.one_hot(chx.array([0, 2])).shape == (2, 3)
    assert chx.one_hot(chx.array([1]), dtype="float32").tolist() == [[0, 1]]
