"""The five steps of training, one press a step, on a network small enough to show every number (lecture topic 1)."""

import numpy as np

from .. import trace
from ..layers import Dense, Tanh
from ..losses import MSE
from ..network import Network
from ..optimisers import SGD
from .controls import Button, Choice, Slider
from .explorer import Explorer
from .items import Highlight, Line, Link, Points
from .scene import Curves, Diagram, Edge, Node, Scene, Table

STEPS = ("1 training set", "2 random weights", "3 forward propagation", "4 loss", "5 back-propagation")
DATA, WEIGHTS, FORWARD, LOSS, BACKWARD = STEPS
NOTHING = ""
WIDEST = 6.0  # a weight of this size or more has the widest arrow
RUNAWAY = 1e4  # a loss so many times the first one does not come back


def small_task(n=8):
    """x (n, 1) and y (n, 1): one slow wave with a step up, float64, the same every time."""
    x = np.linspace(-2.0, 2.0, n)
    return x[:, None], np.round(np.tanh(2 * x) - 0.35 * x, 2)[:, None]


class FiveSteps(Explorer):
    """yhat = b2 + sum_j w2_j tanh(w1_j x + b1_j), trained one step at a time, every number on the screen.

    hidden : 1 to 4 hidden units.  x, y : (n, 1) each, n at least 2, the training set (by default `small_task`).
    eta : learning rate at the start.  rng : seed of the first weights.
    The network is `explorer.network`; `explorer.round` counts the finished rounds. When the loss runs away,
    `explorer.diverged` is True, and there are no more rounds until `reset`.
    Raises ValueError, naming the argument, for what cannot be shown.
    """

    title = "Five steps"

    def __init__(self, hidden=3, x=None, y=None, eta=0.3, rng=4):
        if not 1 <= hidden <= 4:
            raise ValueError(f"hidden must be 1 to 4 units, so that every number has its place; got {hidden!r}")
        x, y = small_task() if x is None else (x, y)
        self.x, self.y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        if self.x.ndim != 2 or self.x.shape[1] != 1 or self.y.shape != self.x.shape:
            raise ValueError(f"x and y must both be (n, 1); got shapes {self.x.shape} and {self.y.shape}")
        if len(self.x) < 2:
            raise ValueError(f"x and y must hold at least 2 samples; got {len(self.x)}")
        if not (np.isfinite(self.x).all() and np.isfinite(self.y).all()):
            raise ValueError("x and y must be finite numbers; one of them is infinite or NaN")
        self.hidden, self.seed, self.lossfunction = hidden, rng, MSE()
        self.restart()
        super().__init__(
            [
                Choice("step", "we are at step", options=list(STEPS)),
                Button("next", "Next step", action=self._next, when=self._goes_on),
                Button("one", "1 round", action=lambda **v: self._rounds(1, v["eta"]), when=self._goes_on),
                Button("ten", "10 rounds", action=lambda **v: self._rounds(10, v["eta"]), when=self._goes_on),
                Button("hundred", "100 rounds", action=lambda **v: self._rounds(100, v["eta"]), when=self._goes_on),
                Slider("i", "sample i", 1, len(self.x), 1, value=min(2, len(self.x))),
                Slider("eta", "learning rate η", choices=[0.02, 0.05, 0.1, 0.2, 0.3, 0.5], value=eta),
            ]
        )

    def restart(self):
        self.network = Network(
            [Dense(self.hidden), Tanh(), Dense(1)], input_shape=(1,), rng=self.seed, dtype=np.float64
        )
        rng = np.random.default_rng(self.seed)
        self.network.layers[0].parameters["b"][...] = rng.uniform(-1, 1, self.hidden)
        self.losses, self.round, self.diverged = [self._loss()], 0, False

    def _goes_on(self, **_):
        return not self.diverged

    def _loss(self):
        return self.lossfunction(self.network.forward(self.x), self.y)

    def _next(self, step, eta, **_):
        if step == BACKWARD:
            self._descend(eta)
            return {} if self.diverged else {"step": FORWARD}
        return {"step": STEPS[STEPS.index(step) + 1]}

    def _rounds(self, rounds, eta):
        for _ in range(rounds):
            if not self.diverged:
                self._descend(eta)
        return {"step": BACKWARD}

    def _descend(self, eta):
        """Steps 3 to 5 once: forward, loss, backward, and u <- u - eta dL/du.

        A step after which the loss has run away is taken back, so that the numbers on the screen stay numbers.
        """
        self.network.loss_and_gradients(self.x, self.y, self.lossfunction)
        before = {name: array.copy() for name, array in self.network.parameters().items()}
        with np.errstate(over="ignore", invalid="ignore"):
            SGD(eta).step(self.network.parameters(), self.network.gradients(), 0.0)
            loss = self._loss()
        self.diverged = not loss <= RUNAWAY * max(self.losses[0], 1e-12)  # NaN is not less than anything
        if self.diverged:
            for name, array in self.network.parameters().items():
                array[...] = before[name]
        else:
            self.round += 1
            self.losses.append(loss)

    def scene(self, step, i, eta):
        at = STEPS.index(step)
        numbers = _Numbers(trace.record(self.network, self.lossfunction, self.x, self.y), i - 1, len(self.x))
        rows, keys = _formulas(numbers, at, self.hidden, learned=self.round > 0)
        diagram = _diagram(numbers, at, self.hidden)
        formulas = Table(
            name="formulas",
            title=f"step {step}: every number of sample {i}",
            height=430,
            size=12.5,
            width=1.25,
            header=["", "formula", "numbers", "value"],
            align="lllr",
            rows=rows,
        )
        links = [Link("formulas", "network", [(row, column, 0, node) for row, node in keys for column in range(4)])]
        curve, fall = self._curve(i, at), self._fall()
        return Scene([[diagram, formulas], [curve, fall]], self._words(step, at, eta, numbers), links=links)

    def _curve(self, i, at):
        left, right = _around(self.x, 0.15)
        line = np.linspace(left, right, 105)
        items = [Points(self.x[:, 0], self.y[:, 0], label="training set", colour=0, size=5)]
        if at >= 1:
            items.insert(0, Line(line, self.network.forward(line[:, None])[:, 0], label="yhat(x)", colour=1))
        x, y = self.x[i - 1, 0], self.y[i - 1, 0]
        items.append(Points(x, y, label=f"sample {i}", colour="ink", size=8, shape="ring"))
        if at >= 3:
            items.append(
                Line(
                    np.array([x, x]),
                    np.array([y, self.network.forward(self.x[i - 1 : i])[0, 0]]),
                    label="its error",
                    colour="muted",
                    dash=True,
                )
            )
        return Curves(
            name="function",
            title="the function that the network computes",
            height=260,
            x=(left, right),
            y=_around(self.y, 1.0),  # room for the curve of the first weights
            x_label="x",
            y_label="y",
            items=items,
        )

    def _fall(self):
        losses = np.array(self.losses)
        decade = np.ceil(np.log10(max(losses[0], 1e-12)))
        low, high = 10.0 ** (decade - 4), 10.0 ** (decade + 2)
        shown = np.clip(losses, low, high)
        return Curves(
            name="loss",
            title="the loss, round by round",
            height=260,
            x=(0, max(10, len(losses) - 1)),
            y=(low, high),
            y_log=True,
            x_label="rounds",
            y_label="L",
            legend=False,
            items=[Line(np.arange(len(losses)), shown, colour=1), Points(len(losses) - 1, shown[-1], colour=1, size=5)],
        )

    def _words(self, step, at, eta, numbers):
        if self.diverged:
            return (
                f"Round {self.round + 1}: the loss has diverged. With η = {eta:g} each step is larger than the last. "
                f"Reset the explorer and start again with a smaller η."
            )
        begin = f"Round {self.round + 1}, step {step}. "
        first = (
            f"After {self.round} round{'s' if self.round > 1 else ''} these are the weights; they began as random "
            f"numbers."
            if self.round
            else f"The {self.hidden} hidden units and the output unit start from random numbers, so the curve misses "
            f"the points."
        )
        return (
            begin
            + (
                f"The training set has {len(self.x)} pairs; the ring marks x = {numbers.x:.2f}, y = {numbers.y:.2f}.",
                first,
                f"From x = {numbers.x:.2f} the network computes yhat = {numbers.yhat:.3f}; the target is y = "
                f"{numbers.y:.2f}.",
                f"The loss, the mean of the squared errors over the {len(self.x)} samples, is {numbers.loss:.4f}.",
                f"Every weight has its gradient; the next press moves each of them by -η dL/du. The loss is "
                f"{numbers.loss:.4f} now.",
            )[at]
        )


