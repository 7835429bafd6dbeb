"""Whether arrays share memory, arrays as somebody requires them, and finite ones."""

from __future__ import annotations

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest

import chainerx as chx

KEYS = st.tuples(st.slices(4), st.slices(5))


@hypothesis.given(KEYS, KEYS, st.booleans())
@hypothesis.settings(deadline=None, max_examples=100)
def test_views_share_memory_as_numpys_do(one: tuple, other: tuple, turned: bool) -> None:
    x = np.zeros((4, 5))
    a = chx.array(x)
    views = a[one], a.T[other[::-1]] if turned else a[other]
    expected = x[one], x.T[other[::-1]] if turned else x[other]
    assert chx.shares_memory(*views) == np.shares_memory(*expected)
    assert chx.may_share_memory(*views) == np.may_share_memory(*expected)


@pytest.mark.parametrize("dtype", ["bool", "int16", "bfloat16", "float32", "complex128"])
def test_memory_of_others(dtype: str) -> None:
    a = chx.zeros(4, dtype)
    assert chx.shares_memory(a, a.view())
    assert not chx.shares_memory(a, a.copy())
    assert not chx.shares_memory(a[:0], a)
    assert not chx.may_share_memory(a[:2], a[2:])
    assert chx.may_share_memory(a[::2], a[1::2])
    assert not chx.shares_memory(a[::2], a[1::2])


def test_memory_shared_with_numpy() -> None:
    x = np.zeros(3)
    a = chx.asarray(x)
    assert chx.shares_memory(a, x)
    assert chx.shares_memory(x[::-1], a[2:])
    assert not chx.shares_memory(x[::-1][:1], a[:2])
    assert not chx.shares_memory(a, np.zeros(3))
    assert not chx.shares_memory(a, [0.0, 0.0])


def test_devices_do_not_share_memory() -> None:
    a = chx.zeros(4, device="primdev:0")
    assert chx.shares_memory(a, a[1:])
    assert not chx.shares_memory(a, a.to_device("native:0"))
    b = chx.zeros(4, device="sim:0")
    assert chx.shares_memory(b, b[1:])
    assert not chx.shares_memory(b[:2], b[2:])
    assert not chx.shares_memory(a, b)


def test_memory_of_arrays_in_graphs() -> None:
    a = chx.ones(2).require_grad()
    assert chx.may_share_memory(a, a)
    assert chx.shares_memory(a, a.as_grad_stopped())
    assert a.is_grad_required()


def test_require() -> None:
    a = chx.ones((2, 3))
    assert chx.require(a) is a
    assert chx.require(a, requirements=["C", "A", "W", "E"]) is a
    assert chx.require(a.T, None, "C_CONTIGUOUS").is_contiguous
    assert chx.require(a, "float64", ["C"]).dtype == chx.float64
    memory = np.ones(2)
    memory.flags.writeable = False
    own = chx.asarray(memory)
    assert chx.require(own) is own
    assert chx.require(own, requirements="W").flags.writeable
    assert chx.require([1, 2]).tolist() == [1, 2]
    for name in ("F", "OWNDATA"):
        with pytest.raises(ValueError, match="require"):
            chx.require(a, requirements=[name])


def test_asarray_chkfinite() -> None:
    assert chx.asarray_chkfinite([1, 2.5]).tolist() == [1, 2.5]
    assert chx.asarray_chkfinite([1, 2], "float64").dtype == chx.float64
    assert chx.asarray_chkfinite(chx.zeros((0, 2))).shape == (0, 2)
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="expected finite elements"):
            chx.asarray_chkfinite(chx.array([1, value]))
