"""mgrid and ogrid: coordinates written as slices."""

from __future__ import annotations

from typing import Any

from chainerx import _core


class _Grid:
    """Indexing it gives the coordinates of a grid; a step like 5j means so many points, the end included."""

    def __init__(self, is_dense: bool) -> None:
        self._is_dense = is_dense

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return self._axis(key)
        axes = [self._axis(part) for part in key]
        dtype = axes[0].dtype
        for axis in axes:
            dtype = _core._promote_types(dtype, axis.dtype)
        axes = [axis.astype(dtype, copy=False) for axis in axes]
        n = len(axes)
        open_grid = [
            axis.reshape([axis.size if i == j else 1 for j in range(n)])
            for i, axis in enumerate(axes)
        ]
        if not self._is_dense:
            return tuple(open_grid)
        shape = tuple(axis.size for axis in axes)
        return _core.stack([_core.broadcast_to(axis, shape) for axis in open_grid], 0)

    @staticmethod
    def _axis(part: slice) -> _core.ndarray:
        start = 0 if part.start is None else part.start
        if isinstance(part.step, complex):
            return _core.linspace(start, part.stop, int(abs(part.step)))
        return _core.arange(start, part.stop, 1 if part.step is None else part.step)


mgrid = _Grid(True)
ogrid = _Grid(False)
