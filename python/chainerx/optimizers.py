"""Optimizers. Each updates all of its parameters in one call: ``SGD(w, b, lr=0.1).update()``."""

from __future__ import annotations

from chainerx._core import SGD as SGD
from chainerx._core import Adam as Adam
from chainerx._core import MomentumSGD as MomentumSGD
from chainerx._core import Optimizer as Optimizer

for _optimizer in (SGD, MomentumSGD, Adam, Optimizer):
    _optimizer.__module__ = __name__
