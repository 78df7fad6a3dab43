"""The second layer builds a piece-wise function out of the first layer's units (lecture topics 2 and 19)."""

import numpy as np

from cnnlab import losses, ops
from cnnlab.explore.toolkit.controls import Button, Choice, Slider, Toggle
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Line, Mark, Points
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Scene

MOST = 6
REACH = 2.0  # x from -2 to 2
LIMIT = 5.0  # of w, b and v
NEAR = 1e-6
LEAK = 0.1  # slope of the leaky ReLU, steep enough to be seen
STEPS, SAMPLES = 20, 81  # gradient steps per picture; training samples
F = ("unit step", "signum", "sigmoid", "tanh", "ReLU", "leaky ReLU", "PReLU")
UNTRAINABLE = ("unit step", "signum")
SHARP = ("sigmoid", "tanh")
TARGETS = {
    "tent": lambda x: np.maximum(0.0, 1 - np.abs(x)),
    "sine": lambda x: np.sin(np.pi * x),
    "parabola": lambda x: x * x / 2 - 1,
    "staircase": lambda x: np.floor(x + 0.5) / 2,
    "bump": lambda x: np.where(np.abs(x - 0.25) < 0.75, 1.0, 0.0),
}
FIRST = {"w": (1, 1, 1, 1, -1, -1), "b": (1, 0, -1, 0.5, 0.5, -0.5), "v": (0.6, -0.9, 0.5, 0.4, -0.5, 0.3)}


def activation(e, f, slope=0.25, sharpness=1.0):
    """h = f(sharpness e) for sigmoid and tanh, f(e) for the others, by the engine; slope is that of PReLU (k,)."""
    simple = {"unit step": ops.unit_step, "signum": ops.signum, "ReLU": ops.relu}
    if f in simple:
        return simple[f](e)
    if f in SHARP:
        return {"sigmoid": ops.sigmoid, "tanh": ops.tanh}[f](sharpness * e)
    return ops.leaky_relu(e, LEAK) if f == "leaky ReLU" else ops.prelu(e, np.asarray(slope))


def activation_backward(dh, e, h, f, slope=0.25, sharpness=1.0):
    """dL/de of `activation`, and dL/dslope (PReLU only, otherwise zeros). The derivative of unit step and signum is
    0.
    """
    none = np.zeros(e.shape[1])
    if f in UNTRAINABLE:
        return np.zeros_like(e), none
    if f in SHARP:
        back = {"sigmoid": ops.sigmoid_backward, "tanh": ops.tanh_backward}[f]
        return sharpness * back(dh, h), none
    if f == "PReLU":
        return ops.prelu_backward(dh, e, np.asarray(slope))
    return (ops.relu_backward(dh, h) if f == "ReLU" else ops.leaky_relu_backward(dh, e, LEAK)), none


def bounded_least_squares(a, t, limit, steps=4000):
    """The u with |u_j| <= limit that makes sum (a u - t)^2 least; a (n, k), t (n,) -> u (k,).

    Exact where the free solution fits, otherwise by projected gradient descent with Nesterov's momentum.
    """
    u = np.linalg.lstsq(a, t, rcond=1e-9)[0]
    if np.abs(u).max() <= limit:
        return u
    gram, rhs = a.T @ a, a.T @ t
    eta = 1 / np.linalg.norm(gram, 2)
    u = ahead = np.clip(u, -limit, limit)
    for k in range(steps):
        last, u = u, np.clip(ahead - eta * (gram @ ahead - rhs), -limit, limit)
        ahead = u + k / (k + 3) * (u - last)
    return u


