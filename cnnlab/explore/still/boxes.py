"""Where the panels of a scene lie: rows that break, titles that fit, cells of one size; as paint/layout.js."""

from copy import copy
from dataclasses import dataclass
from typing import Any

from cnnlab.explore.still.axes import axes_geometry, axes_texts, legend_lines, plane_height
from cnnlab.explore.still.cells import cell_texts, grid_geometry, grid_height, head_room
from cnnlab.explore.still.paint import WORDS
from cnnlab.explore.still.texts import Text
from cnnlab.explore.toolkit.ruler import Rect, width_of, wrapped
from cnnlab.explore.toolkit.scene import Curves, Grid, Image, Panel, Plane, Scene
from cnnlab.picture import STYLE

WIDTH = STYLE["layout"]["width"]


@dataclass(frozen=True)
class PanelBox:
    """Where a panel lies, and within it, below the title, its body; (x, y, w, h) in pixels from the top left."""

    panel: Panel
    box: Rect
    body: Rect
    titles: tuple[str, ...] = ()
    size: float = WORDS["title"]

    @property
    def texts(self) -> list[Text]:
        """All words of the panel, its title first."""
        x, y = self.box[0] + WORDS["title_x"], self.box[1] + WORDS["title_y"]
        style: dict[str, Any] = {"size": self.size, "align": "left", "base": "alphabetic", "bold": True}
        head = [Text(words, x, y + k * WORDS["title_line"], "title", **style) for k, words in enumerate(self.titles)]
        if isinstance(self.panel, Curves):
            return head + axes_texts(self.panel, axes_geometry(self.panel, self.body))
        return head + cell_texts(self.panel, self.body)


def layout(scene: Scene, width: float = WIDTH) -> tuple[list[PanelBox], float]:
    """Where the panels of a scene lie, and how high it is; rows that do not fit break into equal lines.

    The bodies of a line begin at one height; no line is higher than its panels can fill. A panel may stand below
    the one before it, in the same column.
    """
    rule = STYLE["layout"]
    gap = rule["gap"]
    boxes, y = [], 0.0
    for row in scene.rows:
        columns = _columns(row)
        least = max(column[0].narrowest or rule["narrowest"] for column in columns)
        fit = max(1, int((width + gap) // (least + gap)))
        each = -(-len(columns) // -(-len(columns) // fit))
        for i in range(0, len(columns), each):
            line = columns[i : i + each]
            weight = sum(column[0].width for column in line)
            wide = [(width - gap * (len(line) - 1)) * column[0].width / weight for column in line]
            first = _head([(column[0], w) for column, w in zip(line, wide, strict=True)])
            slots, x = [], 0.0
            for column, w in zip(line, wide, strict=True):
                down = y
                for panel in column:
                    plain, head = first if panel is column[0] else _head([(panel, w)])
                    body = panel.height - head if panel.steady else _body_height(panel, w, panel.height - plain)
                    slots.append([panel, x, down, w, head, body])
                    down += head + body + gap
                x += w + gap
            bottom = max(top + head + body for _, _, top, _, head, body in slots)
            for slot, after in zip(slots, [*slots[1:], None], strict=True):
                if after is None or after[1] > slot[1]:  # the last of its column reaches down to the end of the line
                    slot[5] = bottom - slot[2] - slot[4]
            for (panel, left, top, w, head, body), alike in zip(slots, _with_cells_alike(slots), strict=True):
                words, size = _titles(panel.title, w)
                box = left, top, w, head + body
                boxes.append(PanelBox(alike, box, (left, top + head, w, body), tuple(words), size))
            y = bottom + gap
    return boxes, y - gap


def _columns(row: list[Panel]) -> list[list[Panel]]:
    """The panels of a row, one below the other where they ask for it."""
    columns: list[list[Panel]] = []
    for panel in row:
        if panel.below and columns:
            columns[-1].append(panel)
        else:
            columns.append([panel])
    return columns


def _head(line: list[tuple[Panel, float]]) -> tuple[float, float]:
    """How high the heads of panels side by side are with titles of one line, and with theirs."""
    rule = STYLE["layout"]
    least = rule["title"] if any(panel.title for panel, _ in line) else rule["untitled"]
    return least, least + WORDS["title_line"] * max(0, *(len(_titles(panel.title, w)[0]) - 1 for panel, w in line))


def _titles(words: str, width: float) -> tuple[list[str], float]:
    """The lines of a title, and their size."""
    if not words:
        return [], WORDS["title"]
    room, small = width - WORDS["title_x"], WORDS["title_small"]
    size = min(WORDS["title"], room / width_of(words, 1, True))
    if size >= small:
        return [words], size
    lines = wrapped(words, room, small, True)
    longest = max(width_of(line, 1, True) for line in lines)
    return lines, max(WORDS["smallest"], min(small, room / longest))


def _body_height(panel: Panel, width: float, most: float) -> float:
    """How high the body of a panel should be, no higher than what it can fill at this width."""
    if isinstance(panel, Grid | Image):
        g = grid_geometry(panel, (0, 0, width, most))
        return min(most, grid_height(panel, g, width))
    return min(most, plane_height(panel, width)) if isinstance(panel, Plane) else most


def _side(panel: Panel, width: float, height: float) -> float:
    """Of the cells of a grid."""
    return grid_geometry(panel, (0, 0, width, height)).side if isinstance(panel, Grid) else 0.0


def _with_cells_alike(slots: list[list[Any]]) -> list[Panel]:
    """The panels of a line, rows beside rows, axes beside axes, cells of about one size made the same."""
    head = max((head_room(panel) for panel, *_ in slots if isinstance(panel, Grid)), default=0.0)
    found = [copy(panel) if isinstance(panel, Grid | Curves) else panel for panel, *_ in slots]
    beside = [(panel, w) for panel, (_, _, top, w, *_) in zip(found, slots, strict=True) if top == slots[0][2]]
    curves = [(panel, w) for panel, w in beside if isinstance(panel, Curves)]
    lines = max((legend_lines(panel, w) for panel, w in curves), default=0)
    for axes, _ in curves:
        axes.lines = lines
    sides = []
    for panel, (_, _, _, w, _, body) in zip(found, slots, strict=True):
        if isinstance(panel, Grid):
            panel.head = head
        alike = isinstance(panel, Grid) and not panel.alone
        sides.append(_side(panel, w, body) if alike else 0.0)
    for panel, side in zip(found, sides, strict=True):
        if isinstance(panel, Grid) and not panel.alone:
            least = min(other for other in sides if other >= STYLE["layout"]["alike"] * side)
            panel.cell = min(panel.cell, least)
    return found
