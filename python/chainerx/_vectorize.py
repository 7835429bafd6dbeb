"""Python functions of numbers applied to the elements of arrays, on the host."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy

from chainerx._conversion import array, to_numpy
from chainerx._core import ndarray


class vectorize:
    """A function of numbers as one of arrays: numpy.vectorize, whose arguments it has, with results on the device of the first array.

    It is called once for each element, in Python, and outside of graphs: composed functions are much faster. Results have NumPy's
    dtypes, so that Python's floats become float64, unless otypes says otherwise. Without pyfunc a decorator.
    """

    def __init__(self, pyfunc: Callable[..., Any] | None = None, *args: Any, **kwargs: Any) -> None:
        self._arguments = args, kwargs
        self._vectorized: Any = None
        if pyfunc is not None:
            self._set(pyfunc)

    def _set(self, pyfunc: Callable[..., Any]) -> None:
        args, kwargs = self._arguments
        self._vectorized = numpy.vectorize(pyfunc, *args, **kwargs)
        functools.update_wrapper(self, pyfunc)
        self.__doc__ = self._vectorized.__doc__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._vectorized is None:
            self._set(*args, **kwargs)
            return self
        given = [each for each in (*args, *kwargs.values()) if isinstance(each, ndarray)]
        device = given[0].device if given else None
        results = self._vectorized(
            *map(_host, args), **{name: _host(each) for name, each in kwargs.items()}
        )
        if isinstance(results, tuple):
            return tuple(array(each, device=device) for each in results)
        return array(results, device=device)


def _host(value: Any) -> Any:
    return to_numpy(value) if isinstance(value, ndarray) else value
