"""What tests of the original ChainerX make arrays of: a buffer in a device's memory, and NumPy's memory with its strides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from chainerx import _core
from chainerx._conversion import array as make_array
from chainerx._conversion import to_numpy
from chainerx._core import Device, ndarray


class _DeviceBuffer(numpy.ndarray[Any, Any]):
    """Numbers in the memory of a device that the host may address, as an object with the buffer protocol.

    Raises DeviceError for memory of another device.
    """

    def __new__(
        cls,
        data: Sequence[Any],
        shape: Sequence[int],
        dtype: Any,
        device: Device | str | None = None,
    ) -> _DeviceBuffer:
        array = make_array(data, dtype, device=device).reshape(tuple(shape))
        if not hasattr(array, "_array_interface"):
            raise _core.DeviceError(
                f"_DeviceBuffer: {array.device} has memory of its own; expected a device in host memory"
            )
        return to_numpy(array, copy=False).view(cls)


def _fromnumpy(
    array: numpy.ndarray[Any, Any], keepstrides: bool = False, device: Device | str | None = None
) -> ndarray:
    """A copy of a NumPy array on a device; with keepstrides the strides are the same, too."""
    if not keepstrides or array.size == 0:
        return make_array(array, device=device)
    # As many elements as lie between the first and the last one in memory, of which some are seen.
    steps = [stride // array.itemsize for stride in array.strides]
    low = sum(min(0, step * (n - 1)) for step, n in zip(steps, array.shape, strict=True))
    high = sum(max(0, step * (n - 1)) for step, n in zip(steps, array.shape, strict=True))
    memory = numpy.zeros(high - low + 1, array.dtype)
    seen = numpy.lib.stride_tricks.as_strided(memory[-low:], array.shape, array.strides)
    seen[...] = array
    home = make_array(seen, copy=False, device="native:0")
    target = _core.get_device(device) if device is not None else _core.get_default_device()
    return home if target is home.device else home.to_device(target)
