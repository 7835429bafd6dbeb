"""Functions that few programs call: their modules are imported when one of them is called or looked at for the first time.

A __getattr__ of the module chainerx would do as well, but the interpreter remembers where chainerx.f is only in modules without one,
and that makes every call of every function faster.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

_NAMES = {
    "_along_axis": "apply_along_axis apply_over_axes",
    "_choices": "mask_indices piecewise real_if_close",
    "_iteration": "ndenumerate",
    "_memory": "asarray_chkfinite may_share_memory require shares_memory",
    "_polynomials": "poly polyadd polyder polydiv polyfit polyint polymul polysub roots",
    "_printing": "array2string array_repr array_str",
    "_text_files": "genfromtxt savetxt",
    "_vectorize": "vectorize",
}


def _function(module: str, name: str) -> Any:
    return getattr(importlib.import_module(f"chainerx.{module}"), name)


class Deferred:
    """Stands for a function until it is wanted, then gives its place to it."""

    def __init__(self, module: str, name: str) -> None:
        self._place = (module, name)

    def _resolve(self) -> Any:
        function = _function(*self._place)
        vars(sys.modules["chainerx"])[self._place[1]] = function
        return function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._resolve()(*args, **kwargs)

    # What tools look at: __doc__, __signature__ ...
    def __getattribute__(self, name: str) -> Any:
        if name in ("__class__", "__reduce__", "__reduce_ex__", "_place", "_resolve"):
            return object.__getattribute__(self, name)
        function = self._resolve()
        if name == "__signature__":
            return importlib.import_module("inspect").signature(function)
        return getattr(function, name)

    def __repr__(self) -> str:
        return repr(self._resolve())

    def __reduce__(self) -> Any:
        return _function, self._place


def install(namespace: dict[str, Any]) -> None:
    """Puts all of them into the namespace."""
    for module, names in _NAMES.items():
        for name in names.split():
            namespace[name] = Deferred(module, name)
