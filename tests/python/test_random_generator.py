"""Generator: its state, its children, pickling; and integers, choice and permutations."""

from __future__ import annotations

import copy
import inspect
import itertools
import math
import pickle
import threading

import numpy as np
import pytest

import chainerx as chx
from chainerx.random import Generator, default_rng

DEVICES = ["primdev:0", "nulldev:0", "sim:0"]


def philox(key: int, counter: int) -> list[int]:
    """Four words of Philox4x32-10, as its authors define it (Salmon et al., 2011)."""
    words, keys = [counter & 0xFFFFFFFF, counter >> 32, 0, 0], [key & 0xFFFFFFFF, key >> 32]
    for _ in range(10):
        products = [0xD2511F53 * words[0], 0xCD9E8D57 * words[2]]
        words = [
            (products[1] >> 32) ^ words[1] ^ keys[0],
            products[1] & 0xFFFFFFFF,
            (products[0] >> 32) ^ words[3] ^ keys[1],
            products[0] & 0xFFFFFFFF,
        ]
        keys = [(keys[0] + 0x9E3779B9) & 0xFFFFFFFF, (keys[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return words


def test_the_bits_are_those_of_philox() -> None:
    seed = 0x0123456789ABCDEF
    words = [w for counter in range(3) for w in philox(seed, counter)][:10]
    values = chx.to_numpy(default_rng(seed).random(10))
    assert [int(v * 2**24) for v in values] == [w >> 8 for w in words]


def test_a_generator_has_a_sequence_of_its_own() -> None:
    a, b = default_rng(1), default_rng(1)
    first = a.normal(size=5).tolist()
    chx.random.seed(9)
    chx.random.normal(size=100)
    assert b.normal(size=5).tolist() == first
    assert a.normal(size=5).tolist() != first
    assert default_rng(2).normal(size=5).tolist() != first
    assert default_rng().random(5).tolist() != default_rng().random(5).tolist()
    assert default_rng(a) is a


def test_the_process_wide_generator() -> None:
    chx.random.seed(3)
    first = chx.random.uniform(size=6).tolist()
    assert default_rng(3).uniform(size=6).tolist() == first
    assert chx.random.default_generator.state == {"key": 3, "counter": 2, "n_spawned": 0}
    chx.random.default_generator.state = {"key": 3, "counter": 0, "n_spawned": 0}
    assert chx.random.uniform(size=6).tolist() == first
    assert chx.random.normal(size=3, generator=default_rng(5)).tolist() == (
        default_rng(5).normal(size=3).tolist()
    )


def test_state() -> None:
    a = default_rng(4)
    a.random(9)
    assert a.state == {"key": 4, "counter": 3, "n_spawned": 0}
    state, expected = a.state, a.random(3).tolist()
    a.state = state
    assert a.random(3).tolist() == expected
    assert repr(a) == "Generator(key=4, counter=4)"
    with pytest.raises(ValueError, match="state has"):
        a.state = {"key": 1}


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g))]
)
def test_copies_go_on_by_themselves(duplicate) -> None:
    a = default_rng(7)
    a.spawn(2)
    a.random(5)
    b = duplicate(a)
    assert isinstance(b, Generator)
    assert b.state == a.state
    expected = b.random(4).tolist()
    assert a.random(4).tolist() == expected
    assert a.spawn(1)[0].state == b.spawn(1)[0].state


def test_children_have_keys_of_their_own() -> None:
    parent = default_rng(0)
    children = [*parent.spawn(500), *parent.spawn(500)]
    grandchildren = [g for c in children[:20] for g in c.spawn(50)]
    family = [parent, *children, *grandchildren]
    assert len({g.state["key"] for g in family}) == len(family)
    assert [g.state for g in default_rng(0).spawn(1000)] == [
        {**c.state, "n_spawned": 0} for c in children
    ]
    assert parent.state == {"key": 0, "counter": 0, "n_spawned": 1000}
    # Uncorrelated, too: of neighbours' normal numbers, the correlations are normal with 1 / sqrt(n).
    draws = np.stack([chx.to_numpy(c.normal(size=4000)) for c in children[:20]])
    correlations = np.corrcoef(draws)[np.triu_indices(20, 1)] * math.sqrt(4000)
    assert abs(correlations).max() < 4.5
    assert correlations.std() == pytest.approx(1, abs=0.2)
    with pytest.raises(ValueError, match="n is -1"):
        parent.spawn(-1)


def test_jumps_do_not_overlap() -> None:
    a = default_rng(1)
    a.random(4)
    b, c = a.jumped(), a.jumped(2)
    assert [g.state["counter"] for g in (a, b, c)] == [1, 2**48 + 1, 2**49 + 1]
    assert b.jumped().state == c.state
    assert len({tuple(g.random(4).tolist()) for g in (a, b, c)}) == 3


