"""Python and NumPy objects to arrays and back: dtypes, memory sharing, buffers."""

from __future__ import annotations

import array
import gc
import hashlib
import io
from pathlib import Path
from typing import Any

import numpy
import pytest

import chainerx as chx

DTYPES = [dtype.__name__ for dtype in chx.all_dtypes]


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (1, "int64"),
        (True, "bool"),
        (1.5, "float32"),
        (1j, "complex64"),
        ([1, 2], "int64"),
        ([1, 2.5], "float32"),
        ([[1j], [2]], "complex64"),
        ([], "float32"),
        ([[], []], "float32"),
        (numpy.float64(1), "float64"),
        ([numpy.float64(1)], "float64"),
        (numpy.array([1.5]), "float64"),
        ([numpy.array([1.5])], "float64"),
        (numpy.array([1], "uint16"), "uint16"),
        (range(3), "int64"),
    ],
    ids=repr,
)
def test_dtype_of_array(data: Any, dtype: str) -> None:
    a = chx.array(data)
    assert a.dtype == dtype
    chx.testing.assert_array_equal(a, numpy.array(data))


def test_nested_arrays() -> None:
    a = chx.array([chx.ones(2, "float64"), chx.zeros(2, "float64")])
    assert a.dtype == "float64"
    assert a.tolist() == [[1, 1], [0, 0]]
    assert chx.array([[chx.array(1), chx.array(2)]]).tolist() == [[1, 2]]


@pytest.mark.parametrize("dtype", DTYPES)
def test_round_trip(dtype: str) -> None:
    x = numpy.array([[0, 1, 2], [3, 4, 5]], dtype)
    for source in (x, x.T, x[:, ::2], x[::-1], numpy.asfortranarray(x), x[:0], x[0, 0]):
        for copy in (True, False):
            a = chx.array(source, copy=copy)
            assert a.dtype == dtype
            assert a.shape == source.shape
            numpy.testing.assert_array_equal(chx.to_numpy(a), source)
            numpy.testing.assert_array_equal(chx.to_numpy(a, copy=False), source)
            numpy.testing.assert_array_equal(numpy.asarray(a), source)


def test_copy_and_sharing() -> None:
    x = numpy.arange(6, dtype="float32").reshape(2, 3)
    copied, shared = chx.array(x), chx.array(x, copy=False)
    x[0, 0] = 9
    assert float(copied[0, 0]) == 0
    assert float(shared[0, 0]) == 9
    shared += 1
    assert x[0, 0] == 10
    y = chx.to_numpy(shared, copy=False)
    assert numpy.shares_memory(x, y)
    assert not numpy.shares_memory(x, chx.to_numpy(shared))
    assert chx.array(x.T, copy=False).strides == x.T.strides
    assert chx.asarray(shared) is shared
    assert chx.array(shared) is not shared
    assert numpy.shares_memory(chx.to_numpy(chx.asarray(x), copy=False), x)


def test_shared_memory_outlives_its_owner() -> None:
    a = chx.array(numpy.arange(1000), copy=False)
    b = chx.to_numpy(chx.arange(1000), copy=False)
    gc.collect()
    assert int(a.sum()) == int(b.sum()) == 499500


def test_memory_that_cannot_be_shared_is_copied() -> None:
    record = numpy.zeros(3, dtype=[("a", "i1"), ("b", "f4")])
    record["b"] = [1, 2, 3]
    assert chx.array(record["b"], copy=False).tolist() == [1, 2, 3]
    readonly = numpy.arange(3.0)
    readonly.flags.writeable = False
    a = chx.array(readonly, copy=False)
    with pytest.raises(chx.ChainerxError):
        a += 1
    assert not chx.to_numpy(a, copy=False).flags.writeable


def test_unsupported_dtypes() -> None:
    for x in (
        numpy.array(["a"]),
        numpy.array([None]),
        numpy.zeros(2, "M8[s]"),
        numpy.zeros(2, ">f4"),
    ):
        with pytest.raises(chx.DtypeError):
            chx.array(x)
    with pytest.raises(chx.DtypeError):
        chx.zeros(2, "float7")
    with pytest.raises(TypeError):
        chx.zeros(2, dtype=3)


@pytest.mark.parametrize("name", DTYPES)
def test_dtype_specifiers(name: str) -> None:
    for specifier in (
        name,
        getattr(numpy, name, None) or getattr(numpy, name + "_"),
        numpy.dtype(name),
        numpy.dtype(name).str,
    ):
        assert chx.zeros(1, specifier).dtype == name
    for builtin, expected in (
        (int, "int64"),
        (float, "float64"),
        (bool, "bool"),
        (complex, "complex128"),
        ("int", "int64"),
    ):
        assert chx.zeros(1, builtin).dtype == expected


