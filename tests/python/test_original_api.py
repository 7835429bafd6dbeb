"""The original ChainerX's names and signatures: whoever calls it as it was finds everything where it was.

What differs on purpose stands in docs/differences.md, and here where it is not compared.
"""

from __future__ import annotations

import ast
import inspect
from typing import Any

import numpy
import pytest

import chainerx as chx

# As the original takes them. Names of arguments that are positional there, in their order, and defaults where we keep them.
SIGNATURES = """
array(object, dtype=None, copy=True, device=None)
asarray(object, dtype=None, device=None)
asanyarray(a, dtype=None, device=None)
ascontiguousarray(a, dtype=None)
empty(shape, dtype=None, device=None)
zeros(shape, dtype=None, device=None)
ones(shape, dtype=None, device=None)
full(shape, fill_value, dtype=None, device=None)
arange(start, stop=None, step=None, dtype=None, device=None)
linspace(start, stop, num=50, endpoint=True, dtype=None, device=None)
eye(N, M=None, k=0, dtype=None, device=None)
identity(n, dtype=None, device=None)
tri(N, M=None, k=0, dtype=None, device=None)
tril(m, k=0)
triu(m, k=0)
diag(v, k=0)
diagflat(v, k=0)
copy(a)
frombuffer(buffer, dtype='float32', count=-1, offset=0, device=None)
fromfile(file, dtype=float, count=-1, sep='', device=None)
fromfunction(function, shape, dtype=float, device=None)
fromiter(iterable, dtype, count=-1, device=None)
fromstring(string, dtype=float, count=-1, sep='', device=None)
loadtxt(fname, dtype=float, comments='#', delimiter=None, converters=None, skiprows=0, usecols=None, unpack=False, ndmin=0, encoding='bytes', device=None)
where(condition, x, y)
nonzero(a)
dot(a, b)
equal(x1, x2)
not_equal(x1, x2)
greater(x1, x2)
greater_equal(x1, x2)
less(x1, x2)
less_equal(x1, x2)
logical_and(x1, x2)
logical_or(x1, x2)
logical_xor(x1, x2)
logical_not(x)
all(a, axis=None, keepdims=False)
any(a, axis=None, keepdims=False)
isnan(x)
isinf(x)
isfinite(x)
accuracy(y, t, ignore_label=None)
ravel(a)
transpose(a, axes=None)
broadcast_to(array, shape)
squeeze(a, axis=None)
expand_dims(a, axis)
concatenate(arrays, axis=0)
stack(arrays, axis=0)
hstack(arrays)
vstack(arrays)
dstack(arrays)
atleast_2d(a)
atleast_3d(a)
split(ary, indices_or_sections, axis=0)
dsplit(ary, indices_or_sections)
vsplit(ary, indices_or_sections)
hsplit(ary, indices_or_sections)
swapaxes(a, axis1, axis2)
moveaxis(a, source, destination)
rollaxis(a, axis, start=0)
repeat(a, repeats, axis=None)
fliplr(m)
flipud(m)
fix(x)
copysign(x1, x2)
negative(x)
add(x1, x2)
subtract(x1, x2)
multiply(x1, x2)
divide(x1, x2)
true_divide(x1, x2)
floor_divide(x1, x2)
power(x1, x2)
remainder(x1, x2)
mod(x1, x2)
fmod(x1, x2)
reciprocal(x)
square(x)
sqrt(x)
abs(x)
absolute(x)
fabs(x)
sign(x)
maximum(x1, x2)
minimum(x1, x2)
exp(x)
expm1(x)
exp2(x)
log(x)
log10(x)
log2(x)
log1p(x)
erf(x)
sin(x)
cos(x)
tan(x)
arcsin(x)
arccos(x)
arctan(x)
arctan2(x1, x2)
sinh(x)
cosh(x)
tanh(x)
arcsinh(x)
arccosh(x)
ceil(x)
floor(x)
bitwise_and(x1, x2)
bitwise_or(x1, x2)
bitwise_xor(x1, x2)
left_shift(x1, x2)
right_shift(x1, x2)
sum(a, axis=None, keepdims=False)
nansum(a, axis=None, keepdims=False)
logsumexp(x, axis=None, keepdims=False)
softmax(x, axis=None)
log_softmax(x, axis=None)
cumsum(a, axis=None)
relu(x)
leaky_relu(x, slope=0.2)
clipped_relu(x, z=20.0)
elu(x, alpha=1.0)
sigmoid(x)
softplus(x, beta=1.0)
conv(x, w, b=None, stride=1, pad=0, cover_all=False)
conv_transpose(x, w, b=None, stride=1, pad=0, outsize=None)
linear(x, w, b=None, n_batch_axes=1)
max_pool(x, ksize, stride=None, pad=0, cover_all=False)
average_pool(x, ksize, stride=None, pad=0, pad_mode='ignore')
fixed_batch_norm(x, gamma, beta, mean, var, eps=2e-05, axis=None)
argmax(a, axis=None)
argmin(a, axis=None)
nanargmax(a, axis=None)
nanargmin(a, axis=None)
count_nonzero(a, axis=None)
amax(a, axis=None, keepdims=False)
max(a, axis=None, keepdims=False)
amin(a, axis=None, keepdims=False)
min(a, axis=None, keepdims=False)
mean(a, axis=None, keepdims=False)
var(a, axis=None, keepdims=False)
backward(outputs, backprop_id=None, enable_double_backprop=False, loss_scale=None)
is_backprop_required(backprop_id=None, context=None)
backprop_scope(backprop_name, context=None)
to_numpy(array, copy=True)
set_default_context(context)
set_global_default_context(context)
context_scope(context)
"""

