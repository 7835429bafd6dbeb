"""Writes the op table of the conformance kit: dtypes, results and where operands of tests lie."""

from __future__ import annotations

from .table import DTYPES, Op, OpOperand, Table

_KINDS = {"elementwise": "kElementwise", "reduction": "kReduction", "irregular": "kIrregular"}


def _domains(table: Table) -> dict[str, str]:
    """The test domain of each op: that of the function which calls it, or of one of its name."""
    domains = {function.name: function.domain for function in table.functions}
    domains.update({f.op: f.domain for f in table.functions if f.op is not None})
    return domains


def _dtypes(operands: list[OpOperand]) -> str:
    codes = (-1 if o.dtype in (None, "any") else DTYPES.index(o.dtype) for o in operands)
    return "{" + ", ".join(map(str, codes)) + "}"


def _codes(op: Op) -> str:
    codes = (
        f'{{"{a.name}", offsetof(chx_attrs_{op.name}, {a.name}), {max(v for _, v in a.codes)}}}'
        for a in op.attributes
        if a.type == "code"
    )
    return "{" + ", ".join(codes) + "}"


def _families(table: Table) -> list[str]:
    """Whose headers the offsets are taken from."""
    types = ("code", "program")
    return sorted({op.family for op in table.ops for a in op.attributes if a.type in types})


def _program(op: Op) -> str:
    for a in op.attributes:
        if a.type == "program":
            return f"offsetof(chx_attrs_{op.name}, {a.name})"
    return "-1"


def _row(op: Op, domain: str) -> str:
    result = "k" + op.result.capitalize()
    mask = hex(sum(1 << DTYPES.index(name) for name in op.dtypes))
    fields = [
        f'"chx.{op.name}"',
        str(op.version),
        f"OpKind::{_KINDS[op.kind]}",
        f"ResultRule::{result}",
        str(op.primitive).lower(),
        str(op.opcode or 0),
        mask + "u",
        _dtypes(op.inputs),
        _dtypes(op.outputs),
        str(op.variadic).lower(),
        f'"{domain}"',
        _codes(op),
        _program(op),
    ]
    return "        {" + ", ".join(fields) + "},"


def op_rows(table: Table) -> str:
    domains = _domains(table)
    out = [
        "// op_rows.cc - the ops that kernels may be for. Made by tools/generate_ops.py.",
        '#include "op_rows.h"',
        "",
        *(f"#include <chx/ops/{family}.h>" for family in _families(table)),
        "",
        "namespace conformance {",
        "",
        "const std::vector<OpRow>& op_rows() {",
        "    static const std::vector<OpRow> rows = {",
        *(_row(op, domains.get(op.name, "any")) for op in table.ops if op.kind != "view"),
        "    };",
        "    return rows;",
        "}",
        "",
        "const OpRow* find_op(const std::string& name) {",
        "    for (const OpRow& row : op_rows()) {",
        "        if (row.name == name) return &row;",
        "    }",
        "    return nullptr;",
        "}",
        "",
        "}  // namespace conformance",
        "",
    ]
    return "\n".join(out)


def products(table: Table) -> dict[str, str]:
    return {"conformance/op_rows.cc": op_rows(table)}
