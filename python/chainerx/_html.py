"""_repr_html_ of arrays: tables of what repr() would show."""

from __future__ import annotations

import html
import sys
from typing import Any

import numpy

from chainerx._core import ndarray
from chainerx._printing import facts, is_summarized, printed_part


def _texts(host: numpy.ndarray[Any, Any]) -> numpy.ndarray[Any, Any]:
    """Each element as NumPy prints it in this array."""
    separator = "\x1f"
    line = numpy.array2string(
        host.reshape(-1), separator=separator, threshold=sys.maxsize, max_line_width=sys.maxsize
    )
    texts = numpy.empty(host.size, object)
    texts[:] = [text.strip() for text in line[1:-1].split(separator)]
    return texts.reshape(host.shape)


def _positions(extent: int, edge: int) -> list[int | None]:
    """The index of each shown element along an axis; None for the one that stands for all that are left out."""
    if extent <= 2 * edge:
        return list(range(extent))
    return [*range(edge), None, *range(extent - edge, extent)]


def _cell(tag: str, text: Any) -> str:
    return f"<{tag}>{html.escape(str(text))}</{tag}>"


def _table(
    texts: numpy.ndarray[Any, Any], rows: list[int | None], columns: list[int | None]
) -> str:
    dots = "\N{HORIZONTAL ELLIPSIS}"
    lines = [_cell("th", "") + "".join(_cell("th", dots if c is None else c) for c in columns)]
    for row, line in zip(rows, texts, strict=True):
        cells = [
            _cell("td", dots if row is None or column is None else text)
            for column, text in zip(columns, line, strict=True)
        ]
        lines.append(_cell("th", dots if row is None else row) + "".join(cells))
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def array_html(array: ndarray) -> str:
    """A table of the last two axes for each index of those before them, and the facts that repr() gives."""
    title = f"<div>{html.escape('array: ' + ', '.join(facts(array)))}</div>"
    if array.size == 0:
        return title
    edge = max(1, numpy.get_printoptions()["edgeitems"])
    host = printed_part(array, edge)
    texts = _texts(host)
    if array.ndim == 0:
        return title + _cell("code", texts[()])
    axes = [_positions(extent, edge if is_summarized(array) else extent) for extent in array.shape]
    if array.ndim == 1:
        return title + _table(texts[numpy.newaxis], [0], axes[0])
    parts = [title]
    for index in numpy.ndindex(host.shape[:-2]):
        where = [axis[i] for axis, i in zip(axes, index, strict=False)]
        if None in where:
            if not parts[-1].endswith("...</div>"):
                parts.append("<div>...</div>")
            continue
        if where:
            parts.append(f"<div>[{', '.join(map(str, where))}]</div>")
        parts.append(_table(texts[index], axes[-2], axes[-1]))
    return "".join(parts)
