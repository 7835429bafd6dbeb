"""The networks that learn handwritten digits in the examples, for one training step each: batch 64, SGD with momentum.

Every framework starts from these weights: mlp is 64-100-10, cnn two convolutions 3 x 3 (16 and 32 channels) with max-pooling
and a linear layer, as examples/python/train_digits.py has it.
"""

from __future__ import annotations

import numpy as np

BATCH, RATE, MOMENTUM = 64, 0.01, 0.9
SHAPES = {
    "mlp": [(100, 64), (100,), (10, 100), (10,)],
    "cnn": [(16, 1, 3, 3), (16,), (32, 16, 3, 3), (32,), (10, 128), (10,)],
}


def data(network: str) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Images ((64, 64) or (64, 1, 8, 8)), labels (64) and parameters."""
    rng = np.random.default_rng(0)
    shape = (BATCH, 64) if network == "mlp" else (BATCH, 1, 8, 8)
    x = rng.random(shape).astype(np.float32)
    t = rng.integers(0, 10, BATCH)
    params = []
    for extents in SHAPES[network]:
        scale = np.sqrt(2 / np.prod(extents[1:])) if len(extents) > 1 else 0
        params.append((rng.standard_normal(extents) * scale).astype(np.float32))
    return x, t, params
