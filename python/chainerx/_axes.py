"""Axes as functions in Python take them: counted from the end if they are negative."""

from __future__ import annotations

import operator
from typing import Any

from chainerx import _core


def normalize_axis(function: str, axis: Any, ndim: int) -> int:
    """axis in [0, ndim); raises DimensionError for one that an array does not have."""
    index = operator.index(axis)
    if not -ndim <= index < ndim:
        raise _core.DimensionError(
            f"{function}: axis {index} of an array with {ndim} dimensions; expected {-ndim} to {ndim - 1}"
        )
    return index % ndim
