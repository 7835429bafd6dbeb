"""Calls to try for each function that is not plainly element-wise: shapes of the arrays, then keyword arguments."""

from __future__ import annotations

from opgen_table import TABLE

from ops import network_samples
from ops.numpy_samples import NUMPY_ELSEWHERE, NUMPY_REFUSED, NUMPY_SAMPLES
from ops.sample import Labels, Positive, Sample, Sorted, Value
from ops.sample import with_kwargs as _with

_AXES = (
    {},
    {"axis": 0},
    {"axis": -1},
    {"axis": (0, 2)},
    {"axis": 1, "keepdims": True},
    {"keepdims": True},
)
_ONE_AXIS = ({}, {"axis": 0}, {"axis": -1})
_EMPTY = [
    Sample([(2, 0, 3)]),
    Sample([(2, 0, 3)], {"axis": 1}),
    Sample([(0,)], {"keepdims": True}),
]

SAMPLES: dict[str, list[Sample]] = {
    "clip": [
        *_with([(3, 4)], {"min": -0.5}, {"max": 0.4}, {"min": -0.5, "max": 0.4}),
        Sample([(3, 4), (4,), (3, 1)]),
    ],
    "logsumexp": _with([(2, 3, 4)], *_AXES),
    "leaky_relu": _with([(3, 4)], {}, {"slope": 0.1}),
    "clipped_relu": _with([(3, 4)], {}, {"z": 0.5}),
    "elu": _with([(3, 4)], {}, {"alpha": 0.5}),
    "softplus": _with([(3, 4)], {}, {"beta": 2.0}),
    "softmax": [*_with([(3, 4, 2)], {}, {"axis": 0}, {"axis": -1}), Sample([(0, 4)])],
    "log_softmax": [*_with([(3, 4, 2)], {}, {"axis": 0}, {"axis": -1}), Sample([(0, 4)])],
    "tril": [Sample([(3, 4)]), Sample([(2, 3, 3)], {"k": -1})],
    "triu": [Sample([(3, 4)]), Sample([(2, 3, 3)], {"k": 1})],
    "copy": [Sample([(3, 4)]), Sample([()]), Sample([(0, 2)])],
    "ascontiguousarray": [Sample([(3, 4)])],
    "meshgrid": [Sample([(3,), (4,)]), Sample([(3,), (4,)], {"indexing": "ij"})],
    "reshape": [
        Sample([(3, 4), Value((2, 6))]),
        Sample([(3, 4), Value((-1,))]),
        Sample([(2, 3, 4), Value((4, -1, 2))]),
        Sample([(0, 4), Value((2, 0))]),
    ],
    "ravel": [Sample([(3, 4)]), Sample([()])],
    "transpose": [
        Sample([(2, 3, 4)]),
        Sample([(2, 3, 4)], {"axes": (1, 0, 2)}),
        Sample([(2, 0, 3)]),
    ],
    "permute_dims": [Sample([(2, 3, 4), Value((2, 0, 1))])],
    "matrix_transpose": [Sample([(2, 3, 4)])],
    "swapaxes": [Sample([(2, 3, 4), Value(0), Value(-1)])],
    "moveaxis": [
        Sample([(2, 3, 4), Value(0), Value(2)]),
        Sample([(2, 3, 4), Value((0, 1)), Value((-1, 0))]),
    ],
    "rollaxis": [Sample([(2, 3, 4), Value(2)]), Sample([(2, 3, 4), Value(0), Value(2)])],
    "squeeze": [
        Sample([(1, 3, 1)]),
        Sample([(1, 3, 1)], {"axis": 0}),
        Sample([(1, 3, 1)], {"axis": (0, 2)}),
    ],
    "expand_dims": [
        Sample([(3, 4), Value(1)]),
        Sample([(3, 4), Value((0, -1))]),
        Sample([(), Value(0)]),
    ],
    "broadcast_to": [Sample([(3, 1), Value((2, 3, 4))]), Sample([(), Value((2,))])],
    "broadcast_arrays": [Sample([(3, 1), (4,)])],
    "flip": [
        Sample([(3, 4)]),
        Sample([(3, 4)], {"axis": 1}),
        Sample([(3, 4)], {"axis": (0, 1)}),
        Sample([(0, 3)]),
    ],
    "fliplr": [Sample([(3, 4)])],
    "flipud": [Sample([(3, 4)])],
    "concatenate": [
        Sample([[(2, 3), (4, 3)]]),
        Sample([[(2, 3), (2, 1)]], {"axis": 1}),
        Sample([[(2, 3), (4,)]], {"axis": None}),
        Sample([[(0, 3), (2, 3)]]),
    ],
    "stack": [
        Sample([[(2, 3), (2, 3)]]),
        Sample([[(2, 3), (2, 3)]], {"axis": -1}),
        Sample([[(), ()]]),
    ],
    "hstack": [Sample([[(2, 3), (2, 1)]]), Sample([[(2,), (3,)]])],
    "vstack": [Sample([[(2, 3), (1, 3)]]), Sample([[(3,), (3,)]])],
    "dstack": [Sample([[(2, 3), (2, 3)]])],
    "atleast_1d": [Sample([()]), Sample([(3,)])],
    "atleast_2d": [Sample([()]), Sample([(3,)])],
    "atleast_3d": [Sample([()]), Sample([(3,)]), Sample([(2, 3)])],
    "repeat": [
        Sample([(2, 3), Value(2)]),
        Sample([(2, 3), Value(2)], {"axis": 1}),
        Sample([(2, 3), Value([1, 0, 2])], {"axis": 1}),
        Sample([(0, 3), Value(2)], {"axis": 1}),
    ],
    "tile": [Sample([(2, 3), Value((2, 1))]), Sample([(3,), Value((2, 2))])],
    "roll": [
        Sample([(2, 3), Value(1)]),
        Sample([(2, 3), Value(-1)], {"axis": 1}),
        Sample([(2, 3), Value((1, 2))], {"axis": (0, 1)}),
    ],
    "diag": [
        Sample([(4,)]),
        Sample([(4,)], {"k": 1}),
        Sample([(3, 4)]),
        Sample([(3, 4)], {"k": -1}),
    ],
    "diagonal": [
        Sample([(3, 4)]),
        Sample([(4, 3)], {"offset": -1}),
        Sample([(2, 3, 4)], {"offset": 1, "axis1": -1, "axis2": 0}),
        Sample([(2, 3)], {"offset": 5}),
        Sample([(2, 0, 3)]),
    ],
    "trace": [Sample([(3, 4)]), Sample([(2, 3, 4)], {"offset": 1, "axis1": 1, "axis2": 2})],
    "unstack": [Sample([(3, 4)]), Sample([(3, 4)], {"axis": -1})],
    "diagflat": [Sample([(2, 2)]), Sample([(3,)], {"k": -1})],
    "take_along_axis": [
        Sample([(3, 4), Labels((3, 2), 0, 4)], {"axis": 1}),
        Sample([(3, 4), Labels((1, 4), 0, 3)], {"axis": 0}),
        Sample([(0, 4), Labels((0, 2), 0, 4)], {"axis": 1}),
    ],
    "nonzero": [Sample([Labels((3, 4), -1, 2)]), Sample([Labels((5,), 0, 2)])],
    "count_nonzero": [
        Sample([Labels((3, 4), -1, 2)]),
        Sample([Labels((3, 4), -1, 2)], {"axis": 1}),
    ],
    **{
        name: [*_with([(2, 3, 4)], *_AXES), Sample([()]), Sample([(2, 0, 3)], {"axis": 0})]
        for name in ("max", "min", "mean", "var")
    },
    # Of a single number it has no gradient.
    "std": [*_with([(2, 3, 4)], *_AXES), Sample([(2, 0, 3)], {"axis": 0})],
    **{
        name: [*_with([(2, 3, 4)], *_AXES), Sample([()]), *_EMPTY]
        for name in ("sum", "prod", "any", "all")
    },
    **{
        name: [*_with([(2, 3, 4)], *_ONE_AXIS), Sample([(2, 0, 3)], {"axis": 0})]
        for name in ("argmax", "argmin", "cumsum", "cumprod")
    },
    **{
        name: _with(
            [(2, 3, 4)],
            {"axis": 0},
            {"axis": -1, "include_initial": True},
        )
        for name in ("cumulative_sum", "cumulative_prod")
    },
    "diff": [
        *_with([(3, 4)], {}, {"axis": 0}, {"n": 2}, {"n": 0}, {"n": 5}),
        Sample([(3, 4), Value(1), Value(0), (2, 4), (1, 4)]),
        Sample([(2, 0, 3)], {"axis": 1}),
    ],
    **{name: [Sample([(3, 4)]), Sample([()])] for name in ("positive", "real", "imag", "conj")},
    "matmul": [
        Sample([(2, 3), (3, 4)]),
        Sample([(3,), (3, 4)]),
        Sample([(2, 3), (3,)]),
        Sample([(3,), (3,)]),
        Sample([(2, 3, 4), (4, 5)]),
        Sample([(2, 1, 3, 4), (5, 4, 2)]),
        Sample([(2, 0), (0, 3)]),
    ],
    "dot": [
        Sample([(2, 3), (3, 4)]),
        Sample([(3,), (3,)]),
        Sample([(2, 3, 4), (2, 4, 5)]),
        Sample([(2, 3), ()]),
    ],
    **{
        name: [
            *_with([(2, 3, 4)], {}, {"axis": 0}, {"axis": None}),
            Sample([(2, 0, 3)], {"axis": 1}),
            Sample([(300,)]),
            Sample([(5, 70)], {"axis": 0}),
        ]
        for name in ("sort", "argsort")
    },
    "topk": [
        Sample([(3, 7), Value(2)]),
        Sample([(4, 3), Value(4)], {"axis": 0, "largest": False}),
        Sample([(3,), Value(0)]),
    ],
    "searchsorted": [
        Sample([Sorted(6), (3, 4)]),
        Sample([Sorted(6), (5,)], {"side": "right"}),
        Sample([Sorted(0), (5,)]),
    ],
    "isin": [
        Sample([(3, 4), (5,)]),
        Sample([(6,), (2, 3)], {"invert": True}),
        Sample([(3,), (0,)]),
    ],
    "unique_values": [Sample([(3, 4)]), Sample([(0, 2)]), Sample([()])],
    "vecdot": [
        Sample([(2, 3), (2, 3)]),
        Sample([(3,), (3,)]),
        Sample([(3, 2), (3, 2)], {"axis": -2}),
        Sample([(4, 1, 3), (2, 3)]),
        Sample([(2, 0), (2, 0)]),
    ],
    "vdot": [Sample([(4,), (4,)]), Sample([(2, 3), (2, 3)])],
    "inner": [Sample([(3,), (3,)]), Sample([(2, 3), (4, 3)]), Sample([(2, 3), ()])],
    "outer": [Sample([(3,), (4,)]), Sample([(2, 3), (2,)]), Sample([(0,), (2,)])],
    "kron": [Sample([(3,), (2,)]), Sample([(2, 3), (2, 1)]), Sample([(2,), (1, 3, 2)])],
    "cross": [
        Sample([(3,), (3,)]),
        Sample([(4, 3), (1, 3)]),
        Sample([(3, 2), (3, 2)], {"axis": 0}),
    ],
    "linear": [
        Sample([(2, 3), (4, 3), (4,)]),
        Sample([(2, 3), (4, 3)]),
        Sample([(2, 3, 4), (5, 4), (5,)], {"n_batch_axes": 2}),
        Sample([(0, 3), (4, 3), (4,)]),
    ],
    "conv": [
        Sample([(2, 3, 5, 6), (4, 3, 3, 2), (4,)]),
        Sample([(2, 3, 5, 6), (4, 3, 3, 2)], {"stride": (2, 1), "pad": (1, 0)}),
        Sample([(2, 3, 6, 6), (4, 3, 3, 3), (4,)], {"stride": 2, "pad": 1, "cover_all": True}),
        Sample([(1, 4, 7, 7), (6, 2, 3, 3)], {"groups": 2, "dilate": 2, "pad": 2}),
        Sample([(2, 3, 8), (4, 3, 3), (4,)], {"stride": 2}),
        Sample([(1, 2, 4, 4, 4), (3, 2, 2, 2, 2)]),
        Sample([(0, 3, 5, 6), (4, 3, 3, 2), (4,)]),
    ],
    "conv_transpose": [
        Sample([(2, 3, 4, 3), (3, 4, 3, 2), (4,)]),
        Sample([(2, 3, 4, 3), (3, 4, 3, 2)], {"stride": 2, "pad": 1}),
        Sample([(2, 4, 3, 3), (4, 2, 3, 3)], {"groups": 2, "stride": 2, "outsize": (8, 7)}),
        Sample([(1, 2, 4), (2, 3, 3), (3,)], {"dilate": 2}),
    ],
    "max_pool": [
        Sample([(2, 3, 6, 6), Value(2)]),
        Sample([(2, 3, 5, 6), Value((3, 2))], {"stride": (2, 1), "pad": (1, 0)}),
        Sample([(2, 3, 5, 5), Value(2)], {"cover_all": True}),
        Sample([(2, 3, 7), Value(3)], {"stride": 2}),
        Sample([(0, 3, 6, 6), Value(2)]),
    ],
    "average_pool": [
        Sample([(2, 3, 6, 6), Value(2)]),
        Sample([(2, 3, 5, 6), Value((3, 2))], {"stride": (2, 1), "pad": (1, 1)}),
        Sample([(2, 3, 5, 6), Value(3)], {"stride": 2, "pad": 1, "pad_mode": "zero"}),
        Sample([(2, 3, 7), Value(3)], {"stride": 2}),
        Sample([(0, 3, 6, 6), Value(2)]),
    ],
    "batch_norm": [
        Sample([(5, 3), (3,), (3,)]),
        Sample([(2, 3, 4, 4), (3,), (3,)], {"axis": (0, 2, 3)}),
    ],
    "fixed_batch_norm": [Sample([(5, 3), (3,), (3,), (3,), Positive((3,))])],
    "softmax_cross_entropy": [
        Sample([(4, 5), Labels((4,), 0, 5)]),
        Sample([(4, 5), Labels((4,), -1, 5)]),
    ],
    "sigmoid_cross_entropy": [Sample([(4, 5), Labels((4, 5), -1, 2)])],
    "squared_error": [Sample([(3, 4), (3, 4)])],
    "absolute_error": [Sample([(3, 4), (3, 4)])],
    "accuracy": [
        Sample([(6, 3), Labels((6,), 0, 3)]),
        Sample([(6, 3), Labels((6,), -1, 3)], {"ignore_label": -1}),
    ],
    **network_samples.SAMPLES,
    **NUMPY_SAMPLES,
}

