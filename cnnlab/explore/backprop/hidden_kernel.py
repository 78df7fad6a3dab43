"""A convolutional layer finds a hidden kernel from pairs of input and output, one whole step at a time (lecture topics
4 and 16 to 18).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.convolution import (
    Convolution,
    KernelLearner,
    convolution_of,
    image_of,
    input_indices,
    training_inputs,
)
from cnnlab.analysis.convolution.hidden_kernel import BEYOND, MOST
from cnnlab.explore.toolkit.controls import Button, Cell, Choice, Matrix, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Line, Mark, Points
from cnnlab.explore.toolkit.numbers import format_number, strongest
from cnnlab.explore.toolkit.panels import PRIMED, map_panel, shades
from cnnlab.explore.toolkit.scene import Curves, Grid, Scene, Table
from cnnlab.explore.toolkit.settings import channel_sliders
from cnnlab.layers import Layer
from cnnlab.types import Array, ArrayLike

KERNELS = {
    "lopsided": [[0.5, 1.5, 0], [0.25, -0.5, 1], [0, 0, -1]],
    "edges": [[0.25, 0, -0.25], [0.5, 0, -0.5], [0.25, 0, -0.25]],
    "mean": [[0.25, 0.25, 0.25], [0.25, 0.25, 0.25], [0.25, 0.25, 0.25]],
    "move it": [[0, 0, 0], [0, 0, 0], [0, 0, 1]],
}
OWN, TOP = "your own", 2.0
STEP, MISSING = "the step, −η dL/dw", "what is missing"
WANTED, NOW = "wanted: y", "now: e"
ETAS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0]
SIDE = 10
AXES = (50, 100, 200, 500, 1000, MOST)


class HiddenKernel(Explorer):
    """A layer that starts from zeros finds a hidden kernel: forward, back, weight gradient, descent.

    Somebody has a kernel w* and shows only pairs (x, w* * x).

    Parameters
    ----------
    layer : Conv2D, optional
        Its weights are the hidden ones, and a layer of the same kind learns them.  By default a 3 x 3 kernel to be
        chosen or drawn.
    images : (H, W), (H, W, C) or (N, H, W, C), optional
        The inputs x; by default noise, a photograph, stripes or flat grey.
    eta : float
        Learning rate at the start, one of `ETAS`.

    Attributes
    ----------
    learner : KernelLearner
        What is learned so far; training from another cell is seen.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topics 4 and 16 to 18.
    """

    title = "Find the hidden kernel"
    longest = 190

    def __init__(self, layer: Layer | None = None, images: ArrayLike | None = None, eta: float = 0.1) -> None:
        self.shape = tuple(getattr(layer, "input_shape", None) or (SIDE, SIDE, 1))
        given = None if images is None else self._batch(images)
        if given is not None:
            self.shape = given.shape[1:]
        if layer is None and self.shape[2] != 1:
            raise ValueError(f"images have {self.shape[2]} channels: pass a Conv2D that takes them as layer, too")
        self.hidden = None if layer is None else convolution_of(layer, self.shape)
        self.learner = KernelLearner(self.hidden or Convolution(np.zeros((3, 3, 1, 1))))
        self.inputs = training_inputs(self.shape) if given is None else {"yours": given}
        self.limits: dict[Any, tuple[float | None, int | None]] = {}
        (rows, columns), first = self.learner.w.shape[:2], np.array(KERNELS["lopsided"])
        most = len(next(iter(self.inputs.values())))
        going: dict[str, Any] = {"when": lambda **values: self.learner.going}
        drawn = Matrix("w", "hidden kernel w*", first, -TOP, TOP, 0.25, carries=("kernel",))
        super().__init__(
            [
                *([] if self.hidden else [Choice("kernel", "hidden kernel", [*KERNELS, OWN])]),
                *([Choice("x", "inputs x", list(self.inputs))] if images is None else []),
                *([Slider("pairs", "pairs (x, y)", 1, most, 1, value=most)] if most > 1 else []),
                Slider("eta", "learning rate η", choices=ETAS, value=eta),
                *channel_sliders(self.learner.w.shape),
                Button("step", "1 step", lambda **values: self.train(1, **values), **going),
                Button("train", "train", lambda **values: self.train(4, **values), play=True, every=0.04, **going),
                Button("forget", "start again", lambda **values: self.restart()),
                Choice("third", "show beside w", [STEP, MISSING]),
                Choice("output", "output shown", [WANTED, NOW]),
                Cell("weight", "weight w[m', n']", rows, columns, (0, min(1, columns - 1))),
                *([] if self.hidden else [drawn]),
            ]
        )

    @staticmethod
    def _batch(images):
        images = np.asarray(images)
        if images.ndim < 4:
            return image_of(images, "images")[None]
        if images.dtype.kind in "iu":
            images = images.astype(np.float64)
        return arguments.array("images", images, 4, "(N, H, W, C)", finite=True).astype(np.float64)

    def restart(self) -> None:
        """The learner starts from zeros: it knows nothing yet."""
        self.learner.restart()

    def train(self, steps: int, eta: float, **values: Any) -> None:
        """Whole steps of gradient descent, as the buttons do them.

        Parameters
        ----------
        steps : int
            How many; fewer if it diverges or has done enough.
        eta : float
            Learning rate.
        **values : object
            The rest of the values of the controls.
        """
        self.learner.step(*self.batch(**values), eta, steps)

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        if name == "kernel" and values["kernel"] != OWN:
            return {"w": np.array(KERNELS[values["kernel"]])}
        return {"kernel": OWN} if name == "w" else {}

    def batch(
        self, x: str | None = None, pairs: int | None = None, w: ArrayLike | None = None, **_: Any
    ) -> tuple[Array, Array]:
        """The pairs of these values.

        Parameters
        ----------
        x : str, optional
            The name of the inputs; by default the first.
        pairs : int, optional
            How many of them; by default all.
        w : (P, Q), optional
            The hidden kernel, where it can be drawn.
        **_ : object
            Other controls do not count.

        Returns
        -------
        x : (N, H, W, C)
            The inputs.
        y : (N, H', W', D)
            What the hidden kernel made of them.
        """
        inputs = self._chosen(x, pairs)
        return inputs, self.learner.forward(inputs, *self.target(w))

    def _chosen(self, x, pairs):
        inputs = self.inputs[x] if x is not None else next(iter(self.inputs.values()))
        return inputs if pairs is None else inputs[:pairs]

    def target(self, w: ArrayLike | None = None) -> tuple[Array, Array | None]:
        """What is to be found.

        Parameters
        ----------
        w : (P, Q), optional
            The hidden kernel, where it can be drawn.

        Returns
        -------
        w : (P, Q, C, D)
            The hidden kernel w*.
        b : array or None
            Its biases.
        """
        if self.hidden is not None:
            return self.hidden.w, self.hidden.b
        return np.array(w, dtype=float)[:, :, None, None], None

    def limit(self, x: str | None = None, pairs: int | None = None, **_: Any) -> tuple[float | None, int | None]:
        """How large eta may be with these inputs, and what they tell (`KernelLearner.limit`).

        Parameters
        ----------
        x, pairs : as in `batch`
            Which inputs.
        **_ : object
            Other controls do not count.

        Returns
        -------
        limit : float or None
            The learning rate beyond which the loss grows.
        told : int or None
            How many weights of a kernel these inputs tell apart.
        """
        if (x, pairs) not in self.limits:
            self.limits[x, pairs] = self.learner.limit(self._chosen(x, pairs))
        return self.limits[x, pairs]

    def scene(
        self, eta: float, weight: tuple[int, int], third: str, output: str, c: int = 0, d: int = 0, **values: Any
    ) -> Scene:
        (x, y), learner, hidden = self.batch(**values), self.learner, self.hidden is not None
        wanted, _ = self.target(values.get("w"))
        now, place = learner.gradients(x, y), (*weight, c, d)
        in_w = f"[m', n', {c}, {d}]" if self._several else ""
        top = max(float(np.abs(wanted).max()), 0.5) if hidden else TOP
        size: dict[str, Any] = {"height": 226, "cell": 46.0, "digits": 2, "width": 0.9} | PRIMED
        size["highlights"] = [Highlight([weight], "", 2, "ring")]
        first = learner.first_errors(y)  # colours are those of the first step: what shrinks pales
        if third == STEP:
            step, called = learner.change(now.dw, eta), "−η dL/dw"
            span = eta * float(np.abs(learner.weight_gradient(first, x)[:, :, c, d]).max()) or 1.0
        else:
            step, called, span = wanted - learner.w, "w* − w", top
        kernels = [
            Grid(
                name="hidden",
                title=f"hidden: w*{in_w}" + ("" if hidden else " (drag)"),
                symbol="w*",
                values=wanted[:, :, c, d],
                scale=top,
                edit=None if hidden else "w",
                click="weight" if hidden else None,
                **size,
            ),
            Grid(
                name="learned",
                title=f"learned: w{in_w}",
                symbol="w",
                values=learner.w[:, :, c, d],
                scale=top,
                click="weight",
                **size,
            ),
            Grid(name="third", title=called, symbol=third, scale=span, values=step[:, :, c, d], click="weight", **size),
            self._step(eta, place, now, wanted, values),
        ]
        flat: dict[str, Any] = {"height": 236, "readable": 0, "width": 0.9}
        rows, columns = input_indices(learner.kind, now.de.shape[1:], *weight)
        box = (rows[0], columns[0], rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1, "", 2)
        shown, said = (y, "y, wanted") if output == WANTED else (now.e, "e, now")
        pictures = [
            map_panel("x", x[0, :, :, c], "x: framed, what w meets", "x", box=box, **shades(x, readable=0), **flat),
            map_panel("output", shown[0, :, :, d], said, output[-1], scale=strongest(y[0, :, :, d]), **flat),
            map_panel("de", now.de[0, :, :, d], "dL/de", "dL/de", scale=strongest(first[0, :, :, d]), **flat),
            self._curve(now.loss),
        ]
        return Scene([kernels, pictures], self._words(eta, now.loss, wanted, place, values))

    @property
    def _several(self):
        return self.learner.w.shape[2:] != (1, 1)

    def _step(self, eta, place, now, wanted, values):
        p, q, c, d = place
        name = f"{p}, {q}{f', {c}, {d}' if self._several else ''}"
        limit, _ = self.limit(values.get("x"), values.get("pairs"))
        after, b = (self.learner.w + self.learner.change(now.dw, eta))[place], self.learner.b
        rows = [
            ["1 forward: L", f"{now.loss:.3g}"],
            ["2 back: largest dL/de", f"{np.abs(now.de).max():.3g}"],
            [f"3 dL/dw[{name}]", format_number(now.dw[place], 4)],
            [f"4 w[{name}] − η dL/dw", format_number(after, 4)],
            [f"hidden: w*[{name}]", format_number(wanted[place], 4)],
        ]
        if b is not None and b.ndim == 1:
            rows.append([f"b[{d}], hidden b*[{d}]", f"{format_number(b[d])}, {format_number(self.hidden.b[d])}"])
        rows.append(["limit for η", "–" if limit is None else f"{limit:.3g}"])
        return Table(
            name="step",
            title=f"step {len(self.learner.losses) + 1}",
            rows=rows,
            align="lr",
            size=13,
            height=226,
            width=1.3,
            colours={(len(rows) - 1, 1): 1} if limit is not None and eta > limit else {},
        )

    def _curve(self, loss):
        losses = np.clip([*self.learner.losses, float(loss)], 1e-12, 1e3)
        steps = np.arange(len(losses))
        return Curves(
            name="loss",
            title="loss after each step",
            height=236,
            width=1.3,
            x_label="step",
            y_label="L",
            x=(0, next(end for end in AXES if end >= len(losses) - 1)),
            y=(1e-12, 1e3),
            y_log=True,
            legend=False,
            items=[
                Line(steps, losses, "L", 1),
                Points(steps[-1:], losses[-1:], "now", 2, 5),
                Mark(y=losses[0], label="at the start"),
            ],
        )

    def _words(self, eta, loss, wanted, place, values):
        limit, told = self.limit(values.get("x"), values.get("pairs"))
        p, q, c, d = place
        count, off = len(self.learner.losses), float(np.abs(wanted - self.learner.w).max())
        name = f"[{p}, {q}{f', {c}, {d}' if self._several else ''}]"
        words = (
            f"After {count} step{'' if count == 1 else 's'} the loss is {loss:.2g}; w{name} = "
            f"{format_number(self.learner.w[place])}, hidden {format_number(wanted[place])}; "
            f"the weight furthest off misses {off:.2g}."
        )
        if loss > BEYOND:
            return f"{words} It has diverged: start again with a smaller η."
        if count >= MOST:
            return f"{words} That was enough: start again."
        if limit is not None and eta > limit:
            words += f" η is above {limit:.3g}: the loss will grow."
        size = int(np.prod(self.learner.w.shape[:3]))
        if told is not None and told < size:
            words += f" These inputs tell only {told} of {size} weights apart."
        return words