def test_bfloat16() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    assert chx.bfloat16 is ml_dtypes.bfloat16
    x = numpy.array([[1.5, 2], [3, 4]], ml_dtypes.bfloat16)
    a = chx.array(x)
    assert a.dtype == ml_dtypes.bfloat16
    assert a.astype("float32").tolist() == [[1.5, 2], [3, 4]]
    assert a.tolist() == [[1.5, 2], [3, 4]]
    assert "dtype=bfloat16" in repr(a)
    assert float(chx.array(ml_dtypes.bfloat16(2.5))) == 2.5
    assert float(chx.ones(1) * ml_dtypes.bfloat16(2.5)) == 2.5
    shared = chx.array(x, copy=False)
    shared[0, 0] = 7
    assert x[0, 0] == 7
    view = chx.to_numpy(shared.T, copy=False)
    assert view.dtype == ml_dtypes.bfloat16
    assert view[1, 0] == 2
    assert numpy.shares_memory(view, x)
    numpy.testing.assert_array_equal(numpy.asarray(shared).astype("f4"), x.astype("f4"))


@pytest.mark.parametrize("dtype", DTYPES)
def test_buffer_protocol(dtype: str) -> None:
    a = chx.array(numpy.arange(6).reshape(2, 3), dtype)
    view = memoryview(a)
    assert view.shape == (2, 3)
    assert view.strides == a.strides
    assert view.itemsize == a.itemsize
    assert not view.readonly
    assert bytes(view) == chx.to_numpy(a).tobytes()
    assert numpy.asarray(a).dtype == dtype
    with pytest.raises(BufferError, match="contiguous"):
        hashlib.sha256(a.T)


def test_buffer_of_connected_arrays_is_readonly() -> None:
    a = chx.ones(2).require_grad()
    b = a * 2
    assert memoryview(b).readonly
    x = chx.to_numpy(b, copy=False)
    assert not x.flags.writeable
    assert b.__array_interface__["data"][1]
    assert chx.to_numpy(b.as_grad_stopped(), copy=False).flags.writeable


def test_array_interface() -> None:
    a = chx.zeros((2, 3), "int16").T

    class Holder:
        __array_interface__ = a.__array_interface__

    x = numpy.asarray(Holder())
    x[2, 1] = 5
    assert a.tolist() == [[0, 0], [0, 0], [0, 5]]


def test_array_protocol() -> None:
    a = chx.array([1, 2])
    assert a.__array__("float64").dtype == "float64"
    assert numpy.shares_memory(a.__array__(), numpy.asarray(a))
    assert not numpy.shares_memory(a.__array__(copy=True), numpy.asarray(a))
    with pytest.raises(ValueError, match="without a copy"):
        a.__array__("float64", copy=False)


