"""What the array API standard asks of dtypes: result_type, can_cast, isdtype, finfo and iinfo; and what NumPy does beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy

from chainerx import _core
from chainerx._conversion import to_numpy
from chainerx._core import ndarray

_INTEGERS = {"signed integer": "i", "unsigned integer": "u", "integral": "iu"}
_KINDS = {
    "bool": "b",
    **_INTEGERS,
    "real floating": "f",
    "complex floating": "c",
    "numeric": "iufc",
}
# Python numbers by what kinds of dtypes they leave as they are.
_SCALARS = {bool: "biufc", int: "iufc", float: "fc", complex: "c"}


def _kind(dtype: numpy.dtype[Any]) -> str:
    return "f" if dtype.name == "bfloat16" else dtype.kind


def _dtype_of(name: str, given: Any) -> numpy.dtype[Any]:
    if isinstance(given, (ndarray, numpy.ndarray)):
        return given.dtype
    try:
        return _core._dtype(given)
    except _core.DtypeError as error:
        raise _core.DtypeError(
            f"{name}: {given!r} was given; expected an array or a dtype"
        ) from error


def _with_scalar(dtype: numpy.dtype[Any], scalar: type[Any]) -> numpy.dtype[Any]:
    if _kind(dtype) in _SCALARS[scalar]:
        return dtype
    if scalar is int:
        return _core._dtype("int64")
    if scalar is float:
        return _core._dtype("float32")
    real = dtype if _kind(dtype) == "f" else _core._dtype("float32")
    return _core._promote_types(real, "complex64")


def result_type(*arrays_and_dtypes: Any) -> numpy.dtype[Any]:
    """The dtype that operations on these arrays, dtypes and Python numbers have; a number only matters where its kind is higher.

    Raises ValueError without an array or a dtype.
    """
    scalars = [type(given) for given in arrays_and_dtypes if type(given) in _SCALARS]
    dtypes = [
        _dtype_of("result_type", given)
        for given in arrays_and_dtypes
        if type(given) not in _SCALARS
    ]
    if not dtypes:
        raise _core._ValueError(
            f"result_type: {len(scalars)} numbers were given; expected an array or a dtype as well"
        )
    result = dtypes[0]
    for dtype in dtypes[1:]:
        result = _core._promote_types(result, dtype)
    for scalar in scalars:
        result = _with_scalar(result, scalar)
    return result


def promote_types(type1: Any, type2: Any) -> numpy.dtype[Any]:
    """The least dtype that both dtypes are promoted to."""
    return _core._promote_types(_core._dtype(type1), _core._dtype(type2))


def can_cast(from_: Any, to: Any, /) -> bool:
    """Whether a cast from a dtype, or that of an array, to another keeps all values: by promotion within a kind, and never from a
    higher kind to a lower one."""
    source, target = _dtype_of("can_cast", from_), _core._dtype(to)
    if _core._promote_types(source, target) != target:
        return False
    if _kind(source) == "b" or _kind(source) == _kind(target):
        return True
    if "bfloat16" in (source.name, target.name):
        # It holds the integers of 8 bits, and each wider kind of number holds it.
        return source.itemsize == 1 or source.name == "bfloat16"
    return bool(numpy.can_cast(source, target))


def isdtype(dtype: Any, kind: Any) -> bool:
    """Whether a dtype is of a kind: "bool", "signed integer", "unsigned integer", "integral", "real floating", "complex floating",
    "numeric", a dtype, or one of a tuple of these."""
    if isinstance(kind, tuple):
        return any(isdtype(dtype, each) for each in kind)
    own = _core._dtype(dtype)
    if isinstance(kind, str) and kind in _KINDS:
        return _kind(own) in _KINDS[kind]
    if isinstance(kind, str):
        raise _core._ValueError(
            f"isdtype: kind is {kind!r}; expected one of {', '.join(map(repr, _KINDS))}, a dtype or a tuple of these"
        )
    return own == _core._dtype(kind)


def issubdtype(arg1: Any, arg2: Any) -> bool:
    """Whether a dtype is another, or one of those below an abstract one: chainerx.integer, floating, number ... bfloat16 is floating."""
    if not _is_bfloat16(arg1):
        return not _is_bfloat16(arg2) and bool(numpy.issubdtype(arg1, arg2))
    return _is_bfloat16(arg2) or bool(numpy.issubdtype(numpy.floating, arg2))


def _is_bfloat16(given: Any) -> bool:
    if isinstance(given, str):
        return given == "bfloat16"
    return "bfloat16" in (getattr(given, "name", None), getattr(given, "__name__", None))


def common_type(*arrays: Any) -> type[Any]:
    """The scalar type of floating-point or complex numbers that all arrays are promoted to; integers count as float32.

    Raises DtypeError for bool.
    """
    dtype = _core._dtype("float32") if not arrays else None
    for array in arrays:
        own = _dtype_of("common_type", array)
        if _kind(own) == "b":
            raise _core.DtypeError("common_type: an array of bool was given; expected numbers")
        own = own if _kind(own) in "fc" else _core._dtype("float32")
        dtype = own if dtype is None else _core._promote_types(dtype, own)
    return dtype.type  # type: ignore[union-attr]


def min_scalar_type(a: Any, /) -> numpy.dtype[Any]:
    """The least dtype of its kind that holds a number, or that of an array with dimensions. Waits for the device for one without."""
    if not isinstance(a, ndarray):
        return numpy.min_scalar_type(a)
    return a.dtype if a.ndim > 0 or _is_bfloat16(a.dtype) else numpy.min_scalar_type(to_numpy(a))


@dataclass(frozen=True)
class finfo_object:
    """Limits of a floating-point dtype; of a complex one, those of its parts."""

    bits: int
    eps: float  # from 1 to the next number
    max: float
    min: float
    smallest_normal: float
    dtype: numpy.dtype[Any]

    @property
    def tiny(self) -> float:
        """NumPy's name of smallest_normal."""
        return self.smallest_normal


@dataclass(frozen=True)
class iinfo_object:
    """Limits of an integer dtype."""

    bits: int
    max: int
    min: int
    dtype: numpy.dtype[Any]


def finfo(type: Any, /) -> finfo_object:
    """Limits of a floating-point or complex dtype, or that of an array. Raises DtypeError for others."""
    dtype = _dtype_of("finfo", type)
    if _kind(dtype) not in "fc":
        raise _core.DtypeError(
            f"finfo: {dtype} was given; expected a floating-point dtype; see iinfo"
        )
    if dtype.name == "bfloat16":
        return finfo_object(
            16, 2.0**-7, (2 - 2.0**-7) * 2.0**127, -(2 - 2.0**-7) * 2.0**127, 2.0**-126, dtype
        )
    limits = numpy.finfo(dtype)
    return finfo_object(
        int(limits.bits),
        float(limits.eps),
        float(limits.max),
        float(limits.min),
        float(limits.tiny),
        limits.dtype,
    )


def iinfo(type: Any, /) -> iinfo_object:
    """Limits of an integer dtype, or that of an array. Raises DtypeError for others."""
    dtype = _dtype_of("iinfo", type)
    if _kind(dtype) not in "iu":
        raise _core.DtypeError(f"iinfo: {dtype} was given; expected an integer dtype; see finfo")
    limits = numpy.iinfo(dtype)
    return iinfo_object(int(limits.bits), int(limits.max), int(limits.min), dtype)
