"""ndarray.flat: the elements row by row, wherever they lie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy

from chainerx import _core
from chainerx._conversion import array, to_numpy
from chainerx._core import ndarray


class FlatIterator:
    """The elements of an array, row by row, as if it had one dimension: what ``a.flat`` is.

    Indexing gives what the flattened array's would, part of the same graphs; assignment writes to the array, repeating values that
    are fewer than the places. Iterating gives arrays without dimensions, as that over arrays does.
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, base: ndarray) -> None:
        self._base = base
        self._next = 0

    @property
    def base(self) -> ndarray:
        """The array itself."""
        return self._base

    @property
    def index(self) -> int:
        """How many elements next() has given."""
        return self._next

    @property
    def coords(self) -> tuple[int, ...]:
        """Where in the array the next one lies."""
        return tuple(int(i) for i in numpy.unravel_index(self._next, self._base.shape))

    def copy(self) -> ndarray:
        """The flattened array, a copy."""
        return self._base.flatten()

    def __len__(self) -> int:
        return self._base.size

    def __iter__(self) -> Iterator[ndarray]:
        self._next = 0
        return self

    def __next__(self) -> ndarray:
        if self._next >= len(self):
            raise StopIteration
        self._next += 1
        return self._base.ravel()[self._next - 1]

    def __getitem__(self, key: Any) -> ndarray:
        result = self._base.ravel()[key]
        # A view would show later writes if the array is contiguous, and not otherwise.
        return result.copy() if isinstance(key, slice) or key is Ellipsis else result

    def __setitem__(self, key: Any, value: Any) -> None:
        base = self._base
        places = _core.arange(base.size, device=base.device)[key]
        values = value if isinstance(value, ndarray) else array(value, device=base.device)
        if values.size == 0 and places.size > 0:
            raise _core._ValueError(
                f"flat: no values for {places.size} places; expected at least one"
            )
        if places.size == 0:
            return
        if values.size > 1:
            values = _core.resize(values, (places.size,)).reshape(places.shape)
        else:
            values = values.reshape(())
        if base.is_contiguous:
            base.reshape(-1)[key] = values
        else:
            base[tuple(_core.unravel_index(places, base.shape))] = values

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> numpy.ndarray[Any, Any]:
        host = to_numpy(self._base).ravel()
        return host if dtype is None else host.astype(dtype)

    def __eq__(self, other: Any) -> ndarray:  # type: ignore[override]
        return self._base.ravel().__eq__(other)

    def __ne__(self, other: Any) -> ndarray:  # type: ignore[override]
        return self._base.ravel().__ne__(other)
