"""What the functions that networks are made of compute, in plain NumPy."""

from __future__ import annotations

import itertools
import math

import numpy as np


def _each(value: object, n: int) -> tuple[int, ...]:
    return (int(value),) * n if np.isscalar(value) else tuple(value)  # type: ignore[call-overload,arg-type]


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _erf(x):
    return np.vectorize(math.erf, otypes=[np.float64])(x) if x.size else x


def gelu(x, approximate="none"):
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + _erf(x / math.sqrt(2)))


def celu(x, alpha=1.0):
    return np.maximum(x, 0) + np.minimum(0, alpha * np.expm1(x / alpha))


def selu(x):
    return 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x))


def hard_sigmoid(x, slope=1 / 6, offset=0.5):
    return np.clip(slope * x + offset, 0, 1)


def prelu(x, w):
    w = w.reshape(()) if w.size == 1 else w.reshape(*w.shape, *[1] * (x.ndim - 1 - w.ndim))
    return np.where(x > 0, x, w * x)


def glu(x, axis=-1):
    value, gate = np.split(x, 2, axis)
    return value * _sigmoid(gate)


def maxout(x, pool_size, axis=1):
    parts = [np.take(x, range(i, x.shape[axis], pool_size), axis) for i in range(pool_size)]
    return np.maximum.reduce(parts)


def _standardized(x, axes, eps):
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + eps)


def _affine(y, weight, bias):
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def layer_norm(x, normalized_shape, weight=None, bias=None, eps=1e-5):
    n = 1 if np.isscalar(normalized_shape) else len(normalized_shape)
    return _affine(_standardized(x, tuple(range(x.ndim - n, x.ndim)), eps), weight, bias)


def rms_norm(x, normalized_shape, weight=None, eps=None):
    axes = tuple(range(x.ndim - len(normalized_shape), x.ndim))
    return _affine(x / np.sqrt((x**2).mean(axes, keepdims=True) + eps), weight, None)


def group_norm(x, num_groups, weight=None, bias=None, eps=1e-5):
    beside = (-1, *[1] * (x.ndim - 2))
    size = x.shape[1] // num_groups
    parts = [x[:, i * size : (i + 1) * size] for i in range(num_groups)]
    y = np.concatenate([_standardized(p, tuple(range(1, x.ndim)), eps) for p in parts], 1)
    return _affine(y, *[p if p is None else p.reshape(beside) for p in (weight, bias)])


def instance_norm(x, weight=None, bias=None, eps=1e-5):
    return group_norm(x, x.shape[1], weight, bias, eps)


def normalize(x, ord=2.0, axis=1, eps=1e-12):
    norm = np.linalg.norm(x, ord, axis, keepdims=True) if x.size else 1
    return x / np.maximum(norm, eps)


def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    total = np.zeros_like(x)
    for i, j in itertools.product(range(x.shape[1]), repeat=2):
        if abs(i - j) <= n // 2:
            total[:, i] += x[:, j] ** 2
    return x / (k + alpha * total) ** beta


def embedding(x, weight, ignore_index=None):
    x = x.astype(np.int64)
    y = weight[np.where(x == ignore_index, 0, x)]
    return np.where((x == ignore_index)[..., None], 0, y).astype(weight.dtype)


def scaled_dot_product_attention(
    query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None
):
    scores = query @ np.swapaxes(key, -1, -2) * (scale or 1 / math.sqrt(query.shape[-1]))
    if attn_mask is not None:
        scores = scores + attn_mask
    if is_causal:
        scores = np.where(np.tri(*scores.shape[-2:], dtype=bool), scores, -np.inf)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True) @ value


def lstm(c, x):
    a, i, f, o = (x[:, k::4] for k in range(4))
    n = len(x)
    c_next = np.tanh(a) * _sigmoid(i) + _sigmoid(f) * c[:n]
    return np.concatenate([c_next, c[n:]]), _sigmoid(o) * np.tanh(c_next)


def slstm(c1, c2, x1, x2):
    c, o = 0, 0
    for cell, x in ((c1, x1), (c2, x2)):
        a, i, f = (x[:, k::4] for k in range(3))
        c = c + np.tanh(a) * _sigmoid(i) + _sigmoid(f) * cell
        o = o + x[:, 3::4]
    return c, _sigmoid(o) * np.tanh(c)


def tree_lstm(*arrays):
    *cells, x = arrays
    a, i, o, *fs = np.split(x, 3 + len(cells), 1)
    c = np.tanh(a) * _sigmoid(i) + sum(
        _sigmoid(f) * cell for f, cell in zip(fs, cells, strict=True)
    )
    return c, _sigmoid(o) * np.tanh(c)


