"""The functions for networks and the random numbers of the original's API: every name with its arguments, semantics and errors."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import chainerx as chx

# Names of arguments and defaults as the original has them; ours may take more after these.
SIGNATURES = {
    "relu": "x",
    "leaky_relu": "x, slope=0.2",
    "clipped_relu": "x, z=20.0",
    "crelu": "x, axis=1",
    "elu": "x, alpha=1.0",
    "sigmoid": "x",
    "softplus": "x, beta=1.0",
    "softmax": "x, axis=None",
    "log_softmax": "x, axis=None",
    "slstm": "c1, c2, x1, x2",
    "lstm": "c, x",
    "absolute_error": "x1, x2",
    "squared_error": "x1, x2",
    "huber_loss": "x1, x2, delta",
    "gaussian_kl_divergence": "mean, ln_var",
    "sigmoid_cross_entropy": "x1, x2",
    "softmax_cross_entropy": "x1, x2",
    "hinge": "x1, x2, norm=1.0",
    "accuracy": "y, t, ignore_label=None",
    "conv": "x, w, b=None, stride=1, pad=0, cover_all=False",
    "conv_transpose": "x, w, b=None, stride=1, pad=0, outsize=None",
    "linear": "x, w, b=None, n_batch_axes=1",
    "max_pool": "x, ksize, stride=None, pad=0, cover_all=False",
    "average_pool": "x, ksize, stride=None, pad=0, pad_mode='ignore'",
    "batch_norm": "x, gamma, beta, running_mean=None, running_var=None, eps=2e-5, decay=0.9, axis=None",
    "fixed_batch_norm": "x, gamma, beta, mean, var, eps=2e-5, axis=None",
}


def x(*shape: int) -> chx.ndarray:
    return chx.array(np.random.default_rng(shape).normal(size=shape))


@pytest.mark.parametrize("name", SIGNATURES)
def test_signature(name: str) -> None:
    ours = list(inspect.signature(getattr(chx, name)).parameters.values())
    theirs = list(inspect.signature(eval(f"lambda {SIGNATURES[name]}: None")).parameters.values())
    for own, original in zip(ours, theirs, strict=False):
        assert (own.name, own.default) == (original.name, original.default)
    assert len(ours) >= len(theirs)
    assert all(p.default is not p.empty for p in ours[len(theirs) :])


def test_losses_are_not_reduced() -> None:
    a, b = x(3, 4), x(4, 3).T
    for loss in (
        chx.absolute_error(a, b),
        chx.squared_error(a, b),
        chx.huber_loss(a, b, 0.5),
        chx.gaussian_kl_divergence(a, b),
        chx.sigmoid_cross_entropy(a, (b > 0).astype("int64")),
        chx.hinge(a, chx.array([0, 1, 2])),
    ):
        assert loss.shape == (3, 4)
    assert chx.softmax_cross_entropy(a, chx.array([0, 1, 2])).shape == (3,)


def test_huber_loss_joins_a_parabola_and_lines() -> None:
    d = chx.array([-3.0, -0.5, 0.0, 0.5, 1.0, 3.0])
    loss = chx.huber_loss(d, chx.zeros_like(d), 1.0)
    chx.testing.assert_allclose(loss, [2.5, 0.125, 0, 0.125, 0.5, 2.5])


def test_gaussian_kl_divergence_of_the_standard_normal_is_zero() -> None:
    assert not chx.gaussian_kl_divergence(chx.zeros((2, 3)), chx.zeros((2, 3))).any()
    loss = chx.gaussian_kl_divergence(chx.array([1.0]), chx.array([np.log(2.0)]))
    chx.testing.assert_allclose(loss, [(1 + 2 - np.log(2) - 1) / 2], rtol=1e-7)


def test_hinge_norms() -> None:
    scores, labels = chx.array([[2.0, 0.5, -3.0]]), chx.array([0])
    chx.testing.assert_allclose(chx.hinge(scores, labels), [[0, 1.5, 0]])
    chx.testing.assert_allclose(chx.hinge(scores, labels, norm=2), [[0, 2.25, 0]])
    with pytest.raises(ValueError, match="norm is 3"):
        chx.hinge(scores, labels, norm=3)
    with pytest.raises(chx.DtypeError):
        chx.hinge(scores, chx.array([0.0]))
    with pytest.raises(chx.DimensionError):
        chx.hinge(scores[0], labels)


def test_label_minus_one_is_ignored() -> None:
    assert float(chx.sigmoid_cross_entropy(chx.array([[5.0]]), chx.array([[-1]])).sum()) == 0
    assert float(chx.softmax_cross_entropy(x(1, 3), chx.array([-1])).sum()) == 0


def test_softmax_is_along_axis_1_by_default() -> None:
    chx.testing.assert_allclose(chx.softmax(x(2, 3, 4)).sum(axis=1), np.ones((2, 4)), rtol=1e-12)
    chx.testing.assert_allclose(
        chx.exp(chx.log_softmax(x(2, 3, 4))).sum(axis=1), np.ones((2, 4)), rtol=1e-12
    )


def test_lstm_gates_are_interleaved() -> None:
    c, gates = x(1, 2), x(1, 8)
    first, _ = chx.lstm(c, gates)
    # Only the second unit's gates change.
    changed = chx.where(chx.arange(8) < 4, gates, gates + 1)
    second, _ = chx.lstm(c, changed)
    assert first[0, 0].item() == second[0, 0].item()
    assert first[0, 1].item() != second[0, 1].item()


def test_tree_lstm_gates_are_blocks() -> None:
    c, gates = x(1, 2), x(1, 8)
    first, _ = chx.tree_lstm(c, gates)
    changed = chx.where(chx.arange(8) % 2 == 0, gates, gates + 1)  # of the second unit
    second, _ = chx.tree_lstm(c, changed)
    assert first[0, 0].item() == second[0, 0].item()
    assert first[0, 1].item() != second[0, 1].item()


def test_recurrent_functions_return_tuples() -> None:
    for result in (
        chx.lstm(x(2, 3), x(2, 12)),
        chx.slstm(x(2, 3), x(2, 3), x(2, 12), x(2, 12)),
        chx.tree_lstm(x(2, 3), x(2, 12)),
    ):
        assert isinstance(result, tuple)
        assert [each.shape for each in result] == [(2, 3), (2, 3)]
    with pytest.raises(chx.DimensionError, match="lstm: x has shape"):
        chx.lstm(x(2, 3), x(2, 11))
    with pytest.raises(chx.DimensionError, match="lstm: c has shape"):
        chx.lstm(x(2, 3), x(2, 8))
    with pytest.raises(chx.DimensionError, match="slstm"):
        chx.slstm(x(2, 3), x(2, 2), x(2, 12), x(2, 12))
    with pytest.raises(chx.DimensionError, match="tree_lstm: cell 0"):
        chx.tree_lstm(x(3, 3), x(2, 12))
    with pytest.raises(ValueError, match="at least one child"):
        chx.tree_lstm(x(2, 12))


@pytest.mark.parametrize("kind", ["lstm", "bilstm", "gru", "bigru", "rnn", "birnn"])
def test_n_step_functions_take_positional_arguments_only(kind: str) -> None:
    parameters = inspect.signature(getattr(chx, f"n_step_{kind}")).parameters.values()
    states = ["hx", "cx"] if "lstm" in kind else ["hx"]
    last = ["activation"] if "rnn" in kind else []
    assert [p.name for p in parameters] == ["n_layers", *states, "ws", "bs", "xs", *last]
    assert all(p.kind is p.POSITIONAL_ONLY for p in parameters)


def test_dtype_errors() -> None:
    whole = chx.ones((2, 3, 4, 4), chx.int32)
    with pytest.raises(chx.DtypeError):
        chx.average_pool(whole, 2)
    channel = chx.ones(3, chx.int32)
    with pytest.raises(chx.DtypeError):
        chx.batch_norm(whole, channel, channel, axis=(0, 2, 3))
    with pytest.raises(chx.DtypeError):
        chx.fixed_batch_norm(whole, channel, channel, channel, channel, axis=(0, 2, 3))
    with pytest.raises(chx.DtypeError):
        chx.accuracy(x(3, 4), chx.zeros(3))
    with pytest.raises(ValueError, match="pad_mode"):
        chx.average_pool(x(1, 1, 2, 2), 2, pad_mode="edge")


def test_batch_norm_updates_running_statistics_with_the_unbiased_variance() -> None:
    data, mean, var = x(5, 3), chx.zeros(3, chx.float64), chx.ones(3, chx.float64)
    chx.batch_norm(data, chx.ones(3, chx.float64), chx.zeros(3, chx.float64), mean, var, decay=0.8)
    host = chx.to_numpy(data)
    chx.testing.assert_allclose(mean, 0.2 * host.mean(0), rtol=1e-12)
    chx.testing.assert_allclose(var, 0.8 + 0.2 * host.var(0, ddof=1), rtol=1e-12)


def test_mixed_dtypes_are_promoted() -> None:
    y = chx.conv(x(1, 2, 4, 4).astype("float32"), x(3, 2, 2, 2))
    assert y.dtype == chx.float64
    assert chx.linear(x(2, 3).astype("float16"), x(4, 3).astype("float32")).dtype == chx.float32


def test_the_module_of_distributions() -> None:
    assert chx.random.distributions.normal is chx.random.normal
    assert chx.random.distributions.uniform is chx.random.uniform


# What Chainer's Python asks of chainerx.random, with the arguments it gives.
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("beta", (x(3) ** 2 + 1, x(3) ** 2 + 1)),
        ("chisquare", (x(3) ** 2 + 1,)),
        ("choice", (5,)),
        ("dirichlet", (x(3) ** 2 + 1,)),
        ("gamma", (x(3) ** 2 + 1,)),
        ("geometric", (chx.array([0.1, 0.5, 1.0]),)),
        ("gumbel", ()),
        ("pareto", (x(3) ** 2 + 1,)),
        ("poisson", (x(3) ** 2 + 1,)),
        ("standard_cauchy", ()),
        ("standard_exponential", ()),
        ("standard_normal", ()),
    ],
)
def test_names_that_the_original_lacked(name: str, arguments: tuple) -> None:
    size = (4,) if name == "dirichlet" else (4, 3)
    y = getattr(chx.random, name)(*arguments, size=size)
    assert y.shape == (4, 3)
    assert len(set(y.ravel().tolist())) > 1


def test_random_takes_numpy_arguments_and_a_device() -> None:
    for function in (chx.random.normal, chx.random.uniform):
        y = function(0.0, 1.0, (2, 3), device="native:1")
        assert (y.shape, y.device.name) == ((2, 3), "native:1")
        assert function(size=5).shape == (5,)
        target = chx.zeros((2, 2), chx.float32)
        target[...] = function(size=(2, 2), dtype="float64")
        assert target.all()
