"""Element-wise functions and operators: values, dtypes, special values, broadcasting and promotion."""

from __future__ import annotations

import operator

import array_api_strict as strict
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

import chainerx as chx
from array_api.oracle import (
    ALL,
    COMPLEX,
    EXAMPLES,
    KINDS,
    arrays,
    check,
    expected,
    function,
    ours,
    theirs,
)

UNARY = [
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "bitwise_invert", "ceil", "conj", "cos", "cosh", "exp", "expm1",
    "floor", "imag", "isfinite", "isinf", "isnan", "log", "log10", "log1p", "log2", "logical_not", "negative", "positive", "real",
    "reciprocal", "round", "sign", "signbit", "sin", "sinh", "sqrt", "square", "tan", "tanh", "trunc",
]  # fmt: skip
BINARY = [
    "add", "atan2", "bitwise_and", "bitwise_or", "bitwise_xor", "copysign", "divide", "equal", "floor_divide", "greater",
    "greater_equal", "hypot", "less", "less_equal", "logaddexp", "logical_and", "logical_or", "logical_xor", "maximum", "minimum",
    "multiply", "nextafter", "not_equal", "pow", "remainder", "subtract",
]  # fmt: skip
# Where the standard prefers floor(x1 / x2), at infinities, NumPy (and array_api_strict) gives another value.
FINITE_ONLY = {"floor_divide", "remainder"}
OPERATORS = {
    "add": "__add__", "sub": "__sub__", "mul": "__mul__", "truediv": "__truediv__", "floordiv": "__floordiv__", "mod": "__mod__",
    "pow": "__pow__", "matmul": "__matmul__", "and": "__and__", "or": "__or__", "xor": "__xor__", "eq": "__eq__", "lt": "__lt__",
    "lshift": "__lshift__", "rshift": "__rshift__",
}  # fmt: skip


def takes(name: str, dtype: str, n: int) -> bool:
    """Whether the standard defines the function for the dtype."""
    one = strict.ones((1, 1), dtype=getattr(strict, dtype))
    try:
        function(strict, name)(*[one] * n)
    except TypeError:
        return False
    return True


UNARY_CASES = [(name, dtype) for name in UNARY for dtype in ALL if takes(name, dtype, 1)]
BINARY_CASES = [(name, dtype) for name in BINARY for dtype in ALL if takes(name, dtype, 2)]


@pytest.mark.parametrize(("name", "dtype"), UNARY_CASES)
def test_unary(name: str, dtype: str) -> None:
    @EXAMPLES
    @given(arrays(dtype))
    def run(a: np.ndarray) -> None:
        wanted = expected(function(strict, name), theirs(a))
        # 1j ** 0.5 and such lie on cuts, where the sign of a zero decides.
        check(function(chx, name)(ours(a)), wanted, signs_of_zeros=True, scale=10)

    run()


@pytest.mark.parametrize(("name", "dtype"), BINARY_CASES)
def test_binary(name: str, dtype: str) -> None:
    (partners,) = [kind for kind in KINDS if dtype in kind]
    finite = name in FINITE_ONLY

    @EXAMPLES
    @given(st.data())
    def run(data: st.DataObject) -> None:
        shapes = data.draw(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3))
        a = data.draw(arrays(dtype, shapes.input_shapes[0], not finite))
        b = data.draw(
            arrays(data.draw(st.sampled_from(partners)), shapes.input_shapes[1], not finite)
        )
        if finite or (name == "pow" and dtype.startswith(("int", "uint"))):
            b = (
                np.abs(b.clip(-20, 20)) + b.dtype.type(1)
                if dtype.startswith("int")
                else b + (b == 0)
            )
            a, b = (a, b) if finite else (a, b % 5)
        wanted = expected(function(strict, name), theirs(a), theirs(b))
        check(function(chx, name)(ours(a), ours(b)), wanted, scale=10)

    run()


@pytest.mark.parametrize("name", list(OPERATORS))
@pytest.mark.parametrize("dtype", ALL)
def test_operators(name: str, dtype: str) -> None:
    method = getattr(operator, {"and": "and_", "or": "or_"}.get(name, name))
    one = strict.ones((1, 1), dtype=getattr(strict, dtype))
    try:
        method(one, one)
    except TypeError:
        pytest.skip("not defined")

    @EXAMPLES
    @given(arrays(dtype, (2, 2), False), arrays(dtype, (2, 2), False))
    def run(a: np.ndarray, b: np.ndarray) -> None:
        if dtype.startswith(("int", "uint")) and name in (
            "floordiv",
            "mod",
            "pow",
            "lshift",
            "rshift",
        ):
            b = (np.abs(b) % 5 + 1).astype(dtype)
        if name == "pow" and dtype in COMPLEX:
            a, b = (a / 8).astype(dtype), (b / 8).astype(dtype)  # far from what overflows
        if name in ("floordiv", "mod", "truediv"):
            b = b + (b == 0).astype(dtype)
        check(method(ours(a), ours(b)), expected(method, theirs(a), theirs(b)), scale=100)

    run()


@pytest.mark.parametrize("dtype", COMPLEX)
@pytest.mark.parametrize(
    "name", ["exp", "expm1", "sqrt", "log", "sinh", "cosh", "tanh", "tan", "asinh"]
)
def test_special_complex_values_of_conjugates(name: str, dtype: str) -> None:
    """The standard says of each: of conj(z) it is the conjugate, infinities and NaN included."""
    parts = [0.0, 1.0, -1.0, np.inf, -np.inf, np.nan]
    z = np.array([complex(a, b) for a in parts for b in parts], dtype)
    z.imag[z.imag == 0] = 0.0
    call = function(chx, name)
    upper, lower = chx.to_numpy(call(ours(z))), chx.to_numpy(call(ours(np.conj(z))))
    # Of zeros and infinities with NaN the sign of a part is free.
    mine, other = (
        np.abs(np.stack([upper.real, upper.imag])),
        np.abs(np.stack([lower.real, lower.imag])),
    )
    np.testing.assert_allclose(mine, other, rtol=1e-5)


def test_complex_special_values_that_numpy_has_otherwise() -> None:
    inf, nan = np.inf, np.nan
    z = chx.array([complex(inf, inf), complex(inf, nan), complex(-inf, inf), complex(-inf, nan)])
    values = chx.to_numpy(chx.expm1(z))
    assert np.isinf(values.real[:2]).all()
    assert np.isnan(values.imag[:2]).all()
    np.testing.assert_array_equal(values.real[2:], [-1, -1])
    np.testing.assert_array_equal(values.imag[2:], [0, 0])


def test_expm1_of_zeros() -> None:
    z = chx.to_numpy(chx.expm1(chx.array([complex(-0.0, 0.0), complex(0.0, 0.0)])))
    assert not np.signbit(z.real).any()
    assert not np.signbit(z.imag).any()


def test_floor_divide_at_infinities_is_the_standards() -> None:
    x = chx.array([1.0, -1.0, np.inf, -np.inf])
    np.testing.assert_array_equal(
        chx.to_numpy(chx.floor_divide(x, chx.array([-np.inf, np.inf, 2.0, 2.0]))),
        [-0.0, -0.0, np.inf, -np.inf],
    )
