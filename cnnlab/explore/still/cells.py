"""Grid and Image as a still picture, in pixels with y downwards; the geometry is that of cells.js."""

import matplotlib as mpl
import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle as Box

from cnnlab.explore.still.marks import Geometry, paint_marks
from cnnlab.explore.still.paint import DARK, MAPS, MUTED, POINT, ink_on, write
from cnnlab.explore.still.words import diagram_geometry, paint_diagram, paint_table, table_geometry
from cnnlab.explore.toolkit.numbers import cell_text, format_number


def kind_of(panel):
    return type(panel).__name__


def cells_geometry(panel, body):
    """Where the cells of a panel lie within its body (x, y, w, h)."""
    return {"Table": table_geometry, "Diagram": diagram_geometry}.get(kind_of(panel), _grid_geometry)(panel, body)


def paint_cells(sheet, panel, body):
    """Paint a Grid, Image, Table or Diagram onto the sheet."""
    painters = {"Grid": _grid, "Image": _image, "Table": paint_table, "Diagram": paint_diagram}
    painters[kind_of(panel)](sheet, panel, body)


def _grid_geometry(panel, body):
    x, y, w, h = body
    grid = kind_of(panel) == "Grid"
    rows, columns = (panel.values if grid else panel.pixels).shape[:2]
    room_rows, room_columns = panel.capacity
    indices = grid and panel.indices
    left, right = 26 if indices else 2, 22 if indices and panel.column_label else 2
    top = 18 if indices else 2
    legend = grid or panel.highlights or panel.rectangles
    bottom = (18 if indices and panel.row_label else 2) + (22 if legend else 0)
    side = min((w - left - right) / room_columns, (h - top - bottom) / room_rows, panel.cell if grid else 1e9)
    side = float(int(side)) if side >= 3 else side
    x0 = x + left + max(0.0, (w - left - right - side * columns) / 2)
    y0 = y + top + max(0.0, side * (room_rows - rows) / 2)
    return Geometry(
        lambda r, c: (x0 + c * side, y0 + r * side, side, side),
        rows,
        columns,
        side,
        x0,
        y0,
        y + top + side * room_rows + bottom - 12,
    )


def _grid(sheet, panel, body):
    g = _grid_geometry(panel, body)
    values = np.asarray(panel.values, dtype=float)
    texts = panel.texts or [[cell_text(v, panel.digits) for v in row] for row in values]
    longest = max((len(t) for row in texts for t in row), default=1) or 1
    size = min(15, 0.47 * g.side, 1.6 * g.side / longest)
    faded = {(r, c) for mark in panel.highlights if mark.style == "fade" for r, c in mark.cells}
    colours = None
    if panel.colours != "none":
        colours = mpl.colormaps.get_cmap(MAPS[panel.colours])(Normalize(*panel.scale)(np.nan_to_num(values)))
        colours[..., 3] = np.where(np.isnan(values), 0.0, 1.0)
        for r, c in faded:
            colours[int(r), int(c), 3] *= 0.3
        sheet.imshow(
            colours,
            extent=(g.x0, g.x0 + g.columns * g.side, g.y0 + g.rows * g.side, g.y0),
            interpolation="nearest",
            zorder=1,
            aspect="auto",
        )
    if size >= 6.5:
        for r, row in enumerate(texts):
            for c, words in enumerate(row):
                ink = DARK if colours is None or np.isnan(values[r, c]) else ink_on(colours[r, c, :3])
                x, y, w, h = g.cell(r, c)
                write(sheet, x + w / 2, y + h / 2, words, size, ink, alpha=0.35 if (r, c) in faded else 1, zorder=3)
    if g.side >= 6:
        for r in range(g.rows + 1):
            sheet.plot(
                [g.x0, g.x0 + g.columns * g.side],
                [g.y0 + r * g.side] * 2,
                color="black",
                alpha=0.14,
                linewidth=POINT,
                zorder=2,
            )
        for c in range(g.columns + 1):
            sheet.plot(
                [g.x0 + c * g.side] * 2,
                [g.y0, g.y0 + g.rows * g.side],
                color="black",
                alpha=0.14,
                linewidth=POINT,
                zorder=2,
            )
    else:
        _frame(sheet, g)
    if panel.indices:
        every = max(1, -(-15 // max(1, int(g.side))))
        for c in range(0, g.columns, every):
            number = format_number(c + panel.column_offset, 0)
            write(sheet, g.x0 + (c + 0.5) * g.side, g.y0 - 5, number, 10, MUTED, va="baseline")
        for r in range(0, g.rows, every):
            write(
                sheet,
                g.x0 - 6,
                g.y0 + (r + 0.5) * g.side,
                format_number(r + panel.row_offset, 0),
                10,
                MUTED,
                ha="right",
            )
        if panel.column_label:
            write(
                sheet,
                g.x0 + g.columns * g.side + 4,
                g.y0 - 5,
                f"{panel.column_label} →",
                11,
                MUTED,
                ha="left",
                va="baseline",
            )
        if panel.row_label:
            write(
                sheet,
                g.x0 - 4,
                g.y0 + g.rows * g.side + 13,
                f"{panel.row_label} ↓",
                11,
                MUTED,
                ha="right",
                va="baseline",
            )
    paint_marks(sheet, panel, g)


def _image(sheet, panel, body):
    g = _grid_geometry(panel, body)
    pixels = panel.pixels
    if pixels.ndim == 2:
        pixels = mpl.colormaps.get_cmap(MAPS[panel.colours])(Normalize(*panel.scale)(pixels.astype(float)))
    sheet.imshow(
        pixels,
        extent=(g.x0, g.x0 + g.columns * g.side, g.y0 + g.rows * g.side, g.y0),
        interpolation="nearest",
        aspect="auto",
    )
    for r, c in (cell for mark in panel.highlights if mark.style == "fade" for cell in mark.cells):
        x, y, w, h = g.cell(r, c)
        sheet.add_patch(Box((x, y), w, h, facecolor="white", alpha=0.7, linewidth=0, zorder=1))
    _frame(sheet, g)
    paint_marks(sheet, panel, g)


def _frame(sheet, g):
    sheet.add_patch(
        Box((g.x0, g.y0), g.columns * g.side, g.rows * g.side, fill=False, edgecolor=MUTED, linewidth=POINT, zorder=2)
    )
