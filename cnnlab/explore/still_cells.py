"""Grid, Image, Table and Diagram as a still picture, in pixels with y downwards; the geometry is that of cells.js."""

from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch
from matplotlib.patches import Rectangle as Box

from .numbers import cell_text, format_number
from .still_paint import DARK, FAINT, MAPS, MUTED, POINT, colour_of, ink_on, text_width, write


@dataclass
class Geometry:
    """Where the cells of a panel lie: cell(row, column) -> (x, y, w, h) in pixels, or None."""

    cell: object
    rows: int
    columns: int
    side: float = 0.0
    x0: float = 0.0
    y0: float = 0.0
    legend_y: float | None = None


def kind_of(panel):
    return type(panel).__name__


def cells_geometry(panel, body):
    return {"Table": _table_geometry, "Diagram": _diagram_geometry}.get(kind_of(panel), _grid_geometry)(panel, body)


def paint_cells(sheet, panel, body):
    {"Grid": _grid, "Image": _image, "Table": _table, "Diagram": _diagram}[kind_of(panel)](sheet, panel, body)


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
    _marks(sheet, panel, g)


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
    _frame(sheet, g)
    _marks(sheet, panel, g)


def _frame(sheet, g):
    sheet.add_patch(
        Box((g.x0, g.y0), g.columns * g.side, g.rows * g.side, fill=False, edgecolor=MUTED, linewidth=POINT, zorder=2)
    )


def _marks(sheet, panel, g):
    for mark in panel.highlights:
        _highlight(sheet, mark, g)
    rectangles = getattr(panel, "rectangles", [])
    for r in rectangles:
        sheet.add_patch(
            Box(
                (g.x0 + r.column * g.side, g.y0 + r.row * g.side),
                r.columns * g.side,
                r.rows * g.side,
                fill=False,
                edgecolor=colour_of(r.colour),
                linewidth=2.5 * POINT,
                zorder=4,
            )
        )
    if g.legend_y is None:
        return
    x, seen = max(g.x0 - 20, 0.0), set()
    for item in [*panel.highlights, *rectangles]:
        if not item.meaning or item.meaning in seen:
            continue
        seen.add(item.meaning)
        _swatch(sheet, getattr(item, "style", "box"), x, g.legend_y - 6, colour_of(item.colour))
        write(sheet, x + 17, g.legend_y, item.meaning, 12, ha="left")
        x += text_width(item.meaning, 12) + 31


def _swatch(sheet, style, x, y, colour):
    if style == "dot":
        sheet.add_patch(Circle((x + 6, y + 6), 3.5, color=colour))
    elif style == "cross":
        for xs in ((x + 1, x + 11), (x + 11, x + 1)):
            sheet.plot(xs, (y + 1, y + 11), color=colour, linewidth=2 * POINT)
    else:
        fade = style == "fade"
        sheet.add_patch(
            Box(
                (x + 1, y + 1),
                10,
                10,
                fill=fade,
                facecolor=colour,
                alpha=0.3 if fade else 1,
                edgecolor=colour,
                linewidth=0 if fade else 2 * POINT,
            )
        )


def _highlight(sheet, mark, g):
    colour, inside = colour_of(mark.colour), {tuple(cell) for cell in mark.cells}
    for r, c in mark.cells:
        place = g.cell(int(r), int(c))
        if place is None or mark.style == "fade":
            continue
        x, y, w, h = place
        short = min(w, h)
        line = {
            "color": colour,
            "linewidth": max(1.5, min(3.0, short / 9)) * POINT,
            "zorder": 4,
            "solid_capstyle": "projecting",
        }
        if mark.style == "ring":
            sheet.add_patch(
                Box((x + 2, y + 2), w - 4, h - 4, fill=False, edgecolor=colour, linewidth=line["linewidth"], zorder=4)
            )
        elif mark.style == "cross":
            sheet.plot([x + 3, x + w - 3], [y + 3, y + h - 3], **line)
            sheet.plot([x + w - 3, x + 3], [y + 3, y + h - 3], **line)
        elif mark.style == "dot":
            sheet.add_patch(
                Circle((x + w - 0.17 * short - 1, y + 0.17 * short + 1), max(2, 0.11 * short), color=colour, zorder=4)
            )
        else:
            sides = {
                (r - 1, c): ((x, x + w), (y, y)),
                (r + 1, c): ((x, x + w), (y + h, y + h)),
                (r, c - 1): ((x, x), (y, y + h)),
                (r, c + 1): ((x + w, x + w), (y, y + h)),
            }
            for neighbour, (xs, ys) in sides.items():
                if neighbour not in inside:
                    sheet.plot(xs, ys, **line)


