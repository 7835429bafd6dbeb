"""How functions take their arguments: by position and name, conversions, messages."""

from __future__ import annotations

import inspect
from typing import Any

import numpy
import pytest

import chainerx as chx


def test_position_and_name() -> None:
    a = chx.arange(6).reshape(2, 3)
    assert (
        chx.sum(a, 0).tolist()
        == chx.sum(a, axis=0).tolist()
        == chx.sum(axis=0, a=a).tolist()
        == [3, 5, 7]
    )
    assert a.sum(1, True).shape == a.sum(keepdims=True, axis=1).shape == (2, 1)
    assert chx.ndarray.sum(a, 0).tolist() == [3, 5, 7]
    name = "".join(["ax", "is"])  # not interned
    assert chx.sum(a, **{name: 0}).tolist() == [3, 5, 7]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda a: chx.sum(), "sum: argument 'a' is missing"),
        (
            lambda a: chx.sum(a, 0, True, 4),
            "sum: 4 positional arguments were given; expected at most 3",
        ),
        (lambda a: a.sum(0, True, 4), "sum: 4 positional arguments"),
        (lambda a: chx.sum(a, nope=1), "sum: unexpected keyword argument 'nope'"),
        (lambda a: chx.sum(a, 0, axis=1), "sum: argument 'axis' was given twice"),
        (lambda a: a.sum(a=a), "sum: unexpected keyword argument 'a'"),
        (
            lambda a: chx.sum([1, 2]),
            r"sum: argument 'a' is \[1, 2\] \(list\); expected a chainerx.ndarray; convert it with",
        ),
        (lambda a: chx.sum(numpy.ones(2)), "numpy.ndarray"),
        (
            lambda a: chx.sum(a, "x"),
            r"sum: argument 'axis' is 'x' \(str\); expected an integer or a sequence of integers",
        ),
        (lambda a: chx.sum(a, 1.5), "expected an integer"),
        (lambda a: chx.sum(a, keepdims="yes"), "expected True or False"),
        (lambda a: chx.add(a, "x"), "expected a chainerx.ndarray or a number"),
        (lambda a: chx.concatenate(a), "expected a sequence of chainerx.ndarray"),
        (lambda a: chx.concatenate([a, 1]), "item 1 of argument 'arrays' is 1"),
        (lambda a: chx.leaky_relu(a, slope="x"), "expected a real number"),
        (lambda a: chx.meshgrid(a, indexing=3), "expected a string"),
        (lambda a: chx.zeros(2, device=3), "expected a chainerx.Device or a name"),
        (lambda a: a.reshape(2, "x"), "expected integers"),
        (lambda a: chx.reshape(a), "argument 'shape' is missing"),
        (lambda a: a.fill("x"), "fill: argument 'value' is 'x'"),
    ],
)
def test_errors_say_what_was_expected(call: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call(chx.ones((2, 3)))


@pytest.mark.parametrize(
    "axis", [0, numpy.int32(0), (0,), [0], numpy.array([0]), -2, chx.array([0])]
)
def test_axes(axis: Any) -> None:
    assert chx.ones((2, 3)).sum(axis=axis).shape == (3,)


@pytest.mark.parametrize(
    "shape", [6, (6,), [6], numpy.int64(6), (numpy.int8(6),), numpy.array([6])]
)
def test_shapes(shape: Any) -> None:
    assert chx.zeros(shape).shape == (6,)
    assert chx.ones((2, 3)).reshape(shape).shape == (6,)


def test_several_integers() -> None:
    a = chx.zeros((2, 3, 4))
    assert (
        a.reshape(4, 6).shape
        == a.reshape((4, -1)).shape
        == a.reshape(newshape=(4, 6)).shape
        == (4, 6)
    )
    assert chx.reshape(a, 4, 6).shape == chx.reshape(a, (4, 6)).shape == (4, 6)
    assert (
        a.transpose(2, 0, 1).shape
        == a.transpose((2, 0, 1)).shape
        == chx.transpose(a, (2, 0, 1)).shape
        == (4, 2, 3)
    )
    assert a.transpose().shape == a.transpose(None).shape == chx.transpose(a).shape == (4, 3, 2)
    assert [m.shape for m in chx.meshgrid(chx.arange(2), chx.arange(3), indexing="ij")] == [
        (2, 3),
        (2, 3),
    ]
    assert chx.ones(1).reshape(()).shape == ()


def test_take_and_split() -> None:
    a = chx.arange(6)
    for indices in (chx.array([1, 2]), [1, 2], (1, 2), numpy.array([1, 2], "uint8")):
        assert a.take(indices, axis=0).tolist() == chx.take(a, indices, 0).tolist() == [1, 2]
    assert chx.take(a, 3, 0).tolist() == 3
    assert (
        [p.tolist() for p in chx.split(a, 3)]
        == [p.tolist() for p in chx.split(a, [2, 4])]
        == [[0, 1], [2, 3], [4, 5]]
    )
    assert (
        len(chx.split(a, 2.0))
        == len(chx.split(a, numpy.array(2)))
        == len(chx.split(a, chx.array(2)))
        == 2
    )
    assert [p.size for p in chx.array_split(a, 4)] == [2, 2, 1, 1]
    b = a.reshape(1, 2, 3)
    assert len(chx.dsplit(b, 3)) == 3
    assert len(chx.hsplit(b, 2)) == 2
    assert len(chx.vsplit(b, 1)) == 1
    with pytest.raises(ValueError, match="integer"):
        chx.split(a, 2.5)
    with pytest.raises(TypeError):
        chx.take(a, "x", 0)
    with pytest.raises(chx.ChainerxError):
        chx.split(a, 4)


def test_results() -> None:
    assert type(chx.nonzero(chx.ones(2))) is tuple
    assert type(chx.split(chx.ones(2), 2)) is list


def test_introspection() -> None:
    assert str(inspect.signature(chx.sum)) == "(a, axis=None, keepdims=False, *, dtype=None)"
    assert (
        str(inspect.signature(chx.ndarray.sum))
        == "(self, /, axis=None, keepdims=False, *, dtype=None)"
    )
    assert str(inspect.signature(chx.meshgrid)) == "(*arrays, indexing='xy')"
    assert chx.sum.__module__ == "chainerx"
    assert chx.random.normal.__module__ == "chainerx.random"
    assert chx.sum.__doc__ is not None
    assert "Parameters\n----------\na : ndarray\n" in chx.sum.__doc__
    public = [getattr(chx, name) for name in dir(chx) if not name.startswith("_")]
    functions = [f for f in public if inspect.isbuiltin(f)]
    assert len(functions) > 100
    for function in functions:
        assert function.__doc__, function
    for name, method in vars(chx.ndarray).items():
        if inspect.ismethoddescriptor(method) and not name.startswith("_"):
            inspect.signature(method)


def test_aliases() -> None:
    a = chx.array([4.0])
    assert chx.absolute(a).tolist() == chx.abs(a).tolist()
    assert chx.pow(a, 2).tolist() == chx.power(a, 2).tolist()
