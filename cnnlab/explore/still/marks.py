"""Highlighted cells, rectangles and their meanings in a still picture, on panels made of cells; as paint/marks.js."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from matplotlib.patches import Rectangle as Box

from cnnlab.explore.still.paint import PAPER, POINT, WORDS, colour_of
from cnnlab.explore.still.texts import Text
from cnnlab.explore.toolkit.items import Highlight
from cnnlab.explore.toolkit.ruler import Rect, cut, width_of
from cnnlab.picture import STYLE

RULE = STYLE["marks"]


@dataclass(frozen=True)
class Key:
    """One meaning of a legend: what it explains, and where it begins, from the left of the first line."""

    item: Any
    words: str
    x: float
    y: float
    size: float
    end: float


@dataclass
class Cells:
    """Where the cells of a panel lie: cell(row, column) -> (x, y, w, h) in pixels, or None."""

    cell: Callable[[int, int], Rect | None]
    rows: int
    columns: int
    side: float = 0.0
    x0: float = 0.0
    y0: float = 0.0
    legend_y: float | None = None
    legend_x: float = 0.0
    keys: list[Key] = field(default_factory=list)
    frame: Rect = (0.0, 0.0, 0.0, 0.0)


def legend_of(panel: Any, width: float) -> tuple[list[Key], int]:
    """The meanings of the marks of a panel, each once, in as many lines as they need."""
    seen: dict[str, Any] = {}
    for item in [*panel.highlights, *panel.rectangles]:
        if item.meaning:
            seen.setdefault(item.meaning, item)
    size, each, before = WORDS["plain"], RULE["legend_each"] - RULE["legend_words"], RULE["legend_words"]
    wanted = sum(before + width_of(words, size) for words in seen) + each * (len(seen) - 1)
    size *= min(1.0, max(STYLE["placing"]["squeeze"], width / max(1.0, wanted)))
    keys: list[Key] = []
    x, y = 0.0, 0.0
    for meaning, item in seen.items():
        words = cut(meaning, width - before, size)
        end = x + before + width_of(words, size)
        if x and end > width:
            x, y, end = 0.0, y + STYLE["cells"]["legend"], end - x
        keys.append(Key(item, words, x, y, size, end))
        x = end + each
    return keys, 1 + round(y / STYLE["cells"]["legend"]) if keys else 0


def legend_texts(g: Cells) -> list[Text]:
    """The words of the legend."""
    low = g.legend_y or 0.0
    style: dict[str, Any] = {"part": "legend", "align": "left"}
    return [
        Text(key.words, g.legend_x + key.x + RULE["legend_words"], low + key.y, size=key.size, **style)
        for key in g.keys
    ]


def paint_marks(sheet: Axes, panel: Any, g: Cells, cut: Box | None = None) -> None:
    """Highlights and rectangles, then their meanings in a line below.  cut : what they do not reach out of."""
    drawn: list[Artist] = []
    for mark in panel.highlights:
        drawn += paint_highlight(sheet, mark, g)
    rectangles = getattr(panel, "rectangles", [])
    for r in rectangles:
        place = (g.x0 + r.column * g.side, g.y0 + r.row * g.side)
        # Paper on both sides: it is seen on a picture of its own colour, too.
        for colour, width in ((PAPER, RULE["rectangle"] + 2 * RULE["halo"]), (colour_of(r.colour), RULE["rectangle"])):
            style = {"edgecolor": colour, "linewidth": width * POINT, "zorder": 4}
            drawn.append(sheet.add_patch(Box(place, r.columns * g.side, r.rows * g.side, fill=False, **style)))
    for artist in drawn if cut is not None else ():
        artist.set_clip_path(cut)
    for key in g.keys:
        y = (g.legend_y or 0.0) + key.y - RULE["legend_up"]
        _swatch(sheet, getattr(key.item, "style", "box"), g.legend_x + key.x, y, colour_of(key.item.colour))


def _swatch(sheet: Axes, form: str, x: float, y: float, colour: str) -> None:
    """The key of a legend."""
    side, line = RULE["swatch"], RULE["swatch_line"] * POINT
    near, far = (x + 1, x + side - 1), (y + 1, y + side - 1)
    if form == "dot":
        sheet.add_patch(Circle((x + side / 2, y + side / 2), RULE["swatch_dot"], color=colour))
    elif form == "cross":
        sheet.plot(near, far, color=colour, linewidth=line)
        sheet.plot(near[::-1], far, color=colour, linewidth=line)
    elif form in ("fade", "tint"):
        sheet.add_patch(Box((x, y), side, side, facecolor=colour, alpha=STYLE["cells"][form], linewidth=0))
    else:
        sheet.add_patch(Box((x + 1, y + 1), side - 2, side - 2, fill=False, edgecolor=colour, linewidth=line))


def paint_highlight(sheet: Axes, mark: Highlight, g: Cells) -> list[Artist]:
    """One set of cells; what was drawn."""
    colour, inside = colour_of(mark.colour), {tuple(cell) for cell in mark.cells}
    drawn: list[Artist] = []
    for r, c in mark.cells:
        place = g.cell(int(r), int(c))
        if place is None or mark.style in ("fade", "tint"):  # they lie under the numbers, see cells.py
            continue
        x, y, w, h = place
        short = min(w, h)
        width = max(RULE["thinnest"], min(RULE["thickest"], short / RULE["share"])) * POINT
        line = {"color": colour, "linewidth": width, "zorder": 4, "solid_capstyle": "projecting"}
        if mark.style == "ring":
            inset = min(RULE["inset"], (short - RULE["inset_from"]) / 2)  # around a small pixel, for that to be seen
            ring = Box((x + inset, y + inset), w - 2 * inset, h - 2 * inset, fill=False, zorder=4)
            ring.set(edgecolor=colour, linewidth=width)
            drawn.append(sheet.add_patch(ring))
        elif mark.style == "cross":
            xs, ys = (x + RULE["cross"], x + w - RULE["cross"]), (y + RULE["cross"], y + h - RULE["cross"])
            drawn += sheet.plot(xs, ys, **line) + sheet.plot(xs[::-1], ys, **line)
        elif mark.style == "dot":
            at = (x + w - RULE["dot_at"] * short - 1, y + RULE["dot_at"] * short + 1)
            dot = Circle(at, max(RULE["dot_least"], RULE["dot"] * short), color=colour, zorder=4)
            drawn.append(sheet.add_patch(dot))
        else:  # only the sides that no other cell of the set shares
            sides = {
                (r - 1, c): ((x, x + w), (y, y)),
                (r + 1, c): ((x, x + w), (y + h, y + h)),
                (r, c - 1): ((x, x), (y, y + h)),
                (r, c + 1): ((x + w, x + w), (y, y + h)),
            }
            for neighbour, (xs, ys) in sides.items():
                if neighbour not in inside:
                    drawn += sheet.plot(xs, ys, **line)
    return drawn
