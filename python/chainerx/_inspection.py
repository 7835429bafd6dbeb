"""What the array API standard calls inspection: chainerx.__array_namespace_info__()."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy

from chainerx import _core, _dtype_functions, plugins
from chainerx._core import Device

_NAMES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
_NAMES += ["float32", "float64", "complex64", "complex128"]


class ArrayNamespaceInfo:
    """Capabilities, devices and dtypes of this library; all devices have the same dtypes."""

    @staticmethod
    def capabilities() -> dict[str, Any]:
        """What is optional in the standard, and the greatest number of dimensions."""
        return {
            "boolean indexing": True,
            "data-dependent shapes": True,
            "max dimensions": _core._MAX_NDIM,
        }

    @staticmethod
    def default_device() -> Device:
        """The device that arrays are made on unless another one is asked for."""
        return _core.get_default_device()

    @staticmethod
    def default_dtypes(*, device: Any = None) -> dict[str, numpy.dtype[Any]]:
        """The dtypes of what is made of Python numbers, and that of indices."""
        defaults = {
            "real floating": "float32",
            "complex floating": "complex64",
            "integral": "int64",
            "indexing": "int64",
        }
        return {kind: _core._dtype(name) for kind, name in defaults.items()}

    @staticmethod
    def dtypes(*, device: Any = None, kind: Any = None) -> dict[str, numpy.dtype[Any]]:
        """The standard's dtypes by their names, all or those of a kind, as isdtype takes it; float16 and bfloat16 are beyond it."""
        return {
            name: _core._dtype(name)
            for name in _NAMES
            if kind is None or _dtype_functions.isdtype(name, kind)
        }

    @staticmethod
    def devices() -> tuple[Device, ...]:
        """All devices of the plugins that are installed; this loads them. What cannot be loaded is left out: see plugins.doctor."""
        found: list[Device] = []
        for name in [name for report in plugins.reports() for name in report["devices"]]:
            with contextlib.suppress(_core.ChainerxError):
                backend = _core.get_backend(name)
                found += [backend.get_device(i) for i in range(backend.get_device_count())]
        return tuple(found)


def __array_namespace_info__() -> ArrayNamespaceInfo:
    """Inspection as in the array API standard: capabilities, default_device, default_dtypes, devices and dtypes."""
    return ArrayNamespaceInfo()
