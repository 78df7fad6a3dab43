"""A confidently wrong output: how hard two losses push it back (lecture topic 5)."""

from numbers import Real

import numpy as np

from cnnlab.analysis.error_metrics import sigmoid_losses
from cnnlab.explore.toolkit.controls import Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Line, Mark, Points
from cnnlab.explore.toolkit.scene import Curves, Scene, Table
from cnnlab.types import Array

RANGE = 8.0
ANSWERS = ("0 (no cat)", "1 (cat)")


class ConfidentlyWrong(Explorer):
    """One sigmoid output, judged by the squared error and by the binary cross-entropy: losses and gradients over e.

    Parameters
    ----------
    e : float
        Excitation at the start, from -8 to 8.
    y : int
        The right answer at the start, 0 or 1.

    Raises
    ------
    ValueError
        For others; the message names the argument.

    Source
    ------
    Lecture topic 5.
    """

    title = "Confidently wrong: which loss still pushes?"

    def __init__(self, e: float = -4.0, y: int = 1) -> None:
        if not (isinstance(y, Real) and y in (0, 1)):
            raise ValueError(f"y must be 0 (no cat) or 1 (cat); got {y!r}")
        super().__init__(
            [
                Slider("e", "excitation e of the output unit", -RANGE, RANGE, 0.1, value=e),
                Choice("y", "the right answer y", options=ANSWERS[::-1], value=ANSWERS[int(y)]),
            ]
        )
        self.line: Array = np.linspace(-RANGE, RANGE, 161)
        self.sweeps: dict[int, dict[str, Array]] = {answer: sigmoid_losses(self.line, answer) for answer in (0, 1)}

    def scene(self, e: float, y: str) -> Scene:
        target = int(y[0])
        here, line = sigmoid_losses(e, target), self.sweeps[target]
        now = {name: float(values[0]) for name, values in here.items()}
        losses = Curves(
            name="losses",
            title="loss",
            height=270,
            x=(-RANGE, RANGE),
            y=(0, RANGE),
            x_label="e",
            y_label="L",
            items=[
                Line(self.line, line["mse"], label="MSE: (yhat - y)²", colour=0),
                Line(self.line, line["bce"], label="BCE", colour=1, dash=True),
                Mark(e, "e"),
                Points(e, now["mse"], colour=0, size=5),
                Points(e, now["bce"], colour=1, size=5, shape="square"),
            ],
        )
        slopes = Curves(
            name="slopes",
            title="gradient dL/de: the push",
            height=270,
            x=(-RANGE, RANGE),
            y=(-1.1, 1.1),
            x_label="e",
            y_label="dL/de",
            items=[
                Line(self.line, line["d_mse"], label="MSE", colour=0),
                Line(self.line, line["d_bce"], label="BCE: yhat - y", colour=1, dash=True),
                Mark(e, "e"),
                Mark(y=0.0),
                Points(e, now["d_mse"], colour=0, size=5),
                Points(e, now["d_bce"], colour=1, size=5, shape="square"),
            ],
        )
        ratio = abs(now["d_bce"]) / max(abs(now["d_mse"]), 1e-300)
        table = Table(
            name="numbers",
            title="in numbers",
            height=120,
            align="lrrr",
            header=["", "L", "dL/de", "yhat"],
            rows=[
                ["sigmoid + MSE", f"{now['mse']:.4f}", f"{now['d_mse']:.5f}", f"{now['yhat']:.4f}"],
                ["sigmoid + BCE", f"{now['bce']:.4f}", f"{now['d_bce']:.5f}", f"{now['yhat']:.4f}"],
            ],
        )
        side = "right" if (now["yhat"] > 0.5) == bool(target) else "wrong"
        return Scene(
            [[losses, slopes], [table]],
            f"At e = {e:.1f} the unit says yhat = {now['yhat']:.3f} and the answer is {target}: it is {side}. BCE "
            f"pushes with "
            f"{now['d_bce']:.3f}, MSE with {now['d_mse']:.4f}: BCE pushes {ratio:.1f} times as hard.",
        )
