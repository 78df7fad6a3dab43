"""Curves and Plane as a still picture: where the axes and their ticks lie, and painting them; as paint/axes.js."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnlab.explore.still.items import MARKERS, PAINTERS, AxesGeometry, Style, item_texts
from cnnlab.explore.still.paint import FAINT, MAPS, MUTED, POINT, WORDS, colour_of, dashes
from cnnlab.explore.still.texts import Text, inside, shrunk
from cnnlab.explore.still.ticks import Ticks, across, fitted, ticks_of
from cnnlab.explore.toolkit.items import Bars, Line, Points
from cnnlab.explore.toolkit.ruler import Rect, cut, width_of
from cnnlab.explore.toolkit.scene import Curves, Plane
from cnnlab.picture import STYLE

Key = tuple[Line | Points | Bars, float, float, float, str]  # of a legend: what, where it begins, size, words


def legend_items(panel: Curves) -> list[Line | Points | Bars]:
    """What the legend explains."""
    return [item for item in panel.items if panel.legend and isinstance(item, Line | Points | Bars) and item.label]


def legend_keys(panel: Curves, left: float, width: float) -> tuple[list[Key], int]:
    """Where the keys of the legend begin, y from the top of its first line, and how many lines it has."""
    rule, size, each = STYLE["legend"], WORDS["plain"], STYLE["legend"]["each"]
    items = legend_items(panel)
    wanted = [width_of(item.label, size) + each for item in items]
    squeeze = min(1.0, max(STYLE["placing"]["squeeze"], width / max(1.0, sum(wanted))))
    size *= squeeze
    keys: list[Key] = []
    x, y, lines = left, 0.0, 1
    for item in items:
        words = cut(item.label, width - rule["words"], size)
        long = width_of(words, size) + rule["words"]
        if x > left and x + long > left + width:
            x, y, lines = left, y + STYLE["axes"]["legend"], lines + 1
        keys.append((item, x, y, size, words))
        x += long + (each - rule["words"]) * squeeze
    return keys, lines if items else 0


def axes_geometry(panel: Curves, body: Rect) -> AxesGeometry:
    """Where the axes lie within the body of a panel (x, y, w, h in pixels from the top left)."""
    rule = STYLE["axes"]
    x, y, w, h = body
    label = rule["label"] if panel.y_label else 0
    most, below = rule["widest"] * w, rule["bottom"] + (rule["label"] if panel.x_label else 0)
    high = h - rule["top"] - below - (rule["legend"] if legend_items(panel) else 0)
    y_ticks = panel.y_ticks if panel.y_ticks is not None else ticks_of(*panel.y, panel.y_log, high)
    widest = min(most, max((width_of(words, WORDS["ticks"]) for _, words in y_ticks), default=0.0))
    left = x + label + max(rule["left"], widest + rule["tick_y"] + rule["beyond"])
    width = x + w - rule["right"] - left
    keys, lines = legend_keys(panel, left, width)
    top = y + rule["top"] + rule["legend"] * max(lines, panel.lines)
    height = y + h - top - below
    g = AxesGeometry(panel, left, top, width, height, body, keys)
    if isinstance(panel, Plane):
        (x0, x1), (y0, y1) = g.ends
        unit = min(width / (x1 - x0), height / (y1 - y0))
        g.left += (width - unit * (x1 - x0)) / 2
        g.width, g.height = unit * (x1 - x0), unit * (y1 - y0)
    return g


def legend_lines(panel: Curves, width: float) -> int:
    """How many lines the legend has in a panel of this width."""
    g = axes_geometry(panel, (0, 0, width, panel.height))
    return 1 + round(g.keys[-1][2] / STYLE["axes"]["legend"]) if g.keys else 0


def plane_height(panel: Plane, width: float) -> float:
    """How high the body of a Plane is that its axes fill."""
    high = 1e6
    g = axes_geometry(panel, (0, 0, width, high))
    below = STYLE["axes"]["bottom"] + (STYLE["axes"]["label"] if panel.x_label else 0)
    return g.top + g.height + below


def axes_ticks(panel: Curves, g: AxesGeometry) -> tuple[Ticks, Ticks]:
    """Of x and of y: the panel's own, or those of the rule."""
    high = panel.y_ticks if panel.y_ticks is not None else ticks_of(*panel.y, panel.y_log, g.height)
    return across(panel.x_ticks, panel.x, panel.x_log, g.width), high


def axes_texts(panel: Curves, g: AxesGeometry) -> list[Text]:
    """All words of a panel with axes: at the ticks, at the axes, in the legend, and what the items say."""
    rule, muted = STYLE["axes"], Style(colour="muted")
    x_ticks, y_ticks = axes_ticks(panel, g)
    (x_ticks, x_size), (y_ticks, y_size) = fitted(x_ticks, g.px, False), fitted(y_ticks, g.py, True)
    down, most = g.top + g.height, rule["widest"] * g.body[2]
    under = g.body
    style: Style = {"part": "tick", "base": "alphabetic", "size": x_size, **muted}
    texts = [inside(Text(words, g.px(at), down + rule["tick_x"], **style), under) for at, words in x_ticks]
    style = {"part": "tick", "align": "right", "size": y_size, **muted}
    beside = [cut(words, most, y_size) for _, words in y_ticks]
    where = [g.py(at) for at, _ in y_ticks]
    texts += [Text(words, g.left - rule["tick_y"], y, **style) for words, y in zip(beside, where, strict=True)]
    far = max((width_of(words, y_size) for words in beside), default=0.0) + rule["tick_y"] + rule["y_label"]
    if panel.x_label:
        size = shrunk(panel.x_label, under[2], WORDS["plain"])
        at = g.left + g.width / 2, down + rule["x_label"]
        texts.append(inside(Text(panel.x_label, *at, "axis", size, base="alphabetic", **muted), under))
    if panel.y_label:
        size = shrunk(panel.y_label, under[3], WORDS["plain"])
        texts.append(
            inside(Text(panel.y_label, g.left - far, g.top + g.height / 2, "axis", size, turned=True, **muted), under)
        )
    for _, x, y, size, words in g.keys:
        at = x + STYLE["legend"]["words"], g.body[1] + rule["top"] + rule["legend"] + y - STYLE["legend"]["up"]
        texts.append(Text(words, *at, "legend", size, "left"))
    return texts + item_texts(panel, g)


