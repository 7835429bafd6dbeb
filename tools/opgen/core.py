"""Writes what the core compiles: op ids, the table of ops, and the declarations and plain definitions of functions."""

from __future__ import annotations

import textwrap

from .sdk import attribute_layout
from .table import DTYPES, Argument, Function, Op, Table, decomposition_of

_KINDS = {
    "elementwise": "kElementwise",
    "view": "kView",
    "reduction": "kReduction",
    "irregular": "kIrregular",
}


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def op_ids(table: Table) -> str:
    out = [
        "// op_ids.h - dense ids of the built-in ops. Made by tools/generate_ops.py.",
        "#pragma once",
        "",
        "#include <cstdint>",
        "",
    ]
    out += ["namespace chainerx::internal {", "", "enum OpId : uint16_t {"]
    out += [f"    kOp{camel(op.name)}," for op in table.ops]
    out += ["    kOpBuiltinCount,", "};", "", "}  // namespace chainerx::internal", ""]
    return "\n".join(out)


def _has_infer(op: Op) -> bool:
    return op.kind == "irregular"


def _mask(op: Op, side: str) -> int:
    operands = op.inputs if side == "in" else op.outputs
    return sum(1 << i for i, operand in enumerate(operands) if operand.name in (op.saves or []))


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _takes_one_dtype(op: Op) -> bool:
    return all(operand.dtype is None for operand in op.inputs)


def _is_plain(op: Op) -> bool:
    return (
        op.kind == "elementwise"
        and not op.variadic
        and not op.attributes
        and _takes_one_dtype(op)
        and [operand.dtype for operand in op.outputs] == [None]
    )


def _is_direct(op: Op) -> bool:
    return (
        op.kind in ("reduction", "irregular")
        and not op.variadic
        and op.dispatch != "attribute"
        and len(op.inputs) > 0
        and op.inputs[0].dtype is None
    )


def _dtype_code(dtype: str | None) -> str:
    if dtype is None:
        return "kFreeDType"
    return "kAnyDType" if dtype == "any" else str(DTYPES.index(dtype))


def _dtype_array(name: str, operands: list) -> str:
    codes = ", ".join(_dtype_code(o.dtype) for o in operands)
    return f"constexpr uint8_t {name}[] = {{{codes}}};"


def _has_grown(op: Op) -> bool:
    return op.kind != "view" and len({a.since for a in op.attributes}) > 1


