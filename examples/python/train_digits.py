"""Trains a small convolutional network on the handwritten digits that scikit-learn ships (1,797 images of 8 x 8).

Writes loss.png and graph.svg into --output and, with --export-npy, the data for examples/cpp/train_digits.cc.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

import chainerx as chx

BATCH = 64
EPOCHS = 25


def load(export: Path | None) -> dict[str, np.ndarray]:
    """Images (N, 1, 8, 8) in [0, 1] and labels (N), shuffled; the last fifth is held out."""
    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.target))
    images = (digits.images[order, None] / 16).astype(np.float32)
    labels = digits.target[order].astype(np.int64)
    n_train = len(order) * 4 // 5
    data = {
        "train_images": images[:n_train],
        "train_labels": labels[:n_train],
        "test_images": images[n_train:],
        "test_labels": labels[n_train:],
    }
    if export is not None:
        export.mkdir(parents=True, exist_ok=True)
        for name, array in data.items():
            np.save(export / f"{name}.npy", array)
    return data


def weight(*shape: int) -> chx.ndarray:
    scale = math.sqrt(2 / math.prod(shape[1:]))
    return chx.random.normal(0.0, scale, shape)


class Network:
    def __init__(self) -> None:
        self.w1, self.b1 = weight(16, 1, 3, 3), chx.zeros(16)
        self.w2, self.b2 = weight(32, 16, 3, 3), chx.zeros(32)
        self.w3, self.b3 = weight(10, 128), chx.zeros(10)

    def params(self) -> list[chx.ndarray]:
        return [self.w1, self.b1, self.w2, self.b2, self.w3, self.b3]

    def __call__(self, x: chx.ndarray) -> chx.ndarray:
        """(N, 1, 8, 8) -> (N, 10)."""
        h = chx.max_pool(chx.relu(chx.conv(x, self.w1, self.b1, pad=1)), 2)
        h = chx.max_pool(chx.relu(chx.conv(h, self.w2, self.b2, pad=1)), 2)
        return chx.linear(h, self.w3, self.b3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--output", type=Path, default=Path("out"), help="folder for loss.png and graph.svg"
    )
    parser.add_argument("--export-npy", type=Path, help="folder for the data as .npy files")
    parser.add_argument("--device", default="native", help="device to train on")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)

    data = load(options.export_npy)
    chx.set_default_device(options.device)
    images, labels = chx.array(data["train_images"]), chx.array(data["train_labels"])
    chx.random.seed(0)
    network = Network()
    optimizer = chx.optimizers.Adam(lr=2e-3)
    optimizer.add_params([param.require_grad() for param in network.params()])

    n = len(images)
    rng = np.random.default_rng(0)
    history: list[float] = []
    start = time.perf_counter()
    progress = chx.progress(range(EPOCHS), desc="training")
    for _epoch in progress:
        order = chx.array(rng.permutation(n))
        losses: list[float] = []
        for first in range(0, n - BATCH + 1, BATCH):
            batch = order[first : first + BATCH]
            loss = chx.softmax_cross_entropy(
                network(images.take(batch, axis=0)), labels.take(batch, axis=0)
            ).mean()
            if not history and not losses:
                chx.graph.draw(loss, options.output / "graph.svg")
            loss.backward()
            optimizer.update()
            optimizer.zero_grad()
            losses.append(float(loss))
        history += losses
        progress.set_postfix(loss=f"{np.mean(losses):.4f}")
    elapsed = time.perf_counter() - start

    with chx.no_backprop_mode():
        accuracy = float(
            chx.accuracy(network(chx.array(data["test_images"])), chx.array(data["test_labels"]))
        )
    chx.plot.loss(history, options.output / "loss.png")
    print(f"final loss: {np.mean(history[-20:]):.4f}")
    print(f"test accuracy: {accuracy:.3f}")
    print(
        f"time per iteration: {1e3 * elapsed / len(history):.3f} ms on {chx.get_default_device().name}"
    )


if __name__ == "__main__":
    main()
