"""Curves and Plane as a still picture."""

import numpy as np
from matplotlib.patches import Polygon
from matplotlib.transforms import offset_copy

from cnnlab.explore.still.paint import FAINT, MAPS, MUTED, POINT, colour_of, text_width, write
from cnnlab.explore.toolkit.numbers import format_number

MARKERS = {"dot": "o", "ring": "o", "square": "s", "cross": "x"}


def paint_axes(figure, sheet, panel, body, size):
    """Axes within `body` (x, y, w, h in pixels from the top left), legend on the `sheet`; size = (margin, width,
    height).
    """
    margin, full_width, full_height = size
    x, y, w, h = body
    keys = ("Line", "Points", "Bars")
    labelled = [item for item in panel.items if panel.legend and type(item).__name__ in keys and item.label]
    left, top = x + 40 + (16 if panel.y_label else 0), y + 5 + (20 if labelled else 0)
    width, height = x + w - 10 - left, y + h - top - 22 - (16 if panel.x_label else 0)
    axes = figure.add_axes(
        (
            (margin + left) / full_width,
            1 - (margin + top + height) / full_height,
            width / full_width,
            height / full_height,
        )
    )
    axes.set_xscale("log" if panel.x_log else "linear")
    axes.set_yscale("log" if panel.y_log else "linear")
    axes.set_xlim(panel.x)
    axes.set_ylim(panel.y)
    axes.set_label(panel.name)
    if type(panel).__name__ == "Plane":
        axes.set_aspect("equal", anchor="N")
    axes.set_facecolor("none")
    axes.grid(color=FAINT, linewidth=POINT)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", labelsize=11 * POINT, labelcolor=MUTED, length=0)
    if panel.x_ticks is not None:
        axes.set_xticks([place for place, _ in panel.x_ticks], [words for _, words in panel.x_ticks])
        axes.set_xticks([], minor=True)
    if panel.y_ticks is not None:
        axes.set_yticks([place for place, _ in panel.y_ticks], [words for _, words in panel.y_ticks])
        axes.set_yticks([], minor=True)
    for side in axes.spines.values():
        side.set_visible(False)
    for zero, log, (lo, hi) in ((axes.axvline, panel.x_log, panel.x), (axes.axhline, panel.y_log, panel.y)):
        if not log and lo <= 0 <= hi:
            zero(0, color=MUTED, linewidth=POINT, zorder=1)
    axes.set_xlabel(panel.x_label, fontsize=12 * POINT, color=MUTED)
    axes.set_ylabel(panel.y_label, fontsize=12 * POINT, color=MUTED)
    if panel.background is not None:
        back = panel.background
        axes.imshow(
            back.values,
            origin="lower",
            extent=(*panel.x, *panel.y),
            aspect=axes.get_aspect(),
            cmap=MAPS[back.colours],
            vmin=back.scale[0],
            vmax=back.scale[1],
            alpha=back.strength,
            interpolation="nearest",
            zorder=0,
        )
    for item in panel.items:
        PAINTERS[type(item).__name__](axes, panel, item)
    if labelled:
        _legend(sheet, labelled, left, top - 11, width)


def _legend(sheet, items, x, y, room):
    """One line above the axes, as paintAxesLegend() of axes.js: it never hides a curve."""
    wanted = [text_width(item.label, 12) + 40 for item in items]
    squeeze = min(1.0, room / sum(wanted))
    for item, step in zip(items, wanted, strict=True):
        colour, kind = colour_of(item.colour), type(item).__name__
        if kind == "Points":
            hollow = item.shape in ("ring", "cross")
            style = {"markerfacecolor": "none" if hollow else colour, "markeredgecolor": colour if hollow else "white"}
            sheet.plot(x + 11, y, marker=MARKERS[item.shape], markersize=8 * POINT, linestyle="none", **style)
        else:
            dash = "--" if kind == "Line" and item.dash else "-"
            sheet.plot(
                [x, x + 20 * squeeze],
                [y, y],
                color=colour,
                linewidth=(8 if kind == "Bars" else item.width) * POINT,
                linestyle=dash,
            )
        write(sheet, x + 25 * squeeze, y, item.label, max(8, 12 * squeeze), ha="left")
        x += step * squeeze


def _line(axes, panel, item):
    axes.plot(
        item.x,
        item.y,
        color=colour_of(item.colour),
        linewidth=item.width * POINT,
        linestyle="--" if item.dash else "-",
        zorder=3,
    )


