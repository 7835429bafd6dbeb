"""A progress bar where tqdm is installed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

_T = TypeVar("_T")


def progress(iterable: Iterable[_T], desc: str | None = None, total: int | None = None, **options: Any) -> Iterable[_T]:
    """The iterable with a progress bar by tqdm; as it is where tqdm is not installed. options: tqdm's."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return iterable
    bar: Iterable[_T] = tqdm(iterable, desc=desc, total=total, **options)
    return bar
