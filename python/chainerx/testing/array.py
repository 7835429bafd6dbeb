"""Assertions that two arrays, of ChainerX, NumPy or numbers, are equal or close."""

from __future__ import annotations

from typing import Any

import numpy

import chainerx


def _as_numpy(x: Any) -> Any:
    if isinstance(x, chainerx.ndarray):
        result = chainerx.to_numpy(x)
        return result.astype(numpy.float32) if x.dtype.name == "bfloat16" else result
    return x.get() if hasattr(x, "get") and hasattr(x, "__cuda_array_interface__") else x


def assert_allclose(
    x: Any,
    y: Any,
    rtol: float = 1e-7,
    atol: float = 0,
    equal_nan: bool = True,
    err_msg: str = "",
    verbose: bool = True,
) -> None:
    """numpy.testing.assert_allclose."""
    numpy.testing.assert_allclose(
        _as_numpy(x), _as_numpy(y), rtol, atol, equal_nan, err_msg, verbose
    )


def assert_array_equal(x: Any, y: Any, err_msg: str = "", verbose: bool = True) -> None:
    """numpy.testing.assert_array_equal."""
    numpy.testing.assert_array_equal(_as_numpy(x), _as_numpy(y), err_msg, verbose)


def _check_metadata(x: Any, y: Any, dtype_check: bool | None, strides_check: bool | None) -> None:
    """By default what both of them have is compared."""
    for name, wanted in (("dtype", dtype_check), ("strides", strides_check)):
        has_both = hasattr(x, name) and hasattr(y, name)
        if wanted is True and not has_both:
            raise AssertionError(
                f"{name}: {type(x).__name__} and {type(y).__name__}; expected two arrays"
            )
        is_wanted = name == "dtype" if wanted is None else wanted
        if is_wanted and has_both and getattr(x, name) != getattr(y, name):
            raise AssertionError(f"{name}: {getattr(x, name)} and {getattr(y, name)} differ")


def assert_allclose_ex(
    x: Any,
    y: Any,
    rtol: float = 1e-7,
    atol: float = 0,
    equal_nan: bool = True,
    err_msg: str = "",
    verbose: bool = True,
    *,
    dtype_check: bool | None = None,
    strides_check: bool | None = None,
    **tolerances: float,
) -> None:
    """assert_allclose that also compares dtypes and, if asked to, strides. tolerances: float16_rtol=1e-2 and the like."""
    _check_metadata(x, y, dtype_check, strides_check)
    name = str(getattr(y, "dtype", getattr(x, "dtype", "")))
    rtol = tolerances.pop(f"{name}_rtol", rtol)
    atol = tolerances.pop(f"{name}_atol", atol)
    for key in tolerances:
        if not key.endswith(("_rtol", "_atol")):
            raise TypeError(f"assert_allclose_ex: unexpected keyword argument {key!r}")
    assert_allclose(x, y, rtol, atol, equal_nan, err_msg, verbose)


def assert_array_equal_ex(
    x: Any,
    y: Any,
    err_msg: str = "",
    verbose: bool = True,
    *,
    dtype_check: bool | None = None,
    strides_check: bool | None = None,
) -> None:
    """assert_array_equal that also compares dtypes and, if asked to, strides."""
    _check_metadata(x, y, dtype_check, strides_check)
    assert_array_equal(x, y, err_msg, verbose)