# Whose signature is another one: the arguments, by position and by the original's names.
A = chx.ones((2, 3))
CALLS: dict[str, tuple[dict[str, Any], ...]] = {
    "empty_like": ({"a": A, "device": None},),
    "zeros_like": ({"a": A, "device": None},),
    "ones_like": ({"a": A, "device": None},),
    "full_like": ({"a": A, "fill_value": 2, "device": None},),
    "take": ({"a": A, "indices": chx.array([0]), "axis": 0, "mode": None},),
    "reshape": ({"a": A, "newshape": (3, 2)},),
    "flip": ({"m": A, "axes": 1},),
    "clip": ({"a": A, "a_min": 0, "a_max": 1},),
    "copyto": ({"dst": A, "src": A, "casting": "no", "where": True},),
    "get_device": ({},),
    "get_default_device": ({},),
    "get_default_context": ({},),
    "get_global_default_context": ({},),
}
POSITIONAL: dict[str, tuple[Any, ...]] = {
    "reshape": (A, 3, 2),
    "meshgrid": (chx.ones(2), chx.ones(3)),
    "broadcast_arrays": (A, chx.ones(3)),
    "get_backend": ("native",),
    "set_default_device": ("native:0",),
    "using_device": ("native", 0),
}

CONSTANTS = [
    "Inf",
    "Infinity",
    "NAN",
    "NINF",
    "NZERO",
    "NaN",
    "PINF",
    "PZERO",
    "e",
    "euler_gamma",
    "inf",
    "infty",
    "nan",
    "newaxis",
    "pi",
]
DTYPES = ["bool_", "int8", "int16", "int32", "int64", "uint8", "float16", "float32", "float64"]
CLASSES = [
    "ndarray",
    "Device",
    "DeviceScope",
    "Backend",
    "Context",
    "ContextScope",
    "BackpropId",
    "BackpropScope",
    "NoBackpropMode",
    "ForceBackpropMode",
    "AnyGraph",
    "ChainerxError",
    "ContextError",
    "BackendError",
    "DeviceError",
    "DimensionError",
    "DtypeError",
    "NotImplementedError",
    "GradientError",
    "GradientCheckError",
]
ATTRIBUTES = [
    "T",
    "data_ptr",
    "data_size",
    "device",
    "dtype",
    "grad",
    "is_contiguous",
    "itemsize",
    "nbytes",
    "ndim",
    "offset",
    "shape",
    "size",
    "strides",
    "_debug_data_memory_address",
    "_debug_flat_data",
]
METHODS = """all(axis=None, keepdims=False)
any(axis=None, keepdims=False)
argmax(axis=None)
argmin(axis=None)
astype(dtype, copy=True)
backward(backprop_id=None, enable_double_backprop=False, loss_scale=None)
cleargrad(backprop_id=None)
copy()
dot(b)
fill(value)
flatten()
get_grad(backprop_id=None)
is_backprop_required(backprop_id=None)
is_grad_required(backprop_id=None)
item()
max(axis=None, keepdims=False)
mean(axis=None, keepdims=False)
min(axis=None, keepdims=False)
ravel()
repeat(repeats, axis=None)
require_grad(backprop_id=None)
set_grad(grad, backprop_id=None)
squeeze(axis=None)
sum(axis=None, keepdims=False)
swapaxes(axis1, axis2)
take(indices, axis=None, mode=None)
tolist()
transpose(axes=None)
var(axis=None, keepdims=False)
view()
_is_chained(backprop_id=None)
_debug_dump_computational_graph(backprop_id=None)"""
# What the Python code of Chainer 7 asks of the module, with what the original lacked.
ASKED_BY_CHAINER = [
    "all",
    "any",
    "amin",
    "argmax",
    "arange",
    "array",
    "asarray",
    "abs",
    "bitwise_and",
    "bitwise_or",
    "clip",
    "concatenate",
    "count_nonzero",
    "copysign",
    "dot",
    "empty",
    "exp",
    "expand_dims",
    "expm1",
    "eye",
    "full",
    "full_like",
    "hstack",
    "identity",
    "isfinite",
    "isinf",
    "isnan",
    "log",
    "log1p",
    "logical_or",
    "max",
    "mean",
    "min",
    "ones",
    "ones_like",
    "reshape",
    "sign",
    "sqrt",
    "square",
    "stack",
    "sum",
    "swapaxes",
    "tril",
    "vstack",
    "where",
    "zeros",
    "zeros_like",
    "inf",
    "nan",
    "float32",
    "float64",
    "int32",
    "ndarray",
    "atleast_1d",
    "percentile",
    "std",
    "finfo",
]


