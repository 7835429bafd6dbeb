"""Calls to try for the functions that NumPy and PyTorch have beyond the array API standard."""

from __future__ import annotations

from typing import Any

from ops.sample import Labels, Positive, Sample, Sorted, Value, with_kwargs

_COMPLEX = ("complex64", "complex128")

_AXES: tuple[dict[str, Any], ...] = ({}, {"axis": 1, "keepdims": True}, {"axis": (0, 2)})
_REDUCED = with_kwargs([(2, 3, 4)], *_AXES)


def _einsum(subscripts: str, *shapes: tuple[int, ...]) -> Sample:
    return Sample([Value(subscripts), *shapes])


NUMPY_SAMPLES: dict[str, list[Sample]] = {
    "einsum": [
        _einsum("ij,jk->ik", (2, 3), (3, 4)),
        _einsum("ij,jk", (2, 3), (3, 4)),
        _einsum("ba", (2, 3)),
        _einsum("ii->i", (3, 3)),
        _einsum("ii", (3, 3)),
        _einsum("ijij->j", (2, 3, 2, 3)),
        _einsum("ij->", (2, 3)),
        _einsum("i,j->ij", (2,), (3,)),
        _einsum("...ij,...jk->...ik", (4, 1, 2, 3), (5, 3, 2)),
        _einsum("i...,i", (3, 2), (3,)),
        _einsum("ij, jk, kl -> il", (2, 3), (3, 4), (4, 2)),
        _einsum("bi,bj,bij->b", (2, 3), (2, 4), (2, 3, 4)),
        _einsum("ij,j->i", (2, 1), (3,)),
        _einsum("ij,jk->ik", (2, 0), (0, 3)),
        _einsum(",i->i", (), (3,)),
    ],
    "fmax": [Sample([(3, 4), (4,)])],
    "fmin": [Sample([(3, 4), (4,)])],
    "heaviside": [Sample([(3, 4), (4,)])],
    "cbrt": [Sample([(3, 4)])],
    "ldexp": [Sample([(3, 4), Labels((4,), -3, 4)])],
    "divmod": [Sample([(3, 4), (4,)])],
    "modf": [Sample([(3, 4)])],
    "frexp": [Sample([(3, 4)])],
    "around": [*with_kwargs([(3, 4)], {}, {"decimals": 1}, {"decimals": -1}), Sample([(0,)])],
    "logaddexp2": [Sample([(3, 4), (4,)])],
    "angle": with_kwargs([(3, 4)], {}, {"deg": True}),
    "isreal": [Sample([(3, 4)])],
    "iscomplex": [Sample([(3, 4)])],
    "deg2rad": [Sample([(3, 4)])],
    "rad2deg": [Sample([(3, 4)])],
    "sinc": [Sample([(3, 4)]), Sample([(0,)])],
    "isposinf": [Sample([(3, 4)])],
    "isneginf": [Sample([(3, 4)])],
    "isclose": [Sample([(3, 4), (4,)]), Sample([(3,), (3,)], {"rtol": 1.0, "atol": 0.5})],
    "vander": with_kwargs([(3,)], {}, {"N": 2}, {"N": 4, "increasing": True}),
    "rot90": [
        *with_kwargs([(2, 3)], {}, {"k": 2}, {"k": -1}, {"k": 4}),
        Sample([(2, 3, 4)], {"axes": (2, 0)}),
    ],
    "column_stack": [Sample([[(3,), (3, 2)]])],
    "append": [Sample([(2, 3), (4,)]), Sample([(2, 3), (1, 3)], {"axis": 0})],
    "resize": [
        Sample([(2, 3), Value((2, 4))]),
        Sample([(2, 3), Value((3, 2))]),
        Sample([(2, 3), Value((0, 2))]),
    ],
    "compress": [
        Sample([Labels((3,), 0, 2), (3, 4)], {"axis": 0}),
        Sample([Labels((5,), 0, 2), (3, 4)]),
    ],
    "extract": [Sample([Labels((3, 4), 0, 2), (3, 4)])],
    "choose": [
        Sample([Labels((3, 4), -2, 5), [(3, 4), (4,), (3, 1)]], {"mode": "wrap"}),
        Sample([Labels((2,), -2, 5), [(3, 2), (2,)]], {"mode": "clip"}),
    ],
    "gather": [
        Sample([(3, 4), Value(1), Labels((3, 2), 0, 4)]),
        Sample([(3, 4), Value(0), Labels((2, 3), -3, 3)]),
        Sample([(3, 4), Value(1), Labels((3, 0), 0, 4)]),
    ],
    "scatter": [
        Sample([(3, 4), Value(1), Labels((3, 2), 0, 4), (3, 3)]),
        Sample([(3, 4), Value(0), Labels((5, 2), 0, 3), (5, 2)]),
        Sample([(3, 4), Value(1), Labels((3, 0), 0, 4), (3, 3)]),
    ],
    "scatter_add": [
        Sample([(3, 4), Value(1), Labels((3, 2), 0, 4), (3, 3)]),
        Sample([(3, 4), Value(0), Labels((5, 2), 0, 3), (5, 2)]),
        Sample([(3, 4), Value(1), Labels((3, 0), 0, 4), (3, 3)]),
    ],
    "index_select": [Sample([(3, 4), Value(1), Labels((5,), -4, 4)])],
    "index_add": [
        Sample([(3, 4), Value(0), Labels((5,), 0, 3), (5, 4)]),
        Sample([(3, 4), Value(1), Labels((2,), 0, 4), (3, 2)], {"alpha": 2}),
    ],
    "index_copy": [
        Sample([(3, 4), Value(0), Labels((5,), 0, 3), (5, 4)]),
        Sample([(3, 4), Value(-1), Labels((2,), -4, 4), (3, 2)]),
        Sample([(3, 4), Value(0), Labels((0,), 0, 3), (0, 4)]),
    ],
    "index_fill": [
        Sample([(3, 4), Value(1), Labels((2,), -4, 4), Value(1)]),
        Sample([(3, 4), Value(1), Labels((0,), 0, 3), Value(1)]),
    ],
    "masked_fill": [Sample([(3, 4), Labels((3, 4), 0, 2), Value(1)])],
    "masked_select": [Sample([(3, 4), Labels((4,), 0, 2)])],
    "one_hot": with_kwargs([Labels((2, 3), -1, 4)], {"num_classes": 4}, {"num_classes": 2}),
    "argwhere": [Sample([Labels((3, 4), -1, 2)])],
    "flatnonzero": [Sample([Labels((3, 4), -1, 2)])],
    "unravel_index": [Sample([Labels((3, 2), 0, 24), Value((2, 3, 4))])],
    "union1d": [Sample([(3, 4), (5,)]), Sample([(0,), (5,)])],
    "intersect1d": [Sample([(3, 4), (5,)]), Sample([(0,), (0,)])],
    "setdiff1d": [Sample([(3, 4), (5,)]), Sample([(3,), (0,)])],
    "setxor1d": [Sample([(3, 4), (5,)]), Sample([(0,), (0,)])],
    "partition": [Sample([(3, 5), Value(2)]), Sample([(3, 2), Value([1, -1])], {"axis": None})],
    "argpartition": [Sample([(3, 5), Value(2)]), Sample([(3, 2), Value(1)], {"axis": 0})],
    "lexsort": [Sample([[(3, 5), (3, 5)]]), Sample([[(4, 2)]], {"axis": 0})],
    "ediff1d": [Sample([(3, 2)]), Sample([(4,), (2,), (1,)])],
    "average": [
        Sample([(2, 3, 4)]),
        Sample([(2, 3, 4), Value(1), Positive((3,))]),
        Sample([(2, 3), Value(None), Positive((2, 3))], {"keepdims": True}),
    ],
    "ptp": _REDUCED,
    "cov": [
        Sample([(3, 4)]),
        Sample([(4,), (4,)]),
        Sample([(4, 3)], {"rowvar": False, "bias": True}),
        Sample([(3, 4)], {"ddof": 0}),
    ],
    "corrcoef": [Sample([(3, 5)]), Sample([(5, 2)], {"rowvar": False})],
    **{
        name: [
            Sample([(2, 3, 4), Value(0.3)]),
            Sample([(2, 3, 5), Value(0.6), Value(1)], {"keepdims": True}),
            Sample([(5, 2), Value(0.35), Value(0)], {"method": "lower"}),
            Sample([(5, 2), Value(0.35), Value(0)], {"method": "higher"}),
            Sample([(5, 2), Value(0.35), Value(0)], {"method": "midpoint"}),
            Sample([(6, 2), Value(0.3), Value(0)], {"method": "nearest"}),
        ]
        for name in ("quantile", "nanquantile")
    },
    **{
        name: [Sample([(2, 3, 4), Value(30)]), Sample([(2, 3), Value(75.0), Value((0, 1))])]
        for name in ("percentile", "nanpercentile")
    },
    "median": [*_REDUCED, Sample([(5,)])],
    "histogram_bin_edges": [
        Sample([(3, 4)]),
        Sample([(3, 4), Value(3), Value((-1.0, 2.0))]),
        Sample([(0,), Value(2)]),
    ],
    "bincount": [
        Sample([Labels((7,), 0, 5)]),
        Sample([Labels((7,), 0, 5), (7,), Value(8)]),
    ],
    "digitize": [Sample([(3, 4), Sorted(4)]), Sample([(3, 4), Sorted(4)], {"right": True})],
    "gradient": [
        Sample([(3, 4)]),
        Sample([(3, 4), Value(0.5)], {"axis": -1, "edge_order": 2}),
        Sample([(2, 2)]),
    ],
    "unwrap": [
        Sample([(3, 6)], {"period": 1.5}),
        Sample([(3, 4)], {"period": 1.5, "discont": 2.0, "axis": 0}),
        Sample([(2, 0)]),
    ],
    "polyval": [Sample([(4,), (2, 3)]), Sample([(0,), (2,)])],
    "trapezoid": [
        Sample([(3, 4)]),
        Sample([(3, 4)], {"dx": 0.5, "axis": 0}),
        Sample([(3, 4), (4,)]),
        Sample([(3, 1)]),
        Sample([(3, 4), (3, 4)]),
    ],
    "convolve": with_kwargs([(5,), (3,)], {}, {"mode": "same"}, {"mode": "valid"})
    + with_kwargs([(2,), (5,)], {}, {"mode": "same"}, {"mode": "valid"}),
    "correlate": with_kwargs([(5,), (2,)], {}, {"mode": "same"}, {"mode": "full"})
    + with_kwargs([(2,), (5,)], {}, {"mode": "same"}, {"mode": "full"}),
    **dict.fromkeys(("nansum", "nanprod", "nanmean", "nanmedian"), _REDUCED),
    **dict.fromkeys(("nanmax", "nanmin", "nanvar", "nanstd"), _REDUCED),
    **{name: with_kwargs([(2, 3)], {}, {"axis": 1}) for name in ("nanargmax", "nanargmin")},
    **{name: with_kwargs([(2, 3)], {}, {"axis": 1}) for name in ("nancumsum", "nancumprod")},
    "lcm": [Sample([(3, 4), (4,)])],
    "spacing": [Sample([(3, 4)]), Sample([(0,)]), Sample([()])],
    "i0": [Sample([(3, 4)]), Sample([(0,)])],
    "bitwise_count": [Sample([(3, 4)]), Sample([()]), Sample([(0,)])],
    "packbits": [
        *with_kwargs([(3, 10)], {}, {"axis": 0}, {"axis": -1, "bitorder": "little"}),
        Sample([(2, 0)], {"axis": 1}),
        Sample([()]),
    ],
    "unpackbits": [
        *with_kwargs([(2, 3)], {}, {"axis": 0}, {"axis": 1, "count": 5}, {"count": -3}),
        Sample([(2, 3)], {"axis": -1, "count": 30, "bitorder": "little"}),
        Sample([(0,)]),
    ],
    "matvec": [Sample([(2, 3), (3,)]), Sample([(4, 1, 2, 3), (5, 3)]), Sample([(2, 0), (0,)])],
    "vecmat": [Sample([(3,), (3, 2)]), Sample([(5, 3), (4, 1, 3, 2)]), Sample([(0,), (0, 2)])],
    "tril_indices_from": with_kwargs([(3, 4)], {}, {"k": -1}),
    "triu_indices_from": with_kwargs([(3, 4)], {}, {"k": 2}),
    "diag_indices_from": [Sample([(3, 3)]), Sample([(2, 2, 2)])],
    "nan_to_num": with_kwargs([(3, 4)], {}, {"nan": 1.0, "posinf": 2.0, "neginf": -2.0}),
}

