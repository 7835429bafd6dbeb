"""Decorators that run a test with NumPy and with ChainerX and compare what it returns."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import numpy

import chainerx
from chainerx.testing import array

_Test = TypeVar("_Test", bound=Callable[..., Any])


class _IgnoreResult(Exception):
    """Raised by ignore()."""


def ignore() -> None:
    """In a decorated test: this case is not to be compared."""
    raise _IgnoreResult()


class _ResultsCheckFailure(AssertionError):
    """The results of NumPy and ChainerX differ."""


def _outcome(
    test: Callable[..., Any], accept: tuple[type[BaseException], ...], *args: Any, **kwargs: Any
) -> Any:
    try:
        return test(*args, **kwargs), None
    except accept as error:
        return None, error


def _compare(numpy_result: Any, result: Any, check: Callable[[Any, Any], None]) -> None:
    if isinstance(numpy_result, (tuple, list)):
        if not isinstance(result, type(numpy_result)) or len(result) != len(numpy_result):
            raise _ResultsCheckFailure(f"results: NumPy gave {numpy_result!r}, ChainerX {result!r}")
        for expected, actual in zip(numpy_result, result, strict=True):
            _compare(expected, actual, check)
        return
    if isinstance(numpy_result, (numpy.ndarray, numpy.generic)):
        if not isinstance(result, chainerx.ndarray):
            raise _ResultsCheckFailure(
                f"results: ChainerX gave a {type(result).__name__}; expected a chainerx.ndarray"
            )
        if result.device is not chainerx.get_default_device():
            raise _ResultsCheckFailure(
                f"results: the array is on {result.device}; expected {chainerx.get_default_device()}"
            )
        if result.shape != numpy_result.shape:
            raise _ResultsCheckFailure(
                f"results: shape {result.shape}; expected NumPy's, {numpy_result.shape}"
            )
    check(result, numpy_result)


def _decorator(
    check: Callable[[Any, Any], None],
    name: str,
    accept: type[BaseException] | tuple[type[BaseException], ...],
) -> Callable[[_Test], _Test]:
    accepted = accept if isinstance(accept, tuple) else (accept,)

    def decorate(test: _Test) -> _Test:
        @functools.wraps(test)
        def run(*args: Any, **kwargs: Any) -> None:
            try:
                expected, numpy_error = _outcome(test, accepted, *args, **{**kwargs, name: numpy})
                actual, error = _outcome(test, accepted, *args, **{**kwargs, name: chainerx})
            except _IgnoreResult:
                return
            if (error is None) != (numpy_error is None):
                raise _ResultsCheckFailure(
                    f"errors: NumPy {numpy_error!r}, ChainerX {error!r}"
                ) from (error or numpy_error)
            if error is None:
                _compare(expected, actual, check)

        # pytest must not look for a fixture of that name.
        signature = inspect.signature(test)
        run.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=[p for p in signature.parameters.values() if p.name != name]
        )
        del run.__wrapped__
        return run  # type: ignore[return-value]

    return decorate


def numpy_chainerx_allclose(
    *,
    rtol: float = 1e-7,
    atol: float = 0,
    equal_nan: bool = True,
    err_msg: str = "",
    verbose: bool = True,
    name: str = "xp",
    dtype_check: bool | None = None,
    strides_check: bool | None = None,
    accept_error: type[BaseException] | tuple[type[BaseException], ...] = (),
    **tolerances: float,
) -> Callable[[_Test], _Test]:
    """Calls the test with xp=numpy and with xp=chainerx; what it returns must be close, and of the same dtype."""

    def check(x: Any, y: Any) -> None:
        array.assert_allclose_ex(
            x,
            y,
            rtol,
            atol,
            equal_nan,
            err_msg,
            verbose,
            dtype_check=dtype_check,
            strides_check=strides_check,
            **tolerances,
        )

    return _decorator(check, name, accept_error)


def numpy_chainerx_array_equal(
    *,
    err_msg: str = "",
    verbose: bool = True,
    name: str = "xp",
    dtype_check: bool | None = None,
    strides_check: bool | None = None,
    accept_error: type[BaseException] | tuple[type[BaseException], ...] = (),
) -> Callable[[_Test], _Test]:
    """Calls the test with xp=numpy and with xp=chainerx; what it returns must be equal, and of the same dtype."""

    def check(x: Any, y: Any) -> None:
        array.assert_array_equal_ex(
            x, y, err_msg, verbose, dtype_check=dtype_check, strides_check=strides_check
        )

    return _decorator(check, name, accept_error)
