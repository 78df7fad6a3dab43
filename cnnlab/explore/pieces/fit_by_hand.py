"""A game: fit a target with k hidden units by dragging knots, and be measured by least squares (lecture topic 2)."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnlab.analysis import piecewise
from cnnlab.analysis.pieces import by_hand
from cnnlab.analysis.pieces.jumps import upright
from cnnlab.explore.toolkit.controls import Button, Choice, Handle, Slider, Toggle
from cnnlab.explore.toolkit.examples import TARGETS
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Bars, Line, Mark, Points
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Scene, Table
from cnnlab.types import Array, ArrayLike

MOST = 6
REACH, TOP = 2.0, 2.0  # of x and of y
SAMPLES = 81
APART = 0.1  # of two knots, at least
STEP = 0.05
BARS = ("knots", "heights", "both")


class FitByHand(Explorer):
    """Build a target out of k ReLU units by dragging their knots, and see how near the best fit you come.

    The function is flat up to its first knot and bends at each; all units turn on to the right (w = 1), and v_j is the
    change of slope at knot j. The score compares your error with that of least squares for your knots, and with that
    of the best knots for so many units.

    Parameters
    ----------
    target : function, optional
        Of x (an array), in place of the ones to choose from; it should stay between -2 and 2 on -2 <= x <= 2.
    units : int
        Hidden units at the start.

    Raises
    ------
    ValueError
        If target does not give one value for each x.

    Source
    ------
    Lecture topic 2.
    """

    title = "Fit the target by hand"

    def __init__(self, target: Callable[[Array], ArrayLike] | None = None, units: int = 3) -> None:
        if target is not None and np.shape(target(np.zeros(3))) != (3,):
            raise ValueError("target must be a function of an array x that returns one value for each x")
        own: dict[str, Callable[[Array], ArrayLike]] = {} if target is None else {"your own": target}
        self.targets = own | TARGETS
        self.known: dict[str, tuple[Any, ...]] = {}  # of every target: its samples, its line, the best fits

        def needed(j: int) -> Callable[..., bool]:
            return lambda units, **_: j <= units

        first = self._spread(units)
        handles = [
            Handle(
                f"p{j}",
                f"knot {j}",
                (-REACH, REACH - APART),
                (-TOP, TOP),
                value=first.get(f"p{j}", (0.0, 0.0)),
                step=STEP,
                when=needed(j),
            )
            for j in range(1, MOST + 1)
        ]
        super().__init__(
            [
                Choice("target", "target", list(self.targets), "your own" if own else "sine"),
                Slider("units", "hidden units k", 1, MOST, 1, value=units),
                Button("level", "best heights for my knots", self._level),
                Toggle("show", "show the best fit with k units"),
                *handles,
                Handle("end", "right end", (REACH, REACH), (-TOP, TOP), value=(REACH, 0.0), step=STEP),
            ]
        )

    @staticmethod
    def _spread(units: int) -> dict[str, tuple[float, float]]:
        """All knots at even distances, all heights 0."""
        places = np.round(np.linspace(-REACH, REACH, units + 2)[1:-1] / STEP) * STEP
        return {f"p{j}": (round(float(x), 6), 0.0) for j, x in enumerate(places, 1)}

    def consequences(self, name: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Another number of units spreads the knots anew; a knot stays between its neighbours."""
        if name == "units":
            return self._spread(values["units"]) | {"end": (REACH, 0.0)}
        if name[0] == "p" and name[1:].isdigit() and int(name[1:]) <= values["units"]:
            j, (x, y) = int(name[1:]), values[name]
            low = values[f"p{j - 1}"][0] + APART if j > 1 else -REACH
            high = values[f"p{j + 1}"][0] - APART if j < values["units"] else REACH - APART
            return {name: (round(float(np.clip(x, low, high)), 6), y)}
        return {}

    # ---- the numbers, all from below ----

    def task(self, target: str) -> tuple[Any, ...]:
        """Samples of a target, and the best fits.

        Parameters
        ----------
        target : str
            Its name.

        Returns
        -------
        samples : (x, t)
            81 of them.
        line : (x, t)
            As it is drawn.
        best : list of Fit
            With 1, 2, ... units.
        """
        if target not in self.known:
            x, t = piecewise.samples(self.targets[target], REACH, SAMPLES)
            self.known[target] = ((x, t), upright(self.targets[target], REACH), by_hand.best_fits(x, t, MOST))
        return self.known[target]

    @staticmethod
    def points(values: Mapping[str, Any]) -> tuple[Array, Array]:
        """What the learner has dragged.

        Parameters
        ----------
        values : mapping
            Of the controls, by name.

        Returns
        -------
        knots : (k,) float64
        heights : (k + 1,) float64
            y at the knots and at the right end.
        """
        held = [values[f"p{j}"] for j in range(1, values["units"] + 1)]
        knots = by_hand.ordered(np.array([x for x, _ in held]), APART, REACH - APART)
        return knots, np.array([y for _, y in [*held, values["end"]]])

    def _level(self, **values: Any) -> dict[str, Any]:
        """The heights of least squared error for the knots as they are, as far as the picture reaches."""
        knots, _ = self.points(values)
        heights = np.clip(by_hand.fitted(knots, *self.task(values["target"])[0]).heights, -TOP, TOP)
        found = {f"p{j}": (x, float(y)) for j, (x, y) in enumerate(zip(knots, heights[:-1], strict=True), 1)}
        return found | {"end": (REACH, float(heights[-1]))}

    # ---- the picture ----

    def scene(self, target: str, units: int, show: bool, **handles: Any) -> Scene:
        knots, heights = self.points({"units": units} | handles)
        samples, line, best = self.task(target)
        error = by_hand.error_of(knots, heights, *samples)
        same = by_hand.fitted(knots, *samples).error
        least = min(error, same, best[units - 1].error)
        mark = by_hand.score(error, same, least)
        network = by_hand.through(knots, heights, REACH)
        return Scene(
            [
                self._fit(network, knots, heights, line, best[units - 1] if show else None),
                self._score(mark),
                self._units(network),
            ],
            f"Your error is {format_number(error, 4)} (mean squared). Least squares with your knots reaches "
            f"{format_number(same, 4)}; with the best {'knot' if units == 1 else 'knots'} that a search finds it is "
            f"{format_number(least, 4)}. Score: {mark.total:.0%} = {mark.knots:.0%} for the knots × "
            f"{mark.heights:.0%} for the heights. {self._advice(mark)}",
        )

    @staticmethod
    def _advice(mark: by_hand.Score) -> str:
        if mark.total > 0.95:
            return "As good as the best."
        if mark.heights < mark.knots:
            return "Drag points up or down: for these knots there are better heights."
        return "Drag points to the side: knots belong where the target bends."

    def _fit(self, network: Any, knots: Array, heights: Array, line: Any, best: by_hand.Fit | None) -> Curves:
        x = np.concatenate([[-REACH], knots, [REACH]])
        items: list[Any] = [Line(line[0], line[1], "target", "muted", 2.0, dash=True)]
        if best is not None:
            path = np.concatenate([[-REACH], best.knots, [REACH]])
            items.append(Line(path, np.concatenate([best.heights[:1], best.heights]), "best fit", 2, 2.0))
        items.append(Line(x, np.concatenate([heights[:1], heights]), "your ŷ", "ink", 2.5))
        for j, (at, y) in enumerate(zip(knots, heights, strict=False), 1):
            items.append(Points(at, y, colour=1, size=6, drag=f"p{j}"))
        items.append(Points(REACH, heights[-1], colour=1, size=5, shape="square", drag="end"))
        return Curves(
            name="fit",
            title="drag the points: each knot is a hidden unit",
            height=380,
            width=2.0,
            x=(-REACH - 0.1, REACH + 0.1),
            y=(-TOP, TOP),
            x_label="x",
            y_label="y",
            items=items,
        )

    @staticmethod
    def _score(mark: by_hand.Score) -> Curves:
        values = 100 * np.array([mark.knots, mark.heights, mark.total])
        return Curves(
            name="score",
            title="score in %",
            height=200,
            x=(0.4, 3.6),
            y=(0.0, 115.0),
            x_ticks=[(k, word) for k, word in enumerate(BARS, 1)],
            y_ticks=[(0, "0"), (50, "50"), (100, "100")],
            y_label="%",
            items=[
                Mark(y=100.0),
                Bars([1.0, 2.0], values[:2], colour=4, width=0.6, values=True, digits=0),
                Bars([3.0], values[2:], colour=2, width=0.6, values=True, digits=0),
            ],
        )

    @staticmethod
    def _units(network: Any) -> Table:
        rows = [
            [f"{j}", format_number(knot, 2), format_number(v, 2)]
            for j, (knot, v) in enumerate(zip(network.knots(), network.v[:, 0], strict=True), 1)
        ]
        return Table(
            name="units",
            title=f"your network: v0 = {format_number(network.bias[0], 2)}",
            height=180,
            below=True,
            size=13,
            header=["unit j", "knot", "vj: change of slope"],
            align="lrr",
            rows=rows,
        )
