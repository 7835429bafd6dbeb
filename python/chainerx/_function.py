"""Functions with a backward of their own, written in Python: chainerx.Function and chainerx.register_op."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from chainerx import _core
from chainerx._core import ndarray
from chainerx._gradient import NoBackpropMode

_Gradients = ndarray | Sequence[ndarray | None] | None


def _as_tuple(result: Any) -> tuple[Any, ...]:
    return tuple(result) if isinstance(result, (tuple, list)) else (result,)


class Function:
    """A differentiable function. Subclass it, write forward() and backward(), and call an instance or ``apply``.

    forward() gets the arrays and computes without being recorded. What backward() needs is kept by save_for_backward() and read
    from ``saved``. backward() gets one gradient per result (None where none came) and returns one per argument that is an array;
    made of ordinary operations on the inputs, it can itself be differentiated. Results of forward() that were saved count as
    constants there. ::

        class Cube(chainerx.Function):
            def forward(self, x):
                self.save_for_backward(x)
                return x * x * x

            def backward(self, gy):
                (x,) = self.saved
                return gy * 3 * x * x

        y = Cube.apply(x)
    """

    _saved: tuple[ndarray, ...] = ()

    def forward(self, *inputs: Any) -> Any:
        raise NotImplementedError(
            f"{type(self).__name__}: forward() is missing; define it in the class"
        )

    def backward(self, *gradients: Any) -> _Gradients:
        raise NotImplementedError(
            f"{type(self).__name__}: backward() is missing; define it to differentiate this function"
        )

    def save_for_backward(self, *arrays: ndarray) -> None:
        """Keeps arrays for backward()."""
        self._saved = arrays

    @property
    def saved(self) -> tuple[ndarray, ...]:
        """What save_for_backward() was given."""
        return self._saved

    @classmethod
    def apply(cls, *inputs: Any) -> Any:
        """Calls a fresh instance."""
        return cls()(*inputs)

    def __call__(self, *inputs: Any) -> Any:
        name = type(self).__name__
        with NoBackpropMode():
            result = self.forward(*inputs)
            outputs = _as_tuple(result)
            for output in outputs:
                if not isinstance(output, ndarray):
                    raise TypeError(
                        f"{name}: forward() returned a {type(output).__name__}; expected arrays"
                    )
            # Aliases become the results: what forward() saved of its own results stays outside of the graph, without a cycle.
            results = [output.as_grad_stopped() for output in outputs]
        operands = [x if isinstance(x, ndarray) else None for x in inputs]
        is_array = [operand is not None for operand in operands]
        _core._connect_function(
            name, operands, results, lambda gradients, _: self._gradients(is_array, gradients)
        )
        return tuple(results) if isinstance(result, (tuple, list)) else results[0]

    def _gradients(
        self, is_array: list[bool], gradients: list[ndarray | None]
    ) -> list[ndarray | None]:
        """What backward() returns, one for each argument that is an array, with None for the other arguments."""
        given = _as_tuple(self.backward(*gradients))
        if len(given) == len(is_array):
            return list(given)
        if len(given) != sum(is_array):
            raise _core.GradientError(
                f"{type(self).__name__}: backward() returned {len(given)} gradients; expected {sum(is_array)}, one per array"
            )
        remaining = iter(given)
        return [next(remaining) if flag else None for flag in is_array]


def register_op(
    name: str, forward: Callable[..., Any], backward: Callable[..., _Gradients] | None = None
) -> Callable[..., Any]:
    """Makes a function callable as ``chainerx.ops.<namespace>.<op>`` and returns it; name: '<namespace>.<op>'.

    forward(*arrays) computes. backward(inputs, outputs, gradients) returns one gradient per array among the inputs; without it
    the op can't be differentiated.
    """
    namespace, dot, op = name.partition(".")
    if not (dot and namespace.isidentifier() and op.isidentifier()) or namespace == "chx":
        raise _core._ValueError(
            f"register_op: {name!r}; expected '<namespace>.<op>', with a namespace other than 'chx'"
        )

    class Op(Function):
        def forward(self, *inputs: Any) -> Any:
            result = forward(*inputs)
            self._inputs, self._outputs = inputs, _as_tuple(result)
            return result

        def backward(self, *gradients: Any) -> _Gradients:
            if backward is None:
                raise _core.GradientError(
                    f"{name}: the op has no gradient; register it with a backward function"
                )
            return backward(self._inputs, self._outputs, gradients)

    Op.__name__ = Op.__qualname__ = name

    def call(*inputs: Any) -> Any:
        return Op()(*inputs)

    call.__name__, call.__qualname__, call.__doc__ = op, name, forward.__doc__
    from chainerx import ops

    ops.add(namespace, op, call)
    return call
