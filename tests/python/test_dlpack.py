"""DLPack in both directions."""

from __future__ import annotations

import gc
import threading
from typing import Any

import numpy
import pytest

import chainerx as chx


@pytest.mark.parametrize("dtype", [d.__name__ for d in chx.all_dtypes])
def test_to_and_from_numpy(dtype: str) -> None:
    a = chx.array(numpy.arange(6).reshape(2, 3), dtype).T
    x = numpy.from_dlpack(a)
    assert x.dtype == dtype
    assert x.shape == (3, 2)
    assert numpy.shares_memory(x, chx.to_numpy(a, copy=False))
    numpy.testing.assert_array_equal(x, chx.to_numpy(a))
    b = chx.from_dlpack(x)
    assert b.dtype == dtype
    assert b.data_ptr + b.offset == a.data_ptr + a.offset


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


def test_capsules() -> None:
    a = chx.ones(2)
    assert '"dltensor"' in repr(a.__dlpack__())
    assert '"dltensor"' in repr(a.__dlpack__(max_version=(0, 8)))
    capsule: Any = a.__dlpack__(max_version=(1, 0))
    assert '"dltensor_versioned"' in repr(capsule)
    b = chx.from_dlpack(capsule)
    assert '"used_dltensor_versioned"' in repr(capsule)
    b += 1
    assert a.tolist() == [2, 2]
    with pytest.raises(ValueError, match="consumed"):
        chx.from_dlpack(capsule)
    del capsule, b
    gc.collect()
    a.__dlpack__()  # never consumed


def test_copies() -> None:
    a = chx.ones(2)
    b = chx.from_dlpack(a.__dlpack__(copy=True, max_version=(1, 0)))
    b += 1
    assert a.tolist() == [1, 1]
    c = chx.from_dlpack(a, copy=True)
    c += 1
    assert a.tolist() == [1, 1]
    d = chx.from_dlpack(a, device="native:1")
    assert d.device.name == "native:1"
    with pytest.raises(ValueError, match="without a copy"):
        chx.from_dlpack(a, device="native:1", copy=False)
    assert chx.from_dlpack(a.__dlpack__(dl_device=(1, 0))).tolist() == [1, 1]
    with pytest.raises(BufferError):
        a.__dlpack__(dl_device=(2, 0))


def test_read_only() -> None:
    x = numpy.arange(3.0)
    x.flags.writeable = False
    a = chx.array(x, copy=False)
    with pytest.raises(BufferError, match="read-only"):
        a.__dlpack__()
    b = chx.from_dlpack(a.__dlpack__(max_version=(1, 0)))
    with pytest.raises(chx.ChainerxError):
        b += 1


def test_connected_arrays_are_refused() -> None:
    a = chx.ones(2).require_grad()
    with pytest.raises(BufferError, match="as_grad_stopped"):
        a.__dlpack__()
    assert numpy.from_dlpack(a.as_grad_stopped()).tolist() == [1, 1]


def test_producers_without_version_1() -> None:
    class Old:
        def __dlpack__(self, stream: Any = None) -> Any:
            return chx.ones(2).__dlpack__()

    assert chx.from_dlpack(Old()).tolist() == [1, 1]
    with pytest.raises(TypeError, match="__dlpack__"):
        chx.from_dlpack([1, 2])


def test_bfloat16() -> None:
    a = chx.ones((2, 2), "float32").astype("bfloat16")
    b = chx.from_dlpack(a)
    assert b.dtype == a.dtype
    assert b.tolist() == [[1, 1], [1, 1]]


def test_foreign_memory_released_on_another_thread() -> None:
    box = [chx.from_dlpack(numpy.arange(10)) for _ in range(100)]
    thread = threading.Thread(target=box.clear)
    thread.start()
    thread.join()
    assert not box
