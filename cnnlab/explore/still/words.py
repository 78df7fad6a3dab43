"""Table and Diagram as a still picture, in pixels with y downwards; the geometry is that of cells.js."""

from dataclasses import replace

import matplotlib as mpl
import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from cnnlab.explore.still.marks import Geometry, paint_highlight, paint_marks
from cnnlab.explore.still.paint import DARK, FAINT, MAPS, MUTED, POINT, colour_of, ink_on, text_width, write


def _column_widths(panel, columns, size):
    """Of the widest words in each column; the header and coloured cells are bold."""
    bold = {(r, c) for r, c, _ in panel.colours}
    widths = [text_width(words, size, weight="bold") for words in panel.header] or [0.0] * columns
    for r, row in enumerate(panel.rows):
        for c, words in enumerate(row):
            widths[c] = max(widths[c], text_width(words, size, weight="bold" if (r, c) in bold else "normal"))
    return [width + 1.4 * size for width in widths]


def table_geometry(panel, body):
    x, y, w, h = body
    every = [*([panel.header] if panel.header else []), *panel.rows]
    columns = len(every[0]) if every else 0
    size = panel.size
    widths = _column_widths(panel, columns, size)
    if sum(widths) > w:
        size = max(8.0, size * w / sum(widths))
        widths = _column_widths(panel, columns, size)
    line = min(1.75 * size, h / max(1, len(every)))
    starts = [x + sum(widths[:c]) for c in range(columns)]
    y0 = y + 2 + (line if panel.header else 0)

    def cell(r, c):
        return (starts[c], y0 + r * line, widths[c], line) if r < len(panel.rows) and c < columns else None

    g = Geometry(cell, len(panel.rows), columns, line, x, y0)
    g.size, g.widths, g.starts = size, widths, starts
    return g


def paint_table(sheet, panel, body):
    g = table_geometry(panel, body)
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
    paint_marks(sheet, panel, g)


def diagram_geometry(panel, body):
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


def paint_diagram(sheet, panel, body):
    g = diagram_geometry(panel, body)
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
        circles = [c for _, c in mark.cells if panel.nodes[int(c)].shape == "circle" and mark.style in ("box", "ring")]
        for c in circles:
            x, y, w, h = places[int(c)]
            style = {"fill": False, "edgecolor": colour_of(mark.colour), "linewidth": 3 * POINT, "zorder": 4}
            sheet.add_patch(Circle((x + w / 2, y + h / 2), w / 2, **style))
        others = [cell for cell in mark.cells if cell[1] not in circles]
        paint_highlight(sheet, replace(mark, cells=others), g)
