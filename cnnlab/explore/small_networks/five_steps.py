"""The five steps of training, one press a step, on a network small enough to show every number (lecture topic 1)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from cnnlab import arguments
from cnnlab.analysis import trace
from cnnlab.analysis.stepwise import FIRST_WEIGHTS, Rounds, small_task
from cnnlab.explore.small_networks.five_steps_panels import (
    Numbers,
    chain_words,
    descent,
    diagram,
    formulas,
    links,
    text,
)
from cnnlab.explore.toolkit.controls import Button, Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Line, Points
from cnnlab.explore.toolkit.scene import Curves, Scene
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

STEPS = ("1 training set", "2 random weights", "3 forward propagation", "4 loss", "5 back-propagation")
DATA, WEIGHTS, FORWARD, LOSS, BACKWARD = STEPS
LARGEST = 1e6  # of x and y: of larger numbers the loss, their squares, says nothing to the eye


class FiveSteps(Explorer):
    """yhat = b2 + sum_j w2_j tanh(w1_j x + b1_j), trained one step at a time, every number on the screen.

    When the loss runs away, `diverged` is True, and there are no more rounds until `reset`.

    Parameters
    ----------
    hidden : int
        1 to 4 hidden units.
    x, y : (n, 1), optional
        Both or neither, n at least 2, real numbers up to a million: the training set (by default `small_task`).
    eta : float
        Learning rate at the start.
    rng : int
        Seed of the first weights: a reset brings the same ones back.

    Raises
    ------
    TypeError, ValueError
        For what cannot be shown; the message names the argument.

    Source
    ------
    Lecture topics 1 and 18.
    """

    title = "Five steps"
    telling: ClassVar[Mapping[str, Any]] = {"step": BACKWARD}

    def __init__(
        self,
        hidden: int = 3,
        x: ArrayLike | None = None,
        y: ArrayLike | None = None,
        eta: float = 0.3,
        rng: int = FIRST_WEIGHTS,
    ) -> None:
        self.hidden, self.seed = arguments.whole("hidden", hidden), arguments.seed("rng", rng)
        if self.hidden > 4:
            raise ValueError(f"hidden must be 1 to 4 units, so that every number has its place; got {hidden!r}")
        if (x is None) != (y is None):
            raise ValueError(f"x and y must be given together; got only {'x' if y is None else 'y'}")
        x, y = small_task() if x is None else (x, y)
        self.x, self.y = _column("x", x), _column("y", y)
        if len(self.x) != len(self.y):
            raise ValueError(f"x and y must hold the same number of samples; got {len(self.x)} and {len(self.y)}")
        self.training = Rounds(self.x, self.y, self.hidden, self.seed)
        super().__init__(
            [
                Choice("step", "we are at step", options=list(STEPS), ordered=True),
                Button("next", "Next step", action=self._next, when=self._goes_on),
                Button("one", "1 round", action=lambda **v: self._rounds(1, v["eta"]), when=self._goes_on),
                Button("ten", "10 rounds", action=lambda **v: self._rounds(10, v["eta"]), when=self._goes_on),
                Button("hundred", "100 rounds", action=lambda **v: self._rounds(100, v["eta"]), when=self._goes_on),
                Slider("i", "sample i", 1, len(self.x), 1, value=min(2, len(self.x))),
                Slider("eta", "learning rate η", choices=[0.02, 0.05, 0.1, 0.2, 0.3, 0.5], value=eta),
            ]
        )

    @property
    def network(self) -> Network:
        """The network as it is now, at first a `small_network`."""
        return self.training.network

    @property
    def round(self) -> int:
        """How many rounds are finished."""
        return self.training.count

    @property
    def losses(self) -> list[float]:
        """The loss before the first round and after each."""
        return self.training.losses

    @property
    def diverged(self) -> bool:
        """Whether the loss has run away."""
        return self.training.diverged

    def restart(self) -> None:
        self.training.restart()

    def _goes_on(self, **_: Any) -> bool:
        return not self.diverged

    def _next(self, step: str, eta: float, **_: Any) -> dict[str, Any]:
        if step == BACKWARD:
            self.training.step(eta)
            return {} if self.diverged else {"step": FORWARD}
        return {"step": STEPS[STEPS.index(step) + 1]}

    def _rounds(self, rounds: int, eta: float) -> dict[str, Any]:
        for _ in range(rounds):
            self.training.step(eta)
        return {"step": BACKWARD}

    def scene(self, step: str, i: int, eta: float) -> Scene:
        at = STEPS.index(step)
        record = trace.record(self.network, self.training.loss, self.x, self.y)
        numbers = Numbers(record, i - 1, len(self.x))
        chains = self._chains(record, i - 1) if at == STEPS.index(BACKWARD) else {}
        table = formulas(numbers, at, f"step {step}: sample {i}", learned=self.round > 0)
        drawn, weights = diagram(numbers, at, chains), descent(numbers, at, eta)
        rows = [drawn, self._fall(), table, weights, self._curve(i, at)]
        return Scene(rows, self._words(step, at, eta, numbers), links=links(table, drawn, weights))

    def _chains(self, record: trace.Trace, i: int) -> dict[str, str]:
        """The chain of products of every number that has one, in words, for sample i, from 0."""
        units = [f"h_{j + 1}" for j in range(self.hidden)]
        return {
            name: chain_words(name, trace.chain(record, name), i)
            for name in ("yhat", *units, *trace.places(self.hidden))
        }

    def _curve(self, i: int, at: int) -> Curves:
        left, right = _around(self.x, 0.15)
        line = np.linspace(left, right, 105)
        items: list[Any] = [Points(self.x[:, 0], self.y[:, 0], label="training set", colour=0, size=5)]
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
            title="the function of the network",
            below=True,
            height=196,
            x=(left, right),
            y=_around(self.y, 1.0),  # room for the curve of the first weights
            x_label="x",
            y_label="y",
            items=items,
        )

    def _fall(self) -> Curves:
        losses = np.array(self.losses)
        decade = np.ceil(np.log10(max(losses[0], 1e-12)))
        low, high = 10.0 ** (decade - 4), 10.0 ** (decade + 2)
        shown = np.clip(losses, low, high)
        return Curves(
            name="loss",
            title="the loss, round by round",
            height=160 if self.hidden < 4 else 120,
            below=True,
            x=(0, max(10, len(losses) - 1)),
            y=(low, high),
            y_log=True,
            x_label="rounds",
            y_label="L",
            legend=False,
            items=[Line(np.arange(len(losses)), shown, colour=1), Points(len(losses) - 1, shown[-1], colour=1, size=5)],
        )

    def _words(self, step: str, at: int, eta: float, numbers: Numbers) -> str:
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
                f"Every weight has its gradient, and the next press moves it by -η dL/du: w1_1 from "
                f"{text(numbers.w1[0])} to {text(numbers.w1[0] - eta * numbers.dw1[0])}. The loss is "
                f"{numbers.loss:.4f} now.",
            )[at]
        )


def _column(name: str, value: Any) -> Array:
    """x or y of a training set, checked: (n, 1) float64."""
    try:
        found = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be an array (n, 1); got rows of different lengths") from None
    if found.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be an array of real numbers; got {type(value).__name__} of dtype {found.dtype}")
    if found.ndim != 2 or found.shape[1] != 1 or len(found) < 2:
        raise ValueError(f"{name} must be (n, 1) with at least 2 samples; got an array of shape {found.shape}")
    if not (np.abs(found) <= LARGEST).all():  # NaN is not less than anything
        worst = found[~(np.abs(found) <= LARGEST)][0]
        raise ValueError(f"{name} must hold finite numbers between -{LARGEST:g} and {LARGEST:g}; got {worst:g}")
    return found.astype(float)


def _around(values: Array, share: float) -> tuple[float, float]:
    """The range of `values` with a margin of so many times its width on either side: (low, high)."""
    low, high = float(np.min(values)), float(np.max(values))
    margin = share * ((high - low) or 1.0)
    return low - margin, high + margin