def wanted(line: str) -> tuple[str, list[tuple[str, Any]]]:
    """'eye(N, k=0)': its name, and names and defaults of its arguments."""
    node = ast.parse(line, mode="eval").body
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    builtin = {"float": float, "int": int}
    positional = [(a.id, inspect.Parameter.empty) for a in node.args if isinstance(a, ast.Name)]
    with_default = [
        (
            str(k.arg),
            builtin[k.value.id] if isinstance(k.value, ast.Name) else ast.literal_eval(k.value),
        )
        for k in node.keywords
    ]
    return node.func.id, [*positional, *with_default]


def arguments_of(function: Any) -> list[tuple[str, Any]]:
    parameters = inspect.signature(function).parameters.values()
    return [(p.name, p.default) for p in parameters if p.name != "self"]


@pytest.mark.parametrize("line", SIGNATURES.split("\n")[1:-1])
def test_signature(line: str) -> None:
    name, expected = wanted(line)
    assert arguments_of(getattr(chx, name))[: len(expected)] == expected


@pytest.mark.parametrize("line", METHODS.split("\n"))
def test_method(line: str) -> None:
    name, expected = wanted(line)
    assert arguments_of(getattr(chx.ndarray, name))[: len(expected)] == expected


@pytest.mark.parametrize("name", CALLS)
def test_call_by_the_originals_keywords(name: str) -> None:
    for arguments in CALLS[name]:
        getattr(chx, name)(**arguments)


@pytest.mark.parametrize("name", POSITIONAL)
def test_call_by_position(name: str) -> None:
    getattr(chx, name)(*POSITIONAL[name])


def test_methods_that_take_their_arguments_in_several_ways() -> None:
    a = chx.ones((2, 3))
    assert a.reshape(3, 2).shape == a.reshape((3, 2)).shape == a.reshape([3, 2]).shape == (3, 2)
    assert a.transpose().shape == a.transpose(1, 0).shape == a.transpose((1, 0)).shape == (3, 2)
    assert a.clip(0, 0.5).max().item() == 0.5
    assert a.clip(a_min=2, a_max=3).min().item() == 2
    assert a.to_device("native:1").device is chx.get_device("native", 1)
    assert a.to_device("native", 1).device is chx.get_device("native", 1)
    assert a.to_device(chx.get_device("native:1")).device.name == "native:1"
    assert a.as_grad_stopped().data_ptr == a.data_ptr
    assert a.as_grad_stopped(copy=True).data_ptr != a.data_ptr
    with chx.backprop_scope("other") as other:
        a.require_grad(other)
        assert not a.as_grad_stopped([other]).is_backprop_required(other)
        assert not a.as_grad_stopped([other], copy=True).is_backprop_required(other)
        assert a.as_grad_stopped(
            [chx.get_default_context().make_backprop_id("x")]
        ).is_backprop_required(other)
    assert chx.ndarray((2, 3), "float32", "native:0").shape == (2, 3)
    assert chx.ndarray(2, dtype="int8", device=None).dtype == "int8"


