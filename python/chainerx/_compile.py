"""chainerx.compile: functions of arrays that are recorded once and then replayed without Python."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, overload

from chainerx import _core
from chainerx._core import CompiledFunction

_P = ParamSpec("_P")
_R = TypeVar("_R")


@overload
def compile(
    function: Callable[_P, _R],
    *,
    remove_dead_code: bool = ...,
    share_common_subexpressions: bool = ...,
    fold_constants: bool = ...,
    cancel_copies: bool = ...,
    fuse_elementwise: bool = ...,
    fuse_from: int = ...,
    reuse_memory: bool = ...,
    reuse_in_place: bool = ...,
    compile_on_device: bool = ...,
    capture: bool = ...,
    max_programs: int = ...,
) -> CompiledFunction[_P, _R]: ...
@overload
def compile(
    function: None = None,
    *,
    remove_dead_code: bool = ...,
    share_common_subexpressions: bool = ...,
    fold_constants: bool = ...,
    cancel_copies: bool = ...,
    fuse_elementwise: bool = ...,
    fuse_from: int = ...,
    reuse_memory: bool = ...,
    reuse_in_place: bool = ...,
    compile_on_device: bool = ...,
    capture: bool = ...,
    max_programs: int = ...,
) -> Callable[[Callable[_P, _R]], CompiledFunction[_P, _R]]: ...
def compile(
    function: Callable[..., Any] | None = None,
    *,
    remove_dead_code: bool = True,
    share_common_subexpressions: bool = True,
    fold_constants: bool = True,
    cancel_copies: bool = True,
    fuse_elementwise: bool = True,
    fuse_from: int = 4096,
    reuse_memory: bool = True,
    reuse_in_place: bool = True,
    compile_on_device: bool = True,
    capture: bool = True,
    max_programs: int = 8,
) -> Any:
    """A function that runs once, for real, while its kernel calls are recorded, and is replayed from then on.

    Also a decorator. ::

        @chainerx.compile
        def step(x, t):
            loss = chainerx.softmax_cross_entropy(model(x), t).mean()
            loss.backward()
            optimizer.update()
            optimizer.zero_grad()
            return loss

    Arguments may be nested tuples, lists and dicts. A call is replayed if its arrays have dtypes, shapes, strides and devices,
    and its other arguments values (or, for objects that are no values, identities), that were seen before; otherwise it is
    recorded anew, for at most max_programs kinds of arguments, beyond which the function itself runs and a RuntimeWarning says
    so.

    Arrays that the function reaches by itself, like parameters, are read and written where they are now; an array that is an
    argument and is reached otherwise as well counts as the argument. Backward passes, gradients, updates by optimizers (their
    learning rates, too) and random numbers are part of the replay. Everything else in Python happens only while recording:
    numbers stay as they were, and assignments to attributes are not repeated. Looking at an array's values meanwhile, as
    print, float or NumPy do, raises ProgramError.

    Where gradients of the results are wanted, a replay is a single node of the graph. It has no second derivatives.

    The other parameters switch single changes off that make a Program faster without changing its results, but for rounding.
    Chains of element-wise operations are fused on arrays of fuse_from elements or more. A device that compiles graphs, or
    captures what is launched, runs whole parts at once.
    ``.programs`` holds what was recorded; ``.programs[0].show()`` prints it, ``.draw("program.svg")`` draws it. ``.clear()``
    forgets it all.
    """
    if max_programs < 0:
        raise _core._ValueError(
            f"compile: max_programs is {max_programs}; expected a number that is not negative"
        )

    def wrap(function: Callable[..., Any]) -> Any:
        if not callable(function):
            raise TypeError(
                f"compile: a {type(function).__name__} was given; expected a function of arrays"
            )
        compiled = _core._compile(
            function,
            remove_dead_code,
            share_common_subexpressions,
            fold_constants,
            cancel_copies,
            fuse_elementwise,
            fuse_from,
            reuse_memory,
            reuse_in_place,
            compile_on_device,
            capture,
            max_programs,
        )
        return functools.update_wrapper(compiled, function)

    return wrap if function is None else wrap(function)
