"""Panels that several explorers share: a map of any size, as numbers or as pixels, and how it is coloured."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cnnlab.analysis.convolution.terms import inside
from cnnlab.explore.toolkit.items import Highlight, Rectangle
from cnnlab.explore.toolkit.numbers import strongest
from cnnlab.explore.toolkit.scene import Grid, Image, Panel
from cnnlab.types import Array

READABLE = 14  # rows or columns up to which a map is shown as a grid of numbers; larger ones are images
SIDES: dict[str, Any] = {"row_label": "m", "column_label": "n"}
PRIMED: dict[str, Any] = {
    "row_label": "m'",
    "column_label": "n'",
}  # of weights; and of pixels of h where m, n are those of e


def of_h(panel: Panel) -> Panel:
    """A map of the input beside one of e: its pixels are called m', n', since m, n are those of e."""
    return replace(panel, **PRIMED) if isinstance(panel, Grid) else panel


def shades(h: Array, readable: int = READABLE) -> dict[str, Any]:
    """Colours and scale of maps of h (H, W, ...): grey for an image of brightness, 0 to 1, else diverging."""
    if max(h.shape[:2]) > readable and 0 <= h.min() and h.max() <= 1:
        return {"colours": "grey", "scale": (0.0, 1.0)}
    return {"colours": "diverging", "scale": strongest(h)}


def map_panel(
    name: str,
    values: Array,
    title: str,
    symbol: str,
    *,
    border: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0)),
    box: tuple[int, int, int, int, str, Any] | None = None,
    marks: Sequence[Highlight] = (),
    click: str | None = None,
    edit: str | None = None,
    colours: str = "diverging",
    scale: Any = None,
    digits: int | None = None,
    capacity: tuple[int, int] | None = None,
    cell: float = 40.0,
    readable: int = READABLE,
    **size: Any,
) -> Panel:
    """One map as a panel: a grid of numbers where they can be read, an image of pixels where there are too many.

    Parameters
    ----------
    name, title, symbol, click, edit, colours, scale, digits, capacity, cell, size
        As in `Grid` and `Image`.
    values : (H, W)
        The map with its border.
    border : ((above, below), (left, right))
        Rows and columns of it; a grid shows it pale and counts it below zero, an image leaves it out.
    box : (row, column, rows, columns, meaning, colour), optional
        A window, in rows and columns of the map itself, as are the cells of `marks`.
    readable : int
        Rows and columns up to which it is a grid.
    """
    (top, bottom), (left, right) = border
    height, width = values.shape
    size |= {"name": name, "title": title, "symbol": symbol, "scale": scale, "click": click, "capacity": capacity}
    if max(height - top - bottom, width - left - right) > readable:
        size["capacity"] = None
        windows = [] if box is None else [Rectangle(*box[:4], box[4], box[5])]
        inner = values[top : height - bottom, left : width - right]
        return Image(pixels=inner, colours=colours, rectangles=windows, highlights=list(marks), **size)
    shift = np.array([top, left])
    shown = [Highlight(mark.cells + shift, mark.meaning, mark.colour, mark.style) for mark in marks]
    if box is not None:
        row, column, rows, columns, meaning, colour = box
        cells = np.indices((rows, columns)).reshape(2, -1).T + np.array([row + top, column + left])
        shown.append(Highlight(cells[inside(cells, values.shape)], meaning, colour))
    outside = [
        (i, j) for i, j in np.ndindex(height, width) if not (top <= i < height - bottom and left <= j < width - right)
    ]
    if outside:
        shown.insert(0, Highlight(outside, "padding", "muted", "fade"))
    return Grid(
        values=values,
        highlights=shown,
        row_offset=-top,
        column_offset=-left,
        edit=edit,
        cell=cell,
        digits=digits,
        colours=colours if colours != "grey" else "diverging",
        **SIDES,
        **size,
    )
