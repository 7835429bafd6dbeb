"""Reductions, sorting, searching, sets, manipulation, indexing and creation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import array_api_strict as strict
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import chainerx as chx
from array_api.oracle import (
    ALL,
    COMPLEX,
    EXAMPLES,
    REAL,
    SIGNED,
    UNSIGNED,
    arrays,
    check,
    expected,
    function,
    ours,
    shapes,
    theirs,
)

NUMERIC = SIGNED + UNSIGNED + REAL + COMPLEX


def axes_of(draw: Callable[..., Any], ndim: int, several: bool) -> Any:
    one = st.integers(-ndim, ndim - 1) if ndim else st.none()
    some = st.lists(one, unique_by=lambda i: i % ndim, max_size=ndim).map(tuple) if ndim else one
    return draw(st.none() | one | (some if several else st.nothing()))


REDUCTIONS = {
    "sum": NUMERIC, "prod": NUMERIC, "max": REAL + SIGNED, "min": REAL + UNSIGNED, "all": ALL, "any": ALL, "mean": REAL,
    "var": REAL, "std": REAL, "count_nonzero": ALL,
}  # fmt: skip


@pytest.mark.parametrize(("name", "dtype"), [(n, d) for n, ds in REDUCTIONS.items() for d in ds])
def test_reductions(name: str, dtype: str) -> None:
    @EXAMPLES
    @given(st.data())
    def run(data: st.DataObject) -> None:
        a = data.draw(arrays(dtype, specials=name in ("max", "min", "all", "any")))
        if name == "prod" and dtype in REAL + COMPLEX:
            a = (a / 20).astype(dtype)  # no infinities on the way
        kwargs = {"axis": axes_of(data.draw, a.ndim, True), "keepdims": data.draw(st.booleans())}
        assume(a.size or name in ("sum", "prod", "all", "any", "count_nonzero"))
        check(
            function(chx, name)(ours(a), **kwargs),
            expected(function(strict, name), theirs(a), **kwargs),
            scale=1e3,
        )

    run()


@pytest.mark.parametrize(
    "name", ["argmax", "argmin", "cumulative_sum", "cumulative_prod", "sort", "argsort", "diff"]
)
@pytest.mark.parametrize("dtype", SIGNED + UNSIGNED + REAL)
def test_along_one_axis(name: str, dtype: str) -> None:
    @EXAMPLES
    @given(st.data())
    def run(data: st.DataObject) -> None:
        a = data.draw(arrays(dtype, specials=name in ("argmax", "argmin")))
        assume(a.ndim > 0 and a.size > 0)
        kwargs: dict[str, Any] = {"axis": data.draw(st.integers(-a.ndim, a.ndim - 1))}
        if "sort" in name:
            kwargs["descending"] = data.draw(st.booleans())
        check(
            function(chx, name)(ours(a), **kwargs),
            expected(function(strict, name), theirs(a), **kwargs),
            scale=1e6,
        )

    run()


@pytest.mark.parametrize(
    "name", ["unique_all", "unique_counts", "unique_inverse", "unique_values", "nonzero"]
)
@pytest.mark.parametrize("dtype", SIGNED + UNSIGNED + REAL)
def test_sets(name: str, dtype: str) -> None:
    @EXAMPLES
    @given(arrays(dtype))
    def run(a: np.ndarray) -> None:
        assume(a.ndim > 0 or name != "nonzero")
        assume(not np.isnan(a).any())
        check(function(chx, name)(ours(a)), expected(function(strict, name), theirs(a)))

    run()


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("dtype", SIGNED + REAL)
def test_searchsorted(side: str, dtype: str) -> None:
    @EXAMPLES
    @given(arrays(dtype, (6,), False), arrays(dtype, specials=False))
    def run(a: np.ndarray, b: np.ndarray) -> None:
        a = np.sort(a)
        check(
            chx.searchsorted(ours(a), ours(b), side=side),
            strict.searchsorted(theirs(a), theirs(b), side=side),
        )

    run()


def check_both(call: Callable[[Any, Any], Any], a: np.ndarray) -> None:
    check(call(chx, ours(a)), expected(call, strict, theirs(a)))


MANIPULATIONS: dict[str, Callable[[st.DataObject, np.ndarray], Callable[[Any, Any], Any]]] = {}


def manipulation(make: Callable[[st.DataObject, np.ndarray], Callable[[Any, Any], Any]]) -> None:
    MANIPULATIONS[make.__name__] = make


@manipulation
def flip(data: st.DataObject, a: np.ndarray) -> Callable[[Any, Any], Any]:
    axis = axes_of(data.draw, a.ndim, True)
    return lambda xp, x: xp.flip(x, axis=axis)


@manipulation
def roll(data: st.DataObject, a: np.ndarray) -> Callable[[Any, Any], Any]:
    axis = axes_of(data.draw, a.ndim, False)
    shift = data.draw(st.integers(-7, 7))
    return lambda xp, x: xp.roll(x, shift, axis=axis)


@manipulation
def permute_dims(data: st.DataObject, a: np.ndarray) -> Callable[[Any, Any], Any]:
    order = tuple(data.draw(st.permutations(range(a.ndim))))
    return lambda xp, x: xp.permute_dims(x, order)


@manipulation
def moveaxis(data: st.DataObject, a: np.ndarray) -> Callable[[Any, Any], Any]:
    assume(a.ndim)
    axis = st.integers(-a.ndim, a.ndim - 1)
    source, destination = data.draw(axis), data.draw(axis)
    return lambda xp, x: xp.moveaxis(x, source, destination)


@manipulation
def expand_and_squeeze(data: st.DataObject, a: np.ndarray) -> Callable[[Any, Any], Any]:
    axis = data.draw(st.integers(-a.ndim - 1, a.ndim))
    return lambda xp, x: (
        xp.expand_dims(x, axis=axis),
        xp.squeeze(xp.expand_dims(x, axis=axis), axis),
    )


@manipulation
def reshape(data: st.DataObject, a: np.ndarray) -> Callable[[Any, Any], Any]:
    return lambda xp, x: (xp.reshape(x, (a.size,)), xp.reshape(x, (*a.shape[::-1], 1)))


@manipulation
def concat_and_stack(data: st.DataObject, a: np.ndarray) -> Callable[[Any, Any], Any]:
    assume(a.ndim)
    axis = data.draw(st.integers(-a.ndim, a.ndim - 1))
    return lambda xp, x: (
        xp.concat((x, x), axis=axis), xp.stack((x, x), axis=axis), xp.concat((x, x), axis=None), xp.unstack(x, axis=axis),
    )  # fmt: skip


@manipulation
def repeat_and_tile(data: st.DataObject, a: np.ndarray) -> Callable[[Any, Any], Any]:
    axis = axes_of(data.draw, a.ndim, False)
    n = data.draw(st.integers(0, 3))
    return lambda xp, x: (xp.repeat(x, n, axis=axis), xp.tile(x, (n, 2)))


@manipulation
def triangles(data: st.DataObject, a: np.ndarray) -> Callable[[Any, Any], Any]:
    assume(a.ndim >= 2)
    k = data.draw(st.integers(-4, 4))
    return lambda xp, x: (xp.tril(x, k=k), xp.triu(x, k=k))


@manipulation
def where_and_take(data: st.DataObject, a: np.ndarray) -> Callable[[Any, Any], Any]:
    assume(a.ndim and a.size)
    axis = data.draw(st.integers(-a.ndim, a.ndim - 1))
    indices = np.array(data.draw(st.lists(st.integers(0, a.shape[axis] - 1), max_size=5)), np.int64)
    return lambda xp, x: (
        xp.where(x == x, x, xp.zeros_like(x)), xp.take(x, xp.asarray(indices), axis=axis),
    )  # fmt: skip


@manipulation
def indexing(data: st.DataObject, a: np.ndarray) -> Callable[[Any, Any], Any]:
    key = tuple(
        data.draw(st.slices(n) | (st.integers(-n, n - 1) if n else st.just(slice(None))))
        for n in a.shape
    )
    return lambda xp, x: (x[key], x[..., None], x[x == x])


@pytest.mark.parametrize("dtype", ["bool", "int32", "uint64", "float32", "complex128"])
@pytest.mark.parametrize("name", list(MANIPULATIONS))
def test_manipulation(name: str, dtype: str) -> None:
    @EXAMPLES
    @given(st.data())
    def run(data: st.DataObject) -> None:
        a = data.draw(arrays(dtype, specials=False))
        check_both(MANIPULATIONS[name](data, a), a)

    run()


@pytest.mark.parametrize("dtype", ALL)
def test_creation(dtype: str) -> None:
    of_ours, of_theirs = getattr(chx, "bool_" if dtype == "bool" else dtype), getattr(strict, dtype)

    @EXAMPLES
    @given(shapes, st.integers(0, 5), st.integers(0, 5), st.integers(-6, 6))
    def run(shape: tuple[int, ...], n: int, m: int, k: int) -> None:
        for name in ("zeros", "ones"):
            check(
                function(chx, name)(shape, dtype=of_ours),
                function(strict, name)(shape, dtype=of_theirs),
            )
        check(chx.full(shape, 1, dtype=of_ours), strict.full(shape, 1, dtype=of_theirs))
        check(chx.eye(n, m, k=k, dtype=of_ours), strict.eye(n, m, k=k, dtype=of_theirs))
        if dtype in SIGNED + UNSIGNED + REAL:
            check(chx.arange(n, n + m, dtype=of_ours), strict.arange(n, n + m, dtype=of_theirs))
        if dtype in REAL:
            check(
                chx.linspace(k, n, m, dtype=of_ours, endpoint=False),
                strict.linspace(k, n, m, dtype=of_theirs, endpoint=False),
            )

    run()


@pytest.mark.parametrize("source", ALL)
def test_astype_and_promotion(source: str) -> None:
    @EXAMPLES
    @given(st.sampled_from(ALL), arrays(source, (3,), False))
    def run(target: str, a: np.ndarray) -> None:
        try:
            common = strict.result_type(getattr(strict, source), getattr(strict, target))
        except TypeError:
            return
        assert chx.result_type(source, target) == common._np_dtype
        a = np.abs(a) if target.startswith("u") and a.dtype.kind in "if" else a
        if source in COMPLEX and target not in COMPLEX:
            return
        check(
            chx.astype(ours(a), target), expected(strict.astype, theirs(a), getattr(strict, target))
        )

    run()


@pytest.mark.parametrize("dtype", REAL + COMPLEX)
def test_products(dtype: str) -> None:
    @EXAMPLES
    @given(st.data())
    def run(data: st.DataObject) -> None:
        m, k, n = (data.draw(st.integers(0, 4)) for _ in range(3))
        a, b = data.draw(arrays(dtype, (2, m, k), False)), data.draw(arrays(dtype, (k, n), False))
        check(
            chx.matmul(ours(a), ours(b)), expected(strict.matmul, theirs(a), theirs(b)), scale=1e3
        )
        check(
            chx.tensordot(ours(a), ours(b), axes=1),
            expected(strict.tensordot, theirs(a), theirs(b), axes=1),
            scale=1e3,
        )
        v = data.draw(arrays(dtype, (k,), False))
        check(
            chx.vecdot(ours(a), ours(v)), expected(strict.vecdot, theirs(a), theirs(v)), scale=1e3
        )

    run()


@pytest.mark.parametrize("name", ["fft", "ifft", "hfft", "rfft", "irfft", "ihfft"])
@pytest.mark.parametrize("norm", ["backward", "ortho", "forward"])
def test_transforms(name: str, norm: str) -> None:
    @EXAMPLES
    @given(st.data())
    def run(data: st.DataObject) -> None:
        dtype = "float64" if name in ("rfft", "ihfft") else "complex128"
        a = data.draw(arrays(dtype, (3, 5), False))
        kwargs = {
            "n": data.draw(st.none() | st.integers(1, 9)),
            "axis": data.draw(st.integers(-2, 1)),
            "norm": norm,
        }
        check(
            function(chx.fft, name)(ours(a), **kwargs),
            expected(function(strict.fft, name), theirs(a), **kwargs),
            scale=1e3,
        )

    run()
