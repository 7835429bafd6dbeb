"""Dtypes: NumPy's own classes, and the abstract ones above them."""

from __future__ import annotations

from typing import Any

from numpy import bool_ as bool_
from numpy import byte as byte
from numpy import cdouble as cdouble
from numpy import complex64 as complex64
from numpy import complex128 as complex128
from numpy import complexfloating as complexfloating
from numpy import csingle as csingle
from numpy import double as double
from numpy import dtype as dtype
from numpy import float16 as float16
from numpy import float32 as float32
from numpy import float64 as float64
from numpy import floating as floating
from numpy import generic as generic
from numpy import half as half
from numpy import inexact as inexact
from numpy import int8 as int8
from numpy import int16 as int16
from numpy import int32 as int32
from numpy import int64 as int64
from numpy import int_ as int_
from numpy import intc as intc
from numpy import integer as integer
from numpy import intp as intp
from numpy import longlong as longlong
from numpy import number as number
from numpy import short as short
from numpy import signedinteger as signedinteger
from numpy import single as single
from numpy import ubyte as ubyte
from numpy import uint as uint
from numpy import uint8 as uint8
from numpy import uint16 as uint16
from numpy import uint32 as uint32
from numpy import uint64 as uint64
from numpy import uintc as uintc
from numpy import uintp as uintp
from numpy import ulonglong as ulonglong
from numpy import unsignedinteger as unsignedinteger
from numpy import ushort as ushort

# NumPy 1 has no name for these.
long: type[Any] = dtype("l").type
ulong: type[Any] = dtype("L").type

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