# Tested in test_creation.py: what they return does not follow from arrays alone.
ELSEWHERE = {
    "empty",
    "zeros",
    "ones",
    "full",
    "empty_like",
    "zeros_like",
    "ones_like",
    "full_like",
    "arange",
    "linspace",
    "eye",
    "identity",
    "tri",
    "split",
    "split_sections",
    "tensordot_axes",
    "unique_all",
    "astype",
    "take",
    # test_fft.py and test_linalg.py
    *[f.full_name for f in TABLE.functions if f.module in ("fft", "linalg")],
    *network_samples.ELSEWHERE,
    *NUMPY_ELSEWHERE,
}

_COMPLEX = ("complex64", "complex128")
_INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")

# What functions return that do not care for the dtype of their operands.
RESULT_DTYPES = {"accuracy": "float32"}

# Dtypes that functions refuse whose ops do not say it: those made of several, and those that do not always call theirs.
REFUSED: dict[str, tuple[str, ...]] = {
    **NUMPY_REFUSED,
    "mean": (),  # the op of that name takes no integers: they are summed, then divided
    **dict.fromkeys(("clip", "logsumexp", "leaky_relu", "elu", "softplus"), _COMPLEX),
    **dict.fromkeys(("sigmoid_cross_entropy", "accuracy"), _COMPLEX),
    **dict.fromkeys(("dot", "squared_error", "absolute_error"), ("bool",)),
    **dict.fromkeys(("positive", "inner", "vdot", "vecdot", "cross"), ("bool",)),
    # Of real arrays these are views, and no op is called.
    **dict.fromkeys(("real", "imag", "conj"), ()),
    "clipped_relu": ("bool", *_COMPLEX),
    "conv_transpose": ("bool", *_INTEGERS, *_COMPLEX),
    "fixed_batch_norm": ("bool", *_INTEGERS, *_COMPLEX),
    **network_samples.REFUSED,
}
