"""What the squared error learns: the conditional mean of a cloud of points (lecture topic 5)."""

from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.learning.clouds import BATCH, CLOUDS, Cloud, MeanTraining, TwoBranches, conditional_histogram, near
from cnnlab.explore.toolkit.controls import Button, Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Bars, Label, Line, Mark, Points
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Scene

BRANCHES, ONE = CLOUDS
OTHERS = 3000  # points on which the loss is measured; as many as one step has are shown
STEPS = 25  # of one press
REACH = 0.15  # a point so near to yhat has been where the network goes


class ConditionalMean(Explorer):
    """A network learns a cloud of points with the squared error, and ends at the conditional mean.

    With two branches that is where nobody is: half of all drivers pass a tree on the one side, half on the other, and
    the mean of them drives into it. Every step takes fresh points, so that none can be learned by heart; the loss is
    that of others, which no step has seen.

    Parameters
    ----------
    spread : float
        Of the cloud at the start, 0 to 0.7.
    units : int
        Of each of the two hidden layers.
    rng : int
        Seed of the first weights and of the points.
    cloud : {"two branches", "one cloud"}
        At the start.

    Raises
    ------
    TypeError, ValueError
        For others; the message names the argument.

    Source
    ------
    Lecture topic 5.
    """

    title = "What the squared error learns"

    def __init__(self, spread: float = 0.35, units: int = 24, rng: int = 0, cloud: str = BRANCHES) -> None:
        self.units, self.seed = arguments.whole("units", units), arguments.seed("rng", rng)
        self.line = np.linspace(-2.0, 2.0, 101)
        super().__init__(
            [
                Choice("cloud", "points", options=list(CLOUDS), value=cloud),
                Slider(
                    "share",
                    "share of the upper branch",
                    0.0,
                    1.0,
                    0.1,
                    value=0.5,
                    when=lambda cloud, **_: cloud == BRANCHES,
                ),
                Slider("spread", "spread of the points", 0.0, 0.7, 0.05, value=spread),
                Slider("x", "look at x =", -1.9, 1.9, 0.1, value=0.5),
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

    def _train(self, cloud: str, spread: float, share: float, **_others: Any) -> None:
        for _ in range(STEPS):
            self.training.step(self.points_of(cloud, spread, share))

    @staticmethod
    def points_of(cloud: str, spread: float, share: float) -> Cloud:
        """The cloud of these values of the controls.

        Parameters
        ----------
        cloud : str
            Its kind.
        spread, share : float
            As in `Cloud`.

        Returns
        -------
        Cloud
        """
        return CLOUDS[cloud](spread, share)

    def scene(self, cloud: str, share: float, spread: float, x: float) -> Scene:
        source = self.points_of(cloud, spread, share)
        points, y = source.points(OTHERS, self.seed)
        yhat = self.training.yhat(self.line)
        here, mean = float(self.training.yhat(x)[0]), float(source.mean(x))
        loss, floor = self.training.losses(source, points, y)
        at = TwoBranches.TREE
        tree = (
            [Points(at, 0.0, label="a tree", colour=2, size=9), Label(at, -0.45, "tree")] if cloud == BRANCHES else []
        )
        picture = Curves(
            name="cloud",
            title="tracks of drivers, their mean, the network" if tree else "points, their mean, the network",
            height=350,
            width=1.5,
            x=(-2, 2),
            y=(-2.5, 2.5),
            x_label="x, the way ahead" if tree else "x",
            y_label="y, to the side" if tree else "y",
            items=[
                Points(points[:BATCH, 0], y[:BATCH, 0], label="points", colour="muted", size=2.5),
                *tree,
                Line(self.line, source.mean(self.line), label="E[y|x]", colour=0, dash=True),
                Line(self.line, yhat, label="ŷ", colour=1, width=2.5),
                Mark(x, "x"),
                Points(x, here, colour=1, size=6),
            ],
        )
        edges = np.linspace(-2.5, 2.5, 21)
        slice_ = Curves(
            name="slice",
            title=f"the y of the points near x = {format_number(x, 1)}",
            height=350,
            x=(-2.5, 2.5),
            y=(0, 100),
            x_label="y",
            y_label="share of the points, %",
            items=[
                Bars(
                    (edges[1:] + edges[:-1]) / 2, conditional_histogram(points, y, x, edges), colour="muted", width=0.22
                ),
                Line(np.array([here, here]), np.array([0.0, 100.0]), label="ŷ", colour=1, width=3.5),
                Line(np.array([mean, mean]), np.array([0.0, 100.0]), label="E[y|x]", colour=0, dash=True),
            ],
        )
        there, met = near(points, y, x, here, reach=REACH)
        return Scene(
            [picture, slice_],
            f"After {self.training.steps} steps, each on {BATCH} new points, the loss on {OTHERS} others is "
            f"{format_number(loss, 3)}; the true mean itself scores {format_number(floor, 3)} on them. At "
            f"x = {format_number(x, 1)} the network says {format_number(here)}, and E[y|x] is {format_number(mean)}: "
            f"of {there} points near this x, {met} lie within {REACH:g} of what the network says.",
        )
