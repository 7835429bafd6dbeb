"""A library at the other end of DLPack, by ctypes: makes tensors that count their deletions, and looks into ours."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy

CPU = (1, 0)


class Tensor(ctypes.Structure):
    _fields_ = (
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    )


DELETER = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class Managed(ctypes.Structure):
    _fields_ = (
        ("tensor", Tensor),
        ("context", ctypes.c_void_p),
        ("deleter", DELETER),
    )


class Versioned(ctypes.Structure):
    _fields_ = (
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("context", ctypes.c_void_p),
        ("deleter", DELETER),
        ("flags", ctypes.c_uint64),
        ("tensor", Tensor),
    )


_new = ctypes.pythonapi.PyCapsule_New
_new.restype = ctypes.py_object
_new.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = ctypes.c_void_p
_pointer.argtypes = (ctypes.py_object, ctypes.c_char_p)


def pointer_of(capsule: Any, name: bytes) -> int:
    return int(_pointer(capsule, name))


def look_into(capsule: Any) -> Versioned:
    """The tensor in a versioned capsule, which stays there."""
    return Versioned.from_address(pointer_of(capsule, b"dltensor_versioned"))


def dims(pointer: Any, ndim: int) -> list[int]:
    return [pointer[i] for i in range(ndim)]


class Producer:
    """An array of a library that hands out six float64 numbers, (2, 3)."""

    def __init__(self, versioned: bool = True, name: bytes | None = None) -> None:
        self.data = numpy.arange(64.0)
        self.n_deleted = 0
        self.requests: list[dict[str, Any]] = []
        self.shape = (ctypes.c_int64 * 2)(2, 3)
        self.strides = (ctypes.c_int64 * 2)(3, 1)
        self.managed: Any = Versioned() if versioned else Managed()
        self.name = name or (b"dltensor_versioned" if versioned else b"dltensor")
        self.deleter = DELETER(self._delete)
        self.managed.deleter = self.deleter
        if versioned:
            self.managed.major, self.managed.minor = 1, 0
        tensor = self.managed.tensor
        tensor.data = self.data.ctypes.data
        tensor.device_type, tensor.device_id = CPU
        tensor.ndim, tensor.code, tensor.bits, tensor.lanes = 2, 2, 64, 1
        tensor.shape, tensor.strides = self.shape, self.strides

    def _delete(self, _: int) -> None:
        self.n_deleted += 1

    def __dlpack__(self, **request: Any) -> Any:
        self.requests.append(request)
        return _new(ctypes.addressof(self.managed), self.name, None)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.managed.tensor.device_type, self.managed.tensor.device_id
