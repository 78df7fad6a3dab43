"""The gradient check: how far a difference quotient is from the gradient, over the size of its step (lecture topics 16
to 18: is it true, what back-propagation says?).
"""

from typing import Any

import numpy as np

from cnnlab.analysis.convolution import DifferenceQuotients, checked_networks, expected_errors
from cnnlab.datasets import digits
from cnnlab.explore.toolkit.controls import Cell, Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Line, Mark, Points
from cnnlab.explore.toolkit.numbers import strongest
from cnnlab.explore.toolkit.panels import PRIMED
from cnnlab.explore.toolkit.scene import Curves, Grid, Scene, Table
from cnnlab.explore.toolkit.settings import channel_sliders
from cnnlab.gradcheck import STEP, relative_error
from cnnlab.losses import MSE
from cnnlab.network import Network
from cnnlab.types import Array

STEPS = [float(f"{m}e-{k:02d}") for k in range(12, 0, -1) for m in (1, 3)] + [1.0]
BOTH, ONE = "both sides: (L(w + s) − L(w − s)) / 2s", "one side: (L(w + s) − L(w)) / s"
FLOOR, TOP = 1e-14, 1e3
NEAR = np.linspace(-1.5, 1.5, 25)  # where the loss is looked at, in steps


class GradientCheck(Explorer):
    """How far a difference quotient is from the gradient of back-propagation, over the size of its step.

    Nudge one weight by a step s, run forward twice, divide.  A large step is wrong because the loss bends, a small one
    because numbers have so many digits and no more.

    Parameters
    ----------
    network : Network, optional
        With a Conv2D and neither dropout nor batch normalisation.  By default a small network on digits, whose
        nonlinearity can be chosen.
    x, y : arrays, with a network
        A batch.
    loss : Loss, with a network
        Compares the network's e with y.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topics 16 to 18.
    """

    title = "Gradient check: how large a step?"
    longest = 205

    def __init__(
        self,
        network: Network | None = None,
        x: Array | None = None,
        y: Array | None = None,
        loss: Any = None,
    ) -> None:
        given = [value is not None for value in (network, x, y, loss)]
        if any(given) and not all(given):
            raise ValueError("network, x, y and loss must be given together, or none of them")
        if network is None:
            data = digits(8)
            x, y, loss = data.x_train[:8], data.y_train[:8], MSE()
            networks = checked_networks(x.shape[1:])
        else:
            networks = {"yours": network}
        self.quotients = {name: DifferenceQuotients(one, x, y, loss) for name, one in networks.items()}
        rows, columns, *_ = shape = self.of().w_shape
        super().__init__(
            [
                *([] if len(networks) == 1 else [Choice("f", "nonlinearity", list(networks))]),
                Slider("step", "step s", choices=STEPS, value=1e-3),
                Choice("sides", "difference", [BOTH, ONE]),
                *channel_sliders(shape),
                Cell("weight", "weight w[m', n']", rows, columns, (rows // 2, columns // 2)),
            ]
        )

    def of(self, f: str | None = None) -> DifferenceQuotients:
        """What is computed, and kept, for one of the networks.

        Parameters
        ----------
        f : str, optional
            The nonlinearity of the network; not needed for a network of your own.

        Returns
        -------
        quotients : DifferenceQuotients
            Losses, differences and errors of this network.
        """
        return self.quotients[f or next(iter(self.quotients))]

    def scene(
        self, step: float, sides: str, weight: tuple[int, int], f: str | None = None, c: int = 0, d: int = 0
    ) -> Scene:
        place, quotients, both = (*weight, c, d), self.of(f), sides == BOTH
        dw = quotients.gradient()
        exact, found = float(dw[place]), {}
        for dtype in quotients.DTYPES:
            up, down, quotient = quotients.differences(place, [step], both, dtype)
            errors = quotients.errors(place, STEPS, both, dtype)
            found[dtype] = up[0], down[0], up[0] - down[0], quotient[0], errors
        several = dw.shape[2:] != (1, 1)
        index = f"{weight[0]}, {weight[1]}{f', {c}, {d}' if several else ''}"
        where = f"[m', n', {c}, {d}]" if several else ""
        low = Grid(
            name="dw",
            title=f"dL/dw{where} (click)",
            symbol="dL/dw",
            values=dw[:, :, c, d],
            digits=2,
            scale=strongest(dw),
            click="weight",
            **PRIMED,
            height=196,
            cell=52.0,
            width=0.8,
            highlights=[Highlight([weight], "", 2, "ring")],
        )
        top = [self._curve(step, both, found), self._near(step, quotients, place, exact)]
        rows = [
            ["L(w + s)", *(_all_digits(found[t][0]) for t in found)],
            ["L(w − s)" if both else "L(w)", *(_all_digits(found[t][1]) for t in found)],
            ["difference", *(_minus(f"{found[t][2]:.3g}") for t in found)],
            ["divided by 2s" if both else "divided by s", *(_minus(f"{found[t][3]:.9g}") for t in found)],
            [f"dL/dw[{index}]", *2 * (_minus(f"{exact:.9g}"),)],
            ["relative error", *(f"{relative_error(float(found[t][3]), exact):.1e}" for t in found)],
        ]
        table = Table(
            name="digits",
            title=f"step s = {step:g}",
            header=["", "float64", "float32"],
            rows=rows,
            align="lrr",
            size=13,
            height=196,
            width=1.7,
        )
        return Scene([top, [low, table]], self._words(step, index, found))

    @staticmethod
    def _curve(step, both, found):
        steps, order, items = np.array(STEPS), 2 if both else 1, []
        for colour, (dtype, values) in enumerate(found.items()):
            name, errors = np.dtype(dtype).name, np.clip(values[4], FLOOR, TOP)
            items += [
                Line(steps, errors, name, colour, dash=colour == 1),
                Points([step], [errors[STEPS.index(step)]], "", colour, 6, "dot" if colour == 0 else "square"),
            ]
        slope = expected_errors(steps, found[np.float64][4], order)
        if slope is not None:
            slope[(slope < FLOOR) | (slope > TOP)] = np.nan
            items.append(Line(steps, slope, f"as s{'²' if order == 2 else ''}: the loss bends", "muted", 1, True))
        items += [Mark(step, "s"), Mark(STEP, "gradcheck")]
        return Curves(
            name="errors",
            title="relative error of the difference",
            x=(STEPS[0], STEPS[-1]),
            y=(FLOOR, TOP),
            x_log=True,
            y_log=True,
            x_label="step s",
            y_label="error",
            height=268,
            width=1.5,
            items=items,
        )

    @staticmethod
    def _near(step, quotients, place, exact):
        """The loss close by, in steps, as a share of what the gradient promises for one step."""
        items = []
        for colour, dtype in enumerate(quotients.DTYPES):
            shown = np.clip(quotients.relative_changes(place, step, NEAR, dtype), -1e3, 1e3)
            items.append(Line(NEAR, shown, np.dtype(dtype).name, colour, dash=colour == 1))
        line = Line(NEAR, np.sign(exact) * NEAR, "the gradient", "muted", 1)
        return Curves(
            name="near",
            title="L near w, seen from close",
            x=(-1.5, 1.5),
            y=(-2.5, 2.5),
            x_label="change of w, in steps s",
            y_label="change of L / (s |dL/dw|)",
            height=268,
            width=1.1,
            items=[line, *items, Mark(-1.0, "−s"), Mark(1.0, "+s")],
        )

    @staticmethod
    def _words(step, index, found):
        best = [STEPS[int(np.argmin(found[t][4]))] for t in found]
        now = [found[t][4][STEPS.index(step)] for t in found]
        return (
            f"With step {step:g} the difference misses dL/dw[{index}] by {now[0]:.1e} of its size in float64 and by "
            f"{now[1]:.1e} in float32. The best of these steps are {best[0]:g} "
            f"(error {found[np.float64][4].min():.1e}) and {best[1]:g} (error {found[np.float32][4].min():.1e})."
        )


def _minus(words):
    """A true minus sign before the number; that of an exponent stays."""
    return words.replace("-", "−", 1) if words.startswith("-") else words


def _all_digits(value):
    """A number with all the digits that its type has."""
    return f"{value:.17g}" if value.dtype == np.float64 else f"{value:.9g}"
