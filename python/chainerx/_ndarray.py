"""The methods of ndarray that are written in Python: what is not worth C++ code, because it is slow anyway."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import numpy

import chainerx
from chainerx import _core
from chainerx._conversion import _bytes_of, to_numpy
from chainerx._core import ndarray


def _array(self: ndarray, dtype: Any = None, copy: bool | None = None) -> numpy.ndarray[Any, Any]:
    """For numpy.asarray, of arrays whose memory it can't use directly."""
    is_shared = hasattr(self, "_array_interface")
    if copy is False and not is_shared:
        raise ValueError(
            "__array__: the array is not in host memory and can't be taken without a copy"
        )
    result = to_numpy(self, copy=bool(copy) or not is_shared)
    if dtype is None or result.dtype == dtype:
        return result
    if copy is False:
        raise ValueError(
            f"__array__: the array is {self.dtype} and can't be taken as {dtype} without a copy"
        )
    return result.astype(dtype)


def _tolist(self: ndarray) -> Any:
    """All elements as nested lists of Python numbers, or the only one of an array without dimensions."""
    host = to_numpy(self)
    return (host.astype(numpy.float32) if self.dtype.name == "bfloat16" else host).tolist()


def _restore(data: Any, dtype: str, shape: tuple[int, ...], device: str) -> ndarray:
    """Undoes pickling."""
    flat = chainerx.frombuffer(data, dtype, device="native:0").reshape(shape)
    return flat.copy() if device == "native:0" else flat.to_device(device)


def _reduce(self: ndarray, protocol: int) -> tuple[Any, ...]:
    """Pickles elements, dtype, shape and the device's name; graphs and gradients stay behind.

    With protocol 5 and a buffer_callback, an array in host memory without gaps is not copied: the buffer is its memory, which
    nobody can write there. Loading copies once: an array never shares its memory with what it was pickled from.
    """
    data: Any = _bytes_of(self)
    data = pickle.PickleBuffer(data) if protocol >= 5 else data.tobytes()
    return _restore, (data, self.dtype.name, self.shape, self.device.name)


def _copy(self: ndarray) -> ndarray:
    return self.copy()


def _deepcopy(self: ndarray, memo: dict[int, Any]) -> ndarray:
    """A copy outside of every graph."""
    result = self.as_grad_stopped(copy=True)
    memo[id(self)] = result
    return result


def _array_namespace(self: ndarray, *, api_version: str | None = None) -> Any:
    """The module, as the Python array API standard asks for it."""
    if api_version not in (None, "2021.12", "2022.12", "2023.12", "2024.12", "2025.12"):
        raise ValueError(
            f"__array_namespace__: version {api_version!r}; expected one from '2021.12' to '2025.12'"
        )
    return chainerx


def _format(self: ndarray, spec: str) -> str:
    """An array without dimensions formats like its number, f'{loss:.3f}'; others have no format but their repr."""
    if self.ndim == 0:
        return format(self.item(), spec)
    if spec:
        raise TypeError(
            f"format: an array of shape {self.shape} with format {spec!r}; expected no format, or an array "
            "without dimensions; format its elements, or set numpy.printoptions()"
        )
    return repr(self)


def _reversed(self: ndarray) -> Iterator[ndarray]:
    return iter(self[::-1] if self.ndim > 0 else self)


def _complex(self: ndarray) -> complex:
    return complex(self.item())


def _debug_dump_computational_graph(self: ndarray, backprop_id: Any = None) -> None:
    """Prints the graph behind the array; see chainerx.graph.to_text."""
    print(chainerx.graph.to_text(self, backprop_id), end="")


def _repr_html(self: ndarray) -> str:
    """Tables for notebooks."""
    from chainerx._html import array_html

    return array_html(self)


def _round(self: ndarray, decimals: int = 0) -> ndarray:
    """chainerx.around: the nearest multiples of 10 ** -decimals."""
    return _core.around(self, decimals)


def _conjugate(self: ndarray) -> ndarray:
    """chainerx.conj: the conjugates; the array itself if it is real."""
    return _core.conj(self)


def _sort(
    self: ndarray,
    axis: int = -1,
    kind: str | None = None,
    *,
    stable: bool = True,
    descending: bool = False,
) -> None:
    """Sorts in place along axis; see chainerx.sort, which makes a new array. Whatever kind and stable say, equal elements keep their
    order. Raises GradientError for an array in a graph."""
    self[...] = _core.sort(self, axis, descending=descending)


def _partition(self: ndarray, kth: Any, axis: int = -1) -> None:
    """chainerx.partition in place. Raises GradientError for an array in a graph."""
    self[...] = _core.partition(self, kth, axis)


def _argpartition(self: ndarray, kth: Any, axis: int | None = -1) -> ndarray:
    """chainerx.argpartition: indices that partition the array."""
    return _core.argpartition(self, kth, axis)


