"""A whole scene as a still picture: where the panels lie, painting them, and the arrows between them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from cnnlab.explore.still.axes import Sheet, paint_axes
from cnnlab.explore.still.cells import cells_geometry, paint_cells
from cnnlab.explore.still.marks import Rect
from cnnlab.explore.still.paint import POINT, WORDS, arrow_head, colour_of, has_axes, write
from cnnlab.explore.toolkit.items import Arrow
from cnnlab.explore.toolkit.scene import Curves, Panel, Scene
from cnnlab.picture import STYLE, THEME, Picture, new_figure

WIDTH = STYLE["layout"]["width"]


@dataclass(frozen=True)
class PanelBox:
    """Where a panel lies, and within it, below the title, its body; (x, y, w, h) in pixels from the top left."""

    panel: Panel
    box: Rect
    body: Rect


def layout(scene: Scene, width: float = WIDTH) -> tuple[list[PanelBox], float]:
    """Where the panels of a scene lie, and how high it is; rows that do not fit break into equal lines."""
    rule = STYLE["layout"]
    gap = rule["gap"]
    boxes, y = [], 0.0
    for row in scene.rows:
        fit = max(1, int((width + gap) // (rule["narrowest"] + gap)))
        lines = -(-len(row) // fit)
        each = -(-len(row) // lines)
        for i in range(0, len(row), each):
            line = row[i : i + each]
            weight = sum(panel.width for panel in line)
            h = max(panel.height for panel in line)
            x = 0.0
            for panel in line:
                w = (width - gap * (len(line) - 1)) * panel.width / weight
                head = rule["title"] if panel.title else rule["untitled"]
                boxes.append(PanelBox(panel, (x, y, w, h), (x, y + head, w, h - head)))
                x += w + gap
            y += h + gap
    return boxes, y - gap


def paint(scene: Scene) -> Picture:
    """A `Picture` of the scene, its description as the caption."""
    boxes, height = layout(scene)
    margin = STYLE["layout"]["margin"]
    full_width, full_height = WIDTH + 2 * margin, height + 2 * margin
    figure, axes = new_figure(full_width / 100, full_height / 100)
    figure.set_layout_engine("none")
    over = axes[0, 0]  # pixels, y downwards, over everything
    over.set_position((0, 0, 1, 1))
    over.set_xlim(-margin, WIDTH + margin)
    over.set_ylim(height + margin, -margin)
    over.axis("off")
    sheet = Sheet(figure, over, full_width, full_height, margin)
    for at in boxes:
        x, y = at.box[0] + WORDS["title_x"], at.box[1] + WORDS["title_y"]
        if at.panel.title:
            write(over, x, y, at.panel.title, WORDS["title"], ha="left", va="baseline", weight="bold")
        if isinstance(at.panel, Curves):
            paint_axes(sheet, at.panel, at.body)
        else:
            paint_cells(over, at.panel, at.body)
    for arrow in scene.arrows:
        _paint_arrow(sheet, arrow, boxes)
    return Picture(figure, scene.description)


def arrow_geometry(arrow: Arrow, boxes: list[PanelBox]) -> dict[str, np.ndarray] | None:
    """An arrow between two cells: a slight curve keeps arrows apart that share a row. None if a cell is not there."""
    rule, ends = STYLE["arrow"], []
    for name, row, column in (arrow.start, arrow.end):
        at = next(at for at in boxes if at.panel.name == name)
        cell = None if has_axes(at.panel) else cells_geometry(at.panel, at.body).cell(row, column)
        if cell is None:
            return None
        x, y, w, h = cell
        ends.append((np.array([x + w / 2, y + h / 2]), min(w, h)))
    (first, side0), (last, side1) = ends
    dx, dy = last - first
    middle = (first + last) / 2 + rule["bend"] * np.array([dy, -dx])
    start_angle, angle = (np.arctan2(*way[::-1]) for way in (middle - first, last - middle))
    turn = np.array([np.cos(angle), np.sin(angle)])
    head = rule["head"] + arrow.width
    end = last - rule["end"] * side1 * turn
    return {
        "start": first + rule["start"] * side0 * np.array([np.cos(start_angle), np.sin(start_angle)]),
        "middle": middle,
        "end": end,
        "shaft": end - rule["shaft"] * head * turn,
        "words": 0.25 * first + 0.5 * middle + 0.25 * last,
        "angle": angle,
        "head": head,
    }


def _paint_arrow(sheet: Sheet, arrow: Arrow, boxes: list[PanelBox]) -> None:
    at = arrow_geometry(arrow, boxes)
    if at is None:
        return
    rule, colour = STYLE["arrow"], colour_of(arrow.colour)
    path = Path([at["start"], at["middle"], at["shaft"]], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    strokes: list[tuple[float, dict[str, Any]]] = [(arrow.width, {"edgecolor": colour, "zorder": 7})]
    if arrow.width >= rule["halo_from"]:  # thin arrows let the numbers under them through
        halo = {"edgecolor": THEME["halo"], "alpha": THEME["halo_strength"], "zorder": 6}
        strokes.append((arrow.width + rule["halo"], halo))
    for width, style in strokes:
        sheet.axes.add_patch(PathPatch(path, fill=False, linewidth=width * POINT, capstyle="round", **style))
    sheet.axes.add_patch(arrow_head(at["end"], float(at["angle"]), float(at["head"]), colour, zorder=7))
    if arrow.label:
        x, y = at["words"]
        write(sheet.axes, x, y, arrow.label, colour=colour, halo=True, weight="bold", zorder=8)
