"""result_type, can_cast, isdtype, finfo and iinfo: against NumPy where it has the same rules, else against the standard's."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import chainerx as chx

INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
FLOATS = ("float32", "float64")
COMPLEX = ("complex64", "complex128")


@pytest.mark.parametrize(("a", "b"), list(itertools.product(("bool", *INTEGERS), repeat=2)))
def test_integers_are_promoted_as_by_numpy(a: str, b: str) -> None:
    expected = np.result_type(a, b)
    if expected.kind == "f":  # no integer holds both; see docs/differences.md
        expected = np.dtype("float32")
    assert chx.result_type(a, chx.zeros(2, b)) == expected
    assert chx.promote_types(a, b) == expected


@pytest.mark.parametrize(("a", "b"), list(itertools.product((*FLOATS, *COMPLEX), repeat=2)))
def test_floats_are_promoted_as_by_numpy(a: str, b: str) -> None:
    assert chx.result_type(a, b) == np.result_type(a, b)


def test_numbers_matter_only_where_their_kind_is_higher() -> None:
    assert chx.result_type(chx.int8, 1000) == "int8"
    assert chx.result_type(1.0, chx.zeros(2, "float16")) == "float16"
    assert chx.result_type(chx.bool_, 1) == "int64"
    assert chx.result_type(chx.int8, 1.0) == "float32"
    assert chx.result_type(chx.float64, 1j) == "complex128"
    assert chx.result_type(chx.int64, 1j) == "complex64"
    assert chx.result_type(chx.complex64, True, 2, 3.0) == "complex64"
    # As operations do.
    for dtype, number in itertools.product(("bool", *INTEGERS, *FLOATS, *COMPLEX), (2, 2.0, 2j)):
        if dtype != "bool" or not isinstance(number, int):
            x = chx.ones(2, dtype)
            assert (x * number).dtype == chx.result_type(x, number), (dtype, number)


def test_result_type_needs_a_dtype() -> None:
    with pytest.raises(ValueError, match="2 numbers were given"):
        chx.result_type(1, 2.0)
    with pytest.raises(chx.DtypeError, match="'nothing' was given"):
        chx.result_type("nothing")


def test_can_cast() -> None:
    assert chx.can_cast("int8", "int16")
    assert chx.can_cast(chx.zeros(1, "bool"), "int8")
    assert not chx.can_cast("int16", "int8")
    assert not chx.can_cast("uint8", "int8")
    assert not chx.can_cast("float32", "int64")
    assert not chx.can_cast("int64", "float32")
    assert chx.can_cast("int32", "float64")
    assert chx.can_cast("float64", "complex128")
    assert not chx.can_cast("float64", "complex64")
    assert chx.can_cast("bfloat16", "float32")
    assert not chx.can_cast("float16", "bfloat16")


def test_isdtype() -> None:
    assert chx.isdtype(chx.int32, "signed integer")
    assert chx.isdtype(chx.uint8, ("bool", "unsigned integer"))
    assert chx.isdtype(chx.zeros(1, "bfloat16").dtype, "real floating")
    assert chx.isdtype(chx.complex64, "numeric")
    assert not chx.isdtype(chx.bool_, "numeric")
    assert chx.isdtype(chx.float32, chx.float32)
    assert not chx.isdtype(chx.float32, (chx.float64, "complex floating"))
    with pytest.raises(ValueError, match="kind is 'float'"):
        chx.isdtype(chx.float32, "float")


@pytest.mark.parametrize("dtype", ["float16", *FLOATS, *COMPLEX])
def test_finfo(dtype: str) -> None:
    ours, numpys = chx.finfo(chx.zeros(1, dtype)), np.finfo(dtype)
    assert ours == chx.finfo(dtype)
    assert ours.dtype == numpys.dtype
    assert ours.bits == numpys.bits
    for name in ("eps", "max", "min", "smallest_normal", "tiny"):
        assert type(getattr(ours, name)) is float
        assert getattr(ours, name) == getattr(numpys, name)
    with pytest.raises(chx.DtypeError, match="see iinfo"):
        chx.finfo("int8")


def test_finfo_of_bfloat16() -> None:
    import ml_dtypes

    ours, theirs = chx.finfo("bfloat16"), ml_dtypes.finfo("bfloat16")
    assert (ours.bits, ours.eps, ours.max) == (16, float(theirs.eps), float(theirs.max))
    assert (ours.min, ours.tiny) == (float(theirs.min), float(theirs.tiny))


@pytest.mark.parametrize("dtype", INTEGERS)
def test_iinfo(dtype: str) -> None:
    ours, numpys = chx.iinfo(dtype), np.iinfo(dtype)
    assert (ours.bits, ours.min, ours.max) == (numpys.bits, numpys.min, numpys.max)
    assert ours.dtype == dtype
    with pytest.raises(chx.DtypeError, match="see finfo"):
        chx.iinfo("float32")
