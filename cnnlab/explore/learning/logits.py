"""Logits to drag: softmax, the arrows of its gradient, the cheap decision, and a threshold (lecture topic 5)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnnlab.analysis.learning.logits import Outcome, outcome, stepped
from cnnlab.explore.toolkit.controls import Button, Choice, Handle, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Bars, Label, Mark, Points, Vector
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Scene, Table
from cnnlab.types import Array

CLASSES = ("cat", "dog", "fox", "owl")
PLACES = (1.0, 2.0, 3.0, 4.0)  # of the classes, from left to right
FIRST = (1.0, 2.0, -0.5, -2.0)
REACH = 6.0  # of the logits
AWAY = 1.8  # numbers stand so far above their dot, or below it
RIM = 0.04
WIDTH, BESIDE = 0.34, 0.15  # of a bar; bars and arrows stand so far beside the middle of their class


class Logits(Explorer):
    """The logits of one sample, each to be dragged up and down, and what follows from them.

    Parameters
    ----------
    e : sequence of 4 float
        The logits at the start, from -6 to 6.
    right : {"cat", "dog", "fox", "owl"}
        The right class at the start.

    Raises
    ------
    ValueError
        For others; the message names the argument.

    Source
    ------
    Lecture topic 5.
    """

    title = "Softmax, its gradient and its decision"

    def __init__(self, e: Sequence[float] = FIRST, right: str = CLASSES[0]) -> None:
        logits = np.asarray(e, dtype=float)
        if logits.shape != (len(CLASSES),) or not (np.abs(logits) <= REACH).all():
            raise ValueError(f"e must be {len(CLASSES)} numbers from {-REACH:g} to {REACH:g}; got {e!r}")
        super().__init__(
            [
                Choice("right", "the right class", options=CLASSES, value=right),
                Slider("threshold", "refuse below", 0.0, 1.0, 0.05, value=0.7),
                *(
                    Handle(
                        name, f"logit of {name}", (place, place), (-REACH, REACH), value=(place, float(one)), step=0.1
                    )
                    for name, place, one in zip(CLASSES, PLACES, logits, strict=True)
                ),
                Button("step", "Descend", action=self._step, play=True, every=0.15),
            ]
        )

    @staticmethod
    def logits(values: Any) -> Array:
        """The logits of these values of the controls.

        Parameters
        ----------
        values : mapping
            By name.

        Returns
        -------
        (4,) float64
        """
        return np.array([values[name][1] for name in CLASSES], dtype=float)

    def _step(self, right: str, **values: Any) -> dict[str, Any]:
        new = np.clip(stepped(self.logits(values), CLASSES.index(right)), -REACH, REACH)
        return {name: (place, float(one)) for name, place, one in zip(CLASSES, PLACES, new, strict=True)}

    def scene(self, right: str, threshold: float, **values: Any) -> Scene:
        e = self.logits(values)
        found = outcome(e, CLASSES.index(right), threshold)
        axes: dict[str, Any] = {
            "height": 320,
            "x": (PLACES[0] - 0.6, PLACES[-1] + 0.6),
            "x_label": "class",
            "x_ticks": list(zip(PLACES, CLASSES, strict=True)),
        }
        of_class = [1 if k == found.cheap else 0 for k in range(len(CLASSES))]  # colours: the largest, the others
        logits = Curves(
            name="logits",
            title="logits e: drag the dots",
            y=(-REACH - 1.6 * AWAY, REACH + 1.6 * AWAY),
            y_ticks=[(float(at), f"{at}".replace("-", "−")) for at in (-6, -4, -2, 0, 2, 4, 6)],
            y_label="e",
            items=[
                Bars(PLACES, e, colour="muted", width=0.06),
                *(
                    Points(
                        place,
                        one,
                        label="the largest" if colour else "",
                        colour=colour,
                        size=7,
                        drag=name,
                    )
                    for name, place, one, colour in zip(CLASSES, PLACES, e, of_class, strict=True)
                ),
                *(
                    Label(place, one + (AWAY if one >= 0 else -AWAY), format_number(one, 1), colour)
                    for place, one, colour in zip(PLACES, e, of_class, strict=True)
                ),
            ],
            **axes,
        )
        shares = Curves(
            name="yhat",
            title="ŷ = softmax(e); arrows from y to ŷ",
            y=(-RIM, 1 + RIM),  # so that no ring is cut
            y_ticks=[(at, f"{at:.1f}") for at in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)],
            y_label="probability",
            items=[
                Mark(y=threshold, label="refuse below"),
                Bars(np.array(PLACES) - BESIDE, found.yhat, label="ŷ", colour="muted", width=WIDTH),
                Points(np.array(PLACES) + BESIDE, found.y, label="y, one-hot", colour=2, size=6, shape="ring"),
                *(
                    Vector(place + BESIDE, one, 0.0, step, colour=colour, width=2.5)
                    for place, one, step, colour in zip(PLACES, found.y, found.gradient, of_class, strict=True)
                ),
            ],
            **axes,
        )
        numbers = Table(
            name="numbers",
            title="the gradient of cross-entropy",
            height=176,
            align="lrrrr",
            header=["class", "e", "ŷ", "y", "dL/de = ŷ − y"],
            rows=[
                [name, format_number(one), format_number(yhat, 3), f"{y:.0f}", format_number(slope, 3)]
                for name, one, yhat, y, slope in zip(CLASSES, e, found.yhat, found.y, found.gradient, strict=True)
            ],
        )
        decisions = Table(
            name="decisions",
            title="what the app says",
            height=126,
            below=True,
            align="ll",
            rows=[
                ["softmax, threshold", "refused" if found.answer is None else CLASSES[found.answer]],
                ["softmax, no threshold", CLASSES[int(np.argmax(found.yhat))]],
                ["no softmax, the largest e", CLASSES[found.cheap]],
            ],
        )
        return Scene([logits, shares, numbers, decisions], self._words(right, threshold, found))

    @staticmethod
    def _words(right: str, threshold: float, found: Outcome) -> str:
        best, sure = CLASSES[found.cheap], float(found.yhat[found.cheap])
        full = (
            f"that is below {threshold:.2f}, so the sample is refused"
            if found.answer is None
            else f"that is not below {threshold:.2f}, so the answer is {CLASSES[found.answer]}"
        )
        return (
            f"The right class is {right}, L = −log ŷ of {right} = {format_number(found.loss, 3)}. The largest logit is "
            f"that of {best}, with ŷ = {format_number(sure, 3)}: {full}. Without softmax the answer is {best}, sure "
            "or not."
        )
