"""Functions of several operands whose arguments come in several forms: tensordot, einsum and broadcast_shapes."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy

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


# In the order of their codes, so that the implied result has its axes in the order of the numbers.
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _letters(axes: Sequence[Any]) -> str:
    for axis in axes:
        if axis is not Ellipsis and not 0 <= operator.index(axis) < len(_LETTERS):
            raise _core._ValueError(
                f"einsum: axis {axis} in a list; expected 0 to {len(_LETTERS) - 1}, or Ellipsis"
            )
    return "".join("..." if axis is Ellipsis else _LETTERS[axis] for axis in axes)


def einsum(subscripts: Any, /, *operands: Any, optimize: Any = True) -> ndarray:
    """Sums of products by Einstein's convention: ``einsum("ij,jk->ik", a, b)``.

    With NumPy's subscripts: a letter per axis, '...' for the others, a letter that is repeated in one operand for its diagonal; '->'
    and the letters of the result, or else those that occur once, in alphabetical order. Or with lists of integers and Ellipsis in
    the place of letters, behind each operand and at the end: ``einsum(a, [0, 1], b, [1, 2], [0, 2])``. More than two operands are
    contracted pair by pair, the pair first whose product is smallest beside its operands, whatever optimize says.

    Raises ValueError for subscripts that are not well formed, DimensionError for operands that they do not fit.
    """
    if isinstance(subscripts, str):
        return _core._einsum(subscripts, *operands)
    interleaved = (subscripts, *operands)
    n = len(interleaved) // 2
    if n == 0:
        raise TypeError(
            f"einsum: a {type(subscripts).__name__} alone was given; expected subscripts, or operands and lists of axes"
        )
    text = ",".join(_letters(axes) for axes in interleaved[1 : 2 * n : 2])
    if len(interleaved) % 2:
        text += "->" + _letters(interleaved[-1])
    return _core._einsum(text, *interleaved[0 : 2 * n : 2])


def einsum_path(subscripts: Any, /, *operands: Any, optimize: Any = "greedy") -> tuple[Any, str]:
    """numpy.einsum_path of operands of these shapes: an order of contraction, and a text about its cost. einsum itself chooses its own
    order, greedily as well."""
    given = (subscripts, *operands)
    shapes: list[Any] = [
        numpy.broadcast_to(numpy.float64(0), each.shape) if isinstance(each, ndarray) else each
        for each in given
    ]
    return numpy.einsum_path(*shapes, optimize=optimize)


def broadcast_shapes(*shapes: int | Sequence[int]) -> tuple[int, ...]:
    """The shape that arrays of these shapes broadcast to; an integer stands for one dimension.

    Raises DimensionError if they do not broadcast.
    """
    result: Sequence[int] = ()
    for shape in shapes:
        result = _core._broadcast_shapes(result, (shape,) if isinstance(shape, int) else shape)
    return tuple(result)
