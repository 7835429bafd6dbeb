"""What functions without a NumPy namesake compute, in plain NumPy."""

from __future__ import annotations

import itertools
import math

import numpy as np

from ops import loss_references, network_references
from ops.numpy_references import NUMPY_REFERENCES


def _each(value: object, n: int) -> tuple[int, ...]:
    return (int(value),) * n if np.isscalar(value) else tuple(value)  # type: ignore[call-overload,arg-type]


def _windows(
    x: np.ndarray,
    kernel: tuple,
    stride: tuple,
    pad: tuple,
    dilate: tuple,
    output: tuple,
    fill: float,
):
    """Yields (output index, kernel index, slice of the padded x) over all positions."""
    k = len(kernel)
    spatial = x.shape[2:]
    reach = [
        max(stride[i] * (output[i] - 1) + dilate[i] * (kernel[i] - 1) + 1, spatial[i] + pad[i])
        for i in range(k)
    ]
    padded = np.full((*x.shape[:2], *reach), fill, x.dtype)
    padded[(..., *[slice(pad[i], pad[i] + spatial[i]) for i in range(k)])] = x
    for o in itertools.product(*map(range, output)):
        for kk in itertools.product(*map(range, kernel)):
            yield o, kk, padded[(..., *[stride[i] * o[i] + dilate[i] * kk[i] for i in range(k)])]


def _output(d: int, k: int, s: int, p: int, dilate: int, cover_all: bool) -> int:
    window = dilate * (k - 1) + 1
    return (d + 2 * p - window + (s - 1 if cover_all else 0)) // s + 1


def conv(x, w, b=None, stride=1, pad=0, cover_all=False, dilate=1, groups=1):
    k = x.ndim - 2
    stride, pad, dilate = _each(stride, k), _each(pad, k), _each(dilate, k)
    kernel = w.shape[2:]
    output = tuple(
        _output(x.shape[2 + i], kernel[i], stride[i], pad[i], dilate[i], cover_all)
        for i in range(k)
    )
    y = np.zeros((x.shape[0], w.shape[0], *output), x.dtype)
    per_out, per_in = w.shape[0] // groups, w.shape[1]
    for o, kk, part in _windows(x, kernel, stride, pad, dilate, output, 0):
        for g in range(groups):
            outs, ins = slice(g * per_out, (g + 1) * per_out), slice(g * per_in, (g + 1) * per_in)
            y[(slice(None), outs, *o)] += part[:, ins] @ w[(outs, slice(None), *kk)].T
    return y if b is None else y + b.reshape(-1, *[1] * k)


def conv_transpose(x, w, b=None, stride=1, pad=0, outsize=None, dilate=1, groups=1):
    k = x.ndim - 2
    stride, pad, dilate = _each(stride, k), _each(pad, k), _each(dilate, k)
    kernel = w.shape[2:]
    size = [stride[i] * (x.shape[2 + i] - 1) + dilate[i] * (kernel[i] - 1) + 1 for i in range(k)]
    outsize = (
        tuple(size[i] - 2 * pad[i] for i in range(k)) if outsize is None else _each(outsize, k)
    )
    per_in, per_out = x.shape[1] // groups, w.shape[1]
    full = np.zeros(
        (x.shape[0], per_out * groups, *[max(size[i], outsize[i] + 2 * pad[i]) for i in range(k)]),
        x.dtype,
    )
    for position in itertools.product(*map(range, x.shape[2:])):
        for kk in itertools.product(*map(range, kernel)):
            at = tuple(stride[i] * position[i] + dilate[i] * kk[i] for i in range(k))
            for g in range(groups):
                ins, outs = (
                    slice(g * per_in, (g + 1) * per_in),
                    slice(g * per_out, (g + 1) * per_out),
                )
                full[(slice(None), outs, *at)] += (
                    x[(slice(None), ins, *position)] @ w[(ins, slice(None), *kk)]
                )
    y = full[(..., *[slice(pad[i], pad[i] + outsize[i]) for i in range(k)])]
    return y if b is None else y + b.reshape(-1, *[1] * k)


def max_pool(x, ksize, stride=None, pad=0, cover_all=False):
    k = x.ndim - 2
    kernel = _each(ksize, k)
    stride, pad = _each(ksize if stride is None else stride, k), _each(pad, k)
    output = tuple(
        _output(x.shape[2 + i], kernel[i], stride[i], pad[i], 1, cover_all) for i in range(k)
    )
    lowest = np.iinfo(x.dtype).min if x.dtype.kind in "iu" else -np.inf
    y = np.full((*x.shape[:2], *output), lowest, x.dtype)
    for o, _, part in _windows(x, kernel, stride, pad, (1,) * k, output, lowest):
        y[(..., *o)] = np.maximum(y[(..., *o)], part)
    return y


