"""Writes the stub of the extension module: the hand-written part with one line per function row merged in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from .python import is_spread, python_functions
from .table import Argument, Function, Table

_ROOT = Path(__file__).resolve().parent.parent.parent
_HAND_WRITTEN = _ROOT / "python/stubs/hand.pyi"
_TYPES = {
    "Array": "ndarray", "Operand": "_Operand", "Arrays": "Sequence[ndarray]", "Axes": "_Ints", "int": "SupportsIndex", "Offset": "SupportsIndex",
    "float": "float", "bool": "bool", "Scalar": "_Operand", "Shape": "_Ints", "Ints": "_Ints", "IntList": "_Ints",
    "DType": "_DTypeLike", "Device": "_DeviceLike", "str": "str", "Generator": "_Generator",
}  # fmt: skip
_RESULTS = {
    "Array": "ndarray",
    "tuple": "tuple[ndarray, ...]",
    "list": "list[ndarray]",
    "bool": "bool",
    "None": "None",
}


def _type(argument: Argument) -> str:
    text = _TYPES[argument.type]
    return text + " | None" if argument.optional or argument.default == "None" else text


def _parameters(function: Function, is_method: bool) -> list[str]:
    parts = []
    for index, argument in enumerate(function.args):
        if is_method and index == 0:
            parts.append("self")
        elif argument.variadic:
            parts.append(f"*{argument.name}: ndarray")
        else:
            if argument.keyword_only and not any(p.startswith("*") for p in parts):
                parts.append("*")
            default = "" if argument.default is None else f" = {argument.default}"
            parts.append(f"{argument.name}: {_type(argument)}{default}")
    return parts


def _definitions(
    function: Function, name: str, indent: str, is_method: bool, decorator: str = ""
) -> list[str]:
    """One line; two overloads where an argument may also be given as several integers."""
    result = _RESULTS[function.returns]
    plain = f"{indent}def {name}({', '.join(_parameters(function, is_method))}) -> {result}: ..."
    spread = [a for a in function.args if is_spread(function, a) and not a.variadic]
    if not spread:
        return [f"{indent}{decorator}", plain] if decorator else [plain]
    fixed = "self" if is_method else f"{function.args[0].name}: ndarray"
    several = f"{indent}def {name}({fixed}, *{spread[0].name}: SupportsIndex) -> {result}: ..."
    return [f"{indent}@overload", plain, f"{indent}@overload", several]


def methods(table: Table) -> list[str]:
    rows = [f for f in python_functions(table) if f.method is not None]
    return [line for f in rows for line in _definitions(f, str(f.method), "    ", True)]


def functions(table: Table) -> list[str]:
    rows = [f for f in python_functions(table) if not f.module]
    return [
        line for f in rows for name in f.python_names for line in _definitions(f, name, "", False)
    ]


def module_functions(table: Table, module: str) -> list[str]:
    rows = [f for f in python_functions(table) if f.module == module]
    return [
        line
        for f in rows
        for name in f.python_names
        for line in _definitions(f, name, "    ", False, "@staticmethod")
    ]


def generator_methods(table: Table) -> list[str]:
    """The functions that draw from a generator, as its methods: without that argument."""
    return [
        line
        for f in python_functions(table)
        if f.module == "random"
        for name in (f.name, *f.aliases)
        for line in _definitions(_as_method(f), name, "    ", True)
    ]


def _as_method(function: Function) -> Function:
    own = Argument("self", "Generator")
    rest = [a for a in function.args if a.type != "Generator"]
    return replace(function, args=[own, *rest])


def stub(table: Table) -> str:
    out = [
        "# The extension module. Made by tools/generate_ops.py from python/stubs/hand.pyi and sdk/ops.toml."
    ]
    for line in _HAND_WRITTEN.read_text().splitlines():
        marker = line.strip().removeprefix("# <generated ").removesuffix(">")
        if not line.strip().startswith("# <generated "):
            out.append(line)
        elif marker == "methods":
            out += methods(table)
        elif marker == "functions":
            out += functions(table)
        elif marker == "methods of _Generator":
            out += generator_methods(table)
        else:
            out += module_functions(table, marker)
    return "\n".join([*out, ""])


def products(table: Table) -> dict[str, str]:
    return {"python/chainerx/_core.pyi": stub(table)}
