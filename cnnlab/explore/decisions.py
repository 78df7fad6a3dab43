"""The first layer as a series of decisions: lines in the plane, their regions and codes (lecture topics 3 and 19)."""

import numpy as np

from .. import arguments, ops, regions
from .controls import Button, Choice, Handle, Slider, Toggle
from .explorer import Explorer
from .items import Border, Label, Map, Points
from .scene import Plane, Scene, Table

REACH = 3.0
MOST = 6
CELLS = 61
# Of each line: the direction of its normal in degrees, its distance from the origin along it, and how far along the
# line its
# handle stands.
PRESETS = {
    "general position": [
        (-90, -0.8, 2.2),
        (30, -0.8, 2.2),
        (150, -0.8, -2.2),
        (-48, -1.7, 0.9),
        (75, -1.5, -1.9),
        (190, -1.6, 1.2),
    ],
    "all parallel": [
        (30, -2.0, -1.5),
        (30, -1.2, -0.9),
        (30, -0.4, -0.3),
        (30, 0.4, 0.3),
        (30, 1.2, 0.9),
        (30, 2.0, 1.5),
    ],
    "all through one point": [(0, 0, 2.0), (30, 0, 2.0), (60, 0, 2.0), (90, 0, 2.0), (120, 0, 2.0), (150, 0, 2.0)],
    "a triangle": [
        (-90, -1.0, 2.2),
        (30, -1.0, 2.2),
        (150, -1.0, -2.2),
        (-60, -2.2, 0.6),
        (60, -2.2, -0.6),
        (180, -2.2, 0.8),
    ],
}


class Decisions(Explorer):
    """One to six units of a first layer with two inputs: e_k = w_k . x + b_k is positive on one side of a line.

    Drag the square to move a line, the dot at the tip of its normal to turn it (its direction is w_k). Each region
    shows its on/off code h_1 h_2 ... > 0. The map behind is the second layer, sum_k v_k ReLU(e_k), for alternating v_k
    = +1, -1.
    lines : number of lines at the start. probe : (x1, x2), the point whose numbers the table shows.
    """

    title = "Decisions of the first layer"

    def __init__(self, lines=3, probe=(0.5, 0.4)):
        handles, edge = [], REACH - 0.1
        for k, line in enumerate(PRESETS["general position"]):
            foot, tip = _handles(*line)
            active = _needs(k)
            handles += [
                Handle(
                    f"p{k + 1}",
                    f"line {k + 1}: position",
                    (-edge, edge),
                    (-edge, edge),
                    value=foot,
                    step=0.1,
                    group=f"Line {k + 1}",
                    when=active,
                ),
                Handle(
                    f"n{k + 1}",
                    f"line {k + 1}: tip of the normal",
                    (-edge - 1, edge + 1),
                    (-edge - 1, edge + 1),
                    value=tip,
                    step=0.1,
                    group=f"Line {k + 1}",
                    when=active,
                ),
            ]
        super().__init__(
            [
                Slider("lines", "number of lines k", 1, MOST, 1, value=lines),
                Choice("preset", "arrangement", options=[*PRESETS, "my own"]),
                Toggle("surface", "show the second layer's surface", value=False),
                Handle("probe", "the point x", (-edge, edge), (-edge, edge), value=probe, step=0.1),
                *handles,
            ]
        )

    def consequences(self, name, values):
        """A preset sets all handles; a dragged foot takes its normal along; any drag makes the arrangement "my own"."""
        if name == "preset" and values["preset"] in PRESETS:
            pairs = [_handles(*line) for line in PRESETS[values["preset"]]]
            return {f"p{k + 1}": foot for k, (foot, _) in enumerate(pairs)} | {
                f"n{k + 1}": tip for k, (_, tip) in enumerate(pairs)
            }
        if name[0] in "pn" and name[1:].isdigit():
            further = {"preset": "my own"}
            foot, tip = np.array(values["p" + name[1:]]), np.array(values["n" + name[1:]])
            if name[0] == "p":
                before = np.array(self.values["p" + name[1:]])
                tip = foot + (np.array(self.values["n" + name[1:]]) - before)
                further["n" + name[1:]] = tuple(np.clip(tip, -REACH - 0.9, REACH + 0.9))
            return further
        return {}

    @staticmethod
    def weights(values):
        """w (2, k) and b (k,) of the lines that these values show; a normal of length zero gives w = 0, a unit without
        a line.
        """
        feet = np.array([values[f"p{k + 1}"] for k in range(values["lines"])], dtype=float)
        tips = np.array([values[f"n{k + 1}"] for k in range(values["lines"])], dtype=float)
        w = (tips - feet).T
        return w, 0.0 - (w * feet.T).sum(axis=0)

    def scene(self, lines, preset, surface, probe, **handles):
        w, b = self.weights({"lines": lines} | handles)
        found = regions.in_window(w, b, (-REACH, REACH), (-REACH, REACH), CELLS)
        count, most, why = regions.count(w, b), regions.general_count(lines), regions.why_fewer(w, b)
        items = [Border(w[:, k], b[k], colour=k) for k in range(lines) if np.hypot(*w[:, k]) > 1e-9]
        items += [Label(x, y, code, size=12) for code, x, y, share in found if share > 0.004]
        for k in range(lines):
            foot, tip = handles[f"p{k + 1}"], handles[f"n{k + 1}"]
            items += [
                Points(*foot, colour=k, size=6, shape="square", drag=f"p{k + 1}"),
                Points(*tip, colour=k, size=5, drag=f"n{k + 1}", text=f"w{k + 1}"),
            ]
        items.append(Points(*probe, colour="ink", size=6, shape="cross", drag="probe", text="x"))
        plane = Plane(
            name="plane",
            title="on/off codes h1 h2 ... of every region",
            width=1.4,
            height=430,
            x=(-REACH, REACH),
            y=(-REACH, REACH),
            x_label="x1",
            y_label="x2",
            items=items,
            legend=False,
            background=_surface(w, b) if surface else None,
        )
        e = np.array(probe) @ w + b
        h = ops.relu(e)
        rows = [
            [
                f"{k + 1}",
                f"{w[0, k]:.2f} x1 {w[1, k]:+.2f} x2 {b[k]:+.2f}",
                f"{e[k]:.2f}",
                f"{h[k]:.2f}",
                "on" if e[k] > 0 else "off",
            ]
            for k in range(lines)
        ]
        units = Table(
            name="units",
            title=f"the units at x = ({probe[0]:.1f}, {probe[1]:.1f})",
            height=210,
            size=13,
            header=["k", "e = w . x + b", "e", "h = ReLU(e)", ""],
            align="clrrl",
            rows=rows,
        )
        total = Table(
            name="count",
            title="how many regions?",
            height=150,
            align="lr",
            size=13,
            rows=[
                [f"1 + k + k(k-1)/2 for k = {lines}", f"{most}"],
                ["these lines make", f"{count}"],
                ["seen in this window", f"{len(found)}"],
                ["because", why or "in general position" if count < most or not why else why],
            ],
        )
        code = "".join("1" if value > 0 else "0" for value in e)
        words = (
            f"{lines} line{'s' if lines > 1 else ''} cut the plane into {count} regions (at most {most}), "
            f"{len(found)} of them in this "
            f"window; x = ({probe[0]:.1f}, {probe[1]:.1f}) lies in the region {code}."
        )
        return Scene([[plane, units], [total]], words + (f" Fewer than the most, because {why}." if why else ""))


