"""A convolutional layer finds a hidden kernel from pairs of input and output, one whole step at a time (lecture topics
4 and 16 to 18).
"""

import numpy as np

from cnnlab import arguments, ops
from cnnlab.datasets import photo
from cnnlab.explore.backprop.weight_windows import met
from cnnlab.explore.toolkit.controls import Button, Cell, Choice, Matrix, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Line, Mark, Points
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Grid, Scene, Table
from cnnlab.explore.toolkit.windows import Convolution, convolution_of, image_of, map_panel
from cnnlab.losses import MSE

KERNELS = {
    "lopsided": [[0.5, 1.5, 0], [0.25, -0.5, 1], [0, 0, -1]],
    "edges": [[0.25, 0, -0.25], [0.5, 0, -0.5], [0.25, 0, -0.25]],
    "mean": [[0.25, 0.25, 0.25], [0.25, 0.25, 0.25], [0.25, 0.25, 0.25]],
    "move it": [[0, 0, 0], [0, 0, 0], [0, 0, 1]],
}
OWN, TOP = "your own", 2.0
NOISE, PHOTO, STRIPES, FLAT = "noise", "photograph", "vertical stripes", "flat grey"
INPUTS = (NOISE, PHOTO, STRIPES, FLAT)
STEP, MISSING = "the step, −η dL/dw", "what is missing"
WANTED, NOW = "wanted: y", "now: e"
ETAS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0]
PAIRS, SIDE = 8, 10
MOST = 2000  # steps after which training stops
BEYOND = 1e9  # a loss from which on the descent counts as diverged
AXES = (50, 100, 200, 500, 1000, MOST)


