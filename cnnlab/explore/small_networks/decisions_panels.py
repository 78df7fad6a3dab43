"""The panels of `Decisions`: the plane with its lines, a thumbnail of every unit, a cut through it, and the numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnnlab.analysis import regions
from cnnlab.analysis.pieces.surface import TwoLayers, lighting, zeros
from cnnlab.explore.toolkit.items import Bars, Border, Line, Map, Mark, Points, Vector
from cnnlab.explore.toolkit.numbers import format_number, strongest
from cnnlab.explore.toolkit.planes import SMALL, code_labels, raster, thumbnails
from cnnlab.explore.toolkit.scene import Curves, Plane, Table
from cnnlab.types import Array

REACH = 3.0
MOST = 6
HIGH, GAP = 450, 18  # of all panels, pixels; between two panels of a column
FINE = 111  # points of the surface along each side
# For each number of lines: how many thumbnails stand side by side, and how high their panel is.
THUMBNAILS = {1: (1, 290), 2: (2, 205), 3: (2, 300), 4: (2, 280), 5: (3, 252), 6: (3, 246)}
HIGHEST = 2.0  # of a weight of the second layer
SURFACE, SIDES, NOTHING = "ŷ as a surface", "the sides that are on", "nothing"


def plane(
    network: TwoLayers,
    handles: Mapping[str, Any],
    probe: Sequence[float],
    behind: str,
    codes: bool,
    second: bool,
    task: tuple[Array, Array] | None,
) -> tuple[Plane, int]:
    """The plane, and how many regions this window shows."""
    lines = len(network.b)
    feet = [np.array(handles[f"p{k + 1}"], dtype=float) for k in range(lines)]
    tips = [np.array(handles[f"n{k + 1}"], dtype=float) for k in range(lines)]
    names = [tip + np.array([0.25, 0.1]) for tip in tips]
    found, labels = code_labels(network.w, network.b, REACH, [*feet, *tips, *names, probe])
    items: list[Any] = [Mark(y=float(probe[1]))]
    for k in range(lines):
        w = network.w[:, k]
        items.append(Border((w[0], w[1]), network.b[k], colour=k, shade=behind == SIDES, arrow=False))
    if task is not None:
        items += _classes(*task)
    if second:
        zero = zeros(network, REACH)
        items.append(Line(zero[:, 0], zero[:, 1], colour="ink", width=3))
    for k, (foot, tip) in enumerate(zip(feet, tips, strict=True)):
        items.append(Vector(foot[0], foot[1], tip[0] - foot[0], tip[1] - foot[1], colour=k, width=2.5))
    items += labels if codes else []
    for k, (foot, tip) in enumerate(zip(feet, tips, strict=True)):
        items += [
            Points(foot[0], foot[1], colour=k, size=6, shape="square", drag=f"p{k + 1}"),
            Points(tip[0], tip[1], colour=k, size=5, drag=f"n{k + 1}", text=f"w{k + 1}"),
        ]
    items.append(Points(probe[0], probe[1], colour="ink", size=6, shape="cross", drag="probe", text="x"))
    shown = Plane(
        name="plane",
        title="the lines; ŷ = 0 is bold" if second else "the lines and their regions",
        height=HIGH,
        narrowest=270.0,
        width=1.3,
        x=(-REACH, REACH),
        y=(-REACH, REACH),
        x_label="x1",
        y_label="x2",
        items=items,
        legend=False,
        background=surface(network) if behind == SURFACE else None,
    )
    return shown, len(found)


def surface(network: TwoLayers) -> Map:
    """Orange above 0, blue below, and each flat facet as bright as its slope lies to the light."""
    points = raster(REACH, FINE)
    _, _, yhat = network.at(points)
    steepest = max(1.0, float(np.hypot(*network.w) @ np.abs(network.v)) / 2)
    return Map(yhat, scale=strongest(yhat), strength=0.75, light=lighting(network.gradient(points), steepest))


def _classes(x: Array, y: Array) -> list[Points]:
    return [
        Points(x[y == value, 0], x[y == value, 1], f"y = {value}", colour, 2.5, shape)
        for value, colour, shape in ((0, "negative", "dot"), (1, "positive", "square"))
    ]


def units(network: TwoLayers, probe: Sequence[float], second: bool) -> Plane:
    """A thumbnail of every unit: its activation, or what it gives to yhat."""
    columns, high = THUMBNAILS[len(network.b)]
    _, h, _ = network.at(raster(REACH, SMALL))
    maps = np.moveaxis(h * network.v if second else h, -1, 0)
    words = [f"{format_number(v, 1)} h{k}" if second else f"h{k}" for k, v in enumerate(network.v, 1)]
    found = thumbnails(
        "units",
        "each unit alone, times its v" if second else "each unit alone: h",
        maps,
        (network.w, network.b),
        REACH,
        words,
        len(maps),
        strongest(maps),
        probe,
        columns=columns,
        height=high,
    )
    found.steady = True  # so that units and numbers together are as high for any number of lines
    return found


def cut(network: TwoLayers, probe: Sequence[float], second: bool) -> Curves:
    """What one sees on the way from left to right through x: a function of one number, as in the notebook before."""
    x1, h, yhat, knots, at = network.along(float(probe[1]), REACH)
    items: list[Any] = [Mark(float(probe[0]), "x", "ink")]
    if second:
        items += [Mark(y=0.0), Line(x1, yhat, colour="ink", width=2.5), Points(knots, at, colour=1)]
    else:
        items += [Line(x1, h[:, k], colour=k) for k in range(len(network.b))]
    return Curves(
        name="cut",
        title="along the dashed line",
        height=240,
        x=(-REACH, REACH),
        y=(-4.0, 4.0) if second else (-0.3, 4.0),
        y_ticks=[(float(k), format_number(k, 0)) for k in ((-4, -2, 0, 2, 4) if second else (0, 2, 4))],
        x_label=f"x1, at x2 = {format_number(float(probe[1]), 1)}",
        y_label="ŷ" if second else "h",
        items=items,
        legend=False,
    )


def weights(network: TwoLayers) -> Curves:
    """The second layer, to be dragged."""
    values = np.array([network.bias, *network.v])
    k = np.arange(len(values), dtype=float)
    items: list[Any] = [Bars(k, values, colour=4, width=0.5)]
    for i, value in enumerate(values):
        colour = "ink" if i == 0 else i - 1
        items.append(Points(float(i), value, colour=colour, size=5, drag=f"v{i}"))
    return Curves(
        name="weights",
        title="second layer: drag v up or down",
        height=HIGH - GAP - 240,
        below=True,
        x=(-0.5, len(network.b) + 0.5),
        y=(-HIGHEST - 0.3, HIGHEST + 0.3),
        x_ticks=[(float(i), f"v{i}") for i in range(len(values))],
        y_ticks=[(-2.0, "−2"), (0.0, "0"), (2.0, "2")],
        items=items,
        legend=False,
    )


def numbers(network: TwoLayers, probe: Sequence[float], second: bool) -> Table:
    """The numbers of every unit at x: of the first layer, or how the second layer adds them up."""
    e, h, yhat = network.at(np.array(probe, dtype=float))
    rows = []
    for k in range(len(network.b)):
        parts = [e[k], h[k], network.v[k], network.v[k] * h[k]] if second else [network.b[k], e[k], h[k]]
        first = [f"{k + 1}"] if second else [f"{k + 1}", _pair(network.w[:, k])]
        rows.append([*first, *(format_number(one, 2) for one in parts)])
    header = ["k", "e", "h", "v", "v h"] if second else ["k", "w", "b", "e", "h"]
    at = f"at x = ({format_number(probe[0], 1)}, {format_number(probe[1], 1)})"
    return Table(
        name="numbers",
        title=f"{at}: ŷ = {format_number(float(yhat), 2)}" if second else f"units {at}",
        height=HIGH - GAP - THUMBNAILS[len(network.b)][1],
        steady=True,
        below=True,
        size=13,
        header=header,
        align="crrrr",
        rows=rows,
        colours={(k, 0): k for k in range(len(network.b))},
    )


def count(network: TwoLayers, shown: int, ticked: bool) -> Table:
    """How many regions there are, if that is asked."""
    lines = len(network.b)
    rows = (
        [
            ["at most 1 + k + k(k−1)/2", f"{regions.general_count(lines)}"],
            ["these lines make", f"{regions.count(network.w, network.b)}"],
            ["this window shows", f"{shown}"],
        ]
        if ticked
        else [["tick “count” to see", ""]]
    )
    return Table(
        name="count",
        title="how many regions?",
        height=HIGH - GAP - 240,
        below=True,
        align="lr",
        size=13,
        rows=rows,
    )


def _pair(values: Any) -> str:
    return ", ".join(format_number(value, 2) for value in values)
