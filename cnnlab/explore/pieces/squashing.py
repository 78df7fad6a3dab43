"""Features, the function that they build, and the same function squashed to a probability (lecture topic 19)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from cnnlab.analysis import piecewise
from cnnlab.analysis.pieces import by_hand
from cnnlab.analysis.piecewise import HiddenUnits
from cnnlab.explore.toolkit.controls import Handle, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Line, Mark, Points
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Scene
from cnnlab.types import Array

REACH, TOP = 2.0, 2.0
APART, STEP = 0.1, 0.1
FIRST = ((-1.2, -1.2), (0.2, 1.6), (1.4, -1.0))
BAND = (-0.65, 1.05)  # the class is 1 between these
SAMPLES = 21


class Squashing(Explorer):
    """One network of three ReLU units, read twice: as a number, and through a sigmoid as the probability of a class.

    Drag the points of ŷ; all v and the bias can be multiplied by a factor.

    Source
    ------
    Lecture topic 19.
    """

    title = "Features, their sum, and the sum squashed"

    def __init__(self) -> None:
        side = (-REACH, REACH - APART)
        handles = [
            Handle(f"p{j}", f"knot {j}", side, (-TOP, TOP), value=at, step=STEP) for j, at in enumerate(FIRST, 1)
        ]
        super().__init__(
            [
                Slider("times", "ŷ is multiplied by", choices=[0.25, 0.5, 1, 2, 4, 8, 16], value=1, digits=2),
                *handles,
                Handle("end", "right end", (REACH, REACH), (-TOP, TOP), value=(REACH, -1.0), step=STEP),
            ]
        )

    def consequences(self, name: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """A knot stays between its neighbours."""
        if name[0] != "p":
            return {}
        j, (x, y) = int(name[1:]), values[name]
        low = values[f"p{j - 1}"][0] + APART if j > 1 else -REACH
        high = values[f"p{j + 1}"][0] - APART if j < len(FIRST) else REACH - APART
        return {name: (round(float(np.clip(x, low, high)), 6), y)}

    @staticmethod
    def points(values: Mapping[str, Any]) -> tuple[Array, Array]:
        """What the learner has dragged.

        Parameters
        ----------
        values : mapping
            Of the controls, by name.

        Returns
        -------
        knots : (3,) float64
        heights : (4,) float64
            ŷ at the knots and at the right end.
        """
        held = [values[f"p{j}"] for j in range(1, len(FIRST) + 1)]
        knots = by_hand.ordered(np.array([x for x, _ in held]), APART, REACH - APART)
        return knots, np.array([y for _, y in [*held, values["end"]]])

    def network(self, values: Mapping[str, Any]) -> HiddenUnits:
        """The network that these values show, the factor included.

        Parameters
        ----------
        values : mapping
            Of the controls, by name.

        Returns
        -------
        HiddenUnits
        """
        network = by_hand.through(*self.points(values), REACH)
        return replace(network, v=values["times"] * network.v, bias=values["times"] * network.bias)

    def scene(self, times: float, **handles: Any) -> Scene:
        values = {"times": times} | handles
        network, (knots, heights) = self.network(values), self.points(values)
        x, t = piecewise.samples(_band, REACH, SAMPLES, classes=True)
        corners = np.concatenate([[-REACH], knots, [REACH]])
        parts = by_hand.above_zero(corners, np.concatenate([heights[:1], heights]))
        places = sorted({place for part in parts for place in part if abs(place) < REACH})
        error = network.error(x, t, piecewise.loss_of(True))
        wrong = int(np.sum((np.round(network.layer(x)[2], 9) > 0) != (t > 0)))
        axes: dict[str, Any] = {"x": (-REACH - 0.1, REACH + 0.1), "x_label": "x", "height": 205}
        return Scene(
            [
                *self._features(network, axes),
                self._regression(network, handles, places, axes),
                self._classification(network, (x, t), places, axes),
            ],
            f"{self._words(times, parts)} {wrong} of {SAMPLES} samples are decided wrongly; the binary cross-entropy "
            f"is {format_number(error, 3)}.",
        )

    @staticmethod
    def _features(network: HiddenUnits, axes: dict[str, Any]) -> list[Curves]:
        x, h, _, _, _ = network.curve(REACH, piecewise.loss_of(False))
        v, count = network.v[:, 0], len(network.b)
        scaled = [Line(x, v[j] * h[:, j], f"v{j + 1}h{j + 1}", j) for j in range(count)]
        bias = Line(x, np.full_like(x, network.bias[0]), "v0", "muted", 1.5, dash=True)
        return [
            Curves(
                name="h",
                title="features: h is positive where the feature is there",
                y=(-0.4, 4.0),
                y_label="h",
                items=[Line(x, h[:, j], f"h{j + 1}", j) for j in range(count)],
                **axes,
            ),
            Curves(
                name="vh",
                title="each scaled by its v, and the bias v0",
                y=(-6.0, 6.0),
                y_ticks=[(-5.0, "−5"), (0.0, "0"), (5.0, "5")],
                y_label="v h",
                below=True,
                items=[*scaled, bias],
                **axes,
            ),
        ]

    def _regression(self, network: HiddenUnits, handles: Any, places: list[float], axes: dict[str, Any]) -> Curves:
        knots, heights = self.points(handles)
        corners = np.concatenate([[-REACH], knots, [REACH]])
        items: list[Any] = [Mark(y=0.0), *(Mark(place) for place in places)]
        items.append(Line(corners, np.concatenate([heights[:1], heights]), "ŷ", "ink", 2.5))
        for j, (at, height) in enumerate(zip(knots, heights, strict=False), 1):
            items.append(Points(at, height, colour=j - 1, size=6, drag=f"p{j}"))
        items.append(Points(REACH, heights[-1], colour="ink", size=5, shape="square", drag="end"))
        return Curves(
            name="y",
            title="regression: ŷ itself, before the factor (drag)",
            y=(-TOP, TOP),
            y_label="ŷ",
            items=items,
            **axes,
        )

    @staticmethod
    def _classification(network: HiddenUnits, samples: Any, places: list[float], axes: dict[str, Any]) -> Curves:
        x, _, p, _, _ = network.curve(REACH, piecewise.loss_of(True))
        (at, t) = samples
        items: list[Any] = [Mark(y=0.5), *(Mark(place) for place in places)]
        for value, colour, shape in ((0, "negative", "dot"), (1, "positive", "square")):
            items.append(Points(at[t == value], t[t == value], f"class {value}", colour, 4, shape))
        items.append(Line(x, p, "p = sigmoid(ŷ)", "ink", 2.5))
        return Curves(
            name="p",
            title="classification: ŷ squashed to a probability p",
            y=(-0.05, 1.05),
            y_ticks=[(0.0, "0"), (0.5, "0.5"), (1.0, "1")],
            y_label="p",
            below=True,
            items=items,
            **axes,
        )

    @staticmethod
    def _words(times: float, parts: list[tuple[float, float]]) -> str:
        if not parts:
            return "ŷ is nowhere above 0, so p is nowhere above 0.5, whatever the factor."
        where = " and ".join(f"from {format_number(start, 2)} to {format_number(end, 2)}" for start, end in parts)
        return (
            f"ŷ is above 0 for x {where}; exactly there p is above 0.5, whatever the factor. The larger the factor "
            f"(now {times:g}), the steeper p is where it crosses."
        )


def _band(x: Array) -> Array:
    """Above zero in the band of class 1."""
    return (x - BAND[0]) * (BAND[1] - x)
