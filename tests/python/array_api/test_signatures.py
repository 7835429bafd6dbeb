"""Every name of the standard is there, and takes the standard's arguments."""

from __future__ import annotations

import inspect
from types import ModuleType

import array_api_strict as strict
import pytest

import chainerx as chx

# Flags of array_api_strict itself.
_NOT_OF_THE_STANDARD = {
    "ArrayAPIStrictFlags", "Device", "get_array_api_strict_flags", "reset_array_api_strict_flags",
    "set_array_api_strict_flags",
}  # fmt: skip


def names(module: ModuleType) -> list[str]:
    return [name for name in module.__all__ if name not in _NOT_OF_THE_STANDARD and name[0] != "_"]


NAMES = [
    *names(strict),
    *[f"linalg.{name}" for name in names(strict.linalg)],
    *[f"fft.{name}" for name in names(strict.fft)],
]


def look_up(namespace: object, name: str) -> object:
    for part in name.split("."):
        namespace = getattr(namespace, part)
    return namespace


@pytest.mark.parametrize("name", NAMES)
def test_name(name: str) -> None:
    value = look_up(chx, name)
    theirs = look_up(strict, name)
    assert callable(value) == callable(theirs) or isinstance(theirs, strict._dtypes.DType)


@pytest.mark.parametrize("name", [n for n in NAMES if inspect.isroutine(look_up(strict, n))])
def test_arguments(name: str) -> None:
    wanted = inspect.signature(look_up(strict, name)).parameters  # type: ignore[arg-type]
    found = inspect.signature(look_up(chx, name)).parameters  # type: ignore[arg-type]
    keywords = [p.name for p in wanted.values() if p.kind is not p.POSITIONAL_ONLY]
    takes_any = any(p.kind is p.VAR_KEYWORD for p in found.values())
    others = {"shape": "newshape", "min": "a_min", "max": "a_max"}
    for keyword in keywords:
        if wanted[keyword].kind in (
            inspect.Parameter.VAR_POSITIONAL,
            inspect.Parameter.VAR_KEYWORD,
        ):
            continue
        assert takes_any or keyword in found or others.get(keyword) in found, keyword
    positional = [p for p in wanted.values() if p.kind is not p.KEYWORD_ONLY]
    ours = [p for p in found.values() if p.kind is not p.KEYWORD_ONLY]
    spread = any(p.kind is p.VAR_POSITIONAL for p in ours)
    assert spread or len(ours) >= len(positional)


_OF_ITS_CLASS = ("__annotations__", "__buffer__", "__slots__", "__weakref__", "__dict__")
ATTRIBUTES = [
    name
    for name in dir(strict.asarray(0))
    if name not in _OF_ITS_CLASS and (name[:2] == "__" or name[0] != "_")
]


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_attribute_of_arrays(name: str) -> None:
    assert hasattr(chx.ndarray, name)
