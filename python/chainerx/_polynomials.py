"""Polynomials as vectors of coefficients, that of the highest power first. Differentiable, but for what is decided by values."""

from __future__ import annotations

import operator
import warnings
from typing import Any

import numpy

from chainerx import _core
from chainerx._conversion import asarray
from chainerx._core import _linalg, ndarray
from chainerx._dtype_functions import finfo
from chainerx._editing import trim_zeros


def _vector(function: str, p: Any) -> ndarray:
    """Coefficients, or a number as a constant."""
    result = _core.atleast_1d(asarray(p))
    if result.ndim != 1:
        raise _core.DimensionError(
            f"{function}: an array of shape {result.shape}; expected coefficients in one dimension"
        )
    return result


def _inexact(x: ndarray) -> ndarray:
    is_inexact = x.dtype.kind in "fc" or x.dtype.name == "bfloat16"
    return x if is_inexact else x.astype("float32")


def _zeros(n: int, like: ndarray) -> ndarray:
    return _core.zeros((n,), like.dtype, like.device)


def _descending(n: int, like: ndarray) -> ndarray:
    """n, n - 1 ... 1."""
    return _core.arange(n, 0, -1, "int64", like.device)


def poly(seq_of_zeros: Any) -> ndarray:
    """The coefficients (n + 1,) of the polynomial with these zeros (n,), and a leading one; of a square matrix, its characteristic
    polynomial. Real, if the zeros come in conjugate pairs. Waits for the device if they are complex.

    Raises DimensionError for others.
    """
    zeros = _core.atleast_1d(asarray(seq_of_zeros))
    if zeros.ndim == 2 and zeros.shape[0] == zeros.shape[1]:
        zeros = _linalg.eigvals(zeros)
    zeros = _inexact(_vector("poly", zeros))
    result = _core.ones((1,), zeros.dtype, zeros.device)
    for i in range(zeros.shape[0]):
        gap = _zeros(1, zeros)
        result = _core.concatenate([result, gap]) - _core.concatenate([gap, result * zeros[i]])
    if zeros.dtype.kind == "c":
        ordered = _core.sort(zeros) == _core.sort(_core.conj(zeros))
        if bool(_core.all(ordered)):
            return _core.real(result)
    return result


def roots(p: Any) -> ndarray:
    """The zeros (n,) of a polynomial, complex, with zeros behind for powers that all coefficients have. Waits for the device.

    The eigenvalues of the companion matrix (Horn and Johnson, Matrix Analysis, 1999, 3.3). Raises DimensionError for others than
    coefficients in one dimension.
    """
    given = _inexact(_vector("roots", p))
    coefficients = trim_zeros(given, "f")
    inner = trim_zeros(coefficients, "b")
    degree = inner.shape[0] - 1
    wide = "complex128" if given.dtype.name in ("float64", "complex128") else "complex64"
    at_zero = _core.zeros((coefficients.shape[0] - inner.shape[0],), wide, given.device)
    if degree < 1:
        return at_zero
    first = _core.expand_dims(-inner[1:] / inner[0], 0)
    shift = _core.eye(degree - 1, degree, 0, given.dtype, given.device)
    zeros = _linalg.eigvals(_core.concatenate([first, shift])).astype(wide, copy=False)
    return _core.concatenate([zeros, at_zero])


def polyadd(a1: Any, a2: Any) -> ndarray:
    """The sum of two polynomials."""
    first, second = _aligned(_vector("polyadd", a1), _vector("polyadd", a2))
    return first + second


def polysub(a1: Any, a2: Any) -> ndarray:
    """The difference of two polynomials."""
    first, second = _aligned(_vector("polysub", a1), _vector("polysub", a2))
    return first - second


def _aligned(a: ndarray, b: ndarray) -> tuple[ndarray, ndarray]:
    """Both with as many coefficients, with zeros in front."""
    n = max(a.shape[0], b.shape[0])
    return (
        _core.concatenate([_zeros(n - a.shape[0], a), a]),
        _core.concatenate([_zeros(n - b.shape[0], b), b]),
    )


def polymul(a1: Any, a2: Any) -> ndarray:
    """The product of two polynomials, without leading zeros in either. Waits for the device."""
    first, second = (_vector("polymul", each) for each in (a1, a2))
    return _core.convolve(_trimmed(first), _trimmed(second))


def _trimmed(p: ndarray) -> ndarray:
    """Without leading zeros, but with one coefficient at least."""
    result = trim_zeros(p, "f")
    return result if result.shape[0] > 0 else _zeros(1, p)


def polydiv(u: Any, v: Any) -> tuple[ndarray, ndarray]:
    """The quotient and the remainder of u divided by v, whose first coefficient is not zero; leading coefficients of the remainder that
    are below 1e-8 are left out. Waits for the device.

    Raises ValueError for a v without coefficients.
    """
    dividend, divisor = _inexact(_vector("polydiv", u)), _inexact(_vector("polydiv", v))
    if divisor.shape[0] == 0:
        raise _core._ValueError("polydiv: v has no coefficients; expected at least one")
    dtype = _core._promote_types(dividend.dtype, divisor.dtype)
    rest, divisor = dividend.astype(dtype, copy=False), divisor.astype(dtype, copy=False)
    n = divisor.shape[0]
    quotient = []
    for _ in range(rest.shape[0] - n + 1):
        factor = rest[:1] / divisor[0]
        quotient.append(factor)
        rest = _core.concatenate([rest[1:n] - factor * divisor[1:], rest[n:]])
    if rest.shape[0] == 0:
        rest = _zeros(1, rest)
    (kept,) = _core.nonzero(_core.abs(rest.as_grad_stopped()) > 1e-8)
    first = int(kept[0]) if kept.size else rest.shape[0] - 1
    return _core.concatenate(quotient) if quotient else _zeros(1, rest), rest[first:]


