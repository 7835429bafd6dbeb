"""The ndarray object itself: identity, lifetime, attributes, representation."""

from __future__ import annotations

import gc
import weakref

import numpy
import pytest

import chainerx as chx


def test_type() -> None:
    assert chx.ndarray.__module__ == "chainerx"
    assert chx.ndarray.__name__ == "ndarray"
    assert chx.ndarray.__array_priority__ == 100.0
    assert chx.ndarray.__array_ufunc__ is None
    a = chx.ndarray((2, 3), dtype="int32", device="native:1")
    assert (a.shape, a.dtype, a.device.name) == ((2, 3), numpy.dtype("int32"), "native:1")
    with pytest.raises(TypeError, match="not an acceptable base type"):
        type("Sub", (chx.ndarray,), {})


def test_hash_is_identity_although_equality_is_elementwise() -> None:
    a, b = chx.ones(3), chx.ones(3)
    assert hash(a) == hash(a)
    assert len({a, b, a}) == 2
    assert isinstance(a == b, chx.ndarray)


def test_the_same_array_gives_the_same_object() -> None:
    a = chx.ones(3).require_grad()
    (a * a).sum().backward()
    assert a.grad is a.grad
    grad = a.grad
    assert chx.ones(3) is not chx.ones(3)
    b = chx.ones(3, "float32")
    assert b.astype("float32", copy=False) is b
    assert b.to_device("native:0") is b
    assert a.grad is grad


def test_wrappers_are_reused_and_die() -> None:
    a = chx.ones(3)
    reference = weakref.ref(a)
    assert reference() is a
    del a
    assert reference() is None
    arrays = [chx.ones(3) for _ in range(1000)]
    del arrays
    gc.collect()
    assert float(sum(chx.ones(1) for _ in range(300))) == 300


def test_weakref_callback_meets_no_dying_object() -> None:
    a = chx.ones(3).require_grad()
    (a * 2).sum().backward()
    seen = []
    grad = a.grad
    reference = weakref.ref(grad, lambda _: seen.append(a.grad))
    del grad
    assert reference() is None
    assert len(seen) == 1
    assert seen[0].tolist() == [2, 2, 2]


def test_attributes() -> None:
    a = chx.zeros((2, 3, 4), "float64")
    assert a.shape == (2, 3, 4)
    assert a.strides == (96, 32, 8)
    assert (a.size, a.ndim, a.itemsize, a.nbytes) == (24, 3, 8, 192)
    assert a.is_contiguous
    assert not a.T.is_contiguous
    assert a.T.shape == (4, 3, 2)
    assert a.mT.shape == (2, 4, 3)
    b = a[1]
    assert b.offset - a.offset == 96
    assert b.data_ptr == a.data_ptr
    assert a[:, 1].data_size == 128
    assert chx.zeros((0, 2)).data_size == 0
    assert a._debug_data_memory_address == a.data_ptr + a.offset
    assert chx.arange(4).reshape(2, 2).T._debug_flat_data == [0, 2, 1, 3]
    with pytest.raises(AttributeError):
        a.shape = (24,)  # type: ignore[misc]


def test_dtype_and_device_are_the_same_objects_each_time() -> None:
    a, b = chx.ones(2), chx.zeros(3)
    assert a.dtype is b.dtype
    assert a.dtype == chx.float32
    assert a.device is b.device is chx.get_device("native:0")


def test_repr() -> None:
    assert repr(chx.array([1, 2])) == "array([1, 2], shape=(2,), dtype=int64, device='native:0')"
    assert repr(chx.ones((0, 2))) == "array([], shape=(0, 2), dtype=float32, device='native:0')"
    a = chx.ones(()).require_grad()
    assert (
        repr(a)
        == "array(1., shape=(), dtype=float32, device='native:0', backprop_ids=['<default>'])"
    )
    assert repr(chx.array([[1.5], [2]])) == (
        "array([[1.5],\n       [2. ]], shape=(2, 1), dtype=float32, device='native:0')"
    )


