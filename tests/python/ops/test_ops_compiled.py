"""Every function of the op table as a Program: recorded on some values, replayed on others, like the function itself."""

from __future__ import annotations

import numpy as np
import pytest

import chainerx as chx
from ops.numpy_samples import NUMPY_DEPENDS_ON_VALUES
from ops.operands import (
    ELEMENTWISE,
    FUNCTIONS,
    each_array,
    function_of,
    make,
    rng_of,
    usual_dtype,
)
from ops.sample import Sample
from ops.test_gradients_from_table import as_list, is_differentiable
from ops.test_ops_from_table import SAMPLE_IDS, TABLE, operands

# The shapes of their results depend on values, which can't be recorded.
DEPENDS_ON_VALUES = ("nonzero", "unique_values", *NUMPY_DEPENDS_ON_VALUES)


def check_equal(actual: object, expected: object) -> None:
    for a, e in zip(as_list(actual), as_list(expected), strict=True):
        if not isinstance(e, chx.ndarray):
            assert a == e
            continue
        assert a.dtype == e.dtype
        assert a.device is e.device
        np.testing.assert_allclose(
            chx.to_numpy(a), chx.to_numpy(e), rtol=1e-6, atol=1e-6, equal_nan=True
        )


def replay(function, first: list, second: list, **kwargs) -> None:
    compiled = chx.compile(function, fuse_from=0)
    if getattr(function, "__name__", "") in DEPENDS_ON_VALUES:
        with pytest.raises(chx.ProgramError, match="asked for"):
            compiled(*first, **kwargs)
        return
    compiled(*first, **kwargs)
    programs = len(compiled.programs)
    for _ in range(2):
        check_equal(compiled(*second, **kwargs), function(*second, **kwargs))
    assert len(compiled.programs) == programs == 1


@pytest.mark.parametrize("name", [f.full_name for f in ELEMENTWISE])
def test_elementwise(name: str, device: chx.Device) -> None:
    dtype = "float64" if "float64" in TABLE.op(FUNCTIONS[name].op).dtypes else "int64"
    arrays = operands(name, dtype, (3, 5))
    function = function_of(name)
    first = [chx.array(a) for a in arrays]
    second = [chx.array(np.ascontiguousarray(a[::-1])) for a in arrays]
    replay(function, first, second)
    # In a chain, where it is fused with its neighbours.
    replay(lambda *xs: -function(*xs).astype("float64") * 2 + xs[-1], first, second)


def arguments_of(name: str, sample: Sample, dtype: str, rng: np.random.Generator) -> list:
    made = [make(a, rng, dtype, FUNCTIONS[name].domain) for a in sample.args]
    return [each_array(a, chx.array) for a in made]


@pytest.mark.parametrize(("name", "sample"), SAMPLE_IDS)
def test_irregular(name: str, sample: Sample, device: chx.Device) -> None:
    rng = rng_of(name, repr(sample), "float32")
    dtype = usual_dtype(name, "float32")
    first, second = (arguments_of(name, sample, dtype, rng) for _ in range(2))
    if any(isinstance(a, np.ndarray) for a in first):
        pytest.skip("takes NumPy arrays")
    replay(function_of(name), first, second, **sample.kwargs)


def gradients_of(function, arrays: list[chx.ndarray]) -> list[chx.ndarray | None]:
    inputs = [a.as_grad_stopped().require_grad() for a in arrays]
    outputs = [y for y in as_list(function(*inputs)) if y.is_backprop_required()]
    return chx.grad(outputs, inputs) if outputs else []


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        c
        for c in SAMPLE_IDS
        if is_differentiable(c.values[0]) and c.values[0] not in DEPENDS_ON_VALUES
    ],
)
def test_irregular_gradients(name: str, sample: Sample) -> None:
    rng = rng_of(name, repr(sample), "gradient")
    arguments = arguments_of(name, sample, "float64", rng)
    where = [
        i for i, a in enumerate(arguments) if isinstance(a, chx.ndarray) and a.dtype == np.float64
    ]
    if not where:
        return

    def function(*xs: chx.ndarray) -> object:
        filled = list(arguments)
        for i, x in zip(where, xs, strict=True):
            filled[i] = x
        return function_of(name)(*filled, **sample.kwargs)

    arrays = [arguments[i] for i in where]
    expected = gradients_of(function, arrays)
    compiled = chx.compile(function)
    for _ in range(3):
        for a, e in zip(gradients_of(compiled, arrays), expected, strict=True):
            assert (a is None) == (e is None)
            if e is not None:
                np.testing.assert_allclose(
                    chx.to_numpy(a), chx.to_numpy(e), rtol=1e-9, atol=1e-9, equal_nan=True
                )
    assert len(compiled.programs) == 1
