"""Random operands of any dtype and memory layout, and the comparison of results with NumPy's."""

from __future__ import annotations

import operator
import zlib
from collections.abc import Callable

import ml_dtypes
import numpy as np
from opgen_table import TABLE

import chainerx as chx
from ops.references import REFERENCES
from ops.sample import Labels, Positive, Probabilities, Sorted, Value
from ops.samples import ELSEWHERE, REFUSED

# Random numbers have tests of their own: test_random*.py.
_ROWS = [f for f in TABLE.functions if f.module != "random"]
FUNCTIONS = {f.full_name: f for f in _ROWS}
ELEMENTWISE = [f for f in _ROWS if f.op is not None]
IRREGULAR = [f for f in _ROWS if f.op is None and f.full_name not in ELSEWHERE]
DTYPES = ["bool"]
DTYPES += ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
DTYPES += ["float16", "bfloat16", "float32", "float64", "complex64", "complex128"]
LAYOUTS = ("contiguous", "transposed", "negative", "strided", "broadcast")
TOLERANCE = {
    "float16": 4e-3,
    "bfloat16": 3e-2,
    "float32": 3e-5,
    "complex64": 3e-5,
    "float64": 1e-9,
    "complex128": 1e-9,
}


def numpy_dtype(name: str) -> np.dtype:
    return np.dtype(ml_dtypes.bfloat16 if name == "bfloat16" else name)


def is_inexact(dtype: str | np.dtype) -> bool:
    return str(dtype) in TOLERANCE


def rng_of(*key: object) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(repr(key).encode()))


def values(rng: np.random.Generator, shape: tuple[int, ...], dtype: str, domain: str) -> np.ndarray:
    """Random values of a domain: where the function is defined and, for gradients, smooth."""
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    if dtype.startswith(("int", "uint")):
        low, high = {"positive": (0, 4), "shift": (0, 7), "nonzero": (1, 6)}.get(
            domain, (0 if dtype[0] == "u" else -5, 6)
        )
        array = rng.integers(low, high, shape)
        if domain == "nonzero" and dtype[0] == "i":
            array *= rng.choice([-1, 1], shape)
        return array.astype(dtype)
    low, high = {
        "positive": (0.3, 3),
        "unit": (-0.8, 0.8),
        "above_one": (1.2, 4),
        "nonzero": (0.3, 2),
    }.get(domain, (-2, 2))
    array = rng.uniform(low, high, shape)
    if domain == "nonzero":
        array *= rng.choice([-1.0, 1.0], shape)
    if domain == "off_integer":
        array = np.floor(array) + rng.uniform(0.1, 0.4, shape) + 0.5 * rng.integers(0, 2, shape)
    if domain == "special":
        array = rng.choice([np.nan, np.inf, -np.inf, 0.0, 1.5], shape)
    if dtype.startswith("complex"):
        array = array + 1j * rng.uniform(0.2, 1.5, shape)
    return np.asarray(array).astype(numpy_dtype(dtype))


def supported_dtypes(name: str) -> list[str]:
    """What the row of the op says; for functions made of several, what is written down in REFUSED."""
    function = FUNCTIONS[name]
    op_name = function.op or name
    if name in REFUSED or op_name not in {op.name for op in TABLE.ops}:
        return [d for d in DTYPES if d not in REFUSED.get(name, ())]
    op = TABLE.op(op_name)
    # Integers and bool become float32 where the op computes in floating point.
    return [d for d in DTYPES if d in op.dtypes or (op.dispatch == "float" and not is_inexact(d))]


def usual_dtype(name: str, wanted: str) -> str:
    """The wanted dtype, or for functions of integers one of theirs."""
    supported = supported_dtypes(name)
    return next(dtype for dtype in (wanted, "int64", supported[-1]) if dtype in supported)


def make(argument: object, rng: np.random.Generator, dtype: str, domain: str) -> object:
    """The argument of a sample that an entry of the table of samples stands for."""
    if isinstance(argument, Value):
        return argument.value
    if isinstance(argument, Labels):
        return rng.integers(argument.low, argument.high, argument.shape)
    if isinstance(argument, Sorted):
        return np.sort(values(rng, (argument.size,), dtype, domain))
    if isinstance(argument, Positive):
        return values(rng, argument.shape, dtype, "positive")
    if isinstance(argument, Probabilities):
        is_whole = dtype == "bool" or dtype.startswith(("int", "uint"))
        array = (
            rng.integers(0, 2, argument.shape)
            if is_whole
            else rng.uniform(0.1, 0.9, argument.shape)
        )
        return array.astype(numpy_dtype(dtype))
    if isinstance(argument, list):
        return [make(each, rng, dtype, domain) for each in argument]
    return values(rng, argument, dtype, domain)  # type: ignore[arg-type]


