"""Methods and attributes that NumPy's arrays have: parts, order in place, bytes, flat, flags."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import hypothesis
import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import numpy as np
import pytest

import chainerx as chx

DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
DTYPES += ["float16", "float32", "float64", "complex64", "complex128"]
SHAPES = [(), (0,), (5,), (2, 3), (2, 0, 3), (2, 3, 4)]


def numbers(shape: tuple[int, ...], dtype: str = "float32") -> np.ndarray:
    values = np.random.default_rng(len(shape)).integers(0, 7, shape)
    return np.asarray(values + (1j if dtype.startswith("complex") else 0)).astype(dtype)


def layouts(x: np.ndarray) -> list[tuple[chx.ndarray, np.ndarray]]:
    """Arrays beside NumPy's of the same layouts."""
    pairs = [(chx.array(x), x.copy()), (chx.array(x).T, x.copy().T)]
    if x.ndim > 0:
        pairs.append((chx.array(x)[::-1], x.copy()[::-1]))
        wide = np.repeat(x, 2, -1)
        pairs.append((chx.array(wide)[..., ::2], wide[..., ::2]))
    return pairs


@pytest.mark.parametrize("dtype", DTYPES)
def test_parts(dtype: str) -> None:
    x = numbers((2, 3), dtype)
    a = chx.array(x)
    for name in ("real", "imag"):
        part = getattr(a, name)
        chx.testing.assert_array_equal_ex(part, getattr(x, name), strides_check=False)
    chx.testing.assert_array_equal_ex(a.conjugate(), np.conjugate(x) if dtype != "bool" else x)


def test_parts_are_in_the_graph_and_not_assigned_to() -> None:
    a = chx.array([1 + 2j]).require_grad()
    chx.sum(a.real * 3 + a.imag * 5).backward()
    assert a.grad.tolist() == [3 + 5j]
    with pytest.raises(AttributeError, match=r"assign a\[\.\.\.\] = value"):
        a.real = 1
    with pytest.raises(AttributeError, match="imaginary parts are an array of their own"):
        a.imag = 1
    b = chx.ones(2)
    b.real = 3
    assert b.tolist() == [3, 3]
    with pytest.raises(AttributeError):
        b.imag = 1
    # By name, as the message says.
    c = chx.array([1 + 2j])
    c[...] = 7 + 1j * c.imag
    assert c.tolist() == [7 + 2j]


def test_round() -> None:
    x = np.array([1.25, -2.5, 3.75])
    for decimals in (0, 1, -1):
        chx.testing.assert_allclose(chx.array(x).round(decimals), x.round(decimals))
    assert chx.array([15, 25]).round(-1).tolist() == [20, 20]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES[1:])
def test_sort_in_place(dtype: str, shape: tuple[int, ...]) -> None:
    for axis in range(-len(shape), len(shape)):
        for a, x in layouts(numbers(shape, dtype)):
            assert a.sort(axis) is None
            x.sort(axis)
            chx.testing.assert_array_equal(a, x)


def test_order_in_place_writes_to_the_memory() -> None:
    a = chx.array([[3, 1, 2], [9, 8, 7]])
    a[0].sort()
    assert a.tolist() == [[1, 2, 3], [9, 8, 7]]
    a[1].partition(1)
    assert a[1].tolist() == [7, 8, 9]
    a.sort(descending=True)
    assert a.tolist() == [[3, 2, 1], [9, 8, 7]]
    assert chx.array([3, 1, 2]).argpartition(1).tolist() == [1, 2, 0]
    with pytest.raises(chx.DimensionError):
        a.sort(2)


def test_arrays_in_a_graph_are_not_written() -> None:
    a = chx.array([2.0, 1.0]).require_grad()
    for write in (a.sort, lambda: a.partition(0), lambda: a.flat.__setitem__(0, 1.0)):
        with pytest.raises(chx.GradientError):
            write()
    with pytest.raises(chx.GradientError):
        a.byteswap(inplace=True)
    assert a.tolist() == [2, 1]


def test_compress() -> None:
    x = numbers((2, 3))
    for condition, axis in (([True, False, True], 1), ([0, 1], 0), ([False, True, True], None)):
        actual = chx.array(x).compress(condition, axis)
        chx.testing.assert_array_equal_ex(actual, x.compress(condition, axis))
    assert chx.ones(2).compress(chx.array([True, False])).shape == (1,)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_bytes(dtype: str, shape: tuple[int, ...]) -> None:
    for a, x in layouts(numbers(shape, dtype)):
        for order in ("C", "F", "A"):
            assert a.tobytes(order) == x.tobytes(order)
        swapped = a.byteswap()
        chx.testing.assert_array_equal(swapped.byteswap(), x)
        assert swapped.tobytes() == x.byteswap().tobytes()
        assert a.byteswap(inplace=True) is a
        assert a.tobytes() == x.byteswap().tobytes()


def test_bytes_of_others() -> None:
    a = chx.array([1.0, 2.0]).astype("bfloat16")
    assert a.tobytes() == b"\x80\x3f\x00\x40"
    assert a.byteswap().tobytes() == b"\x3f\x80\x40\x00"
    assert chx.ones(1).require_grad().tobytes() == np.ones(1, "float32").tobytes()
    with pytest.raises(ValueError, match="order is 'X'"):
        a.tobytes("X")


def test_range_of_elements() -> None:
    a = chx.array([[1.0, 5.0], [2.0, -1.0]])
    assert a.ptp().item() == 6
    assert a.ptp(1, True).tolist() == [[4], [3]]


