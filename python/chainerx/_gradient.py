"""Scopes of differentiation: graphs of their own, and switching recording off and on."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from chainerx import _core
from chainerx._context import Context
from chainerx._core import BackpropId

_Ids = Context | BackpropId | Sequence[BackpropId] | None


def _id_list(ids: _Ids) -> list[BackpropId] | None:
    if ids is None or isinstance(ids, Context):
        return None
    return [ids] if isinstance(ids, BackpropId) else list(ids)


class _BackpropMode(contextlib.ContextDecorator):
    _enable: bool

    def __init__(self, backprop_ids: _Ids = None) -> None:
        self._ids = _id_list(backprop_ids)
        self._scopes: list[_core._ModeScope] = []

    def __enter__(self) -> None:
        self._scopes.append(_core._ModeScope(self._enable, self._ids))

    def __exit__(self, *exception: object) -> None:
        self._scopes.pop().close()


class NoBackpropMode(_BackpropMode):
    """On this thread, records nothing: for all graphs, or for the given ones."""

    _enable = False


class ForceBackpropMode(_BackpropMode):
    """On this thread, records again inside of a NoBackpropMode."""

    _enable = True


def no_backprop_mode(backprop_ids: _Ids = None) -> NoBackpropMode:
    """A scope (or decorator) in which nothing is recorded: for all graphs, or for the given ones."""
    return NoBackpropMode(backprop_ids)


def force_backprop_mode(backprop_ids: _Ids = None) -> ForceBackpropMode:
    """A scope (or decorator) in which operations are recorded again inside of no_backprop_mode."""
    return ForceBackpropMode(backprop_ids)


def is_backprop_required(
    backprop_id: BackpropId | None = None, context: Context | None = None
) -> bool:
    """Whether this thread records for the graph."""
    return _core._is_backprop_required(backprop_id)


class BackpropScope:
    """A graph of its own; entering gives its BackpropId. To be entered once."""

    def __init__(self, backprop_name: str, context: Context | None = None) -> None:
        self._name = backprop_name
        self._id: BackpropId | None = None

    def __enter__(self) -> BackpropId:
        if self._id is not None:
            raise _core.ChainerxError(
                "backprop_scope: it was entered before; expected a new scope; call backprop_scope() again"
            )
        self._id = _core._make_backprop_id(self._name)
        return self._id

    def __exit__(self, *exception: object) -> None:
        assert self._id is not None
        _core._release_backprop_id(self._id)


def backprop_scope(backprop_name: str, context: Context | None = None) -> BackpropScope:
    """``with backprop_scope('inner') as backprop_id:`` differentiates in a graph apart from the default one."""
    return BackpropScope(backprop_name, context)
