"""Linear algebra against NumPy, by what the factors have to fulfil, and gradients numerically to second order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import chainerx as chx
from chainerx import linalg

TOLERANCE = {"float32": 2e-4, "float64": 1e-10, "complex64": 2e-4, "complex128": 1e-10}
DTYPES = list(TOLERANCE)
SHAPES = [(4, 4), (2, 5, 3), (2, 3, 5), (3, 1, 1), (2, 0, 3), (3, 0), (0, 2, 2), (2, 0, 0)]
SQUARE = [(4, 4), (2, 3, 3), (1, 1), (0, 2, 2), (2, 0, 0)]


def random(shape: tuple[int, ...], dtype: str = "float64") -> np.ndarray:
    rng = np.random.default_rng(sum(shape) + len(dtype))
    values = rng.normal(size=shape)
    if dtype.startswith("complex"):
        values = values + 1j * rng.normal(size=shape)
    return values.astype(dtype)


def adjoint(a: np.ndarray) -> np.ndarray:
    return np.conj(np.swapaxes(a, -1, -2))


def definite(shape: tuple[int, ...], dtype: str) -> np.ndarray:
    a = random(shape, dtype)
    return (a @ adjoint(a) + 2 * np.eye(shape[-1])).astype(dtype)


def check(actual: object, expected: np.ndarray, dtype: str) -> None:
    assert isinstance(actual, chx.ndarray)
    assert actual.shape == expected.shape
    tolerance = TOLERANCE[dtype]
    np.testing.assert_allclose(chx.to_numpy(actual), expected, tolerance, tolerance)


@pytest.fixture(params=["native:0", "nulldev:0", "sim:0"], autouse=True)
def device(request: pytest.FixtureRequest):
    with chx.using_device(request.param):
        yield chx.get_default_device()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SQUARE)
def test_systems(shape: tuple[int, ...], dtype: str, device: chx.Device) -> None:
    a = random(shape, dtype)
    x = chx.array(a)
    check(linalg.det(x), np.linalg.det(a), dtype)
    for ours, numpys in zip(linalg.slogdet(x), np.linalg.slogdet(a), strict=True):
        check(ours, numpys, dtype)
    check(linalg.inv(x), np.linalg.inv(a), dtype)
    b = random((*shape[:-1], 2), dtype)
    y = linalg.solve(x, chx.array(b))
    assert y.dtype == dtype
    assert y.device is device
    check(y, np.linalg.solve(a, b), dtype)
    vector = random(shape[-1:], dtype)
    check(linalg.solve(x, chx.array(vector)), (np.linalg.inv(a) @ vector).astype(dtype), dtype)
    check(linalg.matrix_power(x, 3), np.linalg.matrix_power(a, 3), dtype)
    check(linalg.matrix_power(x, 0), np.linalg.matrix_power(a, 0), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("unit", [False, True])
def test_triangular_systems(dtype: str, lower: bool, unit: bool) -> None:
    a, b = random((2, 4, 4), dtype), random((2, 4, 3), dtype)
    triangle = np.tril(a) if lower else np.triu(a)
    if unit:
        triangle = triangle - triangle * np.eye(4) + np.eye(4)
    y = linalg.solve_triangular(chx.array(a), chx.array(b), lower=lower, unit_diagonal=unit)
    check(chx.matmul(chx.array(triangle.astype(dtype)), y), b, dtype)


def test_zero_on_the_diagonal_of_a_triangle() -> None:
    y = linalg.solve_triangular(chx.array([[0.0, 1.0], [5.0, 1.0]]), chx.array([2.0, 1.0]))
    np.testing.assert_array_equal(chx.to_numpy(y), [np.inf, 1])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("mode", ["reduced", "complete", "r", "raw"])
def test_qr(shape: tuple[int, ...], dtype: str, mode: str) -> None:
    a = random(shape, dtype)
    ours, numpys = linalg.qr(chx.array(a), mode), np.linalg.qr(a, mode)
    if mode == "r":
        check(ours, numpys, dtype)
        return
    for mine, theirs in zip(ours, numpys, strict=True):
        check(mine, theirs, dtype)
    if mode != "raw":
        check(chx.matmul(ours.Q, ours.R), a, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_singular_values(shape: tuple[int, ...], dtype: str) -> None:
    a = random(shape, dtype)
    x = chx.array(a)
    for full in (False, True):
        u, s, vh = linalg.svd(x, full_matrices=full)
        theirs = np.linalg.svd(a, full_matrices=full)
        assert (u.shape, vh.shape) == (theirs[0].shape, theirs[2].shape)
        check(s, theirs[1], dtype)
        check(
            chx.matmul(u[..., :, : s.shape[-1]] * s[..., None, :], vh[..., : s.shape[-1], :]),
            a,
            dtype,
        )
        for q in (chx.to_numpy(u), adjoint(chx.to_numpy(vh))):
            unit = np.broadcast_to(np.eye(q.shape[-1]), (*q.shape[:-2], q.shape[-1], q.shape[-1]))
            np.testing.assert_allclose(adjoint(q) @ q, unit, atol=TOLERANCE[dtype])
    check(linalg.svdvals(x), theirs[1], dtype)
    check(linalg.svd(x, compute_uv=False), theirs[1], dtype)
    if a.size:
        check(linalg.pinv(x), np.linalg.pinv(a), dtype)
        np.testing.assert_array_equal(chx.to_numpy(linalg.matrix_rank(x)), np.linalg.matrix_rank(a))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SQUARE)
@pytest.mark.parametrize("uplo", ["L", "U"])
def test_hermitian_eigenvalues(shape: tuple[int, ...], dtype: str, uplo: str) -> None:
    a = random(shape, dtype)
    w, v = linalg.eigh(chx.array(a), uplo)
    check(w, np.linalg.eigh(a, uplo)[0], dtype)
    check(linalg.eigvalsh(chx.array(a), uplo), np.linalg.eigvalsh(a, uplo), dtype)
    # The other triangle and the imaginary part of the diagonal are not read.
    half = np.tril(a, -1) if uplo == "L" else np.triu(a, 1)
    hermitian = half + adjoint(half) + np.real(a) * np.eye(shape[-1])
    check(chx.array(hermitian.astype(dtype)) @ v, chx.to_numpy(v * w[..., None, :]), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SQUARE)
def test_eigenvalues(shape: tuple[int, ...], dtype: str) -> None:
    a = random(shape, dtype)
    w, v = linalg.eig(chx.array(a))
    kind = {"float32": "complex64", "float64": "complex128"}.get(dtype, dtype)
    assert (w.dtype, v.dtype) == (kind, kind)
    check(chx.array(a.astype(kind)) @ v, chx.to_numpy(v * w[..., None, :]), kind)
    check(chx.sqrt(chx.sum(chx.square(chx.abs(v)), -2)), np.ones(shape[:-1]), kind)
    for ours in (w, linalg.eigvals(chx.array(a))):
        theirs = np.linalg.eigvals(a).astype(kind)
        np.testing.assert_allclose(
            np.sort_complex(np.round(chx.to_numpy(ours), 4)),
            np.sort_complex(np.round(theirs, 4)),
            atol=2e-4,
        )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SQUARE)
def test_cholesky(shape: tuple[int, ...], dtype: str) -> None:
    a = definite(shape, dtype)
    expected = np.linalg.cholesky(a)
    check(linalg.cholesky(chx.array(a)), expected, dtype)
    check(linalg.cholesky(chx.array(a), upper=True), adjoint(expected), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_lu(shape: tuple[int, ...], dtype: str) -> None:
    a = random(shape, dtype)
    lu, permutation = linalg.lu_factor(chx.array(a))
    m, k = shape[-2], min(shape[-2:])
    factors = chx.to_numpy(lu)
    lower = np.tril(factors, -1)[..., :k] + np.eye(m, k)
    rows = np.take_along_axis(a, chx.to_numpy(permutation)[..., None], -2)
    check(chx.array((lower @ np.triu(factors)[..., :k, :]).astype(dtype)), rows, dtype)
    assert k == 0 or np.abs(lower).max(initial=0) <= (1.5 if dtype.startswith("complex") else 1)


@pytest.mark.parametrize("dtype", DTYPES)
def test_norms(dtype: str) -> None:
    a = random((3, 4, 4), dtype)
    x = chx.array(a)
    for ord in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
        check(linalg.matrix_norm(x, ord=ord), np.linalg.norm(a, ord, (1, 2)), dtype)
        check(
            linalg.norm(x, ord, (0, 2), True), np.linalg.norm(a, ord, (0, 2), keepdims=True), dtype
        )
        expected = np.linalg.cond(a, ord)
        np.testing.assert_allclose(chx.to_numpy(linalg.cond(x, ord)), expected, rtol=1e-2)
    for ord in (None, 0, 1, 2, 3, -1, 0.5, np.inf, -np.inf):
        check(linalg.norm(x, ord, 1), np.linalg.norm(a, ord, 1).astype(linalg.norm(x).dtype), dtype)
    check(linalg.norm(x), np.asarray(np.linalg.norm(a)), dtype)
    check(linalg.vector_norm(x, keepdims=True), np.full((1, 1, 1), np.linalg.norm(a)), dtype)
    with pytest.raises(ValueError, match="3 axes"):
        linalg.norm(x, 2)
    with pytest.raises(ValueError, match="'spam'"):
        linalg.matrix_norm(x, ord="spam")


def test_least_squares() -> None:
    a, b = random((6, 3)), random((6, 2))
    for ours, theirs in zip(
        linalg.lstsq(chx.array(a), chx.array(b)), np.linalg.lstsq(a, b, rcond=None), strict=True
    ):
        check(ours, np.asarray(theirs), "float64")
    x, residuals, rank, _ = linalg.lstsq(chx.array(a.T), chx.array(b[:3, 0]))
    check(x, np.linalg.lstsq(a.T, b[:3, 0], rcond=None)[0], "float64")
    assert (residuals.shape, int(rank)) == ((0,), 3)
    with pytest.raises(chx.DimensionError, match=r"\(6, 3\) and b of shape \(5,\)"):
        linalg.lstsq(chx.array(a), chx.zeros(5))


def test_matrix_rank() -> None:
    a = np.diag([3.0, 1e-3, 0.0])
    x = chx.array(a)
    assert int(linalg.matrix_rank(x)) == 2
    assert int(linalg.matrix_rank(x, 0.01)) == 1
    assert int(linalg.matrix_rank(x, rtol=1e-4)) == 2
    assert int(linalg.matrix_rank(x, hermitian=True)) == 2
    assert int(linalg.matrix_rank(chx.zeros(3))) == 0
    ranks = linalg.matrix_rank(chx.array(np.stack([a, a])), rtol=chx.array([0.5, 1e-5]))
    np.testing.assert_array_equal(chx.to_numpy(ranks), [1, 2])


@pytest.mark.parametrize("scale", [0.1, 1.0, 30.0])
@pytest.mark.parametrize("dtype", DTYPES)
def test_exponential(scale: float, dtype: str) -> None:
    a = random((2, 4, 4), dtype) * scale
    a = (a - adjoint(a)) / 2  # the result stays bounded
    w, v = np.linalg.eigh(1j * a)
    expected = (v * np.exp(-1j * w)[..., None, :]) @ adjoint(v)
    actual = chx.to_numpy(linalg.expm(chx.array(a.astype(dtype))))
    np.testing.assert_allclose(actual, expected, atol=TOLERANCE[dtype] * max(1, scale))


def test_chain_of_products() -> None:
    matrices = [random((3, 5)), random((5, 2)), random((2, 7)), random((7,))]
    actual = linalg.multi_dot([chx.array(a) for a in matrices])
    check(actual, np.linalg.multi_dot(matrices), "float64")
    with pytest.raises(chx.DimensionError, match="number 1"):
        linalg.multi_dot([chx.zeros((2, 3)), chx.zeros((2, 3))])
    with pytest.raises(ValueError, match="at least two"):
        linalg.multi_dot([chx.zeros((2, 3))])


@pytest.mark.parametrize("dtype", DTYPES)
def test_inverses_of_tensors(dtype: str, device: chx.Device) -> None:
    for shape, ind in (((4, 6, 8, 3), 2), ((24, 8, 3), 1), ((2, 3, 6), 2), ((1,), 1)):
        a = random(shape, dtype)
        check(linalg.tensorinv(chx.array(a), ind), np.linalg.tensorinv(a, ind), dtype)
        check(linalg.tensorinv(chx.array(a.T).T, ind), np.linalg.tensorinv(a, ind), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_systems_of_tensors(dtype: str, device: chx.Device) -> None:
    for shape, b_shape, axes in (
        ((2, 3, 6), (2, 3), None),
        ((4, 6, 8, 3), (4, 6), None),
        ((3, 2, 6), (6,), (0, 1)),
        ((2, 6, 3), (2, 3), (1,)),
        ((1, 1), (1,), (0,)),
    ):
        a, b = random(shape, dtype), random(b_shape, dtype)
        expected = np.linalg.tensorsolve(a, b, axes)
        check(linalg.tensorsolve(chx.array(a), chx.array(b), axes), expected, dtype)
        check(linalg.tensorsolve(chx.array(a.T).T, chx.array(b.T).T, axes), expected, dtype)


def test_tensors_that_are_no_square_matrices() -> None:
    with pytest.raises(ValueError, match="ind is 0"):
        linalg.tensorinv(chx.ones((2, 2)), 0)
    with pytest.raises(chx.DimensionError, match="as many elements along the first 2 axes"):
        linalg.tensorinv(chx.ones((2, 2, 3)), 2)
    for shape in ((3, 2), (2, 3), (2, 2, 2), (2,)):
        with pytest.raises(chx.DimensionError, match="tensorsolve"):
            linalg.tensorsolve(chx.ones(shape), chx.ones(2))
    with pytest.raises(linalg.LinAlgError):
        linalg.tensorinv(chx.zeros((2, 1, 2)), 1)


@pytest.mark.parametrize("dtype", ["float16", "int32", "bool"])
def test_other_dtypes_become_floats(dtype: str) -> None:
    a = np.array([[2, 1], [0, 1]], dtype)
    for y in (linalg.inv(chx.array(a)), linalg.solve(chx.array(a), chx.array(a[0]))):
        assert y.dtype == ("float16" if dtype == "float16" else "float32")
    wide = a.astype(np.float64)
    np.testing.assert_allclose(
        chx.to_numpy(linalg.inv(chx.array(a))), np.linalg.inv(wide), rtol=1e-3
    )
    assert linalg.svdvals(chx.array(a)).dtype == y.dtype


def test_layouts() -> None:
    a = random((2, 4, 4))
    flipped = chx.flip(chx.array(np.ascontiguousarray(a[:, ::-1, ::-1])))[::-1]
    np.testing.assert_allclose(chx.to_numpy(linalg.inv(flipped)), np.linalg.inv(a), rtol=1e-9)
    transposed = chx.matrix_transpose(chx.array(np.ascontiguousarray(np.swapaxes(a, 1, 2))))
    check(linalg.svdvals(transposed), np.linalg.svd(a, compute_uv=False), "float64")
    same = chx.broadcast_to(chx.array(a[0]), (3, 4, 4))
    check(linalg.det(same), np.full(3, np.linalg.det(a[0])), "float64")


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (linalg.inv, "matrix 1 of 2 has no inverse"),
        (linalg.cholesky, "matrix 1 of 2 is not positive definite"),
        (linalg.svd, "matrix 1 of 2 holds NaN or infinity"),
        (linalg.eigh, "matrix 1 of 2 holds NaN or infinity"),
        (linalg.eig, "matrix 1 of 2 holds NaN or infinity"),
    ],
)
def test_matrices_that_cannot_be_decomposed(function: Callable, reason: str) -> None:
    a = np.stack([np.eye(2), np.full((2, 2), np.nan if "NaN" in reason else 0.0)])
    with pytest.raises(linalg.LinAlgError, match=reason):
        function(chx.array(a))


@pytest.mark.parametrize(
    "function", [linalg.inv, linalg.det, linalg.slogdet, linalg.cholesky, linalg.eigh, linalg.eig]
)
@pytest.mark.parametrize("shape", [(2, 3), (4,), ()])
def test_shapes_that_are_no_square_matrices(function: Callable, shape: tuple[int, ...]) -> None:
    with pytest.raises(chx.DimensionError, match=r"expected square matrices"):
        function(chx.zeros(shape))
