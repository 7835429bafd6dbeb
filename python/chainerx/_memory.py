"""Whether arrays lie in the same memory, and arrays that lie in it as somebody requires."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from chainerx import _core
from chainerx._conversion import asarray
from chainerx._core import ndarray


class _Place:
    """Where an array lies, for NumPy, which looks at addresses and never at elements here."""

    def __init__(self, a: ndarray) -> None:
        self.__array_interface__ = {
            "version": 3,
            "shape": a.shape,
            "strides": a.strides,
            "typestr": f"|V{a.itemsize}",
            "data": (a.data_ptr + a.offset, True),
        }


def _places(x1: Any, x2: Any) -> tuple[Any, Any] | None:
    """Both as NumPy arrays that must not be read; None if they are in memories of different kinds, or one has no element."""
    first, second = (
        each if isinstance(each, (ndarray, numpy.ndarray)) else asarray(each) for each in (x1, x2)
    )
    if first.size == 0 or second.size == 0:
        return None
    # Devices that the host can look into use its addresses; those of others mean something to themselves alone.
    is_on_host = _is_on_host(first)
    if is_on_host != _is_on_host(second) or not (is_on_host or first.device is second.device):
        return None
    return _place_of(first), _place_of(second)


def _is_on_host(a: Any) -> bool:
    return isinstance(a, numpy.ndarray) or hasattr(a, "_readonly_array_interface")


def _place_of(a: Any) -> numpy.ndarray[Any, Any]:
    return a if isinstance(a, numpy.ndarray) else numpy.asarray(_Place(a))


def shares_memory(x1: Any, x2: Any, /, max_work: Any = None) -> bool:
    """Whether some byte belongs to elements of both arrays. max_work: how hard to try, as in NumPy, which raises if that is not enough;
    the problem is hard for strange strides."""
    places = _places(x1, x2)
    return places is not None and bool(numpy.shares_memory(*places, max_work=max_work))


def may_share_memory(x1: Any, x2: Any, /, max_work: Any = None) -> bool:
    """Whether the stretches of memory that both arrays lie in overlap: quicker than shares_memory, and true more often."""
    places = _places(x1, x2)
    return places is not None and bool(numpy.may_share_memory(*places, max_work=max_work))


def require(
    a: Any,
    dtype: Any = None,
    requirements: str | Sequence[str] | None = None,
    *,
    device: Any = None,
) -> ndarray:
    """a as an array of this dtype that fulfils requirements, itself if it does.

    requirements: of 'C_CONTIGUOUS' or 'C' (row by row without gaps), 'WRITEABLE' or 'W', and 'ALIGNED' or 'A', 'ENSUREARRAY' or 'E',
    which all arrays are. Raises ValueError for others: arrays are made row-major, and share what they own.
    """
    names = {
        name: long[0]
        for long in ("C_CONTIGUOUS", "CONTIGUOUS", "WRITEABLE", "ALIGNED", "ENSUREARRAY")
        for name in (long, long[0])
    }
    wanted = set()
    for given in [requirements] if isinstance(requirements, str) else requirements or ():
        if given.upper() not in names:
            raise _core._ValueError(
                f"require: {given!r} was given; expected some of 'C', 'W', 'A' and 'E', or their long names"
            )
        wanted.add(names[given.upper()])
    result = asarray(a, dtype, device)
    if "C" in wanted:
        result = _core.ascontiguousarray(result)
    return result.copy() if "W" in wanted and not result.flags.writeable else result


def asarray_chkfinite(a: Any, dtype: Any = None, *, device: Any = None) -> ndarray:
    """asarray(a); raises ValueError if an element is NaN or infinite. Waits for the device."""
    result = asarray(a, dtype, device)
    if not bool(_core.all(_core.isfinite(result))):
        raise _core._ValueError(
            f"asarray_chkfinite: an array of shape {result.shape} with NaN or infinities; expected finite elements"
        )
    return result
