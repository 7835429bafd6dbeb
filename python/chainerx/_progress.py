"""A progress bar where tqdm is installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeVar

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)


class Progress(Protocol[_T_co]):
    """What progress() returns: an iterable that can say something beside the bar."""

    def __iter__(self) -> Iterator[_T_co]: ...

    def set_postfix(self, **values: Any) -> None: ...

    def set_description(self, desc: str) -> None: ...


class _Silent(Iterable[_T]):
    """Stands in for a bar of tqdm."""

    def __init__(self, iterable: Iterable[_T]) -> None:
        self._iterable = iterable

    def __iter__(self) -> Iterator[_T]:
        return iter(self._iterable)

    def set_postfix(self, **values: Any) -> None:
        """Shows nothing."""

    def set_description(self, desc: str) -> None:
        """Shows nothing."""


def progress(
    iterable: Iterable[_T], desc: str | None = None, total: int | None = None, **options: Any
) -> Progress[_T]:
    """The iterable with a progress bar by tqdm; without tqdm, no bar is shown. options: tqdm's."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return _Silent(iterable)
    bar: Progress[_T] = tqdm(iterable, desc=desc, total=total, **options)
    return bar