def polyder(p: Any, m: int = 1) -> ndarray:
    """The m-th derivative of a polynomial; without coefficients where nothing is left.

    Raises ValueError for a negative m.
    """
    result = _vector("polyder", p)
    for _ in range(_order("polyder", m)):
        if result.shape[0] > 0:
            result = result[:-1] * _descending(result.shape[0] - 1, result)
    return result


def polyint(p: Any, m: int = 1, k: Any = None) -> ndarray:
    """The m-th antiderivative of a polynomial. k: the constants of integration, in the order in which they are added, or one for all;
    zeros by default.

    Raises ValueError for a negative m, or fewer constants than m.
    """
    result = _inexact(_vector("polyint", p))
    order = _order("polyint", m)
    constants = (
        _zeros(order, result) if k is None else _core.atleast_1d(asarray(k, device=result.device))
    )
    if constants.shape[0] == 1 and order > 1:
        constants = _core.broadcast_to(constants, (order,))
    if constants.shape[0] < order:
        raise _core._ValueError(
            f"polyint: {constants.shape[0]} constants for m = {order}; expected one, or as many"
        )
    for i in range(order):
        raised = result / _descending(result.shape[0], result)
        result = _core.concatenate([raised, constants[i : i + 1].astype(result.dtype, copy=False)])
    return result


def _order(function: str, m: Any) -> int:
    order = operator.index(m)
    if order < 0:
        raise _core._ValueError(f"{function}: m is {order}; expected zero or more")
    return order


def _rank_warning() -> type[Warning]:
    """NumPy's, which NumPy 2 has elsewhere than NumPy 1."""
    category: type[Warning] = (
        numpy.RankWarning if hasattr(numpy, "RankWarning") else numpy.exceptions.RankWarning
    )
    return category


def polyfit(
    x: Any,
    y: Any,
    deg: int,
    rcond: float | None = None,
    full: bool = False,
    w: Any = None,
    cov: bool | str = False,
) -> Any:
    """The polynomial of degree deg that fits y (m,) or (m, k) at x (m,) best, by least squares: coefficients (deg + 1,) or (deg + 1, k).

    rcond: singular values up to rcond times the greatest count as zero (default m * eps). w: weights (m,) of the residuals.
    full: (coefficients, residuals, rank, singular values, rcond), as linalg.lstsq has them. cov: (coefficients, their covariances
    (deg + 1, deg + 1) or (deg + 1, deg + 1, k)), scaled by the residuals unless it is 'unscaled'. Waits for the device.

    Raises ValueError for a negative degree or points too few for cov, DimensionError for arrays that do not fit each other. Warns if
    the fit is not determined.
    """
    places, values = _inexact(asarray(x)), _inexact(asarray(y))
    n_terms = operator.index(deg) + 1
    if n_terms < 1:
        raise _core._ValueError(f"polyfit: deg is {deg}; expected zero or more")
    if places.ndim != 1 or values.ndim not in (1, 2) or places.shape[0] != values.shape[0]:
        raise _core.DimensionError(
            f"polyfit: x of shape {places.shape} and y of shape {values.shape}; expected (m,) and (m,) or (m, k)"
        )
    n = places.shape[0]
    if n == 0:
        raise _core._ValueError("polyfit: x has no elements; expected at least one")
    rtol = n * finfo(places.dtype).eps if rcond is None else rcond
    terms = _core.vander(places, n_terms)
    if w is not None:
        weights = _inexact(asarray(w, device=places.device))
        if weights.shape != (n,):
            raise _core.DimensionError(
                f"polyfit: w has shape {weights.shape}; expected that of x, {(n,)}"
            )
        weights = _core.expand_dims(weights, 1)
        terms = terms * weights
        values = values * (weights if values.ndim == 2 else weights[:, 0])
    scale = _core.sqrt(_core.sum(_core.square(terms), 0))
    terms = terms / scale
    fit, residuals, rank, s = _linalg.lstsq(terms, values, rtol)
    coefficients = fit / (scale if values.ndim == 1 else _core.expand_dims(scale, 1))
    if full:
        return coefficients, residuals, rank, s, rtol
    if int(rank) != n_terms:
        warnings.warn(
            "polyfit: the points do not determine the polynomial; expected a lower degree",
            _rank_warning(),
            stacklevel=2,
        )
    if cov is False:
        return coefficients
    base = _linalg.inv(terms.T @ terms) / _core.outer(scale, scale)
    if cov != "unscaled":
        if n <= n_terms:
            raise _core._ValueError(
                f"polyfit: {n} points for {n_terms} coefficients; expected more, or cov='unscaled'"
            )
        factor = residuals / (n - n_terms)
        base = base * factor if values.ndim == 1 else _core.expand_dims(base, 2) * factor
    elif values.ndim == 2:
        base = _core.expand_dims(base, 2)
    return coefficients, base
