"""ndarray.flags: how an array lies in memory, and what may be done to it."""

from __future__ import annotations

from typing import Any

from chainerx._core import ndarray

_KEYS = {
    "C": "c_contiguous",
    "C_CONTIGUOUS": "c_contiguous",
    "CONTIGUOUS": "c_contiguous",
    "F": "f_contiguous",
    "F_CONTIGUOUS": "f_contiguous",
    "FORTRAN": "f_contiguous",
    "FNC": "fnc",
    "FORC": "forc",
    "W": "writeable",
    "WRITEABLE": "writeable",
    "O": "owndata",
    "OWNDATA": "owndata",
    "A": "aligned",
    "ALIGNED": "aligned",
}


class Flags:
    """What ``a.flags`` is; each of them also by its key: ``a.flags["C_CONTIGUOUS"]``, ``a.flags["C"]``. They can't be set."""

    def __init__(self, array: ndarray) -> None:
        object.__setattr__(self, "_array", array)

    _array: ndarray

    @property
    def c_contiguous(self) -> bool:
        """Whether the elements lie row by row without gaps."""
        return self._array.is_contiguous

    @property
    def f_contiguous(self) -> bool:
        """Whether they lie column by column without gaps."""
        return self._array.as_grad_stopped().T.is_contiguous

    @property
    def contiguous(self) -> bool:
        """c_contiguous."""
        return self.c_contiguous

    @property
    def fortran(self) -> bool:
        """f_contiguous, but not c_contiguous."""
        return self.fnc

    @property
    def fnc(self) -> bool:
        """f_contiguous, but not c_contiguous."""
        return self.f_contiguous and not self.c_contiguous

    @property
    def forc(self) -> bool:
        """f_contiguous or c_contiguous."""
        return self.f_contiguous or self.c_contiguous

    @property
    def writeable(self) -> bool:
        """Whether the elements may be written: not in a graph, and not where the memory is somebody's who allows no writing."""
        return self._array._is_writable

    @property
    def owndata(self) -> bool:
        """False: memory belongs to all arrays that lie in it alike."""
        return False

    @property
    def aligned(self) -> bool:
        """True of all arrays."""
        return True

    def __getitem__(self, key: str) -> bool:
        if key not in _KEYS:
            raise KeyError(f"flags: {key!r}; expected one of {', '.join(map(repr, _KEYS))}")
        return bool(getattr(self, _KEYS[key]))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(
            f"flags: {name} can't be set; expected to be read; arrays in a graph are not writeable: see as_grad_stopped()"
        )

    def __setitem__(self, key: str, value: Any) -> None:
        self.__setattr__(key, value)

    def __repr__(self) -> str:
        names = ("C_CONTIGUOUS", "F_CONTIGUOUS", "OWNDATA", "WRITEABLE", "ALIGNED")
        return "\n".join(f"  {name} : {self[name]}" for name in names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Flags) and repr(self) == repr(other)

    __hash__ = None  # type: ignore[assignment]
