"""Every function of the op table against NumPy over dtypes and layouts, and its gradients numerically, twice."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from opgen_table import TABLE

import chainerx as chx
from ops.references import REFERENCES
from ops.samples import ELSEWHERE, SAMPLES, Labels, Positive, Sample, Value

FUNCTIONS = {f.name: f for f in TABLE.functions}
ELEMENTWISE = [f for f in TABLE.functions if f.op is not None]
IRREGULAR = [f for f in TABLE.functions if f.op is None and f.name not in ELSEWHERE]
NUMPY_DTYPES = {
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "float32",
    "float64",
    "complex64",
    "complex128",
}
TOLERANCE = {"float16": 4e-3, "float32": 3e-5, "complex64": 3e-5}
LAYOUTS = ("contiguous", "transposed", "negative", "strided", "empty", "0-d")


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
    return np.asarray(array).astype(dtype)


def layouts(array: np.ndarray, layout: str) -> chx.ndarray:
    """The same values as a chainerx array with the given memory layout."""
    if layout == "transposed":
        return chx.array(np.ascontiguousarray(array.T)).T
    if layout == "negative":
        return chx.flip(chx.array(np.ascontiguousarray(np.flip(array))))
    if layout == "strided":
        wide = chx.array(np.repeat(array, 2, axis=-1))
        return wide[..., ::2]
    return chx.array(array)


def check(actual: object, expected: object, dtype: str) -> None:
    if isinstance(expected, (tuple, list)):
        assert len(actual) == len(expected)  # type: ignore[arg-type]
        for a, e in zip(actual, expected, strict=False):  # type: ignore[call-overload]
            check(a, e, dtype)
        return
    expected = np.asarray(expected)
    assert isinstance(actual, chx.ndarray)
    assert actual.shape == expected.shape
    tolerance = TOLERANCE.get(dtype, 1e-9)
    np.testing.assert_allclose(
        chx.to_numpy(actual).astype(expected.dtype), expected, rtol=tolerance, atol=tolerance
    )


def reference_of(name: str):
    numpy_name = FUNCTIONS[name].numpy
    return (
        REFERENCES[name]
        if numpy_name == "-" or name in REFERENCES
        else getattr(np, str(numpy_name))
    )


def elementwise_cases():
    for function in ELEMENTWISE:
        for dtype in TABLE.op(function.op).dtypes:
            if dtype in NUMPY_DTYPES:
                yield pytest.param(function.name, dtype, id=f"{function.name}-{dtype}")


def operands(name: str, dtype: str, shape: tuple[int, ...]) -> list[np.ndarray]:
    function = FUNCTIONS[name]
    rng = rng_of(name, dtype, shape)
    arrays = [values(rng, shape, dtype, function.domain) for _ in function.args]
    if name == "where":
        arrays[0] = rng.integers(0, 2, shape).astype(bool)
    if name == "power" and dtype.startswith(("int", "uint")):
        arrays = [np.abs(a) for a in arrays]
    return arrays


@pytest.mark.parametrize(("name", "dtype"), list(elementwise_cases()))
def test_elementwise_against_numpy(name: str, dtype: str, device: chx.Device) -> None:
    reference = reference_of(name)
    for layout in LAYOUTS:
        shape = {"empty": (2, 0, 3), "0-d": ()}.get(layout, (3, 5))
        arrays = operands(name, dtype, shape)
        with np.errstate(all="ignore"):
            expected = np.asarray(reference(*arrays))
        actual = getattr(chx, name)(*[layouts(a, layout) for a in arrays])
        assert actual.device is device
        check(actual, expected, dtype)


@pytest.mark.parametrize("name", [f.name for f in ELEMENTWISE if len(f.args) > 1])
def test_elementwise_broadcasts(name: str, device: chx.Device) -> None:
    dtype = "float64" if "float64" in TABLE.op(FUNCTIONS[name].op).dtypes else "int64"
    arrays = operands(name, dtype, (3, 5))
    for cut in ([slice(0, 1)], [slice(None), slice(0, 1)], [0]):
        trimmed = [arrays[0], *[a[tuple(cut)] for a in arrays[1:]]]
        check(getattr(chx, name)(*map(chx.array, trimmed)), reference_of(name)(*trimmed), dtype)


@pytest.mark.parametrize(
    "name", [f.name for f in ELEMENTWISE if f.args[0].type == "Operand" and f.name != "where"]
)
def test_elementwise_with_scalars(name: str, device: chx.Device) -> None:
    dtype = "float64" if "float64" in TABLE.op(FUNCTIONS[name].op).dtypes else "int64"
    array, scalar = operands(name, dtype, (4,))[0], 2.0 if dtype == "float64" else 2
    check(getattr(chx, name)(chx.array(array), scalar), reference_of(name)(array, scalar), dtype)
    check(
        getattr(chx, name)(scalar, chx.array(np.abs(array) + 1)),
        reference_of(name)(scalar, np.abs(array) + 1),
        dtype,
    )


def make(argument: object, rng: np.random.Generator, dtype: str, domain: str) -> object:
    if isinstance(argument, Value):
        return argument.value
    if isinstance(argument, Labels):
        return rng.integers(argument.low, argument.high, argument.shape)
    if isinstance(argument, Positive):
        return values(rng, argument.shape, dtype, "positive")
    if isinstance(argument, list):
        return [make(each, rng, dtype, domain) for each in argument]
    return values(rng, argument, dtype, domain)  # type: ignore[arg-type]


def to_chx(argument: object) -> object:
    if isinstance(argument, np.ndarray):
        return chx.array(argument)
    if isinstance(argument, list) and argument and isinstance(argument[0], np.ndarray):
        return [chx.array(each) for each in argument]
    return argument


def irregular_cases(dtypes: tuple[str, ...]):
    for function in IRREGULAR:
        for i, sample in enumerate(SAMPLES[function.name]):
            for dtype in dtypes:
                yield pytest.param(function.name, sample, dtype, id=f"{function.name}-{i}-{dtype}")


def call_reference(name: str, arguments: list, kwargs: dict) -> object:
    function = FUNCTIONS[name]
    renamed = {{"a_min": "a_min", "a_max": "a_max"}.get(k, k): v for k, v in kwargs.items()}
    if name == "clip":
        renamed = {"a_min": None, "a_max": None, **renamed}
    if function.numpy in ("meshgrid", "broadcast_arrays"):
        return tuple(reference_of(name)(*arguments, **renamed))
    return reference_of(name)(*arguments, **renamed)


@pytest.mark.parametrize(("name", "sample", "dtype"), list(irregular_cases(("float32", "float64"))))
def test_irregular_against_reference(
    name: str, sample: Sample, dtype: str, device: chx.Device
) -> None:
    rng = rng_of(name, repr(sample), dtype)
    arguments = [make(a, rng, dtype, FUNCTIONS[name].domain) for a in sample.args]
    expected = call_reference(name, arguments, sample.kwargs)
    actual = getattr(chx, name)(*map(to_chx, arguments), **sample.kwargs)
    check(actual, expected, dtype)


def is_differentiable(name: str) -> bool:
    return name not in ("argmax", "argmin", "any", "all", "nonzero", "count_nonzero", "accuracy")


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


@pytest.mark.parametrize("name", [f.name for f in ELEMENTWISE if TABLE.op(f.op).differentiable])
def test_elementwise_gradients(name: str) -> None:
    arrays = operands(name, "float64", (2, 3))
    condition = [chx.array(arrays.pop(0))] if name == "where" else []
    smooth = name not in ("sign", "ceil", "floor", "trunc", "round")
    check_gradients(lambda xs: as_list(getattr(chx, name)(*condition, *xs)), arrays, twice=smooth)


@pytest.mark.parametrize(
    ("name", "sample", "dtype"),
    [c for c in irregular_cases(("float64",)) if is_differentiable(c.values[0])],
)
def test_irregular_gradients(name: str, sample: Sample, dtype: str) -> None:
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
            else to_chx(a)
            for a in arguments
        ]
        return as_list(getattr(chx, name)(*filled, **sample.kwargs))

    check_gradients(call, flat, twice=True)


def test_every_function_has_samples() -> None:
    names = {f.name for f in IRREGULAR}
    assert names == set(SAMPLES), names ^ set(SAMPLES)