def test_len_iter_contains() -> None:
    a = chx.arange(6).reshape(3, 2)
    assert len(a) == 3
    assert [row.tolist() for row in a] == [[0, 1], [2, 3], [4, 5]]
    assert 5 in a
    assert 6 not in a
    assert "x" not in a
    with pytest.raises(TypeError, match="no dimensions"):
        len(chx.ones(()))
    with pytest.raises(TypeError, match="no dimensions"):
        iter(chx.ones(()))


def test_conversion_to_numbers() -> None:
    assert bool(chx.array([1.0])) is True
    assert int(chx.array(2.7)) == 2
    assert float(chx.array(3)) == 3.0
    assert complex(chx.array(1 + 2j)) == 1 + 2j
    assert [10, 20, 30][chx.array(1)] == 20
    assert chx.array([[7]]).item() == 7
    assert type(chx.array(True).item()) is bool
    assert chx.arange(6).reshape(2, 3).item(4) == 4
    assert chx.arange(6).reshape(2, 3).item(1, 0) == 3
    with pytest.raises(chx.DimensionError):
        bool(chx.ones(2))
    with pytest.raises(TypeError):
        float(chx.array(1j))
    with pytest.raises(TypeError, match="expected one integer"):
        [1][chx.array(0.0)]  # type: ignore[call-overload]


def test_formatting() -> None:
    assert f"{chx.array(1.25):.1f}" == "1.2"
    assert f"{chx.array(7):>4}" == "   7"
    assert f"{chx.array(1.5)}" == "1.5"
    assert f"{chx.array([1])}" == repr(chx.array([1]))
    with pytest.raises(TypeError, match="expected no format"):
        f"{chx.array([1.5]):.1f}"


def test_reversed() -> None:
    assert [row.tolist() for row in reversed(chx.arange(4).reshape(2, 2))] == [[2, 3], [0, 1]]
    with pytest.raises(TypeError, match="no dimensions"):
        reversed(chx.array(1))


def test_print_options() -> None:
    a = chx.array([[1 / 3, 1e-9], [100, 2]])
    with numpy.printoptions(precision=2, suppress=True, sign="+"):
        assert repr(a).startswith("array([[  +0.33,   +0.  ],\n       [+100.  ,   +2.  ]]")
    with numpy.printoptions(formatter={"float": lambda x: "x"}):
        assert repr(a).startswith("array([[x, x],\n       [x, x]]")
    with numpy.printoptions(linewidth=30):
        assert repr(chx.arange(9)).startswith("array([0, 1, 2, 3, 4, 5, 6, 7,\n       8]")


@pytest.mark.parametrize(
    "shape", [(2000,), (50, 100), (3, 2, 700), (1001, 1), (7, 7, 21), (1,) * 4]
)
@pytest.mark.parametrize("edge", [0, 1, 3])
def test_long_arrays_print_as_numpys(shape: tuple[int, ...], edge: int) -> None:
    host = (numpy.arange(numpy.prod(shape)) * 1.25 - 100).reshape(shape)
    a = chx.array(host)
    with numpy.printoptions(edgeitems=edge, threshold=1000):
        body = numpy.array2string(host, separator=", ", prefix="array(")
        assert repr(a).startswith(f"array({body}, shape={shape}")


def test_html() -> None:
    text = chx.array([[1.5, 2], [3, 4]]).require_grad()._repr_html_()
    assert "shape=(2, 2), dtype=float32" in text
    assert "&lt;default&gt;" in text
    assert "<tr><th>1</th><td>3.</td><td>4.</td></tr>" in text
    assert "<code>7</code>" in chx.array(7)._repr_html_()
    assert "<td>2</td>" in chx.arange(3)._repr_html_()
    assert chx.zeros((0, 2))._repr_html_().count("<") == 2  # the title only
    with numpy.printoptions(threshold=4, edgeitems=1):
        text = chx.arange(60).reshape(3, 4, 5)._repr_html_()
    assert text.count("<table>") == 2
    assert "[0]" in text
    assert "[2]" in text
    assert "<td>59</td>" in text
    assert "<td>25</td>" not in text
    assert "<th>4</th>" in text
    assert chx.ones((2, 2), "complex64")._repr_html_().count("<td>1.+0.j</td>") == 4
    assert chx.ones(3, device="sim:0")._repr_html_().count("<td>") == 3