class PiecewiseLinear(Explorer):
    """y(x) = b + sum_j v_j f(w_j x + b_j): one to six hidden units, a slider for every weight and bias.

    target : a function of x (an array) that the learner tries to build, in place of the ones to choose from; it
    should stay between -1.5 and 1.5 on -2 <= x <= 2. Two buttons help: least squares finds the best v and b for the
    knots as they are; gradient descent trains everything.
    """

    title = "Second layer: a piece-wise function"

    def __init__(self, target=None, units=3):
        if target is not None and np.shape(target(np.zeros(3))) != (3,):
            raise ValueError("target must be a function of an array x that returns one value for each x")
        self.targets = (
            dict(TARGETS) if target is None else {"your own": lambda x: np.asarray(target(x), float), **TARGETS}
        )

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
                Choice("f", "f", list(F), "ReLU"),
                Slider("units", "hidden units", 1, MOST, 1, value=units),
                Slider("bias", "output bias b", -LIMIT, LIMIT, 0.1, value=0.0),
                Choice("target", "target", list(self.targets)),
                Toggle("squash", "classify: squash to 0..1"),
                Slider(
                    "sharpness",
                    "sharpness of f",
                    choices=[1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32],
                    value=1,
                    digits=1,
                    when=lambda f, **_: f in SHARP,
                ),
                Slider("slope", "slope of PReLU", -0.5, 1.0, 0.05, value=0.25, when=lambda f, **_: f == "PReLU"),
                *[slider for j in range(1, MOST + 1) for slider in unit(j)],
                Button("fit", "least squares: v and b", self.fit, when=lambda squash, **_: not squash),
                Button("train", "gradient descent: all", self.train, play=True),
                Slider("eta", "η", choices=[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5], value=0.02),
                Button("scatter", "random start", self.scatter),
            ]
        )
        self.restart()

    def restart(self):
        self.tries = 0

    # ---- the numbers, all by the engine ----

    @staticmethod
    def weights(values):
        """w (1, k), b (k,), v (k, 1), bias (1,), slope (k,) of the units in use, from the values of the controls."""
        k = values["units"]
        w, b, v = (np.array([values[f"{name}{j}"] for j in range(1, k + 1)], dtype=float) for name in "wbv")
        return w[None, :], b, v[:, None], np.array([float(values["bias"])]), np.full(k, float(values["slope"]))

    def layer(self, x, values):
        """e (n, k), h (n, k) and y (n,) before squashing, for x (n,)."""
        w, b, v, bias, slope = self.weights(values)
        e = ops.dense(x[:, None], w, b)
        h = activation(e, values["f"], slope, float(values["sharpness"]))
        return e, h, ops.dense(h, v, bias)[:, 0]

    def samples(self, values):
        """x (81,) and the target (81,): its values, or with `squash` its class, 1 where it is positive."""
        x = np.linspace(-REACH, REACH, SAMPLES)
        t = self.targets[values["target"]](x)
        return x, (t > 0).astype(float) if values["squash"] else t

    @staticmethod
    def loss(values):
        return losses.BinaryCrossEntropy() if values["squash"] else losses.MSE()

    def knots(self, values):
        """The knots -b_j / w_j, (k,); NaN where w_j = 0 (that unit is constant)."""
        w, b, *_ = self.weights(values)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(w[0] != 0, -b / w[0], np.nan) + 0.0

    def fit(self, **values):
        """The v and b of least squared error for the knots as they are, within the range of their sliders."""
        x, t = self.samples(values)
        _, h, _ = self.layer(x, values)
        best = bounded_least_squares(np.column_stack([h, np.ones(len(x))]), t, LIMIT)
        return {"bias": best[-1], **{f"v{j}": value for j, value in enumerate(best[:-1], 1)}}

    def train(self, **values):
        """Gradient descent, `STEPS` steps of size eta on all weights, held within their sliders."""
        x, t = self.samples(values)
        w, b, v, bias, slope = self.weights(values)
        loss, f, sharp, eta = self.loss(values), values["f"], float(values["sharpness"]), values["eta"]
        for _ in range(STEPS):
            e = ops.dense(x[:, None], w, b)
            h = activation(e, f, slope, sharp)
            dy = loss.gradient(ops.dense(h, v, bias), t[:, None])
            dh, dv, dbias = ops.dense_backward(dy, h, v)
            de, dslope = activation_backward(dh, e, h, f, slope, sharp)
            _, dw, db = ops.dense_backward(de, x[:, None], w, need_input=False)
            w, b, v = (np.clip(u - eta * du, -LIMIT, LIMIT) for u, du in ((w, dw), (b, db), (v, dv)))
            bias = np.clip(bias - eta * dbias, -LIMIT, LIMIT)
            slope = np.clip(slope - eta * dslope.sum(), -0.5, 1.0)  # one slope, shared by all units
        new = {"bias": bias[0]} | ({"slope": slope[0]} if f == "PReLU" else {})
        for j in range(values["units"]):
            new |= {f"w{j + 1}": w[0, j], f"b{j + 1}": b[j], f"v{j + 1}": v[j, 0]}
        return new

    def scatter(self, **values):
        """Other weights by chance, each press others: every knot inside the picture."""
        self.tries += 1
        rng = np.random.default_rng(self.tries)
        knots = rng.permutation(np.linspace(-1.6, 1.6, MOST) + rng.uniform(-0.3, 0.3, MOST))  # all over the picture
        new = {"bias": 0.0}
        for j, knot in enumerate(knots, 1):
            w = round((-1) ** j * rng.uniform(1.5, 3.0), 1)
            new |= {f"w{j}": w, f"b{j}": round(-w * knot, 1), f"v{j}": round(rng.uniform(-1, 1), 1)}
        return new

    # ---- the picture ----

    def scene(self, f, units, target, squash, **others):
        values = {"f": f, "units": units, "target": target, "squash": squash, **others}
        knots = self.knots(values)
        inside = np.array([k for k in knots if abs(k) < REACH])
        # a point on either side of every knot, so that steps are upright and kinks are sharp
        left, right = inside - NEAR, inside + NEAR
        even = np.linspace(-REACH, REACH, 241)
        even = even[np.abs(even[:, None] - inside).min(axis=1, initial=1.0) > NEAR]
        x = np.sort(np.concatenate([even, left, right]))
        _, h, y = self.layer(x, values)
        _, _, v, bias, _ = self.weights(values)
        xs, t = self.samples(values)
        error = self.loss(values)(self.layer(xs, values)[2][:, None], t[:, None])
        if squash:
            y = losses.BinaryCrossEntropy().yhat(y[:, None])[:, 0]
        wave = f in ("unit step", "signum", "sigmoid", "tanh")
        axes = {"x": (-REACH, REACH), "x_label": "x", "height": 290}
        marks = [Mark(k, f"{j}") for j, k in enumerate(knots, 1) if abs(k) <= REACH]
        at = (np.interp(left, x, y) + np.interp(right, x, y)) / 2  # in the middle of a jump
        names = [f"h{_lower(j)}" for j in range(1, units + 1)]
        scaled = [f"v{_lower(j)}h{_lower(j)}" for j in range(1, units + 1)]
        top = (
            [Line(xs, t, "class", "muted", 1.5, dash=True)]
            if squash
            else [Line(xs, t, "target", "muted", 2.0, dash=True)]
        )
        out = "ŷ = sigmoid(b + Σ v h)" if squash else "ŷ = b + Σ v h"
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
                        Line(x, np.full_like(x, bias[0]), "b", "muted", 1.5, dash=True),
                    ],
                    **axes,
                ),
                Curves(
                    name="y",
                    title=f"their sum: {out}",
                    y=(-0.2, 1.2) if squash else (-2.0, 2.0),
                    width=1.25,
                    items=[*marks, *top, Line(x, y, "ŷ", "ink", 2.5), Points(inside, at, "knots", 1)],
                    **axes,
                ),
            ],
            self._words(f, units, self.bends(values), squash, error),
        )

    def bends(self, values):
        """The places within the picture where y really bends or jumps: knots of which neither v nor the kink is 0."""
        w, _, v, _, slope = self.weights(values)
        f = values["f"]
        kink = {"leaky ReLU": 1 - LEAK, "PReLU": 1 - slope[0]}.get(f, 1.0)
        change = v[:, 0] * (np.abs(w[0]) * kink if f in ("ReLU", "leaky ReLU", "PReLU") else np.sign(w[0]))
        total = {}
        for place, by in zip(np.round(self.knots(values), 6), change, strict=True):
            if abs(place) < REACH:
                total[place] = total.get(place, 0.0) + by
        return sorted(place for place, by in total.items() if abs(by) > 1e-9)

    @staticmethod
    def _words(f, units, places, squash, error):
        shown = ", ".join(format_number(k, 2) for k in places)
        pieces = len(places) + 1
        shape = {"unit step": "constant", "signum": "constant", "sigmoid": "smooth", "tanh": "smooth"}.get(f, "linear")
        many = f"{units} hidden unit{'s' * (units > 1)} with {f}"
        if shape == "smooth":
            words = f"{many}: soft steps, middles at −b/w = {shown or 'none in sight'}. "
        else:
            knots = f"knots at −b/w = {shown}" if places else "no knot"
            words = f"{many}: {knots} between x = −2 and 2, so {pieces} {shape} piece{'s' * (pieces > 1)}. "
        loss = "Binary cross-entropy" if squash else "Mean squared error"
        words += f"{loss} against the target: {format_number(error, 4)}."
        if f in UNTRAINABLE:
            words += f" The derivative of the {f} is zero, so gradient descent moves v and b but no knot."
        return words


def _lower(j):
    return "₀₁₂₃₄₅₆₇₈₉"[j]
