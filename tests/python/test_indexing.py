"""Reading and assigning by index, compared with NumPy."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

import chainerx as chx

KEYS: list[Any] = [
    0,
    -1,
    numpy.int64(1),
    slice(None),
    slice(1, None),
    slice(None, None, -1),
    slice(-2, None, -2),
    slice(5, 1),
    slice(None, None, 10**12),
    slice(-(10**30), 10**30),
    None,
    ...,
    (),
    (0, 1),
    (..., 0),
    (slice(None), 1),
    (0, None, slice(1, 3)),
    (None, ..., None),
    [0, 2],
    [[0, 1], [2, 0]],
    ([0, 1], [1, 2]),
    (slice(None), [1, 1]),
    numpy.array([2, 0]),
    [True, False, True],
    numpy.arange(12).reshape(3, 4) > 5,
    True,
    False,
    [],
]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_get(key: Any) -> None:
    x = numpy.arange(12, dtype="float32").reshape(3, 4)
    result = chx.array(x)[key]
    assert isinstance(result, chx.ndarray)
    chx.testing.assert_array_equal_ex(result, x[key])
    assert result.shape == x[key].shape


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_set(key: Any) -> None:
    x = numpy.arange(12, dtype="float32").reshape(3, 4)
    a = chx.array(x)
    x[key] = -1
    a[key] = -1
    chx.testing.assert_array_equal(a, x)


def test_index_by_arrays() -> None:
    a = chx.array([[1, 2], [3, 4], [5, 6]])
    assert a[chx.array([2, 0])].tolist() == [[5, 6], [1, 2]]
    assert a[a > 3].tolist() == [4, 5, 6]
    assert a[:, chx.array(1)].tolist() == [2, 4, 6]


def test_basic_indices_are_views() -> None:
    a = chx.zeros((3, 4))
    a[1][2:] += 1
    a[:, 0] = 5
    a[::2][:, 1] = chx.array([7.0, 8.0])
    assert a.tolist() == [[5, 7, 0, 0], [5, 0, 1, 1], [5, 8, 0, 0]]


@pytest.mark.parametrize(
    "value", [2, 2.9, True, numpy.float64(2.5), [1, 2, 3], (1.5, 2, 3), numpy.array([1, 2, 3])]
)
def test_assign_casts_and_broadcasts(value: Any) -> None:
    x = numpy.zeros((2, 3), "int32")
    a = chx.array(x)
    x[...] = value
    a[...] = value
    chx.testing.assert_array_equal_ex(a, x)


def test_assign_array_of_another_dtype() -> None:
    a = chx.zeros((2, 2), "float16")
    a[1] = chx.array([1.5, 2.5])
    a[:, 0] = chx.array(3, "int8")
    assert a.tolist() == [[3, 0], [3, 2.5]]


@pytest.mark.parametrize("key", [3, -4, (0, 4), (0, 0, 0), [0, 7], (..., ...), 10**30])
def test_out_of_range(key: Any) -> None:
    a = chx.zeros((3, 4))
    with pytest.raises(IndexError):
        a[key]


@pytest.mark.parametrize("key", ["x", 1.0, [0.5], {}, (0, "x")])
def test_wrong_kind(key: Any) -> None:
    with pytest.raises(IndexError, match="index: "):
        chx.zeros((3, 4))[key]


def test_other_errors() -> None:
    a = chx.zeros(3)
    with pytest.raises(ValueError, match="step"):
        a[::0]
    with pytest.raises(TypeError, match="slice"):
        a["a":]  # type: ignore[misc]
    with pytest.raises(TypeError, match="deleted"):
        del a[0]  # type: ignore[attr-defined]
    with pytest.raises(IndexError):
        chx.zeros(())[0]
    connected = chx.zeros(3).require_grad() * 2
    with pytest.raises(chx.GradientError):
        connected[0] = 1


def test_gradient_of_a_slice() -> None:
    a = chx.arange(4, dtype="float32").require_grad()
    (a[1:3] * a[2]).sum().backward()
    assert a.grad.tolist() == [0, 2, 5, 0]


def test_empty_arrays() -> None:
    a = chx.zeros((0, 3))
    assert a[:].shape == (0, 3)
    assert a[1:].shape == (0, 3)
    assert a[:, 1].shape == (0,)
    assert list(a) == []
    with pytest.raises(IndexError):
        a[0]
