"""Table and Diagram as a still picture, in pixels with y downwards; as tables.js and diagrams.js."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.patches import Circle, FancyBboxPatch

from cnnlab.explore.still.marks import Cells, paint_highlight, paint_marks
from cnnlab.explore.still.paint import FAINT, MAPS, PAPER, POINT, WORDS, arrow_head, colour_of
from cnnlab.explore.still.texts import Text, moved, placed, shrunk
from cnnlab.explore.toolkit.ruler import Rect, cut, width_of
from cnnlab.explore.toolkit.scene import Diagram, Edge, Node, Table
from cnnlab.picture import STYLE
from cnnlab.themes import ink_on

TABLE, DIAGRAM = STYLE["table"], STYLE["diagram"]


# ---- words in columns ----


@dataclass
class Columns(Cells):
    """Where the cells of a Table lie: letters of so many pixels, columns of such widths from such places on."""

    size: float = 0.0
    widths: tuple[float, ...] = ()
    starts: tuple[float, ...] = ()


def _column_widths(panel: Table, columns: int, size: float) -> tuple[float, ...]:
    """Of the widest words in each column; the header and coloured cells are bold."""
    bold = {(r, c) for r, c, _ in panel.colours}
    widths = [width_of(words, size, True) for words in panel.header] or [0.0] * columns
    for r, row in enumerate(panel.rows):
        for c, words in enumerate(row):
            widths[c] = max(widths[c], width_of(words, size, (r, c) in bold))
    return tuple(width + 2 * TABLE["pad"] * size for width in widths)


def table_geometry(panel: Table, body: Rect) -> Columns:
    """Where the cells lie. Columns are as wide as their words."""
    x, y, w, h = body
    every = [*([panel.header] if panel.header else []), *panel.rows]
    columns = len(every[0]) if every else 0
    line = min(TABLE["line"] * panel.size, (h - TABLE["top"]) / max(1, len(every)))
    size = max(WORDS["smallest"], min(panel.size, line))
    widths = _column_widths(panel, columns, size)
    if sum(widths) > w:
        size = max(WORDS["smallest"], size * w / sum(widths))
        widths = _column_widths(panel, columns, size)
        widths = _shared(widths, w)
    starts = tuple(x + sum(widths[:c]) for c in range(columns))
    y0 = y + TABLE["top"] + (line if panel.header else 0)

    def cell(r: int, c: int) -> Rect | None:
        return (starts[c], y0 + r * line, widths[c], line) if r < len(panel.rows) and c < columns else None

    return Columns(cell, len(panel.rows), columns, line, x, y0, size=size, widths=widths, starts=starts)


def _shared(wanted: tuple[float, ...], room: float) -> tuple[float, ...]:
    """Widths of columns within a room: narrow ones as they are, those that are too wide an equal share of the rest."""
    found = list(wanted)
    for k, c in enumerate(sorted(range(len(wanted)), key=lambda c: wanted[c])):
        found[c] = min(wanted[c], room / (len(wanted) - k))
        room -= found[c]
    return tuple(found)


def table_texts(panel: Table, g: Columns) -> list[Text]:
    """The words of a Table."""
    special = {(r, c): colour for r, c, colour in panel.colours}
    pad, first = TABLE["pad"] * g.size, -1 if panel.header else 0
    texts = []
    for r, row in enumerate([panel.header, *panel.rows] if panel.header else panel.rows, start=first):
        for c, full in enumerate(row):
            align = {"l": "left", "r": "right", "c": "center"}[panel.align[c]]
            shift = {"left": pad, "right": g.widths[c] - pad, "center": g.widths[c] / 2}[align]
            bold = r < 0 or (r, c) in special
            words = cut(full, g.widths[c] - 2 * pad + 0.01, g.size, bold)
            place = g.starts[c] + shift, g.y0 + (r + 0.5) * g.side
            colour = "muted" if r < 0 else special.get((r, c), "ink")
            if words:
                texts.append(Text(words, *place, "cell", g.size, align, colour=colour, bold=bold))
    return texts


def paint_table(sheet: Axes, panel: Table, body: Rect) -> None:
    """A Table on the sheet, without its words."""
    g = table_geometry(panel, body)
    if panel.header:
        sheet.plot([g.x0, g.x0 + sum(g.widths)], [g.y0, g.y0], color=FAINT, linewidth=POINT)
    paint_marks(sheet, panel, g)


# ---- boxes and arrows ----


def diagram_geometry(panel: Diagram, body: Rect) -> Cells:
    """Where the nodes lie, in one row of cells."""
    x, y, w, h = body
    ux, uy = w / (panel.x[1] - panel.x[0]), h / (panel.y[1] - panel.y[0])

    def cell(_: int, c: int) -> Rect | None:
        if c >= len(panel.nodes):
            return None
        node = panel.nodes[c]
        bw, bh = node.width * ux, node.height * uy
        if node.shape == "circle":
            bw = bh = min(bw, bh)
        return x + (node.x - panel.x[0]) * ux - bw / 2, y + (node.y - panel.y[0]) * uy - bh / 2, bw, bh

    return Cells(cell, 1, len(panel.nodes), x0=x, y0=y, frame=body)


def _middle(place: Rect) -> Any:
    x, y, w, h = place
    return np.array([x + w / 2, y + h / 2])


def _rim(node: Node, place: Rect, towards: np.ndarray) -> np.ndarray:
    """The point where the ray from the middle of a node towards another leaves it."""
    _, _, w, h = place
    d = towards - _middle(place)
    out = DIAGRAM["rim"]
    if node.shape == "circle":
        t = (w / 2 + out) / max(np.hypot(*d), 1e-9)
    else:
        t = min(1.0, (w / 2 + out) / max(abs(d[0]), 1e-9), (h / 2 + out) / max(abs(d[1]), 1e-9))
    return _middle(place) + t * d


def edge_geometry(panel: Diagram, g: Cells, edge: Edge) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Where an edge begins and ends, where its words stand, and how large its head is."""
    places = g.cell(0, edge.start), g.cell(0, edge.end)
    assert places[0] is not None and places[1] is not None
    start = _rim(panel.nodes[edge.start], places[0], _middle(places[1]))
    end = _rim(panel.nodes[edge.end], places[1], _middle(places[0]))
    return start, end, start + DIAGRAM["edge_words"] * (end - start), DIAGRAM["edge_head"] + edge.width


