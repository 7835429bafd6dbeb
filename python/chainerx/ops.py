"""Ops that are not ChainerX's own, by namespace: those given to register_op, and those that plugins bring.

``chainerx.ops.acme.flash_attention(q, k, v)``
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

_namespaces: dict[str, _Namespace] = {}


class _Namespace(types.SimpleNamespace):
    """The ops of one plugin or program."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def __getattr__(self, op: str) -> Any:
        if not op.startswith("_") and (function := _find_plugin_op(self._name, op)) is not None:
            setattr(self, op, function)
            return function
        raise AttributeError(
            f"chainerx.ops.{self._name} has no op {op!r}; register it with chainerx.register_op()"
        )


def _find_plugin_op(namespace: str, op: str) -> Callable[..., Any] | None:
    """A function that calls a plugin's op; None if no plugin has brought it."""
    return None


def add(namespace: str, op: str, function: Callable[..., Any]) -> None:
    """Makes a function known as an op."""
    setattr(_namespaces.setdefault(namespace, _Namespace(namespace)), op, function)


def __getattr__(name: str) -> _Namespace:
    if name in _namespaces:
        return _namespaces[name]
    raise AttributeError(
        f"chainerx.ops has no namespace {name!r}; it comes with a plugin or with chainerx.register_op()"
    )


def __dir__() -> list[str]:
    return sorted(_namespaces)
