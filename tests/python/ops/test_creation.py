"""Functions that make arrays of numbers and parts of arrays, against NumPy, on every device."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import chainerx as chx
from ops.operands import DTYPES, check, is_inexact, numpy_dtype, rng_of, to_chx, values, wide

NUMBERS = [d for d in DTYPES if d != "bool" and not d.startswith("complex")]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3, 4)])
def test_constants(dtype: str, shape: tuple[int, ...], device: chx.Device) -> None:
    wanted = numpy_dtype(dtype)
    like = chx.zeros(shape, wanted)
    for made, expected in (
        (chx.zeros(shape, wanted), np.zeros(shape, wanted)),
        (chx.ones(shape, wanted), np.ones(shape, wanted)),
        (chx.full(shape, 1, wanted), np.full(shape, 1, wanted)),
        (chx.zeros_like(chx.ones(shape, wanted)), np.zeros(shape, wanted)),
        (chx.ones_like(like), np.ones(shape, wanted)),
        (chx.full_like(like, 1), np.full(shape, 1, wanted)),
    ):
        assert made.dtype == wanted
        assert made.device is device
        check(made, expected, dtype)
    for empty in (chx.empty(shape, wanted), chx.empty_like(like)):
        assert (empty.shape, empty.dtype, empty.device) == (shape, wanted, device)


def test_default_dtypes() -> None:
    made = {
        "float32": [chx.zeros(2), chx.ones(2), chx.empty(2), chx.full(2, 1.5), chx.eye(2)],
        "int64": [chx.full(2, 3), chx.arange(3)],
        "bool": [chx.full(2, True)],
        "complex64": [chx.full(2, 1j)],
    }
    made["float32"] += [chx.identity(2), chx.tri(2), chx.linspace(0, 1), chx.arange(2.0)]
    assert {name: {a.dtype.name for a in arrays} for name, arrays in made.items()} == {
        name: {name} for name in made
    }


@pytest.mark.parametrize("dtype", NUMBERS)
@pytest.mark.parametrize("arguments", [(5,), (2, 9), (1, 8, 3), (3, 3), (9, 1, -2)])
def test_arange(dtype: str, arguments: tuple[int, ...], device: chx.Device) -> None:
    if dtype.startswith("uint") and arguments[-1] < 0:
        arguments = (1, 9, 2)
    made = chx.arange(*arguments, dtype=numpy_dtype(dtype))
    assert made.dtype == numpy_dtype(dtype)
    check(made, np.arange(*arguments, dtype="float64").astype(numpy_dtype(dtype)), dtype)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize("arguments", [(0, 1, 5), (-2, 2, 7, False), (1, 1, 1), (0, 1, 0)])
def test_linspace(dtype: str, arguments: tuple, device: chx.Device) -> None:
    check(chx.linspace(*arguments, dtype=numpy_dtype(dtype)), np.linspace(*arguments), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_matrices(dtype: str, device: chx.Device) -> None:
    wanted = numpy_dtype(dtype)
    for make in (lambda x: x.eye, lambda x: x.tri):
        for n, m, k in ((3, 3, 0), (2, 4, 1), (4, 2, -1), (0, 2, 0)):
            made = make(chx)(n, m, k, dtype=wanted)
            assert made.dtype == wanted
            check(made, make(np)(n, m, k, dtype=wanted), dtype)
    check(chx.identity(3, dtype=wanted), np.identity(3, dtype=wanted), dtype)


@pytest.mark.parametrize("source", DTYPES)
def test_casts(source: str, device: chx.Device) -> None:
    array = values(rng_of(source), (3, 4), source, "positive")
    for target in DTYPES:
        cast = to_chx(array).astype(numpy_dtype(target))
        assert cast.dtype == numpy_dtype(target)
        expected = wide(array).real if not target.startswith("complex") else wide(array)
        if target == "bool":
            expected = array != 0
        elif not is_inexact(target):
            expected = np.trunc(expected)
        check(cast, expected.astype(numpy_dtype(target)), target, target)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("axis", [0, 1, -1, None])
def test_take(dtype: str, axis: int | None, device: chx.Device) -> None:
    array = values(rng_of(dtype), (3, 4), dtype, "any")
    for indices in (np.array([0, 2, -1]), np.array([[1, 0], [2, 2]], "int8"), np.array(1)):
        check(chx.take(to_chx(array), to_chx(indices), axis), np.take(array, indices, axis), dtype)
    outside = np.array([5, -7])
    for mode in ("wrap", "clip"):
        expected = np.take(array, outside, axis, mode=mode)
        check(chx.take(to_chx(array), to_chx(outside), axis, mode), expected, dtype)
    # An asynchronous device tells when somebody waits, with the code of its kernel.
    with pytest.raises((IndexError, ValueError), match="99"):
        chx.take(to_chx(array), chx.array([99]), axis).tolist()


@pytest.mark.parametrize("parts", [2, [1], [1, 3], [0, 2, 9]])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_split(parts: object, axis: int, device: chx.Device) -> None:
    array = values(rng_of("split"), (4, 4), "float64", "any")
    check(chx.split(to_chx(array), parts, axis), np.split(array, parts, axis), "float64")


@pytest.mark.parametrize(
    "function",
    [
        lambda x: chx.take(x, chx.array([0, 2, 2]), 1),
        lambda x: chx.take(x, chx.array([[1, 5], [7, 7]])),
        lambda x: sum(chx.split(x, [1], 1), start=chx.zeros(1, chx.float64)),
        lambda x: (x * x).astype(chx.float64, copy=True),
        lambda x: x[1:, ::-2] * x[:2, :2],
        lambda x: x[chx.array([0, 2, 0])],
        lambda x: x[x > 0] ** 3,
    ],
)
def test_gradients(function: Callable[[chx.ndarray], chx.ndarray], device: chx.Device) -> None:
    rng = rng_of("gradients")
    x = chx.array(rng.uniform(-2, 2, (3, 4)))
    weights = chx.array(rng.uniform(0.5, 1.5, function(x).shape)).require_grad()
    inputs, steps = [x.require_grad()], [chx.full(x.shape, 1e-4, chx.float64)]
    chx.check_backward(lambda xs: [function(xs[0])], inputs, [weights], steps)
    seconds = [chx.array(rng.uniform(0.5, 1.5, x.shape))]
    steps += [chx.full(weights.shape, 1e-4, chx.float64)]
    chx.check_double_backward(
        lambda xs: [function(xs[0])], inputs, [weights], seconds, steps, atol=2e-4, rtol=2e-3
    )