def _spans(n, extent):
    return [(i * extent // n, -(-(i + 1) * extent // n)) for i in range(n)]


def _adaptive_pool(reduce):
    def pool(x, output_size):
        k = x.ndim - 2
        output = _each(output_size, k)
        y = np.zeros((*x.shape[:2], *output), x.dtype)
        for at in itertools.product(*map(range, output)):
            spans = [_spans(output[i], x.shape[2 + i])[at[i]] for i in range(k)]
            window = x[(..., *[slice(*span) for span in spans])]
            y[(..., *at)] = reduce(window.reshape(*x.shape[:2], math.prod(window.shape[2:])))
        return y

    return pool


def _columns(image, ksize, stride, pad, dilate):
    """Yields (row of a column, number of the window, place in the padded image)."""
    k = len(image)
    kernel, stride, pad, dilate = (_each(v, k) for v in (ksize, stride, pad, dilate))
    counts = [
        (image[i] + 2 * pad[i] - dilate[i] * (kernel[i] - 1) - 1) // stride[i] + 1 for i in range(k)
    ]
    for row, element in enumerate(itertools.product(*map(range, kernel))):
        for number, window in enumerate(itertools.product(*map(range, counts))):
            place = [stride[i] * window[i] + dilate[i] * element[i] for i in range(k)]
            yield row, number, tuple(place)


def unfold(x, ksize, stride=1, pad=0, dilate=1):
    image = x.shape[2:]
    padded = np.pad(x, [(0, 0), (0, 0), *[(p, p) for p in _each(pad, len(image))]])
    parts = list(_columns(image, ksize, stride, pad, dilate))
    y = np.zeros((*x.shape[:2], parts[-1][0] + 1, parts[-1][1] + 1), x.dtype)
    for row, number, place in parts:
        y[:, :, row, number] = padded[(..., *place)]
    return (
        y.reshape(x.shape[0], -1, y.shape[3])
        if x.size
        else np.zeros((0, *y.shape[2:]))
        .reshape(0, x.shape[1] * y.shape[2], y.shape[3])
        .astype(x.dtype)
    )


def fold(x, output_size, ksize, stride=1, pad=0, dilate=1):
    k = len(output_size)
    parts = list(_columns(output_size, ksize, stride, pad, dilate))
    x = x.reshape(x.shape[0], -1, parts[-1][0] + 1, parts[-1][1] + 1)
    pad = _each(pad, k)
    y = np.zeros((*x.shape[:2], *[output_size[i] + 2 * pad[i] for i in range(k)]), x.dtype)
    for row, number, place in parts:
        y[(..., *place)] += x[:, :, row, number]
    return y[(..., *[slice(pad[i], pad[i] + output_size[i]) for i in range(k)])]


def lp_pool(x, norm_type, ksize, stride=None):
    k = x.ndim - 2
    columns = unfold(x, ksize, ksize if stride is None else stride)
    columns = columns.reshape(*x.shape[:2], -1, columns.shape[2])
    y = (np.abs(columns) ** norm_type).sum(2) ** (1 / norm_type)
    kernel, stride = _each(ksize, k), _each(ksize if stride is None else stride, k)
    return y.reshape(
        *x.shape[:2], *[(x.shape[2 + i] - kernel[i]) // stride[i] + 1 for i in range(k)]
    )


def interpolate(x, size, mode="nearest", align_corners=False):
    for i, n in enumerate(_each(size, x.ndim - 2)):
        d = x.shape[2 + i]
        if mode == "nearest":
            x = np.take(x, [k * d // n for k in range(n)], 2 + i)
            continue
        if align_corners:
            places = np.linspace(0, d - 1, n)
        else:
            places = np.clip((np.arange(n) + 0.5) * d / n - 0.5, 0, d - 1)
        x = np.apply_along_axis(
            lambda line, places=places: np.interp(places, np.arange(len(line)), line), 2 + i, x
        )
    return x


def pixel_shuffle(x, r):
    k = x.ndim - 2
    y = np.zeros((x.shape[0], x.shape[1] // r**k, *[d * r for d in x.shape[2:]]), x.dtype)
    for number, offset in enumerate(itertools.product(range(r), repeat=k)):
        y[(..., *[slice(o, None, r) for o in offset])] = x[:, number :: r**k]
    return y


def pixel_unshuffle(x, r):
    k = x.ndim - 2
    y = np.zeros((x.shape[0], x.shape[1] * r**k, *[d // r for d in x.shape[2:]]), x.dtype)
    for number, offset in enumerate(itertools.product(range(r), repeat=k)):
        y[:, number :: r**k] = x[(..., *[slice(o, None, r) for o in offset])]
    return y


REFERENCES = {
    "gelu": gelu,
    "silu": lambda x, beta=1.0: x * _sigmoid(beta * x),
    "mish": lambda x: x * np.tanh(np.logaddexp(0, x)),
    "selu": selu,
    "celu": celu,
    "softsign": lambda x: x / (1 + np.abs(x)),
    "log_sigmoid": lambda x: -np.logaddexp(0, -x),
    "relu6": lambda x: np.clip(x, 0, 6),
    "hard_tanh": lambda x, min=-1, max=1: np.clip(x, min, max),
    "hard_sigmoid": hard_sigmoid,
    "hard_swish": lambda x: x * hard_sigmoid(x),
    "prelu": prelu,
    "glu": glu,
    "crelu": lambda x, axis=1: np.concatenate([np.maximum(x, 0), np.maximum(-x, 0)], axis),
    "maxout": maxout,
    "layer_norm": layer_norm,
    "rms_norm": rms_norm,
    "group_norm": group_norm,
    "instance_norm": instance_norm,
    "normalize": normalize,
    "local_response_norm": local_response_norm,
    "embedding": embedding,
    "scaled_dot_product_attention": scaled_dot_product_attention,
    "lstm": lstm,
    "slstm": slstm,
    "tree_lstm": tree_lstm,
    "adaptive_average_pool": _adaptive_pool(lambda w: w.mean(2)),
    "adaptive_max_pool": _adaptive_pool(lambda w: w.max(2)),
    "lp_pool": lp_pool,
    "unfold": unfold,
    "fold": fold,
    "interpolate": interpolate,
    "pixel_shuffle": pixel_shuffle,
    "pixel_unshuffle": pixel_unshuffle,
}
