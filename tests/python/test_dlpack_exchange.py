"""DLPack's functions for C code, chainerx.ndarray.__dlpack_c_exchange_api__, called by ctypes."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import numpy
import pytest
from dlpack_by_hand import Producer, Tensor, Versioned, dims, pointer_of

import chainerx as chx

SET_ERROR = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p)
Out = ctypes.POINTER(ctypes.c_void_p)


class Api(ctypes.Structure):
    _fields_ = (
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("older", ctypes.c_void_p),
        (
            "allocate",
            ctypes.PYFUNCTYPE(
                ctypes.c_int, ctypes.POINTER(Tensor), Out, ctypes.c_void_p, SET_ERROR
            ),
        ),
        ("from_object", ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, Out)),
        ("to_object", ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, Out)),
        (
            "view_object",
            ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.POINTER(Tensor)),
        ),
        ("current_stream", ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_int32, ctypes.c_int32, Out)),
    )


API = Api.from_address(pointer_of(chx.ndarray.__dlpack_c_exchange_api__, b"dlpack_exchange_api"))


def managed_of(out: ctypes.c_void_p) -> Versioned:
    assert out.value is not None
    return Versioned.from_address(out.value)


def delete(managed: Versioned) -> None:
    managed.deleter(ctypes.addressof(managed))


def test_version() -> None:
    assert (API.major, API.minor, API.older) == (1, 3, None)


def test_from_object() -> None:
    a = chx.arange(6).reshape(2, 3).T
    out = ctypes.c_void_p()
    assert API.from_object(a, out) == 0
    managed = managed_of(out)
    assert managed.tensor.data == a.data_ptr + a.offset
    assert dims(managed.tensor.shape, 2) == [3, 2]
    assert dims(managed.tensor.strides, 2) == [1, 3]
    count = sys.getrefcount(a)
    delete(managed)
    assert sys.getrefcount(a) == count
    with pytest.raises(TypeError, match=r"expected a chainerx\.ndarray"):
        API.from_object([1], out)
    with pytest.raises(BufferError, match="as_grad_stopped"):
        API.from_object(chx.ones(1).require_grad(), out)


def test_to_object() -> None:
    producer = Producer()
    out = ctypes.c_void_p()
    assert API.to_object(ctypes.addressof(producer.managed), out) == 0
    a = ctypes.cast(out, ctypes.py_object).value
    ctypes.pythonapi.Py_DecRef(ctypes.py_object(a))  # the reference that was given to us
    assert isinstance(a, chx.ndarray)
    assert a.tolist() == [[0, 1, 2], [3, 4, 5]]
    del a
    assert producer.n_deleted == 1
    producer.managed.tensor.bits = 8
    with pytest.raises(chx.DtypeError):
        API.to_object(ctypes.addressof(producer.managed), out)
    assert producer.n_deleted == 2


def test_view_object() -> None:
    a = chx.arange(6, dtype="float32").reshape(2, 3)
    tensor = Tensor()
    assert API.view_object(a, tensor) == 0
    assert tensor.data == a.data_ptr + a.offset
    assert (tensor.ndim, tensor.code, tensor.bits, tensor.lanes) == (2, 2, 32, 1)
    assert dims(tensor.shape, 2) == [2, 3]
    readonly = numpy.ones(2)
    readonly.flags.writeable = False
    for b in (chx.array(readonly, copy=False), chx.ones(2).require_grad()):
        with pytest.raises(BufferError, match="read-only or part of a graph"):
            API.view_object(b, tensor)


def test_allocate() -> None:
    prototype = Producer().managed.tensor
    errors: list[tuple[bytes, bytes]] = []
    set_error = SET_ERROR(lambda _, kind, message: errors.append((kind, message)))
    out = ctypes.c_void_p()
    assert API.allocate(prototype, out, None, set_error) == 0
    managed = managed_of(out)
    assert dims(managed.tensor.shape, 2) == [2, 3]
    assert managed.tensor.data % 64 == 0
    ctypes.memset(managed.tensor.data, 0, 48)
    delete(managed)
    prototype.device_type = 2
    assert API.allocate(prototype, out, None, set_error) == -1
    assert errors[0][0] == b"BufferError"
    assert b"(2, 0)" in errors[0][1]


def test_current_stream() -> None:
    out = ctypes.c_void_p(1)
    assert API.current_stream(1, 0, out) == 0
    assert out.value is None
    with pytest.raises(chx.DeviceError):
        API.current_stream(2, 0, out)


def test_a_consumer_that_uses_them() -> None:
    torch: Any = pytest.importorskip("torch")
    assert hasattr(torch.Tensor, "__dlpack_c_exchange_api__")
    a = chx.arange(3)
    t = torch.from_dlpack(a)
    t += 1
    assert a.tolist() == [1, 2, 3]