def _table_geometry(panel, body):
    x, y, w, h = body
    every = [*([panel.header] if panel.header else []), *panel.rows]
    columns = len(every[0]) if every else 0
    size = panel.size
    widths = [max(text_width(row[c], size) for row in every) + 1.4 * size for c in range(columns)]
    if sum(widths) > w:
        size = max(8.0, size * w / sum(widths))
        widths = [max(text_width(row[c], size) for row in every) + 1.4 * size for c in range(columns)]
    line = min(1.75 * size, h / max(1, len(every)))
    starts = [x + sum(widths[:c]) for c in range(columns)]
    y0 = y + 2 + (line if panel.header else 0)

    def cell(r, c):
        return (starts[c], y0 + r * line, widths[c], line) if r < len(panel.rows) and c < columns else None

    g = Geometry(cell, len(panel.rows), columns, line, x, y0)
    g.size, g.widths, g.starts = size, widths, starts
    return g


def _table(sheet, panel, body):
    g = _table_geometry(panel, body)
    special = {(r, c): colour for r, c, colour in panel.colours}
    for r, row in enumerate(
        [panel.header, *panel.rows] if panel.header else panel.rows, start=-1 if panel.header else 0
    ):
        for c, words in enumerate(row):
            align, pad = {"l": "left", "r": "right", "c": "center"}[panel.align[c]], 0.7 * g.size
            x = {
                "left": g.starts[c] + pad,
                "right": g.starts[c] + g.widths[c] - pad,
                "center": g.starts[c] + g.widths[c] / 2,
            }[align]
            colour = MUTED if r < 0 else colour_of(special[r, c]) if (r, c) in special else DARK
            weight = "bold" if r < 0 or (r, c) in special else "normal"
            write(sheet, x, g.y0 + (r + 0.5) * g.side, words, g.size, colour, ha=align, weight=weight)
    if panel.header:
        sheet.plot([g.x0, g.x0 + sum(g.widths)], [g.y0, g.y0], color=FAINT, linewidth=POINT)
    _marks(sheet, panel, g)


def _diagram_geometry(panel, body):
    x, y, w, h = body
    ux, uy = w / (panel.x[1] - panel.x[0]), h / (panel.y[1] - panel.y[0])

    def cell(r, c):
        if c >= len(panel.nodes):
            return None
        node = panel.nodes[c]
        bw, bh = node.width * ux, node.height * uy
        if node.shape == "circle":
            bw = bh = min(bw, bh)
        return x + (node.x - panel.x[0]) * ux - bw / 2, y + (node.y - panel.y[0]) * uy - bh / 2, bw, bh

    return Geometry(cell, 1, len(panel.nodes))


def _rim(node, place, towards):
    x, y, w, h = place
    middle = np.array([x + w / 2, y + h / 2])
    d = towards - middle
    if node.shape == "circle":
        t = (w / 2 + 2) / max(np.hypot(*d), 1e-9)
    else:
        t = min(1.0, (w / 2 + 2) / max(abs(d[0]), 1e-9), (h / 2 + 2) / max(abs(d[1]), 1e-9))
    return middle + t * d


def _diagram(sheet, panel, body):
    g = _diagram_geometry(panel, body)
    places = [g.cell(0, i) for i in range(len(panel.nodes))]
    middles = [np.array([x + w / 2, y + h / 2]) for x, y, w, h in places]
    for edge in panel.edges:
        start = _rim(panel.nodes[edge.start], places[edge.start], middles[edge.end])
        end = _rim(panel.nodes[edge.end], places[edge.end], middles[edge.start])
        sheet.add_patch(
            FancyArrowPatch(
                start,
                end,
                arrowstyle="-|>",
                mutation_scale=7 + edge.width,
                shrinkA=0,
                shrinkB=0,
                color=colour_of(edge.colour),
                linewidth=edge.width * POINT,
                zorder=1,
            )
        )
        if edge.label:
            write(sheet, *(start + 0.42 * (end - start)), edge.label, 12, halo=True, zorder=4)
    norm, colours = Normalize(-panel.top, panel.top), mpl.colormaps.get_cmap(MAPS["diverging"])
    for node, (x, y, w, h) in zip(panel.nodes, places, strict=True):
        fill = "white" if node.value is None else colours(norm(node.value))
        for k in range(node.depth, -1, -1):
            style = {"facecolor": fill, "edgecolor": colour_of(node.colour), "linewidth": 1.5 * POINT, "zorder": 2}
            if node.shape == "circle":
                sheet.add_patch(Circle((x + w / 2, y + h / 2), w / 2, **style))
            else:
                sheet.add_patch(
                    FancyBboxPatch((x + 4 * k, y - 4 * k), w, h, boxstyle="round,pad=0,rounding_size=5", **style)
                )
        words = [text for text in (node.text, node.under) if text]
        for k, text in enumerate(words):
            most = 14 if k == 0 else 12
            size = max(8.0, min(most, most * (w - 6) / max(1.0, text_width(text, most))))
            write(
                sheet,
                x + w / 2,
                y + h / 2 + (k - (len(words) - 1) / 2) * 16,
                text,
                size,
                ink_on(fill),
                zorder=3,
                weight="bold" if k == 0 else "normal",
            )
    for mark in panel.highlights:
        _highlight(sheet, mark, g)
