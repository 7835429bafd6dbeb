"""Linear algebra: the extension ``linalg`` of the array API standard, and what NumPy and SciPy have beyond it.

Matrices are the last two axes of an array, the others are a batch. float16 and bfloat16 are computed in float32; integers become
float32. Complex gradients follow the package's convention, dL/dx + i dL/dy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from chainerx import _core
from chainerx._core import _linalg, ndarray
from chainerx._core import cross as cross
from chainerx._core import matmul as matmul
from chainerx._core import matrix_transpose as matrix_transpose
from chainerx._core import outer as outer
from chainerx._core import vecdot as vecdot
from chainerx._products import tensordot as tensordot

cholesky = _linalg.cholesky
det = _linalg.det
eigvals = _linalg.eigvals
eigvalsh = _linalg.eigvalsh
expm = _linalg.expm
inv = _linalg.inv
lstsq = _linalg.lstsq
lu_factor = _linalg.lu_factor
matrix_power = _linalg.matrix_power
matrix_rank = _linalg.matrix_rank
multi_dot = _linalg.multi_dot
pinv = _linalg.pinv
solve = _linalg.solve
solve_triangular = _linalg.solve_triangular
svdvals = _linalg.svdvals
tensorinv = _linalg.tensorinv
tensorsolve = _linalg.tensorsolve
vector_norm = _linalg.vector_norm

LinAlgError = _core._ValueError
"""What is raised for a matrix without inverse, one that is not positive definite, or an iteration that does not converge."""


class EigResult(NamedTuple):
    """What eig returns."""

    eigenvalues: ndarray
    eigenvectors: ndarray


class EighResult(NamedTuple):
    """What eigh returns."""

    eigenvalues: ndarray
    eigenvectors: ndarray


class QRResult(NamedTuple):
    """What qr returns."""

    Q: ndarray
    R: ndarray


class SlogdetResult(NamedTuple):
    """What slogdet returns."""

    sign: ndarray
    logabsdet: ndarray


class SVDResult(NamedTuple):
    """What svd returns."""

    U: ndarray
    S: ndarray
    Vh: ndarray


def eig(a: ndarray) -> EigResult:
    """The eigenvalues (..., n) and eigenvectors, the columns of (..., n, n), of matrices a (..., n, n); complex, in no particular
    order.

    Raises LinAlgError if a is not finite. Differentiable where the eigenvalues differ."""
    return EigResult(*_linalg.eig(a))


def eigh(a: ndarray, UPLO: str = "L") -> EighResult:
    """The eigenvalues (..., n), ascending, and eigenvectors, the columns of (..., n, n), of Hermitian matrices a (..., n, n), of which
    the lower triangle is read, or for UPLO 'U' the upper one.

    Raises LinAlgError if a is not finite. Differentiable where the eigenvalues differ; the gradient is the Hermitian one."""
    return EighResult(*_linalg.eigh(a, UPLO))


def qr(a: ndarray, mode: str = "reduced") -> Any:
    """a (..., m, n) as Q @ R with orthonormal columns of Q and an upper triangular R, k = min(m, n).

    mode: 'reduced' (Q (..., m, k), R (..., k, n)), 'complete' (Q (..., m, m), R (..., m, n)), 'r' (R of 'reduced' alone), 'raw' (the
    reflectors (..., n, m) and their factors (..., k) of LAPACK's geqrf). Raises ValueError for another mode. Differentiable: 'reduced'
    and 'r' with full rank, 'complete' of m <= n."""
    parts = _linalg.qr(a, mode)
    return parts[0] if mode == "r" else QRResult(*parts)


def slogdet(a: ndarray) -> SlogdetResult:
    """The determinants of a (..., n, n) as sign * exp(logabsdet), 0 and -inf if they are zero. sign is complex where a is, logabsdet is
    real."""
    return SlogdetResult(*_linalg.slogdet(a))


def svd(
    a: ndarray, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    """The singular value decomposition a = U @ diag(S) @ Vh of a (..., m, n), k = min(m, n): U (..., m, m), S (..., k) descending,
    Vh (..., n, n); without full_matrices U (..., m, k) and Vh (..., k, n); S alone without compute_uv. hermitian, as in NumPy, says that a
    is; the result is the same.

    Raises LinAlgError if a is not finite. Differentiable where the singular values differ, in so far as the result does not depend on
    free phases, and with full_matrices only of square a."""
    parts = _linalg.svd(a, full_matrices, compute_uv)
    return SVDResult(*parts) if compute_uv else parts[0]


def diagonal(x: ndarray, /, *, offset: int = 0) -> ndarray:
    """The diagonals of the matrices x (..., m, n)."""
    return _core.diagonal(x, offset, -2, -1)


def trace(x: ndarray, /, *, offset: int = 0, dtype: Any = None) -> ndarray:
    """The sums of the diagonals of the matrices x (..., m, n); as sum, in 64 bits for integers unless a dtype is given."""
    return _core.sum(_core.diagonal(x, offset, -2, -1), -1, dtype=dtype)


def matrix_norm(
    x: ndarray, /, *, keepdims: bool = False, ord: float | str | None = "fro"
) -> ndarray:
    """The norms of the matrices x (..., m, n), real.

    ord: 'fro' or None (Frobenius), 'nuc' (sum of the singular values), 2 and -2 (greatest and least singular value), 1 and -1
    (greatest and least sum of moduli of a column), inf and -inf (of a row). Raises ValueError for another one."""
    return _linalg.matrix_norm(x, keepdims, _name_of_ord(ord))


def cond(x: ndarray, p: float | str | None = None) -> ndarray:
    """The condition numbers of the matrices x (..., m, n) by a norm of matrix_norm, 2 if p is None: norm(x) * norm(inv(x))."""
    return _linalg.cond(x, "2" if p is None else _name_of_ord(p))


def norm(
    x: ndarray,
    ord: float | str | None = None,
    axis: int | Sequence[int] | None = None,
    keepdims: bool = False,
) -> ndarray:
    """As numpy.linalg.norm: vector_norm along one axis, matrix_norm of two; without axis that of the flattened x if ord is None, else of
    x itself, a vector or a matrix.

    Raises ValueError for a number of axes that is neither."""
    axes = (axis,) if isinstance(axis, int) else None if axis is None else tuple(axis)
    if axes is None and ord is None:
        return vector_norm(x, None, keepdims)
    if axes is None:
        axes = tuple(range(x.ndim))
    if len(axes) == 1 and not isinstance(ord, str):
        return vector_norm(x, axes, keepdims, 2.0 if ord is None else ord)
    if len(axes) != 2:
        raise _core._ValueError(
            f"norm: {len(axes)} axes of shape {x.shape} and ord {ord!r}; expected one (a vector, with a number) or two (a matrix)"
        )
    y = matrix_norm(_core.moveaxis(x, axes, (-2, -1)), ord=ord)
    return _core.expand_dims(y, [each % x.ndim for each in axes]) if keepdims else y


def _name_of_ord(ord: float | str | None) -> str:
    """How the core spells it."""
    if ord is None:
        return "fro"
    if isinstance(ord, str):
        return ord
    return str(int(ord)) if float(ord).is_integer() else str(float(ord))


def _is_lapack_available() -> bool:
    """Always, for plugins without these ops leave them to the host. (The original was built with or without.)"""
    return True
