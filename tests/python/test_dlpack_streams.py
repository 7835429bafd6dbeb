"""DLPack's stream argument, with a simulated accelerator that says it is a CUDA or ROCm device, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

HEAD = """
import os, pathlib
import chainerx as chx

folder = pathlib.Path(os.environ["CHAINERX_TEST_PLUGIN_DIR"])
chx.load_plugin(str(folder / "sim" / "sim.so"))
chx.set_default_device("sim:0")
VERSION = (1, 0)

def work(x):
    for _ in range(4):
        x = x + chx.ones((), dtype=x.dtype)
    return x

def refused(call, text):
    try:
        call()
    except BufferError as error:
        assert text in str(error), error
    else:
        raise AssertionError("not refused")
"""


def run(body: str, device_type: int, addressing: str = "handles", layers: str = "") -> None:
    options = f"sim.latency_us=demand,sim.dlpack_type={device_type},sim.addressing={addressing}"
    result = subprocess.run(
        [sys.executable, "-c", HEAD + textwrap.dedent(body)],
        cwd=Path(__file__).parent,
        env={**os.environ, "CHAINERX_PLUGIN_OPTIONS": options, "CHAINERX_LAYERS": layers},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


CUDA, ROCM, MANAGED = 2, 10, 13
by_cuda: Any = pytest.mark.parametrize("device_type", [CUDA, MANAGED])


@by_cuda
def test_export_waits(device_type: int) -> None:
    run(
        """
        ours, theirs = chx.Stream(), chx.Stream()
        with ours:
            x = work(chx.zeros(3))
            x.__dlpack__(stream=-1)
            assert not ours.is_done()  # the consumer takes care itself
            x.__dlpack__(stream=theirs.native)
            assert not ours.is_done()  # the consumer's stream waits, not the host
            theirs.synchronize()
            assert ours.is_done()
            x = work(x)
            assert not ours.is_done()
            x.__dlpack__()
            assert ours.is_done()  # without a stream the host waits
        """,
        device_type,
    )


# The layer puts bytes of its own before each block, so that arrays begin in the middle of the device's.
@pytest.mark.parametrize("layers", ["", "validate"])
@by_cuda
def test_a_consumer_that_uses_its_stream_at_once(device_type: int, layers: str) -> None:
    run(
        """
        ours, theirs = chx.Stream(), chx.Stream()
        with ours:
            x = work(chx.zeros(3))
            capsule = x.__dlpack__(stream=theirs.native, max_version=VERSION)
        y = chx.from_dlpack(capsule)
        assert y.device.name == "sim:0"
        with theirs:
            z = y + 1
        assert z.tolist() == [5, 5, 5]
        """,
        device_type,
        "pointers",
        layers,
    )


def test_streams_that_are_none() -> None:
    zero = "refused(lambda: chx.ones(1).__dlpack__(stream=0), 'stream=0')"
    run(zero, CUDA)
    run(zero, MANAGED)
    run("refused(lambda: chx.ones(1).__dlpack__(stream=1), 'stream=1')", ROCM)
    run("refused(lambda: chx.ones(1).__dlpack__(stream=2), 'stream=2')", ROCM)
    run("refused(lambda: chx.ones(1).__dlpack__(stream=-2), 'stream=-2')", CUDA)


def test_device_names_and_copies_to_the_host() -> None:
    run(
        """
        x = chx.arange(3)
        assert x.__dlpack_device__() == (2, 0)
        assert chx.ones(1, device="sim:1").__dlpack_device__() == (2, 1)
        host = chx.from_dlpack(x.__dlpack__(dl_device=(1, 0)))
        assert (host.device.name, host.tolist()) == ("native:0", [0, 1, 2])
        refused(lambda: x.__dlpack__(dl_device=(1, 0), copy=False), "without a copy")
        refused(lambda: x.__dlpack__(dl_device=(2, 1)), "another one")
        # As if it came from another library: on its device, and on request in host memory.
        class Theirs:
            def __dlpack__(self, **request):
                self.request = request
                return x.__dlpack__(**request)
            def __dlpack_device__(self):
                return x.__dlpack_device__()
        theirs = Theirs()
        y = chx.from_dlpack(theirs)
        assert (y.device.name, y.data_ptr) == ("sim:0", x.data_ptr)
        assert chx.from_dlpack(theirs, device="native:0").tolist() == [0, 1, 2]
        assert theirs.request["dl_device"] == (1, 0)
        assert chx.from_dlpack(theirs, device="sim:1").device.name == "sim:1"
        assert "stream" not in theirs.request
        stream = chx.Stream()
        with stream:
            chx.from_dlpack(theirs)
        assert theirs.request["stream"] == stream.native
        """,
        CUDA,
    )
