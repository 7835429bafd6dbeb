"""JAX's cases: whole training steps under jit, parameters donated so that they may be updated in place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import digits
import jax
import jax.numpy as jnp
import mlp
import numpy as np


def version() -> str:
    return jax.__version__


def cross_entropy(logits: jax.Array, labels: jax.Array) -> jax.Array:
    chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1)
    return -chosen.mean()


def tiny(params: list[jax.Array], x: jax.Array) -> jax.Array:
    w1, w2, w3, b1, b2, b3 = params
    h = jax.nn.relu(x @ w1.T + b1)
    h = jax.nn.relu(h @ w2.T + b2)
    return h @ w3.T + b3


def pooled(x: jax.Array) -> jax.Array:
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")


def network(name: str, params: list[jax.Array], x: jax.Array) -> jax.Array:
    if name == "mlp":
        w1, b1, w2, b2 = params
        return jax.nn.relu(x @ w1.T + b1) @ w2.T + b2
    w1, b1, w2, b2, w3, b3 = params
    conv = partial(jax.lax.conv, window_strides=(1, 1), padding="SAME")
    h = pooled(jax.nn.relu(conv(x, w1) + b1[:, None, None]))
    h = pooled(jax.nn.relu(conv(h, w2) + b2[:, None, None]))
    return h.reshape(len(h), -1) @ w3.T + b3


def tiny_step() -> Callable[[], object]:
    x, t, weights, biases = mlp.data()
    images, labels = jnp.asarray(x), jnp.asarray(t)
    params = [jnp.asarray(p) for p in [*weights, *biases]]

    @partial(jax.jit, donate_argnums=0)
    def update(params, images, labels):
        loss, grads = jax.value_and_grad(lambda p: cross_entropy(tiny(p, images), labels))(params)
        return loss, [p - mlp.RATE * g for p, g in zip(params, grads, strict=True)]

    def step() -> object:
        nonlocal params
        loss, params = update(params, images, labels)
        return loss.block_until_ready()

    return step


def digits_step(name: str) -> Callable[[], object]:
    x, t, values = digits.data(name)
    images, labels = jnp.asarray(x), jnp.asarray(t)
    params = [jnp.asarray(p) for p in values]
    moments = [jnp.zeros_like(p) for p in params]

    @partial(jax.jit, donate_argnums=(0, 1))
    def update(params, moments, images, labels):
        loss, grads = jax.value_and_grad(lambda p: cross_entropy(network(name, p, images), labels))(
            params
        )
        moments = [
            digits.MOMENTUM * m - digits.RATE * g for m, g in zip(moments, grads, strict=True)
        ]
        return loss, [p + m for p, m in zip(params, moments, strict=True)], moments

    def step() -> object:
        nonlocal params, moments
        loss, params, moments = update(params, moments, images, labels)
        return loss.block_until_ready()

    return step


STATEMENTS = {
    "tiny MLP step": "step()",
    "digits MLP step": "digits_mlp()",
    "digits CNN step": "digits_cnn()",
}


def names() -> dict[str, object]:
    assert np.isfinite(float(tiny_step()()))
    return {
        "step": tiny_step(),
        "digits_mlp": digits_step("mlp"),
        "digits_cnn": digits_step("cnn"),
    }
