"""Writes the reference pages of ops and functions."""

from __future__ import annotations

from .python import text_signature
from .table import DTYPE_CLASSES, Function, Op, Table, decomposition_of


def _classes(dtypes: list[str]) -> str:
    """'int float', naming a whole class by its name."""
    left = list(dtypes)
    out = []
    for name, members in DTYPE_CLASSES.items():
        if members and all(member in left for member in members):
            out.append(name)
            left = [dtype for dtype in left if dtype not in members]
    return " ".join([*out, *left])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _is_differentiable(function: Function, ops: dict[str, Op]) -> str:
    if function.op is None:
        return "as its parts"
    return "yes" if ops[function.op].differentiable else "no"


def functions_page(table: Table) -> str:
    ops = {op.name: op for op in table.ops}
    out = [
        "# Functions",
        "",
        "Made from `sdk/ops.toml`. In Python they are in the module `chainerx`, in C++ in the namespace.",
        "",
    ]
    for family in dict.fromkeys(f.family for f in table.functions):
        out += [
            f"## {family.replace('_', ' ').capitalize()}",
            "",
            "| function | also | dtypes | gradient | |",
            "|---|---|---|---|---|",
        ]
        for function in (f for f in table.functions if f.family == family):
            prefix = f"{function.module}." if function.module else ""
            also = [*function.aliases, *([f"a.{function.method}()"] if function.method else [])]
            also += [f"operator {function.operator}"] if function.operator else []
            if not function.python:
                also.append("C++ only; Python has its own signature")
            dtypes = _classes(ops[function.op].dtypes) if function.op else ""
            row = [
                f"`{prefix}{function.name}({text_signature(function)})`",
                ", ".join(also),
                dtypes,
            ]
            row += [_is_differentiable(function, ops), function.doc]
            out.append("| " + " | ".join(map(_cell, row)) + " |")
        out.append("")
    return "\n".join(out)


def ops_page(table: Table) -> str:
    out = [
        "# Ops",
        "",
        "What kernels implement: the contract with plugins. Made from `sdk/ops.toml`.",
        "",
    ]
    for family in dict.fromkeys(op.family for op in table.ops):
        out += [f"## {family.replace('_', ' ').capitalize()}", ""]
        out += [
            "| op | inputs | outputs | attributes | dtypes | gradient | without a kernel | |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for op in (o for o in table.ops if o.family == family):
            inputs = [
                o.name + ("..." if o.variadic else "?" if o.optional else "") for o in op.inputs
            ]
            attributes = [f"{a.name}: {a.type}" for a in op.attributes]
            row = [f"`chx.{op.name}`" + (" (primitive)" if op.primitive else ""), ", ".join(inputs)]
            row += [
                ", ".join(o.name for o in op.outputs),
                ", ".join(attributes),
                _classes(op.dtypes),
            ]
            row += [
                "yes" if op.differentiable else "no",
                ", ".join(decomposition_of(op)) or "host",
                op.doc,
            ]
            out.append("| " + " | ".join(map(_cell, row)) + " |")
        out.append("")
    return "\n".join(out)


def products(table: Table) -> dict[str, str]:
    return {"docs/ops.md": ops_page(table), "docs/functions.md": functions_page(table)}