def average_pool(x, ksize, stride=None, pad=0, pad_mode="ignore"):
    k = x.ndim - 2
    kernel = _each(ksize, k)
    stride, pad = _each(ksize if stride is None else stride, k), _each(pad, k)
    output = tuple(
        _output(x.shape[2 + i], kernel[i], stride[i], pad[i], 1, False) for i in range(k)
    )
    total, count = (
        np.zeros((*x.shape[:2], *output), x.dtype),
        np.zeros((*x.shape[:2], *output), x.dtype),
    )
    for array, into in ((x, total), (np.ones_like(x), count)):
        for o, _, part in _windows(array, kernel, stride, pad, (1,) * k, output, 0):
            into[(..., *o)] += part
    return total / (math.prod(kernel) if pad_mode == "zero" else count)


def softmax(x, axis=None):
    axis = 1 if axis is None else axis
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def log_softmax(x, axis=None):
    return np.log(softmax(x, axis))


def logsumexp(x, axis=None, keepdims=False):
    m = x.max(axis=axis, keepdims=True)
    y = np.log(np.exp(x - m).sum(axis=axis, keepdims=True)) + m
    return y if keepdims else np.squeeze(y, axis=axis)


def batch_norm(x, gamma, beta, running_mean=None, running_var=None, eps=2e-5, decay=0.9, axis=None):
    axis = (0,) if axis is None else axis
    return fixed_batch_norm(x, gamma, beta, x.mean(axis=axis), x.var(axis=axis), eps, axis)


def fixed_batch_norm(x, gamma, beta, mean, var, eps=2e-5, axis=None):
    axis = (0,) if axis is None else axis
    shape = [1 if i in axis else d for i, d in enumerate(x.shape)]
    gamma, beta, mean, var = (a.reshape(shape) for a in (gamma, beta, mean, var))
    return (x - mean) / np.sqrt(var + eps) * gamma + beta


def softmax_cross_entropy(x1, x2):
    log_p = log_softmax(x1, 1)
    x2 = x2.astype(np.int64)
    inside = (x2 >= 0) & (x2 < x1.shape[1])
    return np.where(inside, -log_p[np.arange(len(x2)), np.where(inside, x2, 0)], 0)


def sigmoid_cross_entropy(x1, x2):
    loss = np.maximum(x1, 0) - x1 * x2 + np.log1p(np.exp(-np.abs(x1)))
    return np.where(x2 == -1, 0, loss)


def accuracy(y, t, ignore_label=None):
    kept = np.ones(t.shape, bool) if ignore_label is None else t != ignore_label
    return np.float32((y.argmax(axis=1) == t)[kept].sum() / max(kept.sum(), 1))


def linear(x, w, b=None, n_batch_axes=1):
    y = x.reshape(*x.shape[:n_batch_axes], math.prod(x.shape[n_batch_axes:])) @ w.T
    return y if b is None else y + b


def erf(x):
    return np.vectorize(math.erf, otypes=[x.dtype])(x)


def conj(x):
    return np.conj(x) if np.iscomplexobj(x) else x  # NumPy refuses bool


def argsort(a, axis=-1):
    return np.argsort(a, axis, kind="stable")


def topk(a, k, axis=-1, largest=True):
    # Stable in either direction: of equal ones the first comes first.
    order = np.argsort(a, axis, kind="stable")
    if largest:
        backwards = np.flip(np.argsort(np.flip(a, axis), axis, kind="stable"), axis)
        order = a.shape[axis] - 1 - backwards
    indices = np.take(order, range(k), axis)
    return np.take_along_axis(a, indices, axis), indices


def unique_values(x):
    return np.unique(x, equal_nan=False)


def clip(a, min=None, max=None):
    return np.clip(a, min, max)  # NumPy before 2.1 has other names for them


REFERENCES = {
    **NUMPY_REFERENCES,
    "clip": clip,
    "argsort": argsort,
    "topk": topk,
    "unique_values": unique_values,
    "conj": conj,
    "conv": conv,
    "conv_transpose": conv_transpose,
    "max_pool": max_pool,
    "average_pool": average_pool,
    "softmax": softmax,
    "log_softmax": log_softmax,
    "logsumexp": logsumexp,
    "batch_norm": batch_norm,
    "fixed_batch_norm": fixed_batch_norm,
    "softmax_cross_entropy": softmax_cross_entropy,
    "sigmoid_cross_entropy": sigmoid_cross_entropy,
    "accuracy": accuracy,
    "linear": linear,
    "erf": erf,
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x, slope=0.2: np.where(x > 0, x, slope * x),
    "clipped_relu": lambda x, z=20.0: np.clip(x, 0, z),
    "elu": lambda x, alpha=1.0: np.where(x > 0, x, alpha * np.expm1(x)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x, beta=1.0: np.logaddexp(0, beta * x) / beta,
    "squared_error": lambda a, b: (a - b) ** 2,
    "absolute_error": lambda a, b: np.abs(a - b),
    "matrix_transpose": lambda x: np.swapaxes(x, -1, -2),
    **network_references.REFERENCES,
    **loss_references.REFERENCES,
}
