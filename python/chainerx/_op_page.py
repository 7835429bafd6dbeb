"""The page "which ops will run where": the ladder's own answer for a device, as a Markdown table."""

from __future__ import annotations

from typing import Any

from chainerx import _core

_SHORT = {
    "bool": "bool",
    "float16": "f16",
    "bfloat16": "bf16",
    "float32": "f32",
    "float64": "f64",
    "complex64": "c64",
    "complex128": "c128",
    **{f"int{bits}": f"i{bits}" for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": f"u{bits}" for bits in (8, 16, 32, 64)},
}


def _way(row: dict[str, Any]) -> str:
    if row["rung"] == "kernel":
        return "kernel of " + ", then ".join(row["by"])
    if row["rung"] == "decomposition":
        return "made of " + ", ".join(part.removeprefix("chx.") for part in row["by"])
    return "on the host" if row["rung"] == "host" else "nothing serves it"


def op_page(device: str) -> str:
    """A table with one row for each op and way to run it on the device, with the dtypes that go that way."""
    ways: dict[str, dict[str, list[str]]] = {}
    for row in _core.op_services(device):
        dtypes = ways.setdefault(row["op"], {}).setdefault(_way(row), [])
        dtypes.append(_SHORT[row["dtype"]])
    lines = [
        f"# Which ops run where on {device}",
        "",
        "As the fallback ladder answers when operands are contiguous. A kernel may still refuse a shape;",
        "`chainerx.fallback_stats()` counts what happened then.",
        "",
        "| op | way | dtypes |",
        "|---|---|---|",
    ]
    for op, by_way in ways.items():
        for way, dtypes in by_way.items():
            is_all = len(by_way) == 1
            lines.append(f"| `{op}` | {way} | {'all' if is_all else ' '.join(dtypes)} |")
    return "\n".join(lines) + "\n"
