"""N-dimensional arrays with automatic differentiation on devices found at run time."""

from __future__ import annotations

import contextlib as _contextlib
from builtins import bool as bool
from builtins import float as float
from builtins import int as int
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from numpy import base_repr as base_repr
from numpy import binary_repr as binary_repr
from numpy import format_float_positional as format_float_positional
from numpy import format_float_scientific as format_float_scientific
from numpy import get_printoptions as get_printoptions
from numpy import index_exp as index_exp
from numpy import ndindex as ndindex
from numpy import printoptions as printoptions
from numpy import s_ as s_
from numpy import set_printoptions as set_printoptions

from chainerx import _deferred, _dtypes, _logging, _ndarray
from chainerx import _testing as _testing
from chainerx import fft as fft
from chainerx import graph as graph
from chainerx import linalg as linalg
from chainerx import ops as ops
from chainerx import optimizers as optimizers
from chainerx import plot as plot
from chainerx import plugins as plugins
from chainerx import random as random
from chainerx import safetensors as safetensors
from chainerx import testing as testing
from chainerx._array_facts import iscomplexobj as iscomplexobj
from chainerx._array_facts import isfortran as isfortran
from chainerx._array_facts import isrealobj as isrealobj
from chainerx._array_facts import isscalar as isscalar
from chainerx._array_facts import iterable as iterable
from chainerx._array_facts import ndim as ndim
from chainerx._array_facts import shape as shape
from chainerx._array_facts import size as size
from chainerx._compile import compile as compile
from chainerx._constants import *  # noqa: F403
from chainerx._context import Context as Context
from chainerx._context import ContextScope as ContextScope
from chainerx._context import DeviceScope as DeviceScope
from chainerx._context import _global_context as _global_context
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
from chainerx._differences import gradient as gradient
from chainerx._dtype_functions import can_cast as can_cast
from chainerx._dtype_functions import common_type as common_type
from chainerx._dtype_functions import finfo as finfo
from chainerx._dtype_functions import iinfo as iinfo
from chainerx._dtype_functions import isdtype as isdtype
from chainerx._dtype_functions import issubdtype as issubdtype
from chainerx._dtype_functions import min_scalar_type as min_scalar_type
from chainerx._dtype_functions import promote_types as promote_types
from chainerx._dtype_functions import result_type as result_type
from chainerx._dtypes import *  # noqa: F403
from chainerx._editing import block as block
from chainerx._editing import copyto as copyto
from chainerx._editing import delete as delete
from chainerx._editing import index_put as index_put
from chainerx._editing import insert as insert
from chainerx._editing import trim_zeros as trim_zeros
from chainerx._files import NpzFile as NpzFile
from chainerx._files import load as load
from chainerx._files import save as save
from chainerx._files import savez as savez
from chainerx._files import savez_compressed as savez_compressed
from chainerx._function import Function as Function
from chainerx._function import register_op as register_op
from chainerx._gradient import BackpropScope as BackpropScope
from chainerx._gradient import ForceBackpropMode as ForceBackpropMode
from chainerx._gradient import NoBackpropMode as NoBackpropMode
from chainerx._gradient import backprop_scope as backprop_scope
from chainerx._gradient import force_backprop_mode as force_backprop_mode
from chainerx._gradient import is_backprop_required as is_backprop_required
from chainerx._gradient import no_backprop_mode as no_backprop_mode
from chainerx._grids import mgrid as mgrid
from chainerx._grids import ogrid as ogrid
from chainerx._inspection import __array_namespace_info__ as __array_namespace_info__
from chainerx._padding import pad as pad
from chainerx._products import broadcast_shapes as broadcast_shapes
from chainerx._products import einsum as einsum
from chainerx._products import einsum_path as einsum_path
from chainerx._products import tensordot as tensordot
from chainerx._progress import progress as progress
from chainerx._recurrent import n_step_bigru as n_step_bigru
from chainerx._recurrent import n_step_bilstm as n_step_bilstm
from chainerx._recurrent import n_step_birnn as n_step_birnn
from chainerx._recurrent import n_step_gru as n_step_gru
from chainerx._recurrent import n_step_lstm as n_step_lstm
from chainerx._recurrent import n_step_rnn as n_step_rnn
from chainerx._set_functions import unique as unique
from chainerx._set_functions import unique_all as unique_all
from chainerx._set_functions import unique_counts as unique_counts
from chainerx._set_functions import unique_inverse as unique_inverse
from chainerx._splitting import array_split as array_split
from chainerx._splitting import dsplit as dsplit
from chainerx._splitting import hsplit as hsplit
from chainerx._splitting import vsplit as vsplit
from chainerx._statistics import histogram as histogram
from chainerx._statistics import histogram2d as histogram2d
from chainerx._statistics import histogram_bin_edges as histogram_bin_edges
from chainerx._statistics import histogramdd as histogramdd
from chainerx._statistics import nanpercentile as nanpercentile
from chainerx._statistics import nanquantile as nanquantile
from chainerx._statistics import percentile as percentile
from chainerx._statistics import quantile as quantile
from chainerx.plugins import load_plugin as load_plugin
from chainerx.plugins import prefer as prefer


def is_available() -> bool:
    """Whether this is the real thing rather than an empty shell of that name."""
    return True


__array_api_version__ = "2025.12"  # of the Python array API standard

# ml_dtypes is optional. (No __getattr__ that imports it when asked for: the interpreter remembers where chainerx.f is only
# in modules without one, and that makes every call of a function faster.)
with _contextlib.suppress(ImportError):
    bfloat16: type[_Any] = _dtypes._bfloat16()

# The names of _deferred, for type checkers.
if _TYPE_CHECKING:
    from chainerx._along_axis import apply_along_axis as apply_along_axis
    from chainerx._along_axis import apply_over_axes as apply_over_axes
    from chainerx._choices import mask_indices as mask_indices
    from chainerx._choices import piecewise as piecewise
    from chainerx._choices import real_if_close as real_if_close
    from chainerx._iteration import ndenumerate as ndenumerate
    from chainerx._memory import asarray_chkfinite as asarray_chkfinite
    from chainerx._memory import may_share_memory as may_share_memory
    from chainerx._memory import require as require
    from chainerx._memory import shares_memory as shares_memory
    from chainerx._polynomials import poly as poly
    from chainerx._polynomials import polyadd as polyadd
    from chainerx._polynomials import polyder as polyder
    from chainerx._polynomials import polydiv as polydiv
    from chainerx._polynomials import polyfit as polyfit
    from chainerx._polynomials import polyint as polyint
    from chainerx._polynomials import polymul as polymul
    from chainerx._polynomials import polysub as polysub
    from chainerx._polynomials import roots as roots
    from chainerx._printing import array2string as array2string
    from chainerx._printing import array_repr as array_repr
    from chainerx._printing import array_str as array_str
    from chainerx._text_files import genfromtxt as genfromtxt
    from chainerx._text_files import savetxt as savetxt
    from chainerx._vectorize import vectorize as vectorize

_deferred.install(globals())
_ndarray.install()
_logging.start()
