"""ctc_loss against the sum over all paths, one by one."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import chainerx as chx

T, C = 5, 3
TARGETS = np.array([[1, 2, 1], [2, 2, 0], [1, 0, 0], [0, 0, 0]])
INPUT_LENGTHS, TARGET_LENGTHS = np.array([5, 4, 3, 2]), np.array([3, 2, 1, 0])


def spelled(path: tuple[int, ...]) -> list[int]:
    return [label for label, _ in itertools.groupby(path) if label != 0]


def losses(log_p: np.ndarray, targets=TARGETS, inputs=INPUT_LENGTHS, lengths=TARGET_LENGTHS):
    result = []
    for i, n in enumerate(inputs):
        target = targets[i, : lengths[i]].tolist()
        total = sum(
            math.exp(sum(log_p[t, i, label] for t, label in enumerate(path)))
            for path in itertools.product(range(C), repeat=int(n))
            if spelled(path) == target
        )
        result.append(-math.log(total) if total > 0 else math.inf)
    return np.array(result)


def log_probs(dtype: str = "float64") -> chx.ndarray:
    scores = np.random.default_rng(1).normal(size=(T, len(TARGETS), C)).astype(dtype)
    return chx.log_softmax(chx.array(scores), 2)


def lengths() -> list[chx.ndarray]:
    return [chx.array(a) for a in (TARGETS, INPUT_LENGTHS, TARGET_LENGTHS)]


@pytest.mark.parametrize("device", ["native:0", "primdev:0", "nulldev:0", "sim:0"])
def test_against_all_paths(device: str) -> None:
    log_p = log_probs()
    expected = losses(chx.to_numpy(log_p))
    arguments = [a.to_device(device) for a in (log_p, *lengths())]
    actual = chx.ctc_loss(*arguments, reduction="none")
    assert actual.device.name == device
    chx.testing.assert_allclose(actual, expected, rtol=1e-12)
    total = chx.ctc_loss(*arguments, reduction="sum")
    chx.testing.assert_allclose(total, expected.sum(), rtol=1e-12)
    mean = (expected / np.maximum(TARGET_LENGTHS, 1)).mean()
    chx.testing.assert_allclose(chx.ctc_loss(*arguments), mean, rtol=1e-12)


def test_another_blank() -> None:
    log_p = log_probs()
    order = chx.array([1, 2, 0])  # class 0 becomes the last one
    actual = chx.ctc_loss(
        chx.take(log_p, order, 2), chx.array(TARGETS - 1), *lengths()[1:], blank=2, reduction="none"
    )
    chx.testing.assert_allclose(actual, losses(chx.to_numpy(log_p)), rtol=1e-12)


def test_gradients() -> None:
    def function(xs: list[chx.ndarray]) -> list[chx.ndarray]:
        return [chx.ctc_loss(xs[0], *lengths(), reduction="none")]

    log_p = log_probs().require_grad()
    weights = [chx.array([0.5, 1.0, 1.5, 2.0])]
    weights = [w.astype("float64") for w in weights]
    eps = [chx.full(log_p.shape, 1e-4, chx.float64)]
    chx.check_backward(function, [log_p], weights, eps, atol=1e-6, rtol=1e-5)
    seconds = [chx.array(np.random.default_rng(2).normal(size=log_p.shape))]
    weights = [w.require_grad() for w in weights]
    steps = [*eps, chx.full((4,), 1e-4, chx.float64)]
    chx.check_double_backward(function, [log_p], weights, seconds, steps, atol=1e-4, rtol=1e-3)


def test_too_short_sequences() -> None:
    log_p = log_probs().require_grad()
    inputs = chx.array([2, 2, 2, 2])  # three labels, and two of a kind, do not fit
    loss = chx.ctc_loss(log_p, chx.array(TARGETS), inputs, lengths()[2], reduction="none")
    assert np.isinf(chx.to_numpy(loss)).tolist() == [True, True, False, False]
    finite = chx.ctc_loss(
        log_p, chx.array(TARGETS), inputs, lengths()[2], reduction="none", zero_infinity=True
    )
    assert finite[:2].tolist() == [0, 0]
    finite.backward()
    assert log_p.grad is not None
    assert np.isfinite(chx.to_numpy(log_p.grad)).all()
    assert not log_p.grad[:, :2].any()


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_dtypes(dtype: str) -> None:
    actual = chx.ctc_loss(log_probs(dtype), *lengths(), reduction="none")
    assert actual.dtype.name == dtype
    expected = chx.ctc_loss(log_probs(dtype).astype("float64"), *lengths(), reduction="none")
    tolerance = 2e-3 if dtype == "float16" else 1e-5
    chx.testing.assert_allclose(actual.astype("float64"), expected, rtol=tolerance)


def test_errors() -> None:
    log_p, (targets, inputs, counts) = log_probs(), lengths()
    with pytest.raises(chx.DimensionError, match=r"expected \(T, N, C\)"):
        chx.ctc_loss(log_p, targets[0], inputs, counts)
    with pytest.raises(chx.DimensionError, match=r"expected \(T, N, C\)"):
        chx.ctc_loss(log_p, targets, inputs[:2], counts)
    with pytest.raises(chx.DtypeError, match="expected integers"):
        chx.ctc_loss(log_p, targets.astype("float32"), inputs, counts)
    with pytest.raises(ValueError, match="blank is 3"):
        chx.ctc_loss(log_p, targets, inputs, counts, blank=3)
    with pytest.raises(ValueError, match="'none', 'mean' or 'sum'"):
        chx.ctc_loss(log_p, targets, inputs, counts, reduction="max")
