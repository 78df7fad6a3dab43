"""The second layer builds a piece-wise function out of the first layer's units (lecture topics 2 and 19)."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnlab.analysis import piecewise
from cnnlab.analysis.pieces.activations import ACTIVATIONS, SHARP, UNTRAINABLE
from cnnlab.analysis.pieces.jumps import upright
from cnnlab.analysis.piecewise import HiddenUnits
from cnnlab.explore.toolkit.controls import Button, Choice, Slider, Toggle
from cnnlab.explore.toolkit.examples import TARGETS
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Line, Mark, Points
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Scene
from cnnlab.types import Array, ArrayLike

MOST = 6
REACH = 2.0  # x from -2 to 2
LIMIT = 5.0  # of w, b and v
STEPS, SAMPLES = 20, 81  # gradient steps per picture; training samples
FIRST = {"w": (1, 1, 1, 1, -1, -1), "b": (1, 0, -1, 0.5, 0.5, -1.5), "v": (0.6, -0.9, 0.5, 0.4, -0.5, 0.3)}


class PiecewiseLinear(Explorer):
    """y(x) = v_0 + sum_j v_j f(w_j x + b_j): one to six hidden units, a slider for every weight and bias.

    Two buttons help: least squares finds the best v and v_0 for the knots as they are; gradient descent trains
    everything.

    Parameters
    ----------
    target : function, optional
        Of x (an array), that the learner tries to build, in place of the ones to choose from; it should stay between
        -1.5 and 1.5 on -2 <= x <= 2.
    units : int
        Hidden units at the start.

    Raises
    ------
    ValueError
        If target does not give one value for each x.

    Source
    ------
    Lecture topics 2 and 19.
    """

    title = "Second layer: a piece-wise function"
    longest = 260

    def __init__(self, target: Callable[[Array], ArrayLike] | None = None, units: int = 3) -> None:
        if target is not None and np.shape(target(np.zeros(3))) != (3,):
            raise ValueError("target must be a function of an array x that returns one value for each x")
        self.targets = (
            dict(TARGETS) if target is None else {"your own": lambda x: np.asarray(target(x), float), **TARGETS}
        )

        self._lines: dict[tuple[str, bool], tuple[Array, Array]] = {}

        def unit(j):
            def needed(units, **_):
                return j <= units

            slider = {"lo": -LIMIT, "hi": LIMIT, "step": 0.1, "group": f"unit {j}", "when": needed, "digits": 1}
            return [
                Slider(f"{name}{j}", label, value=float(FIRST[name][j - 1]), **slider)
                for name, label in (("w", "w"), ("b", "b"), ("v", "v"))
            ]

        super().__init__(
            [
                Choice("f", "f", list(ACTIVATIONS), "ReLU"),
                Slider("units", "hidden units", 1, MOST, 1, value=units),
                Slider("bias", "output bias v₀", -LIMIT, LIMIT, 0.1, value=0.0),
                Choice("target", "target", list(self.targets)),
                Toggle("squash", "classify: squash to 0..1"),
                Button("scatter", "random start", self._scatter),
                *[slider for j in range(1, MOST + 1) for slider in unit(j)],
                Slider(
                    "sharpness",
                    "sharpness of f",
                    choices=[1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32],
                    value=1,
                    digits=1,
                    when=lambda f, **_: f in SHARP,
                ),
                Slider("slope", "slope of PReLU", -0.5, 1.0, 0.05, value=0.25, when=lambda f, **_: f == "PReLU"),
                Button("fit", "least squares: v and v₀", self._fit, when=lambda squash, **_: not squash),
                Button("train", "gradient descent: all", self._train, play=True),
                Slider("eta", "η", choices=[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5], value=0.02),
            ]
        )
        self.restart()

    def restart(self) -> None:
        self.tries = 0

    # ---- the numbers, all from below ----

    @staticmethod
    def function(values: Mapping[str, Any]) -> HiddenUnits:
        """The hidden units in use.

        Parameters
        ----------
        values : mapping
            Of the controls, by name.

        Returns
        -------
        HiddenUnits
        """
        k = values["units"]
        w, b, v = (np.array([values[f"{name}{j}"] for j in range(1, k + 1)], dtype=float) for name in "wbv")
        bias, slope = np.array([float(values["bias"])]), np.full(k, float(values["slope"]))
        return HiddenUnits(w[None, :], b, v[:, None], bias, slope, values["f"], float(values["sharpness"]))

    def samples(self, values: Mapping[str, Any]) -> tuple[Array, Array]:
        """What is to be learned: the values of the target, or with `squash` its class, 1 where it is positive.

        Parameters
        ----------
        values : mapping
            Of the controls, by name.

        Returns
        -------
        x, t : (81,) float64
        """
        return piecewise.samples(self.targets[values["target"]], REACH, SAMPLES, values["squash"])

    def _line(self, name: str, squash: bool) -> tuple[Array, Array]:
        """The line of the function that is to be learned, or with `squash` of the class; its jumps are sought once."""
        if (name, squash) not in self._lines:
            target = self.targets[name]
            wanted = (lambda x: (np.asarray(target(x)) > 0).astype(float)) if squash else target
            self._lines[name, squash] = upright(wanted, REACH)
        return self._lines[name, squash]

    def _fit(self, **values: Any) -> dict[str, Any]:
        """The v and v_0 of least squared error for the knots as they are, within the range of their sliders."""
        best = self.function(values).fitted(*self.samples(values), LIMIT)
        return {"bias": best.bias[0], **{f"v{j}": value for j, value in enumerate(best.v[:, 0], 1)}}

    def _train(self, **values: Any) -> dict[str, Any]:
        """Gradient descent, `STEPS` steps of size eta on all weights, held within their sliders."""
        loss, samples = piecewise.loss_of(values["squash"]), self.samples(values)
        new = self.function(values).trained(*samples, loss, values["eta"], STEPS, LIMIT)
        found = {"bias": new.bias[0]} | ({"slope": new.slope[0]} if new.f == "PReLU" else {})
        for j in range(values["units"]):
            found |= {f"w{j + 1}": new.w[0, j], f"b{j + 1}": new.b[j], f"v{j + 1}": new.v[j, 0]}
        return found

    def _scatter(self, **values: Any) -> dict[str, Any]:
        """Other weights by chance, each press others: every knot inside the picture."""
        self.tries += 1
        new = {"bias": 0.0}
        for j, (w, b, v) in enumerate(piecewise.scattered(MOST, self.tries), 1):
            new |= {f"w{j}": w, f"b{j}": b, f"v{j}": v}
        return new

    # ---- the picture ----

    def scene(self, f: str, units: int, target: str, squash: bool, **others: Any) -> Scene:
        values = {"f": f, "units": units, "target": target, "squash": squash, **others}
        function, loss = self.function(values), piecewise.loss_of(squash)
        (x, h, yhat, inside, at), v = function.curve(REACH, loss), function.v
        xs, t = self.samples(values)
        line = self._line(target, squash)
        wave = f in ("unit step", "signum", "sigmoid", "tanh")
        axes: dict[str, Any] = {"x": (-REACH, REACH), "x_label": "x", "height": 272}
        marks = [Mark(k, f"{j}") for j, k in enumerate(function.knots(), 1) if abs(k) <= REACH]
        names = [f"h{_lower(j)}" for j in range(1, units + 1)]
        scaled = [f"v{_lower(j)}h{_lower(j)}" for j in range(1, units + 1)]
        top = (
            [Line(*line, "class", "muted", 1.5, dash=True)]
            if squash
            else [Line(*line, "target", "muted", 2.0, dash=True)]
        )
        out = "ŷ = sigmoid(v₀ + Σ v h)" if squash else "ŷ = v₀ + Σ v h"
        return Scene(
            [
                Curves(
                    name="h",
                    title="first layer: h = f(w x + b)",
                    y=(-1.3, 1.3) if wave else (-1.0, 5.0),
                    items=[*marks, *(Line(x, h[:, j], names[j], j) for j in range(units))],
                    **axes,
                ),
                Curves(
                    name="vh",
                    title="scaled: v h",
                    y=(-4.0, 4.0),
                    items=[
                        *marks,
                        *(Line(x, h[:, j] * v[j, 0], scaled[j], j) for j in range(units)),
                        Line(x, np.full_like(x, function.bias[0]), "v₀", "muted", 1.5, dash=True),
                    ],
                    **axes,
                ),
                Curves(
                    name="y",
                    title=f"their sum: {out}",
                    y=(-0.2, 1.2) if squash else (-2.0, 2.0),
                    width=1.25,
                    items=[*marks, *top, Line(x, yhat, "ŷ", "ink", 2.5), Points(inside, at, "knots", 1)],
                    **axes,
                ),
            ],
            self._words(function, squash, function.error(xs, t, loss), function.dead(xs)),
        )

    @staticmethod
    def _words(function: HiddenUnits, squash: bool, error: float, dead: list[int]) -> str:
        f, units = function.f, len(function.b)
        places, heights, slopes = function.pieces(REACH)
        shown, words = _listed(places), f"{units} hidden unit{'s' * (units > 1)} with {f}: "
        if f in SHARP:
            words += f"soft steps, middles at −b/w = {shown or 'none in sight'}. "
        else:
            steps = f in UNTRAINABLE
            what, values = ("heights", heights) if steps else ("slopes", slopes)
            words += f"knots at −b/w = {shown}; " if places else "no knot in sight; "
            words += f"{what} from left to right{' before squashing' * squash}: {_listed(values)}. "
        words += f"{'Binary cross-entropy' if squash else 'Mean squared error'}: {format_number(error, 4)}."
        if f in UNTRAINABLE:
            words += " No knot learns: the derivative is zero."
        elif dead:
            one = len(dead) == 1
            words += f" Unit{'' if one else 's'} {_all_of(dead)} {'is' if one else 'are'} dead: flat for every x, "
            words += f"so no gradient reaches {'its' if one else 'their'} w and b."
        return words


def _listed(values: Any) -> str:
    return ", ".join(format_number(value, 2) for value in values)


def _all_of(numbers: list[int]) -> str:
    """1, 2 and 5."""
    words = [f"{number}" for number in numbers]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _lower(j: int) -> str:
    return "₀₁₂₃₄₅₆₇₈₉"[j]
