"""pickle, copy and deepcopy."""

from __future__ import annotations

import copy
import pickle

import pytest

import chainerx as chx


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "uint64", "float16", "bfloat16", "float32", "complex128"]
)
def test_round_trip(protocol: int, dtype: str) -> None:
    for a in (
        chx.arange(6).reshape(2, 3).astype(dtype).T,
        chx.ones((), dtype),
        chx.zeros((0, 2), dtype),
    ):
        b = pickle.loads(pickle.dumps(a, protocol))
        assert b.dtype == a.dtype
        assert b.shape == a.shape
        assert b.device is a.device
        assert b.tolist() == a.tolist()
        b[...] = 1  # it owns its memory


def test_device_and_graph() -> None:
    a = chx.ones(2, device="native:1").require_grad()
    b = pickle.loads(pickle.dumps(a * 2))
    assert b.device is a.device
    assert not b.is_backprop_required()
    assert b.tolist() == [2, 2]
    with pytest.raises(chx.GradientError):
        b.grad  # noqa: B018


def test_out_of_band_buffers() -> None:
    a = chx.arange(1000)
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(a, protocol=5, buffer_callback=buffers.append)
    assert len(buffers) == 1
    assert len(data) < 1000
    assert int(pickle.loads(data, buffers=buffers).sum()) == 499500


@pytest.mark.parametrize("dtype", ["bool", "float16", "bfloat16", "float32", "complex128"])
def test_out_of_band_buffers_are_not_copied(dtype: str) -> None:
    if dtype == "bfloat16":
        pytest.importorskip("ml_dtypes")
    a = chx.arange(6).reshape(2, 3).astype(dtype)
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(a, protocol=5, buffer_callback=buffers.append)
    view = memoryview(buffers[0])
    assert view.readonly
    a.fill(1)
    assert bytes(view) == chx.to_numpy(a).tobytes()
    b = pickle.loads(data, buffers=buffers)
    b.fill(0)
    assert a.tolist() == chx.ones((2, 3), dtype).tolist()


def test_out_of_band_buffers_of_other_layouts_and_devices() -> None:
    for a in (chx.arange(6).reshape(2, 3).T, chx.arange(6)[::-2], chx.arange(6, device="sim:0")):
        buffers: list[pickle.PickleBuffer] = []
        data = pickle.dumps(a, protocol=5, buffer_callback=buffers.append)
        b = pickle.loads(data, buffers=buffers)
        assert b.device is a.device
        assert b.tolist() == a.tolist()


def test_copies() -> None:
    a = chx.ones(2).require_grad()
    shallow = copy.copy(a)
    assert shallow is not a
    assert shallow.is_backprop_required()
    deep, again = copy.deepcopy([a, a])
    assert deep is again
    assert deep is not a
    assert not deep.is_backprop_required()
    deep += 1
    assert a.tolist() == [1, 1]


def test_devices() -> None:
    device = chx.get_device("native:1")
    assert pickle.loads(pickle.dumps(device)) is device
    assert copy.deepcopy(device) is device


def test_functions() -> None:
    assert pickle.loads(pickle.dumps(chx.sum)) is chx.sum
    assert pickle.loads(pickle.dumps(chx.random.normal)) is chx.random.normal
    assert pickle.loads(pickle.dumps(chx.DimensionError)) is chx.DimensionError
