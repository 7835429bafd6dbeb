"""Devices, backends, contexts and the scopes that switch defaults."""

from __future__ import annotations

import threading

import pytest

import chainerx as chx


def test_names_and_identity() -> None:
    device = chx.get_device("native:1")
    assert (device.name, device.index, repr(device), str(device)) == (
        "native:1",
        1,
        "native:1",
        "native:1",
    )
    for again in (
        chx.get_device("native", 1),
        chx.get_device(device),
        chx.zeros(1, device="native:1").device,
    ):
        assert again is device
    assert chx.get_device("native") is chx.get_device("native:0")
    assert device == device
    assert device != chx.get_device("native:0")
    assert hash(device) == hash(device)
    backend = chx.get_backend("native")
    assert backend.name == "native"
    assert backend.get_device_count() >= 2
    assert backend.get_device(1) is device
    assert device.backend.name == "native"
    assert device.context is backend.context is chx.Context()
    device.synchronize()
    assert device.memory["used"] >= 0
    assert device.description
    device.trim_memory()


def test_default_device() -> None:
    assert chx.get_default_device() is chx.get_device() is chx.get_device("native:0")
    try:
        chx.set_default_device("native:1")
        assert chx.zeros(1).device.name == "native:1"
        seen: list[str] = []
        thread = threading.Thread(target=lambda: seen.append(chx.get_default_device().name))
        thread.start()
        thread.join()
        assert seen == ["native:0"]
        chx.set_default_device(chx.get_device("native:0"))
        assert chx.zeros(1).device.name == "native:0"
    finally:
        chx.set_default_device(None)


def test_using_device() -> None:
    for arguments in (("native:1",), ("native", 1), (chx.get_device("native:1"),)):
        with chx.using_device(*arguments) as scope:
            assert scope.device is chx.get_default_device() is chx.get_device("native:1")
        assert chx.get_default_device().name == "native:0"
    scope = chx.using_device("native:1")
    with scope, scope:
        pass
    assert chx.get_default_device().name == "native:0"


def test_to_device() -> None:
    a = chx.array([1, 2])
    b = a.to_device("native:1")
    assert b.device is chx.get_device("native:1")
    assert b.tolist() == [1, 2]
    assert a.to_device("native", 1).device is b.device
    assert b.to_device(a.device).device is a.device
    with pytest.raises(TypeError, match="device"):
        a.to_device(3)  # type: ignore[call-overload]


def test_context() -> None:
    context = chx.get_default_context()
    assert context is chx.get_global_default_context() is chx.Context()
    assert context.get_device("native:1") is chx.get_device("native:1")
    assert context.get_backend("native").name == "native"
    with chx.context_scope(context):
        chx.set_default_device("native:1")
    assert chx.get_default_device().name == "native:0"
    chx.set_global_default_context(None)
    try:
        with pytest.raises(chx.ContextError):
            chx.get_default_context()
        chx.set_default_context(context)
        assert chx.get_default_context() is context
    finally:
        chx.set_default_context(None)
        chx.set_global_default_context(context)


def test_threads() -> None:
    threads = chx.num_threads()
    chx.set_num_threads(1)
    assert chx.num_threads() == 1
    chx.set_num_threads(threads)
    assert chx.is_available()
