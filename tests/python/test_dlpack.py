"""DLPack in both directions, with NumPy and with a library made by hand; other libraries are in test_dlpack_peers.py."""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import threading
from typing import Any

import numpy
import pytest
from dlpack_by_hand import Producer, dims, look_into

import chainerx as chx

READ_ONLY, IS_COPIED = 1, 2
VERSION = (1, 0)


def address(a: chx.ndarray) -> int:
    return int(a.data_ptr + a.offset)


def test_memory_is_shared_and_kept_alive() -> None:
    a = chx.arange(1000, dtype="float32")
    x = numpy.from_dlpack(a[10:])
    a += 1
    assert x[0] == 11
    del a
    gc.collect()
    assert x.sum() == numpy.arange(11, 1001).sum()
    b = chx.from_dlpack(numpy.arange(1000.0))
    gc.collect()
    assert float(b.sum()) == 499500


def test_device() -> None:
    assert chx.ones(1).__dlpack_device__() == (1, 0)
    assert chx.ones(1, device="native:1").__dlpack_device__() == (1, 0)
    assert chx.from_dlpack(chx.ones(1, device="native:1")).device.name == "native:1"


# ---- versions and capsules


@pytest.mark.parametrize("version", [(1, 0), (1, 3), (2, 0)])
def test_versioned_capsules(version: tuple[int, int]) -> None:
    capsule = chx.ones(2).__dlpack__(max_version=version)
    assert '"dltensor_versioned"' in repr(capsule)
    managed = look_into(capsule)
    assert (managed.major, managed.flags) == (1, 0)


@pytest.mark.parametrize("version", [None, (0, 0), (0, 8)])
def test_unversioned_capsules(version: tuple[int, int] | None) -> None:
    assert '"dltensor"' in repr(chx.ones(2).__dlpack__(max_version=version))


def test_consumed_and_wrong_capsules() -> None:
    a = chx.ones(2)
    capsule: Any = a.__dlpack__(max_version=VERSION)
    b = chx.from_dlpack(capsule)
    assert '"used_dltensor_versioned"' in repr(capsule)
    b += 1
    assert a.tolist() == [2, 2]
    with pytest.raises(ValueError, match="consumed"):
        chx.from_dlpack(capsule)
    with pytest.raises(ValueError, match="consumed"):
        chx.from_dlpack(Producer(name=b"something else"))
    with pytest.raises(TypeError, match="__dlpack__"):
        chx.from_dlpack([1, 2])


def test_later_major_versions_are_refused() -> None:
    producer = Producer()
    producer.managed.major = 2
    with pytest.raises(BufferError, match="version 2"):
        chx.from_dlpack(producer)
    assert producer.n_deleted == 1


def test_producers_without_version_1() -> None:
    class Old:
        def __dlpack__(self, stream: Any = None) -> Any:
            return chx.ones(2).__dlpack__()

    a = chx.from_dlpack(Old())
    assert a.tolist() == [1, 1]
    with pytest.raises(chx.ChainerxError):  # it can't say that it may be written
        a += 1
    b = chx.from_dlpack(Old(), copy=True)
    b += 1
    assert b.tolist() == [2, 2]


# ---- flags, copies and devices


def test_read_only() -> None:
    x = numpy.arange(3.0)
    x.flags.writeable = False
    a = chx.array(x, copy=False)
    with pytest.raises(BufferError, match="read-only"):
        a.__dlpack__()
    capsule = a.__dlpack__(max_version=VERSION)
    assert look_into(capsule).flags == READ_ONLY
    b = chx.from_dlpack(capsule)
    with pytest.raises(chx.ChainerxError):
        b += 1
    assert not numpy.from_dlpack(a).flags.writeable
    producer = Producer()
    producer.managed.flags = READ_ONLY
    c = chx.from_dlpack(producer)
    with pytest.raises(chx.ChainerxError):
        c.fill(1)


def test_copy_on_export() -> None:
    a = chx.ones(2)
    for copy, flags in ((True, IS_COPIED), (None, 0), (False, 0)):
        capsule: Any = a.__dlpack__(copy=copy, max_version=VERSION)
        managed = look_into(capsule)
        assert managed.flags == flags
        assert (managed.tensor.data == address(a)) == (copy is not True)
    b = chx.from_dlpack(a.__dlpack__(copy=True))
    assert address(b) != address(a)


def test_copy_on_import() -> None:
    x = numpy.arange(3.0)
    shared, copied = chx.from_dlpack(x, copy=False), chx.from_dlpack(x, copy=True)
    copied += 1
    assert x.tolist() == [0, 1, 2]
    shared += 1
    assert x.tolist() == [1, 2, 3]
    a = chx.ones(2)
    b = chx.from_dlpack(a, copy=True)
    b += 1
    assert a.tolist() == [1, 1]
    assert address(chx.from_dlpack(a)) == address(a)


