"""Grid and Image as a still picture, in pixels with y downwards: where cells lie, and painting them; as grids.js."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle as Box

from cnnlab.explore.still.marks import Cells, Rect, paint_marks
from cnnlab.explore.still.paint import DARK, MAPS, MUTED, PAPER, POINT, WORDS, ink_on, write
from cnnlab.explore.still.words import diagram_geometry, paint_diagram, paint_table, table_geometry
from cnnlab.explore.toolkit.numbers import cell_text, format_number
from cnnlab.explore.toolkit.scene import Diagram, Grid, Image, Panel, Table
from cnnlab.picture import STYLE, THEME

RULE = STYLE["cells"]


def cells_geometry(panel: Panel, body: Rect) -> Cells:
    """Where the cells of a panel lie within its body (x, y, w, h)."""
    if isinstance(panel, Table):
        return table_geometry(panel, body)
    if isinstance(panel, Diagram):
        return diagram_geometry(panel, body)
    assert isinstance(panel, Grid | Image)
    return grid_geometry(panel, body)


def paint_cells(sheet: Axes, panel: Panel, body: Rect) -> None:
    """Paint a Grid, Image, Table or Diagram onto the sheet."""
    painters: dict[type, Any] = {Grid: _grid, Image: _image, Table: paint_table, Diagram: paint_diagram}
    painters[type(panel)](sheet, panel, body)


def grid_geometry(panel: Grid | Image, body: Rect) -> Cells:
    """Where the cells of a Grid, or the pixels of an Image, lie."""
    x, y, w, h = body
    grid = isinstance(panel, Grid)
    rows, columns = panel.values.shape if isinstance(panel, Grid) else panel.whole or panel.pixels.shape[:2]
    room_rows, room_columns = panel.capacity or (rows, columns)
    indices = isinstance(panel, Grid) and panel.indices
    bare = RULE["bare"]
    left = RULE["left"] if indices else bare
    right = RULE["right"] if isinstance(panel, Grid) and indices and panel.column_label else bare
    top = RULE["top"] if indices else bare
    low = RULE["bottom"] if isinstance(panel, Grid) and indices and panel.row_label else bare
    bottom = low + (RULE["legend"] if grid or panel.highlights or panel.rectangles else 0)
    largest = panel.cell if isinstance(panel, Grid) else 1e9
    side = min((w - left - right) / room_columns, (h - top - bottom) / room_rows, largest)
    side = float(int(side)) if side >= RULE["whole_from"] else side
    x0 = x + left + max(0.0, (w - left - right - side * columns) / 2)
    y0 = y + top + max(0.0, side * (room_rows - rows) / 2)
    legend_y = y + top + side * room_rows + bottom - RULE["legend_up"]
    return Cells(lambda r, c: (x0 + c * side, y0 + r * side, side, side), rows, columns, side, x0, y0, legend_y)


def texts_of(panel: Grid) -> list[list[str]]:
    """What is printed in the cells."""
    values = np.asarray(panel.values, dtype=float)
    return panel.texts or [[cell_text(v, panel.digits or 0) for v in row] for row in values]


def letters_of(panel: Grid, g: Cells) -> float:
    """How large the numbers in the cells are; 0 if there is no room for them."""
    rule = RULE["words"]
    longest = max((len(words) for row in texts_of(panel) for words in row), default=1) or 1
    size = min(rule["largest"], rule["of_side"] * g.side, rule["of_length"] * g.side / longest)
    return size if size >= rule["smallest"] else 0


def _grid(sheet: Axes, panel: Grid, body: Rect) -> None:
    g = grid_geometry(panel, body)
    values = np.asarray(panel.values, dtype=float)
    faded = {(r, c) for mark in panel.highlights if mark.style == "fade" for r, c in mark.cells}
    colours: Any = None
    if panel.colours != "none":
        colours = MAPS[panel.colours](Normalize(*panel.scale)(np.nan_to_num(values)))
        colours[..., 3] = np.where(np.isnan(values), 0.0, 1.0)
        for r, c in faded:
            colours[int(r), int(c), 3] *= RULE["fade"]
        sheet.imshow(colours, extent=_extent(g), interpolation="nearest", zorder=1, aspect="auto")
    size = letters_of(panel, g)
    for r, row in enumerate(texts_of(panel) if size else ()):
        for c, words in enumerate(row):
            pale = (r, c) in faded
            plain = colours is None or np.isnan(values[r, c]) or pale
            x, y = g.x0 + (c + 0.5) * g.side, g.y0 + (r + 0.5) * g.side
            alpha = RULE["fade_words"] if pale else 1
            write(sheet, x, y, words, size, DARK if plain else ink_on(colours[r, c, :3]), alpha=alpha, zorder=3)
    if g.side >= RULE["lines_from"]:
        _lines(sheet, g)
    else:
        _frame(sheet, g)
    if panel.indices:
        _indices(sheet, panel, g)
    paint_marks(sheet, panel, g)


def _extent(g: Cells) -> Rect:
    """Of all cells, as imshow wants it."""
    return g.x0, g.x0 + g.columns * g.side, g.y0 + g.rows * g.side, g.y0


def _lines(sheet: Axes, g: Cells) -> None:
    """Between all cells."""
    x0, x1, y1, y0 = _extent(g)
    style = {"color": THEME["grid"], "alpha": THEME["grid_strength"], "linewidth": POINT, "zorder": 2}
    for r in range(g.rows + 1):
        sheet.plot([x0, x1], [y0 + r * g.side] * 2, **style)
    for c in range(g.columns + 1):
        sheet.plot([x0 + c * g.side] * 2, [y0, y1], **style)


def _indices(sheet: Axes, panel: Grid, g: Cells) -> None:
    """The numbers of rows and columns, and what they are called."""
    every = max(1, int(np.ceil(RULE["index_each"] / g.side)))
    size, up = WORDS["indices"], g.y0 - RULE["index_up"]
    for c in range(0, g.columns, every):
        number = format_number(c + panel.column_offset, 0)
        write(sheet, g.x0 + (c + 0.5) * g.side, up, number, size, MUTED, va="baseline")
    for r in range(0, g.rows, every):
        number = format_number(r + panel.row_offset, 0)
        write(sheet, g.x0 - RULE["index_left"], g.y0 + (r + 0.5) * g.side, number, size, MUTED, ha="right")
    size = WORDS["ticks"]
    if panel.column_label:
        x = g.x0 + g.columns * g.side + RULE["column_label"]
        write(sheet, x, up, f"{panel.column_label} →", size, MUTED, ha="left", va="baseline")
    if panel.row_label:
        x, y = g.x0 - RULE["row_label_x"], g.y0 + g.rows * g.side + RULE["row_label_y"]
        write(sheet, x, y, f"{panel.row_label} ↓", size, MUTED, ha="right", va="baseline")


def _image(sheet: Axes, panel: Image, body: Rect) -> None:
    g = grid_geometry(panel, body)
    pixels = panel.pixels
    if pixels.ndim == 2:
        pixels = MAPS[panel.colours](Normalize(*panel.scale)(pixels.astype(float)))
    sheet.imshow(pixels, extent=_extent(g), interpolation="nearest", aspect="auto")
    for r, c in (cell for mark in panel.highlights if mark.style == "fade" for cell in mark.cells):
        place = (g.x0 + c * g.side, g.y0 + r * g.side)
        style = {"facecolor": PAPER, "alpha": RULE["fade_image"], "linewidth": 0, "zorder": 1}
        sheet.add_patch(Box(place, g.side, g.side, **style))
    _frame(sheet, g)
    over = RULE["overhang"]  # windows may hang over the edge, so far
    place = (g.x0 - over, g.y0 - over)
    cut = Box(place, g.columns * g.side + 2 * over, g.rows * g.side + 2 * over, transform=sheet.transData)
    paint_marks(sheet, panel, g, cut)


def _frame(sheet: Axes, g: Cells) -> None:
    """Around all cells."""
    style = {"fill": False, "edgecolor": MUTED, "linewidth": POINT, "zorder": 2}
    sheet.add_patch(Box((g.x0 - 0.5, g.y0 - 0.5), g.columns * g.side + 1, g.rows * g.side + 1, **style))
