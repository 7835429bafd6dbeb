"""Arrays with elements left out, put in, or put together, and assignment with NumPy's rules of casting."""

from __future__ import annotations

from typing import Any

import numpy

from chainerx import _core
from chainerx._axes import normalize_axis
from chainerx._conversion import array, to_numpy
from chainerx._core import ndarray


def _host_index(obj: Any) -> Any:
    return to_numpy(obj) if isinstance(obj, ndarray) else obj


def _index(places: numpy.ndarray[Any, Any], a: ndarray) -> ndarray:
    return array(places.astype("int64"), device=a.device)


def delete(arr: ndarray, obj: Any, axis: int | None = None) -> ndarray:
    """arr without the slices along axis that obj - an integer, a slice, a sequence or array of integers or bool - says; flattened
    if axis is None.

    Raises IndexError for an index out of range.
    """
    source = arr.ravel() if axis is None else arr
    along = 0 if axis is None else normalize_axis("delete", axis, arr.ndim)
    kept = numpy.delete(numpy.arange(source.shape[along]), _host_index(obj))
    return _core.take(source, _index(kept, arr), along)


def insert(arr: ndarray, obj: Any, values: Any, axis: int | None = None) -> ndarray:
    """arr with values put before the slices along axis that obj - an integer, a slice, a sequence or array of integers - says;
    flattened if axis is None. values broadcasts against what is put in and is cast to arr's dtype.

    Raises IndexError for an index out of range.
    """
    source = arr.ravel() if axis is None else arr
    along = 0 if axis is None else normalize_axis("insert", axis, arr.ndim)
    if not isinstance(values, ndarray):
        values = array(values, arr.dtype, device=arr.device)
    values = values.astype(arr.dtype, copy=False)
    n = source.shape[along]
    where = _host_index(obj)
    is_single = not isinstance(where, slice) and numpy.ndim(where) == 0
    shape = list(source.shape)
    if is_single:
        # As many slices as values has, whose first axis stands for this one.
        while values.ndim < source.ndim:
            values = _core.expand_dims(values, 0)
        values = _core.moveaxis(values, 0, along)
        shape[along] = values.shape[along]
    else:
        shape[along] = (
            len(numpy.arange(n)[where]) if isinstance(where, slice) else numpy.size(where)
        )
        if isinstance(where, list) and not where:
            where = numpy.zeros(0, "int64")
    added = _core.broadcast_to(values, tuple(shape))
    places = numpy.arange(n, n + shape[along])
    order = numpy.insert(numpy.arange(n), where, places)
    return _core.take(_core.concatenate([source, added], along), _index(order, arr), along)


def trim_zeros(filt: ndarray, trim: str = "fb") -> ndarray:
    """A vector without the zeros at its front ('f' in trim) and back ('b'): a view. Waits for the device."""
    (places,) = _core.nonzero(filt)
    first, last = 0, filt.shape[0]
    if places.size == 0:
        return filt[:0]
    if "f" in trim.lower():
        first = int(places[0])
    if "b" in trim.lower():
        last = int(places[-1]) + 1
    return filt[first:last]


def block(arrays: Any) -> ndarray:
    """Arrays from nested lists of them: those of the innermost lists joined along the last axis, those of the next ones along the one
    before, and so on.

    Raises ValueError for lists that are empty or not equally deep.
    """

    def depth(item: Any) -> int:
        if not isinstance(item, list):
            return 0
        depths = {depth(each) for each in item}
        if len(depths) != 1:
            raise _core._ValueError(
                "block: lists of several depths, or empty ones; expected equally nested lists of arrays"
            )
        return 1 + depths.pop()

    def arrays_of(item: Any) -> list[ndarray]:
        return [a for each in item for a in arrays_of(each)] if isinstance(item, list) else [item]

    levels = depth(arrays)
    ndim = max([levels, *(a.ndim for a in arrays_of(arrays))])

    def joined(item: Any, level: int) -> ndarray:
        if not isinstance(item, list):
            return _core.reshape(item, (1,) * (ndim - item.ndim) + item.shape)
        return _core.concatenate([joined(each, level + 1) for each in item], level - levels)

    result = joined(arrays, 0)
    return result.copy() if levels == 0 else result


def index_put(x: ndarray, indices: Any, values: Any, accumulate: bool = False) -> ndarray:
    """A new array: x after ``x[indices] = values``, or with accumulate after adding values there, each as often as the index names a
    place. Unlike an assignment it is part of the graphs of x and values.

    indices: whatever an array may be indexed by. values: an array that broadcasts to what ``x[indices]`` is, or a number.

    Raises IndexError for an index out of range, DimensionError for values that do not fit.
    """
    places = _core.arange(x.size, device=x.device).reshape(x.shape)[indices]
    given = values if isinstance(values, ndarray) else array(values, x.dtype, device=x.device)
    # As in an assignment: axes of extent 1 in front of all that are asked for are dropped.
    while given.ndim > places.ndim and given.shape[0] == 1:
        given = given[0]
    updates = _core.broadcast_to(given, places.shape).ravel()
    write = _core.scatter_add if accumulate else _core.scatter
    return write(x.ravel(), 0, places.ravel(), updates).reshape(x.shape)


def copyto(dst: ndarray, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    """Assigns src, broadcast, to the elements of dst where the condition holds.

    casting: which changes of dtype are allowed: 'no', 'equiv', 'safe', 'same_kind' or 'unsafe', in NumPy's sense; a Python number
    takes dst's dtype if it is not of a higher kind.

    Raises DtypeError for a change of dtype that is not allowed, ValueError for another casting.
    """
    if casting not in ("no", "equiv", "safe", "same_kind", "unsafe"):
        raise _core._ValueError(
            f"copyto: casting is {casting!r}; expected 'no', 'equiv', 'safe', 'same_kind' or 'unsafe'"
        )
    given = (
        src.dtype if isinstance(src, ndarray) else _core._promote_types(dst.dtype, array(src).dtype)
    )
    if not numpy.can_cast(given, dst.dtype, casting):  # type: ignore[arg-type]
        raise _core.DtypeError(
            f"copyto: {given} to {dst.dtype} with casting {casting!r}; expected dtypes that it allows; use 'unsafe', or astype"
        )
    value = src if isinstance(src, ndarray) else array(src, dst.dtype, device=dst.device)
    if where is True:
        dst[...] = value
    elif where is not False:
        mask = where if isinstance(where, ndarray) else array(where, "bool", device=dst.device)
        dst[...] = _core.where(mask, value.astype(dst.dtype, copy=False), dst)
