"""delete, insert, block, copyto and the other functions that make arrays of parts of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import chainerx as chx

PLACES: list[Any] = [0, -1, 3, slice(1, 3), slice(None, None, 2), [0, 2], [1, 1, 3], [-1, 0], []]


@pytest.mark.parametrize("obj", PLACES, ids=str)
def test_delete(obj: Any) -> None:
    x = np.arange(20.0).reshape(4, 5)
    for axis in (None, 0, -1):
        chx.testing.assert_array_equal_ex(
            chx.delete(chx.array(x), obj, axis), np.delete(x, obj, axis)
        )
    own = chx.array(obj) if isinstance(obj, list) and obj else obj
    chx.testing.assert_array_equal(chx.delete(chx.array(x), own, 0), np.delete(x, obj, 0))


def test_delete_by_mask_and_its_gradient() -> None:
    x = chx.arange(4, dtype="float32").require_grad()
    kept = chx.delete(x, chx.array([True, False, True, False]))
    (kept * chx.array([2.0, 3.0])).sum().backward()
    assert x.grad.tolist() == [0, 2, 0, 3]
    with pytest.raises(IndexError):
        chx.delete(x, 7)


@pytest.mark.parametrize("obj", PLACES, ids=str)
def test_insert(obj: Any) -> None:
    x = np.arange(20.0).reshape(4, 5)
    for axis in (None, 0, -1):
        expected = np.insert(x, obj, -7.5, axis)
        chx.testing.assert_array_equal_ex(chx.insert(chx.array(x), obj, -7.5, axis), expected)
    row = np.arange(5.0)
    chx.testing.assert_array_equal(
        chx.insert(chx.array(x), obj, chx.array(row), 0), np.insert(x, obj, row, 0)
    )


def test_insert_of_several() -> None:
    x, v = np.arange(6.0).reshape(2, 3), np.arange(4.0).reshape(2, 2)
    a = chx.array(x)
    chx.testing.assert_array_equal(
        chx.insert(a, [1, 3], chx.array(v), 1), np.insert(x, [1, 3], v, 1)
    )
    chx.testing.assert_array_equal(chx.insert(a, 1, [9, 8], 1), np.insert(x, 1, [9, 8], 1))
    chx.testing.assert_array_equal(chx.insert(a, 1, [1, 2, 3]), np.insert(x, 1, [1, 2, 3]))
    chx.testing.assert_array_equal(chx.insert(a, [2, 2], [7, 8]), np.insert(x, [2, 2], [7, 8]))
    whole = chx.insert(chx.array([1, 2]), 1, 2.9)
    assert whole.dtype == "int64"
    assert whole.tolist() == [1, 2, 2]
    value = chx.array([5.0]).require_grad()
    (chx.insert(chx.zeros(3), 1, value) * 2).sum().backward()
    assert value.grad.tolist() == [2]


@pytest.mark.parametrize("trim", ["fb", "f", "b"])
def test_trim_zeros(trim: Any) -> None:
    for x in ([0, 0, 1, 0, 2, 0], [1, 2], [0, 0], []):
        row = np.array(x, "int64")
        chx.testing.assert_array_equal(
            chx.trim_zeros(chx.array(row), trim), np.trim_zeros(row, trim)
        )


def test_block() -> None:
    a, b = np.ones((2, 2)), np.full((2, 1), 2.0)
    layouts: list[Any] = [a, [a, b], [[a, b], [b, a]], [[np.array(1.0)]], [[[a]], [[a]]]]

    def own(layout: Any) -> Any:
        return [own(each) for each in layout] if isinstance(layout, list) else chx.array(layout)

    for layout in layouts:
        chx.testing.assert_array_equal_ex(chx.block(own(layout)), np.block(layout))
    with pytest.raises(ValueError, match="several depths"):
        chx.block([chx.ones(1), [chx.ones(1)]])
    with pytest.raises(ValueError, match="empty"):
        chx.block([])


def test_copyto() -> None:
    x = chx.zeros((2, 3))
    chx.copyto(x, chx.array([1.0, 2.0, 3.0]))
    chx.copyto(x, 9, where=chx.array([[True], [False]]))
    assert x.tolist() == [[9, 9, 9], [1, 2, 3]]
    chx.copyto(x, chx.array([4, 5, 6]), where=[True, False, True])
    assert x.tolist() == [[4, 9, 6], [4, 2, 6]]
    chx.copyto(x, 1.5, casting="no", where=False)
    assert x.tolist() == [[4, 9, 6], [4, 2, 6]]


@pytest.mark.parametrize("casting", ["no", "equiv", "safe", "same_kind", "unsafe"])
@pytest.mark.parametrize("source", ["bool", "int8", "int64", "float32", "float64", "complex64"])
@pytest.mark.parametrize("target", ["int32", "float32", "complex128"])
def test_copyto_allows_what_numpy_does(source: str, target: str, casting: Any) -> None:
    def copy() -> None:
        chx.copyto(chx.zeros(2, target), chx.ones(2, source), casting=casting)

    if np.can_cast(source, target, casting):
        copy()
    else:
        with pytest.raises(chx.DtypeError, match="casting"):
            copy()


def test_copyto_errors() -> None:
    with pytest.raises(ValueError, match="casting is 'maybe'"):
        chx.copyto(chx.zeros(2), 1, casting="maybe")
    with pytest.raises(chx.DtypeError, match="int64"):
        chx.copyto(chx.zeros(2, "int64"), 1.5)


def test_apply_along_axis() -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    a = chx.array(x)
    for axis in (0, 1, -1):
        for function in (lambda v: v.sum(), lambda v: v * 2, lambda v: v[:2, None] + v[:1]):
            actual = chx.apply_along_axis(function, axis, a)
            chx.testing.assert_allclose(actual, np.apply_along_axis(function, axis, x), rtol=1e-12)
    over = chx.apply_over_axes(lambda v, axis: v.sum(axis), a, (0, 2))
    chx.testing.assert_allclose(over, np.apply_over_axes(np.sum, x, (0, 2)), rtol=1e-12)
    with pytest.raises(ValueError, match="no vectors"):
        chx.apply_along_axis(lambda v: v, 1, chx.zeros((0, 2)))


def test_grids() -> None:
    keys: list[Any] = [
        slice(2, 5),
        (slice(0, 3), slice(0, 2)),
        (slice(0, 1, 0.5), slice(0, 4)),
        (slice(-1, 1, 5j), slice(0, 2)),
    ]
    for key in keys:
        chx.testing.assert_allclose(chx.mgrid[key], np.mgrid[key])
        expected = np.ogrid[key]
        actual = chx.ogrid[key]
        for a, e in (
            zip(actual, expected, strict=True) if isinstance(key, tuple) else [(actual, expected)]
        ):
            chx.testing.assert_allclose(a, e)


@pytest.mark.parametrize(
    "call",
    [
        lambda a: chx.delete(a, 0, 2),
        lambda a: chx.insert(a, 0, 1, -3),
        lambda a: chx.pad(a, {2: 1}),
        lambda a: chx.array_split(a, 2, 5),
        lambda a: chx.apply_along_axis(chx.sum, 2, a),
        lambda a: chx.apply_over_axes(lambda v, axis: v.sum(axis), a, [2]),
        lambda a: chx.gradient(a, axis=2),
        lambda a: chx.median(a, 2),
    ],
)
def test_axes_that_arrays_do_not_have(call: Any) -> None:
    with pytest.raises(chx.DimensionError, match="axis"):
        call(chx.zeros((2, 3)))
