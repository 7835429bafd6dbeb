"""Arrays of a plugin's devices on their way to other libraries and back; the kit's cases dlpack.*.

python -m chainerx.testing.dlpack_round_trip PLUGIN LIBRARY
prints a case of the kit as JSON: outcome, text, notes.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from typing import Any

import numpy

import chainerx

LIBRARIES = ("numpy", "torch")

_CPU = 1  # DLPack's number for memory of the host
_DTYPES = ("bool", "int8", "int32", "int64", "uint8", "float16", "float32", "float64")


class _Skipped(Exception):
    """The case does not apply."""


def _require(holds: bool, text: str) -> None:
    if not holds:
        raise AssertionError(text)


def _same(array: chainerx.ndarray, expected: numpy.ndarray[Any, Any], what: str) -> None:
    found = chainerx.to_numpy(array)
    _require(
        found.dtype == expected.dtype and numpy.array_equal(found, expected),
        f"{what}: {found.tolist()}; expected {expected.tolist()}",
    )


def _device(plugin: str) -> chainerx.Device:
    name = plugin if plugin in chainerx.plugins.names() else chainerx.plugins.load_plugin(plugin)
    for report in chainerx.plugins.reports():
        if report["name"] == name and report["kernels_for"]:
            raise _Skipped("a kernel provider has no memory of its own")
    try:
        return chainerx.get_device(f"{name}:0")
    except chainerx.DeviceError as error:
        raise _Skipped(str(error)) from error


def _check_refusal(array: chainerx.ndarray, from_dlpack: Callable[[Any], Any], kind: int) -> None:
    """Whoever can't address the memory must not get it."""
    try:
        from_dlpack(array)
    except (BufferError, RuntimeError, TypeError, ValueError):
        return
    raise AssertionError(f"the library took memory of DLPack's device type {kind} for the host's")


def _check_round_trip(device: chainerx.Device, from_dlpack: Callable[[Any], Any]) -> None:
    for dtype in _DTYPES:
        host = numpy.arange(24).reshape(4, 6).astype(dtype)
        whole = chainerx.array(host, device=device)
        for what, view, expected in (
            ("whole", whole, host),
            ("transposed", whole.T, host.T),
            ("every other column", whole[:, 1::2], host[:, 1::2]),
            ("empty", whole[:0], host[:0]),
            ("one element", whole[2, 3], host[2, 3]),
        ):
            theirs = from_dlpack(view)
            told = numpy.asarray(theirs)
            _require(
                told.dtype == expected.dtype and numpy.array_equal(told, expected),
                f"{dtype}, {what}: there {told.tolist()}; expected {expected.tolist()}",
            )
            _same(chainerx.from_dlpack(theirs), numpy.asarray(expected), f"{dtype}, {what}: back")
        del theirs, told
        # One memory: what is written on either side is seen on the other.
        theirs = from_dlpack(whole)
        whole[1:2] = chainerx.array(host[:1], device=device)
        device.synchronize()
        host[1] = host[0]
        told = numpy.asarray(theirs)
        _require(numpy.array_equal(told, host), f"{dtype}: what is written here is not seen there")
        del whole
        _require(numpy.array_equal(told, host), f"{dtype}: gone with the array that it came from")


def check(plugin: str, library: str) -> list[str]:
    """Notes; raises if something is wrong, or _Skipped."""
    try:
        module = importlib.import_module(library)
    except ImportError as error:
        raise _Skipped(f"{library} is not installed") from error
    device = _device(plugin)
    array = chainerx.array(numpy.arange(6, dtype="float32"), device=device)
    kind = array.__dlpack_device__()[0]
    if kind == _CPU:
        _check_round_trip(device, module.from_dlpack)
        return [f"one memory with {library} {module.__version__}"]
    _check_refusal(array, module.from_dlpack, kind)
    host = array.to_device("native:0")
    _require(
        numpy.asarray(module.from_dlpack(host)).tolist() == [0, 1, 2, 3, 4, 5],
        "what was copied to the host is not what was there",
    )
    return [f"memory of DLPack's device type {kind}, which {library} is right not to take"]


def main(plugin: str, library: str) -> dict[str, Any]:
    """The case as the kit's report has it."""
    try:
        return {"outcome": "passed", "text": "", "notes": check(plugin, library)}
    except _Skipped as skipped:
        return {"outcome": "skipped", "text": str(skipped), "notes": []}
    except Exception as error:
        return {"outcome": "failed", "text": f"{type(error).__name__}: {error}", "notes": []}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
