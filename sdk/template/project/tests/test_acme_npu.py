"""The device seen from Python. What every device must do is the conformance kit's business: chainerx-conformance acme_npu."""

import chainerx as chx
import numpy as np
import pytest


def test_arrays_live_on_the_device():
    a = chx.zeros((2, 3), device="acme_npu:0")
    assert a.device.name == "acme_npu:0"
    np.testing.assert_array_equal(chx.to_numpy(a), np.zeros((2, 3), np.float32))


def test_own_kernel_adds():
    a = chx.arange(5, dtype="float32", device="acme_npu:0")
    chx.reset_fallback_stats()
    np.testing.assert_array_equal(chx.to_numpy(a + a), [0, 2, 4, 6, 8])
    assert [row for row in chx.fallback_stats() if row["op"] == "chx.add"] == []


def test_gradients_of_ops_without_a_kernel():
    x = chx.array([0.5, 1.0], device="acme_npu:0").require_grad()
    chx.reset_fallback_stats()
    chx.tanh(x).sum().backward()
    assert chx.to_numpy(x.grad) == pytest.approx(1 - np.tanh([0.5, 1.0]) ** 2, rel=1e-5)
    assert "host" in {row["step"] for row in chx.fallback_stats()}
