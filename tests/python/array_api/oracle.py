"""Pairs of equal arrays, ours and array_api_strict's, and the comparison of what functions make of them."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable
from typing import Any

import array_api_strict as strict
import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

import chainerx as chx

# What this module's tests run with: the same examples every time.
EXAMPLES = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

BOOL = ["bool"]
SIGNED = ["int8", "int16", "int32", "int64"]
UNSIGNED = ["uint8", "uint16", "uint32", "uint64"]
REAL = ["float32", "float64"]
COMPLEX = ["complex64", "complex128"]
ALL = BOOL + SIGNED + UNSIGNED + REAL + COMPLEX
KINDS = [BOOL, SIGNED, UNSIGNED, REAL, COMPLEX]
TOLERANCE = {"float32": 2e-5, "float64": 1e-11, "complex64": 2e-5, "complex128": 1e-11}

shapes = arrays_of.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)


def elements(dtype: str, specials: bool = True) -> st.SearchStrategy[Any]:
    """Values of moderate size and, for real floating-point dtypes, all special ones."""
    if dtype == "bool":
        return st.booleans()
    if dtype in SIGNED + UNSIGNED:
        info = np.iinfo(dtype)
        edges = st.sampled_from([0, 1, int(info.max), int(info.min)])
        return st.integers(max(info.min, -20), 20) | (edges if specials else st.nothing())
    width = 32 if dtype in ("float32", "complex64") else 64
    finite = st.floats(-20, 20, width=32, allow_subnormal=False)
    if dtype in COMPLEX:
        return st.builds(complex, finite, finite)
    if not specials:
        return finite
    edges = st.sampled_from([0.0, -0.0, float("inf"), float("-inf"), float("nan"), 0.5, 1.0, -1.0])
    return finite | edges | st.floats(-1e3, 1e3, width=width, allow_subnormal=False)  # type: ignore[call-overload,no-any-return]


def arrays(dtype: str, shape: Any = shapes, specials: bool = True) -> st.SearchStrategy[np.ndarray]:
    return arrays_of.arrays(dtype, shape, elements=elements(dtype, specials))


def ours(a: np.ndarray) -> chx.ndarray:
    return chx.array(a)


def theirs(a: np.ndarray) -> Any:
    return strict.asarray(a)


def function(namespace: Any, name: str) -> Callable[..., Any]:
    return operator.attrgetter(name)(namespace)  # type: ignore[no-any-return]


def expected(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return call(*args, **kwargs)


def check(actual: Any, wanted: Any, signs_of_zeros: bool = False, scale: float = 1.0) -> None:
    """Same dtype, shape and values; of tuples each."""
    if isinstance(wanted, (tuple, list)):
        assert len(actual) == len(wanted)
        for a, w in zip(actual, wanted, strict=True):
            check(a, w, signs_of_zeros, scale)
        return
    assert isinstance(actual, chx.ndarray)
    reference = np.asarray(wanted._array)
    values = chx.to_numpy(actual)
    assert actual.dtype == reference.dtype
    assert actual.shape == reference.shape
    tolerance = TOLERANCE.get(reference.dtype.name)
    if tolerance is None:
        np.testing.assert_array_equal(values, reference)
        return
    tolerance *= scale
    np.testing.assert_allclose(values, reference, tolerance, tolerance)
    if signs_of_zeros and reference.dtype.kind == "f":
        zeros = reference == 0
        np.testing.assert_array_equal(np.signbit(values[zeros]), np.signbit(reference[zeros]))
