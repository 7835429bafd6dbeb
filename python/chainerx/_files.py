"""chainerx.save, load, savez and savez_compressed: NumPy's files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import IO, Any, Literal

from chainerx import _core
from chainerx._conversion import array as _array
from chainerx._core import Device, ndarray

_File = str | os.PathLike[str] | IO[bytes]
_MapMode = Literal["r", "r+", "c"]


def _is_path(file: _File) -> bool:
    return isinstance(file, (str, bytes, os.PathLike))


def _with_suffix(file: Any, suffix: str) -> Any:
    """The path as the core takes it, with the suffix that NumPy would add."""
    path = os.fsencode(file)
    return path if path.endswith(suffix.encode()) else path + suffix.encode()


def _as_array(value: Any) -> ndarray:
    return value if isinstance(value, ndarray) else _array(value, copy=False)


def save(file: _File, arr: Any) -> None:
    """Writes an array to an .npy file, which NumPy can read.

    ``file`` is a path, to which ``.npy`` is added if it is not there, or a binary file that is open for writing. ``arr`` is an
    array of any device, or what ``chainerx.array`` takes. A file of that name is replaced when the new one is complete. Raises
    DtypeError for bfloat16, which has no name in that format, and FileError if the file can't be written.
    """
    arr = _as_array(arr)
    if _is_path(file):
        _core._save_npy(_with_suffix(file, ".npy"), arr)
    else:
        file.write(_core._write_npy(arr))  # type: ignore[union-attr]


def _savez(
    file: _File, args: tuple[Any, ...], kwds: Mapping[str, Any], is_compressed: bool
) -> None:
    arrays = [(name, _as_array(value)) for name, value in kwds.items()]
    for i, value in enumerate(args):
        if f"arr_{i}" in kwds:
            raise _core._ValueError(
                f"savez: two arrays are called arr_{i}; expected other keywords than those of unnamed arrays"
            )
        arrays.append((f"arr_{i}", _as_array(value)))
    if _is_path(file):
        _core._save_npz(_with_suffix(file, ".npz"), arrays, is_compressed)
    else:
        file.write(_core._write_npz(arrays, is_compressed))  # type: ignore[union-attr]


def savez(file: _File, *args: Any, **kwds: Any) -> None:
    """Writes arrays to an .npz file, which NumPy can read: by their keywords, others as arr_0, arr_1 and so on.

    See ``save``. The elements start at multiples of 64 bytes, so that ``load(file, mmap_mode="r")`` can map them.
    """
    _savez(file, args, kwds, False)


def savez_compressed(file: _File, *args: Any, **kwds: Any) -> None:
    """Like savez, compressed with zlib."""
    _savez(file, args, kwds, True)


class NpzFile(Mapping[str, Any]):
    """The arrays of an .npz file by name, each read when it is asked for. Made by ``chainerx.load``.

    Keys may have ``.npy`` at their end. Members that are no .npy files come as bytes. Use it in a with statement, or call
    ``close``, if the file is to be closed earlier than the object is gone; arrays that were read stay.
    """

    def __init__(self, file: Any, device: Device | str | None) -> None:
        self._file = file
        self._device = device
        self.files: list[str] = file.names()

    def _open_file(self) -> Any:
        if self._file is None:
            raise _core._ValueError("NpzFile: it has been closed; load the file again")
        return self._file

    def __getitem__(self, key: str) -> Any:
        file = self._open_file()
        if not file.contains(key):
            raise KeyError(f"{key} is not a file in the archive; expected one of {self.files}")
        if file.contains(key if key.endswith(".npy") else key + ".npy"):
            return file.load(key, self._device)
        return file.read(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and bool(self._open_file().contains(key))

    def __repr__(self) -> str:
        names = ", ".join(self.files[:5]) + ("..." if len(self.files) > 5 else "")
        return f"NpzFile with keys: {names}"

    def close(self) -> None:
        self._file = None

    def __enter__(self) -> NpzFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


NpzFile.__module__ = "chainerx"


def _read(file: IO[bytes], size: int) -> bytes:
    """So many bytes, or less if the file ends before; in pieces, since a malformed size may be anything."""
    parts = []
    while size > 0 and (part := file.read(min(size, 1 << 24))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _read_npy_after(file: IO[bytes], magic: bytes) -> bytes:
    """The rest of an .npy file and no more, for others may follow in the same stream."""
    start = magic + _read(file, 2 if magic[6:7] == b"\1" else 4)
    header_size = int.from_bytes(start[8:], "little")
    start += _read(file, min(header_size, 1 << 20))
    return start + _read(file, _core._npy_size(start) - len(start))


def load(
    file: _File, mmap_mode: _MapMode | None = None, *, device: Device | str | None = None
) -> Any:
    """The array of an .npy file, or an NpzFile with those of an .npz file. Pickled objects are refused.

    ``file`` is a path, or a binary file that is open for reading. With a path, ``mmap_mode`` maps the file into memory instead
    of copying it: "r" gives read-only arrays, "c" such whose changes stay in memory, and with "r+" changes go to the file. What
    can't be mapped (compressed members, the other byte order, elements that are not aligned, other devices than the host's) is
    copied, and is an error with "r+". A mapped file must not be cut short while its arrays live. Unlike NumPy, arrays of
    .npz files are mapped, too.

    Raises an OSError if the file can't be read, and a ValueError that says what is wrong for one that is malformed.
    """
    if not _is_path(file):
        if mmap_mode is not None:
            raise _core._ValueError(
                "load: mmap_mode was given with an open file; expected a path, or mmap_mode=None"
            )
        magic = _read(file, 8)  # type: ignore[arg-type]
        if magic.startswith(b"PK"):
            return NpzFile(_core._NpzFile.from_bytes(magic + file.read()), device)  # type: ignore[union-attr]
        return _core._read_npy(_read_npy_after(file, magic), device)  # type: ignore[arg-type]
    path = os.fsencode(file)  # type: ignore[arg-type]
    with open(path, "rb") as opened:
        is_zip = opened.read(2) == b"PK"
    if is_zip:
        return NpzFile(_core._NpzFile(path, mmap_mode), device)
    return _core._load_npy(path, mmap_mode, device)
