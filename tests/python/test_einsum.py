"""einsum: random subscripts against NumPy, the form with lists, the order of contractions, and errors."""

from __future__ import annotations

from typing import Any

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest

import chainerx as chx

EXTENTS = {"a": 2, "b": 3, "c": 1, "d": 4, "e": 0}


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, list[np.ndarray]]:
    """Subscripts with repeated letters, ellipses that broadcast, and implied or written results."""
    letters = draw(st.sampled_from(["abcd", "abcde"]))
    has_ellipsis = draw(st.booleans())
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    terms, operands = [], []
    for _ in range(draw(st.integers(1, 3))):
        labels = draw(st.lists(st.sampled_from(letters), max_size=4))
        shape = [EXTENTS[label] for label in labels]
        term = "".join(labels)
        if has_ellipsis:
            at = draw(st.integers(0, len(labels)))
            extra = [draw(st.sampled_from([1, 2])) for _ in range(draw(st.integers(0, 2)))]
            term = term[:at] + "..." + term[at:]
            shape[at:at] = extra
        terms.append(term)
        operands.append(rng.integers(-3, 4, shape).astype("float64"))
    subscripts = ",".join(terms)
    if draw(st.booleans()):
        used = sorted(set("".join(terms)) - {"."})
        kept = draw(st.permutations(used))[: draw(st.integers(0, len(used)))]
        subscripts += "->" + ("..." if has_ellipsis else "") + "".join(kept)
    return subscripts, operands


@hypothesis.given(calls())
@hypothesis.settings(deadline=None, max_examples=300)
def test_against_numpy(call: tuple[str, list[np.ndarray]]) -> None:
    subscripts, operands = call
    expected = np.einsum(subscripts, *operands)
    actual = chx.einsum(subscripts, *[chx.array(a) for a in operands])
    assert actual.shape == expected.shape
    np.testing.assert_array_equal(chx.to_numpy(actual), expected)


@pytest.mark.parametrize("axes", [([0, 30], [30, 2]), ([1, 0], [0, 2]), ([0, 1], [1, 2], [2, 0])])
def test_lists_in_the_place_of_letters(axes: tuple[list[int], ...]) -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(3, 3)), rng.normal(size=(3, 4))
    first, second, *output = axes
    actual = chx.einsum(chx.array(a), first, chx.array(b), second, *output)
    expected: Any = np.einsum(a, first, b, second, *output)
    chx.testing.assert_allclose(actual, expected, rtol=1e-12)


def test_lists_with_an_ellipsis() -> None:
    a, v = np.arange(6.0).reshape(2, 3), np.arange(3.0)
    actual = chx.einsum(chx.array(a), [..., 1], chx.array(v), [1], [...])
    chx.testing.assert_array_equal(actual, a @ v)


def test_a_chain_is_contracted_where_it_is_cheap() -> None:
    """The product of three matrices the other way round would make 10**12 elements."""
    n = 10**6
    column, row = chx.ones((n, 1)), chx.ones((1, n))
    assert chx.einsum("ij,jk,kl->il", column, row, column).shape == (n, 1)
    assert chx.einsum("ij,jk,kl->il", row, column, row).shape == (1, n)


def test_a_diagonal_is_a_view() -> None:
    a = chx.zeros((3, 3))
    chx.einsum("ii->i", a)[...] = 1
    assert a.tolist() == np.eye(3).tolist()


@pytest.mark.parametrize(
    ("subscripts", "shapes", "error", "match"),
    [
        ("ij,jk", [(2, 3)], ValueError, "1 operands"),
        ("ij", [(2, 3), (2, 3)], ValueError, "2 operands"),
        ("i1", [(2, 3)], ValueError, "'1' in the subscripts"),
        ("..i..", [(2, 3)], ValueError, "at most one"),
        ("ij->ii", [(2, 3)], ValueError, "each once"),
        ("ij->k", [(2, 3)], ValueError, "'k' in the output"),
        ("...i->i", [(2, 3)], ValueError, "no '...'"),
        ("i", [(2, 3)], chx.DimensionError, "one letter per dimension"),
        ("ijk", [(2, 3)], chx.DimensionError, "one letter per dimension"),
        ("ij,jk", [(2, 3), (4, 5)], chx.DimensionError, "'j' stands for axes of extents 3 and 4"),
        ("ii", [(2, 3)], chx.DimensionError, "of one operand"),
        ("...,...", [(2,), (3,)], chx.DimensionError, "'...'"),
    ],
)
def test_errors(subscripts: str, shapes: list, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        chx.einsum(subscripts, *[chx.zeros(shape) for shape in shapes])


def test_numbers_of_axes_are_checked() -> None:
    with pytest.raises(ValueError, match="axis 52"):
        chx.einsum(chx.zeros(2), [52])
    with pytest.raises(TypeError, match="expected subscripts"):
        chx.einsum(chx.zeros(2))
    with pytest.raises(TypeError, match=r"chainerx\.ndarray"):
        chx.einsum("i", np.zeros(2))
