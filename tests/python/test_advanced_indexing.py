"""Reading and assigning by arrays of integers and masks, mixed with everything else, against NumPy; and the gradients of both."""

from __future__ import annotations

from typing import Any

import hypothesis
import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import numpy as np
import pytest

import chainerx as chx


@st.composite
def slices(draw: st.DrawFn) -> slice:
    bound = st.one_of(st.none(), st.integers(-6, 6))
    step = st.one_of(st.none(), st.sampled_from([-3, -2, -1, 1, 2, 3]))
    return slice(draw(bound), draw(bound), draw(step))


@st.composite
def index_arrays(draw: st.DrawFn, common: tuple[int, ...], extent: int) -> np.ndarray:
    """Integers from both ends of an axis, of a shape that broadcasts with the common one."""
    shape = common[draw(st.integers(0, len(common))) :]
    shape = tuple(draw(st.sampled_from([n, 1])) for n in shape)
    if extent == 0:
        return np.zeros((*shape[:-1], 0), "int64")
    dtype = draw(st.sampled_from(["int8", "int32", "int64"]))
    return draw(arrays.arrays(dtype, shape, elements=st.integers(-extent, extent - 1)))


@st.composite
def parts(
    draw: st.DrawFn, shape: tuple[int, ...], axis: int, common: tuple[int, ...]
) -> tuple[Any, int]:
    """A part of a key, and how many axes from that one on it takes up."""
    left = len(shape) - axis
    kinds = ["newaxis", "truth"] + ["integer", "slice", "array", "array", "mask"] * (left > 0)
    kind = draw(st.sampled_from(kinds))
    if kind == "newaxis":
        return None, 0
    if kind == "truth":
        return draw(st.booleans()), 0
    if kind == "mask":
        count = draw(st.integers(1, min(2, left)))
        return draw(arrays.arrays("bool", shape[axis : axis + count])), count
    n = shape[axis]
    if kind == "slice" or (kind == "integer" and n == 0):
        return draw(slices()), 1
    if kind == "integer":
        return draw(st.integers(-n, n - 1)), 1
    return draw(index_arrays(common, n)), 1


