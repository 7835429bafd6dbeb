"""Calls to try for the functions that networks are made of; see samples.py."""

from __future__ import annotations

import math

from ops.sample import Labels, Positive, Probabilities, Sample, Value, with_kwargs

_COMPLEX = ("complex64", "complex128")

_ONE_ARRAY = {
    "gelu": [{}, {"approximate": "tanh"}],
    "silu": [{}, {"beta": 1.5}],
    "mish": [{}],
    "selu": [{}],
    "celu": [{}, {"alpha": 0.5}],
    "softsign": [{}],
    "log_sigmoid": [{}],
    "hard_tanh": [{}, {"min": -0.5, "max": 1.5}],
    "hard_sigmoid": [{}, {"slope": 0.2}],
    "hard_swish": [{}],
    "relu6": [{}],
    "crelu": [{}, {"axis": 0}],
    "normalize": [{}, {"ord": 1.0}, {"ord": 3.0, "axis": 0}, {"ord": math.inf}],
}
_LOSSES = ("huber_loss", "smooth_l1_loss", "mse_loss", "l1_loss", "gaussian_kl_divergence")
_REDUCTIONS = [{}, {"reduction": "none"}, {"reduction": "mean"}, {"reduction": "sum"}]


def _loss(args: list) -> list[Sample]:
    return with_kwargs(args, *_REDUCTIONS)


