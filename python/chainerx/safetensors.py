"""Reading and writing safetensors files, with the functions of the Hugging Face library of that name.

The format holds named arrays and metadata, and nothing that could be executed. All dtypes of ChainerX but complex128 have a
name in it; files may have arrays of further ones, fp8 say, which can't be loaded.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Literal

from chainerx import _core
from chainerx._core import Device, ndarray

__all__ = ["load", "load_file", "safe_open", "save", "save_file"]

_Path = str | os.PathLike[str]
_MapMode = Literal["r", "r+", "c"]


def _checked(
    function: str, tensors: Mapping[str, ndarray], metadata: Mapping[str, str] | None
) -> tuple[list[tuple[str, ndarray]], dict[str, str]]:
    for name, value in tensors.items():
        if not isinstance(name, str) or not isinstance(value, ndarray):
            raise TypeError(
                f"{function}: {name!r} is a {type(value).__name__}; expected arrays by name; "
                "convert it with chainerx.array()"
            )
    metadata = {} if metadata is None else dict(metadata)
    for key, text in metadata.items():
        if not isinstance(key, str) or not isinstance(text, str):
            raise TypeError(f"{function}: metadata {key!r} is {text!r}; expected text by name")
    return list(tensors.items()), metadata


def save_file(
    tensors: Mapping[str, ndarray], filename: _Path, metadata: Mapping[str, str] | None = None
) -> None:
    """Writes arrays, of any device, to a file; metadata is text by name.

    A file of that name is replaced when the new one is complete. Raises DtypeError for complex128 and FileError if the file
    can't be written.
    """
    _core._save_safetensors(os.fsencode(filename), *_checked("save_file", tensors, metadata))


def save(tensors: Mapping[str, ndarray], metadata: Mapping[str, str] | None = None) -> bytes:
    """The bytes of such a file."""
    return _core._write_safetensors(*_checked("save", tensors, metadata))


def load_file(
    filename: _Path, device: Device | str | None = None, *, mmap_mode: _MapMode | None = None
) -> dict[str, ndarray]:
    """All arrays of a file by name, copied, or with ``mmap_mode`` mapped into memory as by ``chainerx.load``.

    Raises an OSError if the file can't be read, a ValueError that says what is wrong for one that is malformed, and DtypeError
    if an array has a dtype that is none of ours; ``safe_open`` can load the others.
    """
    with safe_open(filename, device=device, mmap_mode=mmap_mode) as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118


def load(data: bytes, device: Device | str | None = None) -> dict[str, ndarray]:
    """All arrays of a file that is in memory, copied."""
    file = _core._SafetensorsFile.from_bytes(bytes(data))
    return {name: file.load(name, device) for name in file.names()}


class _Slice:
    """An array of a file that is not read yet; indexing reads what is asked for."""

    def __init__(self, file: Any, name: str, device: Device | str | None) -> None:
        self._file = file
        self._name = name
        self._device = device

    def get_shape(self) -> list[int]:
        return list(self._file.shape(self._name))

    def get_dtype(self) -> str:
        """The format's name, "F32"."""
        return str(self._file.dtype_name(self._name))

    def __getitem__(self, key: Any) -> ndarray:
        part: ndarray = self._file.load(self._name, "native:0")[key].copy()
        device = _core.get_default_device() if self._device is None else self._device
        return part.to_device(device)


class safe_open:
    """A file whose arrays are read one by one, each when it is asked for; to be used in a with statement.

    ``framework`` is there for programs that name one to the library of Hugging Face; it is not used. ``device`` and
    ``mmap_mode`` are those of ``load_file``.
    """

    def __init__(
        self,
        filename: _Path,
        framework: str | None = None,
        device: Device | str | None = None,
        *,
        mmap_mode: _MapMode | None = None,
    ) -> None:
        self._path = os.fsencode(filename)
        with open(self._path, "rb"):  # the error that Python programs expect
            pass
        self._device = device
        self._file: Any = _core._SafetensorsFile(self._path, mmap_mode)

    def _open_file(self) -> Any:
        if self._file is None:
            raise _core._ValueError("safe_open: the file has been closed; open it again")
        return self._file

    def _checked(self, name: str) -> Any:
        file = self._open_file()
        if not file.contains(name):
            raise KeyError(f"safe_open: there is no tensor {name}; expected one of {self.keys()}")
        return file

    def keys(self) -> list[str]:
        """Names, in the order of the elements in the file."""
        return list(self._open_file().names())

    def metadata(self) -> dict[str, str]:
        return dict(self._open_file().metadata())

    def get_tensor(self, name: str) -> ndarray:
        array: ndarray = self._checked(name).load(name, self._device)
        return array

    def get_slice(self, name: str) -> _Slice:
        """An array of which parts can be read: ``file.get_slice("w")[:10]``."""
        self._checked(name)
        return _Slice(_core._SafetensorsFile(self._path, "r"), name, self._device)

    def __enter__(self) -> safe_open:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file = None