def test_tolist_and_namespace() -> None:
    assert chx.array([[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]
    assert chx.array(2.5).tolist() == 2.5
    assert chx.ones(1).__array_namespace__() is chx
    assert chx.ones(1).__array_namespace__(api_version="2024.12") is chx
    with pytest.raises(ValueError, match=r"1999\.12"):
        chx.ones(1).__array_namespace__(api_version="1999.12")


def test_numpy_like_constructors(tmp_path: Path) -> None:
    assert chx.frombuffer(b"\x01\x02\x03", "uint8", 2, 1).tolist() == [2, 3]
    shared = bytearray(8)
    chx.frombuffer(shared, "int32")[1] = 1
    assert shared[4] == 1
    assert chx.fromiter(iter([1, 2]), "int32").tolist() == [1, 2]
    assert chx.fromfunction(lambda i, j: i + j, (2, 2)).tolist() == [[0, 1], [1, 2]]
    assert chx.fromstring("1 2", sep=" ").tolist() == [1, 2]
    (tmp_path / "a.txt").write_text("1 2\n3 4\n")
    assert chx.loadtxt(tmp_path / "a.txt").tolist() == [[1, 2], [3, 4]]
    assert chx.fromfile(tmp_path / "a.txt", sep=" ").tolist() == [1, 2, 3, 4]


def test_device_and_dtype_arguments() -> None:
    a = chx.array([1, 2], "float16", device="native:1")
    assert (a.dtype, a.device.name) == (numpy.dtype("float16"), "native:1")
    b = chx.array(a, "float32", device="native:0")
    assert (b.dtype, b.device.name) == (numpy.dtype("float32"), "native:0")
    with chx.using_device("native:1"):
        assert chx.array([1]).device.name == "native:1"
    connected = chx.array([1.0]).require_grad()
    chx.array(connected, "float64").sum().backward()
    assert connected.grad.tolist() == [1]


def test_constants_and_dtypes_are_numpys() -> None:
    for name in ("pi", "e", "inf", "nan", "newaxis", "euler_gamma"):
        assert getattr(chx, name) is getattr(numpy, name)
    assert chx.float32 is numpy.float32
    assert chx.bool_ is numpy.bool_
    assert chx.dtype is numpy.dtype
    assert numpy.dtype("int8") in chx.all_dtypes
    assert chx.bool is bool
    assert chx.int is int
    assert str(chx.NZERO) == "-0.0"
    assert chx.Infinity == -chx.NINF


def test_asarray_without_a_copy() -> None:
    host = numpy.arange(4)
    mine = chx.arange(4)
    for source in (
        host,
        mine,
        memoryview(host),
        bytearray(8),
        array.array("i", [1, 2]),
        b"abc",
        numpy.zeros((0, 3)),
        host[::-2],
    ):
        a = chx.asarray(source, copy=False)
        numpy.testing.assert_array_equal(chx.to_numpy(a), numpy.asarray(memoryview(source)))
    shared = bytearray(2)
    chx.asarray(shared, copy=False)[1] = 7
    assert shared == b"\0\7"
    assert chx.asarray(mine, copy=False) is mine
    with pytest.raises(chx.ChainerxError):
        chx.asarray(b"abc", copy=False).fill(1)
    for source, dtype, device in (
        (host, "float32", None),
        (mine, "float32", None),
        (mine, None, "native:1"),
        (host, None, "sim:0"),
        (numpy.zeros(9, "int8")[1:].view("int64"), None, None),
        ([1], None, None),
        (1, None, None),
    ):
        with pytest.raises(ValueError, match="without a copy"):
            chx.asarray(source, dtype, device, copy=False)
    assert chx.asarray(host, device="native:1", copy=False).device.name == "native:1"


class Foreign:
    """An array of a library that knows DLPack and nothing else."""

    def __init__(self) -> None:
        self.data = chx.arange(3, dtype="float32")

    def __dlpack__(self, **request: Any) -> Any:
        return self.data.__dlpack__(**request)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.data.__dlpack_device__()


def test_arrays_of_other_libraries() -> None:
    foreign = Foreign()
    copied, shared = chx.array(foreign), chx.asarray(foreign)
    foreign.data += 1
    assert copied.tolist() == [0, 1, 2]
    assert shared.tolist() == [1, 2, 3]
    assert chx.asarray(foreign, copy=False).tolist() == [1, 2, 3]
    assert chx.array(foreign, "int32", device="native:1").tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match="as int32 on native:0 without a copy"):
        chx.asarray(foreign, "int32", copy=False)


def test_arrays_that_dlpack_cannot_hand_out() -> None:
    class Reluctant:
        def __dlpack__(self, **_: Any) -> Any:
            raise TypeError("not this one")

        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            return numpy.array([1, 2])

    assert chx.array(Reluctant()).tolist() == [1, 2]
    assert chx.asarray(Reluctant()).tolist() == [1, 2]


@pytest.mark.parametrize("device", ["sim:0", "primdev:0"])
def test_memory_that_the_host_has_no_address_of(device: str) -> None:
    a = chx.arange(3, device=device)
    with pytest.raises(BufferError, match="not in host memory"):
        memoryview(a)
    with pytest.raises(AttributeError, match="not in host memory"):
        a.__array_interface__  # noqa: B018
    with pytest.raises(ValueError, match="without a copy"):
        a.__array__(copy=False)
    assert numpy.asarray(a).tolist() == [0, 1, 2]
    assert a.__array__("float32").dtype == "float32"


def test_buffer_flags() -> None:
    a = chx.arange(6).reshape(2, 3)
    assert memoryview(a.T).strides == (8, 24)
    assert memoryview(a[:, ::-1]).strides == (24, -8)
    assert memoryview(a[:, ::-1]).tolist() == a[:, ::-1].tolist()
    assert memoryview(chx.array(5)).tolist() == 5
    assert memoryview(chx.zeros((0, 3))).nbytes == 0
    assert bytes(chx.arange(3, dtype="int8")) == b"\0\1\2"
    view = memoryview(a)
    view[1, 2] = 50
    assert a.tolist() == [[0, 1, 2], [3, 4, 50]]
    del a
    gc.collect()
    assert view.tolist() == [[0, 1, 2], [3, 4, 50]]
    readonly = chx.asarray(b"abc", copy=False)
    assert memoryview(readonly).readonly
    with pytest.raises(TypeError, match="read-write"):
        io.BytesIO(b"xyz").readinto(readonly)
    assert io.BytesIO(b"xyz").readinto(chx.zeros(3, "int8")) == 3


def test_scalars_of_numpy_give_way() -> None:
    a = chx.ones(2, "float64")
    for result in (numpy.float64(2) + a, a - numpy.int8(2), numpy.bool_(True) * a):
        assert isinstance(result, chx.ndarray)
        assert result.dtype == "float64"
    with pytest.raises(TypeError, match="unsupported operand"):
        numpy.ones(2) * a
    assert a.__array_priority__ > numpy.ones(1).__array_priority__
