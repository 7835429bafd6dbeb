"""What losses compute, in plain NumPy."""

from __future__ import annotations

import math

import numpy as np


def _reduced(loss, reduction):
    return {"none": lambda x: x, "mean": np.mean, "sum": np.sum}[reduction](loss)


def huber_loss(x1, x2, delta=1.0, reduction="none"):
    d = np.abs(x1 - x2)
    return _reduced(np.where(d < delta, d**2 / 2, delta * (d - delta / 2)), reduction)


def smooth_l1_loss(x1, x2, beta=1.0, reduction="mean"):
    if beta == 0:
        return _reduced(np.abs(x1 - x2), reduction)
    return huber_loss(x1, x2, beta, reduction) / beta


def gaussian_kl_divergence(mean, ln_var, reduction="none"):
    return _reduced((mean**2 + np.exp(ln_var) - ln_var - 1) / 2, reduction)


def gaussian_nll_loss(x, t, var, full=False, eps=1e-6, reduction="mean"):
    var = np.maximum(var, eps)
    loss = (np.log(var) + (x - t) ** 2 / var) / 2
    return _reduced(loss + (math.log(2 * math.pi) / 2 if full else 0), reduction)


def poisson_nll_loss(x, t, log_input=True, eps=1e-8, reduction="mean"):
    return _reduced(np.exp(x) - t * x if log_input else x - t * np.log(x + eps), reduction)


def kl_div(x, t, reduction="mean", log_target=False):
    if log_target:
        loss = np.exp(t) * (t - x)
    else:
        loss = np.where(t > 0, t * np.log(np.where(t > 0, t, 1)), 0) - t * x
    return loss.sum() / len(x) if reduction == "batchmean" else _reduced(loss, reduction)


def nll_loss(x, t, weight=None, ignore_index=-100, reduction="mean"):
    weight = np.ones(x.shape[1]) if weight is None else weight
    loss, counted = np.zeros(t.shape), 0.0
    for at in np.ndindex(*t.shape):
        label = int(t[at])
        if label != ignore_index:
            loss[at] = -x[(at[0], label, *at[1:])] * weight[label]
            counted += weight[label]
    return loss.sum() / counted if reduction == "mean" else _reduced(loss, reduction)


def log_softmax(x):
    e = x - x.max(1, keepdims=True)
    return e - np.log(np.exp(e).sum(1, keepdims=True))


def cross_entropy(x, t, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    log_p, s = log_softmax(x), label_smoothing
    if t.shape == x.shape:
        target = t * (1 - s) + s / x.shape[1]
        w = 1 if weight is None else weight.reshape(-1, *[1] * (x.ndim - 2))
        return _reduced(-(target * log_p * w).sum(1), reduction)
    loss = nll_loss(log_p, t, weight, ignore_index, "none") * (1 - s)
    weight = np.ones(x.shape[1]) if weight is None else weight
    counted = 0.0
    for at in np.ndindex(*t.shape):
        label = int(t[at])
        if label != ignore_index:
            loss[at] -= s / x.shape[1] * (log_p[(at[0], slice(None), *at[1:])] * weight).sum()
            counted += weight[label]
    return loss.sum() / counted if reduction == "mean" else _reduced(loss, reduction)


def binary_cross_entropy(x, t, weight=None, reduction="mean"):
    loss = -(t * np.maximum(np.log(x), -100) + (1 - t) * np.maximum(np.log(1 - x), -100))
    return _reduced(loss if weight is None else loss * weight, reduction)


def binary_cross_entropy_with_logits(x, t, weight=None, pos_weight=None, reduction="mean"):
    pos_weight = 1 if pos_weight is None else pos_weight
    loss = pos_weight * t * np.logaddexp(0, -x) + (1 - t) * np.logaddexp(0, x)
    return _reduced(loss if weight is None else loss * weight, reduction)


def hinge(x1, x2, norm=1.0, reduction="none"):
    margin = np.array(x1)
    margin[np.arange(len(x1)), x2.astype(np.int64)] *= -1
    return _reduced(np.maximum(0, 1 + margin) ** norm, reduction)


def cosine_similarity(x1, x2, axis=1, eps=1e-8):
    x1, x2 = np.broadcast_arrays(x1, x2)
    norms = [np.maximum(np.linalg.norm(x, axis=axis), eps) for x in (x1, x2)]
    return (x1 * x2).sum(axis) / (norms[0] * norms[1])


def pairwise_distance(x1, x2, p=2.0, eps=1e-6):
    return np.linalg.norm(x1 - x2 + eps, p, -1)


def cosine_embedding_loss(x1, x2, t, margin=0.0, reduction="mean"):
    cosine = cosine_similarity(x1, x2, -1)
    return _reduced(np.where(t > 0, 1 - cosine, np.maximum(0, cosine - margin)), reduction)


def triplet_margin_loss(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, reduction="mean"
):
    far = pairwise_distance(anchor, negative, p, eps)
    if swap:
        far = np.minimum(far, pairwise_distance(positive, negative, p, eps))
    near = pairwise_distance(anchor, positive, p, eps)
    return _reduced(np.maximum(0, near - far + margin), reduction)


def margin_ranking_loss(x1, x2, t, margin=0.0, reduction="mean"):
    return _reduced(np.maximum(0, -t * (x1 - x2) + margin), reduction)


REFERENCES = {
    "huber_loss": huber_loss,
    "smooth_l1_loss": smooth_l1_loss,
    "mse_loss": lambda a, b, reduction="mean": _reduced((a - b) ** 2, reduction),
    "l1_loss": lambda a, b, reduction="mean": _reduced(np.abs(a - b), reduction),
    "gaussian_kl_divergence": gaussian_kl_divergence,
    "gaussian_nll_loss": gaussian_nll_loss,
    "poisson_nll_loss": poisson_nll_loss,
    "kl_div": kl_div,
    "nll_loss": nll_loss,
    "cross_entropy": cross_entropy,
    "binary_cross_entropy": binary_cross_entropy,
    "binary_cross_entropy_with_logits": binary_cross_entropy_with_logits,
    "hinge": hinge,
    "cosine_similarity": cosine_similarity,
    "pairwise_distance": pairwise_distance,
    "cosine_embedding_loss": cosine_embedding_loss,
    "triplet_margin_loss": triplet_margin_loss,
    "margin_ranking_loss": margin_ranking_loss,
}
