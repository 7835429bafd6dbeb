"""Every name of NumPy's is here, or left out on purpose; names that few programs need cost nothing until they are used."""

from __future__ import annotations

import ast
import inspect
import pickle
import subprocess
import sys
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest

import chainerx as chx
from chainerx import _deferred

# What docs/differences.md says that there is not: by what it is about.
LEFT_OUT = {
    "dates and business days": """busday_count busday_offset busdaycalendar datetime64 datetime_as_string datetime_data is_busday isnat
        timedelta64""",
    "records, matrices, text, objects": """asmatrix bmat bytes_ character flexible matrix memmap object_ rec recarray record str_ char
        strings void""",
    "state of floating-point errors": "errstate geterr geterrcall seterr seterrcall getbufsize setbufsize",
    "ufuncs and iterators as objects": "ufunc nditer nested_iters flatiter broadcast frompyfunc",
    "long double": "clongdouble longdouble float96 float128 complex192 complex256",
    "polynomials as objects": "poly1d polynomial",
    "NumPy itself": """test show_config show_runtime get_include info exceptions ctypeslib f2py lib ma core dtypes emath typing
        typecodes sctypeDict typename mintypecode ScalarType""",
    "arrays by indexing, columns first, by regular expressions": "r_ c_ asfortranarray fromregex",
}


@pytest.mark.skipif(np.__version__.startswith("1."), reason="NumPy 2 dropped many names")
def test_no_name_is_missing() -> None:
    left_out = {name for names in LEFT_OUT.values() for name in names.split()}
    names = {name for name in np.__all__ if not name.startswith("_")}
    assert sorted(n for n in names - left_out if not hasattr(chx, n)) == []


def test_no_submodule_misses_a_name() -> None:
    assert {n for n in np.linalg.__all__ if not hasattr(chx.linalg, n)} <= {"test"}
    assert {n for n in np.fft.__all__ if not hasattr(chx.fft, n)} <= {"test"}
    methods = {n for n in dir(np.random.Generator) if not n.startswith("_")}
    assert {n for n in methods if not hasattr(chx.random.Generator, n)} <= {"bit_generator"}


def test_no_method_is_missing() -> None:
    missing = {n for n in dir(np.ndarray) if not n.startswith("_") and not hasattr(chx.ndarray, n)}
    left_out = {"ctypes", "data", "getfield", "itemset", "newbyteorder", "resize"}
    left_out |= {"setfield", "setflags", "tostring"}
    assert missing <= left_out


def test_deferred_names_are_declared() -> None:
    tree = ast.parse(Path(inspect.getfile(chx)).read_text())
    (block,) = [n for n in tree.body if isinstance(n, ast.If)]
    declared = {
        (node.module, alias.name, alias.asname)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert declared == {
        (f"chainerx.{module}", name, name)
        for module, names in _deferred._NAMES.items()
        for name in names.split()
    }


CODE = """
import sys
import chainerx as chx
before = {name for name in sys.modules if name.startswith("chainerx.")}
late = {"chainerx." + name for name in %r}
assert not before & late, before & late
assert chx.polyadd([1], [2]).tolist() == [3]
assert type(chx.polyadd).__name__ == "function"
assert not {name for name in sys.modules if name in late} - {"chainerx._polynomials"}
assert "coefficients" in chx.polyint.__doc__ or chx.polyint.__doc__
import inspect
assert list(inspect.signature(chx.savetxt).parameters)[:2] == ["fname", "X"]
assert chx.array_repr.__module__ == "chainerx._printing"
assert "function" in repr(chx.require)
"""


def test_deferred_functions_are_imported_when_they_are_used() -> None:
    subprocess.run([sys.executable, "-c", CODE % list(_deferred._NAMES)], check=True)


def test_deferred_functions_are_pickled() -> None:
    stand_in = _deferred.Deferred("_polynomials", "roots")
    assert pickle.loads(pickle.dumps(stand_in)) is chx.roots or callable(chx.roots)
    assert list(inspect.signature(stand_in).parameters) == ["p"]


ALIASES = [
    "byte",
    "ubyte",
    "short",
    "ushort",
    "intc",
    "uintc",
    "int_",
    "uint",
    "intp",
    "uintp",
    "longlong",
    "ulonglong",
    "half",
    "single",
    "double",
    "csingle",
    "cdouble",
    "generic",
    "number",
    "integer",
    "signedinteger",
    "unsignedinteger",
    "inexact",
    "floating",
    "complexfloating",
]


@pytest.mark.parametrize("name", ALIASES)
def test_names_of_dtypes(name: str) -> None:
    assert getattr(chx, name) is getattr(np, name)


def test_names_of_dtypes_make_arrays() -> None:
    for name in ALIASES[:17]:
        dtype = getattr(chx, name)
        if np.dtype(dtype).name in {np.dtype(d).name for d in chx.all_dtypes}:
            assert chx.ones(1, dtype).dtype == dtype
    assert np.dtype(chx.long).char in "lq"
    assert np.dtype(chx.ulong).char in "LQ"


def test_issubdtype() -> None:
    for dtype in (*chx.all_dtypes, "float32", chx.int64, np.dtype("int8")):
        for above in (chx.integer, chx.floating, chx.number, chx.inexact, chx.generic, chx.float32):
            assert chx.issubdtype(dtype, above) == np.issubdtype(dtype, above)
    for given in ("bfloat16", ml_dtypes.bfloat16, chx.ones(1, "bfloat16").dtype):
        assert chx.issubdtype(given, chx.floating)
        assert chx.issubdtype(given, chx.number)
        assert chx.issubdtype(given, "bfloat16")
        assert not chx.issubdtype(given, chx.integer)
        assert not chx.issubdtype(given, chx.complexfloating)
    assert not chx.issubdtype("float32", "bfloat16")
    assert chx.issubdtype(chx.ones(1).dtype, chx.floating)


def test_common_type() -> None:
    make = lambda *dtypes: [chx.ones(1, d) for d in dtypes]  # noqa: E731
    assert chx.common_type(*make("float32", "float64")) is np.float64
    assert chx.common_type(*make("float32", "complex64")) is np.complex64
    assert chx.common_type(*make("int64")) is np.float32
    assert chx.common_type(*make("float16")) is np.float16
    assert chx.common_type(*make("bfloat16")) is ml_dtypes.bfloat16
    with pytest.raises(chx.DtypeError):
        chx.common_type(*make("bool"))


def test_min_scalar_type() -> None:
    for value in (3, -3, 300, 1e50, 1j, True):
        assert chx.min_scalar_type(value) == np.min_scalar_type(value)
    assert chx.min_scalar_type(chx.array(200)) == np.uint8
    assert chx.min_scalar_type(chx.array([200])) == np.int64
    assert chx.min_scalar_type(chx.ones((), "bfloat16")).name == "bfloat16"


def test_facts() -> None:
    assert chx.isscalar(3.1)
    assert not chx.isscalar(chx.ones(()))
    assert chx.iterable(chx.ones(2))
    assert not chx.iterable(3)
