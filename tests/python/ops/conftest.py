"""The devices that the op suite runs on, and what they may have done to pass it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import chainerx as chx
from ops.operands import ops_on_the_host

_NOT_OF_PRIMITIVES = {
    "chx.scatter",
    "chx.nonzero",
    "chx.sort",
    "chx.argsort",
    "chx.searchsorted",
}
# What a device with the primitive kernels may leave to the host; see test_primitives_are_all_that_is_needed.
HOST_OPS = {
    "native:0": set(),
    "primdev:0": _NOT_OF_PRIMITIVES,
    "sim:0": _NOT_OF_PRIMITIVES,
}


@pytest.fixture(params=["native:0", "primdev:0", "nulldev:0", "sim:0"])
def device(request: pytest.FixtureRequest) -> Iterator[chx.Device]:
    """The default device: native, one with the primitive kernels only, one with no kernel at all, an asynchronous one."""
    chx.reset_fallback_stats()
    with chx.using_device(request.param):
        yield chx.get_default_device()
    if request.param in HOST_OPS:
        assert ops_on_the_host(request.param) <= HOST_OPS[request.param]
