"""Gradients of linear algebra, real and complex, numerically and to second order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from test_linalg import adjoint, random

import chainerx as chx
from chainerx import linalg

Function = Callable[[list[chx.ndarray]], list[chx.ndarray]]


def check_gradients(call: Function, arrays: list[np.ndarray], twice: bool = True) -> None:
    rng = np.random.default_rng(5)

    def weights_of(outputs: list[chx.ndarray]) -> list[chx.ndarray]:
        made = [rng.uniform(0.5, 1.5, y.shape) for y in outputs]
        complex_ = ["complex" in str(y.dtype) for y in outputs]
        return [chx.array(w * (1 + 0.7j) if c else w) for w, c in zip(made, complex_, strict=True)]

    inputs = [chx.array(a).require_grad() for a in arrays]
    weights = weights_of(call(inputs))
    eps = [chx.full(a.shape, 1e-5, chx.float64) for a in arrays]
    chx.check_backward(call, inputs, weights, eps, atol=1e-6, rtol=1e-5)
    if not twice:
        return
    inputs = [chx.array(a).require_grad() for a in arrays]
    weights = [w.require_grad() for w in weights]
    seconds = weights_of(inputs)
    steps = [*eps, *[chx.full(w.shape, 1e-5, chx.float64) for w in weights]]
    chx.check_double_backward(call, inputs, weights, seconds, steps, atol=1e-5, rtol=1e-4)


def hermitian(x: chx.ndarray) -> chx.ndarray:
    return (x + chx.conj(chx.matrix_transpose(x))) * 0.5


def phaseless(v: chx.ndarray) -> list[chx.ndarray]:
    """What of columns does not depend on their free phases."""
    products = v[..., :, None, :] * chx.conj(v[..., None, :, :])
    return [products]


def svd_parts(a: chx.ndarray, full: bool = False) -> list[chx.ndarray]:
    u, s, vh = linalg.svd(a, full_matrices=full)
    pairs = (
        u[..., :, None, : s.shape[-1]]
        * chx.matrix_transpose(vh)[..., None, :, :][..., : s.shape[-1]]
    )
    return [s, *phaseless(u), *phaseless(chx.conj(chx.matrix_transpose(vh))), pairs]


def eigh_parts(a: chx.ndarray) -> list[chx.ndarray]:
    w, v = linalg.eigh(hermitian(a))
    return [w, *phaseless(v)]


def eig_parts(a: chx.ndarray) -> list[chx.ndarray]:
    w, v = linalg.eig(a)
    return [w, *phaseless(v)]


def definite(a: chx.ndarray) -> chx.ndarray:
    return chx.matmul(a, chx.conj(chx.matrix_transpose(a))) + chx.eye(a.shape[-1]).astype("float64")


CASES: dict[str, tuple[Callable, list[tuple[int, ...]]]] = {
    "det": (lambda a: [linalg.det(a)], [(2, 3, 3)]),
    "slogdet": (lambda a: list(linalg.slogdet(a)), [(2, 3, 3)]),
    "solve": (lambda a, b: [linalg.solve(a, b)], [(3, 3), (2, 3, 2)]),
    "solve_vector": (lambda a, b: [linalg.solve(a, b)], [(2, 3, 3), (3,)]),
    "lower": (lambda a, b: [linalg.solve_triangular(a, b, lower=True)], [(3, 3), (3, 2)]),
    "unit_upper": (
        lambda a, b: [linalg.solve_triangular(a, b, unit_diagonal=True)],
        [(3, 3), (3, 2)],
    ),
    "inv": (lambda a: [linalg.inv(a)], [(3, 3)]),
    "pinv_tall": (lambda a: [linalg.pinv(a)], [(4, 2)]),
    "pinv_wide": (lambda a: [linalg.pinv(a)], [(2, 3, 4)]),
    "cholesky": (lambda a: [linalg.cholesky(definite(a))], [(2, 3, 3)]),
    "cholesky_upper": (lambda a: [linalg.cholesky(definite(a), upper=True)], [(3, 3)]),
    "qr_tall": (lambda a: list(linalg.qr(a)), [(4, 2)]),
    "qr_square": (lambda a: list(linalg.qr(a, "complete")), [(2, 3, 3)]),
    "qr_wide": (lambda a: list(linalg.qr(a)), [(2, 4)]),
    "qr_r": (lambda a: [linalg.qr(a, "r")], [(3, 2)]),
    "lu": (lambda a: [linalg.lu_factor(a)[0]], [(2, 3, 3)]),
    "svd_tall": (svd_parts, [(4, 2)]),
    "svd_wide": (svd_parts, [(2, 2, 3)]),
    "svd_square": (lambda a: svd_parts(a, full=True), [(3, 3)]),
    "svdvals": (lambda a: [linalg.svdvals(a)], [(2, 3, 2)]),
    "eigh": (eigh_parts, [(2, 3, 3)]),
    "eigvalsh": (lambda a: [linalg.eigvalsh(hermitian(a))], [(3, 3)]),
    "eig": (eig_parts, [(3, 3)]),
    "eigvals": (lambda a: [linalg.eigvals(a)], [(2, 3, 3)]),
    "matrix_power": (lambda a: [linalg.matrix_power(a, -2)], [(3, 3)]),
    "lstsq": (lambda a, b: [linalg.lstsq(a, b)[0]], [(4, 2), (4,)]),
    "tensorinv": (lambda a: [linalg.tensorinv(a, 1)], [(4, 2, 2)]),
    "tensorsolve": (lambda a, b: [linalg.tensorsolve(a, b)], [(2, 2, 4), (2, 2)]),
    "expm": (lambda a: [linalg.expm(a)], [(2, 3, 3)]),
    "norm": (lambda a: [linalg.vector_norm(a, axis=-1)], [(2, 3)]),
    "norm_3": (lambda a: [linalg.vector_norm(a, ord=3.0)], [(2, 3)]),
    "frobenius": (lambda a: [linalg.matrix_norm(a)], [(2, 3, 2)]),
    "nuclear": (lambda a: [linalg.matrix_norm(a, ord="nuc")], [(3, 2)]),
}


@pytest.mark.parametrize("dtype", ["float64", "complex128"])
@pytest.mark.parametrize("name", list(CASES))
def test_gradients(name: str, dtype: str) -> None:
    function, shapes = CASES[name]
    arrays = [random(shape, dtype) + 0.1 * i for i, shape in enumerate(shapes)]
    check_gradients(lambda xs: function(*xs), arrays)


def test_gradient_of_the_determinant_of_a_singular_matrix() -> None:
    a = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])
    a[2] = a[0] + a[1]
    check_gradients(lambda xs: [linalg.det(xs[0])], [a], twice=False)


def test_gradient_of_a_norm_at_zero_is_zero() -> None:
    x = chx.zeros(3, "float64").require_grad()
    linalg.norm(x).backward()
    np.testing.assert_array_equal(chx.to_numpy(x.grad), np.zeros(3))


def test_gradients_that_do_not_exist_say_so() -> None:
    x = chx.array(random((4, 2))).require_grad()
    with pytest.raises(chx.GradientError, match="mode 'reduced'"):
        linalg.qr(x, "complete")[0].sum().backward()
    x = chx.array(random((4, 2))).require_grad()
    with pytest.raises(chx.GradientError, match="full_matrices=False"):
        linalg.svd(x)[0].sum().backward()
    x = chx.array(random((4, 2))).require_grad()
    with pytest.raises(chx.GradientError, match="square"):
        linalg.lu_factor(x)[0].sum().backward()


ELEMENTWISE = {
    "exp": chx.exp, "log": chx.log, "sqrt": chx.sqrt, "square": chx.square, "tanh": chx.tanh,
    "sin": chx.sin, "cos": chx.cos, "tan": chx.tan, "sinh": chx.sinh, "cosh": chx.cosh,
    "arcsin": chx.arcsin, "arccos": chx.arccos, "arctan": chx.arctan, "arcsinh": chx.arcsinh,
    "arccosh": chx.arccosh, "arctanh": chx.arctanh, "expm1": chx.expm1, "log1p": chx.log1p,
    "log2": chx.log2, "log10": chx.log10, "exp2": chx.exp2, "reciprocal": chx.reciprocal,
    "abs": chx.abs, "sign": chx.sign, "conj": chx.conj, "real": chx.real, "imag": chx.imag,
    "negative": chx.negative, "cumsum": lambda x: chx.cumsum(x, 0), "sum": lambda x: chx.sum(x, 0),
    "prod": lambda x: chx.prod(x, 1), "cumprod": lambda x: chx.cumprod(x, 1),
    "take": lambda x: chx.take(x, [1, 0, 1], 1), "concatenate": lambda x: chx.concatenate([x, x * 2j]),
    "transpose": lambda x: x.T, "getitem": lambda x: x[:, ::-2], "where": lambda x: chx.where(chx.real(x) > 0, x, x * 1j),
    "powers": lambda x: x**2j + (2 + 1j) ** x + x**3 + 2**x,
    "mean": chx.mean, "to_real": lambda x: x.astype("float64"), "sort": lambda x: chx.sort(x, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", list(ELEMENTWISE))
def test_complex_gradients_of_functions(name: str) -> None:
    check_gradients(lambda xs: [ELEMENTWISE[name](xs[0])], [random((2, 3), "complex128")])


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide", "power", "matmul"])
@pytest.mark.parametrize("dtypes", [("complex128", "complex128"), ("float64", "complex128")])
def test_complex_gradients_of_pairs(name: str, dtypes: tuple[str, str]) -> None:
    a, b = random((3, 3), dtypes[0]), random((3, 3), dtypes[1]) + 0.3
    a = np.abs(a) + 0.5 if dtypes[0] == "float64" else a
    check_gradients(lambda xs: [getattr(chx, name)(xs[0], xs[1])], [a, b])
    check_gradients(lambda xs: [getattr(chx, name)(xs[1], xs[0])], [a, b])


@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"])
@pytest.mark.parametrize("n", [None, 3, 6])
def test_complex_gradients_of_transforms(name: str, n: int | None) -> None:
    a = random((2, 4), "float64" if name in ("rfft", "ihfft") else "complex128")
    check_gradients(lambda xs: [getattr(chx.fft, name)(xs[0], n)], [a])


@pytest.mark.parametrize("name", ["fftn", "ifftn", "rfftn", "irfftn", "fftshift"])
def test_complex_gradients_of_transforms_along_several_axes(name: str) -> None:
    a = random((2, 3), "float64" if name == "rfftn" else "complex128")
    check_gradients(lambda xs: [getattr(chx.fft, name)(xs[0])], [a])


def test_gradients_of_complex_results_may_be_given_as_real_numbers() -> None:
    z = chx.array([1 + 2j]).require_grad()
    (g,) = chx.grad([z * z], [z], grad_outputs=[chx.array([1.0])])
    assert g is not None
    np.testing.assert_allclose(chx.to_numpy(g), [2 - 4j])


def test_gradient_through_complex_numbers_of_a_real_loss() -> None:
    """Steepest descent: the gradient of |z|^2 is 2 z."""
    z = chx.array([3 + 4j]).require_grad()
    chx.sum(chx.square(chx.abs(z))).backward()
    np.testing.assert_allclose(chx.to_numpy(z.grad), [6 + 8j])


def test_adjoint_is_used() -> None:
    # Of y = a z with a constant: conj(a) times the gradient.
    z = chx.array([1 + 1j]).require_grad()
    (z * chx.array([2 + 3j])).backward()
    np.testing.assert_allclose(chx.to_numpy(z.grad), [2 - 3j])
    assert adjoint(np.array([[1j]]))[0, 0] == -1j