def _needs(k):
    return lambda **values: values["lines"] > k


def _handles(degrees, offset, along):
    """The handles of a line: a point on it, and the tip of its normal there."""
    angle = np.deg2rad(degrees)
    normal = np.array([np.cos(angle), np.sin(angle)])
    foot = offset * normal + along * np.array([-normal[1], normal[0]])
    return tuple(np.round(foot, 10)), tuple(np.round(foot + 0.8 * normal, 10))


def _surface(w, b):
    """The second layer with v = +1, -1, +1, ... as a map of the window."""
    ticks = np.linspace(-REACH, REACH, CELLS)
    points = np.stack(np.meshgrid(ticks, ticks), axis=-1)
    v = np.where(np.arange(w.shape[1]) % 2 == 0, 1.0, -1.0)
    return Map(ops.relu(points @ w + b) @ v, strength=0.7)


class TrainedRegions(Explorer):
    """A network with two inputs learns a task while the lines of its first layer move (lecture topics 3 and 19).

    network : any Network with input_shape (2,) and one or more outputs, whose first layer is Dense.  loss, optimiser :
        as for `fit`.
    x (N, 2), y (N,) : the task; y holds classes 0, 1, ...  or numbers, of which the loss alone is shown.
    batch : samples per step.  rng : seed of the batches.
    Raises TypeError or ValueError, naming the argument, if the network takes anything but two numbers, or for x and y
    that do not fit.
    """

    title = "The first layer learns where to decide"

    def __init__(self, network, loss, optimiser, x, y, batch=32, rng=0):
        from ..layers import Dense

        if tuple(network.input_shape) != (2,):
            raise ValueError(
                f"network must take two inputs, input_shape (2,); this one takes {tuple(network.input_shape)}"
            )
        if not isinstance(network.layers[0], Dense):
            raise ValueError(f"the network's first layer must be Dense; got {type(network.layers[0]).__name__}")
        self.network, self.loss, self.optimiser = network, loss, optimiser
        self.x, self.y, self.batch, self.seed = np.asarray(x), np.asarray(y), batch, rng
        if self.x.ndim != 2 or self.x.shape[1] != 2 or len(self.y) != len(self.x):
            raise ValueError(f"x must be (N, 2) and y (N,); got shapes {self.x.shape} and {self.y.shape}")
        network.checked(self.x)
        arguments.finite_weights("network", network.parameters() | network.state())
        if self.y.dtype.kind == "f":
            arguments.array("y", self.y, finite=True)
        loss(network.forward(self.x), self.y)  # whatever the loss says about y, it says now
        arguments.whole("batch", batch)
        self.labels = _labels(self.y)
        self.reach = float(np.abs(self.x).max() * 1.15) or 1.0
        self._fresh = {name: array.copy() for name, array in network.parameters().items()}
        self._start_state = {name: array.copy() for name, array in optimiser.state.items()}
        self.steps, self.rng = 0, np.random.default_rng(rng)
        super().__init__(
            [
                Button("step", "1 step", action=lambda **v: self.train(1)),
                Button("train", "Train", action=lambda **v: self.train(20), play=True),
                Toggle("lines", "show the first layer's lines", value=True),
                Toggle("map", "show the output", value=True),
            ]
        )

    @classmethod
    def example(cls):
        from ..layers import Dense, ReLU
        from ..losses import BinaryCrossEntropy
        from ..network import Network
        from ..optimisers import Adam

        x = np.random.default_rng(0).standard_normal((60, 2))
        network = Network([Dense(4), ReLU(), Dense(1)], (2,), rng=0, dtype=np.float64)
        return cls(network, BinaryCrossEntropy(), Adam(0.03), x, (np.hypot(*x.T) > 1).astype(int))

    def train(self, steps):
        """So many steps of gradient descent on random batches."""
        for _ in range(steps):
            chosen = self.rng.choice(len(self.x), size=min(self.batch, len(self.x)), replace=False)
            self.network.loss_and_gradients(self.x[chosen], self.y[chosen], self.loss)
            self.optimiser.step(self.network.parameters(), self.network.gradients(), 0.0)
            self.steps += 1

    def restart(self):
        for name, array in self.network.parameters().items():
            array[...] = self._fresh[name]
        self.optimiser.restore(self._start_state)
        self.steps, self.rng = 0, np.random.default_rng(self.seed)

    def scene(self, lines, map):
        first, ticks = self.network.layers[0], np.linspace(-self.reach, self.reach, CELLS)
        w, b = first.parameters["w"].astype(float), first.parameters["b"].astype(float)
        points = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2).astype(self.x.dtype)
        output = self.loss.yhat(self.network.forward(points))
        value = output[:, -1].reshape(CELLS, CELLS)
        # the colour of classes changes where the decision does, that of numbers at zero
        middle, scale = (0.5, 0.5) if self.labels is not None else (0.0, float(np.abs(value).max()) or 1.0)
        e = self.network.forward(self.x)
        loss, wrong, errors = self.loss(e, self.y), "", []
        if self.labels is not None:
            percent = f"{100 * float(np.mean(self.loss.decide(e) != self.labels)):.1f} %"
            wrong, errors = f" and {percent} of the {len(self.x)} points are decided wrongly", [["errors", percent]]
        shapes = ("dot", "square", "ring", "cross")
        items = (
            [Border(w[:, k], b[k], colour="muted", width=1.5) for k in range(w.shape[1]) if np.hypot(*w[:, k]) > 1e-9]
            if lines
            else []
        )
        classes = [] if self.labels is None else np.unique(self.labels)
        if self.labels is None:
            items.append(Points(self.x[:, 0], self.x[:, 1], label="samples", colour="ink", size=3.5))
        for i, c in enumerate(classes[:8]):
            chosen = self.x[self.labels == c]
            items.append(
                Points(
                    chosen[:, 0],
                    chosen[:, 1],
                    label=f"y = {c:g}",
                    colour=("negative", "positive")[i] if len(classes) == 2 else i,
                    size=3.5,
                    shape=shapes[i % 4],
                )
            )
        count = regions.count(w, b)
        plane = Plane(
            name="plane",
            title="first layer's lines, network's output",
            height=430,
            x=(-self.reach, self.reach),
            y=(-self.reach, self.reach),
            x_label="x1",
            y_label="x2",
            items=items,
            background=Map(value - middle, scale=scale, strength=0.65) if map else None,
        )
        table = Table(
            name="numbers",
            title="so far",
            height=430,
            align="lr",
            width=0.6,
            rows=[
                ["steps", f"{self.steps}"],
                ["loss", f"{loss:.3f}"],
                *errors,
                ["lines", f"{w.shape[1]}"],
                ["regions they make", f"{count}"],
            ],
        )
        return Scene(
            [plane, table],
            f"After {self.steps} steps the loss is {loss:.3f}{wrong}; the {w.shape[1]} lines "
            f"of the first layer make {count} regions.",
        )


def _labels(y):
    """The class of every sample, (N,), or None where y holds numbers: floats that are not all 0 or 1."""
    y = y.reshape(len(y), -1)
    if y.dtype.kind == "f" and not np.isin(y, (0, 1)).all():
        return None
    return (y[:, 0] if y.shape[1] == 1 else y.argmax(axis=1)).astype(int)


__all__ = ["Decisions", "TrainedRegions"]
