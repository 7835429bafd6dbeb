"""The tiny network that every framework trains: 4-4-4-4, relu, softmax cross entropy, SGD; batch 2."""

from __future__ import annotations

import numpy as np

WIDTH, BATCH, LAYERS, RATE = 4, 2, 3, 0.01


def data() -> tuple[np.ndarray, np.ndarray, list[np.ndarray], list[np.ndarray]]:
    """Images (2, 4), labels (2), weights (out, in) and biases (out), the same for all frameworks."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((BATCH, WIDTH)).astype(np.float32)
    t = rng.integers(0, WIDTH, BATCH)
    weights = [(rng.standard_normal((WIDTH, WIDTH)) / 2).astype(np.float32) for _ in range(LAYERS)]
    biases = [np.zeros(WIDTH, np.float32) for _ in range(LAYERS)]
    return x, t, weights, biases
