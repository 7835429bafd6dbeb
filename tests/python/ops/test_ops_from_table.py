"""Every function of the op table against NumPy, over dtypes, memory layouts and devices."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from opgen_table import TABLE

import chainerx as chx
from ops.operands import (
    DTYPES,
    ELEMENTWISE,
    FUNCTIONS,
    IRREGULAR,
    LAYOUTS,
    check,
    each_array,
    expected_of,
    function_of,
    make,
    rng_of,
    supported_dtypes,
    to_chx,
    usual_dtype,
    values,
    with_layout,
)
from ops.sample import Sample
from ops.samples import RESULT_DTYPES, SAMPLES

SAMPLE_IDS = [
    pytest.param(f.full_name, sample, id=f"{f.full_name}-{i}")
    for f in IRREGULAR
    for i, sample in enumerate(SAMPLES[f.full_name])
]


def operands(name: str, dtype: str, shape: tuple[int, ...]) -> list[np.ndarray]:
    function = FUNCTIONS[name]
    rng = rng_of(name, dtype, shape)
    arrays = [values(rng, shape, dtype, function.domain) for _ in function.args]
    if name == "where":
        arrays[0] = rng.integers(0, 2, shape).astype(bool)
    if name == "power" and dtype.startswith(("int", "uint")):
        arrays = [np.asarray(np.abs(a)) for a in arrays]
    return arrays


def compare(name: str, arguments: list, kwargs: dict, dtype: str, what: str) -> chx.ndarray:
    actual = function_of(name)(*[each_array(a, to_chx) for a in arguments], **kwargs)
    expected = expected_of(name, arguments, kwargs, actual, dtype)
    check(actual, expected, RESULT_DTYPES.get(name, dtype), f"{dtype}, {what}")
    return actual


@pytest.mark.parametrize(
    ("name", "dtype"),
    [(f.full_name, d) for f in ELEMENTWISE for d in supported_dtypes(f.full_name)],
)
def test_elementwise_against_numpy(name: str, dtype: str, device: chx.Device) -> None:
    for layout in LAYOUTS:
        arrays = [with_layout(a, layout) for a in operands(name, dtype, (3, 5))]
        assert compare(name, arrays, {}, dtype, layout).device is device
    for shape in ((), (2, 0, 3)):
        compare(name, operands(name, dtype, shape), {}, dtype, str(shape))


@pytest.mark.parametrize("name", [f.full_name for f in ELEMENTWISE if len(f.args) > 1])
def test_elementwise_broadcasts(name: str, device: chx.Device) -> None:
    dtype = "float64" if "float64" in TABLE.op(FUNCTIONS[name].op).dtypes else "int64"
    arrays = operands(name, dtype, (3, 5))
    for cut in ([slice(0, 1)], [slice(None), slice(0, 1)], [0]):
        compare(name, [arrays[0], *[a[tuple(cut)] for a in arrays[1:]]], {}, dtype, str(cut))


@pytest.mark.parametrize(
    "name",
    [f.full_name for f in ELEMENTWISE if f.args[0].type == "Operand" and f.full_name != "where"],
)
def test_elementwise_with_scalars(name: str, device: chx.Device) -> None:
    dtype = "float64" if "float64" in TABLE.op(FUNCTIONS[name].op).dtypes else "int64"
    array, scalar = operands(name, dtype, (4,))[0], 2.0 if dtype == "float64" else 2
    compare(name, [array, scalar], {}, dtype, "a number on the right")
    compare(name, [scalar, np.abs(array) + 1], {}, dtype, "a number on the left")


@pytest.mark.parametrize("name", [f.full_name for f in ELEMENTWISE])
def test_a_device_without_kernels_is_counted(name: str) -> None:
    op = TABLE.op(FUNCTIONS[name].op)
    arrays = [to_chx(a).to_device("nulldev:0") for a in operands(name, op.dtypes[-1], (3, 5))]
    chx.reset_fallback_stats()
    function_of(name)(*arrays)
    (row,) = [row for row in chx.fallback_stats() if row["device"] == "nulldev:0"]
    own = {"op": f"chx.{op.name}", "device": "nulldev:0", "dtype": op.dtypes[-1]}
    assert row == own | {"step": "host", "count": 1}


@pytest.mark.parametrize(("name", "sample"), SAMPLE_IDS)
def test_irregular_over_dtypes(name: str, sample: Sample, device: chx.Device) -> None:
    for dtype in supported_dtypes(name):
        rng = rng_of(name, repr(sample), dtype)
        arguments = [make(a, rng, dtype, FUNCTIONS[name].domain) for a in sample.args]
        compare(name, arguments, sample.kwargs, dtype, "contiguous")


@pytest.mark.parametrize(("name", "sample"), SAMPLE_IDS)
def test_irregular_over_layouts(name: str, sample: Sample, device: chx.Device) -> None:
    rng = rng_of(name, repr(sample))
    dtype = usual_dtype(name, "float64")
    arguments = [make(a, rng, dtype, FUNCTIONS[name].domain) for a in sample.args]
    for layout in LAYOUTS[1:]:
        laid_out = [each_array(a, lambda x: with_layout(x, layout)) for a in arguments]  # noqa: B023
        compare(name, laid_out, sample.kwargs, dtype, layout)


def arrays_in(result: object) -> Iterator[chx.ndarray]:
    if isinstance(result, chx.ndarray):
        yield result
    elif isinstance(result, (tuple, list)):
        for each in result:
            yield from arrays_in(each)


@pytest.mark.parametrize(
    ("name", "sample"), [c for c in SAMPLE_IDS if FUNCTIONS[c.values[0]].takes_arrays]
)
def test_results_are_where_the_arrays_are(name: str, sample: Sample) -> None:
    dtype = "float32" if "float32" in supported_dtypes(name) else supported_dtypes(name)[-1]
    arguments = [make(a, rng_of(name), dtype, FUNCTIONS[name].domain) for a in sample.args]
    there = [each_array(a, lambda x: to_chx(x).to_device("native:1")) for a in arguments]
    results = list(arrays_in(function_of(name)(*there, **sample.kwargs)))
    assert results
    assert {result.device.name for result in results} == {"native:1"}


@pytest.mark.parametrize("name", [f.full_name for f in ELEMENTWISE + IRREGULAR])
def test_other_dtypes_are_refused(name: str) -> None:
    function = FUNCTIONS[name]
    arguments = [(2, 3)] * len(function.args) if function.op else SAMPLES[name][0].args
    kwargs = {} if function.op else SAMPLES[name][0].kwargs
    for dtype in set(DTYPES) - set(supported_dtypes(name)):
        made = [make(a, rng_of(name, dtype), dtype, function.domain) for a in arguments]
        with pytest.raises(chx.DtypeError):
            function_of(name)(*[each_array(a, to_chx) for a in made], **kwargs)


def test_every_function_has_samples() -> None:
    names = {f.full_name for f in IRREGULAR}
    assert names == set(SAMPLES), names ^ set(SAMPLES)