def test_what_producers_are_asked_for() -> None:
    producer = Producer()
    chx.from_dlpack(producer)
    chx.from_dlpack(producer, copy=True)
    producer.managed.tensor.device_type = 2
    with pytest.raises(chx.DeviceError, match=r"\(2, 0\)"):
        chx.from_dlpack(producer, device="native:0")
    assert producer.requests == [
        {"max_version": (1, 3)},
        {"max_version": (1, 3), "copy": True},
        {"max_version": (1, 3), "dl_device": (1, 0)},
    ]
    assert producer.n_deleted == 3


def test_devices() -> None:
    a = chx.ones(2)
    assert chx.from_dlpack(a, device="native:1").device.name == "native:1"
    with pytest.raises(ValueError, match="without a copy"):
        chx.from_dlpack(a, device="native:1", copy=False)
    x = numpy.ones(2)
    b = chx.from_dlpack(x, device="native:1", copy=False)  # the same memory
    assert b.device.name == "native:1"
    assert address(b) == x.ctypes.data
    assert chx.from_dlpack(a.__dlpack__(dl_device=(1, 0))).tolist() == [1, 1]
    with pytest.raises(BufferError, match="another one"):
        a.__dlpack__(dl_device=(2, 0))
    with pytest.raises(BufferError, match="another one"):
        a.__dlpack__(dl_device=(1, 0, 0))


def test_devices_that_dlpack_does_not_know() -> None:
    a = chx.arange(3, device="sim:0")
    with pytest.raises(BufferError, match="no name"):
        a.__dlpack__()
    for version in (None, VERSION):
        b = chx.from_dlpack(a.__dlpack__(dl_device=(1, 0), max_version=version))
        assert b.tolist() == [0, 1, 2]
    assert look_into(a.__dlpack__(dl_device=(1, 0), max_version=VERSION)).flags == IS_COPIED
    with pytest.raises(BufferError, match="without a copy"):
        a.__dlpack__(dl_device=(1, 0), copy=False)
    assert chx.from_dlpack(a).device is a.device
    producer = Producer()
    producer.managed.tensor.device_type = a.__dlpack_device__()[0]
    with chx.using_device("sim:0"), pytest.raises(chx.DeviceError, match="no device is open"):
        chx.from_dlpack(producer)


def test_streams_on_the_host() -> None:
    a = chx.ones(2)
    for stream in (None, -1):
        assert chx.from_dlpack(a.__dlpack__(stream=stream)).tolist() == [1, 1]
    for stream in (0, 1, 2, 12345, -2):
        with pytest.raises(BufferError, match="stream="):
            a.__dlpack__(stream=stream)


# ---- ownership


def test_deleter_is_called_once() -> None:
    producer = Producer()
    a = chx.from_dlpack(producer)
    view = a[0]
    del a
    assert producer.n_deleted == 0
    assert view.tolist() == [0, 1, 2]
    del view
    assert producer.n_deleted == 1
    producer.managed.tensor.code = 17
    with pytest.raises(chx.DtypeError, match="type code 17"):
        chx.from_dlpack(producer)
    assert producer.n_deleted == 2


def test_capsules_that_nobody_consumes_free_memory() -> None:
    def used() -> int:
        return int(chx.get_device("native:0").memory["used"])

    chx.ones(2).__dlpack__()
    gc.collect()
    before = used()
    a = chx.ones(1 << 20)
    capsules = [a.__dlpack__(), a.__dlpack__(max_version=VERSION)]
    del a
    assert used() >= before + (4 << 20)
    del capsules
    assert used() == before


def test_foreign_memory_released_on_another_thread() -> None:
    box = [chx.from_dlpack(numpy.arange(10)) for _ in range(100)]
    thread = threading.Thread(target=box.clear)
    thread.start()
    thread.join()
    assert not box


