"""chainerx.save, load, savez and savez_compressed, against NumPy's own."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import numpy
import pytest

import chainerx as chx

DTYPES = [dtype.__name__ for dtype in chx.all_dtypes]
SAVERS = [(chx.savez, numpy.savez), (chx.savez_compressed, numpy.savez_compressed)]


def samples(dtype: str) -> list[numpy.ndarray[Any, Any]]:
    x = numpy.arange(24).reshape(2, 3, 4).astype(dtype)
    return [x, x.T, x[:, ::-1], x[:0], x[0, 0, :1].reshape(()), numpy.asfortranarray(x[0])]


@pytest.mark.parametrize("dtype", DTYPES)
def test_numpy_reads_what_we_write(dtype: str, tmp_path: Path) -> None:
    for x in samples(dtype):
        chx.save(tmp_path / "a.npy", chx.array(x))
        y = numpy.load(tmp_path / "a.npy")
        assert y.dtype == x.dtype
        numpy.testing.assert_array_equal(y, x)


@pytest.mark.parametrize("mode", [None, "r", "c", "r+"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_we_read_what_numpy_writes(dtype: str, mode: Any, tmp_path: Path) -> None:
    for x in samples(dtype):
        numpy.save(tmp_path / "a.npy", x)
        a = chx.load(tmp_path / "a.npy", mmap_mode=mode)
        assert a.dtype == dtype
        chx.testing.assert_array_equal(a, x)


@pytest.mark.parametrize("dtype", [d for d in DTYPES if numpy.dtype(d).itemsize > 1])
def test_the_other_byte_order(dtype: str, tmp_path: Path) -> None:
    for x in samples(dtype):
        numpy.save(tmp_path / "a.npy", x.astype(x.dtype.newbyteorder()))
        for mode in (None, "r"):
            a = chx.load(tmp_path / "a.npy", mmap_mode=mode)
            assert a.dtype == dtype
            chx.testing.assert_array_equal(a, x)


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_versions(version: tuple[int, int], tmp_path: Path) -> None:
    with open(tmp_path / "a.npy", "wb") as file:
        numpy.lib.format.write_array(file, numpy.arange(3), version)
    assert chx.load(tmp_path / "a.npy").tolist() == [0, 1, 2]


def test_maps_share_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    chx.save(path, chx.arange(3))
    shared, readonly, own = (chx.load(path, mmap_mode=mode) for mode in ("r+", "r", "c"))
    shared += 1
    assert readonly.tolist() == [1, 2, 3]
    own += 1
    assert own.tolist() == [2, 3, 4]
    assert numpy.load(path).tolist() == [1, 2, 3]
    with pytest.raises(chx.ChainerxError):
        readonly += 1
    assert not chx.to_numpy(readonly, copy=False).flags.writeable
    with pytest.raises(ValueError, match="mmap_mode='w'"):
        chx.load(path, mmap_mode="w")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="expected a path"):
        chx.load(io.BytesIO(path.read_bytes()), mmap_mode="r")


def test_a_mapped_file_that_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    chx.save(path, chx.arange(100_000))
    a = chx.load(path, mmap_mode="r")
    chx.save(path, a[:1])
    assert int(a.sum()) == 4999950000
    assert chx.load(path).tolist() == [0]
    assert [p.name for p in tmp_path.iterdir()] == ["a.npy"]


def test_names_and_open_files(tmp_path: Path) -> None:
    a = chx.ones((2, 2))
    chx.save(str(tmp_path / "a"), a)
    chx.savez(os.fsencode(tmp_path / "b"), a)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.npy", "b.npz"]
    chx.save(tmp_path / "caf\xe9", a)
    assert chx.load(tmp_path / "caf\xe9.npy").shape == (2, 2)
    for write, read in ((chx.save, chx.load), (chx.savez, lambda f: chx.load(f)["arr_0"])):
        buffer = io.BytesIO()
        write(buffer, a)
        buffer.seek(0)
        assert read(buffer).tolist() == a.tolist()


def test_several_arrays_in_one_stream() -> None:
    for save, load in ((chx.save, chx.load), (numpy.save, chx.load), (chx.save, numpy.load)):
        buffer = io.BytesIO()
        for x in (numpy.arange(3), numpy.zeros((0, 2)), numpy.array(1.5)):
            save(buffer, x)
        buffer.write(b"the rest")
        buffer.seek(0)
        assert [load(buffer).tolist() for _ in range(3)] == [[0, 1, 2], [], 1.5]
        assert buffer.read() == b"the rest"


def test_permissions_and_links(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    mask = os.umask(0o027)
    try:
        chx.save(path, chx.ones(1))
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    (tmp_path / "link.npy").symlink_to(path)
    chx.save(tmp_path / "link.npy", chx.zeros(1))
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    assert (tmp_path / "link.npy").is_symlink()
    assert chx.load(path).tolist() == [0]


def test_what_can_be_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    for value in ([1.5, 2], numpy.float64(3), 4, numpy.arange(3)):
        chx.save(path, value)
        numpy.testing.assert_array_equal(numpy.load(path), value)
    chx.save(path, chx.ones(2, device="sim:0").require_grad() * 2)
    assert numpy.load(path).tolist() == [2, 2]


def test_bfloat16_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("ml_dtypes")
    a = chx.ones(2).astype("bfloat16")
    with pytest.raises(chx.DtypeError, match="bfloat16"):
        chx.save(tmp_path / "a.npy", a)
    with pytest.raises(chx.DtypeError, match="bfloat16"):
        chx.savez(tmp_path / "a.npz", a)
    numpy.save(tmp_path / "b.npy", chx.to_numpy(a))
    with pytest.raises(ValueError, match="not one of ours"):
        chx.load(tmp_path / "b.npy")
    assert not (tmp_path / "a.npy").exists()


@pytest.mark.parametrize(("save", "numpy_save"), SAVERS, ids=["stored", "deflated"])
def test_archives(save: Any, numpy_save: Any, tmp_path: Path) -> None:
    arrays = {f"x_{dtype}": numpy.arange(1000).astype(dtype) for dtype in DTYPES}
    path = tmp_path / "a.npz"
    save(path, numpy.arange(2), chx.zeros((0, 3)), **arrays)
    with numpy.load(path) as theirs:
        assert sorted(theirs.files) == sorted([*arrays, "arr_0", "arr_1"])
        for name, x in arrays.items():
            assert theirs[name].dtype == x.dtype
            numpy.testing.assert_array_equal(theirs[name], x)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
    numpy_save(path, numpy.arange(2).T, **arrays)
    for mode in (None, "r", "c"):
        ours = chx.load(path, mmap_mode=mode)
        assert sorted(ours.files) == sorted([*arrays, "arr_0"])
        for name, x in arrays.items():
            assert ours[name].dtype == x.dtype
            chx.testing.assert_array_equal(ours[name], x)


def test_archives_are_mappings(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    chx.savez(path, a=chx.ones(2), **{"sub/b": chx.zeros(1)})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("readme", "hello")
    file = chx.load(path, device="native:1")
    assert list(file) == file.files == ["a", "sub/b", "readme"]
    assert len(file) == 3
    assert "a" in file
    assert "a.npy" in file
    assert 1 not in file
    assert file["a"].device.name == "native:1"
    assert file["a.npy"].tolist() == [1, 1]
    assert file["readme"] == b"hello"
    assert repr(file) == "NpzFile with keys: a, sub/b, readme"
    assert {name: file[name] for name in file}.keys() == dict(file).keys()
    with pytest.raises(KeyError, match="not a file in the archive"):
        file["c"]
    with file:
        a = file["a"]
    with pytest.raises(ValueError, match="closed"):
        file["a"]
    assert a.tolist() == [1, 1]
    with pytest.raises(ValueError, match="two arrays are called arr_0"):
        chx.savez(path, 1, arr_0=2)


def test_stored_arrays_are_mapped(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    chx.savez(path, a=chx.arange(3), bb=chx.arange(4))
    file = chx.load(path, mmap_mode="r+")
    for name in file:
        array = file[name]
        assert (array.data_ptr + array.offset) % 64 == 0
        array += 1
    assert numpy.load(path, allow_pickle=False)  # opens
    assert chx.load(path, mmap_mode="r")["bb"].tolist() == [1, 2, 3, 4]
    chx.savez_compressed(path, a=chx.arange(3))
    assert chx.load(path, mmap_mode="r")["a"].tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="compressed"):
        chx.load(path, mmap_mode="r+")["a"]


def test_errors(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        chx.load(tmp_path / "missing.npy")
    with pytest.raises(chx.FileError) as info:
        chx.save(tmp_path / "no" / "folder.npy", chx.ones(1))
    assert isinstance(info.value, OSError)
    assert isinstance(info.value, ValueError)
    path = tmp_path / "a.npy"
    numpy.save(path, numpy.array([{}]), allow_pickle=True)
    with pytest.raises(ValueError, match="not one of ours"):
        chx.load(path)
    numpy.save(path, numpy.zeros(2, [("a", "f4")]))
    with pytest.raises(ValueError, match="not one of ours"):
        chx.load(path)
    for content in (b"", b"PK", b"PK\3\4 no archive", b"something else", b"\x93NUMPY"):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="can't be read"):
            chx.load(path)
        with pytest.raises(ValueError, match="can't be read"):
            chx.load(io.BytesIO(content))


def test_pipes(tmp_path: Path) -> None:
    read, write = os.pipe()
    with os.fdopen(write, "wb") as file:
        chx.save(file, chx.arange(3))
    with os.fdopen(read, "rb") as file:
        assert chx.load(file).tolist() == [0, 1, 2]
    if Path("/dev/full").exists():
        with pytest.raises(OSError, match="can't be written"):
            chx._core._save_npy(b"/dev/full", chx.ones(1))


def test_recorded_functions_know_loaded_arrays(tmp_path: Path) -> None:
    chx.save(tmp_path / "a.npy", chx.arange(3, dtype="float32"))

    @chx.compile
    def add(x: chx.ndarray) -> chx.ndarray:
        return x + chx.load(tmp_path / "a.npy")

    for _ in range(3):
        assert add(chx.ones(3)).tolist() == [1, 2, 3]
