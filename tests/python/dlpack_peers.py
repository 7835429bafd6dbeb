"""The libraries that DLPack is tried with, each with what it can't do; those that are not installed are skipped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest

import chainerx as chx


class Peer:
    """What tests need to know of a library, and how to see its arrays as NumPy's."""

    def __init__(
        self,
        name: str,
        module: str,
        *,
        wide: bool = True,
        copies: bool = False,
        immutable: bool = False,
        negative: bool = True,
        gaps: bool = True,
        bfloat16: bool = True,
    ) -> None:
        self.name, self.module = name, module
        self.narrows = not wide  # has no 64-bit numbers, or not all of them
        self.copies = copies  # never shares what it takes
        self.immutable = immutable  # what it gives is read-only
        self.negative = negative  # has negative strides
        self.takes_gaps = gaps  # between elements, and elements that are there several times
        self.has_bfloat16 = bfloat16

    def load(self) -> Any:
        return pytest.importorskip(self.module)

    def take(self, array: Any) -> Any:
        module = self.load()
        if self.module == "numpy":
            return numpy.from_dlpack(array)
        if self.module == "torch":
            return module.from_dlpack(array)
        if self.module == "jax":
            return module.dlpack.from_dlpack(array)
        return module.from_dlpack(array) if hasattr(module, "from_dlpack") else module.array(array)

    def make(self, host: numpy.ndarray[Any, Any]) -> Any:
        """An array of the library with these elements."""
        module = self.load()
        if self.module == "numpy":
            return host
        if self.module == "torch":
            if host.dtype.name == "bfloat16":
                return module.from_numpy(host.astype("float32")).to(module.bfloat16)
            return module.from_numpy(host.copy())
        if self.module == "jax":
            return module.numpy.asarray(host)
        if host.dtype.name == "bfloat16":
            return module.array(host.astype("float32")).astype(module.bfloat16)
        return module.array(host)

    def to_numpy(self, array: Any) -> numpy.ndarray[Any, Any]:
        if self.module == "torch" and str(array.dtype) == "torch.bfloat16":
            array = array.float()
        if self.module == "mlx.core" and "bfloat16" in str(array.dtype):
            array = array.astype(self.load().float32)
        return numpy.asarray(array)

    def address(self, array: Any) -> int:
        if self.module == "torch":
            return int(array.data_ptr())
        if self.module == "jax":
            return int(array.unsafe_buffer_pointer())
        return int(numpy.asarray(array).__array_interface__["data"][0])

    def __repr__(self) -> str:
        return self.name


PEERS = [
    Peer("numpy", "numpy", bfloat16=False),
    Peer("torch", "torch", negative=False),
    Peer("jax", "jax", wide=False, immutable=True, negative=False, gaps=False),
    Peer("mlx", "mlx.core", wide=False, copies=True, immutable=True, negative=False),
]


def broadcast(array: Any, shape: tuple[int, ...]) -> Any:
    """A view with stride 0, by the array's own library if it makes such."""
    if isinstance(array, numpy.ndarray):
        return numpy.broadcast_to(array, shape)
    if isinstance(array, chx.ndarray):
        return chx.broadcast_to(array, shape)
    return array.expand(shape) if hasattr(array, "expand") else array


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "0-d": lambda a: a[0, 0, :1].reshape(()),
    "empty": lambda a: a[:0],
    "1-d": lambda a: a[0, 0],
    "3-d": lambda a: a,
    "transposed": lambda a: a.permute(2, 1, 0) if hasattr(a, "permute") else a.T,
    "step": lambda a: a[:, ::2],
    "negative": lambda a: a[:, ::-1],
    "broadcast": lambda a: broadcast(a[:1], tuple(a.shape)),
    "offset": lambda a: a[1:, 1:],
}
