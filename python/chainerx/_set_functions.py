"""The different elements of an array: the unique functions of the array API standard, and NumPy's."""

from __future__ import annotations

from typing import Any, NamedTuple

from chainerx import _core
from chainerx._core import ndarray


class UniqueAllResult(NamedTuple):
    """What unique_all returns."""

    values: ndarray
    indices: ndarray
    inverse_indices: ndarray
    counts: ndarray


class UniqueCountsResult(NamedTuple):
    """What unique_counts returns."""

    values: ndarray
    counts: ndarray


class UniqueInverseResult(NamedTuple):
    """What unique_inverse returns."""

    values: ndarray
    inverse_indices: ndarray


def unique_all(x: ndarray, /) -> UniqueAllResult:
    """The different elements, sorted, each NaN by itself; where in the flattened x the first of each is; which of them each element
    of x is, in the shape of x; and how many there are of each. Indices and counts are int64."""
    return UniqueAllResult(*_core._unique_all(x, False))


def unique_counts(x: ndarray, /) -> UniqueCountsResult:
    """The different elements, sorted, each NaN by itself, and how many there are of each."""
    values, _, _, counts = _core._unique_all(x, False)
    return UniqueCountsResult(values, counts)


def unique_inverse(x: ndarray, /) -> UniqueInverseResult:
    """The different elements, sorted, each NaN by itself, and which of them each element of x is, in the shape of x."""
    values, _, inverse, _ = _core._unique_all(x, False)
    return UniqueInverseResult(values, inverse)


def unique(
    ar: ndarray,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    *,
    equal_nan: bool = True,
) -> Any:
    """As numpy.unique of the flattened array: the different elements, sorted, alone or in a tuple with the index of the first of
    each, the inverse and the counts, as asked for."""
    if not (return_index or return_inverse or return_counts):
        return _core.unique_values(ar, equal_nan=equal_nan)
    values, *others = _core._unique_all(ar, equal_nan)
    wanted = zip(others, (return_index, return_inverse, return_counts), strict=True)
    return (values, *[each for each, is_wanted in wanted if is_wanted])
