"""Gradient descent walking on a loss surface (lecture topic 4)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.descent import Path, descend, factor, limit, regime
from cnnlab.analysis.landscape import Quadratic, checked
from cnnlab.analysis.relief import Relief, contours, curvature_in_the_middle, relief
from cnnlab.explore.toolkit.controls import Button, Choice, Handle, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Label, Line, Map, Mark, Points, Vector
from cnnlab.explore.toolkit.scene import Curves, Plane, Scene, Table
from cnnlab.types import Array

BOWL, RAVINE, TILTED = "bowl", "ravine", "tilted ravine"
LANDSCAPES = {BOWL: Quadratic((1.0, 1.0)), RAVINE: Quadratic((0.4, 4.0)), TILTED: Quadratic((0.4, 4.0), np.pi / 6)}
ETAS = [
    0.01,
    0.02,
    0.05,
    0.1,
    0.15,
    0.2,
    0.25,
    0.3,
    0.35,
    0.4,
    0.45,
    0.48,
    0.5,
    0.52,
    0.55,
    0.6,
    0.8,
    1.0,
    1.3,
    1.6,
    1.9,
    1.98,
    2.0,
    2.02,
    2.1,
]
START = (-2.5, 1.5)  # on a map of 3 to each side
STEPS = 60
CELLS = 41
TOP = 2.0  # of the axis of the factor


class Descent(Explorer):
    """u <- u - eta dL/du on a bowl, a ravine, or a landscape of your own.

    Parameters
    ----------
    landscapes : {name: landscape}, optional
        A landscape has loss(u), gradient(u) and curvature(u), see `cnnlab.analysis.landscape` (`NetworkPlane` makes one
        of any network, with real mini-batches). By default three quadratic ones.
    extent : float
        Half the width of the map.
    etas : sequence of float, optional
        The ascending learning rates that the slider offers.
    eta : float, optional
        One of them, by default the one nearest to 0.1.
    start : (u1, u2), optional
        On the map.

    Raises
    ------
    TypeError, ValueError
        Naming the argument, if a landscape lacks a function, gives anything but finite numbers in the middle of the
        map, or is finite nowhere.

    Source
    ------
    Lecture topic 4.
    """

    title = "Gradient descent, step by step"

    def __init__(
        self,
        landscapes: Mapping[str, Any] | None = None,
        extent: float = 3.0,
        etas: Sequence[float] | None = None,
        eta: float | None = None,
        start: tuple[float, float] | None = None,
    ) -> None:
        self.extent = arguments.real("extent", extent, above=0)
        self.landscapes = _landscapes(LANDSCAPES if landscapes is None else landscapes)
        self.maps = {name: self._map(name) for name in self.landscapes}
        etas = _etas(ETAS if etas is None else etas)
        eta = min(etas, key=lambda one: abs(one - 0.1)) if eta is None else eta
        start = tuple(np.multiply(START, self.extent / 3)) if start is None else start
        edge, beyond = 0.95 * self.extent, "Beyond the plain rule"
        self.samples = {name: getattr(one, "samples", 0) for name, one in self.landscapes.items()}
        most = max(self.samples.values())
        controls: list[Any] = [
            Choice("surface", "loss surface", options=list(self.landscapes)),
            Slider("eta", "learning rate η", choices=etas, value=eta),
            Slider("steps", "steps", 0, STEPS, 1, value=15),
            Slider("momentum", "momentum", 0.0, 0.95, 0.05, value=0.0, group=beyond),
        ]
        if most > 1:
            sizes = [2**k for k in range(int(np.log2(most - 1)) + 1)] + [most]
            controls.append(
                Slider(
                    "batch",
                    "samples in a mini-batch",
                    choices=sizes,
                    value=most,
                    group=beyond,
                    when=lambda **v: self.samples[v["surface"]] > 1,
                )
            )
        if not all(self.samples.values()):
            controls.append(
                Slider(
                    "noise",
                    "mini-batch noise",
                    0.0,
                    2.0,
                    0.1,
                    value=0.0,
                    group=beyond,
                    when=lambda **v: not self.samples[v["surface"]],
                )
            )
        walk = Button(
            "walk",
            "Walk",
            action=lambda **v: {"steps": v["steps"] + 1},
            play=True,
            every=0.08,
            when=lambda **v: v["steps"] < STEPS,
        )
        begin = Handle("start", "start", (-edge, edge), (-edge, edge), value=start, step=self.extent / 60)
        super().__init__([*controls, begin, walk])

    def path(
        self,
        surface: str,
        eta: float,
        steps: int,
        momentum: float,
        start: tuple[float, float],
        noise: float = 0.0,
        batch: int | None = None,
    ) -> Path:
        """The walk that these values of the controls show.

        Parameters
        ----------
        surface : str
            Name of the landscape.
        eta : float
            Learning rate.
        steps : int
            How many.
        momentum : float
            From 0 to below 1.
        start : (u1, u2)
            Where it begins.
        noise : float
            Of landscapes without samples.
        batch : int, optional
            Of landscapes with samples.

        Returns
        -------
        Path
        """
        samples = self.samples[surface]
        noise, batch = (0.0, min(batch or samples, samples)) if samples else (noise, None)
        return descend(self.landscapes[surface], start, eta, steps, momentum, noise, batch=batch)

    def _map(self, surface: str) -> tuple[Relief, Array, float]:
        """The surface on a raster: (its relief, contour lines as one broken line, curvature in the middle)."""
        landscape, name = self.landscapes[surface], f"landscapes: {surface}"
        curvature = curvature_in_the_middle(name, landscape)
        try:
            ground = relief(landscape, self.extent, CELLS)
        except ValueError as problem:
            raise ValueError(f"{name}: {problem}") from None
        return ground, contours(ground), curvature

    def scene(
        self,
        surface: str,
        eta: float,
        steps: int,
        momentum: float,
        start: tuple[float, float],
        noise: float = 0.0,
        batch: int | None = None,
    ) -> Scene:
        path = self.path(surface, eta, steps, momentum, start, noise, batch)
        curvature = self.maps[surface][2]
        bound = limit(curvature, momentum)
        noisy = (batch or 0) < self.samples[surface] if self.samples[surface] else noise > 0
        everywhere = isinstance(self.landscapes[surface], Quadratic)
        word = regime(path, eta / bound, momentum, noisy)
        lengths = path.lengths
        slope = self.landscapes[surface].gradient(path.u[-1])
        table = Table(
            name="rule",
            title="the rule, with its numbers",
            height=220,
            align="lr",
            rows=[
                ["learning rate η", f"{eta:g}"],
                ["largest curvature λmax" + ("" if everywhere else " (middle of the map)"), f"{curvature:.3g}"],
                [
                    "limit 2(1 + momentum) / λmax" if momentum else "limit 2 / λmax",
                    f"{bound:.3g}" if curvature > 0 else "none: it does not curve upwards",
                ],
                ["length of dL/du now", f"{np.linalg.norm(slope):.3g}"],
                ["last step / first step", f"{lengths[-1] / lengths[0]:.3g}" if lengths.any() else "–"],
                ["what happens", re.sub(r":[^;]*| \(.*\)", "", word)],  # in full it stands below the picture
            ],
        )
        rows = [
            self._plane(surface, path, slope, start),
            self._curve(surface, path),
            self._factor(eta, curvature, momentum),
            table,
        ]
        return Scene(rows, self._words(surface, eta, path, bound, everywhere, word))

    def _plane(self, surface: str, path: Path, slope: Array, start: tuple[float, float]) -> Plane:
        ground, rings, _ = self.maps[surface]
        u, end, extent = self._shown(path.u), path.u[-1], self.extent
        arrow = -slope / (np.linalg.norm(slope) or 1.0) * extent / 5
        low, high = float(ground.height.min()), float(ground.height.max())
        ticks = [(place, f"{place:g}") for place in np.linspace(-extent, extent, 5)]
        items = [
            Line(rings[:, 0], rings[:, 1], colour="muted", width=1),
            Line(u[:, 0], u[:, 1], label="path", colour=1),
            Points(u[:, 0], u[:, 1], colour=1, size=3),
            Vector(end[0], end[1], arrow[0], arrow[1], label="-dL/du", colour=0),
            Points(start[0], start[1], label="start (drag it)", colour=0, size=7, drag="start", text="start"),
            Points(end[0], end[1], label="now", colour=2, size=6, shape="square"),
        ]
        if np.abs(end).max() > extent:
            items.append(Label(0.0, 0.9 * extent, f"now off this map: |u| = {np.linalg.norm(end):.3g}"))
        return Plane(
            name="surface",
            title="loss surface (darker = higher)",
            width=1.1,
            height=410,
            x=(-extent, extent),
            y=(-extent, extent),
            x_label="u1",
            y_label="u2",
            x_ticks=ticks,
            y_ticks=ticks,
            items=items,
            background=Map(ground.height, colours="ink", scale=(low, high if high > low else low + 1), strength=0.45),
        )

    def _shown(self, u: Array) -> Array:
        """The path as far as a canvas can draw it: up to the first place far off the map, and in its direction."""
        far = np.abs(u).max(axis=1) > 10 * self.extent
        if not far.any():
            return u
        first = int(far.argmax())
        step = u[first] - u[first - 1]
        return np.vstack([u[:first], u[first - 1] + step * 10 * self.extent / np.abs(step).max()])

    def _curve(self, surface: str, path: Path) -> Curves:
        ground, steps = self.maps[surface][0], np.arange(len(path.losses))
        low, high = float(ground.loss.min()), float(ground.loss.max())
        if ground.log:  # a logarithmic axis from what the map shows, with room for a divergence
            high = max(high, 1e-300)
            low, high = 10 ** np.floor(np.log10(max(low, 1e-7 * high))), 10 ** np.ceil(np.log10(100 * high))
        else:
            low, high = low - 0.1 * (high - low) - 1e-3, high + 0.5 * (high - low) + 1e-3
        now, shown = path.losses[-1], np.clip(path.losses, low * 1e-9 if ground.log else None, None)
        items = [
            Line(steps, shown, label="L", colour=1),
            Points(steps, shown, colour=1, size=3),
            Mark(y=shown[0], label="L at the start"),
        ]
        for beyond, share, word in ((now > high, 0.93, "above"), (now < low, 0.07, "below")):
            if beyond:
                place = low * (high / low) ** share if ground.log else low + share * (high - low)
                items.append(Label(STEPS / 2, place, f"L is {word} this axis: {now:.3g} after step {path.steps}"))
        return Curves(
            name="loss",
            title="loss after each step",
            height=206,
            x=(0, STEPS),
            y=(low, high),
            y_log=ground.log,
            x_label="step",
            y_label="L",
            items=items,
        )

    def _factor(self, eta: float, curvature: float, momentum: float) -> Curves:
        """|1 - eta lambda| over eta: where it passes 1 is the limit."""
        etas, bound = np.array(self.positions("eta")), limit(curvature, momentum)
        line = np.geomspace(etas[0], etas[-1], 121)
        now = float(factor(eta, curvature, momentum))
        text = "" if now > TOP else f"{now:.3g}"
        items = [
            Line(line, factor(line, curvature, momentum), colour=1),
            Mark(y=1.0, label="1: never shrinks"),
            Points(eta, min(now, 0.93 * TOP), colour=2, size=6, shape="square", text=text),
        ]
        if now > TOP:
            items.append(Label(np.sqrt(etas[0] * etas[-1]), 0.7 * TOP, f"above this axis: {now:.3g}"))
        if etas[0] <= bound <= etas[-1]:
            items.append(Mark(bound, f"limit {bound:.3g}"))
        decades = range(int(np.floor(np.log10(etas[0]))), int(np.ceil(np.log10(etas[-1]))) + 1)
        ticks = [digit * 10.0**k for k in decades for digit in ((1,) if len(decades) > 5 else (1, 2, 5))]
        title = (
            "in the long run, a step across multiplies the distance by"
            if momentum
            else ("a step across multiplies the distance by |1 − ηλmax|")
        )
        return Curves(
            name="factor",
            title=title,
            height=186,
            below=True,
            x=(etas[0], etas[-1]),
            x_log=True,
            y=(0, TOP),
            x_label="η",
            x_ticks=[(one, f"{one:g}") for one in ticks if etas[0] <= one <= etas[-1]],
            items=items,
            legend=False,
        )

    def _words(self, surface: str, eta: float, path: Path, bound: float, everywhere: bool, word: str) -> str:
        words = f"limit {bound:.3g}" if np.isfinite(bound) else "no limit: it does not curve upwards"
        words += "" if everywhere else " in the middle of the map"
        if path.diverged:
            return f"On the {surface}, η = {eta:g} ({words}): {path.reason}. The picture shows the path up to there."
        return (
            f"On the {surface}, {path.steps} steps with η = {eta:g} ({words}): {word}. "
            f"The loss went from {path.losses[0]:.3g} to {path.losses[-1]:.3g}."
        )


def _landscapes(landscapes: Any) -> dict[str, Any]:
    if not isinstance(landscapes, dict):
        kind = type(landscapes).__name__
        raise TypeError(f'landscapes must be a dict {{"name": landscape}}; got {kind}')
    if not landscapes:
        raise ValueError("landscapes must hold at least one landscape; got none")
    for name, landscape in landscapes.items():
        arguments.of_kind("the name of a landscape", name, str, "a string")
        checked(f"landscapes: {name}", landscape)
    return dict(landscapes)


def _etas(etas: Any) -> list[float]:
    wanted = f"etas must be two or more ascending numbers greater than 0; got {etas!r}"
    try:
        found = [arguments.real("etas", float(one), above=0) for one in etas]
    except (TypeError, ValueError):
        raise ValueError(wanted) from None
    if len(found) < 2 or sorted(set(found)) != found:
        raise ValueError(wanted)
    return found
