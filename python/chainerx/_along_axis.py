"""A Python function applied along the axes of an array."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from chainerx import _core
from chainerx._axes import normalize_axis
from chainerx._conversion import asarray
from chainerx._core import ndarray


def apply_along_axis(
    func1d: Callable[..., Any], axis: int, arr: ndarray, *args: Any, **kwargs: Any
) -> ndarray:
    """The results of a function of vectors, called for every vector along axis; the axes of what it returns, an array or a number,
    stand where axis was. One Python call per vector: functions with an axis argument are much faster.

    Raises ValueError if there is no vector.
    """
    rows = _core.moveaxis(arr, axis, -1)
    outer = rows.shape[:-1]
    if 0 in outer:
        raise _core._ValueError(
            f"apply_along_axis: shape {arr.shape} has no vectors along axis {axis}; expected at least one"
        )
    results = [
        asarray(func1d(rows[place], *args, **kwargs), device=arr.device)
        for place in itertools.product(*map(range, outer))
    ]
    stacked = _core.stack(results, 0).reshape((*outer, *results[0].shape))
    inserted = normalize_axis("apply_along_axis", axis, arr.ndim)
    n = results[0].ndim
    return _core.moveaxis(
        stacked, tuple(range(len(outer), len(outer) + n)), tuple(range(inserted, inserted + n))
    )


def apply_over_axes(
    func: Callable[[ndarray, int], ndarray], a: ndarray, axes: int | Sequence[int]
) -> ndarray:
    """func(a, axis) for one axis after the other, each reduced axis put back with extent 1.

    Raises ValueError if func drops or adds more than that axis.
    """
    result = a
    for axis in (axes,) if isinstance(axes, int) else axes:
        along = normalize_axis("apply_over_axes", axis, a.ndim)
        reduced = func(result, along)
        if reduced.ndim != result.ndim:
            reduced = _core.expand_dims(reduced, along)
        if reduced.ndim != result.ndim:
            raise _core._ValueError(
                f"apply_over_axes: the function made {reduced.shape} of {result.shape}; expected one axis less, or as many"
            )
        result = reduced
    return result