def _points(axes, panel, item):
    colour, size = colour_of(item.colour), 2 * item.size + (4 if item.drag else 0)
    hollow = item.shape == "ring"
    edge = colour if item.shape in ("ring", "cross") else "white"
    axes.plot(
        item.x,
        item.y,
        linestyle="none",
        marker=MARKERS[item.shape],
        markersize=size * POINT,
        zorder=4,
        markerfacecolor="white" if hollow else colour,
        markeredgecolor=edge,
        markeredgewidth=(2 if edge == colour else 1) * POINT,
    )
    if item.drag:
        axes.plot(
            item.x,
            item.y,
            linestyle="none",
            marker="o",
            markersize=(size + 8) * POINT,
            markerfacecolor="none",
            markeredgecolor=colour,
            markeredgewidth=1.5 * POINT,
            zorder=4,
        )
    if item.text and len(item.x):
        axes.annotate(
            item.text,
            (item.x[0], item.y[0]),
            ((item.size + 6) * POINT, 6 * POINT),
            textcoords="offset points",
            fontsize=12 * POINT,
            color=colour,
            annotation_clip=True,
        )


def _mark(axes, panel, item):
    colour = colour_of(item.colour)
    style = {"color": colour, "linewidth": 1.5 * POINT, "linestyle": (0, (2, 2)), "zorder": 2}
    if item.x is not None:
        axes.axvline(item.x, **style)
        if item.label and panel.x[0] <= item.x <= panel.x[1]:
            along = np.log10 if panel.x_log else float
            lo, x, hi = (along(v) for v in (panel.x[0], item.x, panel.x[1]))
            left = x > lo + 0.6 * (hi - lo)  # beside the line, where there is more room
            beside = offset_copy(axes.get_xaxis_transform(), axes.figure, x=-4 if left else 4, units="points")
            where = {"ha": "right" if left else "left", "va": "top", "transform": beside}
            write(axes, item.x, 0.99, item.label, 11, colour, halo=True, **where)
    else:
        axes.axhline(item.y, **style)
        if item.label and panel.y[0] <= item.y <= panel.y[1]:
            write(
                axes,
                0.99,
                item.y,
                item.label,
                11,
                colour,
                halo=True,
                ha="right",
                va="bottom",
                transform=axes.get_yaxis_transform(),
            )


def _bars(axes, panel, item):
    axes.bar(item.x, item.y, item.width, color=colour_of(item.colour), zorder=2)
    if item.values:
        lo, hi = panel.y
        for x, y in zip(item.x, item.y, strict=True):
            at = np.clip(y, lo, hi - 0.05 * (hi - lo))
            write(axes, x, at, format_number(y, item.digits), 11, halo=True, va="top" if y < 0 else "bottom", zorder=5)


def _border(axes, panel, item):
    w, norm = np.array(item.w), np.hypot(*item.w)
    if not norm > 1e-12:
        return
    n = w / norm
    centre = np.array([sum(panel.x) / 2, sum(panel.y) / 2])
    foot = centre - (w @ centre + item.b) / norm * n
    reach = 2 * np.hypot(panel.x[1] - panel.x[0], panel.y[1] - panel.y[0]) * np.array([-n[1], n[0]])
    a, b = foot + reach, foot - reach
    colour = colour_of(item.colour)
    if item.shade:
        far = n * np.hypot(*reach)
        axes.add_patch(Polygon([a, b, b + far, a + far], color=colour, alpha=0.13, linewidth=0, zorder=1))
    axes.plot([a[0], b[0]], [a[1], b[1]], color=colour, linewidth=item.width * POINT, zorder=3)
    pixel = (panel.x[1] - panel.x[0]) / (axes.get_position().width * axes.figure.get_figwidth() * 100)
    axes.annotate("", foot + 24 * pixel * n, foot, arrowprops=_arrow(colour, item.width), annotation_clip=True)
    if item.label and _inside(panel, foot):
        write(axes, *(foot + 36 * pixel * n), item.label, 12, colour, halo=True, weight="bold", zorder=5, clip_on=True)


def _vector(axes, panel, item):
    tip = (item.x + item.dx, item.y + item.dy)
    axes.annotate(
        "", tip, (item.x, item.y), arrowprops=_arrow(colour_of(item.colour), item.width), annotation_clip=True
    )
    if item.label and _inside(panel, tip):
        axes.annotate(
            item.label, tip, (6, 4), textcoords="offset points", fontsize=12 * POINT, color=colour_of(item.colour)
        )


def _label(axes, panel, item):
    if _inside(panel, (item.x, item.y)):
        write(axes, item.x, item.y, item.text, item.size, colour_of(item.colour), halo=True, zorder=5)


def _inside(panel, point):
    return all(lo <= v <= hi for v, (lo, hi) in zip(point, (panel.x, panel.y), strict=True))


def _arrow(colour, width):
    return {
        "arrowstyle": "-|>",
        "color": colour,
        "linewidth": width * POINT,
        "shrinkA": 0,
        "shrinkB": 0,
        "mutation_scale": 9,
    }


PAINTERS = {
    "Line": _line,
    "Points": _points,
    "Mark": _mark,
    "Bars": _bars,
    "Border": _border,
    "Vector": _vector,
    "Label": _label,
}
