"""gradient(), whose distances come in several forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chainerx import _core
from chainerx._conversion import array
from chainerx._core import ndarray


def gradient(
    f: ndarray, *varargs: Any, axis: int | Sequence[int] | None = None, edge_order: int = 1
) -> Any:
    """Derivatives of samples along each of the axes: central differences inside, one-sided ones of order edge_order, 1 or 2, at the
    ends. An array for one axis, a list of arrays for several.

    varargs: nothing (a distance of 1), one distance for all axes, or for each axis a distance or the coordinates.

    Raises DimensionError if an axis has no more than edge_order elements, TypeError for another number of distances.
    """
    axes = range(f.ndim) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
    if len(varargs) not in (0, 1, len(axes)):
        raise TypeError(
            f"gradient: {len(varargs)} distances for {len(axes)} axes; expected none, one, or one for each"
        )
    spacings = varargs if len(varargs) == len(axes) else (varargs or (1.0,)) * len(axes)
    results = []
    for along, spacing in zip(axes, spacings, strict=True):
        if isinstance(spacing, Sequence):
            spacing = array(spacing, device=f.device)
        results += _core._gradient(f, spacing, along, edge_order)
    return results[0] if len(results) == 1 else results