class _Numbers:
    """The numbers of one sample in a trace of the two-layer network, named as in the lecture."""

    def __init__(self, record, i, n):
        first, squash, second = record[0], record[1], record[2]
        self.n, self.loss = n, record.loss
        self.x, self.y = first.h_in[i, 0], None
        self.w1, self.b1, self.w2, self.b2 = first.w[0], first.b, second.w[:, 0], second.b[0]
        self.e, self.h, self.yhat = first.out[i], squash.out[i], second.out[i, 0]
        self.dyhat, self.dh, self.de = second.d_out[i, 0], squash.d_out[i], first.d_out[i]
        self.dw1, self.db1, self.dw2, self.db2 = first.dw[0], first.db, second.dw[:, 0], second.db[0]
        self.y = self.yhat - n * self.dyhat / 2


def _around(values, share):
    """The range of `values` with a margin of so many times its width on either side: (low, high)."""
    low, high = float(np.min(values)), float(np.max(values))
    margin = share * ((high - low) or 1.0)
    return low - margin, high + margin


def _formulas(v, at, hidden, learned):
    """The rows of the table at step `at`, and [(row, node of the diagram)] for the links.

    learned : whether the weights have moved since they were drawn.
    """
    rows, keys = [], []
    random, zero = ("learned", "learned") if learned else ("random", "zero")

    def row(node, symbol, formula, numbers, value, digits=3):
        keys.append((len(rows), node))
        rows.append([symbol, formula, numbers, f"{value:.{digits}f}"])

    units, output, loss = range(1, hidden + 1), hidden + 1, hidden + 2
    if at == 0:
        row(0, "x", "given", "", v.x, 2)
        row(loss, "y", "given", "", v.y, 2)
    if at == 1:
        for j in units:
            row(j, f"w1_{j}", random, "", v.w1[j - 1])
            row(j, f"b1_{j}", random, "", v.b1[j - 1])
        for j in units:
            row(output, f"w2_{j}", random, "", v.w2[j - 1])
        row(output, "b2", zero, "", v.b2)
    if at == 2:
        for j in units:
            row(j, f"e_{j}", f"w1_{j} x + b1_{j}", f"{v.w1[j - 1]:.3f} · {v.x:.2f} {v.b1[j - 1]:+.3f}", v.e[j - 1])
            row(j, f"h_{j}", f"tanh(e_{j})", f"tanh({v.e[j - 1]:.3f})", v.h[j - 1])
        products = " ".join(f"{w:+.3f}·{h:.3f}" for w, h in zip(v.w2, v.h, strict=True))
        row(output, "yhat", "b2 + Σ w2_j h_j", f"{v.b2:.3f} {products}", v.yhat)
    if at == 3:
        row(loss, "error", "yhat - y", f"{v.yhat:.3f} - {v.y:.2f}", v.yhat - v.y)
        row(loss, "its square", "(yhat - y)²", f"({v.yhat - v.y:.3f})²", (v.yhat - v.y) ** 2)
        row(loss, "L", f"mean over {v.n} samples", "", v.loss, 4)
    if at == 4:
        row(output, "dL/dyhat", f"2 (yhat - y) / {v.n}", f"2 · {v.yhat - v.y:.3f} / {v.n}", v.dyhat)
        for j in units:
            row(j, f"dL/dh_{j}", f"w2_{j} dL/dyhat", f"{v.w2[j - 1]:.3f} · {v.dyhat:.3f}", v.dh[j - 1])
            row(j, f"dL/de_{j}", f"(1 - h_{j}²) dL/dh_{j}", f"(1 - {v.h[j - 1]:.3f}²) · {v.dh[j - 1]:.3f}", v.de[j - 1])
        for j in units:
            row(output, f"dL/dw2_{j}", f"Σ_i dL/dyhat h_{j}", f"this sample: {v.dyhat * v.h[j - 1]:.3f}", v.dw2[j - 1])
        for j in units:
            row(j, f"dL/dw1_{j}", f"Σ_i dL/de_{j} x", f"this sample: {v.de[j - 1] * v.x:.3f}", v.dw1[j - 1])
            row(j, f"dL/db1_{j}", f"Σ_i dL/de_{j}", f"this sample: {v.de[j - 1]:.3f}", v.db1[j - 1])
        row(output, "dL/db2", "Σ_i dL/dyhat", f"this sample: {v.dyhat:.3f}", v.db2)
    return rows, keys