@st.composite
def keys(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[Any, ...]:
    common = draw(arrays.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3))
    key: list[Any] = []
    axis = 0

    def add_part() -> None:
        nonlocal axis
        part, count = draw(parts(shape, axis, common))
        key.append(part)
        axis += count

    for _ in range(draw(st.integers(0, len(shape) + 1))):
        add_part()
    if draw(st.booleans()):
        key.append(...)
        axis = draw(st.integers(axis, len(shape)))
        while axis < len(shape):
            add_part()
    return tuple(key)


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, tuple[Any, ...]]:
    shape = draw(arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
    x = np.arange(1.0, np.prod(shape, dtype=int) + 1).reshape(shape)
    return x, draw(keys(shape))


def own_key(key: tuple[Any, ...], form: str) -> tuple[Any, ...]:
    """The key with its arrays as arrays of ours, NumPy's, or lists."""

    def own(part: Any) -> Any:
        if not isinstance(part, np.ndarray) or form == "numpy":
            return part
        if form == "list" and part.ndim > 0 and part.size > 0:
            return part.tolist()
        return chx.array(part)

    return tuple(map(own, key))


FORMS = st.sampled_from(["chainerx", "numpy", "list"])
LAYOUTS = st.sampled_from(["contiguous", "transposed", "reversed"])


def laid_out(x: np.ndarray, layout: str) -> chx.ndarray:
    if layout == "transposed":
        return chx.array(np.array(x.T, order="C")).T
    if layout == "reversed":
        return chx.flip(chx.array(np.array(np.flip(x), order="C")))
    return chx.array(x)


def expect_refusal(a: chx.ndarray, key: tuple[Any, ...]) -> None:
    """IndexError, unless the index picks nothing: then nobody looks at its numbers."""
    try:
        nothing = a[key]
    except IndexError:
        with pytest.raises(IndexError):
            a[key] = 1
    else:
        assert nothing.size == 0


@hypothesis.given(cases(), FORMS, LAYOUTS)
@hypothesis.settings(deadline=None, max_examples=200)
def test_reading(case: tuple[np.ndarray, tuple[Any, ...]], form: str, layout: str) -> None:
    x, key = case
    a = laid_out(x, layout)
    try:
        expected = x[key]
    except IndexError:
        expect_refusal(a, own_key(key, form))
        return
    actual = a[own_key(key, form)]
    assert actual.shape == expected.shape
    chx.testing.assert_array_equal(actual, expected)


@hypothesis.given(cases(), FORMS, LAYOUTS, st.data())
@hypothesis.settings(deadline=None, max_examples=200)
def test_assigning(
    case: tuple[np.ndarray, tuple[Any, ...]], form: str, layout: str, data: st.DataObject
) -> None:
    x, key = case
    a = laid_out(x, layout)
    try:
        target = x[key].shape
    except IndexError:
        expect_refusal(a, own_key(key, form))
        return
    shape = target[data.draw(st.integers(0, len(target))) :]
    shape = tuple(data.draw(st.sampled_from([n, 1])) for n in shape)
    value = -np.arange(1.0, np.prod(shape, dtype=int) + 1).reshape(shape)
    # Of several values for one element NumPy keeps the last one in the order of the index.
    x[key] = value
    a[own_key(key, form)] = data.draw(st.sampled_from([value, chx.array(value)]))
    chx.testing.assert_array_equal(a, x)


@hypothesis.given(cases(), st.floats(-9, 9, width=16))
@hypothesis.settings(deadline=None)
def test_assigning_a_number(case: tuple[np.ndarray, tuple[Any, ...]], number: float) -> None:
    x, key = case
    try:
        x[key]
    except IndexError:
        return
    for dtype in ("float32", "int16"):
        expected = x.astype(dtype)
        a = chx.array(expected)
        expected[key] = number
        a[own_key(key, "chainerx")] = number
        chx.testing.assert_array_equal_ex(a, expected)


@hypothesis.given(cases())
@hypothesis.settings(deadline=None)
def test_gradient_of_reading(case: tuple[np.ndarray, tuple[Any, ...]]) -> None:
    """Every element gets the sum of what its copies get."""
    x, key = case
    try:
        picked = x[key]
    except IndexError:
        return
    a = chx.array(x).require_grad()
    weights = np.arange(1.0, picked.size + 1).reshape(picked.shape)
    (a[own_key(key, "chainerx")] * chx.array(weights)).sum().backward()
    expected = np.zeros_like(x)
    np.add.at(expected, key, weights)
    chx.testing.assert_array_equal(a.grad, expected)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "float16", "bfloat16", "complex64"])
def test_dtypes(dtype: str) -> None:
    x = chx.array([[1, 0, 1], [0, 1, 1]]).astype(dtype)
    rows = chx.array([1, 0, 1])
    assert x[rows].dtype == x.dtype
    assert x[rows].astype("int32").tolist() == [[0, 1, 1], [1, 0, 1], [0, 1, 1]]
    x[rows[:1], ::2] = 1
    assert x.astype("int32").tolist() == [[1, 0, 1], [1, 1, 1]]


@pytest.mark.parametrize("index_dtype", ["int8", "uint8", "int32", "uint64"])
def test_dtypes_of_indices(index_dtype: str) -> None:
    x = chx.arange(5)
    assert x[chx.array([4, 0], index_dtype)].tolist() == [4, 0]


def test_arrays_without_dimensions_as_indices() -> None:
    x = chx.arange(12).reshape(3, 4)
    one = chx.array(1)
    assert x[one].tolist() == [4, 5, 6, 7]
    assert x[one, one].tolist() == 5
    assert x[..., one].tolist() == [1, 5, 9]
    assert x[np.array(2), np.int64(-1)].tolist() == 11
    assert x[[[]]].shape == (1, 0, 4)
    x[one, chx.array([0, 3])] = -1
    assert x[1].tolist() == [-1, 5, 6, -1]
    assert x[chx.array(True)].shape == (1, 3, 4)
    assert x[chx.array(False)].shape == (0, 3, 4)


@pytest.mark.parametrize(
    "key",
    [
        ([0, 3],),
        ([0, -4],),
        ([0, 1], [0, 1, 2]),
        (np.zeros((3, 3), bool),),
        (np.zeros(2, bool),),
        (0, 0, [0]),
        (..., [0], ...),
        ([0.5],),
    ],
    ids=str,
)
def test_errors(key: tuple[Any, ...]) -> None:
    x = chx.zeros((3, 4))
    with pytest.raises(IndexError, match=r"index|take|scatter"):
        x[key]
    with pytest.raises(IndexError, match=r"index|take|scatter"):
        x[key] = 1