# Tested in files of their own: they return no array, or write in place, or are made from numbers alone, or of another dtype than their
# operands.
NUMPY_ELSEWHERE = {
    "allclose",
    "array_equal",
    "array_equiv",
    "pad",
    "histogram",
    "logspace",
    "geomspace",
    "hanning",
    "hamming",
    "blackman",
    "bartlett",
    "put_along_axis",
    "put",
    "place",
    "putmask",
    "select",
    "interp",
    "ravel_multi_index",
    "tril_indices",
    "triu_indices",
    "indices",
    "diag_indices",
    "ix_",
    "fill_diagonal",
    "histogramdd",
    "float_power",
    "kaiser",
    "sort_complex",
}

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_ALL_BUT_UINT8 = ("bool", "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64")

NUMPY_REFUSED: dict[str, tuple[str, ...]] = {
    "lcm": ("bool", *_FLOATS, *_COMPLEX),
    "spacing": ("float16", "bfloat16", *_COMPLEX),
    "i0": _COMPLEX,
    **dict.fromkeys(("bitwise_count", "packbits"), (*_FLOATS, *_COMPLEX)),
    "unpackbits": (*_ALL_BUT_UINT8, *_FLOATS, *_COMPLEX),
    **dict.fromkeys(("matvec", "vecmat"), ("bool",)),
    **dict.fromkeys(("fmax", "fmin", "heaviside", "cbrt", "ldexp", "modf", "logaddexp2"), _COMPLEX),
    "divmod": ("bool", *_COMPLEX),
    "frexp": _COMPLEX,
    "around": ("bool",),
    "unwrap": _COMPLEX,
    "polyval": ("bool",),
    **dict.fromkeys(("deg2rad", "rad2deg", "isposinf", "isneginf"), _COMPLEX),
    "vander": ("bool",),
    "ediff1d": (),
    "ptp": ("bool", *_COMPLEX),
    **dict.fromkeys(("median", "quantile", "percentile"), _COMPLEX),
    **dict.fromkeys(("nanmedian", "nanquantile", "nanpercentile"), _COMPLEX),
    **dict.fromkeys(("histogram", "histogram_bin_edges", "digitize"), _COMPLEX),
    **dict.fromkeys(("convolve", "correlate"), ("bool",)),
    **dict.fromkeys(("nanmax", "nanmin", "nanargmax", "nanargmin"), _COMPLEX),
}

# The shapes of their results depend on values.
NUMPY_DEPENDS_ON_VALUES = (
    "compress",
    "extract",
    "masked_select",
    "argwhere",
    "flatnonzero",
    "unravel_index",
    "union1d",
    "intersect1d",
    "setdiff1d",
    "setxor1d",
    "bincount",
    "tril_indices_from",
    "triu_indices_from",
)
