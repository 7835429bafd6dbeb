"""N-dimensional arrays with automatic differentiation on devices found at run time."""

from __future__ import annotations

from builtins import bool as bool
from builtins import float as float
from builtins import int as int
from typing import Any as _Any

from chainerx import _logging, _ndarray
from chainerx import ops as ops
from chainerx import optimizers as optimizers
from chainerx import plugins as plugins
from chainerx import random as random
from chainerx._constants import *  # noqa: F403
from chainerx._context import Context as Context
from chainerx._context import ContextScope as ContextScope
from chainerx._context import DeviceScope as DeviceScope
from chainerx._context import context_scope as context_scope
from chainerx._context import get_default_context as get_default_context
from chainerx._context import get_global_default_context as get_global_default_context
from chainerx._context import set_default_context as set_default_context
from chainerx._context import set_global_default_context as set_global_default_context
from chainerx._context import using_device as using_device
from chainerx._conversion import array as array
from chainerx._conversion import asanyarray as asanyarray
from chainerx._conversion import asarray as asarray
from chainerx._conversion import frombuffer as frombuffer
from chainerx._conversion import fromfile as fromfile
from chainerx._conversion import fromfunction as fromfunction
from chainerx._conversion import fromiter as fromiter
from chainerx._conversion import fromstring as fromstring
from chainerx._conversion import loadtxt as loadtxt
from chainerx._conversion import to_numpy as to_numpy
from chainerx._core import *  # noqa: F403
from chainerx._core import __version__ as __version__
from chainerx._dtypes import *  # noqa: F403
from chainerx._function import Function as Function
from chainerx._function import register_op as register_op
from chainerx._gradient import BackpropScope as BackpropScope
from chainerx._gradient import ForceBackpropMode as ForceBackpropMode
from chainerx._gradient import NoBackpropMode as NoBackpropMode
from chainerx._gradient import backprop_scope as backprop_scope
from chainerx._gradient import force_backprop_mode as force_backprop_mode
from chainerx._gradient import is_backprop_required as is_backprop_required
from chainerx._gradient import no_backprop_mode as no_backprop_mode
from chainerx._progress import progress as progress
from chainerx._splitting import array_split as array_split
from chainerx._splitting import dsplit as dsplit
from chainerx._splitting import hsplit as hsplit
from chainerx._splitting import vsplit as vsplit
from chainerx.plugins import load_plugin as load_plugin


def is_available() -> bool:
    """Whether this is the real thing rather than an empty shell of that name."""
    return True


def __getattr__(name: str) -> _Any:
    # Imported when first used: each needs a package that may not be installed, or is rarely wanted.
    if name in ("graph", "plot", "testing"):
        import importlib

        return importlib.import_module(f"chainerx.{name}")
    if name == "bfloat16":
        from chainerx import _dtypes

        return _dtypes._bfloat16()
    raise AttributeError(f"module 'chainerx' has no attribute {name!r}")


_ndarray.install()
_logging.start()
