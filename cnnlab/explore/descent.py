"""Gradient descent walking on a loss surface (lecture topic 4)."""

import numpy as np
from contourpy import contour_generator

from ..landscape import Quadratic, descend
from .controls import Button, Choice, Handle, Slider
from .explorer import Explorer
from .items import Line, Map, Mark, Points, Vector
from .scene import Curves, Plane, Scene, Table

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
STEPS = 60
CELLS = 41


class Descent(Explorer):
    """u <- u - eta dL/du on a bowl, a ravine, or a landscape of your own.

    landscapes : {name: landscape}; a landscape has loss(u), gradient(u) and curvature(u), see `cnnlab.landscape`
        (`NetworkPlane` makes one of any network). By default three quadratic ones.
    extent : half the width of the map.  etas : the ascending learning rates that the slider offers.  start : (u1, u2).
    """

    title = "Gradient descent, step by step"

    def __init__(self, landscapes=None, extent=3.0, etas=None, eta=0.1, start=(-2.5, 1.5)):
        self.landscapes = dict(LANDSCAPES if landscapes is None else landscapes)
        if not self.landscapes:
            raise ValueError("landscapes must hold at least one landscape; got none")
        self.extent, self.maps = float(extent), {}
        etas = list(ETAS if etas is None else etas)
        edge = 0.95 * self.extent
        super().__init__(
            [
                Choice("surface", "loss surface", options=list(self.landscapes)),
                Slider("eta", "learning rate η", choices=etas, value=min(etas, key=lambda v: abs(v - eta))),
                Slider("steps", "steps", 0, STEPS, 1, value=15),
                Slider("momentum", "momentum", 0.0, 0.95, 0.05, value=0.0, group="Beyond the plain rule"),
                Slider("noise", "mini-batch noise", 0.0, 2.0, 0.1, value=0.0, group="Beyond the plain rule"),
                Handle("start", "start", (-edge, edge), (-edge, edge), value=start, step=self.extent / 60),
                Button(
                    "walk",
                    "Walk",
                    action=lambda **v: {"steps": v["steps"] + 1},
                    play=True,
                    every=0.08,
                    when=lambda **v: v["steps"] < STEPS,
                ),
            ]
        )

    def path(self, surface, eta, steps, momentum, noise, start):
        """The walk that these values show, a `landscape.Path`."""
        return descend(self.landscapes[surface], start, eta, steps, momentum, noise)

    def _map(self, surface):
        """The surface on a raster, painted once: (log10 loss, contour lines as one broken line)."""
        if surface not in self.maps:
            ticks = np.linspace(-self.extent, self.extent, CELLS)
            loss = self.landscapes[surface].loss(np.stack(np.meshgrid(ticks, ticks), axis=-1))
            finite = loss[np.isfinite(loss)]
            floor = max(finite.min(), 1e-4 * finite.max())
            height = np.log10(np.clip(np.nan_to_num(loss, nan=finite.max(), posinf=finite.max()), floor, finite.max()))
            generator = contour_generator(ticks, ticks, height)
            pieces = [
                line for level in np.linspace(height.min(), height.max(), 10)[1:-1] for line in generator.lines(level)
            ]
            broken = [row for piece in pieces for row in (piece, [[np.nan, np.nan]])]
            self.maps[surface] = height, np.concatenate(broken) if broken else np.empty((0, 2))
        return self.maps[surface]

    def scene(self, surface, eta, steps, momentum, noise, start):
        landscape, path = self.landscapes[surface], self.path(surface, eta, steps, momentum, noise, start)
        height, contours = self._map(surface)
        top = landscape.curvature(np.zeros(2))
        limit = 2 * (1 + momentum) / top if top > 0 else np.inf
        end, gradient = path.u[-1], landscape.gradient(path.u[-1])
        arrow = -gradient / (np.linalg.norm(gradient) or 1.0) * self.extent / 5
        plane = Plane(
            name="surface",
            title="loss surface (darker = higher)",
            width=1.15,
            height=360,
            x=(-self.extent, self.extent),
            y=(-self.extent, self.extent),
            x_label="u1",
            y_label="u2",
            background=Map(height, colours="ink", scale=(float(height.min()), float(height.max())), strength=0.45),
            items=[
                Line(contours[:, 0], contours[:, 1], colour="muted", width=1),
                Line(path.u[:, 0], path.u[:, 1], label="path", colour=1),
                Points(path.u[:, 0], path.u[:, 1], colour=1, size=3),
                Vector(end[0], end[1], arrow[0], arrow[1], label="-dL/du", colour=0),
                Points(start[0], start[1], label="start (drag it)", colour=0, size=7, drag="start", text="start"),
                Points(end[0], end[1], label="now", colour=2, size=6, shape="square"),
            ],
        )
        shown = np.clip(path.losses, 1e-9, 1e12)
        curve = Curves(
            name="loss",
            title="loss after each step",
            height=360,
            x=(0, STEPS),
            y=(1e-6, 1e6),
            y_log=True,
            x_label="step",
            y_label="L",
            items=[
                Line(np.arange(len(shown)), shown, label="L", colour=1),
                Points(np.arange(len(shown)), shown, colour=1, size=3),
                Mark(y=shown[0], label="L at the start"),
            ],
        )
        word = regime(eta, limit, path, momentum)
        table = Table(
            name="rule",
            title="the rule, with its numbers",
            height=150,
            align="lr",
            rows=[
                ["learning rate η", f"{eta:g}"],
                ["largest curvature λmax (middle of the map)", f"{top:.3g}"],
                ["limit 2(1 + momentum) / λmax" if momentum else "limit 2 / λmax", f"{limit:.3g}"],
                ["length of dL/du now", f"{np.linalg.norm(gradient):.3g}"],
                ["what happens", word],
            ],
        )
        return Scene([[plane, curve], [table]], self._words(surface, eta, path, limit, word))

    def _words(self, surface, eta, path, limit, word):
        if path.diverged:
            return (
                f"On the {surface}, η = {eta:g} against a limit of {limit:.3g}: {path.reason}. The picture shows "
                f"the path up to there."
            )
        return (
            f"On the {surface}, {path.steps} steps with η = {eta:g} (limit {limit:.3g}): {word}. "
            f"The loss went from {path.losses[0]:.3g} to {path.losses[-1]:.3g}."
        )


def regime(eta, limit, path, momentum=0.0):
    """One word or two for what this learning rate does, from its share of the limit and from the path itself.

    Only without momentum does the share tell crawl from zigzag.
    """
    if path.diverged:
        return "divergence"
    share = eta / limit
    if share >= 1:
        return "beyond the limit: the loss will grow"
    if momentum > 0:
        return "with momentum it gathers speed, and may swing to and fro"
    if share > 0.5:
        return "zigzag: each step jumps over the valley"
    return "crawl" if share < 0.08 else "a smooth descent"


__all__ = ["Descent", "regime"]
