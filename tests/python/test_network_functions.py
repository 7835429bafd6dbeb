"""What the table of samples cannot say of the functions that networks are made of: dropout, masks, padding, defaults, errors."""

from __future__ import annotations

import numpy as np
import pytest
from ops import loss_references as losses

import chainerx as chx


def array(*shape: int, seed: int = 1) -> chx.ndarray:
    return chx.array(np.random.default_rng(seed).normal(size=shape))


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_dropout_drops_that_share_and_keeps_the_mean(p: float) -> None:
    x = chx.full((100, 500), 3.0, chx.float64)
    y = chx.to_numpy(chx.dropout(x, p, generator=chx.random.default_rng(1)))
    kept = y != 0
    assert kept.mean() == pytest.approx(1 - p, abs=5 * (p * (1 - p) / y.size) ** 0.5)
    np.testing.assert_allclose(y[kept], 3 / (1 - p), rtol=1e-12)


@pytest.mark.parametrize("device", ["primdev:0", "nulldev:0", "sim:0"])
def test_dropout_drops_the_same_elements_on_every_device(device: str) -> None:
    x = chx.ones((7, 9))
    here = chx.dropout(x, 0.3, generator=chx.random.default_rng(5))
    there = chx.dropout(x.to_device(device), 0.3, generator=chx.random.default_rng(5))
    assert there.device.name == device
    assert here.tolist() == there.tolist()


def test_dropout_gradient_is_that_of_what_was_kept() -> None:
    x = array(4, 5).require_grad()
    y = chx.dropout(x, 0.4, generator=chx.random.default_rng(2))
    y.backward()
    assert x.grad is not None
    np.testing.assert_allclose(
        chx.to_numpy(x.grad), np.where(chx.to_numpy(y) != 0, 1 / 0.6, 0), rtol=1e-12
    )


def test_dropout_without_training_and_at_the_ends() -> None:
    x = array(3, 4)
    assert chx.dropout(x, 0.5, training=False).tolist() == x.tolist()
    assert chx.dropout(x, 0.0).tolist() == x.tolist()
    assert not chx.dropout(x, 1.0).any()
    assert chx.dropout(chx.zeros((0, 3))).shape == (0, 3)
    assert chx.dropout(chx.ones(100, chx.int64)).dtype == chx.float32
    for p in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="expected a probability"):
            chx.dropout(x, p)


def test_dropout_in_a_program_draws_anew_at_each_run() -> None:
    generator = chx.random.default_rng(3)
    compiled = chx.compile(lambda x: chx.dropout(x, 0.5, generator=generator))
    first, second, third = (compiled(chx.ones(64)).tolist() for _ in range(3))
    assert len(compiled.programs) == 1
    expected = chx.random.default_rng(3)
    for actual in (first, second, third):
        assert actual == chx.dropout(chx.ones(64), 0.5, generator=expected).tolist()


def test_feature_dropout_drops_whole_channels() -> None:
    y = chx.to_numpy(
        chx.feature_dropout(chx.ones((50, 40, 3, 2)), 0.25, generator=chx.random.default_rng(1))
    )
    assert set(map(tuple, y.reshape(2000, 6).tolist())) == {(0.0,) * 6, (y.max(),) * 6}
    assert y.max() == pytest.approx(4 / 3)
    assert (y[..., 0, 0] == 0).mean() == pytest.approx(0.25, abs=0.04)
    with pytest.raises(chx.DimensionError, match="feature_dropout: x has shape"):
        chx.feature_dropout(chx.ones(3))


def test_alpha_dropout_keeps_mean_and_variance() -> None:
    x = chx.random.default_rng(1).normal(size=200_000, dtype="float64")
    y = chx.alpha_dropout(x, 0.3, generator=chx.random.default_rng(2))
    assert float(y.mean()) == pytest.approx(0, abs=0.01)
    assert float(y.var()) == pytest.approx(1, abs=0.01)
    scale = 1 / np.sqrt(0.7 * (1 + 0.3 * 1.7580993408473766**2))
    dropped = -1.7580993408473766 * scale * (1 - 0.3)
    assert (abs(chx.to_numpy(y) - dropped) < 1e-9).mean() == pytest.approx(0.3, abs=0.01)
    assert chx.alpha_dropout(x, 0.3, training=False).tolist() == x.tolist()


def test_gumbel_softmax_picks_with_the_probabilities_of_softmax() -> None:
    x = chx.broadcast_to(chx.array([0.0, 1.0, 2.0]), (20_000, 3))
    hard = chx.gumbel_softmax(x, 0.5, hard=True, generator=chx.random.default_rng(1))
    assert set(np.round(np.unique(chx.to_numpy(hard)), 5)) <= {0.0, 1.0}
    np.testing.assert_allclose(
        chx.to_numpy(hard.mean(axis=0)), chx.to_numpy(chx.softmax(x[:1]))[0], atol=0.015
    )
    soft = chx.gumbel_softmax(x, 0.5, generator=chx.random.default_rng(1))
    assert chx.argmax(soft, 1).tolist() == chx.argmax(hard, 1).tolist()
    np.testing.assert_allclose(chx.to_numpy(soft.sum(axis=1)), 1, rtol=1e-5)
    with pytest.raises(ValueError, match="tau is 0"):
        chx.gumbel_softmax(x, 0.0)


