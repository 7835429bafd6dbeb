"""Context, which names backends and graphs, and the scopes that switch default devices."""

from __future__ import annotations

import threading
from typing import Any

from chainerx import _core
from chainerx._core import Backend, BackpropId, Device


class Context:
    """What owns backends and graphs. There is one in a process: Context() always gives the same object."""

    _instance: Context | None = None

    def __new__(cls) -> Context:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def get_backend(self, name: str) -> Backend:
        return _core.get_backend(name)

    def get_device(self, *device: Any) -> Device:
        return _core.get_device(*device)

    def make_backprop_id(self, backprop_name: str) -> BackpropId:
        return _core._make_backprop_id(backprop_name)

    def release_backprop_id(self, backprop_id: BackpropId) -> None:
        _core._release_backprop_id(backprop_id)

    def _check_valid_backprop_id(self, backprop_id: BackpropId) -> None:
        _core._check_valid_backprop_id(backprop_id)

    def __repr__(self) -> str:
        return "<chainerx.Context>"


_global_context = Context()  # the one that there is when nobody sets another
_global_default: Context | None = _global_context


class _ThreadDefault(threading.local):
    context: Context | None = None


_thread_default = _ThreadDefault()


def get_global_default_context() -> Context:
    """The context of threads that set none of their own."""
    if _global_default is None:
        raise _core.ContextError(
            "context: there is no global default context; expected one; "
            "call set_global_default_context(Context())"
        )
    return _global_default


def set_global_default_context(context: Context | None) -> None:
    """Sets or, with None, takes away the context of threads that set none of their own."""
    global _global_default
    _global_default = context


def get_default_context() -> Context:
    """This thread's context, or the global default one."""
    return _thread_default.context or get_global_default_context()


def set_default_context(context: Context | None) -> None:
    """Sets this thread's context; None goes back to the global default one."""
    _thread_default.context = context


class ContextScope:
    """Makes a context this thread's default for a while; restores the default device, too."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def __enter__(self) -> ContextScope:
        self._previous = _thread_default.context
        self._previous_device = _core.get_default_device()
        _thread_default.context = self._context
        return self

    def __exit__(self, *exception: object) -> None:
        _thread_default.context = self._previous
        _core.set_default_device(self._previous_device)


def context_scope(context: Context) -> ContextScope:
    """A scope with this context as the thread's default."""
    return ContextScope(context)


class DeviceScope:
    """Makes a device this thread's default for a while."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self._previous: list[Device] = []

    def __enter__(self) -> DeviceScope:
        self._previous.append(_core.get_default_device())
        _core.set_default_device(self.device)
        return self

    def __exit__(self, *exception: object) -> None:
        _core.set_default_device(self._previous.pop())


def using_device(device: Device | str, index: int | None = None) -> DeviceScope:
    """A scope with a device as the thread's default: ``with using_device('native:1'):``."""
    return DeviceScope(_core.get_device(device, index))
