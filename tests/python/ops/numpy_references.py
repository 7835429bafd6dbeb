"""What functions beyond the array API standard compute, where NumPy has none, or one for fewer dtypes."""

from __future__ import annotations

import numpy as np


def vander(x, N=None, increasing=False):
    return np.vander(x.astype(np.int64) if x.dtype.kind in "iu" else x, N, increasing)


def ediff1d(ary, to_end=(), to_begin=()):
    parts = [np.ravel(to_begin), np.diff(ary.ravel()), np.ravel(to_end)]
    return np.concatenate([part.astype(ary.dtype) for part in parts])


def _discrete_of_bool(function):
    def quantile(a, q, axis=None, method="linear", keepdims=False):
        is_bool = a.dtype == bool
        values = a.astype(np.uint8) if is_bool else a
        result = function(values, q, axis=axis, method=method, keepdims=keepdims)
        return result.astype(bool) if is_bool else result

    return quantile


def bincount(x, weights=None, minlength=0):
    n = max(minlength, int(x.max(initial=-1)) + 1)
    each = np.ones(x.shape, np.int64) if weights is None else weights
    sums = np.zeros(n, each.dtype)
    np.add.at(sums, x.astype(np.int64), each)
    return sums


def digitize(x, bins, right=False):
    return np.digitize(x.astype(np.float64), bins.astype(np.float64), right)


def trapezoid(y, x=None, dx=1.0, axis=-1):
    function = getattr(np, "trapezoid", None) or np.trapz  # NumPy 1 has the other name
    return function(y, x, dx, axis)


def gather(x, axis, indices):
    result = np.empty(indices.shape, x.dtype)
    for place in np.ndindex(*indices.shape):
        source = list(place)
        source[axis] = indices[place]
        result[place] = x[tuple(source)]
    return result


def _scatter(x, axis, indices, src, is_sum):
    result = x.copy()
    for place in np.ndindex(*indices.shape):
        target = list(place)
        target[axis] = indices[place]
        new = src[place]
        result[tuple(target)] = result[tuple(target)] + new if is_sum else new
    return result


def scatter(x, axis, indices, src):
    return _scatter(x, axis, indices, src, False)


def scatter_add(x, axis, indices, src):
    return _scatter(x, axis, indices, src, True)


def index_add(x, axis, indices, source, alpha=1):
    result = np.moveaxis(x.copy(), axis, 0)
    for i, part in zip(indices, np.moveaxis(source, axis, 0), strict=True):
        result[i] += (alpha * part).astype(x.dtype)
    return np.moveaxis(result, 0, axis)


def one_hot(x, num_classes):
    return (x[..., None] == np.arange(num_classes)).astype(np.int64)


def index_copy(x, axis, indices, source):
    result = np.moveaxis(x.copy(), axis, 0)
    for i, part in zip(indices, np.moveaxis(source, axis, 0), strict=True):
        result[i] = part
    return np.moveaxis(result, 0, axis)


def index_fill(x, axis, indices, value):
    result = np.moveaxis(x.copy(), axis, 0)
    result[indices] = value
    return np.moveaxis(result, 0, axis)


def bitwise_count(x):
    count = [bin(abs(int(each))).count("1") for each in x.ravel()]
    return np.array(count, np.uint8).reshape(x.shape)


NUMPY_REFERENCES = {
    "bitwise_count": bitwise_count,
    "spacing": lambda x: np.spacing(x if x.dtype.kind == "f" else x.astype(np.float32)),
    # NumPy before 2.2 does not have them.
    "matvec": lambda x1, x2: np.einsum("...mn,...n->...m", x1, x2),
    "vecmat": lambda x1, x2: np.einsum("...n,...nm->...m", np.conj(x1), x2),
    "index_copy": index_copy,
    "index_fill": index_fill,
    # A sorted array is partitioned in every way.
    "partition": lambda a, kth, axis=-1: np.sort(a, axis),
    "argpartition": lambda a, kth, axis=-1: np.argsort(a, axis, kind="stable"),
    "vander": vander,
    "ldexp": lambda x1, x2: np.ldexp(x1, x2.astype(np.int64)),
    "ediff1d": ediff1d,
    "quantile": _discrete_of_bool(np.quantile),
    "nanquantile": _discrete_of_bool(np.nanquantile),
    "bincount": bincount,
    "digitize": digitize,
    "trapezoid": trapezoid,
    "gather": gather,
    "scatter": scatter,
    "scatter_add": scatter_add,
    "index_select": lambda x, axis, indices: np.take(x, indices, axis),
    "index_add": index_add,
    "masked_fill": lambda x, mask, value: np.where(mask != 0, value, x).astype(x.dtype),
    "masked_select": lambda x, mask: x[np.broadcast_to(mask != 0, x.shape)],
    "one_hot": one_hot,
    "gradient": np.gradient,
    "histogram_bin_edges": np.histogram_bin_edges,
}