def ops_table(table: Table) -> str:
    families = dict.fromkeys(op.family for op in table.ops if op.kind != "view" and op.attributes)
    out = [
        "// ops_table.cc - the table of built-in ops. Made by tools/generate_ops.py.",
        '#include "dispatch/dispatch.h"',
    ]
    out += [f'#include "chx/ops/{family}.h"' for family in families]
    out += ["", "namespace chainerx::internal {", ""]
    for op in table.ops:
        if _has_infer(op):
            out.append(f"void infer_{op.name}(InferContext& context);")
        if op.differentiable:
            out.append(f"void gradient_{op.name}(GradientContext& context);")
        if op.decomposes:
            out.append(
                f"void decompose_{op.name}(const Operand* inputs, int n_inputs, const void* attrs, Array* outputs);"
            )
    out += ["", "// Element-wise ops with an opcode share one: a program of one instruction."]
    out += [
        "void run_as_program(const OpDef& op, const Operand* inputs, int n_inputs, Array* outputs);",
        "",
        "namespace {",
        "",
    ]
    out += [
        "template <uint16_t kId>",
        "void decompose_to_program(const Operand* inputs, int n_inputs, const void*, Array* outputs) {",
    ]
    out += ["    run_as_program(kOps[kId], inputs, n_inputs, outputs);", "}", ""]
    for op in table.ops:
        out.append(_dtype_array(f"kInputs{camel(op.name)}", op.inputs))
        out.append(_dtype_array(f"kOutputs{camel(op.name)}", op.outputs))
        leaves = [f"kOp{camel(name)}" for name in decomposition_of(op)]
        out.append(
            f"constexpr uint16_t kLeaves{camel(op.name)}[] = {{{', '.join([*leaves, 'kNoOp'])}}};"
        )
        if _has_grown(op):
            sizes = [f"{{{since}, {size}}}" for since, size in attribute_layout(op)[1]]
            out.append(
                f"constexpr AttrsSize kAttrsSizes{camel(op.name)}[] = {{{', '.join([*sizes, '{0, 0}'])}}};"
            )
    out += ["", "}  // namespace", "", "const OpDef kOps[] = {"]
    for op in table.ops:
        name = camel(op.name)
        decompose = (
            f"decompose_{op.name}"
            if op.decomposes
            else f"decompose_to_program<kOp{name}>"
            if op.opcode is not None
            else "nullptr"
        )
        fields = [
            f'"{op.name}"',
            f"kOp{name}",
            str(op.version),
            f"OpKind::{_KINDS[op.kind]}",
            f"DispatchRule::k{camel(op.dispatch)}",
            f"ResultRule::k{camel(op.result)}",
            _flag(op.variadic),
            _flag(op.primitive),
            str(len(op.inputs) - op.variadic),
            str(len(op.outputs)),
            str(op.opcode or 0),
            hex(sum(1 << DTYPES.index(d) for d in op.dtypes)) + "u",
            f"sizeof(chx_attrs_{op.name})" if op.attributes and op.kind != "view" else "0",
            f"kInputs{name}",
            f"kOutputs{name}",
            f"{sum(1 << i for i, o in enumerate(op.outputs) if o.auxiliary)}u",
            f"{_mask(op, 'in')}u",
            f"{_mask(op, 'out')}u",
            f"infer_{op.name}" if _has_infer(op) else "nullptr",
            f"gradient_{op.name}" if op.differentiable else "nullptr",
            decompose,
            f"kLeaves{name}",
            _flag(_takes_one_dtype(op)),
            _flag(_is_plain(op)),
            f"kAttrsSizes{name}" if _has_grown(op) else "nullptr",
            _flag(op.kind == "view" or op.complex_gradient == "own"),
            _flag(_is_direct(op)),
        ]
        out.append("    {" + ", ".join(fields) + "},")
    out += [
        "};",
        f"const uint16_t kBuiltinOpCount = {len(table.ops)};",
        "",
        "}  // namespace chainerx::internal",
        "",
    ]
    return "\n".join(out)


_CPP_TYPES = {
    "Array": "const Array&",
    "Operand": "const Operand&",
    "Arrays": "const std::vector<Array>&",
    "Axes": "const Axes&",
    "int": "int64_t",
    "Offset": "int64_t",
    "float": "double",
    "bool": "bool",
    "Scalar": "const Scalar&",
    "Shape": "const Shape&",
    "Ints": "const Dims&",
    "IntList": "const std::vector<int64_t>&",
    "DType": "DType",
    "Device": "Device*",
    "str": "std::string_view",
    "ArrayLists": "const std::vector<std::vector<Array>>&",
    "Generator": "random::Generator*",
}
_CPP_OPTIONAL = {
    "Array": "const Array&",
    "Axes": "const std::optional<Axes>&",
    "int": "std::optional<int64_t>",
    "float": "std::optional<double>",
    "Scalar": "const std::optional<Scalar>&",
    "DType": "std::optional<DType>",
    "Device": "Device*",
    "Ints": "const std::optional<Dims>&",
    "Operand": "const Operand&",
    "bool": "std::optional<bool>",
    "Shape": "const std::optional<Shape>&",
    "str": "std::string_view",
    "Generator": "random::Generator*",
}


# Words that C++ keeps for itself, and what stands for them.
_RESERVED = {"default": "fallback"}


def cpp_name(argument: Argument) -> str:
    return _RESERVED.get(argument.name, argument.name)


def cpp_type(argument: Argument) -> str:
    return _CPP_OPTIONAL[argument.type] if argument.optional else _CPP_TYPES[argument.type]


