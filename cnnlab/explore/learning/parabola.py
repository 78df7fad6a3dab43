"""One weight, one parabola, and the rule that walks on it: the lecture's, or the learner's own (lecture topic 4)."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.learning.own_rule import RuleWalk, height, of_the_lecture, slope, walk, way
from cnnlab.explore.toolkit.controls import Button, Handle, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Label, Line, Mark, Points, Vector
from cnnlab.explore.toolkit.scene import Curves, Scene, Table
from cnnlab.types import Array

CURVATURES = [0.5, 1.0, 2.0]
ETAS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 0.9, 1.0, 1.05, 1.2, 1.5, 1.9, 2.0, 2.1, 2.5, 3.0, 3.5, 3.9, 4.0, 4.1]
STEPS = 30
REACH, TOP, GROUND = 5.0, 13.0, -1.2  # of the axes of L over u
SIDE = 8.0  # of u over the steps, to either side
STARTS = 3.5  # to either side
TANGENT = 0.9  # of the tangent, to either side
KEPT = 256  # walks that are remembered, so that a rule that throws dice shows the same ones twice
NEAR = 1e-9  # two numbers so near are one


class Parabola(Explorer):
    """L(u) = 1/2 lambda u^2 and a walk on it, step by step: with the lecture's rule, or with one of your own.

    Whatever a rule of your own does is shown: a wrong sign climbs. If it stops with an error, or gives back anything
    but a finite number, the view says so in a sentence.

    Parameters
    ----------
    rule : function, optional
        rule(u, slope, eta), which gives back the new u; by default u - eta * slope.
    eta : float
        Learning rate at the start, one of those of the slider.
    curvature : {0.5, 1, 2}
        lambda at the start.
    start : float
        The first u, -3.5 to 3.5.

    Raises
    ------
    TypeError, ValueError
        Naming the argument, if rule is no function, or another one is out of range.

    Source
    ------
    Lecture topic 4.
    """

    title = "One weight on a parabola"

    def __init__(
        self,
        rule: Callable[..., Any] | None = None,
        eta: float = 0.3,
        curvature: float = 1.0,
        start: float = -2.0,
    ) -> None:
        if rule is not None and not callable(rule):
            raise TypeError(
                f"rule must be a function rule(u, slope, eta) that gives back the new u; got {type(rule).__name__}"
            )
        self.rule: Callable[..., Any] = of_the_lecture if rule is None else rule
        self.own = rule is not None
        self.walks: dict[tuple[float, float, float], RuleWalk] = {}
        self.line = np.linspace(-REACH, REACH, 161)
        first = arguments.real("start", start)
        super().__init__(
            [
                Slider("eta", "learning rate η", choices=ETAS, value=eta),
                Slider("curvature", "curvature λ", choices=CURVATURES, value=curvature),
                Slider("steps", "steps", 0, STEPS, 1, value=2),
                Handle("start", "start", (-STARTS, STARTS), (0.0, 0.0), value=(first, 0.0), step=0.1),
                Button(
                    "step",
                    "One step",
                    action=lambda steps, **_: {"steps": steps + 1},
                    when=lambda steps, **_: steps < STEPS,
                ),
            ]
        )

    def walk(self, eta: float, curvature: float, start: tuple[float, float]) -> RuleWalk:
        """All steps of the rule from a start, remembered.

        Parameters
        ----------
        eta, curvature : float
            As in the controls.
        start : (u, 0)
            As the handle has it.

        Returns
        -------
        RuleWalk
        """
        key = eta, curvature, start[0]
        if key not in self.walks:
            if len(self.walks) >= KEPT:
                self.walks.pop(next(iter(self.walks)))
            self.walks[key] = walk(self.rule, start[0], curvature, eta, STEPS)
        return self.walks[key]

    def scene(self, eta: float, curvature: float, steps: int, start: tuple[float, float]) -> Scene:
        whole = self.walk(eta, curvature, start)
        u = whole.u[: steps + 1]
        stopped = whole.trouble if len(whole.u) <= steps or len(whole.u) == 1 else ""
        following = whole.u[len(u)] if len(whole.u) > len(u) else None
        return Scene(
            [
                self._valley(u, following, curvature, eta, start),
                self._steps(u),
                self._table(u, following, curvature, eta),
            ],
            self._words(u, curvature, eta, stopped),
        )

    def _valley(self, u: Array, following: Any, curvature: float, eta: float, start: Any) -> Curves:
        now, lost = float(u[-1]), height(u, curvature)
        tilt, at = slope(now, curvature), height(now, curvature)
        near = np.array([-TANGENT, TANGENT])
        items: list[Any] = [
            Line(self.line, height(self.line, curvature), label="L = ½ λ u²", colour="muted"),
            Line(*_within(u, lost), label="the walk", colour=1),
            Points(*_within(u, lost), colour=1, size=3),
        ]
        if abs(now) <= REACH and at <= TOP:
            items += [
                Line(now + near, at + tilt * near, label="slope", colour=0, width=2.5),
                Points(now, at, label="now", colour=2, size=6, shape="square"),
            ]
            if following is not None:
                items.append(Vector(now, 0.0, float(np.clip(following, -REACH, REACH)) - now, 0.0, colour=1))
        else:
            items.append(Label(0.0, 0.9 * TOP, f"now out of this picture: u = {_number(now)}"))
        items.append(Points(start[0], 0.0, label="start (drag it)", colour=0, size=6, drag="start"))
        return Curves(
            name="valley",
            title="the loss of one weight; the arrow is the next step",
            width=1.5,
            height=390,
            x=(-REACH, REACH),
            y=(GROUND, TOP),
            x_label="u",
            y_label="L",
            items=items,
        )

    def _steps(self, u: Array) -> Curves:
        count = np.arange(len(u))
        items: list[Any] = [
            Mark(y=0.0, label="the minimum"),
            Line(*_within(count, u, sideways=False), colour=1),
            Points(*_within(count, u, sideways=False), colour=1, size=3),
        ]
        if abs(u[-1]) > SIDE:
            items.append(Label(STEPS / 2, 0.6 * SIDE, f"u is {_number(u[-1])} after step {len(u) - 1}"))
        return Curves(
            name="steps",
            title="u after each step",
            height=215,
            x=(0, STEPS),
            y=(-SIDE, SIDE),
            y_ticks=[(place, f"{place:g}".replace("-", "−")) for place in (-SIDE, -SIDE / 2, 0.0, SIDE / 2, SIDE)],
            x_label="step",
            y_label="u",
            items=items,
            legend=False,
        )

    def _table(self, u: Array, following: Any, curvature: float, eta: float) -> Table:
        now = float(u[-1])
        tilt = slope(now, curvature)
        rows = [
            ["u now", _number(now)],
            ["slope dL/du = λ u", _number(tilt)],
            ["η dL/du", _number(eta * tilt)],
            ["next u = u − η dL/du", _number(of_the_lecture(now, tilt, eta))],
        ]
        if self.own:
            rows.append(["your rule's next u", "–" if following is None else _number(following)])
        else:
            rows.append(["a step multiplies u by", _number(1 - eta * curvature)])
        return Table(name="numbers", title="the next step in numbers", height=176, below=True, align="lr", rows=rows)

    def _words(self, u: Array, curvature: float, eta: float, stopped: str) -> str:
        steps, factor = len(u) - 1, 1 - eta * curvature
        where = f"η = {eta:g}, λ = {curvature:g}"
        count = f"{steps} step{'s' * (steps != 1)}"
        done = f"After {count} u is {_number(u[-1])} and L is {_number(height(u[-1], curvature))}."
        if stopped:
            return f"With {where} the walk from u = {_number(u[0])} ends after {count}. {stopped}"
        if self.own:
            return f"{self._compared(u, curvature, eta)} {done}"
        meant = _meant(u[0], eta * curvature)
        return f"With {where} a step multiplies u by 1 − ηλ = {_number(factor)}: {meant}. {done}"

    @staticmethod
    def _compared(u: Array, curvature: float, eta: float) -> str:
        """What the learner's rule does beside the lecture's, in a sentence."""
        if len(u) == 1:
            return f"η = {eta:g}, λ = {curvature:g}: your rule stands ready; take a step."
        for step, (before, after) in enumerate(pairwise(u), 1):
            tilt = slope(before, curvature)
            expected = of_the_lecture(before, tilt, eta)
            if abs(after - expected) > NEAR * max(1.0, abs(expected)):
                return (
                    f"Step {step}: at u = {_number(before)} the slope is {_number(tilt)}, and your rule goes to "
                    f"{_number(after)}, {way(before, tilt, after)}; the lecture's goes to {_number(expected)}."
                )
        return f"With η = {eta:g}, λ = {curvature:g} your rule goes where the lecture's goes, at every step shown."


def _within(x: Any, y: Any, sideways: bool = True) -> tuple[Array, Array]:
    """A walk as far as a canvas can draw it: up to the first place far outside, pulled nearer."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    far = np.flatnonzero(np.abs(x if sideways else y) > 10 * REACH)
    if far.size:
        x, y = x[: far[0] + 1], y[: far[0] + 1]
    return np.clip(x, -20 * REACH, 20 * REACH), np.clip(y, -100 * TOP, 100 * TOP)


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def _meant(first: float, product: float) -> str:
    """What a walk does that multiplies u by 1 - eta lambda, in words."""
    if first == 0:
        return "it starts in the minimum, where the slope is zero, and stays"
    if abs(product - 1) < NEAR:
        return "the first step lands in the minimum"
    if product < 1:
        return "it crawls" if product < 0.15 else "it comes nearer from one side"
    if abs(product - 2) < NEAR:
        return "it jumps to and fro between two places, for ever"
    return "each step jumps across the minimum, and " + ("lands nearer" if product < 2 else "lands farther away")
