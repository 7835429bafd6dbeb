"""Text files of numbers, by NumPy's functions."""

from __future__ import annotations

from typing import Any

import numpy

from chainerx._conversion import array, asarray, to_numpy
from chainerx._core import Device, ndarray


def savetxt(fname: Any, X: Any, *args: Any, **kwargs: Any) -> None:
    """numpy.savetxt, whose arguments it has, of an array of one or two dimensions, from any device; bfloat16 as float32."""
    a = asarray(X)
    host = to_numpy(a)
    numpy.savetxt(
        fname, host.astype("float32") if a.dtype.name == "bfloat16" else host, *args, **kwargs
    )


def genfromtxt(
    fname: Any, dtype: Any = float, *args: Any, device: Device | str | None = None, **kwargs: Any
) -> ndarray:
    """numpy.genfromtxt, whose arguments it has, on a device: text with missing values. Raises DtypeError for columns of several dtypes."""
    return array(numpy.genfromtxt(fname, dtype, *args, **kwargs), copy=False, device=device)
