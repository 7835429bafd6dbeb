"""Writes the Python binding of the functions: one C function per row, in one file per family, and their tables."""

from __future__ import annotations

from .core import camel, cpp_namespace
from .table import Argument, Function, Table, TableError

# Rows whose first sequence argument may also be given as several integers: a.reshape(2, 3).
SPREADING = {"reshape": "shape", "transpose": "axes"}
_SUFFIX = {
    "Array": "array", "Operand": "operand", "Axes": "ints", "int": "integer", "Offset": "offset", "float": "number", "bool": "boolean",
    "Scalar": "scalar", "Shape": "ints", "Ints": "ints", "IntList": "int_list", "DType": "dtype",
    "str": "string",
}  # fmt: skip
_PYTHON_TYPES = {
    "Array": "ndarray", "Operand": "ndarray or scalar", "Arrays": "sequence of ndarray", "Axes": "int or sequence of int",
    "int": "int", "Offset": "int", "float": "float", "bool": "bool", "Scalar": "scalar", "Shape": "int or sequence of int",
    "Ints": "int or sequence of int", "IntList": "int or sequence of int", "DType": "dtype", "Device": "Device or str", "str": "str",
    "ArrayLists": "sequence of sequences of ndarray", "Generator": "Generator",
}  # fmt: skip


def python_functions(table: Table) -> list[Function]:
    return [f for f in table.functions if f.python]


def is_spread(function: Function, argument: Argument) -> bool:
    return argument.variadic or SPREADING.get(function.name) == argument.name


def _default(argument: Argument) -> str:
    """The C++ expression for an absent argument, for the accessors that take one."""
    text = argument.default
    if argument.type in ("Axes", "Ints", "Shape"):
        return "{" + text.strip("()").rstrip(",") + "}"
    if argument.type == "DType":
        return {
            "float32": "DType::kFloat32",
            "float64": "DType::kFloat64",
            "int64": "DType::kInt64",
        }[text.strip("'")]
    if argument.type == "str":
        return '"' + text.strip("'") + '"'
    return text.lower() if text in ("True", "False") else text


def accessor(function: Function, index: int) -> str:
    """The C++ expression that converts argument number `index`."""
    argument = function.args[index]
    if argument.type == "Arrays":
        return f"a.arrays({index})"
    if argument.type == "Device":
        return f"a.device({index})"
    if argument.type == "Generator":
        return f"to_optional_generator(a.object({index}))"
    if argument.type not in _SUFFIX:
        raise TableError(
            f"function {function.name}: arguments of type {argument.type} have no conversion from Python"
        )
    suffix = _SUFFIX[argument.type]
    if is_spread(function, argument):
        return (
            f"a.spread_ints({index})" if argument.optional else f"a.required_spread_ints({index})"
        )
    optional = argument.optional or (argument.default == "None")
    if optional and argument.default not in (None, "None"):
        return f"(a.has({index}) ? a.optional_{suffix}({index}) : {_default(argument)})"
    if optional:
        return f"a.optional_{suffix}({index})"
    if argument.default is None:
        return f"a.{suffix}({index})"
    return f"a.{suffix}({index}, {_default(argument)})"


def text_signature(function: Function, first: str | None = None) -> str:
    """'a, axis=None'; for a method, `first` replaces the first argument."""
    parts = []
    is_keyword_only = False
    for index, argument in enumerate(function.args):
        if index == 0 and first is not None:
            parts.append(first)
            continue
        if (
            argument.keyword_only
            and not is_keyword_only
            and not any(a.variadic for a in function.args)
        ):
            parts.append("*")
        is_keyword_only = is_keyword_only or argument.keyword_only
        name = f"*{argument.name}" if argument.variadic else argument.name
        parts.append(name if argument.default is None else f"{name}={argument.default}")
    return ", ".join(parts)


def type_text(argument: Argument) -> str:
    text = "ndarray" if argument.variadic else _PYTHON_TYPES[argument.type]
    if argument.optional or argument.default == "None":
        text += " or None"
    return text if argument.default is None else f"{text}, optional"


def docstring(function: Function, name: str, is_method: bool = False) -> str:
    """In numpydoc's form, with the signature where inspect.signature() looks for it."""
    signature = text_signature(function, "$self, /" if is_method else None)
    lines = [f"{name}({signature})", "--", "", *function.doc.split("\n")]
    arguments = function.args[1:] if is_method else function.args
    if arguments:
        lines += ["", "Parameters", "----------"]
        lines += [
            f"{'*' if a.variadic else ''}{a.name} : {type_text(a)}"
            + (f", also called {a.other_name}" if a.other_name else "")
            for a in arguments
        ]
    if function.returns != "None":
        result = {"Array": "ndarray", "tuple": "tuple of ndarray", "list": "list of ndarray"}
        lines += ["", "Returns", "-------", result.get(function.returns, function.returns)]
    return "\n".join(lines) + "\n"


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return "\n        ".join(f'"{line}\\n"' for line in escaped.rstrip("\n").split("\n"))


