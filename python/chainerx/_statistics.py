"""Statistics whose arguments come in several forms: quantiles for lists, histograms for a number of bins or edges."""

from __future__ import annotations

import builtins
import numbers
from collections.abc import Sequence
from typing import Any

from chainerx import _core
from chainerx._conversion import array, asarray
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


def histogramdd(
    sample: Any,
    bins: Any = 10,
    range: Sequence[tuple[float, float] | None] | None = None,
    density: bool = False,
    weights: ndarray | None = None,
) -> tuple[ndarray, list[ndarray]]:
    """How many of n points lie in each cell of a grid, and the edges along each of its d axes.

    sample: an array (n, d), or a sequence of d arrays (n,). bins: a number of bins of equal widths, ascending edges, or d of these.
    range: for each axis from where to where, by default from the least to the greatest coordinate. weights: what each point counts,
    (n,). density: divided by the sum and the volumes of the cells. Counts are int64, or of the weights' dtype.

    Raises ValueError for other numbers of bins or ranges than axes, DimensionError for arrays that do not fit.
    """
    if isinstance(sample, ndarray):
        points = sample if sample.ndim > 1 else _core.expand_dims(sample, 1)
        coordinates = [points[:, i] for i in builtins.range(points.shape[1])]
    else:
        coordinates = [asarray(each) for each in sample]
    n_axes = len(coordinates)
    for name, given in (("bins", bins), ("range", range)):
        if isinstance(given, Sequence) and len(given) != n_axes:
            raise _core._ValueError(
                f"histogramdd: {name} has {len(given)} entries; expected one for each of {n_axes} axes"
            )
    each_bins = bins if isinstance(bins, Sequence) else [bins] * n_axes
    each_range = [None] * n_axes if range is None else range
    edges = [
        histogram_bin_edges(*each) for each in zip(coordinates, each_bins, each_range, strict=True)
    ]
    return _core._histogramdd(coordinates, edges, weights, density), edges


def histogram2d(
    x: ndarray,
    y: ndarray,
    bins: Any = 10,
    range: Sequence[tuple[float, float] | None] | None = None,
    density: bool = False,
    weights: ndarray | None = None,
) -> tuple[ndarray, ndarray, ndarray]:
    """histogramdd of points (x, y): counts (nx, ny), and the edges along x and y. bins: a number, edges of both axes, or a list of two
    such, one for each."""
    is_each = isinstance(bins, Sequence) and len(bins) == 2
    each_bins = list(bins) if is_each else [_both(bins, x)] * 2
    counts, (xedges, yedges) = histogramdd((x, y), each_bins, range, density, weights)
    return counts, xedges, yedges


def _both(bins: Any, like: ndarray) -> Any:
    """A number or edges that stand for both axes."""
    return bins if isinstance(bins, (numbers.Integral, str)) else _given_edges(bins, like)