class HiddenKernel(Explorer):
    """Somebody has a kernel w* and shows only pairs (x, w* * x).  A layer that starts from zeros finds it: forward,
    back, weight gradient, descent.

    layer : any Conv2D; its weights are the hidden ones, and a layer of the same kind learns them.  By default a 3 x 3
        kernel to be chosen or drawn.
    images : the inputs x, (H, W), (H, W, C) or (N, H, W, C); by default noise, a photograph, stripes or flat grey.
    eta : learning rate at the start, one of `ETAS`.  Raises TypeError or ValueError, naming the argument.
    """

    title = "Find the hidden kernel"

    def __init__(self, layer=None, images=None, eta=0.1):
        built = layer is not None and getattr(layer, "input_shape", None) is not None
        shape = tuple(layer.input_shape) if built else (SIDE, SIDE, 1)
        self.images = None if images is None else self._batch(images)
        if self.images is not None:
            shape = self.images.shape[1:]
        if layer is None:
            if shape[2] != 1:
                raise ValueError(f"images have {shape[2]} channels: pass a Conv2D that takes them as layer, too")
            self.hidden = None
            w_shape, self.options, self.b_shape = (3, 3, 1, 1), {"padding": "valid", "stride": (1, 1)}, None
        else:
            self.hidden = found = convolution_of(layer, shape)
            w_shape, self.b_shape = found.w.shape, None if found.b is None else found.b.shape
            self.options = {
                "padding": found.padding,
                "stride": found.stride,
                "connections": found.connections,
                "padding_value": found.padding_value,
            }
        self.conv = self.hidden or Convolution(np.zeros(w_shape))
        self.shape, self.curvatures, self.loss = shape, {}, MSE()
        self.inputs = {"yours": self.images} if self.images is not None else _inputs(shape)
        rows, columns, channels, filters = self.w_shape = w_shape
        most = len(next(iter(self.inputs.values())))
        controls = [] if self.hidden else [Choice("kernel", "hidden kernel", [*KERNELS, OWN])]
        if self.images is None:
            controls.append(Choice("x", "inputs x", list(self.inputs)))
        if most > 1:
            controls.append(Slider("pairs", "pairs (x, y)", 1, most, 1, value=most))
        controls.append(Slider("eta", "learning rate η", choices=ETAS, value=eta))
        if channels > 1:
            controls.append(Slider("c", "input channel c", 0, channels - 1, 1, value=0))
        if filters > 1:
            controls.append(Slider("d", "output channel d", 0, filters - 1, 1, value=0))
        going = {"when": lambda **values: self.going}
        controls += [
            Button("step", "1 step", lambda **values: self.train(1, **values), **going),
            Button("train", "train", lambda **values: self.train(4, **values), play=True, every=0.04, **going),
            Button("forget", "start again", lambda **values: self.restart()),
            Choice("third", "show beside w", [STEP, MISSING]),
            Choice("output", "output shown", [WANTED, NOW]),
            Cell("weight", "weight w[m', n']", rows, columns, (0, min(1, columns - 1))),
        ]
        if not self.hidden:
            controls.append(Matrix("w", "hidden kernel w*", np.array(KERNELS["lopsided"]), -TOP, TOP, 0.25))
        super().__init__(controls)
        self.restart()

    @staticmethod
    def _batch(images):
        images = np.asarray(images)
        if images.ndim < 4:
            return image_of(images, "images")[None]
        if images.dtype.kind in "iu":
            images = images.astype(np.float64)
        return arguments.array("images", images, 4, "(N, H, W, C)", finite=True).astype(np.float64)

    def restart(self):
        """The learner starts from zeros: it knows nothing yet."""
        self.w = np.zeros(self.w_shape)
        self.b = None if self.b_shape is None else np.zeros(self.b_shape)
        self.losses, self.going = [], True

    def consequences(self, name, values):
        if name == "kernel" and values["kernel"] != OWN:
            return {"w": np.array(KERNELS[values["kernel"]])}
        return {"kernel": OWN} if name == "w" else {}

    def batch(self, x=None, pairs=None, w=None, **_):
        """The pairs of these values: inputs x (N, H, W, C) and what the hidden kernel made of them, y."""
        inputs = self.inputs[x] if x is not None else next(iter(self.inputs.values()))
        inputs = inputs if pairs is None else inputs[:pairs]
        wanted, b = self.target(w)
        return inputs, ops.conv2d(inputs, wanted, b, **self.options)

    def target(self, w=None, **_):
        """The hidden kernel w* (P, Q, C, D) and its biases, or None."""
        if self.hidden is not None:
            return self.hidden.w, self.hidden.b
        return np.array(w, dtype=float)[:, :, None, None], None

    def gradients(self, x, y):
        """Three of the four parts of a step: e, the loss L, dL/de; dL/dw and dL/db (or None)."""
        e = ops.conv2d(x, self.w, self.b, **self.options)  # forward
        de = self.loss.gradient(e, y)  # back
        dw = ops.conv2d_weight_gradient(de, x, self.w.shape, **self.options)  # weight gradient
        return e, self.loss(e, y), de, dw, None if self.b is None else ops.conv2d_bias_gradient(de, self.b.shape)

    def train(self, steps, eta, **values):
        """So many whole steps of gradient descent."""
        x, y = self.batch(**values)
        for _ in range(steps):
            _, loss, _, dw, db = self.gradients(x, y)
            self.losses.append(float(loss))
            self.w = self.w - eta * dw  # descent
            self.b = None if self.b is None else self.b - eta * db
            self.going = len(self.losses) < MOST and loss < BEYOND
            if not self.going:
                break

    def limit(self, x=None, pairs=None, **_):
        """The learning rate beyond which the loss grows, 2 / (largest curvature), and how many weights of a kernel
        these inputs tell apart; (None, None) for layers too large to ask.

        L is quadratic in w: its curvature is 2 / (numbers in y) times A' A, where A holds what each weight meets.
        """
        if (x, pairs) not in self.curvatures:
            self.curvatures[x, pairs] = self._curvature(*self._met(x, pairs))
        return self.curvatures[x, pairs]

    def _met(self, x, pairs):
        """A (N H' W', P Q C): one forward pass with a kernel for every weight alone; and how many numbers y has."""
        inputs = self.inputs[x] if x is not None else next(iter(self.inputs.values()))
        inputs = inputs if pairs is None else inputs[:pairs]
        rows, columns, channels, filters = self.w_shape
        count = rows * columns * channels
        if count > 128 or (self.b_shape is not None and len(self.b_shape) == 3):
            return None, None
        options = self.options | {"connections": None}
        a = ops.conv2d(inputs, np.eye(count).reshape(rows, columns, channels, count), **options)
        return a.reshape(-1, count), a[..., 0].size * filters

    def _curvature(self, a, size):
        if a is None:
            return None, None
        rows, columns, channels, filters = self.w_shape
        fed = self.options.get("connections")
        fed = np.ones((channels, filters), bool) if fed is None else fed
        steepest, told = 0.0, rows * columns * channels
        for which in {tuple(column) for column in fed.T}:
            used = a[:, np.tile(which, rows * columns)]
            told = min(told, int(np.linalg.matrix_rank(used)) + rows * columns * (channels - sum(which)))
            if self.b_shape is not None:
                used = np.hstack([used, np.ones((len(used), 1))])
            steepest = max(steepest, 2 / size * np.linalg.norm(used, 2) ** 2)
        return (float(2 / steepest) if steepest > 0 else None), told

    def scene(self, eta, weight, third, output, c=0, d=0, **values):
        x, y = self.batch(**values)
        wanted, _ = self.target(values.get("w"))
        e, loss, de, dw, db = self.gradients(x, y)
        place, several = (*weight, c, d), self.w_shape[2:] != (1, 1)
        in_w = f"[m', n', {c}, {d}]" if several else ""
        top = max(float(np.abs(wanted).max()), 0.5) if self.hidden else TOP
        mark = [Highlight([weight], "", 2, "ring")]
        size = {
            "height": 226,
            "cell": 46.0,
            "digits": 2,
            "row_label": "m'",
            "column_label": "n'",
            "click": "weight",
            "highlights": mark,
            "width": 0.9,
        }
        step = -eta * dw if third == STEP else wanted - self.w
        first = self.loss.gradient(np.zeros_like(y), y)  # colours are those of the first step: what shrinks grows pale
        if third == STEP:
            start = ops.conv2d_weight_gradient(first, x, self.w.shape, **self.options)
            span = eta * float(np.abs(start[:, :, c, d]).max()) or 1.0
        kernels = [
            Grid(
                name="hidden",
                title=f"hidden: w*{in_w}" + ("" if self.hidden else " (drag)"),
                symbol="w*",
                values=wanted[:, :, c, d],
                scale=top,
                edit=None if self.hidden else "w",
                **size | ({} if self.hidden else {"click": None}),
            ),
            Grid(name="learned", title=f"learned: w{in_w}", symbol="w", values=self.w[:, :, c, d], scale=top, **size),
            Grid(
                name="third",
                title="−η dL/dw" if third == STEP else "w* − w",
                symbol=third,
                scale=span if third == STEP else top,
                values=step[:, :, c, d],
                **size,
            ),
            self._step(eta, place, several, loss, de, dw, db, wanted, values),
        ]
        (rows, columns), shown = met(self.conv, de.shape[1:], *weight), y if output == WANTED else e
        box = (rows[0], columns[0], rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1, "", 2)
        grey = 0 <= x.min() and x.max() <= 1
        strongest = float(np.abs(y[0, :, :, d]).max()) or 1.0
        flat = {"height": 236, "readable": 0, "width": 0.9}
        pictures = [
            map_panel(
                "x",
                x[0, :, :, c],
                "x: framed, what w meets",
                "x",
                box=box,
                colours="grey" if grey else "diverging",
                scale=(0.0, 1.0) if grey else float(np.abs(x).max()) or 1.0,
                **flat,
            ),
            map_panel(
                "output",
                shown[0, :, :, d],
                "y, wanted" if output == WANTED else "e, now",
                output[-1],
                scale=strongest,
                **flat,
            ),
            map_panel(
                "de", de[0, :, :, d], "dL/de", "dL/de", scale=float(np.abs(first[0, :, :, d]).max()) or 1.0, **flat
            ),
            self._curve(loss),
        ]
        return Scene([kernels, pictures], self._words(eta, loss, wanted, place, several, values))

    def _step(self, eta, place, several, loss, de, dw, db, wanted, values):
        p, q, c, d = place
        name = f"{p}, {q}{f', {c}, {d}' if several else ''}"
        limit, _ = self.limit(values.get("x"), values.get("pairs"))
        after = self.w[place] - eta * dw[place]
        rows = [
            ["1 forward: L", f"{loss:.3g}"],
            ["2 back: largest dL/de", f"{np.abs(de).max():.3g}"],
            [f"3 dL/dw[{name}]", format_number(dw[place], 4)],
            [f"4 w[{name}] − η dL/dw", format_number(after, 4)],
            [f"hidden: w*[{name}]", format_number(wanted[place], 4)],
        ]
        if db is not None and db.ndim == 1:
            rows.append([f"b[{d}], hidden b*[{d}]", f"{format_number(self.b[d])}, {format_number(self.hidden.b[d])}"])
        rows.append(["limit for η", "–" if limit is None else f"{limit:.3g}"])
        return Table(
            name="step",
            title=f"step {len(self.losses) + 1}",
            rows=rows,
            align="lr",
            size=13,
            height=226,
            width=1.3,
            colours={(len(rows) - 1, 1): 1} if limit is not None and eta > limit else {},
        )

    def _curve(self, loss):
        losses = np.clip([*self.losses, float(loss)], 1e-12, 1e3)
        steps = np.arange(len(losses))
        return Curves(
            name="loss",
            title="loss after each step",
            height=236,
            width=1.3,
            x_label="step",
            y_label="L",
            x=(0, next(end for end in AXES if end >= len(self.losses))),
            y=(1e-12, 1e3),
            y_log=True,
            legend=False,
            items=[
                Line(steps, losses, "L", 1),
                Points(steps[-1:], losses[-1:], "now", 2, 5),
                Mark(y=losses[0], label="at the start"),
            ],
        )

    def _words(self, eta, loss, wanted, place, several, values):
        limit, told = self.limit(values.get("x"), values.get("pairs"))
        p, q, c, d = place
        count, off = len(self.losses), float(np.abs(wanted - self.w).max())
        name = f"[{p}, {q}{f', {c}, {d}' if several else ''}]"
        words = (
            f"After {count} step{'' if count == 1 else 's'} the loss is {loss:.2g}; w{name} = "
            f"{format_number(self.w[place])}, hidden {format_number(wanted[place])}; "
            f"the weight furthest off misses {off:.2g}."
        )
        if loss > BEYOND:
            return f"{words} It has diverged: start again with a smaller η."
        if count >= MOST:
            return f"{words} That was enough: start again."
        if limit is not None and eta > limit:
            words += f" η is above {limit:.3g}: the loss will grow."
        size = self.w_shape[0] * self.w_shape[1] * self.w_shape[2]
        if told is not None and told < size:
            words += f" These inputs tell only {told} of {size} weights apart."
        return words


def _inputs(shape):
    """Eight inputs (8, H, W, C) of each kind."""
    rng, (height, width, channels) = np.random.default_rng(5), shape
    grey = photo("chelsea").mean(axis=2)
    missing = np.maximum((height, width) - np.array(grey.shape), 0)  # larger than the photograph: mirror it
    grey = np.pad(grey, [(0, missing[0]), (0, missing[1])], "symmetric")
    places = rng.integers(0, np.array(grey.shape) - (height, width) + 1, (PAIRS, channels, 2))
    cut = [[grey[i : i + height, j : j + width] for i, j in row] for row in places]
    return {
        NOISE: rng.normal(size=(PAIRS, *shape)),
        PHOTO: np.moveaxis(np.array(cut, dtype=float), 1, -1).copy(),
        STRIPES: np.tile(rng.normal(size=(PAIRS, 1, width, channels)), (1, height, 1, 1)),
        FLAT: np.broadcast_to(rng.uniform(0.3, 1, (PAIRS, 1, 1, channels)), (PAIRS, *shape)).copy(),
    }
