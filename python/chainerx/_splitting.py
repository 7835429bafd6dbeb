"""split() along fixed axes, and into parts that need not be equal."""

from __future__ import annotations

from typing import Any

from chainerx import _core
from chainerx._axes import normalize_axis
from chainerx._core import ndarray


def array_split(ary: ndarray, indices_or_sections: Any, axis: int = 0) -> list[ndarray]:
    """Like split, but a number of parts need not divide the extent: the first ones are longer by one."""
    if not isinstance(indices_or_sections, int):
        return _core.split(ary, indices_or_sections, axis)
    if indices_or_sections < 1:
        raise _core._ValueError(f"array_split: {indices_or_sections} sections; expected at least 1")
    extent = ary.shape[normalize_axis("array_split", axis, ary.ndim)]
    quotient, rest = divmod(extent, indices_or_sections)
    ends = [quotient * i + min(i, rest) for i in range(1, indices_or_sections)]
    return _core.split(ary, ends, axis)


def _check_ndim(name: str, ary: ndarray, ndim: int) -> None:
    if ary.ndim < ndim:
        raise _core.DimensionError(
            f"{name}: an array of shape {ary.shape}; expected at least {ndim} dimensions"
        )


def dsplit(ary: ndarray, indices_or_sections: Any) -> list[ndarray]:
    """split along axis 2."""
    _check_ndim("dsplit", ary, 3)
    return _core.split(ary, indices_or_sections, 2)


def vsplit(ary: ndarray, indices_or_sections: Any) -> list[ndarray]:
    """split along axis 0, of at least two."""
    _check_ndim("vsplit", ary, 2)
    return _core.split(ary, indices_or_sections, 0)


def hsplit(ary: ndarray, indices_or_sections: Any) -> list[ndarray]:
    """split along axis 1, or 0 if there is only one."""
    _check_ndim("hsplit", ary, 1)
    return _core.split(ary, indices_or_sections, 1 if ary.ndim > 1 else 0)
