"""Generator: a sequence of random numbers of its own, with the functions of chainerx.random as methods."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator, Mapping
from typing import Any

from chainerx import _core
from chainerx._conversion import to_numpy
from chainerx._core import _random

Generator = _core._Generator

_STATE = ("key", "counter", "n_spawned")


def default_rng(seed: int | Generator | None = None) -> Generator:
    """A generator that starts the sequence of this seed (0 to 2 ** 64 - 1), or one of its own without a seed; a Generator itself.

    chainerx.random.seed(n) starts the same sequence as default_rng(n) does.
    """
    if isinstance(seed, Generator):
        return seed
    if seed is None:
        return Generator()
    if not 0 <= seed < 2**64:
        raise _core._ValueError(f"default_rng: seed is {seed}; expected 0 to 2 ** 64 - 1")
    return Generator(seed)


def _state(self: Generator) -> dict[str, int]:
    """The key, how many blocks of four 32-bit words have been drawn, and how many generators have been spawned. May be set."""
    return dict(zip(_STATE, self._get(), strict=True))


def _set_state(self: Generator, state: Mapping[str, int]) -> None:
    if set(state) != set(_STATE):
        raise _core._ValueError(f"Generator: state has {sorted(state)}; expected {sorted(_STATE)}")
    self._set(*[state[name] for name in _STATE])


def _spawn(self: Generator, n_children: int) -> list[Generator]:
    """That many generators with keys of their own, all different, and the same in every run."""
    return self._spawn(n_children)


def _jumped(self: Generator, jumps: int = 1) -> Generator:
    """A generator jumps * 2 ** 48 blocks further on in the same sequence: what is drawn from both overlaps only after 2 ** 50 words."""
    return self._jumped(jumps)


def _bytes(self: Generator, length: int) -> bytes:
    """That many random bytes. Raises ValueError for a negative length."""
    if length < 0:
        raise _core._ValueError(f"bytes: length is {length}; expected at least 0")
    words = _random.integers(0, 2**32, -(-length // 4), "uint32", "native:0", generator=self)
    return to_numpy(words).astype("<u4").tobytes()[:length]


def _restore(key: int, counter: int, n_spawned: int) -> Generator:
    """Undoes pickling."""
    generator = Generator()
    generator._set(key, counter, n_spawned)
    return generator


def _reduce(self: Generator) -> tuple[Any, ...]:
    return _restore, self._get()


def _repr(self: Generator) -> str:
    key, counter, _ = self._get()
    return f"Generator(key={key}, counter={counter})"


def _functions() -> Iterator[Any]:
    # The text is looked at alone: signatures of 40 functions would take a tenth of the time that the import takes.
    for function in vars(_random).values():
        if "generator=None" in (getattr(function, "__text_signature__", None) or ""):
            yield function


class _Method:
    """A function whose generator is the one that it is called on."""

    def __init__(self, function: Any) -> None:
        self._function = function
        self.__name__ = function.__name__
        self.__qualname__ = f"Generator.{function.__name__}"
        self.__doc__ = function.__doc__

    def __get__(self, generator: Any, owner: Any = None) -> Any:
        return self if generator is None else types.MethodType(self, generator)

    def __call__(self, generator: Generator, /, *args: Any, **kwargs: Any) -> Any:
        return self._function(*args, generator=generator, **kwargs)

    @property
    def __signature__(self) -> inspect.Signature:
        signature = inspect.signature(self._function)
        own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
        rest = [p for name, p in signature.parameters.items() if name != "generator"]
        return signature.replace(parameters=[own, *rest])


def install() -> None:
    """Gives the extension's type its methods."""
    Generator.__name__ = Generator.__qualname__ = "Generator"
    Generator.__module__ = "chainerx.random"
    Generator.__doc__ = "A sequence of random numbers of its own; see default_rng()."
    methods = {
        "spawn": _spawn,
        "jumped": _jumped,
        "bytes": _bytes,
        "__reduce__": _reduce,
        "__repr__": _repr,
    }
    for name, method in methods.items():
        setattr(Generator, name, method)
    Generator.state = property(_state, _set_state)  # type: ignore[assignment,method-assign]
    for function in _functions():
        setattr(Generator, function.__name__, _Method(function))