def test_files(tmp_path: Path) -> None:
    x = numbers((2, 3))
    chx.array(x).T.tofile(tmp_path / "binary")
    assert (tmp_path / "binary").read_bytes() == x.T.tobytes()
    back = chx.fromfile(tmp_path / "binary", "float32")
    assert back.tolist() == x.T.ravel().tolist()
    chx.array(x).tofile(tmp_path / "text", sep=",", format="%d")
    assert (tmp_path / "text").read_text() == ",".join(str(int(n)) for n in x.ravel())


def test_pickles(tmp_path: Path) -> None:
    a = chx.array([[1, 2]])
    assert pickle.loads(a.dumps()).tolist() == [[1, 2]]
    a.dump(tmp_path / "a.pickle")
    file = io.BytesIO()
    a.dump(file)
    assert (tmp_path / "a.pickle").read_bytes() == file.getvalue()
    assert pickle.loads(file.getvalue()).tolist() == [[1, 2]]


@pytest.mark.parametrize("shape", SHAPES)
def test_flat_reads(shape: tuple[int, ...]) -> None:
    for a, x in layouts(numbers(shape)):
        assert len(a.flat) == x.size
        assert [n.item() for n in a.flat] == list(x.flat)
        assert a.flat.copy().tolist() == x.flat.copy().tolist()
        assert np.asarray(a.flat).tolist() == x.ravel().tolist()
        assert a.flat.base is a
        chx.testing.assert_array_equal(a.flat[1:4], x.flat[1:4])
        chx.testing.assert_array_equal(a.flat == 3, x.ravel() == 3)
        chx.testing.assert_array_equal(a.flat != 3, x.ravel() != 3)
        if x.size > 0:
            assert a.flat[-1].item() == x.flat[-1]
            assert a.flat[[0, 0, -1]].tolist() == x.flat[[0, 0, -1]].tolist()


def test_flat_iterates() -> None:
    flat = chx.array([[1, 2], [3, 4]]).flat
    assert next(flat).item() == 1
    assert (flat.index, flat.coords) == (1, (0, 1))
    assert [n.item() for n in flat] == [1, 2, 3, 4]
    with pytest.raises(StopIteration):
        next(flat)
    with pytest.raises(IndexError):
        chx.ones((2, 2)).flat[4]


@hypothesis.given(st.data())
@hypothesis.settings(deadline=None, max_examples=80)
def test_flat_writes(data: st.DataObject) -> None:
    shape = data.draw(arrays.array_shapes(min_dims=1, max_dims=3, max_side=4))
    keys = st.one_of(
        st.integers(-int(np.prod(shape)), int(np.prod(shape)) - 1),
        st.slices(int(np.prod(shape))),
        st.lists(st.integers(0, int(np.prod(shape)) - 1), min_size=1, max_size=4, unique=True),
    )
    key = data.draw(keys)
    values = data.draw(st.one_of(st.just(9.0), st.lists(st.integers(10, 99), min_size=1)))
    for a, x in layouts(numbers(shape)):
        if isinstance(key, int) and isinstance(values, list):
            values = values[0]
        a.flat[key] = values
        x.flat[key] = values
        chx.testing.assert_array_equal(a, x)


def test_flat_is_assigned_to() -> None:
    a = chx.zeros((2, 3)).T
    a.flat = [1, 2]
    assert a.tolist() == [[1, 2], [1, 2], [1, 2]]
    a.flat[chx.array([0, 5])] = chx.array([7.0, 8.0])
    assert a.tolist() == [[7, 2], [1, 2], [1, 8]]
    b = chx.zeros(())
    b.flat[0] = 3
    assert b.item() == 3
    with pytest.raises(ValueError, match="no values for 6 places"):
        a.flat = []


def test_flat_has_gradients() -> None:
    a = chx.array([[1.0, 2.0], [3.0, 4.0]]).require_grad()
    chx.sum(a.T.flat[1:3] * chx.array([1.0, 10.0])).backward()
    assert a.grad.tolist() == [[0, 10], [1, 0]]


@pytest.mark.parametrize("shape", SHAPES)
def test_flags_are_those_of_numpy(shape: tuple[int, ...]) -> None:
    for a, x in layouts(numbers(shape)):
        for name in ("c_contiguous", "f_contiguous", "contiguous", "fnc", "forc", "aligned"):
            assert getattr(a.flags, name) == getattr(x.flags, name), name
        for key in ("C_CONTIGUOUS", "F_CONTIGUOUS", "C", "F", "FORTRAN", "CONTIGUOUS", "W", "A"):
            assert a.flags[key] == x.flags[key], key


def test_flags_say_what_may_be_written() -> None:
    a = chx.ones(2)
    assert a.flags.writeable
    assert not a.require_grad().flags.writeable
    memory = np.ones(2)
    memory.flags.writeable = False
    assert not chx.asarray(memory).flags["WRITEABLE"]
    assert not a.flags.owndata
    assert a.base is None
    assert "WRITEABLE : True" in repr(chx.ones(2).flags)
    assert chx.ones(2).flags == chx.ones(3).flags
    with pytest.raises(AttributeError, match="can't be set"):
        a.flags.writeable = False
    with pytest.raises(AttributeError, match="can't be set"):
        a.flags["W"] = False
    with pytest.raises(KeyError, match="expected one of 'C'"):
        a.flags["X"]
