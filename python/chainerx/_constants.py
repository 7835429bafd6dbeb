"""Constants, the very objects of NumPy where it has them."""

from __future__ import annotations

import sys as _sys

import numpy as _numpy

e: float = _numpy.e
pi: float = _numpy.pi
euler_gamma: float = _numpy.euler_gamma
inf: float = _numpy.inf
nan: float = _numpy.nan
newaxis: None = None
little_endian: bool = _sys.byteorder == "little"
False_ = _numpy.False_
True_ = _numpy.True_

# Names that NumPy 2 no longer has.
Inf: float = inf
Infinity: float = inf
infty: float = inf
PINF: float = inf
NINF: float = -inf
NaN: float = nan
NAN: float = nan
PZERO: float = 0.0
NZERO: float = -0.0