def test_many_round_trips_take_no_memory() -> None:
    def rounds(n: int) -> None:
        for _ in range(n):
            a = chx.from_dlpack(numpy.empty(64))
            numpy.from_dlpack(a)
            a.__dlpack__()

    rounds(2000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rounds(100_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2048  # KiB


EXIT_PROGRAM = """
import ctypes, sys
import numpy
import chainerx as chx
from dlpack_by_hand import look_into

# The consumer of one array lets go of it after the interpreter has ended, and so does the producer of another.
capsule = chx.arange(10).__dlpack__(max_version=(1, 0))
managed = look_into(capsule)
deleter = ctypes.cast(managed.deleter, ctypes.c_void_p)
ctypes.CDLL(None).__cxa_atexit(deleter, ctypes.c_void_p(ctypes.addressof(managed)), None)
ctypes.pythonapi.PyCapsule_SetName(ctypes.py_object(capsule), b"used_dltensor_versioned")
sys.kept = [chx.from_dlpack(numpy.arange(10)), numpy.from_dlpack(chx.arange(10))]
sys.kept.append(sys.kept)  # never collected
print("done")
"""


def test_owners_that_outlive_the_interpreter() -> None:
    from pathlib import Path

    result = subprocess.run(
        [sys.executable, "-c", EXIT_PROGRAM],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "done\n", "")


# ---- graphs


def test_connected_arrays_are_refused() -> None:
    a = chx.ones(2).require_grad()
    for b in (a, a * 2):
        with pytest.raises(BufferError, match="as_grad_stopped"):
            b.__dlpack__()
        with pytest.raises(BufferError, match="as_grad_stopped"):
            chx.from_dlpack(b)
    assert numpy.from_dlpack(a.as_grad_stopped()).tolist() == [1, 1]
    assert not chx.from_dlpack(numpy.ones(2)).is_backprop_required()


# ---- layouts


def test_strides_are_always_there() -> None:
    for a, shape, strides in (
        (chx.ones((2, 3)), [2, 3], [3, 1]),
        (chx.ones((2, 3)).T, [3, 2], [1, 3]),
        (chx.ones((4, 3))[::2, 1:], [2, 2], [6, 1]),
        (chx.broadcast_to(chx.ones(1), (2, 3)), [2, 3], [0, 0]),
    ):
        capsule = a.__dlpack__(max_version=VERSION)
        tensor = look_into(capsule).tensor
        assert tensor.data == address(a)
        assert tensor.byte_offset == 0
        assert dims(tensor.shape, 2) == shape
        assert dims(tensor.strides, 2) == strides


def test_negative_strides_are_copied_unless_forbidden() -> None:
    a = chx.arange(6).reshape(2, 3)[:, ::-1]
    capsule = a.__dlpack__(max_version=VERSION)
    managed = look_into(capsule)
    assert managed.flags == IS_COPIED
    assert dims(managed.tensor.strides, 2) == [3, 1]
    x = numpy.from_dlpack(a)
    assert x.tolist() == a.tolist()
    capsule = a.__dlpack__(max_version=VERSION, copy=False)
    tensor = look_into(capsule).tensor
    assert dims(tensor.strides, 2) == [3, -1]
    assert tensor.data == address(a)
    b = chx.from_dlpack(capsule)
    assert b.tolist() == a.tolist()
    # They are taken as they are.
    x = numpy.arange(6)[::-1]
    c = chx.from_dlpack(x)
    assert c.tolist() == x.tolist()
    assert numpy.shares_memory(chx.to_numpy(c, copy=False), x)


def test_byte_offset_and_alignment() -> None:
    producer = Producer()
    producer.managed.tensor.byte_offset = 16
    a = chx.from_dlpack(producer)
    assert a.tolist() == [[2, 3, 4], [5, 6, 7]]
    assert address(a) == producer.data.ctypes.data + 16
    producer.managed.tensor.byte_offset = 1
    expected = numpy.frombuffer(producer.data.tobytes()[1:49], "float64").reshape(2, 3)
    b = chx.from_dlpack(producer)
    assert address(b) % 8 == 0
    numpy.testing.assert_array_equal(chx.to_numpy(b), expected)
    with pytest.raises(ValueError, match="aligned"):
        chx.from_dlpack(producer, copy=False)
    assert chx.ones(3).data_ptr % 64 == 0


def test_no_strides_mean_row_major() -> None:
    producer = Producer(versioned=False)
    producer.managed.tensor.strides = None
    assert chx.from_dlpack(producer).tolist() == [[0, 1, 2], [3, 4, 5]]


def test_bfloat16() -> None:
    pytest.importorskip("ml_dtypes")
    a = chx.ones((2, 2), "float32").astype("bfloat16")
    b = chx.from_dlpack(a.__dlpack__(max_version=VERSION))
    assert b.dtype == a.dtype
    assert b.tolist() == [[1, 1], [1, 1]]
    with pytest.raises((BufferError, RuntimeError), match="Unsupported"):
        numpy.from_dlpack(a)


@pytest.mark.parametrize(
    ("code", "bits", "lanes"), [(10, 8, 1), (17, 4, 1), (17, 4, 2), (2, 32, 4), (3, 64, 1)]
)
def test_types_that_are_none_of_ours(code: int, bits: int, lanes: int) -> None:
    producer = Producer()
    tensor = producer.managed.tensor
    tensor.code, tensor.bits, tensor.lanes = code, bits, lanes
    producer.managed.flags = 4  # elements of fewer than 8 bits are padded
    with pytest.raises(chx.DtypeError, match=f"type code {code} with {bits} bits"):
        chx.from_dlpack(producer)
    assert producer.n_deleted == 1
