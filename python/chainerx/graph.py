"""Drawings of the computational graph behind arrays."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from chainerx import _core
from chainerx._core import BackpropId, Graph, ndarray


def of(arrays: ndarray | Sequence[ndarray], backprop_id: BackpropId | None = None) -> Graph:
    """What lies behind the arrays: nodes (op calls and leaves), and which results they use."""
    return _core._graph_of([arrays] if isinstance(arrays, ndarray) else list(arrays), backprop_id)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def to_text(arrays: ndarray | Sequence[ndarray], backprop_id: BackpropId | None = None) -> str:
    """The graph as lines of text: every node before those that it is made of, which are indented. A node that was shown before is
    only named."""
    roots = [arrays] if isinstance(arrays, ndarray) else list(arrays)
    graph = of(roots, backprop_id)
    lines: list[str] = []
    seen: set[int] = set()
    # A stack: graphs are deeper than Python's recursion.
    waiting = [(node, 0) for node, _ in reversed(graph.arrays) if node >= 0]
    while waiting:
        index, depth = waiting.pop()
        node = graph.nodes[index]
        outputs = ", ".join(f"{dtype.name} {shape}" for shape, dtype in node.outputs)
        again = " (as above)" if index in seen and node.inputs else ""
        lines.append(f"{'  ' * depth}{'leaf' if node.is_leaf else node.name}: {outputs}{again}")
        if index not in seen:
            waiting += [(source, depth + 1) for source, _ in reversed(node.inputs)]
        seen.add(index)
    return "".join(line + "\n" for line in lines)


def to_dot(
    arrays: ndarray | Sequence[ndarray],
    names: Mapping[str, ndarray] | None = None,
    backprop_id: BackpropId | None = None,
) -> str:
    """The graph in the language of Graphviz. names: what to call arrays in it, for example parameters."""
    roots = [arrays] if isinstance(arrays, ndarray) else list(arrays)
    names = names or {}
    graph = of([*roots, *names.values()], backprop_id)
    labels: dict[tuple[int, int], str] = dict(zip(graph.arrays[len(roots) :], names, strict=True))
    lines = ["digraph chainerx {", "  rankdir=TB;", '  node [fontname="sans-serif", fontsize=11];']
    lines.append('  edge [fontname="sans-serif", fontsize=9, color="#666666"];')
    for index, node in enumerate(graph.nodes):
        outputs = [f"{dtype.name} {shape}" for shape, dtype in node.outputs]
        title = labels.get((index, 0), "leaf" if node.is_leaf else node.name)
        style = (
            "shape=ellipse, style=filled, fillcolor="
            if node.is_leaf
            else 'shape=box, style="filled,rounded", fillcolor='
        )
        color = '"#d5e8d4"' if node.is_leaf else '"#dae8fc"'
        label = _quoted("\n".join([title, *outputs] if node.is_leaf else [title]))
        lines.append(f"  n{index} [label={label}, {style}{color}];")
        for source, output in node.inputs:
            shape, _ = graph.nodes[source].outputs[output]
            lines.append(f"  n{source} -> n{index} [label={_quoted(str(shape))}];")
    for index, (node_index, output) in enumerate(graph.arrays[: len(roots)]):
        if node_index < 0:
            continue
        shape, dtype = graph.nodes[node_index].outputs[output]
        label = _quoted(f"result\n{dtype.name} {shape}")
        lines.append(
            f'  r{index} [label={label}, shape=ellipse, style=filled, fillcolor="#fff2cc"];'
        )
        lines.append(f"  n{node_index} -> r{index};")
    return "\n".join([*lines, "}", ""])


def draw(
    arrays: ndarray | Sequence[ndarray],
    path: str | os.PathLike[str],
    names: Mapping[str, ndarray] | None = None,
    backprop_id: BackpropId | None = None,
) -> Path:
    """Draws the graph behind the arrays into a file; its ending (.svg, .png, .pdf, .dot) says what kind. Returns the path written.

    Needs Graphviz's program ``dot`` for all but .dot; without it the drawing's source is written beside, with that ending.
    """
    return _write(to_dot(arrays, names, backprop_id), path)


def _write(source: str, path: str | os.PathLike[str]) -> Path:
    # With what they import they would take an eighth of the time that the package's import takes.
    import shutil
    import subprocess

    target = Path(path)
    program = shutil.which("dot")
    if target.suffix == ".dot" or program is None:
        written = target.with_suffix(".dot")
        written.write_text(source)
        if target.suffix != ".dot":
            print(
                f"graph.draw: Graphviz is not installed, wrote {written} instead; "
                f"install graphviz and run: dot -T{target.suffix[1:]} {written} -o {target}",
                file=sys.stderr,
            )
        return written
    command = [program, f"-T{target.suffix[1:] or 'svg'}", "-o", os.fspath(target)]
    subprocess.run(command, input=source, text=True, check=True)
    return target
