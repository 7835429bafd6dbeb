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
        lambda: chx.ones(1).reshape((1,) * 17) + 1,
        lambda: chx.ones(1).reshape((1,) * 17).sum(),
        lambda: chx.ones(1).reshape((1,) * 33),
        lambda: chx.broadcast_to(chx.ones(1), (1,) * 17),
        lambda: chx.array(np.ones((1,) * 17)),
        lambda: chx.stack([chx.ones((1,) * 16)] * 2),
    ],
)
def test_a_seventeenth_dimension_is_refused(make) -> None:
    with pytest.raises((chx.DimensionError, IndexError), match="16"):
        make()


def test_views_of_more_dimensions_can_be_made_and_read() -> None:
    """The standard's own tests reshape to as many as 32."""
    x = chx.arange(6, dtype=chx.float64).reshape(2, 3)
    shape = (2,) + (1,) * 14 + (3,) + (1,) * 16
    view = x.reshape(shape)
    assert view.shape == shape
    assert view.strides == chx.to_numpy(x).reshape(shape).strides
    np.testing.assert_array_equal(chx.to_numpy(view), np.arange(6.0).reshape(shape))
    assert float(view[(1,) + (0,) * 14 + (2,) + (0,) * 16]) == 5
    assert view.T.squeeze().tolist() == x.T.tolist()
    assert view[0].ndim == 31
    assert view.reshape(-1).tolist() == x.reshape(-1).tolist()
    assert x.T.reshape(*shape).ndim == 32
    assert str(shape) in repr(view) or "array(" in repr(view)
    view[(0,) * 32] = 7
    assert float(x[0, 0]) == 7


def test_gradients_pass_through_views_of_more_dimensions() -> None:
    x = chx.arange(6, dtype=chx.float64).require_grad()
    view = (x * x).reshape((6,) + (1,) * 31)
    (gradient,) = chx.grad([view.reshape(6).sum()], [x])
    np.testing.assert_array_equal(chx.to_numpy(gradient), 2 * np.arange(6.0))
    function = chx.compile(lambda a: (a + 1).reshape((1,) * 20 + (6,)).reshape(6) * 2)
    for _ in range(3):
        assert function(chx.arange(6)).tolist() == [2, 4, 6, 8, 10, 12]
    with chx.profile() as p:
        view.squeeze()
    assert p is not None