def test_values_that_do_not_fit() -> None:
    x = chx.zeros((3, 4))
    with pytest.raises(chx.DimensionError):
        x[[0, 1]] = chx.zeros((3, 4))
    with pytest.raises(chx.DimensionError):
        x[x == 0] = chx.zeros(5)
    assert x.tolist() == np.zeros((3, 4)).tolist()


def test_what_is_part_of_a_graph_is_not_assigned() -> None:
    target = chx.zeros(3)
    value = chx.ones(2).require_grad() * 2
    with pytest.raises(chx.GradientError, match="part of a graph"):
        target[chx.array([0, 1])] = value
    with pytest.raises(chx.GradientError):
        value[chx.array([0])] = 1
    target[chx.array([0, 1])] = value.as_grad_stopped()
    with chx.no_backprop_mode():
        target[chx.array([1, 2])] = value
    assert target.tolist() == [2, 2, 2]


def test_double_gradient_of_reading() -> None:
    rng = np.random.default_rng(0)
    x = chx.array(rng.normal(size=(3, 4))).require_grad()
    key = (chx.array([[0, 2], [2, 0]]), slice(None, None, -2))
    call = lambda xs: [xs[0][key] ** 3]  # noqa: E731
    (y,) = call([x])
    chx.check_double_backward(
        call,
        [x],
        [chx.array(rng.normal(size=y.shape)).require_grad()],
        [chx.array(rng.normal(size=x.shape))],
        [chx.full(x.shape, 1e-4, "float64"), chx.full(y.shape, 1e-4, "float64")],
        atol=1e-4,
        rtol=1e-3,
    )


def last_writers(shape: tuple[int, ...], key: tuple[Any, ...], n: int) -> np.ndarray:
    """Which of n values each element ends up with; -1 where none."""
    places = np.arange(np.prod(shape, dtype=int)).reshape(shape)[key]
    last = np.full(np.prod(shape, dtype=int), -1)
    last[places.ravel()] = np.arange(n)
    return last


@hypothesis.given(cases(), st.booleans(), st.data())
@hypothesis.settings(deadline=None)
def test_writing_into_a_new_array(
    case: tuple[np.ndarray, tuple[Any, ...]], accumulate: bool, data: st.DataObject
) -> None:
    x, key = case
    try:
        target = x[key].shape
    except IndexError:
        return
    values = -np.arange(1.0, np.prod(target, dtype=int) + 1).reshape(target)
    weights = np.random.default_rng(0).integers(1, 9, x.shape).astype("float64")
    a, v = chx.array(x).require_grad(), chx.array(values).require_grad()
    result = chx.index_put(a, own_key(key, "chainerx"), v, accumulate)
    (result * chx.array(weights)).sum().backward()

    expected = x.copy()
    if accumulate:
        np.add.at(expected, key, values)
        of_x, of_values = weights, weights[key]
    else:
        expected[key] = values
        last = last_writers(x.shape, key, values.size)
        of_x = np.where(last.reshape(x.shape) < 0, weights, 0)
        of_values = np.zeros(values.size)
        of_values[last[last >= 0]] = weights.ravel()[last >= 0]
    chx.testing.assert_array_equal(result, expected)
    chx.testing.assert_array_equal(a.as_grad_stopped(), x)
    chx.testing.assert_array_equal(a.grad, of_x)
    if values.size:
        chx.testing.assert_array_equal(v.grad, of_values.reshape(target))


def test_writing_numbers_and_rows_into_a_new_array() -> None:
    x = chx.zeros((2, 3), "int64")
    assert chx.index_put(x, (slice(None), [0, 2]), 2.7).tolist() == [[2, 0, 2], [2, 0, 2]]
    assert chx.index_put(x, 0, [[1, 2, 3]]).tolist() == [[1, 2, 3], [0, 0, 0]]
    assert chx.index_put(x, ([0, 0], [1, 1]), 5, accumulate=True).tolist() == [
        [0, 10, 0],
        [0, 0, 0],
    ]
    assert x.tolist() == [[0, 0, 0], [0, 0, 0]]
    with pytest.raises(chx.DimensionError):
        chx.index_put(x, 0, chx.zeros((2, 3)))
    with pytest.raises(IndexError):
        chx.index_put(x, 7, 1)
