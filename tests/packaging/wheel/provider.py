"""Whether a kernel provider is in use on native:0, as the ladder sees it. Usage: provider.py NAME present|absent"""

import sys

import numpy as np

import chainerx as chx

name, expected = sys.argv[1:]
users = [row["op"] for row in chx.op_services("native:0") if name in row["by"]]
assert (expected == "present") == bool(users), f"{name} serves {users}; expected it {expected}"
a = np.random.default_rng(0).normal(size=(256, 256)).astype(np.float32)
product = chx.to_numpy(chx.array(a) @ chx.array(a))
np.testing.assert_allclose(product, a @ a, rtol=1e-4, atol=1e-4)
print(f"{name} is {expected}; it serves {len(users)} ops and dtypes")
