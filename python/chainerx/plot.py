"""Curves of a training, drawn with matplotlib."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_Curve = Sequence[float] | Sequence[tuple[float, float]]


def _floats(values: Any) -> tuple[list[float], list[float]]:
    items = list(values)
    if items and isinstance(items[0], tuple):
        return [float(x) for x, _ in items], [float(y) for _, y in items]
    return [float(i) for i in range(len(items))], [float(y) for y in items]


def loss(
    history: _Curve | Mapping[str, _Curve],
    path: str | os.PathLike[str],
    title: str = "",
    log: bool = False,
) -> Path:
    """Draws a loss (values, or pairs of step and value), or several by name, into an image file. Returns its path."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "plot.loss: matplotlib is not installed; run 'python -m pip install matplotlib'"
        ) from error
    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    curves: Mapping[str, Any] = history if isinstance(history, Mapping) else {"loss": history}
    for name, values in curves.items():
        axes.plot(*_floats(values), label=name, linewidth=1.2)
    axes.set_xlabel("step")
    axes.set_ylabel("loss")
    axes.set_title(title)
    axes.grid(alpha=0.3)
    if log:
        axes.set_yscale("log")
    if len(curves) > 1:
        axes.legend()
    figure.savefig(path, dpi=120)
    return Path(path)
