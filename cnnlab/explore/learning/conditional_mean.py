"""What the squared error learns: the conditional mean of a cloud of points (lecture topic 5)."""

from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.error_metrics import BATCH, MeanTraining, cloud, conditional_histogram, conditional_mean
from cnnlab.explore.toolkit.controls import Button, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Bars, Line, Mark, Points
from cnnlab.explore.toolkit.scene import Curves, Scene

OTHERS = 3000  # points on which the loss is measured; as many as one step has are shown
STEPS = 25  # of one press


class ConditionalMean(Explorer):
    """A network learns a cloud of points with the squared error, and ends at the conditional mean, not at any of them.

    Every step takes fresh points of the cloud, so that none can be learned by heart; the loss is that of others, which
    no step has seen.

    Parameters
    ----------
    spread : float
        Of the cloud at the start, 0 to 0.7.
    units : int
        Of each of the two hidden layers.
    rng : int
        Seed of the first weights and of the points.

    Raises
    ------
    TypeError, ValueError
        For others; the message names the argument.

    Source
    ------
    Lecture topic 5.
    """

    title = "What the squared error learns"

    def __init__(self, spread: float = 0.35, units: int = 24, rng: int = 0) -> None:
        self.units, self.seed = arguments.whole("units", units), arguments.seed("rng", rng)
        self.line = np.linspace(-2.0, 2.0, 101)
        super().__init__(
            [
                Slider("spread", "spread of the cloud", 0.0, 0.7, 0.05, value=spread),
                Slider("x", "look at x =", -1.9, 1.9, 0.1, value=0.8),
                Button("train", "Train", action=self._train, play=True),
                Button("again", "New weights", action=self._again),
            ]
        )
        self.restart()

    def restart(self) -> None:
        self.draw = 0  # how often new weights were asked for
        self.training = MeanTraining(self.units, self.seed)

    def _again(self, **_: Any) -> None:
        self.draw += 1
        self.training = MeanTraining(self.units, self.seed, self.draw)

    def _train(self, spread: float, **_others: Any) -> None:
        for _ in range(STEPS):
            self.training.step(spread)

    def scene(self, spread: float, x: float) -> Scene:
        points, y = cloud(OTHERS, spread, self.seed)
        yhat = self.training.yhat(self.line)
        here, mean = float(self.training.yhat(x)[0]), float(conditional_mean(x))
        loss, floor = self.training.losses(points, y)
        picture = Curves(
            name="cloud",
            title="the cloud, its mean, and the network",
            height=360,
            width=1.5,
            x=(-2, 2),
            y=(-2.5, 2.5),
            x_label="x",
            y_label="y",
            items=[
                Points(points[:BATCH, 0], y[:BATCH, 0], label="points", colour="muted", size=2.5),
                Line(self.line, conditional_mean(self.line), label="E[y|x]", colour=0, dash=True),
                Line(self.line, yhat, label="yhat", colour=1),
                Mark(x, "x"),
                Points(x, here, colour=1, size=6),
            ],
        )
        edges = np.linspace(-2.5, 2.5, 21)
        slice_ = Curves(
            name="slice",
            title=f"the y of the points near x = {x:.1f}",
            height=360,
            x=(-2.5, 2.5),
            y=(0, 100),
            x_label="y",
            y_label="share of the points, %",
            items=[
                Bars(
                    (edges[1:] + edges[:-1]) / 2, conditional_histogram(points, y, x, edges), colour="muted", width=0.22
                ),
                Line(np.array([here, here]), np.array([0.0, 100.0]), label="yhat", colour=1, width=3.5),
                Line(np.array([mean, mean]), np.array([0.0, 100.0]), label="E[y|x]", colour=0, dash=True),
            ],
        )
        return Scene(
            [picture, slice_],
            f"After {self.training.steps} steps, each on {BATCH} new points, the loss on {OTHERS} others is "
            f"{loss:.3f}; the true mean itself scores {floor:.3f} on them. At x = {x:.1f} the network says {here:.2f} "
            f"and E[y|x] is {mean:.2f}.",
        )
