"""Writes the reference pages of ops and functions."""

from __future__ import annotations

from .python import text_signature
from .table import DTYPE_CLASSES, Table, decomposition_of


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
            if function.python is not True:
                also.append("Python has its own signature")
            dtypes = _classes(ops[function.op].dtypes) if function.op else ""
            row = [
                f"`{prefix}{function.name}({text_signature(function)})`",
                ", ".join(also),
                dtypes,
            ]
            row += [table.gradient(function) if function.takes_arrays else "", function.doc]
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


_GRADIENTS = {
    "yes": "Differentiable, to any order",
    "part": "Differentiable in part",
    "zero": "Constant between steps: the gradient is zero",
    "no": "Not differentiable: results are outside of every graph",
}


def gradients_page(table: Table) -> str:
    """Which functions and ops have gradients, by kind and family."""
    out = [
        "# Gradients",
        "",
        "Made from `sdk/ops.toml`. Gradients of functions are those of the ops that they are made of, and are made of ops themselves.",
        "Integers and bool have none, whatever stands here: indices, conditions and labels.",
        "",
    ]

    def kind_of(gradient: str) -> str:
        return gradient if gradient in _GRADIENTS else "part"

    def names(kind: str, family: str) -> list[str]:
        functions = [
            (f"{f.module}." if f.module else "") + f.name
            + (f" ({table.gradient(f)})" if kind == "part" else "")
            for f in table.functions
            if f.family == family and f.takes_arrays and kind_of(table.gradient(f)) == kind
        ]  # fmt: skip
        ops = [
            f"chx.{op.name}"
            for op in table.ops
            if op.family == family and op.kind != "view" and kind_of(op.gradient) == kind
        ]
        return [", ".join(functions), ", ".join(ops)]

    for kind, title in _GRADIENTS.items():
        out += [f"## {title}", "", "| family | functions | ops |", "|---|---|---|"]
        for family in table.families():
            cells = names(kind, family)
            if any(cells):
                out.append(f"| {family.replace('_', ' ')} | {cells[0]} | {cells[1]} |")
        out.append("")
    return "\n".join(out)


def products(table: Table) -> dict[str, str]:
    return {
        "docs/ops.md": ops_page(table),
        "docs/functions.md": functions_page(table),
        "docs/gradients.md": gradients_page(table),
    }
