"""chainerx.testing: assertions and decorators."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

import chainerx as chx
from chainerx import testing


def test_assertions() -> None:
    a = chx.array([1.0, 2.0])
    testing.assert_array_equal(a, [1, 2])
    testing.assert_allclose(a, numpy.array([1, 2 + 1e-9]))
    testing.assert_array_equal_ex(a, numpy.array([1, 2], "float32"))
    testing.assert_allclose_ex(a, numpy.array([1, 2.01], "float32"), float32_rtol=0.1)
    with pytest.raises(AssertionError):
        testing.assert_array_equal(a, [1, 3])
    with pytest.raises(AssertionError, match="dtype"):
        testing.assert_array_equal_ex(a, numpy.array([1.0, 2.0]))
    with pytest.raises(AssertionError, match="strides"):
        testing.assert_array_equal_ex(
            chx.ones((2, 3)).T, numpy.ones((3, 2), "float32"), strides_check=True
        )
    with pytest.raises(TypeError, match="nope"):
        testing.assert_allclose_ex(a, a, nope=1)


@testing.numpy_chainerx_array_equal()
def test_decorator(xp: Any) -> Any:
    return xp.array([1, 2]) + 1, xp.ones((2, 2), "float32")


@testing.numpy_chainerx_allclose(rtol=1e-6)
@pytest.mark.parametrize("x", [0.5, 2.0])
def test_decorator_with_parameters(xp: Any, x: float) -> Any:
    return xp.exp(xp.array([x], "float32"))


@testing.numpy_chainerx_array_equal(accept_error=(ValueError,))
def test_accepted_errors(xp: Any) -> Any:
    return xp.ones((2,), "float32").reshape((3,))


def test_failures() -> None:
    @testing.numpy_chainerx_array_equal()
    def different(xp: Any) -> Any:
        return xp.ones(1, "float32") * (2 if xp is chx else 1)

    @testing.numpy_chainerx_array_equal()
    def wrong_device(xp: Any) -> Any:
        return chx.ones(1, device="native:1") if xp is chx else xp.ones(1, "float32")

    @testing.numpy_chainerx_array_equal(accept_error=(KeyError,))
    def only_one_raises(xp: Any) -> Any:
        if xp is chx:
            raise KeyError
        return xp.ones(1)

    @testing.numpy_chainerx_array_equal()
    def ignored(xp: Any) -> Any:
        testing.ignore()

    for test in (different, wrong_device, only_one_raises):
        with pytest.raises(AssertionError):
            test()
    ignored()


@testing.parametrize_dtype_specifier("specifier", ["float32", "int64"])
def test_specifiers(specifier: Any) -> None:
    assert chx.zeros(1, specifier).dtype in ("float32", "int64")


def test_dtype_lists() -> None:
    assert testing.all_dtypes[0] == "bool_"
    assert set(testing.float_dtypes) < set(testing.numeric_dtypes)
