"""The still picture of a scene, painted by matplotlib from the same description as the live view."""

import numpy as np
from matplotlib.patches import FancyArrowPatch

from cnnlab.explore.still.axes import paint_axes
from cnnlab.explore.still.cells import cells_geometry, paint_cells
from cnnlab.explore.still.paint import colour_of, has_axes, write
from cnnlab.picture import Picture, new_figure

WIDTH = 1000  # pixels of the layout; 100 of them are an inch
GAP, TITLE, NARROWEST = 18, 24, 190


def layout(scene, width=WIDTH):
    """[(panel, x, y, w, h of the whole, box of the body)] and the height; as layoutOf() of paint.js."""
    boxes, y = [], 0.0
    for row in scene.rows:
        fit = max(1, int((width + GAP) // (NARROWEST + GAP)))
        lines = -(-len(row) // fit)
        each = -(-len(row) // lines)
        for i in range(0, len(row), each):
            line = row[i : i + each]
            weight = sum(panel.width for panel in line)
            height = max(panel.height for panel in line)
            x = 0.0
            for panel in line:
                w = (width - GAP * (len(line) - 1)) * panel.width / weight
                title = TITLE if panel.title else 4
                boxes.append((panel, x, y, (x, y + title, w, height - title)))
                x += w + GAP
            y += height + GAP
    return boxes, y - GAP


def paint(scene):
    """A `Picture` of the scene, its description as the caption."""
    boxes, height = layout(scene)
    margin = 8
    full_width, full_height = WIDTH + 2 * margin, height + 2 * margin
    figure, axes = new_figure(full_width / 100, full_height / 100)
    figure.set_layout_engine("none")
    sheet = axes[0, 0]  # pixels, y downwards, over everything
    sheet.set_position((0, 0, 1, 1))
    sheet.set_xlim(-margin, WIDTH + margin)
    sheet.set_ylim(height + margin, -margin)
    sheet.axis("off")
    for panel, x, y, body in boxes:
        if panel.title:
            write(sheet, x + 2, y + 14, panel.title, 14, ha="left", va="baseline", weight="bold")
        if has_axes(panel):
            paint_axes(figure, sheet, panel, body, (margin, full_width, full_height))
        else:
            paint_cells(sheet, panel, body)
    for arrow in scene.arrows:
        paint_arrow(sheet, arrow, boxes)
    return Picture(figure, scene.description)


def paint_arrow(sheet, arrow, boxes):
    """An arrow between two cells, slightly bent, as paintArrow() of paint.js."""
    ends = []
    for name, row, column in (arrow.start, arrow.end):
        panel, body = next((panel, body) for panel, _, _, body in boxes if panel.name == name)
        cell = None if has_axes(panel) else cells_geometry(panel, body).cell(row, column)
        if cell is None:
            return
        x, y, w, h = cell
        ends.append((np.array([x + w / 2, y + h / 2]), min(w, h)))
    (start, side0), (end, side1) = ends
    along = (end - start) / max(np.hypot(*(end - start)), 1e-9)
    colour = colour_of(arrow.colour)
    points = start + 0.42 * side0 * along, end - 0.46 * side1 * along
    halo = [(arrow.width + 2.5, "white", 6)] if arrow.width >= 1.5 else []  # thin arrows let the numbers show through
    for width, ink, order in [*halo, (arrow.width, colour, 7)]:
        sheet.add_patch(
            FancyArrowPatch(
                *points,
                connectionstyle="arc3,rad=0.12",
                arrowstyle="-|>" if order == 7 else "-",
                mutation_scale=9 + arrow.width,
                shrinkA=0,
                shrinkB=0,
                color=ink,
                linewidth=0.72 * width,
                zorder=order,
            )
        )
    if arrow.label:
        write(sheet, *((start + end) / 2), arrow.label, 12, colour=colour, halo=True, weight="bold", zorder=8)
