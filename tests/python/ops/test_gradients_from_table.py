"""The gradients of every differentiable function of the op table, numerically and to second order."""

from __future__ import annotations

import numpy as np
import pytest
from opgen_table import TABLE

import chainerx as chx
from ops.operands import (
    ELEMENTWISE,
    FUNCTIONS,
    IRREGULAR,
    each_array,
    function_of,
    make,
    rng_of,
    usual_dtype,
)
from ops.sample import Sample
from ops.samples import SAMPLES
from ops.test_ops_from_table import SAMPLE_IDS, operands


def is_differentiable(name: str) -> bool:
    return TABLE.gradient(FUNCTIONS[name]) != "no"


def check_gradients(call, arrays: list[np.ndarray], twice: bool) -> None:
    """Numerical gradients of sum(call(*arrays) * random) in float64, to second order."""
    rng = rng_of(len(arrays), [a.shape for a in arrays])
    inputs = [chx.array(a).require_grad() for a in arrays]
    outputs = call(inputs)
    weights = [chx.array(rng.uniform(0.5, 1.5, y.shape)) for y in outputs]
    eps = [chx.full(a.shape, 1e-4, chx.float64) for a in arrays]
    chx.check_backward(call, inputs, weights, eps, atol=1e-5, rtol=1e-4)
    if not twice:
        return
    inputs = [chx.array(a).require_grad() for a in arrays]
    weights = [w.require_grad() for w in weights]
    seconds = [chx.array(rng.uniform(0.5, 1.5, a.shape)) for a in arrays]
    steps = [*eps, *[chx.full(w.shape, 1e-4, chx.float64) for w in weights]]
    chx.check_double_backward(call, inputs, weights, seconds, steps, atol=2e-4, rtol=2e-3)


def as_list(result: object) -> list[chx.ndarray]:
    return list(result) if isinstance(result, (tuple, list)) else [result]  # type: ignore[list-item]


@pytest.mark.parametrize(
    "name", [f.full_name for f in ELEMENTWISE if TABLE.op(f.op).differentiable]
)
def test_elementwise_gradients(name: str, device: chx.Device) -> None:
    arrays = operands(name, "float64", (2, 3))
    condition = [chx.array(arrays.pop(0))] if name == "where" else []
    smooth = TABLE.gradient(FUNCTIONS[name]) != "zero"
    check_gradients(lambda xs: as_list(function_of(name)(*condition, *xs)), arrays, twice=smooth)


@pytest.mark.parametrize(
    ("name", "sample"), [c for c in SAMPLE_IDS if is_differentiable(c.values[0])]
)
def test_irregular_gradients(name: str, sample: Sample, device: chx.Device) -> None:
    rng = rng_of(name, repr(sample), "gradient")
    arguments = [make(a, rng, "float64", FUNCTIONS[name].domain) for a in sample.args]
    flat = [
        a
        for group in arguments
        for a in (group if isinstance(group, list) else [group])
        if isinstance(a, np.ndarray) and a.dtype == np.float64
    ]
    if not flat or any(a.size == 0 for a in flat):
        return

    def call(xs: list[chx.ndarray]) -> list[chx.ndarray]:
        queue = list(xs)
        is_float = lambda a: isinstance(a, np.ndarray) and a.dtype == np.float64  # noqa: E731
        filled = [
            [queue.pop(0) for _ in a]
            if isinstance(a, list) and a and is_float(a[0])
            else queue.pop(0)
            if is_float(a)
            else each_array(a, chx.array)
            for a in arguments
        ]
        return as_list(function_of(name)(*filled, **sample.kwargs))

    check_gradients(call, flat, twice=True)


NOT_DIFFERENTIABLE = [
    pytest.param(name, sample, id=name)
    for name, sample in [
        *[(f.full_name, None) for f in ELEMENTWISE if not is_differentiable(f.full_name)],
        *[
            (f.full_name, SAMPLES[f.full_name][0])
            for f in IRREGULAR
            if not is_differentiable(f.full_name)
        ],
    ]
]


@pytest.mark.parametrize(("name", "sample"), NOT_DIFFERENTIABLE)
def test_what_has_no_gradient_is_outside_of_every_graph(name: str, sample: Sample | None) -> None:
    if sample is None:
        op = TABLE.op(FUNCTIONS[name].op)
        if "float64" not in op.dtypes:
            return
        arguments: list = operands(name, "float64", (2, 3))
    else:
        rng = rng_of(name, repr(sample), "gradient")
        dtype = usual_dtype(name, "float64")
        arguments = [make(a, rng, dtype, FUNCTIONS[name].domain) for a in sample.args]

    def as_input(array: np.ndarray) -> chx.ndarray:
        own = chx.array(array)
        return own.require_grad() if array.dtype == np.float64 else own

    kwargs = {} if sample is None else sample.kwargs
    results = function_of(name)(*[each_array(a, as_input) for a in arguments], **kwargs)
    assert not any(y.is_backprop_required() for y in as_list(results))