@dataclass
class Sheet:
    """The figure, and axes over the whole of it whose unit is the pixel, y downwards."""

    figure: Figure
    axes: Axes
    width: float
    height: float
    margin: float

    def place(self, left: float, top: float, width: float, height: float) -> Axes:
        """New axes at a place in pixels."""
        bottom = 1 - (self.margin + top + height) / self.height
        return self.figure.add_axes(
            ((self.margin + left) / self.width, bottom, width / self.width, height / self.height)
        )


def paint_axes(sheet: Sheet, panel: Curves, body: Rect) -> None:
    """Axes within `body`, without their words."""
    g = axes_geometry(panel, body)
    axes = sheet.place(g.left, g.top, g.width, g.height)
    axes.set_xscale("log" if panel.x_log else "linear")
    axes.set_yscale("log" if panel.y_log else "linear")
    axes.set_xlim(panel.x)
    axes.set_ylim(panel.y)
    axes.set_label(panel.name)
    axes.set_facecolor("none")
    _grid(axes, panel, g)
    if panel.background is not None:
        back = panel.background
        axes.imshow(
            back.values,
            origin="lower",
            extent=(*panel.x, *panel.y),
            aspect="auto",
            cmap=MAPS[back.colours],
            vmin=back.scale[0],
            vmax=back.scale[1],
            alpha=back.strength,
            interpolation="nearest",
            zorder=0,
        )
        if back.light is not None:
            place: dict[str, Any] = {"origin": "lower", "extent": (*panel.x, *panel.y), "aspect": "auto"}
            axes.imshow(_light(back.light), interpolation="nearest", zorder=0.1, **place)
    for item in panel.items:
        PAINTERS[type(item).__name__](axes, sheet.axes, item, g)
    _keys(sheet.axes, g)


def _light(light: np.ndarray) -> np.ndarray:
    """White over what lies in the sun, black over what lies in the shade."""
    rule = STYLE["lighting"]
    pixels = np.zeros((*light.shape, 4))
    pixels[..., :3] = (light > 0)[..., None]
    pixels[..., 3] = np.where(light > 0, rule["sun"] * light, -rule["shade"] * light)
    return pixels


def _grid(axes: Axes, panel: Curves, g: AxesGeometry) -> None:
    """Lines at the ticks; their words are painted with all others."""
    rule = STYLE["axes"]
    faint = rule["grid_over_map"] if panel.background is not None else 1
    x_ticks, y_ticks = axes_ticks(panel, g)
    axes.set_xticks([], minor=True)
    axes.set_yticks([], minor=True)
    axes.set_xticks([place for place, _ in x_ticks])
    axes.set_yticks([place for place, _ in y_ticks])
    axes.grid(color=FAINT, linewidth=POINT, alpha=faint, clip_on=False)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", length=0, labelbottom=False, labelleft=False)
    for edge in axes.spines.values():
        edge.set_visible(False)
    named = panel.x_log or panel.x_ticks is not None  # 0 is a place like others there
    for line, plain, places in ((axes.axvline, not named, x_ticks), (axes.axhline, not panel.y_log, y_ticks)):
        if plain and any(abs(place) < 1e-12 for place, _ in places):
            line(0, color=MUTED, linewidth=POINT, alpha=faint, zorder=1, clip_on=False)
    axes.set_xlabel(panel.x_label).set_visible(False)
    axes.set_ylabel(panel.y_label).set_visible(False)


def _keys(sheet: Axes, g: AxesGeometry) -> None:
    """Of the legend, above the axes, so that it never hides a curve."""
    rule, key = STYLE["legend"], STYLE["legend"]["key"]
    for item, x, down, _, _ in g.keys:
        y = g.body[1] + STYLE["axes"]["top"] + STYLE["axes"]["legend"] + down - rule["up"]
        colour = colour_of(item.colour)
        if isinstance(item, Points):
            hollow = item.shape in ("ring", "cross")
            style: dict[str, Any] = {
                "markerfacecolor": "none" if hollow else colour,
                "markeredgecolor": colour if hollow else "white",
            }
            side = 2 * min(rule["point"], item.size) * POINT
            sheet.plot(x + key / 2, y, marker=MARKERS[item.shape], markersize=side, linestyle="none", **style)
        elif isinstance(item, Bars):
            wide, high = rule["bar"]
            at = [x + (key - wide) / 2, x + (key + wide) / 2]
            sheet.plot(at, [y, y], color=colour, linewidth=high * POINT, solid_capstyle="butt")
        else:
            dash = dashes(rule["dash"], item.width) if item.dash else "-"
            sheet.plot([x, x + key], [y, y], color=colour, linewidth=item.width * POINT, linestyle=dash)
