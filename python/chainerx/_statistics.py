"""Statistics whose arguments come in several forms: quantiles for lists, histograms for a number of bins or edges."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any

from chainerx import _core
from chainerx._conversion import array
from chainerx._core import ndarray

_Axis = int | Sequence[int] | None


def _places(q: Any, a: ndarray) -> Any:
    """q as an array, unless it is a number or one already."""
    if isinstance(q, (ndarray, numbers.Number)):
        return q
    return array(q, "float64", device=a.device)


def quantile(
    a: ndarray, q: Any, axis: _Axis = None, method: str = "linear", keepdims: bool = False
) -> ndarray:
    """What a share q of the elements over axis is not greater than, q from 0 to 1.

    q: a number, or an array or sequence, for each of which there is a result, along the first axes. method: between two elements
    'linear', 'lower', 'higher', 'midpoint' or 'nearest' (Hyndman and Fan, Am. Stat. 50, 1996, type 7 and its roundings). NaN if
    there is one, and where an array q is out of range. Integers give float32 if elements are averaged.

    Raises ValueError for a number q out of range or another method, DimensionError if there are no elements.
    """
    return _core._quantile(a, _places(q, a), axis, method, keepdims)


def percentile(
    a: ndarray, q: Any, axis: _Axis = None, method: str = "linear", keepdims: bool = False
) -> ndarray:
    """quantile with q from 0 to 100."""
    return _core._percentile(a, _places(q, a), axis, method, keepdims)


def nanquantile(
    a: ndarray, q: Any, axis: _Axis = None, method: str = "linear", keepdims: bool = False
) -> ndarray:
    """quantile of the elements that are numbers; NaN where there is none."""
    return _core._nanquantile(a, _places(q, a), axis, method, keepdims)


def nanpercentile(
    a: ndarray, q: Any, axis: _Axis = None, method: str = "linear", keepdims: bool = False
) -> ndarray:
    """percentile of the elements that are numbers; NaN where there is none."""
    return _core._nanpercentile(a, _places(q, a), axis, method, keepdims)


def _given_edges(bins: Any, a: ndarray) -> ndarray:
    edges = bins if isinstance(bins, ndarray) else array(bins, device=a.device)
    if edges.ndim != 1:
        raise _core.DimensionError(
            f"histogram: bins of shape {edges.shape}; expected a number or edges in one dimension"
        )
    return edges


def histogram_bin_edges(
    a: ndarray, bins: Any = 10, range: tuple[float, float] | None = None
) -> ndarray:
    """The edges of that many bins of equal widths over range, by default from the least to the greatest element; edges that are
    given themselves.

    Raises ValueError for fewer than one bin, and a range that does not ascend.
    """
    if isinstance(bins, str):
        raise _core._ValueError(
            f"histogram_bin_edges: bins is {bins!r}; expected a number of bins, or their edges"
        )
    if not isinstance(bins, numbers.Integral):
        return _given_edges(bins, a)
    low, high = (None, None) if range is None else range
    return _core._histogram_bin_edges(a, int(bins), low, high)


def histogram(
    a: ndarray,
    bins: Any = 10,
    range: tuple[float, float] | None = None,
    density: bool = False,
    weights: ndarray | None = None,
) -> tuple[ndarray, ndarray]:
    """How many elements lie in each bin, and the edges of the bins, which are half open but for the last one.

    bins: a number of bins of equal widths over range, or ascending edges. weights: what each element counts, of a's shape.
    density: divided by the sum and the widths of the bins. Counts are int64, or of the weights' dtype.
    """
    edges = histogram_bin_edges(a, bins, range)
    return _core._histogram(a, edges, weights, density), edges
