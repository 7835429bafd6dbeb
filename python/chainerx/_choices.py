"""Elements chosen by conditions and by values: piecewise functions, indices by masks, complex numbers that are real."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from chainerx import _core
from chainerx._conversion import array
from chainerx._core import ndarray
from chainerx._dtype_functions import finfo
from chainerx._editing import index_put


def _conditions(x: ndarray, condlist: Any) -> list[ndarray]:
    """Conditions, an array or a list of them, as arrays of x's shape."""
    is_one = not isinstance(condlist, (list, tuple)) or (
        x.ndim > 0 and not isinstance(condlist[0], (list, tuple, ndarray))
    )
    if isinstance(condlist, ndarray) and condlist.ndim > x.ndim:
        is_one = False
    return [
        _core.broadcast_to(array(each, "bool", copy=False, device=x.device), x.shape)
        for each in ([condlist] if is_one else condlist)
    ]


def piecewise(x: ndarray, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> ndarray:
    """The values of functions of x, each where its condition holds, in x's shape and dtype; where several do, the last one counts.

    condlist: conditions, arrays or lists of bool of x's shape. funclist: for each a function, called with the elements that fulfil
    it as a vector, and args and kw; or a number. One more stands for where none holds, which else is zero. Differentiable in x
    and in what the functions use. Waits for the device.

    Raises ValueError unless there is one function for each condition, or one more.
    """
    conditions = _conditions(x, condlist)
    if len(funclist) not in (len(conditions), len(conditions) + 1):
        raise _core._ValueError(
            f"piecewise: {len(funclist)} functions for {len(conditions)} conditions; expected one for each, and perhaps one more"
        )
    if len(funclist) > len(conditions):
        met = conditions[0]
        for condition in conditions[1:]:
            met = _core.logical_or(met, condition)
        conditions.append(_core.logical_not(met))
    result = _core.zeros_like(x)
    for condition, function in zip(conditions, funclist, strict=True):
        if callable(function):
            values = function(x[condition], *args, **kw)
            if not isinstance(values, ndarray):
                values = array(values, x.dtype, device=x.device)
            result = index_put(result, condition, values.astype(x.dtype, copy=False))
        else:
            value = array(function, x.dtype, device=x.device)
            result = _core.where(condition, value, result)
    return result


def mask_indices(
    n: int, mask_func: Callable[..., ndarray], k: Any = 0, *, device: Any = None
) -> tuple[ndarray, ...]:
    """The indices of the elements of an n x n matrix that mask_func(matrix, k), such as chainerx.triu, keeps. Waits for the device."""
    return _core.nonzero(mask_func(_core.ones((n, n), "int64", device), k))


def real_if_close(a: ndarray, tol: float = 100) -> ndarray:
    """The real part of a, if no imaginary part is tol times the dtype's eps or more - or tol itself, if that is not above 1 - else a
    itself. Waits for the device."""
    if a.dtype.kind != "c":
        return a
    limit = tol * finfo(a.dtype).eps if tol > 1 else tol
    return _core.real(a) if bool(_core.all(_core.abs(_core.imag(a)) < limit)) else a
