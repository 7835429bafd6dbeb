"""Drawing graphs and losses, and progress bars."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import chainerx as chx


def loss_of(w: chx.ndarray, b: chx.ndarray) -> chx.ndarray:
    x = chx.ones((4, 2))
    return chx.relu(x @ w + b).sum()


def test_nodes_and_edges() -> None:
    w, b = chx.ones((2, 3)).require_grad(), chx.ones(3).require_grad()
    graph = chx.graph.of(loss_of(w, b))
    names = [node.name for node in graph.nodes if not node.is_leaf]
    assert names == ["matmul", "add", "relu", "sum"]
    assert sum(node.is_leaf for node in graph.nodes) == 2
    last = graph.nodes[graph.arrays[0][0]]
    assert last.name == "sum"
    assert last.outputs == [((), chx.dtype("float32"))]
    assert not last.is_released
    for index, node in enumerate(graph.nodes):
        assert all(source < index for source, _ in node.inputs)
    assert chx.graph.of(chx.ones(2)).nodes == []
    assert chx.graph.of(chx.ones(2)).arrays == [(-1, 0)]


def test_a_long_chain() -> None:
    y = chx.ones(1).require_grad()
    for _ in range(20000):
        y = y + 1
    assert len(chx.graph.of(y).nodes) == 20001


def test_dot_source(tmp_path: Path) -> None:
    w, b = chx.ones((2, 3)).require_grad(), chx.ones(3).require_grad()
    source = chx.graph.to_dot(loss_of(w, b), names={"w": w, 'the "bias"': b})
    assert source.startswith("digraph")
    assert '"w\\nfloat32 (2, 3)"' in source
    assert '\\"bias\\"' in source
    written = chx.graph.draw([loss_of(w, b)], tmp_path / "g.dot")
    assert written == tmp_path / "g.dot"
    assert "matmul" in written.read_text()


def test_drawing_without_graphviz(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    written = chx.graph.draw(chx.ones(1).require_grad() * 2, tmp_path / "g.svg")
    assert written == tmp_path / "g.dot"
    assert "Graphviz is not installed" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz's dot")
def test_drawing_with_graphviz(tmp_path: Path) -> None:
    w, b = chx.ones((2, 3)).require_grad(), chx.ones(3).require_grad()
    written = chx.graph.draw(loss_of(w, b), tmp_path / "g.svg", names={"w": w})
    assert written == tmp_path / "g.svg"
    assert "<svg" in written.read_text()
    assert subprocess.run(["dot", "-V"], check=False).returncode == 0


def test_loss_curve(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert chx.plot.loss([3, 2.0, chx.array(1.0)], tmp_path / "a.png").stat().st_size > 1000
    chx.plot.loss(
        {"train": [(0, 1.0), (10, 0.5)], "test": [(0, 1.5)]},
        tmp_path / "b.png",
        title="digits",
        log=True,
    )
    assert (tmp_path / "b.png").read_bytes().startswith(b"\x89PNG")


def test_progress() -> None:
    bar = chx.progress(range(3), desc="epochs", disable=True)
    bar.set_postfix(loss=1.0)
    assert list(bar) == [0, 1, 2]


def test_progress_without_tqdm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    bar = chx.progress(range(3), desc="epochs", leave=False)
    bar.set_postfix(loss=1.0)
    bar.set_description("training")
    assert list(bar) == [0, 1, 2]
