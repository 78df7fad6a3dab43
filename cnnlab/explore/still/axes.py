"""Curves and Plane as a still picture: where the axes and their ticks lie, and painting them; as paint/axes.js."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnlab.explore.still.items import MARKERS, PAINTERS, AxesGeometry, mark_words
from cnnlab.explore.still.paint import FAINT, MAPS, MUTED, POINT, WORDS, colour_of, dashes, text_width, write
from cnnlab.explore.toolkit.items import Bars, Line, Points
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Plane
from cnnlab.picture import STYLE

Box = tuple[float, float, float, float]
Ticks = list[tuple[float, str]]

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def ticks_of(lo: float, hi: float, log: bool, room: float) -> Ticks:
    """(place, words) of the ticks of an axis that has so many pixels of room."""
    rule = STYLE["ticks"]
    if log:
        first, last = int(np.ceil(np.log10(lo) - 1e-9)), int(np.floor(np.log10(hi) + 1e-9))
        every = max(1, int(np.ceil((last - first) / max(1, room / rule["each_power"]))))
        plain = first >= rule["plain_from"] and last <= rule["plain_to"]
        powers = range(first, last + 1, every)
        return [(10.0**k, format_number(10.0**k, max(0, -k)) if plain else f"10{_raised(k)}") for k in powers]
    raw = (hi - lo) / max(rule["fewest"], min(rule["most"], room / rule["each"]))
    power = 10.0 ** np.floor(np.log10(raw))
    times = next((m for m in rule["steps"] if m * power >= raw * (1 - 1e-12)), 10)
    step = times * power
    finer = 1 if abs(times - 2.5) < 1e-9 else 0
    digits = max(0, min(6, int(np.ceil(-np.log10(step) - 1e-9)) + finer))
    places = np.arange(np.ceil(lo / step - 1e-9), np.floor(hi / step + 1e-9) + 1) * step
    return [(float(place), format_number(place, digits)) for place in places]


def _raised(k: int) -> str:
    return str(k).translate(RAISED)


def axes_ticks(panel: Curves, g: AxesGeometry) -> tuple[Ticks, Ticks]:
    """Of x and of y: the panel's own, or those of the rule."""
    return (
        panel.x_ticks if panel.x_ticks is not None else ticks_of(panel.x[0], panel.x[1], panel.x_log, g.width),
        panel.y_ticks if panel.y_ticks is not None else ticks_of(panel.y[0], panel.y[1], panel.y_log, g.height),
    )


def legend_items(panel: Curves) -> list[Line | Points | Bars]:
    """What the legend explains."""
    return [item for item in panel.items if panel.legend and isinstance(item, Line | Points | Bars) and item.label]


def axes_geometry(panel: Curves, body: Box) -> AxesGeometry:
    """Where the axes lie within the body of a panel (x, y, w, h in pixels from the top left)."""
    rule = STYLE["axes"]
    x, y, w, h = body
    left = x + rule["left"] + (rule["label"] if panel.y_label else 0)
    top = y + rule["top"] + (rule["legend"] if legend_items(panel) else 0)
    width = x + w - rule["right"] - left
    height = y + h - top - rule["bottom"] - (rule["label"] if panel.x_label else 0)
    g = AxesGeometry(panel, left, top, width, height)
    if isinstance(panel, Plane):
        (x0, x1), (y0, y1) = g.ends
        unit = min(width / (x1 - x0), height / (y1 - y0))
        g.left += (width - unit * (x1 - x0)) / 2
        g.width, g.height = unit * (x1 - x0), unit * (y1 - y0)
    return g


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


def paint_axes(sheet: Sheet, panel: Curves, body: Box) -> None:
    """Axes within `body`, the legend above them on the sheet itself."""
    g = axes_geometry(panel, body)
    axes = sheet.place(g.left, g.top, g.width, g.height)
    axes.set_xscale("log" if panel.x_log else "linear")
    axes.set_yscale("log" if panel.y_log else "linear")
    axes.set_xlim(panel.x)
    axes.set_ylim(panel.y)
    axes.set_label(panel.name)
    axes.set_facecolor("none")
    _ticks(axes, panel, g)
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
    for item in panel.items:
        PAINTERS[type(item).__name__](axes, sheet.axes, item, g)
    for item in panel.items:
        mark_words(axes, sheet.axes, item, g)
    if legend_items(panel):
        _legend(sheet.axes, panel, g)


