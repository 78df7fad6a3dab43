"""The panels of `Descent`: the map, the curve of a place, the loss, the factor of one step, the numbers of the rule."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlab.analysis.descent import Path, factor, limit
from cnnlab.analysis.learning.straight_line import points
from cnnlab.analysis.relief import Relief, contours, curvatures_in_the_middle, relief
from cnnlab.explore.toolkit.items import Label, Line, Map, Mark, Points, Vector
from cnnlab.explore.toolkit.scene import Curves, Plane, Table
from cnnlab.types import Array

TOP = 2.0  # of the axis of the factor
UP = 0.16  # words stand so far off the 1 of that axis
ALIKE = 0.02  # curvatures that differ by less than this share of the larger are drawn as one
LINE = 81  # places at which a curve is drawn


@dataclass(frozen=True)
class Ground:
    """What is known of a landscape before anybody walks on it.

    Parameters
    ----------
    name : str
        What it is called.
    landscape : landscape
        Itself.
    extent : float
        Half the width of its map.
    map : Relief
        Its heights.
    rings : (n, 2) float64
        Its contours, one broken line.
    least, largest : float
        Its curvatures in the middle of the map.
    samples : (x, y) or None
        If a place is a curve among them.
    """

    name: str
    landscape: Any
    extent: float
    map: Relief
    rings: Array
    least: float
    largest: float
    samples: tuple[Array, Array] | None

    @property
    def everywhere(self) -> bool:
        """Whether its curvatures are the same at every place."""
        return bool(getattr(self.landscape, "same_everywhere", False))

    @property
    def falls(self) -> bool:
        """Whether it curves down along some direction, in the middle: a saddle, or a top."""
        return self.least < -ALIKE * max(abs(self.largest), 1e-300)

    def bound(self, momentum: float) -> float:
        """The limit of eta, infinite where there is none."""
        return np.inf if self.falls else limit(self.largest, momentum)


def surveyed(name: str, landscape: Any, extent: float, cells: int) -> Ground:
    """A landscape with its map; raises ValueError, with its name, if its numbers cannot be used."""
    called = f"landscapes: {name}"
    least, largest = curvatures_in_the_middle(called, landscape)
    try:
        ground = relief(landscape, extent, cells)
    except ValueError as problem:
        raise ValueError(f"{called}: {problem}") from None
    return Ground(name, landscape, extent, ground, contours(ground), least, largest, points(landscape))


def map_panel(ground: Ground, path: Path, slope: Array, start: tuple[float, float]) -> Plane:
    """The surface from above, with the walk on it."""
    u, end, extent = _shown(path.u, ground.extent), path.u[-1], ground.extent
    arrow = -slope / (np.linalg.norm(slope) or 1.0) * extent / 4
    low, high = float(ground.map.height.min()), float(ground.map.height.max())
    ticks = [(place, f"{place:g}".replace("-", "−")) for place in np.linspace(-extent, extent, 5)]
    items = [
        Line(ground.rings[:, 0], ground.rings[:, 1], colour="muted", width=1),
        Line(u[:, 0], u[:, 1], label="path", colour=1),
        Points(u[:, 0], u[:, 1], colour=1, size=3),
        Vector(end[0], end[1], arrow[0], arrow[1], colour=0, width=2.5),
        Points(start[0], start[1], label="start (drag it)", colour=0, size=7, drag="start", text="start"),
        Points(end[0], end[1], label="now", colour=2, size=6, shape="square"),
    ]
    if np.abs(end).max() > extent:
        items.append(Label(0.0, 0.9 * extent, f"now off this map: |u| = {np.linalg.norm(end):.3g}"))
    return Plane(
        name="surface",
        title="loss from above; arrow: −dL/du",
        width=1.3,
        height=410,
        x=(-extent, extent),
        y=(-extent, extent),
        x_label="u1",
        y_label="u2",
        x_ticks=ticks,
        y_ticks=ticks,
        items=items,
        background=Map(ground.map.height, colours="ink", scale=(low, high if high > low else low + 1), strength=0.45),
    )


def _shown(u: Array, extent: float) -> Array:
    """The path as far as a canvas can draw it: up to the first place far off the map, and in its direction."""
    far = np.abs(u).max(axis=1) > 10 * extent
    if not far.any():
        return u
    first = int(far.argmax())
    step = u[first] - u[first - 1]
    return np.vstack([u[:first], u[first - 1] + step * 10 * extent / np.abs(step).max()])


def curve_panel(ground: Ground, path: Path) -> Curves:
    """The samples, and what two places of the map say of them: the same two points, as curves."""
    assert ground.samples is not None
    x, y = ground.samples
    room = 0.04 * float(np.ptp(x)) or 1.0
    line = np.linspace(x.min() - room, x.max() + room, LINE)
    if set(np.unique(y)) <= {0.0, 1.0}:  # a probability
        low, high = 0.0, 1.0
    else:
        middle, half = (y.min() + y.max()) / 2, 1.2 * float(np.ptp(y)) or 1.0
        low, high = middle - half, middle + half
    far = 100 * (abs(low) + abs(high) + 1)

    def curve(u: Array) -> Array:
        return np.clip(np.nan_to_num(ground.landscape.yhat(u, line), nan=far, posinf=far, neginf=-far), -far, far)

    return Curves(
        name="curve",
        title="a place of the map is a curve: ŷ(x)",
        height=206,
        x=(line[0], line[-1]),
        y=(low, high),
        x_label="x",
        y_label="y",
        items=[
            Points(x, y, label="samples", colour="muted", size=2.5),
            Line(line, curve(path.u[0]), label="start", colour=0, dash=True),
            Line(line, curve(path.u[-1]), label="now", colour=2, width=2.5),
        ],
    )


def loss_panel(ground: Ground, path: Path, most: int, below: bool) -> Curves:
    """L after each step, on an axis that stays."""
    steps = np.arange(len(path.losses))
    low, high = float(ground.map.loss.min()), float(ground.map.loss.max())
    if ground.map.log:  # a logarithmic axis from what the map shows, with room for a divergence
        high = max(high, 1e-300)
        low, high = 10 ** np.floor(np.log10(max(low, 1e-7 * high))), 10 ** np.ceil(np.log10(10 * high))
    else:
        low, high = low - 0.1 * (high - low) - 1e-3, high + 0.5 * (high - low) + 1e-3
    now, shown = path.losses[-1], np.clip(path.losses, low * 1e-9 if ground.map.log else None, None)
    items = [
        Line(steps, shown, label="L", colour=1),
        Points(steps, shown, colour=1, size=3),
        Mark(y=shown[0], label="L at the start"),
    ]
    for beyond, share, word in ((now > high, 0.93, "above"), (now < low, 0.07, "below")):
        if beyond:
            place = low * (high / low) ** share if ground.map.log else low + share * (high - low)
            items.append(Label(most / 2, place, f"L is {word} this axis: {now:.3g} after step {path.steps}"))
    return Curves(
        name="loss",
        title="loss after each step",
        height=186 if below else 206,
        below=below,
        x=(0, most),
        y=(low, high),
        y_log=ground.map.log,
        x_label="step",
        y_label="L",
        items=items,
        legend=False,
    )


def factor_panel(ground: Ground, etas: Array, eta: float, momentum: float, below: bool) -> Curves:
    """|1 - eta lambda| over eta, for the largest lambda and for the least: where one passes 1 is the limit."""
    bound = ground.bound(momentum)
    line = np.geomspace(etas[0], etas[-1], 121)
    left = etas[0] * (etas[-1] / etas[0]) ** 0.27  # above 1 there is no curve here but that of a saddle
    items: list[Any] = [
        Mark(y=1.0),
        Label(left, 1.0 + (-UP if ground.falls else UP), "1: never shrinks", "muted", size=11),
    ]
    among = [(ground.largest, 1, "square", "largest λ")]
    if ground.largest - ground.least > ALIKE * max(abs(ground.largest), abs(ground.least)):
        among.append((ground.least, 0, "dot", "least λ"))
    above = []
    for curvature, colour, shape, words in among:
        now = float(factor(eta, curvature, momentum))
        items += [
            Line(line, factor(line, curvature, momentum), label=f"{words} = {_short(curvature)}", colour=colour),
            Points(eta, min(now, 0.93 * TOP), colour=colour, size=5, shape=shape),
        ]
        above += [f"{now:.3g}"] if now > TOP else []
    if above:
        items.append(Label(np.sqrt(etas[0] * etas[-1]), 0.7 * TOP, f"above this axis: {' and '.join(above)}"))
    if etas[0] <= bound <= etas[-1]:
        items.append(Mark(bound, f"limit {bound:.3g}"))
    decades = range(int(np.floor(np.log10(etas[0]))), int(np.ceil(np.log10(etas[-1]))) + 1)
    ticks = [digit * 10.0**k for k in decades for digit in ((1,) if len(decades) > 4 else (1, 2, 5))]
    return Curves(
        name="factor",
        title="in the long run a step multiplies by" if momentum else "a step multiplies by |1 − ηλ|",
        height=206 if not below else 196,
        below=below,
        x=(etas[0], etas[-1]),
        x_log=True,
        y=(0, TOP),
        x_label="η",
        x_ticks=[(one, f"{one:g}") for one in ticks if etas[0] <= one <= etas[-1]],
        items=items,
    )


def table_panel(ground: Ground, path: Path, slope: Array, eta: float, momentum: float, below: bool) -> Table:
    """The rule, with its numbers."""
    bound, lengths = ground.bound(momentum), path.lengths
    factors = [float(factor(eta, curvature, momentum)) for curvature in (ground.largest, ground.least)]
    if ground.falls:
        stable = "none: it curves down"
    else:
        stable = f"{bound:.3g}" if np.isfinite(bound) else "none: it curves nowhere up"
    moved = lengths.any() and lengths[0]
    rows = [
        ["learning rate η", f"{eta:g}"],
        ["λ: largest, least", f"{_short(ground.largest)}, {_short(ground.least)}"],
        ["a step multiplies by", ", ".join(_short(number) for number in factors)],
        ["limit 2(1 + momentum)/λ" if momentum else "limit 2/λ", stable],
        ["−dL/du now", f"({_short(-slope[0])}, {_short(-slope[1])})"],
        ["last step / first step", _short(lengths[-1] / lengths[0], 0.0) if moved else "–"],
        ["L now", _short(path.losses[-1], 0.0)],
    ]
    title = "the rule, with its numbers" if ground.everywhere else "numbers (λ: middle of the map)"
    return Table(name="rule", title=title, height=196, below=below, align="lr", rows=rows)


def bound_words(ground: Ground, momentum: float) -> str:
    """What is to be said of the limit of eta, in brackets."""
    bound, place = ground.bound(momentum), "" if ground.everywhere else " in the middle of the map"
    if ground.falls:
        return f"no limit:{place} it curves down along one direction, and a walk beside the ridge leaves with any η"
    return f"limit {bound:.3g}{place}" if np.isfinite(bound) else f"no limit: it does not curve upwards{place}"


def _short(number: float, least: float = 5e-7) -> str:
    return f"{0.0 if abs(number) < least else number:.3g}".replace("-", "−")