def test_seeds() -> None:
    assert default_rng(2**64 - 1).state["key"] == 2**64 - 1
    for seed in (-1, 2**64):
        with pytest.raises(ValueError, match="expected 0 to"):
            default_rng(seed)
    with pytest.raises(TypeError, match=r"expected a chainerx\.random\.Generator"):
        chx.random.normal(generator=5)  # type: ignore[arg-type]


def test_threads_share_a_generator_without_overlap() -> None:
    shared, results = default_rng(11), []

    def work() -> None:
        for _ in range(50):
            results.append(tuple(shared.random(4).tolist()))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    expected = default_rng(11).random(800).tolist()
    assert sorted(results) == sorted(zip(*[iter(expected)] * 4, strict=True))


def test_methods_are_the_functions() -> None:
    names = {n for n in dir(Generator) if not n.startswith("_")} - {"state", "spawn", "jumped"}
    assert {"normal", "integers", "choice", "shuffle", "random_sample"} <= names
    for name in names:
        own = list(inspect.signature(getattr(Generator, name)).parameters)
        function = list(inspect.signature(getattr(chx.random, name)).parameters)
        assert own == ["self", *[p for p in function if p != "generator"]], name
        assert getattr(Generator, name).__doc__


def test_a_program_goes_on_with_its_generator() -> None:
    generator = default_rng(2)
    compiled = chx.compile(lambda x: x + generator.gamma(2.0, size=8))
    actual = [compiled(chx.zeros(8)).tolist() for _ in range(3)]
    assert len(compiled.programs) == 1
    expected = default_rng(2)
    for each in actual:
        np.testing.assert_allclose(each, expected.gamma(2.0, size=8).tolist(), rtol=1e-5)


def chi_square_excess(counts: np.ndarray) -> float:
    expected = counts.sum() / len(counts)
    df = len(counts) - 1
    return float((((counts - expected) ** 2 / expected).sum() - df) / math.sqrt(2 * df))


@pytest.mark.parametrize("width", [2, 3, 10, 97])
@pytest.mark.parametrize("low", [-5, 0, 2**40])
def test_integers_are_uniform(width: int, low: int) -> None:
    y = chx.to_numpy(default_rng(width).integers(low, low + width, 30_000))
    counts = np.bincount(y - low, minlength=width)
    assert len(counts) == width
    assert abs(chi_square_excess(counts)) < 4.5


