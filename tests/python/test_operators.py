"""Operators of ndarray with arrays, Python numbers and NumPy scalars."""

from __future__ import annotations

import operator
from decimal import Decimal

import numpy
import pytest

import chainerx as chx

BINARY = [
    "add",
    "sub",
    "mul",
    "truediv",
    "floordiv",
    "mod",
    "pow",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
]
INTEGER = ["and_", "or_", "xor", "lshift", "rshift"]


@pytest.mark.parametrize("name", BINARY)
def test_binary(name: str) -> None:
    function = getattr(operator, name)
    x, y = numpy.array([1.0, 2.5, 4.0], "float32"), numpy.array([2.0, 2.5, 0.5], "float32")
    a, b = chx.array(x), chx.array(y)
    chx.testing.assert_allclose(function(a, b), function(x, y), rtol=1e-6)
    chx.testing.assert_allclose(function(a, 2), function(x, numpy.float32(2)), rtol=1e-6)
    chx.testing.assert_allclose(function(2.0, a), function(numpy.float32(2), x), rtol=1e-6)


@pytest.mark.parametrize("name", INTEGER)
def test_integer_binary(name: str) -> None:
    function = getattr(operator, name)
    x, y = numpy.array([1, 6, 12], "int32"), numpy.array([2, 3, 1], "int32")
    chx.testing.assert_array_equal_ex(function(chx.array(x), chx.array(y)), function(x, y))
    chx.testing.assert_array_equal(function(chx.array(x), 3), function(x, 3))
    chx.testing.assert_array_equal(function(3, chx.array(x)), function(3, x))


def test_unary() -> None:
    a = chx.array([1.5, -2.0])
    assert (-a).tolist() == [-1.5, 2.0]
    assert abs(a).tolist() == [1.5, 2.0]
    positive = +a
    assert positive is not a
    assert positive.tolist() == a.tolist()
    assert (~chx.array([True, False])).tolist() == [False, True]
    assert (~chx.array([0, 5])).tolist() == [-1, -6]


def test_divmod_and_matmul() -> None:
    quotient, rest = divmod(chx.array([7, -7]), 3)
    assert quotient.tolist() == [2, -3]
    assert rest.tolist() == [1, 2]
    a = chx.arange(4, dtype="float32").reshape(2, 2)
    assert (a @ a).tolist() == [[2, 3], [6, 11]]
    with pytest.raises(TypeError):
        a @ 2  # type: ignore[operator]
    with pytest.raises(TypeError):
        pow(a, 2, 3)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("scalar", "dtype"),
    [
        (True, "float32"),
        (2, "float32"),
        (0.5, "float32"),
        (numpy.float64(0.5), "float32"),
        (numpy.float32(0.5), "float32"),
        (numpy.int8(2), "float32"),
        (numpy.uint64(2**63), "float32"),
        (numpy.bool_(True), "float32"),
        (1j, "complex64"),
        (numpy.complex64(1j), "complex64"),
    ],
)
def test_scalars_are_weak(scalar: object, dtype: str) -> None:
    a = chx.ones(2)
    assert (a * scalar).dtype.name == dtype  # type: ignore[operator]
    left = scalar * a  # type: ignore[operator]
    assert isinstance(left, chx.ndarray)
    assert left.dtype.name == dtype


def test_scalar_dtypes_of_integers() -> None:
    assert (chx.ones(2, "int8") + 1).dtype == "int8"
    assert (chx.ones(2, "int64") * 0.5).dtype == "float32"
    assert (chx.ones(2, "uint8") / 2).dtype == "float32"
    with pytest.raises(OverflowError, match="64 bits"):
        chx.ones(2, "int64") + 2**64


def test_foreign_operands_are_left_to_python() -> None:
    a = chx.ones(2)
    for other in ("x", None, Decimal(1), object(), [1, 2], numpy.ones(2)):
        with pytest.raises(TypeError):
            a + other  # type: ignore[operator]
        with pytest.raises(TypeError):
            other + a  # type: ignore[operator]
    assert (a == None) is False  # noqa: E711
    assert (a != "x") is True

    class Other:
        def __radd__(self, array: chx.ndarray) -> str:
            return "radd"

    assert a + Other() == "radd"


def test_inplace_writes_into_the_same_memory() -> None:
    a = chx.array([1.0, 2.0, 3.0])
    same, view = a, a[1:]
    a += 1
    a *= chx.array([2.0, 2.0, 2.0])
    a -= 1.0
    a /= 2
    assert a is same
    assert view.tolist() == [2.5, 3.5]
    a **= 2
    a //= 1
    a %= 4
    assert a.tolist() == [2.0, 2.0, 0.0]
    assert a is same
    b = chx.array([6, 5], "int32")
    b &= 3
    b |= 8
    b ^= 1
    b <<= 2
    b >>= 1
    assert b.tolist() == [22, 16]
    assert b.dtype == "int32"
    c = chx.array([[1.0, 2.0], [3.0, 4.0]])
    d = c
    c @= chx.array([[0.0, 1.0], [1.0, 0.0]])
    assert c is d
    assert c.tolist() == [[2, 1], [4, 3]]


def test_inplace_errors() -> None:
    integers = chx.array([1, 2])
    with pytest.raises(chx.DtypeError):
        integers += 0.5
    with pytest.raises(chx.DtypeError):
        integers /= 2
    a = chx.ones(3)
    with pytest.raises(chx.DimensionError):
        a += chx.ones((2, 3))
    with pytest.raises(TypeError):
        a += "x"  # type: ignore[arg-type]
    connected = chx.ones(2).require_grad() * 2
    with pytest.raises(chx.GradientError):
        connected += 1
