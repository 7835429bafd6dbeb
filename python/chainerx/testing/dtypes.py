"""Names of dtypes by kind, for parametrizing tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

float_dtypes = ("float16", "float32", "float64")
signed_integral_dtypes = ("int8", "int16", "int32", "int64")
unsigned_dtypes = ("uint8",)
signed_dtypes = signed_integral_dtypes + float_dtypes
integral_dtypes = signed_integral_dtypes + unsigned_dtypes
nonfloat_dtypes = ("bool_", *integral_dtypes)
numeric_dtypes = integral_dtypes + float_dtypes
all_dtypes = ("bool_", *numeric_dtypes)

_BUILTINS: dict[str, type] = {"bool_": bool, "int64": int, "float64": float}


def _specifiers(name: str) -> list[Any]:
    """All ways to name a dtype."""
    import numpy

    import chainerx

    scalar_type = getattr(chainerx, name)
    specifiers: list[Any] = [name, scalar_type, numpy.dtype(name), numpy.dtype(name).char]
    if name in _BUILTINS:
        specifiers += [_BUILTINS[name], _BUILTINS[name].__name__]
    return specifiers


def parametrize_dtype_specifier(
    argname: str, dtypes: Sequence[str] | None = None, additional_args: Sequence[Any] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Parametrizes a test over every way to name each of the dtypes."""
    import pytest

    values = [s for name in (all_dtypes if dtypes is None else dtypes) for s in _specifiers(name)]
    decorator: Callable[[Callable[..., Any]], Callable[..., Any]] = pytest.mark.parametrize(
        argname, [*values, *additional_args]
    )
    return decorator
