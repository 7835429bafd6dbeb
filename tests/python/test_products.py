"""tensordot and broadcast_shapes, whose arguments the table of samples cannot express."""

from __future__ import annotations

import numpy as np
import pytest

import chainerx as chx


@pytest.mark.parametrize("axes", [0, 1, 2, ((0, 2), (2, 1)), ((), ()), (-1, 0), ((1, 2), (0, 1))])
def test_tensordot(axes: object) -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(3, 4, 5)), rng.normal(size=(4, 5, 3))
    shapes = {0: ((2, 3), (4,)), 1: ((3, 4), (4, 5)), (-1, 0): ((3, 4), (4, 5))}
    if axes in shapes:
        a, b = (rng.normal(size=shape) for shape in shapes[axes])  # type: ignore[index]
    actual = chx.tensordot(chx.array(a), chx.array(b), axes=axes)  # type: ignore[arg-type]
    chx.testing.assert_allclose(actual, np.tensordot(a, b, axes), rtol=1e-12)


def test_tensordot_says_which_axes_do_not_fit() -> None:
    a, b = chx.zeros((2, 3)), chx.zeros((4, 5))
    with pytest.raises(ValueError, match="3 axes of shapes"):
        chx.tensordot(a, b, axes=3)
    with pytest.raises(chx.DimensionError, match=r"3 != 4"):
        chx.tensordot(a, b, axes=1)


def test_broadcast_shapes() -> None:
    assert chx.broadcast_shapes() == ()
    assert chx.broadcast_shapes((2, 1), (3,), 1) == (2, 3)
    with pytest.raises(chx.DimensionError, match="broadcast_shapes"):
        chx.broadcast_shapes((2,), (3,))