def _ptp(self: ndarray, axis: Any = None, keepdims: bool = False) -> ndarray:
    """chainerx.ptp: the greatest element minus the least, over axis."""
    return _core.ptp(self, axis, keepdims)


def _compress(self: ndarray, condition: Any, axis: int | None = None) -> ndarray:
    """chainerx.compress: the slices along axis where condition, of one dimension, holds."""
    return _core.compress(chainerx.asarray(condition, device=self.device), self, axis)


def _tobytes(self: ndarray, order: str = "C") -> bytes:
    """The elements as bytes, row by row, or column by column for order 'F'; 'A': 'F' where they lie so."""
    if order not in ("C", "F", "A", "K"):
        raise _core._ValueError(f"tobytes: order is {order!r}; expected 'C', 'F' or 'A'")
    by_column = order == "F" or (order in "AK" and self.flags.fnc)
    a = self.as_grad_stopped()
    return _bytes_of(a.T if by_column else a).tobytes()


def _tofile(self: ndarray, fid: Any, sep: str = "", format: str = "%s") -> None:
    """Writes the elements to a file, open or a path, row by row: as they lie in memory, or as text with sep between them, each by
    format. chainerx.fromfile reads it; chainerx.save keeps shape and dtype as well."""
    to_numpy(self).tofile(fid, sep, format)


def _byteswap(self: ndarray, inplace: bool = False) -> ndarray:
    """The elements with their bytes in the other order: a new array, or this one with inplace. Computed on the host."""
    host = to_numpy(self)
    numbers = host.view(numpy.uint16) if self.dtype.name == "bfloat16" else host
    swapped = chainerx.array(numbers.byteswap().view(host.dtype), copy=False, device=self.device)
    if not inplace:
        return swapped
    self[...] = swapped
    return self


def _dumps(self: ndarray) -> bytes:
    """The array pickled."""
    return pickle.dumps(self)


def _dump(self: ndarray, file: Any) -> None:
    """Pickles the array to a file, open or a path."""
    if hasattr(file, "write"):
        pickle.dump(self, file)
    else:
        with open(file, "wb") as opened:
            pickle.dump(self, opened)


def _real(self: ndarray) -> ndarray:
    """The real parts; the array itself if it is real. They can be assigned to if it is."""
    return _core.real(self)


def _set_real(self: ndarray, value: Any) -> None:
    if self.dtype.kind == "c":
        raise AttributeError(
            "real: the real parts of a complex array are an array of their own; expected no assignment; "
            "assign a[...] = value + 1j * a.imag"
        )
    self[...] = value


def _imag(self: ndarray) -> ndarray:
    """The imaginary parts; zeros if the array is real."""
    return _core.imag(self)


def _set_imag(self: ndarray, value: Any) -> None:
    raise AttributeError(
        "imag: the imaginary parts are an array of their own; expected no assignment; assign a[...] = a.real + 1j * value"
    )


def _flat(self: ndarray) -> Any:
    """The elements as if there were one dimension, to be indexed, iterated over and assigned to."""
    from chainerx._flat import FlatIterator

    return FlatIterator(self)


def _set_flat(self: ndarray, value: Any) -> None:
    self.flat[:] = value


def _flags(self: ndarray) -> Any:
    """How the elements lie in memory, and whether they may be written: a.flags.c_contiguous, a.flags["W"] ..."""
    from chainerx._flags import Flags

    return Flags(self)


def _base(self: ndarray) -> None:
    """None: a view shares its memory, which belongs to no array more than to others; see chainerx.shares_memory."""
    return


def install() -> None:
    properties = {
        "real": property(_real, _set_real),
        "imag": property(_imag, _set_imag),
        "flat": property(_flat, _set_flat),
        "flags": property(_flags),
        "base": property(_base),
    }
    for name, attribute in properties.items():
        setattr(ndarray, name, attribute)
    methods: dict[str, Any] = {
        "__array__": _array,
        "__array_namespace__": _array_namespace,
        "__complex__": _complex,
        "__copy__": _copy,
        "__deepcopy__": _deepcopy,
        "__format__": _format,
        "__reduce_ex__": _reduce,
        "_debug_dump_computational_graph": _debug_dump_computational_graph,
        "__reversed__": _reversed,
        "_repr_html_": _repr_html,
        "argpartition": _argpartition,
        "byteswap": _byteswap,
        "compress": _compress,
        "conjugate": _conjugate,
        "dump": _dump,
        "dumps": _dumps,
        "partition": _partition,
        "ptp": _ptp,
        "round": _round,
        "sort": _sort,
        "tobytes": _tobytes,
        "tofile": _tofile,
        "tolist": _tolist,
    }
    for name, method in methods.items():
        method.__name__ = name
        method.__qualname__ = f"ndarray.{name}"
        method.__module__ = "chainerx"
        setattr(ndarray, name, method)
    # One context owns all backends, devices and graphs.
    for owner in (_core.Backend, _core.Device, _core.BackpropId):
        owner.context = property(lambda _: chainerx.Context())  # type: ignore[assignment]
