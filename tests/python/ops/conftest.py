"""The devices that the op suite runs on, and random operands."""

from __future__ import annotations

import pytest

import chainerx as chx


@pytest.fixture(params=["native:0", "primdev:0", "nulldev:0"])
def device(request: pytest.FixtureRequest):
    """The default device: native, one with the primitive kernels only, one with no kernel at all."""
    with chx.using_device(request.param):
        yield chx.get_default_device()
