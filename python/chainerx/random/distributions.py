"""The random functions that the original has, under the name that it has for their module."""

from __future__ import annotations

from chainerx._core import _random

normal = _random.normal
uniform = _random.uniform
