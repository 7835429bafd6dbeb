"""DLPack with NumPy, PyTorch, JAX and MLX: round trips in every dtype and layout. A library that is not installed is skipped."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy
import pytest
from dlpack_peers import LAYOUTS, PEERS, Peer

import chainerx as chx

DTYPES = [dtype.__name__ for dtype in chx.all_dtypes] + ["bfloat16"]
by_peer = pytest.mark.parametrize("peer", PEERS, ids=repr)
by_dtype = pytest.mark.parametrize("dtype", DTYPES)
by_layout = pytest.mark.parametrize("layout", LAYOUTS)


def host_array(dtype: str) -> numpy.ndarray[Any, Any]:
    if dtype == "bfloat16":
        dtype = pytest.importorskip("ml_dtypes").bfloat16
    return (numpy.arange(24) % 5).reshape(2, 3, 4).astype(dtype)


def comparable(array: Any) -> numpy.ndarray[Any, Any]:
    host = numpy.asarray(array)
    return host.astype("float32") if host.dtype.name == "bfloat16" else host


def check_peer_has(peer: Peer, dtype: str) -> None:
    peer.load()
    if dtype == "bfloat16" and not peer.has_bfloat16:
        pytest.skip(f"{peer} has no bfloat16")
    if peer.name == "mlx" and dtype in ("float64", "complex128"):
        pytest.skip("MLX has no float64 and complex128")


@by_layout
@by_dtype
@by_peer
def test_export(peer: Peer, dtype: str, layout: str) -> None:
    check_peer_has(peer, dtype)
    a = LAYOUTS[layout](chx.array(host_array(dtype)))
    if not peer.takes_gaps and layout in ("step", "broadcast"):
        with pytest.raises(Exception, match="strid"):
            peer.take(a)
        return
    theirs = peer.take(a)
    assert tuple(theirs.shape) == a.shape
    if dtype in str(theirs.dtype) or not peer.narrows:
        assert dtype in str(theirs.dtype)
    numpy.testing.assert_array_equal(comparable(peer.to_numpy(theirs)), comparable(chx.to_numpy(a)))
    is_shared = peer.name in ("numpy", "torch") and layout not in ("negative", "empty")
    if is_shared:
        assert peer.address(theirs) == a.data_ptr + a.offset


@by_layout
@by_dtype
@by_peer
def test_import(peer: Peer, dtype: str, layout: str) -> None:
    check_peer_has(peer, dtype)
    if layout == "negative" and not peer.negative:
        pytest.skip(f"{peer} has no negative strides")
    theirs = LAYOUTS[layout](peer.make(host_array(dtype)))
    a = chx.from_dlpack(theirs)
    assert a.shape == tuple(theirs.shape)
    assert a.dtype.name in str(theirs.dtype)
    assert not a.is_backprop_required()
    numpy.testing.assert_array_equal(comparable(chx.to_numpy(a)), comparable(peer.to_numpy(theirs)))
    if layout != "empty" and dtype != "bfloat16" and not peer.copies:
        assert peer.address(theirs) == a.data_ptr + a.offset
    if peer.immutable and layout != "empty":
        with pytest.raises(chx.ChainerxError):
            a.fill(1)


@by_peer
def test_writes_are_seen_on_the_other_side(peer: Peer) -> None:
    peer.load()
    if peer.immutable:
        pytest.skip(f"arrays of {peer} never change")
    a = chx.arange(3)
    theirs = peer.take(a)
    theirs += 1
    assert a.tolist() == [1, 2, 3]
    b = chx.from_dlpack(theirs)
    b += 1
    assert a.tolist() == [2, 3, 4]


@by_peer
def test_copies(peer: Peer) -> None:
    theirs = peer.make(numpy.arange(3, dtype="float32"))
    for source in (theirs, chx.from_dlpack(theirs)):
        a = chx.from_dlpack(source, copy=True)
        a += 1
        assert peer.to_numpy(theirs).tolist() == [0, 1, 2]
        assert a.tolist() == [1, 2, 3]
    assert chx.array(theirs).tolist() == [0, 1, 2]
    assert chx.asarray(theirs, copy=True).tolist() == [0, 1, 2]
    if not peer.copies:
        shared = chx.asarray(theirs, copy=False)
        assert shared.data_ptr + shared.offset == peer.address(theirs)


@by_peer
def test_read_only(peer: Peer) -> None:
    peer.load()
    host = numpy.arange(3.0, dtype="float32")
    host.flags.writeable = False
    a = chx.array(host, copy=False)
    if peer.name == "jax":  # it asks for unversioned tensors only
        with pytest.raises(BufferError, match="read-only"):
            peer.take(a)
        return
    theirs = peer.take(a)
    numpy.testing.assert_array_equal(peer.to_numpy(theirs), host)
    if peer.name == "numpy":
        assert not theirs.flags.writeable


@by_peer
def test_graphs_are_refused(peer: Peer) -> None:
    peer.load()
    a = chx.ones(2).require_grad()
    if not peer.copies:  # MLX copies such an array by the buffer protocol
        with pytest.raises(BufferError, match="as_grad_stopped"):
            peer.take(a)
    assert peer.to_numpy(peer.take(a.as_grad_stopped())).tolist() == [1, 1]


def test_graphs_of_torch_are_refused() -> None:
    torch: Any = pytest.importorskip("torch")
    t = torch.ones(2, requires_grad=True)
    with pytest.raises(BufferError, match="gradient"):
        chx.from_dlpack(t)
    assert chx.from_dlpack(t.detach()).tolist() == [1, 1]


@by_peer
def test_their_memory_outlives_them(peer: Peer) -> None:
    a = chx.from_dlpack(peer.make(numpy.arange(100_000, dtype="float32")))
    b = peer.take(chx.arange(100_000, dtype="float32"))
    assert float(a.sum()) == pytest.approx(4999950000, rel=1e-6)
    assert peer.to_numpy(b)[-1] == 99999


@by_peer
def test_negative_strides_do_not_kill_the_process(peer: Peer) -> None:
    peer.load()
    program = (
        "from dlpack_peers import PEERS\nimport chainerx as chx\n"
        f"peer = next(p for p in PEERS if p.name == {peer.name!r})\n"
        "print(peer.to_numpy(peer.take(chx.arange(3)[::-1])).tolist())"
    )
    from pathlib import Path

    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, "[2, 1, 0]\n"), result.stderr
