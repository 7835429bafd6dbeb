"""Arrays of more than 2^31 elements, on request (CHAINERX_TEST_LARGE=1: about 8 GB and a minute), and the limit of dimensions."""

from __future__ import annotations

import os

import numpy as np
import pytest

import chainerx as chx

N = 2**31 + 5

large = pytest.mark.skipif(
    os.environ.get("CHAINERX_TEST_LARGE") != "1", reason="set CHAINERX_TEST_LARGE=1"
)


@pytest.fixture(scope="module")
def x() -> chx.ndarray:
    array = chx.zeros(N, "int8")
    array[N - 3] = 7
    array[3] = -2
    return array


@large
def test_indices_beyond_31_bits(x: chx.ndarray) -> None:
    assert int(x[N - 3]) == 7
    assert x[N - 4 :: 2].tolist() == [0, 0]
    assert chx.take(x, chx.array([N - 3, 3, -3])).tolist() == [7, -2, 7]
    assert int(chx.argmax(x)) == N - 3
    assert int(chx.argmin(x)) == 3
    assert int(chx.count_nonzero(x)) == 2


@large
def test_values_beyond_31_bits(x: chx.ndarray) -> None:
    assert int(x.sum()) == 5
    y = x + x
    assert (int(y[N - 3]), int(y[3])) == (14, -4)
    assert int((x == 7).sum()) == 1
    assert int(chx.flip(x)[2]) == 7
    rows = x[: 2**31].reshape(2, 2**30)
    assert rows.T.shape == (2**30, 2)
    assert int(chx.concatenate([x[-3:], x[:4]])[6]) == -2


@large
def test_to_numpy_and_back(x: chx.ndarray) -> None:
    array = chx.to_numpy(x, copy=False)
    assert array[N - 3] == 7
    assert int(chx.asarray(array, copy=False)[N - 3]) == 7


@pytest.mark.parametrize(
    "make",
    [
        lambda: chx.ones((1,) * 17),
        lambda: chx.ones((1,) * 16)[None],
        lambda: chx.expand_dims(chx.ones((1,) * 16), 0),
        lambda: chx.ones(1).reshape((1,) * 17),
        lambda: chx.broadcast_to(chx.ones(1), (1,) * 17),
        lambda: chx.array(np.ones((1,) * 17)),
        lambda: chx.stack([chx.ones((1,) * 16)] * 2),
    ],
)
def test_a_seventeenth_dimension_is_refused(make) -> None:
    with pytest.raises((chx.DimensionError, IndexError), match="16"):
        make()
