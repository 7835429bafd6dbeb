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


def install() -> None:
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
