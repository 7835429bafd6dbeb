"""Computes a gradient on the native device with whatever chainerx is installed."""

import numpy as np

import chainerx as chx

x = chx.array(np.array([1.0, 2.0, 3.0], dtype=np.float32)).require_grad()
y = (x * x).sum()
y.backward()
np.testing.assert_array_equal(chx.to_numpy(x.grad), [2.0, 4.0, 6.0])
assert chx.get_default_device().name == "native:0"
print("chainerx", chx.__version__, "computes on", x.device)