def each_array(argument: object, function: Callable[[np.ndarray], object]) -> object:
    """The argument with its arrays, alone or in a list, replaced."""
    if isinstance(argument, np.ndarray):
        return function(argument)
    if isinstance(argument, list) and argument and isinstance(argument[0], np.ndarray):
        return [function(each) for each in argument]
    return argument


def with_layout(array: np.ndarray, layout: str) -> np.ndarray:
    """An array of the same shape and dtype in the given memory layout; the values stay, unless it is broadcast."""
    if array.ndim == 0:
        return array
    if layout == "transposed":
        return np.ascontiguousarray(array.T).T
    if layout == "negative":
        return np.flip(np.ascontiguousarray(np.flip(array)))
    if layout == "strided":
        return np.repeat(array, 2, axis=-1)[..., ::2]
    if layout == "broadcast" and array.size > 0:
        return np.broadcast_to(array[:1], array.shape)
    return array


def to_chx(array: np.ndarray) -> chx.ndarray:
    """A chainerx array with the same strides; chainerx.array() would make it contiguous."""
    if array.flags.c_contiguous:
        return chx.array(array)
    if 0 in array.strides and array.ndim > 0:
        return chx.broadcast_to(chx.array(np.ascontiguousarray(array[:1])), array.shape)
    if any(stride < 0 for stride in array.strides):
        return chx.flip(chx.array(np.ascontiguousarray(np.flip(array))))
    if array.T.flags.c_contiguous:
        return chx.array(np.ascontiguousarray(array.T)).T
    return chx.array(np.repeat(array, 2, axis=-1))[..., ::2]


def wide(array: np.ndarray) -> np.ndarray:
    """In a dtype that NumPy computes exactly enough in."""
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def reference_of(name: str) -> Callable[..., object]:
    numpy_name = FUNCTIONS[name].numpy
    if numpy_name == "-" or name in REFERENCES:
        return REFERENCES[name]
    return operator.attrgetter(str(numpy_name))(np)  # type: ignore[no-any-return]


def function_of(name: str) -> Callable[..., object]:
    """chainerx's function of that name, such as linalg.det."""
    return operator.attrgetter(name)(chx)  # type: ignore[no-any-return]


def expected_of(name: str, arguments: list, kwargs: dict, actual: object, dtype: str) -> object:
    """NumPy's result: of wide operands where ours is inexact, of the operands themselves otherwise."""
    first = actual[0] if isinstance(actual, (tuple, list)) else actual
    if dtype == "bfloat16" or is_inexact(first.dtype):  # type: ignore[attr-defined]
        arguments = [
            each_array(a, lambda x: wide(x) if x.dtype == numpy_dtype(dtype) else x)
            for a in arguments
        ]
    with np.errstate(all="ignore"):
        return reference_of(name)(*arguments, **kwargs)


def ops_on_the_host(device: str) -> set[str]:
    """Those that were computed there since the count was reset."""
    return {
        row["op"]
        for row in chx.fallback_stats()
        if row["device"] == device and row["step"] == "host"
    }


def check(actual: object, expected: object, dtype: str, what: str = "") -> None:
    """dtype: of the operands, whose name says what the result has to be of."""
    if isinstance(expected, (tuple, list)):
        assert len(actual) == len(expected)  # type: ignore[arg-type]
        for a, e in zip(actual, expected, strict=True):  # type: ignore[call-overload]
            check(a, e, dtype, what)
        return
    expected = np.asarray(expected)
    assert isinstance(actual, chx.ndarray)
    assert actual.shape == expected.shape, what
    if not is_inexact(actual.dtype):
        if dtype != "bfloat16":
            assert actual.dtype == expected.dtype, what
        np.testing.assert_array_equal(chx.to_numpy(actual), expected, what)
        return
    if is_inexact(dtype):
        real = {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)
        assert actual.dtype.name in (dtype, real), what
    else:
        assert actual.dtype == "float32", what
    tolerance = TOLERANCE[actual.dtype.name]
    np.testing.assert_allclose(
        wide(chx.to_numpy(actual)), wide(expected), tolerance, tolerance, err_msg=what
    )