def test_gumbel_softmax_hard_has_the_gradients_of_what_is_soft() -> None:
    gradients = []
    for hard in (False, True):
        x = array(4, 3).require_grad()
        y = chx.gumbel_softmax(x, hard=hard, generator=chx.random.default_rng(3))
        (y * array(4, 3, seed=2)).backward()
        gradients.append(chx.to_numpy(x.grad))
    np.testing.assert_allclose(*gradients, rtol=1e-12)


def test_sums_of_16_bit_floats_do_not_overflow() -> None:
    x = chx.full((4, 64), 300.0, chx.float16)
    assert chx.rms_norm(x, 64).tolist() == [[1.0] * 64] * 4
    assert float(chx.mse_loss(x, -x * 0.5, "none")[0, 0]) == float("inf")  # 450 ** 2 is no float16
    assert float(chx.l1_loss(x, -x, "mean")) == 600
    assert chx.adaptive_average_pool(x.reshape(1, 4, 64), 1).ravel().tolist() == [300.0] * 4
    y = chx.scaled_dot_product_attention(x, x, x)
    assert y.tolist() == [[300.0] * 64] * 4


def test_embedding_padding_gets_no_gradient() -> None:
    for padding in (2, -3):
        weight = array(5, 3).require_grad()
        y = chx.embedding(chx.array([[0, 2], [2, 4]]), weight, padding_idx=padding)
        assert y[0, 1].tolist() == weight[2].tolist()
        y.backward()
        assert weight.grad is not None
        assert chx.to_numpy(weight.grad).sum(1).tolist() == [3, 0, 0, 0, 3]


def test_embedding_errors() -> None:
    weight = array(5, 3)
    with pytest.raises(IndexError, match="expected integers"):
        chx.embedding(chx.ones(2), weight)
    with pytest.raises(IndexError):
        chx.embedding(chx.array([5]), weight)
    with pytest.raises(ValueError, match="padding_idx is 5"):
        chx.embedding(chx.array([0]), weight, padding_idx=5)
    with pytest.raises(chx.DimensionError, match="weight has shape"):
        chx.embedding(chx.array([0]), weight[0])


def test_attention_with_a_boolean_mask() -> None:
    q, k, v = array(2, 3, 4), array(2, 5, 4, seed=2), array(2, 5, 2, seed=3)
    mask = np.random.default_rng(4).random((2, 3, 5)) < 0.5
    mask[0, 1] = False
    actual = chx.to_numpy(chx.scaled_dot_product_attention(q, k, v, chx.array(mask)))
    for b, i in np.ndindex(2, 3):
        kept = mask[b, i]
        scores = chx.to_numpy(k[b])[kept] @ chx.to_numpy(q[b, i]) / 2
        weights = np.exp(scores) / np.exp(scores).sum()
        np.testing.assert_allclose(actual[b, i], weights @ chx.to_numpy(v[b])[kept], rtol=1e-9)
    assert actual[0, 1].tolist() == [0, 0]


def test_attention_to_nothing_has_gradients_of_zero() -> None:
    q, k, v = (array(3, 4, seed=s).require_grad() for s in range(3))
    mask = chx.zeros((3, 3), chx.bool_)
    chx.scaled_dot_product_attention(q, k, v, mask).backward()
    for each in (q, k, v):
        assert each.grad is not None
        assert not each.grad.any()


def test_attention_of_great_scores_does_not_overflow() -> None:
    q = chx.full((2, 3), 1e4)
    y = chx.scaled_dot_product_attention(q, q * 10, chx.array([[1.0], [3.0]]).astype("float32"))
    assert y.tolist() == [[2.0], [2.0]]


def test_attention_dropout_drops_weights() -> None:
    q, v = chx.zeros((1, 2)), chx.eye(1000)
    k = chx.zeros((1000, 2))
    generator = chx.random.default_rng(1)
    y = chx.scaled_dot_product_attention(q, k, v, None, 0.25, generator=generator)
    weights = chx.to_numpy(y) * 1000
    np.testing.assert_allclose(np.unique(weights), [0, 4 / 3], rtol=1e-5)
    assert (weights == 0).mean() == pytest.approx(0.25, abs=0.07)