def paint_diagram(sheet: Axes, panel: Diagram, body: Rect) -> None:
    """A Diagram on the sheet."""
    g = diagram_geometry(panel, body)
    for edge in panel.edges:
        start, end, _, head = edge_geometry(panel, g, edge)
        colour, angle = colour_of(edge.colour), np.arctan2(*(end - start)[::-1])
        shaft = end - STYLE["arrow"]["shaft"] * head * np.array([np.cos(angle), np.sin(angle)])
        sheet.plot(*zip(start, shaft, strict=True), color=colour, linewidth=edge.width * POINT, zorder=1)
        sheet.add_patch(arrow_head(end, angle, head, colour, zorder=1))
    for i, node in enumerate(panel.nodes):
        place = g.cell(0, i)
        assert place is not None
        _node(sheet, panel, node, place)
    for mark in panel.highlights:
        circles = [c for _, c in mark.cells if panel.nodes[int(c)].shape == "circle" and mark.style in ("box", "ring")]
        for c in circles:
            place = g.cell(0, int(c))
            assert place is not None
            style = {"fill": False, "edgecolor": colour_of(mark.colour), "linewidth": DIAGRAM["ring"] * POINT}
            sheet.add_patch(Circle(_middle(place), place[2] / 2, zorder=4, **style))
        paint_highlight(sheet, replace(mark, cells=[cell for cell in mark.cells if cell[1] not in circles]), g)


def _node(sheet: Axes, panel: Diagram, node: Node, place: Rect) -> None:
    """A box or circle, its sheets and its words."""
    x, y, w, h = place
    norm = Normalize(-panel.top, panel.top)
    fill = PAPER if node.value is None else MAPS["diverging"](norm(node.value))
    style = {"facecolor": fill, "edgecolor": colour_of(node.colour), "linewidth": DIAGRAM["line"] * POINT, "zorder": 2}
    for k in range(node.depth, -1, -1):
        at = (x + DIAGRAM["sheet"] * k, y - DIAGRAM["sheet"] * k)
        round_box = f"round,pad=0,rounding_size={DIAGRAM['corner']}"
        circle = node.shape == "circle"
        sheet.add_patch(
            Circle(_middle(place), w / 2, **style) if circle else FancyBboxPatch(at, w, h, boxstyle=round_box, **style)
        )


def _lines(node: Node, w: float, h: float) -> list[tuple[str, bool]]:
    """The lines of a node, and whether they are bold: those too long for its width become two, where its height allows
    it.
    """
    smallest = STYLE["placing"]["shrunk"]
    given = [(text, k == 0) for k, text in enumerate(filter(None, (node.text, node.under)))]
    parts = []
    for text, bold in given:
        fits = cut(text, w - DIAGRAM["words_pad"], smallest, bold) == text
        parts += [(piece, bold) for piece in ([text] if fits else text.rsplit(" ", 1))]
    return parts if (h - DIAGRAM["rim"]) / max(1, len(parts)) >= smallest else given


def diagram_texts(panel: Diagram, g: Cells) -> list[Text]:
    """What nodes say, and along the edges what these say, where it meets nothing else."""
    norm, texts, taken = Normalize(-panel.top, panel.top), [], []
    for i, node in enumerate(panel.nodes):
        place = g.cell(0, i)
        assert place is not None
        x, y, w, h = place
        taken.append(place)
        ink: dict[str, Any] = {} if node.value is None else {"on": ink_on(MAPS["diverging"](norm(node.value)))}
        lines = _lines(node, w, h)
        apart = min(DIAGRAM["words_line"], (h - DIAGRAM["rim"]) / max(1, len(lines)))
        for k, (words, bold) in enumerate(lines):
            room, most = w - DIAGRAM["words_pad"], min(DIAGRAM["words"] if bold else DIAGRAM["under"], apart)
            size = shrunk(words, room, most, bold)
            shown = cut(words, room, size, bold)
            at_y = y + h / 2 + (k - (len(lines) - 1) / 2) * apart
            texts.append(Text(shown, x + w / 2, at_y, "node", size, bold=bold, **ink))
    wanted = []
    for edge in panel.edges if any(edge.label for edge in panel.edges) else ():
        start, end, _, _ = edge_geometry(panel, g, edge)
        if edge.label:
            along = [start + share * (end - start) for share in DIAGRAM["edge_places"]]
            first = Text(edge.label, 0, 0, "edge", halo=True)
            wanted.append([moved(first, *at, size=size) for size in (WORDS["plain"], WORDS["indices"]) for at in along])
    return texts + placed(wanted, g.frame, taken)
