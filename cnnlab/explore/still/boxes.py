"""Where the panels of a scene lie: rows that break, titles that fit, cells of one size; as paint/layout.js."""

from copy import copy
from dataclasses import dataclass
from typing import Any

from cnnlab.explore.still.axes import axes_geometry, axes_texts, plane_height
from cnnlab.explore.still.cells import cell_texts, grid_geometry, grid_height
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

    The bodies of a line begin at one height; no line is higher than its panels can fill.
    """
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
            wide = [(width - gap * (len(line) - 1)) * panel.width / weight for panel in line]
            titles = [_titles(panel.title, w) for panel, w in zip(line, wide, strict=True)]
            head = rule["title"] if any(panel.title for panel in line) else rule["untitled"]
            body = max(_body_height(panel, w, panel.height - head) for panel, w in zip(line, wide, strict=True))
            head += WORDS["title_line"] * max(0, *(len(words) - 1 for words, _ in titles))
            x = 0.0
            line = _with_cells_alike(line, wide, body)
            for panel, w, (words, size) in zip(line, wide, titles, strict=True):
                boxes.append(PanelBox(panel, (x, y, w, head + body), (x, y + head, w, body), tuple(words), size))
                x += w + gap
            y += head + body + gap
    return boxes, y - gap


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
        g = grid_geometry(panel, (0, 0, width, 1e6))
        return min(most, grid_height(panel, g, width))
    return min(most, plane_height(panel, width)) if isinstance(panel, Plane) else most


def _with_cells_alike(line: list[Panel], wide: list[float], body: float) -> list[Panel]:
    """The panels of a line, cells of about the same size made the same: one sees which matrices belong together."""
    sides = [
        grid_geometry(panel, (0, 0, w, body)).side if isinstance(panel, Grid) else 0.0
        for panel, w in zip(line, wide, strict=True)
    ]
    found = []
    for panel, side in zip(line, sides, strict=True):
        if isinstance(panel, Grid):
            least = min(other for other in sides if other >= STYLE["layout"]["alike"] * side)
            if least < side:
                panel = copy(panel)
                panel.cell = least
        found.append(panel)
    return found