def test_rms_norm_defaults_to_the_spacing_of_the_dtype() -> None:
    for dtype in (chx.float16, chx.bfloat16, chx.float32, chx.float64):
        y = chx.rms_norm(chx.full((2,), 1e-3, dtype), 2)
        square = float(chx.full((), 1e-3, dtype)) ** 2
        expected = float(chx.full((), 1e-3, dtype)) / (square + float(chx.finfo(dtype).eps)) ** 0.5
        assert float(y[0]) == pytest.approx(expected, rel=1e-2)


def test_weight_and_bias_have_other_names() -> None:
    x, g, b = array(2, 4), array(4, seed=2), array(4, seed=3)
    expected = chx.layer_norm(x, 4, g, b).tolist()
    assert chx.layer_norm(x, 4, gamma=g, beta=b).tolist() == expected


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_cross_entropy_with_probabilities(smoothing: float) -> None:
    x, w = array(4, 3, 2), chx.array([0.5, 1.0, 2.0])
    t = chx.softmax(array(4, 3, 2, seed=2))
    actual = chx.cross_entropy(x, t, w, label_smoothing=smoothing)
    expected = losses.cross_entropy(
        *(chx.to_numpy(a) for a in (x, t, w)), label_smoothing=smoothing
    )
    assert float(actual) == pytest.approx(float(expected), rel=1e-12)


def test_cosine_similarity_of_zeros_has_a_gradient() -> None:
    x = chx.zeros((2, 3), chx.float64).require_grad()
    chx.cosine_similarity(x, chx.ones((2, 3), chx.float64)).backward()
    assert x.grad is not None
    assert np.isfinite(chx.to_numpy(x.grad)).all()


def test_fold_undoes_unfold_where_windows_do_not_overlap() -> None:
    x = array(2, 3, 6, 4)
    columns = chx.unfold(x, (3, 2), stride=(3, 2))
    assert chx.fold(columns, (6, 4), (3, 2), stride=(3, 2)).tolist() == x.tolist()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: chx.gelu(x, "erf"), ValueError, "expected 'none' or 'tanh'"),
        (lambda x: chx.celu(x, 0.0), ValueError, "alpha is 0"),
        (lambda x: chx.prelu(x, chx.ones(5)), chx.DimensionError, "prelu: w has shape"),
        (lambda x: chx.glu(x, 1), chx.DimensionError, "even number"),
        (lambda x: chx.maxout(x, 2), chx.DimensionError, "a multiple of pool_size 2"),
        (lambda x: chx.layer_norm(x, (2, 2)), chx.DimensionError, "normalized_shape"),
        (lambda x: chx.layer_norm(x, (4,), chx.ones(3)), chx.DimensionError, "weight has shape"),
        (lambda x: chx.group_norm(x, 2), chx.DimensionError, "divisible by num_groups"),
        (lambda x: chx.instance_norm(x[0]), chx.DimensionError, "expected .N, C, d1"),
        (lambda x: chx.normalize(x, 0.0), ValueError, "ord is 0"),
        (lambda x: chx.mse_loss(x, x, "max"), ValueError, "'none', 'mean' or 'sum'"),
        (lambda x: chx.mse_loss(x, x[0]), chx.DimensionError, "expected the same"),
        (lambda x: chx.huber_loss(x, x, 0.0), ValueError, "delta is 0"),
        (lambda x: chx.nll_loss(x, x), chx.DtypeError, "expected integers"),
        (
            lambda x: chx.cross_entropy(x, chx.zeros((2, 3), chx.int64)),
            chx.DimensionError,
            "expected .N, C",
        ),
        (
            lambda x: chx.nll_loss(x, chx.zeros((2, 4), chx.int64), chx.ones(4)),
            chx.DimensionError,
            "one per class",
        ),
        (
            lambda x: chx.cross_entropy(x, x, label_smoothing=2.0),
            ValueError,
            "label_smoothing is 2",
        ),
        (lambda x: chx.pairwise_distance(x, x, 0.0), ValueError, "p is 0"),
        (lambda x: chx.unfold(x, 5), chx.DimensionError, "does not fit"),
        (lambda x: chx.fold(x, (4,), 2), chx.DimensionError, "fold: x has shape"),
        (lambda x: chx.interpolate(x, 3, "cubic"), ValueError, "mode is 'cubic'"),
        (lambda x: chx.pixel_shuffle(x, 2), chx.DimensionError, "a multiple of 2 channels"),
        (lambda x: chx.pixel_unshuffle(x, 3), chx.DimensionError, "multiples of 3"),
        (lambda x: chx.adaptive_max_pool(x, 0), ValueError, "expected at least 1"),
        (lambda x: chx.lp_pool(x, 0.0, 2), ValueError, "norm_type is 0"),
        (
            lambda x: chx.scaled_dot_product_attention(x, x[..., :2], x),
            chx.DimensionError,
            "expected .*S, Ev",
        ),
        (
            lambda x: chx.dropout(x, generator=3),
            TypeError,
            r"expected a chainerx\.random\.Generator",
        ),
    ],
)
def test_errors(call, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(chx.ones((2, 3, 4)))