def _wrap(function: Function, call: str) -> str:
    if function.returns == "None":
        return f"{call};\n        Py_RETURN_NONE;"
    if function.returns == "bool":
        return f"return PyBool_FromLong({call});"
    wrap = {"tuple": "wrap_tuple", "list": "wrap_list"}.get(function.returns, "wrap")
    return f"return {wrap}({call});"


def _identifier(function: Function) -> str:
    return f"call_{function.module}_{function.name}" if function.module else f"call_{function.name}"


def _c_function(function: Function) -> str:
    positional = sum(1 for a in function.args if not a.keyword_only)
    required = 0
    for index, argument in enumerate(function.args):
        if argument.default is None and not argument.variadic:
            required = index + 1
    spread = next((i for i, a in enumerate(function.args) if is_spread(function, a)), -1)
    names = ", ".join(f'"{a.name}"' for a in function.args)
    others = ", ".join(
        f'{{"{a.other_name}", {i}}}' for i, a in enumerate(function.args) if a.other_name
    )
    names = f"{{{names}}}" + (f", {{{others}}}" if others else "")
    values = ", ".join(accessor(function, i) for i in range(len(function.args)))
    name = f"{cpp_namespace(function)}::{function.name}"
    if function.op is not None and [a.type for a in function.args] == ["Operand", "Operand"]:
        body = f"return wrap_binary(internal::kOp{camel(function.op)}, {{{values}}});"
    else:
        body = _wrap(function, f"{name}({values})")
    return f"""\
PyObject* {_identifier(function)}(PyObject* self, PyObject* const* args, Py_ssize_t n, PyObject* keywords) noexcept {{
    static constexpr Signature signature{{"{function.name}", {len(function.args)}, {required}, {positional}, {spread}, {names}}};
    return call<signature>(self, args, n, keywords, []([[maybe_unused]] const Arguments& a) -> PyObject* {{
        {body}
    }});
}}
"""


def _entries(functions: list[Function], are_methods: bool) -> list[str]:
    out = []
    for function in functions:
        names = [function.method] if are_methods else function.python_names
        out += [
            f'    method_def("{name}", {_identifier(function)},\n        {_literal(docstring(function, name, are_methods))}),'
            for name in names
            if name is not None
        ]
    return out


def family_file(functions: list[Function], family: str) -> str:
    out = [
        f"// functions_{family}.cc - the Python functions of the family {family}. Made by tools/generate_ops.py."
    ]
    out += [
        f'#include "chainerx/ops/{family}.h"',
        '#include "binary_call.h"',
        '#include "dispatch/op_ids.h"',
        '#include "generator.h"',
        '#include "op_arguments.h"',
        "",
        "namespace chainerx::python {",
        "namespace {",
        "",
    ]
    out += [_c_function(function) for function in functions]
    out += ["}  // namespace", ""]
    for kind, are_methods in (("functions", False), ("methods", True)):
        out.append(f"extern const PyMethodDef {family}_{kind}[];")
        out += [
            f"const PyMethodDef {family}_{kind}[] = {{",
            *_entries(functions, are_methods),
            "    {},",
            "};",
            "",
        ]
    out += ["}  // namespace chainerx::python", ""]
    return "\n".join(out)


def _groups(table: Table) -> dict[tuple[str, str], list[Function]]:
    """(submodule, family) -> functions. A family is of one submodule."""
    groups: dict[tuple[str, str], list[Function]] = {}
    for function in python_functions(table):
        groups.setdefault((function.module, function.family), []).append(function)
    families = [family for _, family in groups]
    if len(families) != len(set(families)):
        raise TableError("a family has functions of several submodules")
    return groups


def tables_file(table: Table) -> str:
    groups = _groups(table)
    out = [
        "// function_tables.cc - the tables of all families. Made by tools/generate_ops.py.",
        '#include "function_tables.h"',
        "",
    ]
    out += ["namespace chainerx::python {", ""]
    for _, family in groups:
        out += [
            f"extern const PyMethodDef {family}_functions[];",
            f"extern const PyMethodDef {family}_methods[];",
        ]
    out += ["", "const FunctionTable kFunctionTables[] = {"]
    out += [
        f'    {{"{module}", {family}_functions, {family}_methods}},' for module, family in groups
    ]
    out += ["    {nullptr, nullptr, nullptr},", "};", "", "}  // namespace chainerx::python", ""]
    return "\n".join(out)


def products(table: Table) -> dict[str, str]:
    out = {"python/function_tables.cc": tables_file(table)}
    for (_, family), functions in _groups(table).items():
        out[f"python/functions_{family}.cc"] = family_file(functions, family)
    return out
