"""Functions of several operands whose arguments come in several forms: tensordot and broadcast_shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chainerx import _core
from chainerx._core import ndarray


def tensordot(x1: ndarray, x2: ndarray, /, *, axes: int | Sequence[Any] = 2) -> ndarray:
    """Sums of products over several axes of both arrays; the other axes of x1, then those of x2, remain.

    axes: how many of the last axes of x1 and the first ones of x2, or the axes of each: ``((0, 2), (1, 0))``.

    Raises ValueError if a number of axes is negative or greater than either number of dimensions.
    """
    if isinstance(axes, int):
        if not 0 <= axes <= min(x1.ndim, x2.ndim):
            raise _core._ValueError(
                f"tensordot: {axes} axes of shapes {x1.shape} and {x2.shape}; expected 0 to {min(x1.ndim, x2.ndim)}"
            )
        return _core._tensordot(x1, x2, tuple(range(x1.ndim - axes, x1.ndim)), tuple(range(axes)))
    first, second = ((each,) if isinstance(each, int) else tuple(each) for each in axes)
    return _core._tensordot(x1, x2, first, second)


def broadcast_shapes(*shapes: int | Sequence[int]) -> tuple[int, ...]:
    """The shape that arrays of these shapes broadcast to; an integer stands for one dimension.

    Raises DimensionError if they do not broadcast.
    """
    result: Sequence[int] = ()
    for shape in shapes:
        result = _core._broadcast_shapes(result, (shape,) if isinstance(shape, int) else shape)
    return tuple(result)