SAMPLES: dict[str, list[Sample]] = {
    **{
        name: [*with_kwargs([(3, 4)], *kwargs), Sample([(0, 4)])]
        for name, kwargs in _ONE_ARRAY.items()
    },
    "prelu": [
        Sample([(2, 3, 4), (3,)]),
        Sample([(2, 3, 4), ()]),
        Sample([(2, 3, 4), (1,)]),
        Sample([(2, 3, 4), (3, 4)]),
    ],
    "glu": [Sample([(3, 4)]), Sample([(4, 3)], {"axis": 0}), Sample([(0, 4)])],
    "maxout": [Sample([(3, 6), Value(2)]), Sample([(6, 2), Value(3)], {"axis": 0})],
    "layer_norm": [
        Sample([(4, 3, 5), Value((5,)), (5,), (5,)]),
        Sample([(4, 3, 5), Value((3, 5))], {"eps": 1e-3}),
        Sample([(4, 3), Value(3), (3,)]),
        Sample([(0, 3), Value((3,))]),
    ],
    "rms_norm": [
        Sample([(4, 3, 5), Value((5,)), (5,)], {"eps": 1e-3}),
        Sample([(4, 3, 5), Value((3, 5))], {"eps": 1e-2}),
    ],
    "group_norm": [
        Sample([(3, 4, 2), Value(2), (4,), (4,)]),
        Sample([(2, 6), Value(2)], {"eps": 1e-3}),
        Sample([(2, 3, 2, 2), Value(1), (3,)]),
        Sample([(0, 4, 2), Value(2)]),
    ],
    "instance_norm": [Sample([(2, 3, 4), (3,), (3,)]), Sample([(2, 3, 2, 2)])],
    "local_response_norm": with_kwargs([(2, 6, 3)], {}, {"n": 3, "k": 1.0}, {"n": 20}),
    "embedding": [
        Sample([Labels((2, 3), 0, 5), (5, 4)]),
        Sample([Labels((2, 3), -1, 5), (5, 4)], {"ignore_index": -1}),
        Sample([Labels((0, 2), 0, 5), (5, 4)]),
    ],
    "scaled_dot_product_attention": [
        Sample([(2, 4, 3), (2, 5, 3), (2, 5, 6)]),
        Sample([(2, 4, 3), (2, 5, 3), (2, 5, 6), Labels((4, 5), -3, 1)]),
        Sample([(4, 3), (4, 3), (4, 2)], {"is_causal": True, "scale": 0.5}),
        Sample([(2, 3, 2, 4), (1, 3, 5, 4), (2, 1, 5, 4)]),
    ],
    "lstm": [
        Sample([(2, 3), (2, 12)]),
        Sample([(3, 2), (2, 8)]),
        Sample([(2, 3, 2), (2, 12, 2)]),
    ],
    "slstm": [Sample([(2, 3), (2, 3), (2, 12), (2, 12)])],
    "tree_lstm": [Sample([(2, 3), (2, 3), (2, 15)]), Sample([(2, 3), (2, 12)])],
    **{name: _loss([(3, 4), (3, 4)]) for name in _LOSSES},
    "huber_loss": [
        *_loss([(3, 4), (3, 4), Value(1.0)]),
        Sample([(3, 4), (3, 4), Value(0.3)]),
    ],
    "smooth_l1_loss": [
        *_loss([(3, 4), (3, 4)]),
        *with_kwargs([(3, 4), (3, 4)], {"beta": 0.25}, {"beta": 0.0}),
    ],
    "gaussian_nll_loss": [
        *_loss([(3, 4), (3, 4), Positive((3, 4))]),
        Sample([(3, 4), (3, 4), Positive((3, 1))], {"full": True}),
    ],
    "poisson_nll_loss": [
        *_loss([Positive((3, 4)), Positive((3, 4))]),
        Sample([Positive((3, 4)), Positive((3, 4))], {"log_input": False}),
    ],
    "kl_div": [
        *_loss([(3, 4), (3, 4)]),
        *with_kwargs([(3, 4), (3, 4)], {"reduction": "batchmean"}, {"log_target": True}),
    ],
    "nll_loss": [
        *_loss([(4, 5), Labels((4,), 0, 5)]),
        Sample([(4, 5), Labels((4,), -1, 5), Positive((5,))], {"ignore_index": -1}),
        Sample([(2, 3, 4), Labels((2, 4), 0, 3)]),
    ],
    "cross_entropy": [
        *_loss([(4, 5), Labels((4,), 0, 5)]),
        Sample([(4, 5), Labels((4,), -1, 5), Positive((5,))], {"ignore_index": -1}),
        *with_kwargs(
            [(2, 3, 4), Labels((2, 4), -1, 3), Positive((3,))],
            {"ignore_index": -1, "label_smoothing": 0.2},
            {"ignore_index": -1, "label_smoothing": 0.2, "reduction": "none"},
        ),
    ],
    "binary_cross_entropy": [
        *_loss([Probabilities((3, 4)), Probabilities((3, 4))]),
        Sample([Probabilities((3, 4)), Probabilities((3, 4)), Positive((4,))]),
    ],
    "binary_cross_entropy_with_logits": [
        *_loss([(3, 4), Probabilities((3, 4))]),
        Sample([(3, 4), Probabilities((3, 4)), Positive((4,)), Positive((4,))]),
    ],
    "hinge": [
        *_loss([(4, 5), Labels((4,), 0, 5)]),
        Sample([(4, 5), Labels((4,), 0, 5)], {"norm": 2.0}),
    ],
    "cosine_similarity": [
        *with_kwargs([(3, 4), (3, 4)], {}, {"axis": 0}),
        Sample([(2, 3, 4), (3, 1)], {"axis": -2}),
    ],
    "pairwise_distance": [
        *with_kwargs([(3, 4), (3, 4)], {}, {"p": 1.0}, {"p": 3.0}, {"p": math.inf}),
        Sample([(2, 3, 4), (3, 4)]),
    ],
    "cosine_embedding_loss": [
        *_loss([(3, 4), (3, 4), Labels((3,), -1, 2)]),
        Sample([(3, 4), (3, 4), Labels((3,), -1, 2)], {"margin": -0.2}),
    ],
    "triplet_margin_loss": [
        *_loss([(3, 4), (3, 4), (3, 4)]),
        *with_kwargs([(3, 4), (3, 4), (3, 4)], {"swap": True}, {"margin": 3.0, "p": 1.0}),
    ],
    "margin_ranking_loss": [
        *_loss([(3, 4), (3, 4), Labels((3, 4), -1, 2)]),
        Sample([(3, 4), (3, 4), Labels((3, 4), -1, 2)], {"margin": 0.5}),
    ],
    **{
        name: [
            Sample([(2, 3, 7, 5), Value((3, 2))]),
            Sample([(2, 3, 7), Value(3)]),
            Sample([(1, 2, 3, 4, 5), Value((2, 2, 6))]),
            Sample([(0, 3, 4), Value(2)]),
        ]
        for name in ("adaptive_average_pool", "adaptive_max_pool")
    },
    "lp_pool": [
        Sample([(2, 3, 6, 6), Value(2.0), Value(2)]),
        Sample([(2, 3, 5), Value(3.0), Value(3)], {"stride": 1}),
    ],
    "unfold": [
        Sample([(2, 3, 5, 6), Value((2, 3))]),
        Sample([(2, 3, 5, 6), Value(2)], {"stride": 2, "pad": (1, 0)}),
        Sample([(2, 3, 7), Value(3)], {"dilate": 2, "pad": 1}),
        Sample([(0, 3, 7), Value(3)]),
    ],
    "fold": [
        Sample([(2, 12, 9), Value((4, 5)), Value((2, 3))]),
        Sample([(2, 12, 9), Value((4, 5)), Value((2, 3))], {"stride": 2, "pad": 1}),
        Sample([(2, 6, 3), Value((7,)), Value(3)], {"dilate": 2}),
    ],
    "interpolate": [
        Sample([(2, 3, 4, 5), Value((7, 3)), Value("bilinear")]),
        Sample([(2, 3, 4, 5), Value((7, 1)), Value("linear"), Value(True)]),
        Sample([(2, 3, 4, 5), Value((7, 3))]),
        Sample([(2, 3, 4), Value(8), Value("linear")]),
    ],
    "pixel_shuffle": [
        Sample([(2, 8, 3, 2), Value(2)]),
        Sample([(2, 6, 4), Value(3)]),
    ],
    "pixel_unshuffle": [
        Sample([(2, 3, 4, 6), Value(2)]),
        Sample([(2, 1, 6), Value(3)]),
    ],
}

# Random, or of lists of lists.
ELSEWHERE = {
    "dropout",
    "feature_dropout",
    "alpha_dropout",
    "gumbel_softmax",
    "ctc_loss",
    "n_step_lstm",
    "n_step_bilstm",
    "n_step_gru",
    "n_step_bigru",
    "n_step_rnn",
    "n_step_birnn",
}

_ANY_DTYPE = {"embedding", "unfold", "fold", "pixel_shuffle", "pixel_unshuffle"}
REFUSED: dict[str, tuple[str, ...]] = {
    **{name: () if name in _ANY_DTYPE else _COMPLEX for name in SAMPLES},
    **dict.fromkeys(("relu6", "crelu"), ("bool", *_COMPLEX)),
}
