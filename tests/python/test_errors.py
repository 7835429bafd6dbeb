"""Exception classes and what the core's messages look like from Python."""

from __future__ import annotations

import builtins

import pytest

import chainerx as chx


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("ContextError", RuntimeError),
        ("BackendError", RuntimeError),
        ("PluginError", chx.BackendError),
        ("DeviceError", RuntimeError),
        ("OutOfMemoryError", MemoryError),
        ("SyncTimeoutError", TimeoutError),
        ("DimensionError", ValueError),
        ("DtypeError", TypeError),
        ("NotImplementedError", builtins.NotImplementedError),
        ("GradientError", RuntimeError),
        ("GradientCheckError", AssertionError),
        ("FallbackError", RuntimeError),
    ],
)
def test_classes(name: str, builtin: type[Exception]) -> None:
    error = getattr(chx, name)
    assert issubclass(error, chx.ChainerxError)
    assert issubclass(error, builtin)
    assert error.__module__ == "chainerx"
    assert error.__doc__


def test_raised_classes() -> None:
    with pytest.raises(chx.DimensionError, match=r"\(2,\).*\(3,\)"):
        chx.ones(2) + chx.ones(3)
    with pytest.raises(chx.DtypeError, match="bool"):
        -chx.ones(2, bool)
    with pytest.raises(chx.BackendError, match="nonesuch"):
        chx.get_device("nonesuch:0")
    with pytest.raises(chx.DeviceError):
        chx.get_device("native:x")
    with pytest.raises((chx.DeviceError, IndexError)):
        chx.get_device("native:1000")
    with pytest.raises(chx.ChainerxError) as caught:
        chx.ones(2)[5]
    assert isinstance(caught.value, IndexError)
    with pytest.raises(ValueError, match="reshape"):
        chx.ones((2, 3)).T.reshape(6, copy=False)


def test_arrays_of_two_devices() -> None:
    with pytest.raises(chx.DeviceError, match="native:1"):
        chx.ones(2) + chx.ones(2, device="native:1")
