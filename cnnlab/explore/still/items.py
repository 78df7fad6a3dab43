"""Lines, points, marks, bars, borders, vectors and labels in a still picture; as paint/items.js."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

from cnnlab.explore.still.paint import POINT, WORDS, arrow_head, colour_of, dashes, in_pixels
from cnnlab.explore.still.texts import Text, moved, placed
from cnnlab.explore.toolkit.items import Bars, Border, Label, Line, Mark, Points, Vector
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.ruler import Rect, width_of
from cnnlab.explore.toolkit.scene import Curves
from cnnlab.picture import STYLE

MARKERS = {"dot": "o", "ring": "o", "square": "s", "cross": "x"}
RULES = STYLE["items"]

Place = tuple[float, float]
Style = dict[str, Any]


@dataclass
class AxesGeometry:
    """Where the axes of a panel lie in pixels, and where its data lie in them."""

    panel: Curves
    left: float
    top: float
    width: float
    height: float
    body: Rect = (0.0, 0.0, 0.0, 0.0)
    keys: list[Any] = field(default_factory=list)

    @property
    def ends(self) -> tuple[Place, Place]:
        """Of x and of y: (low, high), their logarithms on a logarithmic axis."""
        return _along(self.panel.x, self.panel.x_log), _along(self.panel.y, self.panel.y_log)

    def px(self, value: float) -> float:
        """Where x lies."""
        lo, hi = self.ends[0]
        return self.left + (_one(value, self.panel.x_log) - lo) / (hi - lo) * self.width

    def py(self, value: float) -> float:
        """Where y lies, from the top down."""
        lo, hi = self.ends[1]
        return self.top + self.height - (_one(value, self.panel.y_log) - lo) / (hi - lo) * self.height

    def at(self, point: Any) -> np.ndarray:
        """Where (x, y) lies."""
        return np.array([self.px(point[0]), self.py(point[1])])


def _one(value: float, log: bool) -> float:
    return value if not log else float(np.log10(value)) if value > 0 else np.nan


def _along(side: Place, log: bool) -> Place:
    return _one(side[0], log), _one(side[1], log)


# ---- where what has no data coordinates lies, in pixels ----


def border_geometry(item: Border, g: AxesGeometry) -> dict[str, Any] | None:
    """Arrow, words, and the positive side as a polygon that begins with the line itself; None without direction."""
    w, norm, panel = np.array(item.w), np.hypot(*item.w), g.panel
    if not norm > 1e-12:
        return None
    rule, n = RULES["border"], w / norm
    along = np.array([-n[1], n[0]])
    reach = 2 * np.hypot(panel.x[1] - panel.x[0], panel.y[1] - panel.y[0])
    centre = np.array([sum(panel.x) / 2, sum(panel.y) / 2])
    foot = centre - (w @ centre + item.b) / norm * n
    ends = [foot + reach * along, foot - reach * along]
    side = [g.at(point) for point in (*ends, ends[1] + reach * n, ends[0] + reach * n)]
    start = g.at(foot)
    angle = np.arctan2(*(g.at(foot + n) - start)[::-1])
    turn = np.array([np.cos(angle), np.sin(angle)])
    places = {name: start + rule[name] * turn for name in ("shaft", "tip", "words")}
    return {"side": side, "foot": start, "angle": angle, **places}


def vector_geometry(item: Vector, g: AxesGeometry) -> dict[str, Any] | None:
    """Start, shaft, tip and words; None if it is too short to be seen."""
    rule, start, tip = RULES["vector"], g.at((item.x, item.y)), g.at((item.x + item.dx, item.y + item.dy))
    length = np.hypot(*(tip - start))
    if not length >= rule["least"]:
        return None
    angle, head = np.arctan2(*(tip - start)[::-1]), min(rule["head"], length)
    turn = np.array([np.cos(angle), np.sin(angle)])
    shaft, words = tip - rule["shaft"] * head * turn, tip + rule["words"] * turn
    return {"start": start, "tip": tip, "angle": angle, "head": head, "shaft": shaft, "words": words}


def mark_geometry(item: Mark, g: AxesGeometry) -> tuple[float, float, bool] | None:
    """(x, y, whether they end there) of the words: beside the line, where there is more room; None outside."""
    rule = RULES["mark"]
    if item.x is not None:
        x = g.px(item.x)
        left = x > g.left + rule["beside"] * g.width
        if not g.left - 1 <= x <= g.left + g.width + 1:
            return None
        return x - rule["words_x"] if left else x + rule["words_x"], g.top + rule["words_down"], left
    y = g.py(item.y or 0.0)
    if not g.top - 1 <= y <= g.top + g.height + 1:
        return None
    return g.left + g.width - rule["words_end"], y - rule["words_up"], True


# ---- words ----


def item_texts(panel: Curves, g: AxesGeometry) -> list[Text]:
    """What the items say, each at the first of its places that is free; words without a place are left out."""
    rim = STYLE["placing"]["rim"]
    frame = (g.left + rim, g.top + rim, g.width - 2 * rim, g.height - 2 * rim)
    held = [item for item in panel.items if isinstance(item, Points) and item.drag]
    taken = [_around(g.px(item.x[0]), g.py(item.y[0]), item.size) for item in held]
    wanted: list[list[Text]] = []
    for kind in PLACES:
        wanted += [at for item in panel.items if type(item).__name__ == kind for at in PLACES[kind](item, g)]
    return placed(wanted, frame, taken)


def _around(x: float, y: float, size: float) -> Rect:
    return x - size, y - size, 2 * size, 2 * size


def _steps() -> list[float]:
    """0, one step down, one up, two down ..."""
    rule = STYLE["placing"]
    return [0.0, *(way * k * rule["step"] for k in range(1, rule["steps"] + 1) for way in (1, -1))]


def _bar_places(item: Bars, g: AxesGeometry) -> list[list[Text]]:
    """Of the heights: all of them in one size, or none."""
    if not item.values or not len(item.x):
        return []
    rule, words = RULES["bar"], [format_number(y, item.digits) for y in item.y]
    at = [g.px(x) for x in item.x]
    room = min((abs(b - a) for a, b in pairwise(at)), default=g.width) - STYLE["placing"]["rim"]
    size = min(WORDS["ticks"], room / max(width_of(one, 1) for one in words))
    if size < WORDS["smallest"]:
        return []
    places = []
    for x, y, text in zip(at, item.y, words, strict=True):
        to = g.py(y)
        down = to + rule["words_down"] if y < 0 else to - rule["words_up"]
        down = max(g.top + rule["top"], min(g.top + g.height - rule["bottom"], down))
        places.append([Text(text, x, down, "item", size, base="alphabetic", halo=True)])
    return places


def _mark_places(item: Mark, g: AxesGeometry) -> list[list[Text]]:
    """Beside its line, where there is more room; then on the other side, and lower."""
    at = mark_geometry(item, g) if item.label else None
    if at is None:
        return []
    rule, (x, y, left) = RULES["mark"], at
    style: Style = {"base": "alphabetic", "colour": item.colour, "halo": True}
    first = Text(item.label, x, y, "item", WORDS["ticks"], "right" if left else "left", **style)
    if item.x is None:
        under = 2 * rule["words_up"] + WORDS["ticks"]
        other = moved(first, 2 * rule["words_end"] - g.width, 0, align="left")
        return [[moved(one, 0, down) for down in (0, under) for one in (first, other)]]
    across = 2 * rule["words_x"] * (1 if left else -1)
    other = moved(first, across, 0, align="left" if left else "right")
    down = [k * STYLE["placing"]["step"] for k in range(2 * STYLE["placing"]["steps"])]
    return [[moved(one, 0, k) for k in down for one in (first, other)]]


def _point_places(item: Points, g: AxesGeometry) -> list[list[Text]]:
    """Beside the first point, to the right of it or to the left."""
    if not item.text or not len(item.x):
        return []
    rule, (x, y) = RULES["point"], g.at((item.x[0], item.y[0]))
    if not _in_frame(x, y, g):
        return []
    right = item.size + rule["words_x"]
    style: Style = {"base": "alphabetic", "colour": item.colour, "halo": True}
    first = Text(item.text, x + right, y - rule["words_y"], "item", align="left", **style)
    other = moved(first, -2 * right, 0, align="right")
    low = 2 * rule["words_y"] + RULES["mark"]["words_down"] / 2
    return [[moved(one, 0, down) for k in _steps() for down in (k, low + k) for one in (first, other)]]


def _tip_places(item: Border | Vector, g: AxesGeometry) -> list[list[Text]]:
    """At the tip of an arrow, then about it."""
    at = border_geometry(item, g) if isinstance(item, Border) else vector_geometry(item, g)
    if not item.label or at is None:
        return []
    x, y = at["words"]
    tip_x, tip_y = at["tip"]
    if not _in_frame(tip_x, tip_y, g):
        return []
    first = Text(item.label, x, y, "item", colour=item.colour, bold=isinstance(item, Border), halo=True)
    return [[moved(first, right, down) for right in _steps()[:5] for down in _steps()]]


def _label_places(item: Label, g: AxesGeometry) -> list[list[Text]]:
    """Where it is wanted, or hardly beside."""
    x, y = g.at((item.x, item.y))
    if not _in_frame(x, y, g):
        return []
    first = Text(item.text, x, y, "item", item.size, colour=item.colour, halo=True)
    near = STYLE["placing"]["step"] / 2
    return [[moved(first, right, down) for right in (0, near, -near) for down in (0, near, -near)]]


def _in_frame(x: float, y: float, g: AxesGeometry) -> bool:
    rim = STYLE["placing"]["step"]
    return g.left - rim <= x <= g.left + g.width + rim and g.top - rim <= y <= g.top + g.height + rim


PLACES: dict[str, Callable[[Any, AxesGeometry], list[list[Text]]]] = {
    "Bars": _bar_places,
    "Points": _point_places,
    "Vector": _tip_places,
    "Border": _tip_places,
    "Mark": _mark_places,
    "Label": _label_places,
}


# ---- painting ----


def _line(axes: Axes, sheet: Axes, item: Line, g: AxesGeometry) -> None:
    dash = dashes(RULES["dash"], item.width) if item.dash else "-"
    style: Style = {"color": colour_of(item.colour), "linewidth": item.width * POINT, "linestyle": dash, "zorder": 3}
    axes.plot(item.x, item.y, dash_capstyle="butt", **style)


def _points(axes: Axes, sheet: Axes, item: Points, g: AxesGeometry) -> None:
    rule = RULES["point"]
    colour, size = colour_of(item.colour), 2 * (item.size + (rule["held"] if item.drag else 0))
    line = rule["edge"] if item.shape in ("ring", "cross") or item.drag else rule["rim"]
    axes.plot(
        item.x,
        item.y,
        linestyle="none",
        marker=MARKERS[item.shape],
        markersize=size * POINT,
        zorder=4,
        markerfacecolor="white" if item.shape == "ring" else colour,
        markeredgecolor=colour if item.shape in ("ring", "cross") else "white",
        markeredgewidth=line * POINT,
    )
    if item.drag:
        ring = {"markerfacecolor": "none", "markeredgecolor": colour, "markeredgewidth": rule["ring_line"] * POINT}
        side = (size + 2 * rule["ring"]) * POINT
        axes.plot(item.x, item.y, linestyle="none", marker="o", markersize=side, zorder=4, **ring)


def _mark(axes: Axes, sheet: Axes, item: Mark, g: AxesGeometry) -> None:
    rule = RULES["mark"]
    dash = dashes(rule["dash"], rule["line"])
    style: Style = {"color": colour_of(item.colour), "linewidth": rule["line"] * POINT, "linestyle": dash, "zorder": 2}
    if item.x is not None:
        axes.axvline(item.x, **style)
    elif item.y is not None:
        axes.axhline(item.y, **style)


def _bars(axes: Axes, sheet: Axes, item: Bars, g: AxesGeometry) -> None:
    axes.bar(item.x, item.y, item.width, color=colour_of(item.colour), zorder=2)


def _border(axes: Axes, sheet: Axes, item: Border, g: AxesGeometry) -> None:
    at = border_geometry(item, g)
    if at is None:
        return
    rule, colour, width = RULES["border"], colour_of(item.colour), item.width * POINT
    if item.shade:
        in_pixels(axes, sheet, Polygon(at["side"], color=colour, alpha=rule["shade"], linewidth=0, zorder=1))
    strokes = [(at["side"][0], at["side"][1]), (at["foot"], at["shaft"])]
    for a, b in strokes if item.arrow else strokes[:1]:
        in_pixels(axes, sheet, Line2D([a[0], b[0]], [a[1], b[1]], color=colour, linewidth=width, zorder=3))
    if item.arrow:
        in_pixels(axes, sheet, arrow_head(at["tip"], at["angle"], rule["head"], colour, zorder=3))


def _vector(axes: Axes, sheet: Axes, item: Vector, g: AxesGeometry) -> None:
    at = vector_geometry(item, g)
    if at is None:
        return
    colour, (x0, y0), (x1, y1) = colour_of(item.colour), at["start"], at["shaft"]
    in_pixels(axes, sheet, Line2D([x0, x1], [y0, y1], color=colour, linewidth=item.width * POINT, zorder=3))
    in_pixels(axes, sheet, arrow_head(at["tip"], at["angle"], at["head"], colour, zorder=3))


def _label(axes: Axes, sheet: Axes, item: Label, g: AxesGeometry) -> None:
    """Nothing but words."""


PAINTERS: dict[str, Callable[[Axes, Axes, Any, AxesGeometry], None]] = {
    "Line": _line,
    "Points": _points,
    "Mark": _mark,
    "Bars": _bars,
    "Border": _border,
    "Vector": _vector,
    "Label": _label,
}