def _ticks(axes: Axes, panel: Curves, g: AxesGeometry) -> None:
    """Lines of the grid, the numbers or words beside them, and what the axes are called."""
    rule = STYLE["axes"]
    faint = rule["grid_over_map"] if panel.background is not None else 1
    x_ticks, y_ticks = axes_ticks(panel, g)
    axes.set_xticks([], minor=True)
    axes.set_yticks([], minor=True)
    axes.set_xticks([place for place, _ in x_ticks], [words for _, words in x_ticks], va="baseline")
    axes.set_yticks([place for place, _ in y_ticks], [words for _, words in y_ticks], va="center_baseline")
    axes.grid(color=FAINT, linewidth=POINT, alpha=faint, clip_on=False)
    axes.set_axisbelow(True)
    ticks: dict[str, Any] = {"which": "both", "labelsize": WORDS["ticks"] * POINT, "labelcolor": MUTED, "length": 0}
    axes.tick_params(axis="x", pad=rule["tick_x"] * POINT, **ticks)
    axes.tick_params(axis="y", pad=rule["tick_y"] * POINT, **ticks)
    for edge in axes.spines.values():
        edge.set_visible(False)
    for line, log, places in ((axes.axvline, panel.x_log, x_ticks), (axes.axhline, panel.y_log, y_ticks)):
        if not log and any(abs(place) < 1e-12 for place, _ in places):
            line(0, color=MUTED, linewidth=POINT, alpha=faint, zorder=1, clip_on=False)
    down = -rule["x_label"] / g.height
    across = -rule["y_label"] / g.width
    style: dict[str, Any] = {"fontsize": WORDS["plain"] * POINT, "color": MUTED}
    axes.set_xlabel(panel.x_label, va="baseline", **style)
    axes.xaxis.set_label_coords(0.5, down)
    axes.set_ylabel(panel.y_label, va="center", ha="center", rotation_mode="anchor", **style)
    axes.yaxis.set_label_coords(across, 0.5)


def _legend(sheet: Axes, panel: Curves, g: AxesGeometry) -> None:
    """One line above the axes, so that it never hides a curve."""
    rule, items = STYLE["legend"], legend_items(panel)
    wanted = [text_width(item.label, WORDS["plain"]) + rule["each"] for item in items]
    squeeze = min(1.0, g.width / sum(wanted))
    x, y, key = g.left, g.top - rule["up"], rule["key"]
    for item, step in zip(items, wanted, strict=True):
        colour = colour_of(item.colour)
        if isinstance(item, Points):
            hollow = item.shape in ("ring", "cross")
            style: dict[str, Any] = {
                "markerfacecolor": "none" if hollow else colour,
                "markeredgecolor": colour if hollow else "white",
            }
            side = 2 * min(rule["point"], item.size) * POINT
            marker = MARKERS[item.shape]
            sheet.plot(x + key / 2, y, marker=marker, markersize=side, linestyle="none", **style)
        elif isinstance(item, Bars):
            wide, high = rule["bar"]
            at = [x + (key - wide) / 2, x + (key + wide) / 2]
            sheet.plot(at, [y, y], color=colour, linewidth=high * POINT, solid_capstyle="butt")
        else:
            dash = dashes(rule["dash"], item.width) if item.dash else "-"
            sheet.plot([x, x + key * squeeze], [y, y], color=colour, linewidth=item.width * POINT, linestyle=dash)
        size = max(WORDS["smallest"], WORDS["plain"] * squeeze)
        write(sheet, x + rule["words"] * squeeze, y, item.label, size, ha="left")
        x += step * squeeze
