"""What the original ChainerX does with values, dtypes, devices and graphs, and which errors it raises; see test_original_api.py."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy
import pytest

import chainerx as chx


def test_arrays_of_arrays() -> None:
    a = chx.ones(3).require_grad()
    assert chx.asarray(a) is a
    assert chx.array(a).is_backprop_required()
    cast = chx.array(a, dtype="float64", device="native:1")
    assert cast.is_backprop_required()
    assert (cast.dtype, cast.device.name) == ("float64", "native:1")
    x = numpy.arange(6.0).reshape(2, 3)[:, ::-1]
    shared = chx.array(x, copy=False)
    assert shared.strides == x.strides
    x[0, 0] = 9
    assert shared[0, 0].item() == 9
    assert chx.array(x).is_contiguous
    assert chx.ascontiguousarray(chx.array(1.0)).shape == (1,)
    with pytest.raises(chx.DtypeError):
        chx.array(numpy.zeros(2, numpy.longdouble))


def test_numpy_aliases_share_memory_and_keep_the_array_alive() -> None:
    alias = chx.to_numpy(chx.zeros(3), copy=False)
    a = chx.array(alias, copy=False)
    alias += 1
    assert a.tolist() == [1, 1, 1]
    assert chx.to_numpy(a) is not chx.to_numpy(a)
    assert chx.to_numpy(a.to_device("native:1")).tolist() == [1, 1, 1]


def test_dtype_specifiers() -> None:
    names = {
        "int64": (int, "int", "l", numpy.int64),
        "float64": (float, "float", "d"),
        "bool": (bool, "?"),
    }
    for name, specifiers in names.items():
        for specifier in specifiers:
            assert chx.zeros(1, specifier).dtype == name


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        ("int64", "float16", "float16"),
        ("uint8", "int8", "int16"),
        ("uint8", "int32", "int32"),
        ("int8", "int16", "int16"),
        ("bool", "int8", "int8"),
        ("float16", "float32", "float32"),
        ("int8", 1, "int8"),
        ("int8", 1.0, "float32"),
        ("int64", numpy.float64(1), "float32"),
        ("float16", 1.5, "float16"),
        ("float16", numpy.float64(1), "float16"),
    ],
)
def test_promotion(left: str, right: Any, result: str) -> None:
    other = chx.ones(1, right) if isinstance(right, str) else right
    assert chx.multiply(chx.ones(1, left), other).dtype == result
    assert chx.multiply(other, chx.ones(1, left)).dtype == result


def test_dtypes_of_results() -> None:
    whole = chx.array([1, 2], "int32")
    assert chx.exp(whole).dtype == (whole / whole).dtype == whole.mean().dtype == "float32"
    assert whole.sum().dtype == chx.array([True]).sum().dtype == whole.argmax().dtype == "int64"
    assert whole.var().dtype == "float32"
    assert (whole == whole).dtype == "bool"
    assert chx.concatenate([whole, chx.ones(1, "float16")]).dtype == "float16"
    assert (numpy.float64(2) * chx.ones(2)).dtype == "float32"


def in_place(operator: str) -> Callable[[Any, Any], Any]:
    return lambda a, b: getattr(a, operator)(b)


@pytest.mark.parametrize(
    ("call", "left", "right"),
    [
        (chx.add, "bool", "bool"),
        (chx.subtract, "bool", "bool"),
        (chx.power, "bool", "bool"),
        (lambda a, _: -a, "bool", "bool"),
        (lambda a, _: abs(a), "bool", "bool"),
        (lambda a, _: chx.square(a), "bool", "bool"),
        (chx.bitwise_and, "float32", "float32"),
        (chx.left_shift, "bool", "bool"),
        (chx.right_shift, "float32", "int32"),
        (in_place("__iadd__"), "int32", "float32"),
        (in_place("__imul__"), "bool", "int32"),
        (in_place("__itruediv__"), "int32", "int32"),
        (lambda a, _: a.require_grad(), "int32", "int32"),
        (lambda a, _: chx.average_pool(a.reshape(1, 1, 1), 1), "int32", "int32"),
        (lambda a, b: chx.accuracy(a.reshape(1, 1), b), "float32", "float32"),
    ],
)
def test_dtypes_that_are_refused(call: Callable[[Any, Any], Any], left: str, right: str) -> None:
    with pytest.raises(chx.DtypeError):
        call(chx.ones(1, left), chx.ones(1, right))


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (ValueError, lambda a: chx.take(a, chx.array([0]), 0, "foo")),
        (IndexError, lambda a: chx.take(a, chx.array([7]), 0)),
        (chx.DimensionError, lambda a: chx.nonzero(chx.array(1))),
        (ValueError, lambda a: chx.split(a, 2.5)),
        (ValueError, lambda a: chx.split(a, 0)),
        (ValueError, lambda a: chx.split(a, 4)),
        (TypeError, lambda a: chx.split(a, "a")),
        (chx.DimensionError, lambda a: chx.fliplr(a[0])),
        (chx.DimensionError, lambda a: chx.flipud(a[0, 0])),
        (chx.DimensionError, lambda a: chx.amax(a[:0])),
        (chx.DimensionError, lambda a: chx.argmax(a[:0])),
        (chx.DimensionError, lambda a: chx.reshape(a, (4,))),
        (chx.DimensionError, lambda a: a.item()),
        (chx.DimensionError, lambda a: float(a)),
        (chx.DimensionError, lambda a: a + chx.ones(5)),
        (ValueError, lambda a: chx.average_pool(a.reshape(1, 2, 3), 2, pad_mode="foo")),
        (ValueError, lambda a: chx.meshgrid(a[0], indexing="foo")),
        (TypeError, lambda a: chx.add(a, "x")),
        (TypeError, lambda a: chx.exp([1.0])),
        (IndexError, lambda a: a[..., ...]),
        (IndexError, lambda a: a[0, 0, 0]),
        (IndexError, lambda a: a[2]),
        (chx.BackendError, lambda a: chx.get_device("foo")),
        (chx.BackendError, lambda a: chx.get_backend("foo")),
        (chx.DeviceError, lambda a: chx.get_device("native:x")),
        (chx.DeviceError, lambda a: chx.get_device("native:-1")),
        (chx.DeviceError, lambda a: chx.get_device("native", 100)),
        (chx.ChainerxError, lambda a: a.grad),
        (chx.ChainerxError, lambda a: a.get_grad()),
        (chx.ChainerxError, lambda a: a.set_grad(a)),
        (chx.GradientError, lambda a: chx.ones(2).require_grad().set_grad(chx.ones(3))),
        (chx.GradientError, lambda a: chx.ones(2).require_grad().set_grad(chx.ones(2, "float64"))),
        (
            chx.GradientError,
            lambda a: chx.ones(2).require_grad().set_grad(chx.ones(2, device="native:1")),
        ),
        (chx.ChainerxError, lambda a: (a.require_grad() * 2).__iadd__(1)),
        (chx.ChainerxError, lambda a: a.require_grad().__imul__(2)),
        (RuntimeError, lambda a: (a.require_grad() * 2).__setitem__(0, 1)),
    ],
)
def test_errors(error: type[Exception], call: Callable[[chx.ndarray], Any]) -> None:
    with pytest.raises(error):
        call(chx.ones((2, 3)))


def test_shapes_and_axes_in_the_originals_way() -> None:
    a = chx.arange(6, dtype="float32").reshape(2, 3)
    assert chx.reshape(a, -1).shape == (6,)
    assert a.sum(axis=[0, 1]).shape == a.sum((0, 1)).shape == ()
    assert chx.transpose(a, [1, 0]).shape == (3, 2)
    assert chx.squeeze(a[None], [0]).shape == (2, 3)
    assert chx.moveaxis(a, [0], [1]).shape == (3, 2)
    assert [part.shape for part in chx.split(a, 3.0, 1)] == [(2, 1)] * 3
    assert [part.shape for part in chx.split(a, numpy.array([1]), 1)] == [(2, 1), (2, 2)]
    assert len(chx.split(a, numpy.array(2))) == 2
    assert isinstance(chx.split(a, 2), list)
    assert chx.dot(a, chx.array(2.0)).tolist() == (a * 2).tolist()
    assert chx.dot(chx.ones((2, 3, 4)), chx.ones((5, 4, 2))).shape == (2, 3, 5, 2)
    numpy.testing.assert_allclose(chx.to_numpy(chx.softmax(a)).sum(1), 1, rtol=1e-6)
    numpy.testing.assert_allclose(chx.to_numpy(chx.exp(chx.log_softmax(a))).sum(1), 1, rtol=1e-6)
    assert chx.accuracy(a, chx.array([2, 0])).item() == 0.5
    assert chx.accuracy(a, chx.array([2, -1]), ignore_label=-1).item() == 1
    taken = {
        mode: chx.take(a, chx.array([4, -1]), 1, mode)[0].tolist() for mode in ("wrap", "clip")
    }
    assert taken == {"wrap": [1, 2], "clip": [2, 0]}
    assert (
        chx.take(a, [0, 1], 1).shape == chx.take(a, numpy.array([0, 1], "int8"), 1).shape == (2, 2)
    )


def test_assignment_casts_through_every_basic_key() -> None:
    a = chx.zeros((2, 3))
    a[...] = numpy.arange(6.0).reshape(2, 3)
    a[:, ::-1] = chx.array([3, 2, 1])
    a[0] = (7, 8, 9)
    assert a.tolist() == [[7, 8, 9], [1, 2, 3]]
    a[None, 1, ..., -1] = True
    assert a.tolist() == [[7, 8, 9], [1, 2, 1]]


def test_devices() -> None:
    device = chx.get_device("native:1")
    assert device is chx.get_device("native", 1) is chx.get_device(device)
    assert chx.get_device() is chx.get_default_device() is chx.get_device("native")
    assert (device.name, device.index, repr(device)) == ("native:1", 1, "native:1")
    assert device.backend is chx.get_backend("native")
    assert device.backend.name == "native"
    assert device.backend.get_device(1) is device
    assert device.backend.get_device_count() >= 2
    assert device.context is device.backend.context is chx.get_default_context()
    device.synchronize()
    assert pickle.loads(pickle.dumps(device)) is device
    assert copy.deepcopy(device) is device
    for scope in (
        chx.using_device(device),
        chx.using_device("native:1"),
        chx.using_device("native", 1),
    ):
        with scope as entered:
            assert entered is scope
            assert scope.device is device is chx.get_default_device()
            assert chx.zeros(1).device is device
    assert chx.get_default_device().name == "native:0"
    context = chx.Context()
    assert context.get_device("native", 1) is device
    assert context.get_backend("native") is device.backend
    with chx.context_scope(context):
        chx.set_default_device("native:1")
    assert chx.get_default_device().name == "native:0"


def test_backprop_ids() -> None:
    context = chx.get_default_context()
    with chx.backprop_scope("inner") as inner:
        x = chx.ones(1).require_grad(inner)
        assert (inner.name, inner.context) == ("inner", context)
        assert x.is_grad_required(inner)
        assert not x.is_grad_required()
        assert x.is_backprop_required(chx.anygraph)
        assert "backprop_ids=['inner']" in repr(x)
        context._check_valid_backprop_id(inner)
        with chx.no_backprop_mode(inner):
            assert not x.is_backprop_required(inner)
            assert x.is_grad_required(inner)
            with chx.force_backprop_mode([inner]):
                assert x.is_backprop_required(inner)
        assert chx.is_backprop_required(inner)
    assert repr(inner) == "<expired>"
    assert "backprop_ids=['<expired>']" in repr(x)
    with pytest.raises(chx.ChainerxError):
        context._check_valid_backprop_id(inner)
    with pytest.raises(chx.ChainerxError):
        (x * 2).backward(inner)
    own = context.make_backprop_id("own")
    context.release_backprop_id(own)
    assert repr(own) == "<expired>"
    scope = chx.backprop_scope("once")
    with scope, pytest.raises(chx.ChainerxError), scope:
        pass
    default = chx.ones(1).require_grad()
    assert "backprop_ids=['<default>']" in repr(default)
    for mode in (chx.no_backprop_mode(), chx.no_backprop_mode(context)):
        with mode:
            assert not chx.is_backprop_required()
            assert not chx.is_backprop_required(context=context)
            assert not (default * 2).is_backprop_required()


def test_backward() -> None:
    x = chx.ones(3).require_grad()
    assert x.require_grad() is x
    (x * 2).backward()  # ones by default, whatever the shape
    assert x.grad.tolist() == [2, 2, 2]
    assert x.grad is x.grad
    chx.backward([x * 2, x * 3], loss_scale=4.0)
    assert x.grad.tolist() == [7, 7, 7]
    x.cleargrad()
    assert x.grad is None
    x.set_grad(chx.zeros(3))
    x.set_grad(None)
    assert x.get_grad() is None
    chx.ones(3).backward()  # of no graph: nothing to do
    assert (x * 2)._is_chained()
    assert not x.as_grad_stopped()._is_chained()
    assert not (x * 2).is_grad_required()


def test_graph_dump(capsys: pytest.CaptureFixture[str]) -> None:
    x = chx.ones((2, 3)).require_grad()
    y = x * x
    (y + y.sum())._debug_dump_computational_graph()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("add: float32 (2, 3)")
    assert lines[1].startswith("  multiply: float32 (2, 3)")
    assert "    leaf: float32 (2, 3)" in lines
    assert lines[-1] == "    multiply: float32 (2, 3) (as above)"
    assert chx.graph.to_text(chx.ones(1)) == ""


def test_pickling_and_copying() -> None:
    a = chx.ones(3, "float16", "native:1").require_grad()
    for result in (pickle.loads(pickle.dumps(a)), copy.deepcopy(a)):
        assert result.tolist() == [1, 1, 1]
        assert result.device is a.device
        assert result.dtype == "float16"
        assert not result.is_backprop_required()


def test_operators() -> None:
    a = chx.array([7, 8])
    assert (2**a).tolist() == [128, 256]
    assert (20 // a).tolist() == [2, 2]
    assert (20 % a).tolist() == [6, 4]
    assert (1 << a).tolist() == [128, 256]
    assert (100 >> a).tolist() == [0, 0]
    assert (12 & a).tolist() == [4, 8]
    assert (12 | a).tolist() == [15, 12]
    assert (12 ^ a).tolist() == [11, 4]
    for operator, expected in (
        ("__iadd__", [9, 10]),
        ("__isub__", [7, 8]),
        ("__imul__", [14, 16]),
        ("__ifloordiv__", [7, 8]),
        ("__ipow__", [49, 64]),
        ("__imod__", [1, 0]),
        ("__ilshift__", [4, 0]),
        ("__irshift__", [1, 0]),
        ("__iand__", [0, 0]),
        ("__ior__", [2, 2]),
        ("__ixor__", [0, 0]),
    ):
        assert getattr(a, operator)(2) is a
        assert a.tolist() == expected, operator
    real = chx.array([3.0])
    real /= 2
    assert real.tolist() == [1.5]
    assert (bool(real), int(real), float(real), len(real)) == (True, 1, 1.5, 1)


def test_buffers_of_devices() -> None:
    buffer = chx.testing._DeviceBuffer([1, 2, 3, 4, 5, 6], (2, 3), "int16")
    assert memoryview(buffer).shape == (2, 3)
    a = chx.frombuffer(buffer, "int16")
    buffer[0, 0] = 9
    assert a.tolist() == [9, 2, 3, 4, 5, 6]
    assert chx.testing._DeviceBuffer is chx._testing._DeviceBuffer
    with pytest.raises(chx.DeviceError, match="memory of its own"):
        chx.testing._DeviceBuffer([1], (1,), "int16", "sim:0")


@pytest.mark.parametrize("device", ["native:0", "native:1", None])
def test_arrays_with_the_strides_of_numpys(device: str | None) -> None:
    x = numpy.arange(24, dtype="float32").reshape(2, 3, 4)
    for view in (x, x.T, x[:, ::-1, ::2], x[1:, :0], numpy.broadcast_to(x[0, 0], (5, 4))):
        kept = chx.testing._fromnumpy(view, keepstrides=True, device=device)
        numpy.testing.assert_array_equal(chx.to_numpy(kept), view)
        if device != "native:1" and view.size:
            assert kept.strides == view.strides
        plain = chx.testing._fromnumpy(view, device=device)
        assert plain.is_contiguous
        assert plain.device is chx.get_device(device or "native:0")
