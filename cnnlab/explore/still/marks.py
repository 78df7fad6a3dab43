"""Highlighted cells, rectangles and their meanings in a still picture, on any panel made of cells."""

from dataclasses import dataclass

from matplotlib.patches import Circle
from matplotlib.patches import Rectangle as Box

from cnnlab.explore.still.paint import POINT, colour_of, text_width, write


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


def paint_marks(sheet, panel, g):
    for mark in panel.highlights:
        paint_highlight(sheet, mark, g)
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


def paint_highlight(sheet, mark, g):
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
            inset = min(2, (short - 9) / 2)  # the ring around a pixel of an image lies outside of it, to be seen
            side = {"fill": False, "edgecolor": colour, "linewidth": line["linewidth"], "zorder": 4}
            sheet.add_patch(Box((x + inset, y + inset), w - 2 * inset, h - 2 * inset, **side))
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
