"""Arguments that the array API standard has beside NumPy's or the original's, and its inspection functions."""

from __future__ import annotations

import numpy as np
import pytest

import chainerx as chx


def test_reshape_copies_as_told() -> None:
    x = chx.arange(6).reshape(2, 3)
    assert chx.reshape(x, (3, 2), copy=True).data_ptr != x.data_ptr
    assert chx.reshape(x, shape=(3, 2), copy=False).data_ptr == x.data_ptr
    assert chx.reshape(x, newshape=(3, 2)).shape == (3, 2)
    with pytest.raises(ValueError, match="copy=False"):
        x.T.reshape(6, copy=False)
    assert x.T.reshape(3, 2, copy=False).data_ptr == x.data_ptr


def test_sums_in_a_dtype() -> None:
    x = chx.array([100, 100], dtype="int8")
    assert x.sum(dtype="int8").dtype == "int8"
    assert int(x.sum(dtype="int8")) == np.array([100, 100], "int8").sum(dtype="int8")
    assert chx.prod(x, dtype=chx.float64).dtype == "float64"
    assert chx.sum(chx.full(3, 60000.0, "float16"), dtype="float32").tolist() == 3 * 59_968.0 + 96


def test_astype_moves() -> None:
    x = chx.arange(3)
    y = chx.astype(x, chx.float32, device="native:1")
    assert (y.device.name, y.dtype, y.tolist()) == ("native:1", "float32", [0, 1, 2])
    assert chx.astype(x, chx.int64, copy=False, device=x.device) is not None


def test_clip_with_arrays_and_both_names() -> None:
    x = chx.array([-2.0, 0.5, 3.0])
    assert chx.clip(x, a_min=0.0, a_max=1.0).tolist() == [0, 0.5, 1]
    assert x.clip(min=chx.array([0.0, 1.0, 4.0])).tolist() == [0, 1, 4]
    assert chx.clip(x).tolist() == x.tolist()
    with pytest.raises(TypeError, match="given twice"):
        chx.clip(x, 0.0, a_min=1.0)


def test_inspection() -> None:
    info = chx.__array_namespace_info__()
    assert info.capabilities() == {
        "boolean indexing": True,
        "data-dependent shapes": True,
        "max dimensions": 16,
    }
    assert info.default_device() is chx.get_default_device()
    assert info.default_dtypes()["real floating"] == chx.asarray(1.0).dtype
    assert set(info.dtypes(kind="unsigned integer")) == {"uint8", "uint16", "uint32", "uint64"}
    assert "float16" not in info.dtypes()
    assert chx.get_default_device() in info.devices()
    assert chx.__array_api_version__ == "2025.12"


def test_special_values_of_the_standard() -> None:
    inf, nan = float("inf"), float("nan")
    x = chx.array(
        [complex(-inf, inf), complex(inf, 0), complex(inf, nan), complex(nan, 0)], "complex128"
    )
    result = chx.to_numpy(chx.expm1(x))
    assert (result[0].real, result[0].imag) == (-1, 0)
    assert result[1] == complex(inf, 0)
    assert np.isinf(result[2].real)
    assert np.isnan(result[2].imag)
    assert np.isnan(result[3].real)
    assert result[3].imag == 0
    assert chx.cos(chx.zeros(9, "float64")).tolist() == [1] * 9
    quotient = chx.to_numpy(chx.floor_divide(chx.array([1.0, -1.0]), chx.array([-inf, inf])))
    np.testing.assert_array_equal(quotient, [0, 0])
    assert np.signbit(quotient).all()
    tanh = chx.to_numpy(chx.tanh(chx.array([complex(inf, 2)], "complex128")))[0]
    assert (tanh.real, tanh.imag, np.signbit(tanh.imag)) == (1, 0, False)


def test_offsets_of_diagonals_beyond_every_array() -> None:
    for k in (2**63, 2**200, -(2**63) - 1, 2**62):
        assert chx.eye(3, k=k).tolist() == [[0.0] * 3] * 3
        full = chx.tril(chx.ones((2, 2)), k) if k > 0 else chx.triu(chx.ones((2, 2)), k)
        assert full.tolist() == [[1, 1], [1, 1]]
    with pytest.raises(TypeError):
        chx.eye(3, k=1.5)  # type: ignore[call-overload]


def test_masks_with_extents_of_zero_choose_nothing() -> None:
    x = chx.ones((3, 2))
    assert x[chx.zeros(0, "bool")].shape == (0, 2)
    assert x[chx.zeros((3, 0), "bool")].shape == (0,)
    with pytest.raises(IndexError, match=r"shape \(2,\) over axes of extents \(3,\)"):
        x[chx.zeros(2, "bool")]


def test_axis_out_of_range_is_an_index_error_too() -> None:
    for error in (IndexError, ValueError, chx.DimensionError, chx.AxisError):
        with pytest.raises(error, match="axis 3 is out of range"):
            chx.expand_dims(chx.ones((2, 2)), 3)
