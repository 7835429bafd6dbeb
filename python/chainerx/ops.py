"""Ops that are not ChainerX's own, by namespace: those given to register_op, and those that plugins bring.

``chainerx.ops.acme.flash_attention(q, k, v, causal=True)``: operands by position, attributes by name.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from chainerx import _core, plugins
from chainerx._core import Device, ndarray

_namespaces: dict[str, _Namespace] = {}


class _Namespace(types.SimpleNamespace):
    """The ops of one plugin or program."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def __getattr__(self, op: str) -> Any:
        if not op.startswith("_"):
            for description in _core._plugin_ops():
                if description["name"] == f"{self._name}.{op}":
                    function = _plugin_op(description)
                    setattr(self, op, function)
                    return function
        raise AttributeError(
            f"chainerx.ops.{self._name} has no op {op!r}; register it with chainerx.register_op()"
        )

    def __dir__(self) -> list[str]:
        brought = (d["name"].partition(".") for d in _core._plugin_ops())
        own = {op for op in vars(self) if not op.startswith("_")}
        return sorted({*own, *(op for owner, _, op in brought if owner == self._name)})


def _plugin_op(description: dict[str, Any]) -> Callable[..., Any]:
    """A function that calls a plugin's op."""
    name = description["name"]

    def call(*inputs: ndarray | None, device: Device | str | None = None, **attributes: Any) -> Any:
        outputs = _core._call_op(name, inputs, attributes, device)
        return outputs[0] if description["n_outputs"] == 1 else tuple(outputs)

    call.__name__, call.__qualname__ = name.rpartition(".")[2], name
    call.__doc__ = "\n\n".join(
        part
        for part in (description["doc"], "Attributes: " + ", ".join(description["attributes"]))
        if part != "Attributes: "
    )
    return call


def _has_ops(namespace: str) -> bool:
    return any(d["name"].startswith(f"{namespace}.") for d in _core._plugin_ops())


def _open_plugin_named(namespace: str) -> None:
    """A plugin's ops are known once its first device is open."""
    if namespace in plugins.names():
        _core.get_device(namespace)


def add(namespace: str, op: str, function: Callable[..., Any]) -> None:
    """Makes a function known as an op."""
    setattr(_namespaces.setdefault(namespace, _Namespace(namespace)), op, function)


def __getattr__(name: str) -> _Namespace:
    if name in _namespaces:
        return _namespaces[name]
    if not name.startswith("_"):
        if not _has_ops(name):
            _open_plugin_named(name)
        if _has_ops(name):
            return _namespaces.setdefault(name, _Namespace(name))
    raise AttributeError(
        f"chainerx.ops has no namespace {name!r}; it comes with a plugin or with chainerx.register_op()"
    )


def __dir__() -> list[str]:
    return sorted({*_namespaces, *(d["name"].partition(".")[0] for d in _core._plugin_ops())})
