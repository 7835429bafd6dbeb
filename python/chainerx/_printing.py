"""Arrays as text: NumPy's body, with its print options; in repr() then shape, dtype, device and graphs."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy

from chainerx import _core
from chainerx._conversion import to_numpy
from chainerx._core import ndarray


def is_summarized(array: ndarray) -> bool:
    """Whether NumPy would show the corners only."""
    return array.size > numpy.get_printoptions()["threshold"]


def printed_part(array: ndarray, edge: int) -> numpy.ndarray[Any, Any]:
    """What of an array is printed, in host memory: all, or of each long axis `edge` elements at its ends and one between."""
    if not is_summarized(array):
        return _host(array)
    return _ends(array.as_grad_stopped(), edge, 0)


def _ends(array: ndarray, edge: int, axis: int) -> numpy.ndarray[Any, Any]:
    if axis == array.ndim:
        return _host(array)
    extent = array.shape[axis]
    if extent <= 2 * edge + 1:
        return _ends(array, edge, axis + 1)
    before = (slice(None),) * axis
    first, last = array[(*before, slice(edge + 1))], array[(*before, slice(extent - edge, None))]
    return numpy.concatenate([_ends(first, edge, axis + 1), _ends(last, edge, axis + 1)], axis)


def _host(array: ndarray) -> numpy.ndarray[Any, Any]:
    host = to_numpy(array)
    return host.astype(numpy.float32) if array.dtype.name == "bfloat16" else host


def facts(array: ndarray) -> list[str]:
    """Shape, dtype, device, and graphs if there are some."""
    parts = [f"shape={array.shape}", f"dtype={array.dtype.name}", f"device='{array.device.name}'"]
    ids = _core._backprop_ids(array)
    if ids:
        names = ", ".join(f"'{backprop_id.name}'" for backprop_id in ids)
        parts.append(f"backprop_ids=[{names}]")
    return parts


def array_repr(
    arr: ndarray,
    max_line_width: int | None = None,
    precision: int | None = None,
    suppress_small: bool | None = None,
) -> str:
    """What repr() gives: the elements as NumPy prints them, then shape, dtype, device, and graphs if there are some. The other arguments
    stand for what chainerx.set_printoptions() has set."""
    with _options(max_line_width, precision, suppress_small):
        return _repr(arr)


def array_str(
    a: ndarray,
    max_line_width: int | None = None,
    precision: int | None = None,
    suppress_small: bool | None = None,
) -> str:
    """The elements alone, as NumPy prints them."""
    return str(numpy.array_str(_host(a), max_line_width, precision, suppress_small))


def array2string(a: ndarray, *args: Any, **kwargs: Any) -> str:
    """numpy.array2string, whose arguments it has, of an array of any device; bfloat16 as float32."""
    return numpy.array2string(_host(a), *args, **kwargs)


def _options(
    max_line_width: int | None, precision: int | None, suppress_small: bool | None
) -> contextlib.AbstractContextManager[Any]:
    given = {"linewidth": max_line_width, "precision": precision, "suppress": suppress_small}
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    return numpy.printoptions(**chosen) if chosen else contextlib.nullcontext()


def _repr(array: ndarray) -> str:
    body = "[]"
    if array.size:
        edge: int = numpy.get_printoptions()["edgeitems"]
        # Where NumPy shows no ends at all, it still looks at all elements.
        host = printed_part(array, edge) if edge > 0 else _host(array)
        # Without a threshold it would print the part as a whole array.
        options: dict[str, Any] = {"threshold": 0} if is_summarized(array) else {}
        body = numpy.array2string(host, separator=", ", prefix="array(", **options)
    return f"array({', '.join([body, *facts(array)])})"
