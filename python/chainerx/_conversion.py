"""Arrays from Python objects and NumPy arrays, and back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any, Literal

import numpy

from chainerx import _core
from chainerx._core import Device, ndarray

# What becomes of NumPy's defaults when an array is made of Python numbers.
_DEFAULT_DTYPES = {"float64": "float32", "complex128": "complex64"}


def _first_leaf(data: Any) -> Any:
    while isinstance(data, (list, tuple)) and data:
        data = data[0]
    return data


def _as_numpy(data: Any, dtype: Any) -> numpy.ndarray[Any, Any]:
    """Python numbers get the default dtypes (float32, int64); what has a dtype keeps it."""
    if dtype is None and type(_first_leaf(data)) in (float, complex, int, bool, list, tuple):
        result = numpy.asarray(data)
        default = _DEFAULT_DTYPES.get(result.dtype.name)
        if result.size == 0 and result.dtype == numpy.float64:
            default = "float32"
        return result.astype(default) if default is not None else result
    if isinstance(data, (list, tuple)) and isinstance(_first_leaf(data), ndarray):
        data = _nested_numpy(data)
    return numpy.asarray(data)


def _nested_numpy(data: Any) -> Any:
    if isinstance(data, (list, tuple)):
        return [_nested_numpy(item) for item in data]
    return to_numpy(data) if isinstance(data, ndarray) else data


def array(
    object: Any, dtype: Any = None, copy: bool = True, device: Device | str | None = None
) -> ndarray:
    """An array from an array, a NumPy array, a number or nested sequences.

    Python numbers become int64, float32, complex64 or bool; NumPy arrays keep their dtype. With ``copy=False`` memory is
    shared where that is possible. An array stays connected to its graphs.
    """
    if isinstance(object, ndarray):
        result = object if device is None else object.to_device(device)
        if dtype is not None:
            result = result.astype(dtype, copy=False)
        return result.copy() if copy and result is object else result
    if _has_dlpack(object) and (source := _from_dlpack_or_none(object, device)) is not None:
        result = source if dtype is None else source.astype(dtype, copy=False)
        return result.copy() if copy and result is source else result
    return _core._from_numpy(_as_numpy(object, dtype), dtype, copy, device)


def _has_dlpack(object: Any) -> bool:
    """Whether it is an array of a library other than NumPy, which has a shorter way."""
    return hasattr(type(object), "__dlpack__") and not isinstance(
        object, (numpy.ndarray, numpy.generic)
    )


def asarray(
    object: Any, dtype: Any = None, device: Device | str | None = None, *, copy: bool | None = None
) -> ndarray:
    """Like array, but shares memory where that is possible; an array that already fits is returned itself.

    With ``copy=True`` memory is not shared, and with ``copy=False`` it is, or a ValueError says why not. Besides NumPy's arrays,
    objects share their memory that have the buffer protocol, ``__array_interface__`` or DLPack.
    """
    return (
        _without_copy(object, dtype, device)
        if copy is False
        else array(object, dtype, bool(copy), device)
    )


def _from_dlpack_or_none(object: Any, device: Device | str | None) -> ndarray | None:
    """The array on another library's memory, on devices and of dtypes that NumPy does not know; None if it won't give it."""
    try:
        return _core.from_dlpack(object, device=device)
    except _core.DtypeError:
        raise
    except (BufferError, TypeError):
        return None


def _without_copy(object: Any, dtype: Any, device: Device | str | None) -> ndarray:
    """The array on the object's own memory, or an error."""
    kind = type(object).__name__
    if isinstance(object, ndarray):
        result = array(object, dtype, False, device)
        is_shared = result is object
    elif _has_dlpack(object):
        source = _core.from_dlpack(object, device=device, copy=False)
        result = source if dtype is None else source.astype(dtype, copy=False)
        is_shared = result is source
    else:
        memory = _host_memory(object)
        if memory is None:
            raise _core._ValueError(
                f"asarray: a {kind} can't be taken without a copy; expected copy=None"
            )
        result = _core._from_numpy(memory, dtype, False, device)
        is_shared = result.size == 0 or (
            result.data_ptr + result.offset == memory.__array_interface__["data"][0]
        )
    if not is_shared:
        raise _core._ValueError(
            f"asarray: this {kind} can't be taken as {result.dtype} on {result.device.name} without a copy; "
            "expected copy=None"
        )
    return result


