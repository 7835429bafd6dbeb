"""What an array, or what may become one, is like: its dimensions, and the kind of its numbers."""

from __future__ import annotations

from typing import Any

from numpy import isscalar as isscalar
from numpy import iterable as iterable

from chainerx._conversion import asarray
from chainerx._core import ndarray


def ndim(a: Any) -> int:
    """The number of dimensions."""
    return asarray(a).ndim


def shape(a: Any) -> tuple[int, ...]:
    """The extents."""
    return asarray(a).shape


def size(a: Any, axis: int | None = None) -> int:
    """The number of elements, or the extent along an axis."""
    return asarray(a).size if axis is None else asarray(a).shape[axis]


def iscomplexobj(x: Any) -> bool:
    """Whether the dtype is one of complex numbers, whatever their imaginary parts are."""
    return asarray(x).dtype.kind == "c"


def isrealobj(x: Any) -> bool:
    """Whether the dtype is not one of complex numbers."""
    return not iscomplexobj(x)


def isfortran(a: ndarray) -> bool:
    """Whether the elements lie column by column, and not row by row as well."""
    return a.flags.fnc
