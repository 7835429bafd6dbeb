"""Writes the checked-in part of the contract: sdk/include/chx/ops/<family>.h and opcodes.h."""

from __future__ import annotations

import textwrap

from .table import Attribute, Op, Table

_C_TYPES = {
    "bool": "int32_t",
    "code": "int32_t",
    "i64": "int64_t",
    "f64": "double",
    "dtype": "chx_dtype",
}


def attribute_layout(op: Op) -> tuple[list[tuple[str, str]], list[tuple[int, int]]]:
    """(C declaration, comment) of each field, padded by hand so that no compiler pads; and (minor of the ABI, size) for each
    size that the struct has had."""
    fields = [("uint32_t struct_size", "")]
    sizes = []
    offset, padding = 4, 0

    def align(size: int) -> None:
        nonlocal offset, padding
        if offset % size:
            fields.append((f"uint32_t reserved{padding or ''}", "0"))
            padding += 1
            offset += 4

    since = op.attributes[0].since
    for attribute in op.attributes:
        if attribute.since != since:
            align(8)
            sizes.append((since, offset))
            since = attribute.since
        if attribute.type == "i64s":
            align(8)
            fields.append((f"int64_t n_{attribute.name}", ""))
            fields.append(
                (f"int64_t {attribute.name}[CHX_MAX_NDIM]", f"the first n_{attribute.name} count")
            )
            offset += 8 * 17
        elif attribute.type == "program":
            align(4)
            fields.append((f"chx_program {attribute.name}", ""))
            offset += 8 + 8 * 48
        else:
            size = 8 if attribute.type in ("i64", "f64") else 4
            align(size)
            comment = "0 or 1" if attribute.type == "bool" else ""
            if attribute.codes:
                comment = ", ".join(f"{value} {name}" for name, value in attribute.codes)
            fields.append((f"{_C_TYPES[attribute.type]} {attribute.name}", comment))
            offset += size
    align(8)
    sizes.append((since, offset))
    return fields, sizes


def _operands(op: Op) -> str:
    def show(o: object) -> str:
        name = o.name + ("?" if o.optional else "..." if o.variadic else "")
        return f"{name}: {o.dtype}" if o.dtype else name

    return f"({', '.join(map(show, op.inputs))}) -> ({', '.join(map(show, op.outputs))})"


def _op_comment(op: Op) -> str:
    text = f"chx.{op.name} v{op.version} {_operands(op)}. {op.doc} Dispatch dtypes: {' '.join(op.dtypes)}."
    lines = textwrap.wrap(text, 96)
    return "/* " + "\n * ".join(lines) + " */"


def _codes(op: Op, attribute: Attribute) -> list[str]:
    return [
        f"#define CHX_{op.name.upper()}_{attribute.name.upper()}_{name.upper()} {value}"
        for name, value in attribute.codes
    ]


def family_header(table: Table, family: str) -> str:
    ops = [op for op in table.ops if op.family == family and op.kind != "view"]
    guard = f"CHX_OPS_{family.upper()}_H"
    program = any(a.type == "program" for op in ops for a in op.attributes)
    out = [
        f"/* {family}.h - the {family.replace('_', ' ')} ops of the contract. Made by tools/generate_ops.py from sdk/ops.toml. */",
        f"#ifndef {guard}",
        f"#define {guard}",
        "",
        f'#include "chx/{"chx_fused.h" if program else "chx_plugin.h"}"',
        "",
    ]
    for op in ops:
        out.append(_op_comment(op))
        out.append(f'#define CHX_OP_{op.name.upper()} "chx.{op.name}"')
        out.append(f"#define CHX_OP_{op.name.upper()}_VERSION {op.version}u")
        if op.attributes:
            for attribute in op.attributes:
                out += _codes(op, attribute)
            out.append(f"typedef struct chx_attrs_{op.name} {{")
            for declaration, comment in attribute_layout(op)[0]:
                out.append(f"    {declaration};" + (f" /* {comment} */" if comment else ""))
            out.append(f"}} chx_attrs_{op.name};")
        out.append("")
    out += ["#endif", ""]
    return "\n".join(out)


def opcodes_header(table: Table) -> str:
    out = [
        "/* opcodes.h - the instructions of chx.fused_elementwise programs. Made by tools/generate_ops.py from sdk/ops.toml. */",
        "#ifndef CHX_OPS_OPCODES_H",
        "#define CHX_OPS_OPCODES_H",
        "",
    ]
    ops = sorted((op for op in table.ops if op.opcode is not None), key=lambda op: op.opcode or 0)
    for op in ops:
        out.append(f"#define CHX_OPCODE_{op.name.upper()} {op.opcode} /* {_operands(op)} */")
    out += [f"#define CHX_N_OPCODES {(ops[-1].opcode or 0) + 1}", "", "#endif", ""]
    return "\n".join(out)


def products(table: Table) -> dict[str, str]:
    out = {
        f"sdk/include/chx/ops/{family}.h": family_header(table, family)
        for family in table.families()
        if any(op.family == family and op.kind != "view" for op in table.ops)
    }
    out["sdk/include/chx/ops/opcodes.h"] = opcodes_header(table)
    return out