def _diagram(v, at, hidden):
    """x, the hidden units, yhat and the loss, with the numbers that are known at step `at`."""
    middle = (hidden - 1) / 2

    def number(step, value, digits=3):
        return f"{value:.{digits}f}" if at >= step else NOTHING

    nodes = [Node(0, middle, "x", f"{v.x:.2f}", shape="circle", width=0.9, height=0.8)]
    nodes += [
        Node(
            3,
            j,
            f"h{j + 1}",
            number(2, v.h[j]),
            shape="circle",
            width=0.9,
            height=0.8,
            value=float(v.h[j]) if at >= 2 else None,
        )
        for j in range(hidden)
    ]
    nodes.append(
        Node(
            6,
            middle,
            "yhat",
            number(2, v.yhat),
            shape="circle",
            width=0.95,
            height=0.8,
            value=float(v.yhat) if at >= 2 else None,
        )
    )
    name, value = ("L", f"{v.loss:.4f}") if at >= 3 else ("y", f"{v.y:.2f}")
    nodes.append(Node(8.2, middle, name, value, width=1.2, height=0.7))
    def edge(start, end, w):
        return Edge(start, end, number(1, w, 2), width=1 + min(abs(float(w)), WIDEST))

    edges = [edge(0, j + 1, v.w1[j]) for j in range(hidden)]
    edges += [edge(j + 1, hidden + 1, v.w2[j]) for j in range(hidden)]
    edges.append(Edge(hidden + 1, hidden + 2))
    units = range(1, hidden + 2)
    lit = ([0, hidden + 2], units, units, [hidden + 2], [*units, hidden + 2])[at]
    return Diagram(
        name="network",
        title="the network",
        height=430,
        nodes=nodes,
        edges=edges,
        x=(-0.8, 9.1),
        y=(-0.8, hidden - 0.2),
        highlights=[Highlight([(0, node) for node in lit], "this step", style="ring", colour=1)],
    )


__all__ = ["STEPS", "FiveSteps", "small_task"]
