"""repr() of arrays: NumPy's body, then shape, dtype, device and graphs."""

from __future__ import annotations

import numpy

from chainerx import _core
from chainerx._conversion import to_numpy
from chainerx._core import ndarray


def array_repr(array: ndarray) -> str:
    host = to_numpy(array)
    if array.dtype.name == "bfloat16":
        host = host.astype(numpy.float32)
    body = numpy.array2string(host, separator=", ", prefix="array(") if host.size else "[]"
    parts = [
        body,
        f"shape={array.shape}",
        f"dtype={array.dtype.name}",
        f"device='{array.device.name}'",
    ]
    ids = _core._backprop_ids(array)
    if ids:
        names = ", ".join(f"'{backprop_id.name}'" for backprop_id in ids)
        parts.append(f"backprop_ids=[{names}]")
    return f"array({', '.join(parts)})"
