"""Fourier transforms: what the table of samples cannot express."""

from __future__ import annotations

import numpy as np
import pytest

import chainerx as chx


@pytest.mark.parametrize("n", [1, 2, 3, 5, 16, 61, 67, 121, 127, 134, 1000, 1009, 4096])
def test_extents_of_all_kinds(n: int) -> None:
    rng = np.random.default_rng(n)
    x = rng.normal(size=(2, n)) + 1j * rng.normal(size=(2, n))
    y = chx.fft.fft(chx.array(x))
    np.testing.assert_allclose(chx.to_numpy(y), np.fft.fft(x), rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(chx.to_numpy(chx.fft.ifft(y)), x, rtol=1e-12, atol=1e-12)
    real = chx.fft.irfft(chx.fft.rfft(chx.array(x.real)), n)
    np.testing.assert_allclose(chx.to_numpy(real), x.real, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3, 8, 9])
def test_frequencies(n: int) -> None:
    for ours, theirs in ((chx.fft.fftfreq, np.fft.fftfreq), (chx.fft.rfftfreq, np.fft.rfftfreq)):
        np.testing.assert_allclose(chx.to_numpy(ours(n, 0.25, dtype="float64")), theirs(n, 0.25))
        assert ours(n).dtype == "float32"
        assert ours(n, device="native:1").device is chx.get_device("native:1")
        with pytest.raises(ValueError, match="n is 0"):
            ours(0)


LINES: list[dict] = [{}, {"axis": 0}, {"n": 3}, {"n": 7, "norm": "ortho"}, {"norm": "forward"}]
PLANES: list[dict] = [
    {},
    {"axes": (0, 2), "norm": "ortho"},
    {"s": (3, 5), "axes": (-1, 1), "norm": "forward"},
]
SHIFTS: list[dict] = [{}, {"axes": 0}, {"axes": (0, -1)}]
CASES = [
    *[(n, (3, 4), k) for n in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft") for k in LINES],
    *[(n, (2, 3, 4), k) for n in ("fftn", "ifftn", "rfftn", "irfftn") for k in PLANES],
    *[(n, (2, 3, 4), k) for n in ("fft2", "ifft2", "rfft2", "irfft2") for k in PLANES],
    *[(n, (3, 4), k) for n in ("fftshift", "ifftshift") for k in SHIFTS],
    ("fft", (0, 3), {}),
]


@pytest.mark.parametrize(
    "dtype", ["int8", "float16", "float32", "float64", "complex64", "complex128"]
)
@pytest.mark.parametrize(("name", "shape", "kwargs"), CASES)
def test_against_numpy(name: str, shape: tuple[int, ...], kwargs: dict, dtype: str) -> None:
    a = np.random.default_rng(0).normal(size=shape) * 5
    if dtype.startswith("complex"):
        if name in ("rfft", "ihfft", "rfftn", "rfft2"):
            return
        a = a + 1j * np.random.default_rng(1).normal(size=shape)
    a = a.astype(dtype)
    wide = a.astype(np.complex128 if dtype.startswith("complex") else np.float64)
    expected = getattr(np.fft, name)(wide, **kwargs)
    transposed = chx.array(np.ascontiguousarray(a.T)).T
    tolerance = 1e-11 if dtype in ("float64", "complex128") else 2e-5
    for x in (chx.array(a), transposed, chx.flip(chx.array(np.ascontiguousarray(np.flip(a))))):
        y = getattr(chx.fft, name)(x, **kwargs)
        assert y.shape == expected.shape
        np.testing.assert_allclose(chx.to_numpy(y), expected, tolerance, tolerance)


def test_dtypes() -> None:
    for dtype, expected in {
        "int32": "complex64", "float16": "complex64", "float32": "complex64", "float64": "complex128",
        "complex64": "complex64", "complex128": "complex128",
    }.items():  # fmt: skip
        assert chx.fft.fft(chx.ones(4, dtype)).dtype == expected
    assert chx.fft.irfft(chx.ones(4, "complex64")).dtype == "float32"


def test_single_precision_is_computed_in_double() -> None:
    x = np.random.default_rng(0).normal(size=4096).astype(np.complex64)
    y = chx.to_numpy(chx.fft.fft(chx.array(x)))
    np.testing.assert_array_equal(y, np.fft.fft(x.astype(np.complex128)).astype(np.complex64))


def test_devices_without_kernels() -> None:
    x = np.random.default_rng(0).normal(size=(3, 8))
    for device in ("nulldev:0", "primdev:0", "sim:0"):
        y = chx.fft.rfft(chx.array(x, device=device))
        assert y.device is chx.get_device(device)
        np.testing.assert_allclose(chx.to_numpy(y), np.fft.rfft(x), rtol=1e-12, atol=1e-12)


def test_bad_arguments() -> None:
    x = chx.ones((2, 3))
    with pytest.raises(ValueError, match="norm is 'other'"):
        chx.fft.fft(x, norm="other")
    with pytest.raises(ValueError, match="n is 0"):
        chx.fft.fft(x, 0)
    with pytest.raises(ValueError, match="n is 0"):
        chx.fft.fft(chx.ones((2, 0)))
    with pytest.raises(chx.DtypeError, match="use fft"):
        chx.fft.rfft(x.astype("complex64"))
    with pytest.raises(chx.DimensionError):
        chx.fft.fft(x, axis=2)
    with pytest.raises(ValueError, match="1 extents were given for 2 axes"):
        chx.fft.fftn(x, (3,), (0, 1))
