"""Dtypes: NumPy's own classes."""

from __future__ import annotations

from typing import Any

from numpy import bool_ as bool_
from numpy import complex64 as complex64
from numpy import complex128 as complex128
from numpy import dtype as dtype
from numpy import float16 as float16
from numpy import float32 as float32
from numpy import float64 as float64
from numpy import int8 as int8
from numpy import int16 as int16
from numpy import int32 as int32
from numpy import int64 as int64
from numpy import uint8 as uint8
from numpy import uint16 as uint16
from numpy import uint32 as uint32
from numpy import uint64 as uint64

# bfloat16 is left out: NumPy has no class for it, and ml_dtypes, which has, is imported only when asked for.
all_dtypes: tuple[type[Any], ...] = (
    bool_,
    int8,
    int16,
    int32,
    int64,
    uint8,
    uint16,
    uint32,
    uint64,
    float16,
    float32,
    float64,
    complex64,
    complex128,
)


def _bfloat16() -> type[Any]:
    """The scalar type of ml_dtypes."""
    from chainerx import _core

    scalar_type: type[Any] = _core._dtype("bfloat16").type
    return scalar_type
