"""A race of two confidently wrong units, one for each loss (lecture topic 5)."""

import math
from typing import Any

import numpy as np

from cnnlab.analysis.learning.race import Race, bce, d_bce, d_mse, goal, mse, race
from cnnlab.explore.toolkit.controls import Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Line, Mark, Points
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Scene, Table
from cnnlab.types import Array

RANGE = 8.0
STEPS = [
    *range(11),
    *(12, 14, 16, 18, 20, 25, 30, 35, 40, 50, 60, 70, 80, 90, 100, 120, 140, 160, 180, 200, 225, 250, 275, 300, 350),
    *(400, 450, 500, 600, 700, 800, 900, 1000, 1200, 1400, 1600, 1800, 2000, 2500, 3000),
]
ETAS = [0.1, 0.2, 0.5, 1.0, 2.0, 4.0]
TICKS = (0, 1, 3, 10, 30, 100, 300, 1000, 3000)
KEPT = 64  # races that are remembered


class ConfidentlyWrong(Explorer):
    """Two sigmoid units start from one excitation e and learn the same labels: by squared error, by cross-entropy.

    Far from the right answer the squared error pushes with nearly nothing, for the sigmoid is flat there; the binary
    cross-entropy pushes with yhat - P. Both end at the same place, yhat = P(y=1|x), the share of labels that are 1.

    Parameters
    ----------
    e : float
        Excitation of both at the start, from -8 to 8.
    share : float
        P(y=1|x), from 0 to 1.
    eta : {0.1, 0.2, 0.5, 1, 2, 4}
        Learning rate of both.

    Raises
    ------
    ValueError
        For others; the message names the argument.

    Source
    ------
    Lecture topic 5.
    """

    title = "Confidently wrong: a race of two losses"

    def __init__(self, e: float = -6.0, share: float = 0.9, eta: float = 1.0) -> None:
        super().__init__(
            [
                Slider("steps", "steps", choices=STEPS, value=0),
                Slider("e", "both start at e =", -RANGE, RANGE, 0.5, value=e),
                Slider("share", "P(y=1|x): share of labels 1", 0.0, 1.0, 0.1, value=share),
                Slider("eta", "learning rate η", choices=ETAS, value=eta),
            ]
        )
        self.line: Array = np.linspace(-RANGE, RANGE, 161)
        self.races: dict[tuple[float, float, float], Race] = {}

    def race(self, e: float, share: float, eta: float) -> Race:
        """The whole race from one start, remembered.

        Parameters
        ----------
        e, share, eta : float
            As in the controls.

        Returns
        -------
        Race
        """
        key = e, share, eta
        if key not in self.races:
            if len(self.races) >= KEPT:
                self.races.pop(next(iter(self.races)))
            self.races[key] = race(e, share, eta, STEPS[-1])
        return self.races[key]

    def scene(self, steps: int, e: float, share: float, eta: float) -> Scene:
        run = self.race(e, share, eta)
        slow, fast = float(run.mse[steps]), float(run.bce[steps])
        said = {name: run.yhat(name) for name in ("mse", "bce")}
        best = goal(share)
        marks = [Mark(best, "ŷ = P(y=1|x)")] if abs(best) <= RANGE else []
        axes: dict[str, Any] = {"height": 290, "x": (-RANGE, RANGE), "x_label": "e"}
        a, b = np.clip([slow, fast], -RANGE, RANGE)
        losses = Curves(
            name="losses",
            title="the loss of each unit",
            y=(0, RANGE),
            y_label="L",
            items=[
                *marks,
                Line(self.line, mse(self.line, share), label="MSE", colour=0),
                Line(self.line, bce(self.line, share), label="BCE", colour=1, dash=True),
                Points(a, mse(slow, share), colour=0, size=6),
                Points(b, bce(fast, share), colour=1, size=6, shape="square"),
            ],
            **axes,
        )
        slopes = Curves(
            name="slopes",
            title="their gradients dL/de",
            y=(-1.1, 1.1),
            y_label="dL/de",
            items=[
                Mark(y=0.0),
                Line(self.line, d_mse(self.line, share), label="MSE", colour=0),
                Line(self.line, d_bce(self.line, share), label="BCE: ŷ − P", colour=1, dash=True),
                Points(a, d_mse(slow, share), colour=0, size=6),
                Points(b, d_bce(fast, share), colour=1, size=6, shape="square"),
            ],
            **axes,
        )
        shown = np.array([step for step in STEPS if step <= steps])
        race_ = Curves(
            name="race",
            title="what they say, step by step",
            height=290,
            width=1.2,
            x=(0.0, math.log10(1 + STEPS[-1])),
            y=(0, 1),
            x_label="step",
            y_label="ŷ",
            x_ticks=[(math.log10(1 + step), f"{step}") for step in TICKS],
            items=[
                Mark(y=share, label="P(y=1|x)"),
                *(
                    item
                    for name, colour, shape, dash in (("mse", 0, "dot", False), ("bce", 1, "square", True))
                    for item in (
                        Line(np.log10(1 + shown), said[name][shown], label=name.upper(), colour=colour, dash=dash),
                        Points(math.log10(1 + steps), said[name][steps], colour=colour, size=6, shape=shape),
                    )
                ),
            ],
        )
        rows = [
            ["sigmoid + MSE", slow, said["mse"][steps], mse(slow, share), d_mse(slow, share)],
            ["sigmoid + BCE", fast, said["bce"][steps], bce(fast, share), d_bce(fast, share)],
        ]
        table = Table(
            name="numbers",
            title=f"after step {steps}",
            height=100,
            align="lrrrr",
            header=["", "e", "ŷ", "L", "dL/de"],
            rows=[[row[0], *(format_number(value, 4) for value in row[1:])] for row in rows],
        )
        return Scene([[losses, slopes, race_], [table]], self._words(steps, e, share, eta, said, slow, fast))

    @staticmethod
    def _words(steps: int, e: float, share: float, eta: float, said: Any, slow: float, fast: float) -> str:
        words = (
            f"P(y=1|x) is {share:.1f}; both units begin at e = {format_number(e, 1)}, where ŷ = "
            f"{format_number(said['mse'][0], 4)}. "
        )
        push = abs(float(d_bce(fast, share))), abs(float(d_mse(slow, share)))
        if steps == 0:
            pushes = f"BCE pushes with {format_number(push[0], 4)}, MSE with {format_number(push[1], 4)}"
            times = f": {push[0] / push[1]:.0f} times as hard" if push[1] > 0 and push[0] > 2 * push[1] else ""
            return f"{words}{pushes}{times}."
        off = {name: abs(float(said[name][steps]) - share) for name in said}
        nearer = "BCE" if off["bce"] < off["mse"] else "MSE"
        told = (
            f"After {steps} step{'s' * (steps > 1)} with η = {eta:g} BCE's unit says "
            f"{format_number(said['bce'][steps], 3)}, MSE's {format_number(said['mse'][steps], 3)}"
        )
        if max(off.values()) < 0.005:
            return f"{words}{told}: both are there."
        return f"{words}{told}: {nearer} is nearer to P."
