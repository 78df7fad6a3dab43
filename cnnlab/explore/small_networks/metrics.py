"""Losses: what they make the network say, and how well they push (lecture topic 5)."""

from numbers import Real

import numpy as np

from cnnlab import arguments, ops
from cnnlab.explore.toolkit.controls import Button, Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Bars, Line, Mark, Points
from cnnlab.explore.toolkit.scene import Curves, Scene, Table
from cnnlab.layers import Dense, Tanh
from cnnlab.losses import MSE, BinaryCrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import Adam

SQUARED, ENTROPY = MSE(), BinaryCrossEntropy()
RANGE = 8.0
ANSWERS = ("0 (no cat)", "1 (cat)")


def sigmoid_losses(e, y):
    """Of one sigmoid output with excitation e (n,) and target y (0 or 1): a dict of yhat, the two losses, and their
    dL/de, (n,) each.
    """
    e = np.atleast_1d(np.asarray(e, dtype=float))
    column, target = e[:, None], np.full((len(e), 1), float(y))
    yhat = ops.sigmoid(column)
    mse, bce, d_mse, d_bce = (np.empty(len(e)) for _ in range(4))
    for i in range(len(e)):
        one = slice(i, i + 1)
        mse[i], bce[i] = SQUARED(yhat[one], target[one]), ENTROPY(column[one], target[one])
        d_mse[i] = ops.sigmoid_backward(SQUARED.gradient(yhat[one], target[one]), yhat[one])[0, 0]
        d_bce[i] = ENTROPY.gradient(column[one], target[one])[0, 0]
    return {"yhat": yhat[:, 0], "mse": mse, "bce": bce, "d_mse": d_mse, "d_bce": d_bce}


class ConfidentlyWrong(Explorer):
    """One sigmoid output, judged by the squared error and by the binary cross-entropy: the losses and their gradients
    over e.

    e : excitation at the start, from -8 to 8.  y : the right answer at the start, 0 or 1.
    Raises ValueError, naming the argument, for others.
    """

    title = "Confidently wrong: which loss still pushes?"

    def __init__(self, e=-4.0, y=1):
        if not (isinstance(y, Real) and y in (0, 1)):
            raise ValueError(f"y must be 0 (no cat) or 1 (cat); got {y!r}")
        super().__init__(
            [
                Slider("e", "excitation e of the output unit", -RANGE, RANGE, 0.1, value=e),
                Choice("y", "the right answer y", options=ANSWERS[::-1], value=ANSWERS[int(y)]),
            ]
        )
        self.line = np.linspace(-RANGE, RANGE, 161)
        self.sweeps = {y: sigmoid_losses(self.line, y) for y in (0, 1)}

    def scene(self, e, y):
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


SHOWN, OTHERS = 300, 3000  # points of one step, as many as are shown; points on which the loss is measured


def cloud(n=SHOWN, spread=0.35, rng=0):
    """x (n, 1), y (n, 1): y = f(x) + spread (0.3 + x²/2) times a standard normal number, so that E[y|x] = f(x) is
    known.  rng : seed or Generator.
    """
    rng = np.random.default_rng(rng)
    x = rng.uniform(-2, 2, (n, 1))
    return x, conditional_mean(x) + spread * (0.3 + 0.5 * x**2) * rng.standard_normal((n, 1))


def conditional_mean(x):
    """f(x) = sin 2x + x / 4, the E[y|x] of `cloud`."""
    return np.sin(2 * x) + x / 4


class ConditionalMean(Explorer):
    """A network learns a cloud of points with the squared error: it ends at the conditional mean, not at any of the
    points.

    Every step takes fresh points of the cloud, so that none can be learned by heart; the loss is that of others, which
    no step has seen.
    spread : of the cloud at the start, 0 to 0.7.  units : hidden units.  rng : seed of the first weights and of the
    points, a whole number.  Raises TypeError or ValueError, naming the argument, for others.
    """

    title = "What the squared error learns"

    def __init__(self, spread=0.35, units=24, rng=0):
        self.units, self.seed = arguments.whole("units", units), arguments.whole("rng", rng, at_least=0)
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

    def restart(self):
        self.draw = 0  # how often new weights were asked for
        self._begin()

    def _again(self, **_):
        self.draw += 1
        self._begin()

    def _begin(self):
        self.network = Network(
            [Dense(self.units), Tanh(), Dense(self.units), Tanh(), Dense(1)],
            input_shape=(1,),
            rng=self.seed + self.draw,
            dtype=np.float64,
        )
        self.optimiser, self.steps = Adam(0.01), 0

    def _train(self, spread, **_):
        for _ in range(25):
            x, y = cloud(spread=spread, rng=(self.seed, self.draw, 1 + self.steps))
            self.network.loss_and_gradients(x, y, SQUARED)
            self.optimiser.step(self.network.parameters, self.network.gradients, 0.0)
            self.steps += 1

    def scene(self, spread, x):
        points, y = cloud(OTHERS, spread, self.seed)
        yhat = self.network.forward(self.line[:, None])[:, 0]
        near = np.abs(points[:, 0] - x) < 0.15
        here, mean = float(self.network.forward(np.array([[x]]))[0, 0]), float(conditional_mean(x))
        loss = SQUARED(self.network.forward(points), y)
        floor = SQUARED(conditional_mean(points), y)
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
                Points(points[:SHOWN, 0], y[:SHOWN, 0], label="points", colour="muted", size=2.5),
                Line(self.line, conditional_mean(self.line), label="E[y|x]", colour=0, dash=True),
                Line(self.line, yhat, label="yhat", colour=1),
                Mark(x, "x"),
                Points(x, here, colour=1, size=6),
            ],
        )
        edges = np.linspace(-2.5, 2.5, 21)
        heights = 100 * np.histogram(y[near, 0], edges)[0] / near.sum()
        slice_ = Curves(
            name="slice",
            title=f"the y of the points near x = {x:.1f}",
            height=360,
            x=(-2.5, 2.5),
            y=(0, 100),
            x_label="y",
            y_label="share of the points, %",
            items=[
                Bars((edges[1:] + edges[:-1]) / 2, heights, colour="muted", width=0.22),
                Line(np.array([here, here]), np.array([0.0, 100.0]), label="yhat", colour=1, width=3.5),
                Line(np.array([mean, mean]), np.array([0.0, 100.0]), label="E[y|x]", colour=0, dash=True),
            ],
        )
        return Scene(
            [picture, slice_],
            f"After {self.steps} steps, each on {SHOWN} new points, the loss on {OTHERS} others is {loss:.3f}; the "
            f"true mean itself scores {floor:.3f} on them. At x = {x:.1f} the network says {here:.2f} and E[y|x] is "
            f"{mean:.2f}.",
        )


__all__ = ["ConditionalMean", "ConfidentlyWrong", "cloud", "conditional_mean", "sigmoid_losses"]
