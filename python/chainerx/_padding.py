"""pad() with NumPy's nested widths and values per axis."""

from __future__ import annotations

from typing import Any

import numpy

from chainerx import _core
from chainerx._axes import normalize_axis
from chainerx._core import ndarray


def _pairs(name: str, value: Any, ndim: int) -> list[list[Any]]:
    """(before, after) for each axis, from a number, a pair, or pairs."""
    try:
        pairs: list[list[Any]] = numpy.broadcast_to(numpy.asarray(value), (ndim, 2)).tolist()
    except ValueError:
        raise _core._ValueError(
            f"pad: {name} is {value!r}; expected a number, (before, after), or such a pair for each of {ndim} axes"
        ) from None
    return pairs


def _is_one_for_all(value: Any) -> bool:
    return value is None or isinstance(value, ndarray) or numpy.ndim(value) == 0


def pad(
    array: ndarray,
    pad_width: Any,
    mode: str = "constant",
    *,
    constant_values: Any = 0,
    end_values: Any = 0,
    stat_length: Any = None,
) -> ndarray:
    """array continued beyond its ends, axis by axis.

    pad_width: how many elements: a number, (before, after), such a pair for each axis, or a dict from axes to pairs. mode: 'constant'
    (constant_values), 'edge', 'linear_ramp' (to end_values), 'maximum', 'mean', 'median' or 'minimum' (of stat_length elements at
    that end, of all if None), 'reflect', 'symmetric' or 'wrap'. constant_values, end_values and stat_length have the forms of
    pad_width, too.

    Raises ValueError for another mode, negative widths, or an empty axis that a mode has to continue.
    """
    if isinstance(pad_width, dict):
        by_axis = {normalize_axis("pad", i, array.ndim): width for i, width in pad_width.items()}
        pad_width = [by_axis.get(axis, (0, 0)) for axis in range(array.ndim)]
        pad_width = [(width, width) if numpy.ndim(width) == 0 else width for width in pad_width]
    widths = _pairs("pad_width", pad_width, array.ndim)
    options = {
        "constant_values": constant_values,
        "end_values": end_values,
        "stat_length": stat_length,
    }
    if all(_is_one_for_all(value) for value in options.values()):
        return _core._pad(array, [n for pair in widths for n in pair], mode, **options)
    each = {
        name: [[value, value]] * array.ndim
        if _is_one_for_all(value)
        else _pairs(name, value, array.ndim)
        for name, value in options.items()
    }
    result = array
    for axis in range(array.ndim):
        parts = [result]
        for side in (0, 1):
            if widths[axis][side] == 0:
                continue
            n = [0] * (2 * array.ndim)
            n[2 * axis + side] = widths[axis][side]
            here = {name: pairs[axis][side] for name, pairs in each.items()}
            padded = _core._pad(result, n, mode, **here)
            index: list[Any] = [slice(None)] * axis
            if side == 0:
                parts.insert(0, padded[(*index, slice(None, widths[axis][0]))])
            else:
                parts.append(padded[(*index, slice(-widths[axis][1], None))])
        result = _core.concatenate(parts, axis) if len(parts) > 1 else result
    return result.copy() if result is array else result