def _cpp_default(argument: Argument) -> str:
    text = argument.default
    if text is None:
        return ""
    if text == "None":
        value = {
            "Array": "Array()",
            "Device": "nullptr",
            "Generator": "nullptr",
            "Operand": "Operand()",
            "str": '""',
        }.get(argument.type, "std::nullopt")
    elif text in ("True", "False"):
        value = text.lower()
    elif text.startswith("'"):
        value = '"' + text[1:-1] + '"'
    elif argument.type in ("Axes", "Ints", "Shape"):
        value = f"{argument.type if argument.type != 'Ints' else 'Dims'}{{{text.strip('()').rstrip(',')}}}"
    elif argument.type == "DType":
        value = (
            "DType::k"
            + {"float32": "Float32", "float64": "Float64", "int64": "Int64"}[text.strip("'")]
        )
    else:
        value = text
    return f" = {value}"


def cpp_result(function: Function) -> str:
    return {"Array": "Array", "bool": "bool", "None": "void"}.get(
        function.returns, "std::vector<Array>"
    )


def cpp_signature(function: Function, defaults: bool) -> str:
    arguments = ", ".join(
        f"{cpp_type(a)} {cpp_name(a)}" + (_cpp_default(a) if defaults else "")
        for a in function.args
    )
    return f"{cpp_result(function)} {function.name}({arguments})"


def cpp_namespace(function: Function) -> str:
    return "chainerx::" + function.module if function.module else "chainerx"


def family_header(table: Table, family: str) -> str:
    functions = [f for f in table.functions if f.family == family]
    out = [
        f"// {family}.h - {family.replace('_', ' ')} functions. Made by tools/generate_ops.py from sdk/ops.toml.",
        "#pragma once",
        "",
    ]
    out += [
        "#include <optional>",
        "#include <string_view>",
        "#include <vector>",
        "",
        '#include "chainerx/array.h"',
        "",
    ]
    if any(a.type == "Generator" for f in functions for a in f.args):
        out += ["namespace chainerx::random {", "class Generator;  // chainerx/random.h", "}", ""]
    for namespace in dict.fromkeys(map(cpp_namespace, functions)):
        out += [f"namespace {namespace} {{", ""]
        for function in functions:
            if cpp_namespace(function) != namespace:
                continue
            for paragraph in function.doc.split("\n"):
                out += ["// " + line for line in textwrap.wrap(paragraph, 100)] or ["//"]
            out.append(f"CHAINERX_EXPORT {cpp_signature(function, defaults=True)};")
            out += [
                f"inline {cpp_result(function)} {alias}({', '.join(f'{cpp_type(a)} {cpp_name(a)}{_cpp_default(a)}' for a in function.args)}) {{ "
                f"return {function.name}({', '.join(map(cpp_name, function.args))}); }}"
                for alias in function.aliases
            ]
            out.append("")
        out += [f"}}  // namespace {namespace}", ""]
    return "\n".join(out)


def umbrella(table: Table) -> str:
    families = dict.fromkeys(f.family for f in table.functions)
    out = ["// ops.h - all functions. Made by tools/generate_ops.py.", "#pragma once", ""]
    out += [f'#include "chainerx/ops/{family}.h"' for family in sorted(families)]
    return "\n".join([*out, ""])


def plain_functions(table: Table) -> str:
    out = [
        "// ops_functions.cc - functions that only call an element-wise op. Made by tools/generate_ops.py.",
        '#include "chainerx/ops.h"',
    ]
    out += ['#include "dispatch/dispatch.h"', "", "namespace chainerx {", ""]
    for function in table.functions:
        if function.op is None:
            continue
        names = ", ".join(map(cpp_name, function.args))
        out.append(
            f"{cpp_signature(function, defaults=False)} {{ return internal::call(internal::kOps[internal::kOp{camel(function.op)}], {{{names}}}); }}"
        )
    out += ["", "}  // namespace chainerx", ""]
    return "\n".join(out)


def products(table: Table) -> dict[str, str]:
    out = {
        "core/dispatch/op_ids.h": op_ids(table),
        "core/ops_table.cc": ops_table(table),
        "core/ops_functions.cc": plain_functions(table),
        "core/chainerx/ops.h": umbrella(table),
    }
    for family in dict.fromkeys(f.family for f in table.functions):
        out[f"core/chainerx/ops/{family}.h"] = family_header(table, family)
    return out
