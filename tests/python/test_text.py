"""Arrays as text: print options, and text files."""

from __future__ import annotations

import io

import numpy as np
import pytest

import chainerx as chx

X = np.array([[1.123456789, 1e-9], [-2, 3]])


def test_elements_as_text() -> None:
    a = chx.array(X)
    assert chx.array_str(a) == np.array_str(X)
    assert chx.array_str(a, precision=2, suppress_small=True) == np.array_str(X, None, 2, True)
    options: dict = {"separator": ";", "precision": 3, "max_line_width": 10}
    assert chx.array2string(a, **options) == np.array2string(X, **options)
    assert chx.array2string(a.astype("bfloat16")[1]) == "[-2.  3.]"
    assert chx.array_str(chx.zeros(())) == "0.0"


def test_array_repr() -> None:
    a = chx.array([1.23456, 2])
    assert chx.array_repr(a) == repr(a)
    assert chx.array_repr(a, precision=2).startswith("array([1.23, 2.  ], shape=(2,)")
    assert "\n" in chx.array_repr(chx.ones(20), max_line_width=30)


def test_print_options_are_those_of_numpy() -> None:
    a = chx.array([1.23456])
    with chx.printoptions(precision=1):
        assert repr(a).startswith("array([1.2]")
        assert chx.get_printoptions()["precision"] == 1
    before = chx.get_printoptions()
    try:
        chx.set_printoptions(precision=2)
        assert repr(a).startswith("array([1.23]")
    finally:
        np.set_printoptions(**before)


@pytest.mark.parametrize("dtype", ["int8", "float16", "bfloat16", "float64", "complex64"])
def test_savetxt(dtype: str) -> None:
    x = np.array([[1, 2], [3, 4]])
    file, expected = io.StringIO(), io.StringIO()
    chx.savetxt(file, chx.array(x).astype(dtype).T, delimiter=",", header="a,b")
    host = x.T.astype("float32" if dtype == "bfloat16" else dtype)
    np.savetxt(expected, host, delimiter=",", header="a,b")
    assert file.getvalue() == expected.getvalue()


def test_text_is_read() -> None:
    text = "1,2,\n4,,6\n"
    x = np.genfromtxt(io.StringIO(text), delimiter=",", filling_values=-1)
    y = chx.genfromtxt(io.StringIO(text), delimiter=",", filling_values=-1)
    chx.testing.assert_array_equal_ex(y, x)
    y = chx.genfromtxt(io.StringIO("1 2"), "int32", device="native:1")
    assert (y.dtype, y.device.name) == (chx.int32, "native:1")
    with pytest.raises(chx.DtypeError):
        chx.genfromtxt(io.StringIO("1 a\n2 b"), dtype=None, encoding="utf-8")


def test_einsum_path() -> None:
    shapes = [(2, 30), (30, 4), (4, 5)]
    arrays = [chx.ones(s) for s in shapes]
    path, text = chx.einsum_path("ij,jk,kl->il", *arrays)
    expected = np.einsum_path("ij,jk,kl->il", *[np.ones(s) for s in shapes])
    assert path == expected[0]
    assert "Optimized FLOP count" in text
    assert chx.einsum_path(arrays[0], [0, 1], arrays[1], [1, 2], optimize="optimal")[0] == [
        "einsum_path",
        (0, 1),
    ]
