"""Streams of an asynchronous device. Its work is done only when somebody waits for it, so that a wait that the core forgets
gives garbage for certain; the tests run again with latencies, and with devices that leave waits out, which they must notice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

import chainerx as chx

DEVICE = "sim:0"
# What the tests at the end run once more.
INNER = "not again and not noticed and not exit and not out_of_memory"


@pytest.fixture(autouse=True)
def device() -> Iterator[None]:
    with chx.using_device(DEVICE):
        yield
    chx.get_device(DEVICE).synchronize()


def work(x: chx.ndarray, rounds: int = 4) -> chx.ndarray:
    """x + rounds, by as many kernels, none of which waits for a number to be copied."""
    one = chx.ones((), dtype=x.dtype, device=x.device)
    for _ in range(rounds):
        x = x + one
    return x


def test_item_waits() -> None:
    assert work(chx.zeros(1)).item() == 4


def test_numpy_waits() -> None:
    assert chx.to_numpy(work(chx.zeros(3))).tolist() == [4, 4, 4]
    assert np.asarray(work(chx.zeros(3)).tolist()).tolist() == [4, 4, 4]


def test_print_waits() -> None:
    # A number of its own: a late copy of another test may have left its result in memory that is used again.
    assert str(work(chx.zeros(2), 7)).startswith("array([7., 7.]")


def test_conversions_wait() -> None:
    assert float(work(chx.zeros(()))) == 4
    assert bool(work(chx.zeros(()), 1))
    assert int(work(chx.zeros((), dtype="int32"))) == 4


def test_host_fallback_waits() -> None:
    chx.reset_fallback_stats()
    rows = chx.nonzero(work(chx.array([-4.0, 1.0, -4.0, 2.0])))
    assert [r.tolist() for r in rows] == [[1, 3]]
    assert any(row["step"] == "host" for row in chx.fallback_stats())


@pytest.mark.parametrize("target", ["native:0", "sim:1", "primdev:0", "nulldev:0"])
def test_copy_to_another_device_waits(target: str) -> None:
    assert work(chx.zeros(3)).to_device(target).tolist() == [4, 4, 4]


def test_copy_from_another_device() -> None:
    for source in ("native:0", "sim:1", "nulldev:0"):
        x = work(chx.zeros(3, device=source))
        assert work(x.to_device(DEVICE)).tolist() == [8, 8, 8]


def test_arrays_of_another_stream_are_waited_for() -> None:
    a, b = chx.Stream(), chx.Stream()
    with a:
        x = work(chx.zeros(3))
    with b:
        y = work(x)
        assert y.tolist() == [8, 8, 8]
    with a:
        assert work(y).tolist() == [12, 12, 12]


def test_a_writer_waits_for_readers_on_other_streams() -> None:
    a, b = chx.Stream(), chx.Stream()
    with a:
        x = chx.zeros(1000)
        x.fill(1)
    with b:
        y = x * 2
    with a:
        x.fill(5)
        assert x.tolist()[:2] == [5, 5]
    with b:
        assert y.tolist()[:2] == [2, 2]


def test_the_default_stream_is_in_order_with_all_others() -> None:
    a = chx.Stream()
    x = work(chx.zeros(3))
    with a:
        y = work(x)
    z = work(y)
    with a:
        assert work(z).tolist() == [16, 16, 16]


def test_reading_on_another_stream_waits() -> None:
    a, b = chx.Stream(), chx.Stream()
    with a:
        x = work(chx.zeros(3))
    with b:
        assert x.tolist() == [4, 4, 4]
        assert chx.nonzero(x)[0].tolist() == [0, 1, 2]


@pytest.mark.parametrize("size", [16, 3000])
def test_memory_freed_after_use_on_a_second_stream(size: int) -> None:
    a, b = chx.Stream(), chx.Stream()
    with a:
        x = chx.full(size, 1.0)
        a.synchronize()
    with b:
        y = work(x, 1)
    del x  # its memory is the first stream's again
    with a:
        others = [chx.full(size, 7.0) for _ in range(4)]
        assert [float(o[0]) for o in others] == [7] * 4
    with b:
        assert y.tolist() == [2] * size


@pytest.mark.parametrize("size", [16, 3000])
def test_memory_of_the_default_stream_used_on_another(size: int) -> None:
    a, b = chx.Stream(), chx.Stream()
    x = chx.full(size, 1.0)
    chx.get_device().synchronize()
    with a:
        y = work(x, 1)
    del x
    z = chx.empty(size)  # the same memory, as the default stream sees it
    with b:
        z.fill(7)
        assert z.tolist()[:1] == [7]
    with a:
        assert y.tolist() == [2] * size


def test_arrays_outlive_their_stream() -> None:
    a = chx.Stream()
    with a:
        x, y = work(chx.zeros(3)), work(chx.zeros(3))
    del a
    assert work(x).tolist() == [8, 8, 8]
    del x
    b = chx.Stream()
    with b:
        assert work(y).tolist() == [8, 8, 8]
    del b, y
    assert work(chx.zeros(3)).tolist() == [4, 4, 4]


def test_backward_on_a_stream() -> None:
    a = chx.Stream()
    with a:
        x = chx.array([1.0, 2.0, 3.0]).require_grad()
        (x * x).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [2, 4, 6]


def test_programs_on_streams() -> None:
    bias = chx.array([1.0, 2.0, 3.0])
    f = chx.compile(lambda x: chx.exp(x + bias).sum(0, keepdims=True) + bias)
    inputs = [chx.full(3, float(i)) for i in range(5)]
    chx.get_device().synchronize()
    a, b = chx.Stream(), chx.Stream()
    results = [f(inputs[0])]
    for stream, x in zip((a, b, a), inputs[1:], strict=False):
        with stream:
            results.append(f(x))
    # The last one, on a stream again: it needs what the Program's memory holds from all earlier ones to be of no use.
    with b:
        results.append(f(inputs[4]))
        for i in (4, 3, 2, 1, 0):
            y = np.arange(1.0, 4.0) + i
            expected = np.exp(y).sum() + np.arange(1.0, 4.0)
            assert results[i].tolist() == pytest.approx(expected.tolist(), rel=1e-6)


def test_programs_update_outside_memory_on_streams() -> None:
    total = chx.zeros(3)

    def add(x: chx.ndarray) -> None:
        nonlocal total
        total += x

    f = chx.compile(add)
    a, b = chx.Stream(), chx.Stream()
    one = chx.ones(3)
    chx.get_device().synchronize()
    for stream in (a, b, a, b):
        with stream:
            f(one)
    with b:
        assert total.tolist() == [4, 4, 4]


def test_synchronize() -> None:
    a, b = chx.Stream(), chx.Stream()
    x = chx.zeros(3)
    chx.get_device().synchronize()
    for stream in (a, b):
        with stream:
            y = x + x
        assert not stream.is_done()
        stream.synchronize()
        assert stream.is_done()
        with stream:
            y = y + x
        assert not stream.is_done()
        chx.get_device().synchronize()
        assert stream.is_done()


def test_native_streams() -> None:
    a = chx.Stream(DEVICE)
    assert a.device is chx.get_device(DEVICE)
    same = chx.Stream.from_native(a.native)
    assert same.native == a.native
    with a:
        x = work(chx.zeros(3))
    with same:
        y = work(x)
    del same
    with a:
        assert work(y).tolist() == [12, 12, 12]
    with pytest.raises(ValueError, match="there is no queue 12345"):
        chx.Stream.from_native(12345)
    with pytest.raises(chx.NotImplementedError, match="offers no streams"):
        chx.Stream("native:0")


def test_late_errors_name_their_op_and_are_told_once() -> None:
    x = chx.arange(4)
    y = chx.take(x, chx.array([99]), 0)
    with pytest.raises(ValueError, match=r"chx\.take.* failed: index 99 is out of range"):
        chx.get_device().synchronize()
    assert work(x).tolist() == [4, 5, 6, 7]
    del y

    a = chx.Stream()
    with a:
        chx.take(x, chx.array([98]), 0)
        with pytest.raises(ValueError, match=r"chx\.take.* failed: index 98 is out of range"):
            a.synchronize()
        chx.take(x, chx.array([97]), 0)
        with pytest.raises(ValueError, match=r"chx\.take.* failed: index 97 is out of range"):
            (x + x).tolist()
        assert work(x).tolist() == [4, 5, 6, 7]


def test_out_of_memory_trims_retries_and_sums_up() -> None:
    device = chx.get_device()
    total = device.memory["total"]
    device.trim_memory()
    # All but a fifth, kept by the cache when it is freed: another size only fits once it has been given back.
    for _ in range(3):
        for size in (total * 5 // 8, total * 6 // 8):
            x = work(chx.zeros(size // 8, dtype="float64")[:1])
            assert x.item() == 4
            del x
    with pytest.raises(chx.OutOfMemoryError, match=r"sim:0: out of memory: .* cached") as caught:
        chx.zeros(total // 4, dtype="float64")
    assert isinstance(caught.value, MemoryError)
    assert work(chx.zeros(3)).tolist() == [4, 4, 4]


def test_out_of_memory_in_a_program() -> None:
    size = chx.get_device().memory["total"] * 3 // 8 // 4
    x = chx.ones(3, dtype="float32")

    def large(x: chx.ndarray) -> chx.ndarray:
        return chx.broadcast_to(x[:1], (size,)).copy() + chx.broadcast_to(x[1:2], (size,)).copy()

    with pytest.raises(chx.OutOfMemoryError, match="sim:0"):
        chx.compile(large)(x)
    assert work(x).tolist() == [5, 5, 5]


def run_inner(options: str, layers: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-rf",
            "-p",
            "no:cacheprovider",
            "-k",
            INNER,
            __file__,
        ],
        env={
            **os.environ,
            "CHAINERX_PLUGIN_OPTIONS": "sim.memory_bytes=4194304," + options,
            "CHAINERX_LAYERS": layers,
        },
        capture_output=True,
        text=True,
    )


# The first stream is the slow one: work on the others overtakes it unless it waits.
@pytest.mark.parametrize(
    "options",
    [
        "sim.latency_us=20000",
        "sim.latency_us=10000/40000/4000,sim.addressing=pointers",
        "sim.latency_us=demand,sim.addressing=pointers",
        "sim.latency_us=4000,sim.kernels=all",
    ],
)
def test_again_with_other_devices(options: str) -> None:
    result = run_inner(options)
    assert result.returncode == 0, result.stdout


def test_again_behind_layers() -> None:
    result = run_inner("sim.latency_us=demand", "validate,trace")
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    "option", ["latency_us=soon", "kernels=some", "memory_bytes=-1", "extensions=x", "deaf=both"]
)
def test_options_that_make_no_sense(option: str) -> None:
    code = "import chainerx as chx, os\nchx.load_plugin(os.environ['CHAINERX_TEST_PLUGIN_DIR'] + '/sim/sim.so')\nchx.ones(1, device='sim')"
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "CHAINERX_PLUGIN_OPTIONS": f"sim.{option}"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert f"sim.{option}; expected" in result.stderr


NEEDED = {
    "copies": {
        "test_item_waits",
        "test_numpy_waits",
        "test_print_waits",
        "test_conversions_wait",
        "test_host_fallback_waits",
        "test_copy_to_another_device_waits",
        "test_reading_on_another_stream_waits",
    },
    "events": {
        "test_arrays_of_another_stream_are_waited_for",
        "test_a_writer_waits_for_readers_on_other_streams",
        "test_reading_on_another_stream_waits",
        "test_memory_freed_after_use_on_a_second_stream",
        "test_memory_of_the_default_stream_used_on_another",
        "test_programs_on_streams",
        "test_programs_update_outside_memory_on_streams",
    },
    "sync": {
        "test_synchronize",
        "test_late_errors_name_their_op_and_are_told_once",
    },
}


@pytest.mark.parametrize("deaf", NEEDED)
def test_a_missing_wait_is_noticed(deaf: str) -> None:
    result = run_inner(f"sim.latency_us=demand,sim.deaf={deaf}")
    failed = set(re.findall(r"^(?:FAILED|ERROR) .*::(test_\w+)", result.stdout, re.M))
    assert failed >= NEEDED[deaf], result.stdout


def test_a_missing_wait_for_addressed_memory_is_noticed() -> None:
    result = run_inner("sim.latency_us=demand,sim.addressing=pointers,sim.deaf=sync")
    failed = set(re.findall(r"^(?:FAILED|ERROR) .*::(test_\w+)", result.stdout, re.M))
    assert failed >= NEEDED["copies"], result.stdout


@pytest.mark.parametrize("latency", ["demand", "300000"])
def test_exit_with_pending_work(latency: str) -> None:
    code = """
import os, chainerx as chx
chx.load_plugin(os.environ["CHAINERX_TEST_PLUGIN_DIR"] + "/sim/sim.so")
with chx.using_device("sim:0"):
    stream = chx.Stream()
    with stream:
        x = chx.ones(1000)
        for _ in range(20):
            x = x + x
    y = x * x
    left = [x + y for _ in range(100)]
print("end")
"""
    options = f"sim.latency_us={latency}"
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "CHAINERX_PLUGIN_OPTIONS": options},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (result.returncode, result.stdout) == (0, "end\n"), result.stderr