@pytest.mark.parametrize(
    ("low", "high"),
    [(0, 2**32), (0, 3 * 2**31), (-(2**63), 2**63 - 1), (5, 2**62 + 12345), (0, 2**32 + 1)],
)
def test_integers_of_wide_ranges(low: int, high: int) -> None:
    """Exactly the high part of the product of the width and the random bits, and uniform over the range."""
    n = 3000
    y = [int(v) for v in chx.to_numpy(default_rng(8).integers(low, high, n))]
    words = [w for counter in range(-(-3 * n // 4) + 1) for w in philox(8, counter)]
    keys = [(words[2 * i] << 32) + words[2 * i + 1] for i in range(n)]
    width = high - low
    if width <= 2**32:
        assert y == [low + (key * width >> 64) for key in keys]
    else:
        start = -(-2 * n // 4) * 4
        last = [w for c in range(start // 4, start // 4 + n // 4 + 1) for w in philox(8, c)]
        assert y == [low + (((keys[i] << 32) + last[i]) * width >> 96) for i in range(n)]
    counts = np.bincount([(v - low) * 16 // width for v in y], minlength=16)
    assert abs(chi_square_excess(counts)) < 4.5


def test_integers_arguments() -> None:
    g = default_rng(1)
    assert set(g.integers(3, size=200).tolist()) == {0, 1, 2}
    assert set(g.integers(1, 3, 200, endpoint=True).tolist()) == {1, 2, 3}
    assert set(g.integers(-128, 127, 5000, "int8", endpoint=True).tolist()) == set(range(-128, 128))
    assert set(g.integers(0, 1, 50, "bool", endpoint=True).tolist()) == {False, True}
    assert g.integers(5).shape == ()
    assert g.integers(5, size=(0, 2)).shape == (0, 2)
    assert g.integers(5).dtype == chx.int64
    full = g.integers(-(2**63), 2**63 - 1, 2000, endpoint=True)
    assert float(full.min()) < -9e18 < 9e18 < float(full.max())
    assert set(chx.random.randint(2, size=50).tolist()) == {0, 1}
    for low, high in ((0, 0), (3, 2)):
        with pytest.raises(ValueError, match="expected low < high"):
            g.integers(low, high)
    with pytest.raises(ValueError, match="expected numbers that it holds, 0 to 255"):
        g.integers(0, 257, dtype="uint8")
    with pytest.raises(ValueError, match="int16"):
        g.integers(-40000, 0, dtype="int16")
    with pytest.raises(chx.DtypeError, match="expected one of integers"):
        g.integers(3, dtype="float32")


@pytest.mark.parametrize("device", DEVICES)
def test_integers_and_orders_are_the_same_on_every_device(device: str) -> None:
    def draws(device: str) -> list[chx.ndarray]:
        g = default_rng(6)
        x = chx.arange(20, device=device)
        return [
            g.random(10, device=device),
            g.uniform(-3, 5, 10, device=device),
            g.integers(0, 1000, 10, device=device),
            g.integers(0, 2**40, 10, device=device),
            g.bernoulli(0.3, 10, device=device),
            g.permutation(10, device=device),
            g.permutation(x),
            g.permuted(x.reshape(4, 5), axis=1),
            g.choice(x, 5),
            g.choice(x, 5, replace=False),
        ]

    for here, there in zip(draws("native:0"), draws(device), strict=True):
        assert there.device.name == device
        assert here.tolist() == there.tolist()


def test_permutations_are_uniform() -> None:
    g = default_rng(3)
    orders = list(itertools.permutations(range(4)))
    counts = np.zeros(24)
    rows = chx.to_numpy(g.permuted(chx.broadcast_to(chx.arange(4), (20_000, 4)), axis=1))
    for row in rows:
        counts[orders.index(tuple(row))] += 1
    assert abs(chi_square_excess(counts)) < 4.5


def test_permutation_permuted_and_shuffle() -> None:
    g = default_rng(3)
    x = chx.arange(24).reshape(6, 4)
    y = g.permutation(x)
    assert sorted(y.tolist()) == x.tolist() != y.tolist()
    assert sorted(g.permutation(9).tolist()) == list(range(9))
    z = g.permuted(x)
    assert z.shape == (6, 4)
    assert sorted(z.ravel().tolist()) == list(range(24))
    columns = g.permuted(x, axis=0)
    assert [sorted(c) for c in columns.T.tolist()] == x.T.tolist()
    assert len({tuple((c // 4).tolist()) for c in chx.to_numpy(columns).T}) > 1
    g.shuffle(x)
    assert sorted(x.tolist()) == chx.arange(24).reshape(6, 4).tolist() != x.tolist()
    assert g.permutation(0).shape == (0,)
    with pytest.raises(chx.DimensionError, match="without dimensions"):
        g.permutation(chx.array(3))
    with pytest.raises(chx.GradientError):
        g.shuffle(chx.ones(3).require_grad() * 2)


def test_permutation_keeps_gradients() -> None:
    x = chx.arange(4, dtype="float64").require_grad()
    y = default_rng(1).permutation(x)
    (y * y).backward()
    assert x.grad is not None
    assert x.grad.tolist() == [0, 2, 4, 6]


def test_choice() -> None:
    g = default_rng(5)
    p = [0.1, 0.0, 0.6, 0.3]
    y = chx.to_numpy(g.choice(4, 30_000, p=chx.array(p) * 7))
    np.testing.assert_allclose(np.bincount(y, minlength=4) / 30_000, p, atol=0.01)
    items = chx.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert g.choice(items, (2, 5)).shape == (2, 5, 2)
    assert sorted(g.choice(items, 3, replace=False).tolist()) == items.tolist()
    assert g.choice(7).shape == ()
    assert g.choice(0, 0).shape == (0,)
    for arguments, message in (
        ((0, 1), "no elements"),
        ((3, 4, False), "4 of 3 elements"),
        ((-1, 1), "-1 elements"),
    ):
        with pytest.raises(ValueError, match=message):
            g.choice(*arguments)
    with pytest.raises(chx.DimensionError, match="one per element"):
        g.choice(3, p=chx.ones(4))


def test_choice_without_replacement_draws_one_after_the_other() -> None:
    g, p = default_rng(5), np.array([0.5, 0.3, 0.2])
    counts = np.zeros((3, 3))
    for _ in range(6000):
        i, j = g.choice(3, 2, replace=False, p=chx.array(p)).tolist()
        counts[i, j] += 1
    expected = p[:, None] * p / (1 - p[:, None])
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(counts / 6000, expected, atol=0.025)


def test_older_names() -> None:
    chx.random.seed(1)
    assert chx.random.rand(2, 3).shape == (2, 3)
    assert chx.random.randn().shape == ()
    assert chx.random.randn(2, dtype="float64").dtype == chx.float64
    assert chx.random.random_sample((2,)).shape == (2,)