def _host_memory(object: Any) -> numpy.ndarray[Any, Any] | None:
    """A NumPy array on the memory of an object with the buffer protocol or NumPy's array interface; None for others."""
    if isinstance(object, numpy.ndarray):
        return object
    if hasattr(object, "__array_interface__"):
        return numpy.asarray(object)
    try:
        return numpy.asarray(memoryview(object))
    except TypeError:
        return None


def asanyarray(a: Any, dtype: Any = None, device: Device | str | None = None) -> ndarray:
    """The same as asarray."""
    return asarray(a, dtype, device)


def to_numpy(array: ndarray, copy: bool = True) -> numpy.ndarray[Any, Any]:
    """The elements as a NumPy array, from any device.

    With ``copy=False`` the result shares the memory of an array in host memory, and is read-only if the array is part of a
    graph.
    """
    if not isinstance(array, ndarray):
        raise TypeError(
            f"to_numpy: a {type(array).__name__} was given; expected a chainerx.ndarray"
        )
    is_bfloat16 = array.dtype.name == "bfloat16"
    if not copy and hasattr(array, "_array_interface"):
        result = numpy.asarray(_Interface(array, array._array_interface) if is_bfloat16 else array)
        return result.view(array.dtype) if is_bfloat16 else result
    result = numpy.empty(array.shape, array.dtype)
    _core._copy_to_host(array, result.view(numpy.uint16) if is_bfloat16 else result)
    return result


class _Interface:
    """Shows NumPy the memory of an array whose dtype the buffer protocol does not know."""

    def __init__(self, array: ndarray, interface: dict[str, Any]) -> None:
        self._array = array  # kept alive by the result
        self.__array_interface__ = interface


def _bytes_of(array: ndarray) -> numpy.ndarray[Any, Any]:
    """The elements, row by row, as bytes that are not to be written: the array's own memory if they lie there so."""
    if array.is_contiguous and hasattr(array, "_array_interface"):
        host = numpy.asarray(_Interface(array, array._readonly_array_interface))
    else:
        host = to_numpy(array)
    return host.reshape(-1).view(numpy.uint8)


def frombuffer(
    buffer: Any,
    dtype: Any = "float32",
    count: int = -1,
    offset: int = 0,
    device: Device | str | None = None,
) -> ndarray:
    """A one-dimensional array on the memory of an object with the buffer protocol."""
    return _core._from_numpy(
        numpy.frombuffer(buffer, _core._dtype(dtype), count, offset), None, False, device
    )


def fromfile(
    file: str | os.PathLike[str] | Any,
    dtype: Any = float,
    count: int = -1,
    sep: str = "",
    device: Device | str | None = None,
) -> ndarray:
    """numpy.fromfile, on a device."""
    return array(numpy.fromfile(file, dtype, count, sep), copy=False, device=device)


def fromfunction(
    function: Callable[..., Any],
    shape: tuple[int, ...],
    dtype: Any = float,
    device: Device | str | None = None,
    **kwargs: Any,
) -> ndarray:
    """numpy.fromfunction, on a device."""
    return array(
        numpy.fromfunction(function, shape, dtype=dtype, **kwargs), copy=False, device=device
    )


def fromiter(
    iterable: Iterable[Any], dtype: Any, count: int = -1, device: Device | str | None = None
) -> ndarray:
    """numpy.fromiter, on a device."""
    return array(numpy.fromiter(iterable, dtype, count), copy=False, device=device)


def fromstring(
    string: str,
    dtype: Any = float,
    count: int = -1,
    sep: str = "",
    device: Device | str | None = None,
) -> ndarray:
    """numpy.fromstring, on a device."""
    return array(numpy.fromstring(string, dtype, count, sep=sep), copy=False, device=device)


def loadtxt(
    fname: Any,
    dtype: Any = float,
    comments: str = "#",
    delimiter: str | None = None,
    converters: Any = None,
    skiprows: int = 0,
    usecols: Any = None,
    unpack: bool = False,
    ndmin: Literal[0, 1, 2] = 0,
    encoding: str | None = "bytes",
    device: Device | str | None = None,
) -> ndarray:
    """numpy.loadtxt, on a device."""
    result = numpy.loadtxt(
        fname,
        dtype,
        comments,
        delimiter,
        converters,
        skiprows,
        usecols,
        unpack,
        ndmin,
        None if encoding == "bytes" else encoding,
    )
    return array(result, copy=False, device=device)