def test_gradient_checks_by_their_keywords() -> None:
    x, ones = chx.array([1.0, 2.0], "float64").require_grad(), chx.ones(2, "float64")
    eps = chx.full(2, 1e-3, "float64")
    call = lambda xs: [xs[0] ** 3]  # noqa: E731
    chx.check_backward(
        func=call,
        inputs=[x],
        grad_outputs=[ones],
        eps=[eps],
        atol=1e-5,
        rtol=1e-4,
        backprop_id=None,
    )
    chx.check_double_backward(
        func=call,
        inputs=[x],
        grad_outputs=[chx.ones(2, "float64").require_grad()],
        grad_grad_inputs=[ones],
        eps=[eps, eps],
        atol=1e-4,
        rtol=1e-4,
        backprop_id=None,
    )
    with pytest.raises(chx.GradientCheckError):
        chx.check_backward(lambda xs: [xs[0].as_grad_stopped() + xs[0] * 0], [x], [ones], [eps])


def test_grad_by_its_keywords() -> None:
    x = chx.ones(2).require_grad()
    (gradient,) = chx.grad(
        outputs=[x * 3],
        inputs=[x],
        backprop_id=None,
        enable_double_backprop=False,
        set_grad=True,
        retain_grad=False,
        grad_outputs=[],
        loss_scale=None,
    )
    assert gradient.tolist() == x.grad.tolist() == [3, 3]


def test_batch_norm_by_the_originals_positions() -> None:
    x, one, zero = chx.array([[1.0], [3.0]]), chx.ones(1), chx.zeros(1)
    running_mean, running_var = chx.zeros(1), chx.ones(1)
    chx.batch_norm(x, one, zero, running_mean, running_var, 2e-5, 0.9, (0,))
    numpy.testing.assert_allclose(running_mean.item(), 0.2, rtol=1e-6)
    numpy.testing.assert_allclose(running_var.item(), 0.9 + 0.1 * 2, rtol=1e-6)  # n / (n - 1)


@pytest.mark.parametrize("name", CONSTANTS)
def test_constant(name: str) -> None:
    value = getattr(chx, name)
    if hasattr(numpy, name):
        assert value is getattr(numpy, name)
    else:
        expected = {"NINF": -numpy.inf, "NZERO": -0.0, "PZERO": 0.0}
        nan_or_inf = numpy.nan if name in ("NAN", "NaN") else numpy.inf
        numpy.testing.assert_equal(value, expected.get(name, nan_or_inf))


def test_dtypes() -> None:
    for name in DTYPES:
        assert getattr(chx, name) is getattr(numpy, name)
        assert getattr(numpy, name) in chx.all_dtypes
    assert chx.dtype is numpy.dtype
    assert [chx.bool, chx.int, chx.float] == [bool, int, float]
    assert all(chx.zeros(1, name).dtype in chx.all_dtypes for name in DTYPES)


@pytest.mark.parametrize("name", CLASSES)
def test_class(name: str) -> None:
    assert inspect.isclass(getattr(chx, name))
    assert getattr(chx, name).__module__.split(".")[0] == "chainerx"


def test_other_names() -> None:
    assert isinstance(chx.anygraph, chx.AnyGraph)
    assert chx.is_available() is True
    assert isinstance(chx._global_context, chx.Context)
    for name in ("testing", "random", "_core", "_testing"):
        assert inspect.ismodule(getattr(chx, name))


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_attribute(name: str) -> None:
    assert hasattr(chx.ones((2, 3)).require_grad(), name)


@pytest.mark.parametrize("name", ASKED_BY_CHAINER)
def test_name_that_chainer_asks_for(name: str) -> None:
    assert hasattr(chx, name)
