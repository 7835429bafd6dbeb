"""chainerx.safetensors: round trips, the original's bytes, malformed files."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy
import pytest

import chainerx as chx
from chainerx import safetensors as st

NAMES = {
    "bool": "BOOL",
    "int8": "I8",
    "int16": "I16",
    "int32": "I32",
    "int64": "I64",
    "uint8": "U8",
    "uint16": "U16",
    "uint32": "U32",
    "uint64": "U64",
    "float16": "F16",
    "bfloat16": "BF16",
    "float32": "F32",
    "float64": "F64",
    "complex64": "C64",
}


def arrays() -> dict[str, chx.ndarray]:
    x = chx.arange(6).reshape(2, 3)
    result = {dtype: x.astype(dtype) for dtype in NAMES if dtype != "bfloat16"}
    return {
        **result,
        "transposed": x.T,
        "reversed": x[:, ::-1],
        "empty": chx.zeros((0, 3)),
        "scalar": chx.array(5),
        "é/β": chx.ones(1),
    }


@pytest.mark.parametrize("mode", [None, "r", "c", "r+"])
def test_round_trip(mode: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    before = arrays()
    st.save_file(before, path)
    after = st.load_file(path, mmap_mode=mode)
    assert after.keys() == before.keys()
    for name, a in before.items():
        assert after[name].dtype == a.dtype
        chx.testing.assert_array_equal(after[name], a)
    assert st.save(before) == path.read_bytes()
    for name, a in st.load(path.read_bytes(), device="native:1").items():
        assert a.device.name == "native:1"
        chx.testing.assert_array_equal(a, before[name])


@pytest.mark.parametrize(("dtype", "name"), NAMES.items())
def test_dtypes(dtype: str, name: str) -> None:
    if dtype == "bfloat16":
        pytest.importorskip("ml_dtypes")
    a = chx.arange(4).astype(dtype)
    data = st.save({"a": a})
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    assert header == {"a": {"dtype": name, "shape": [4], "data_offsets": [0, a.nbytes]}}
    assert data[8 + size :] == chx.to_numpy(a).tobytes()
    b = st.load(data)["a"]
    assert b.dtype == a.dtype
    assert b.tolist() == a.tolist()
    with pytest.raises(chx.DtypeError, match="complex128"):
        st.save({"a": chx.ones(1, "complex128")})


def test_the_widest_come_first_and_are_aligned(tmp_path: Path) -> None:
    st.save_file(
        {"b": chx.ones(3, "uint8"), "a": chx.ones(1, "uint8"), "z": chx.ones(2, "float64")},
        tmp_path / "a",
    )
    with st.safe_open(tmp_path / "a", framework="np", mmap_mode="r") as file:
        assert file.keys() == ["z", "a", "b"]
        z = file.get_tensor("z")
        assert (z.data_ptr + z.offset) % 8 == 0


def test_metadata(tmp_path: Path) -> None:
    path = tmp_path / "a"
    metadata = {"format": "pt", "quote": '"', "é": "β"}
    st.save_file({"a": chx.ones(1)}, path, metadata)
    with st.safe_open(path) as file:
        assert file.metadata() == metadata
    st.save_file({}, path)
    with st.safe_open(path) as file:
        assert file.metadata() == {}
        assert file.keys() == []
    with pytest.raises(TypeError, match="expected text by name"):
        st.save({}, {"a": 1})  # type: ignore[dict-item]


def test_single_arrays_and_parts(tmp_path: Path) -> None:
    path = tmp_path / "a"
    st.save_file({"a": chx.arange(12).reshape(3, 4), "b": chx.ones(1)}, path)
    with st.safe_open(path, device="native:1") as file:
        assert file.get_tensor("a").device.name == "native:1"
        part = file.get_slice("a")
        assert part.get_shape() == [3, 4]
        assert part.get_dtype() == "I64"
        assert part[1:, 2].tolist() == [6, 10]
        assert part[1:, 2].device.name == "native:1"
        with pytest.raises(KeyError, match="no tensor c"):
            file.get_tensor("c")
    with pytest.raises(ValueError, match="closed"):
        file.keys()
    with pytest.raises(FileNotFoundError):
        st.load_file(tmp_path / "missing")


def test_maps_share_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    st.save_file({"a": chx.arange(3)}, path)
    a = st.load_file(path, mmap_mode="r+")["a"]
    a += 1
    assert st.load_file(path)["a"].tolist() == [1, 2, 3]
    st.save_file({"a": a[:1]}, path)  # a new file
    assert a.tolist() == [1, 2, 3]


def test_devices_and_graphs(tmp_path: Path) -> None:
    a = chx.arange(3, dtype="float32", device="sim:0").require_grad() * 2
    st.save_file({"a": a}, tmp_path / "a")
    b = st.load_file(tmp_path / "a", device="sim:0", mmap_mode="r")["a"]
    assert b.device.name == "sim:0"
    assert b.tolist() == [0, 2, 4]


def file_of(header: Any, elements: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + elements


def test_truncated_files() -> None:
    data = st.save({"a": chx.arange(3), "b": chx.ones(2, "int8")}, {"a": "b"})
    for size in range(len(data)):
        with pytest.raises(ValueError, match="can't be read"):
            st.load(data[:size])


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "U8", "shape": [3], "data_offsets": [0, 4]},
        {"dtype": "U8", "shape": [4], "data_offsets": [0, 5]},
        {"dtype": "U8", "shape": [4], "data_offsets": [4, 0]},
        {"dtype": "U8", "shape": [-4], "data_offsets": [0, 4]},
        {"dtype": "U8", "shape": [4.0], "data_offsets": [0, 4]},
        {"dtype": "U8", "shape": [2**62, 4], "data_offsets": [0, 4]},
        {"dtype": "U8", "shape": [2**64 + 4], "data_offsets": [0, 4]},
        {"dtype": "U8", "shape": [3], "data_offsets": [1, 4]},
        {"dtype": "u8", "shape": [4], "data_offsets": [0, 4]},
        {"dtype": "U8", "shape": [4]},
        [],
    ],
    ids=repr,
)
def test_malformed_entries(entry: Any) -> None:
    with pytest.raises(ValueError, match="can't be read"):
        st.load(file_of({"a": entry}, bytes(4)))


def test_other_dtypes_can_be_there(tmp_path: Path) -> None:
    header = {
        "a": {"dtype": "F8_E4M3", "shape": [2], "data_offsets": [0, 2]},
        "b": {"dtype": "I8", "shape": [2], "data_offsets": [2, 4]},
    }
    (tmp_path / "a").write_bytes(file_of(header, bytes(4)))
    with pytest.raises(chx.DtypeError, match="F8_E4M3"):
        st.load_file(tmp_path / "a")
    with st.safe_open(tmp_path / "a") as file:
        assert file.get_tensor("b").tolist() == [0, 0]


def test_only_arrays_are_saved() -> None:
    with pytest.raises(TypeError, match=r"chainerx\.array"):
        st.save({"a": numpy.ones(1)})  # type: ignore[dict-item]
    with pytest.raises(TypeError, match="expected arrays by name"):
        st.save({1: chx.ones(1)})  # type: ignore[dict-item]


def test_against_the_original(tmp_path: Path) -> None:
    pytest.importorskip("safetensors", minversion="0.7")  # the first with complex64
    from safetensors import numpy as original  # type: ignore[import-not-found]

    path = tmp_path / "a"
    ours = arrays()
    theirs = {name: numpy.ascontiguousarray(chx.to_numpy(a)) for name, a in ours.items()}
    theirs["scalar"] = chx.to_numpy(ours["scalar"])
    assert st.save(ours, {"format": "np"}) == original.save(theirs, {"format": "np"})
    st.save_file(ours, path)
    for name, x in original.load_file(path).items():
        assert x.dtype == theirs[name].dtype
        numpy.testing.assert_array_equal(x, theirs[name])
    original.save_file(theirs, path)
    for name, a in st.load_file(path).items():
        chx.testing.assert_array_equal(a, theirs[name])
