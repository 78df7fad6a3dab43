"""A first layer that learns where to put its lines, step by step (lecture topics 3 and 19)."""

import numpy as np

from cnnlab import arguments
from cnnlab.analysis import regions
from cnnlab.explore.toolkit.controls import Button, Toggle
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Border, Map, Points
from cnnlab.explore.toolkit.planes import CELLS, code_labels, raster
from cnnlab.explore.toolkit.scene import Plane, Scene, Table
from cnnlab.layers import Dense
from cnnlab.losses import Loss
from cnnlab.optimisers import Optimiser
from cnnlab.training.fit import checked_targets

BEYOND = 1e9  # so many times the loss at the start (or 1) counts as diverged
MOST = 12  # lines whose codes can be written


class TrainedRegions(Explorer):
    """A network with two inputs learns a task while the lines of its first layer move (lecture topics 3 and 19).

    network : any Network with input_shape (2,) and one or more outputs, trained or not, whose first layer is Dense (or
        stands behind one that does not bend the plane, such as Standardise).  loss, optimiser : as for `fit`.
    x (N, 2), y (N,) : the task; y holds classes 0, 1, ...  or numbers, of which the loss alone is shown.
    batch : samples per step.  rng : seed of the batches.
    Raises TypeError or ValueError, naming the argument, if the network takes anything but two numbers, or for x and y
    that do not fit.
    """

    title = "The first layer learns where to decide"

    def __init__(self, network, loss, optimiser, x, y, batch=32, rng=0):
        regions.of_network(network)
        self.network = network
        self.loss = arguments.of_kind("loss", loss, Loss, "a loss, such as BinaryCrossEntropy()")
        self.optimiser = arguments.of_kind("optimiser", optimiser, Optimiser, "an optimiser, such as Adam(0.03)")
        drawn = isinstance(rng, np.random.Generator)
        self.seed = int(rng.integers(2**62)) if drawn else arguments.whole("rng", rng, at_least=0)
        self.x, self.y, self.batch = np.asarray(x), np.asarray(y), arguments.whole("batch", batch)
        if self.x.ndim != 2 or self.x.shape[1] != 2 or self.y.ndim == 0 or len(self.y) != len(self.x):
            raise ValueError(f"x must be (N, 2) and y (N,); got shapes {self.x.shape} and {self.y.shape}")
        network.checked(self.x)
        if self.y.dtype.kind == "f":
            arguments.array("y", self.y, finite=True)
        checked_targets(network, loss, self.x, self.y, "y")
        self.limit = BEYOND * max(loss(network.forward(self.x), self.y), 1.0)
        self.labels = _labels(self.y)
        self.reach = float(np.abs(self.x).max() * 1.15) or 1.0
        self._fresh = {name: array.copy() for name, array in network.parameters.items()}
        self._start_state = {name: array.copy() for name, array in optimiser.state.items()}
        self.steps, self.rng, self.diverged = 0, np.random.default_rng(self.seed), False
        going = {"when": lambda **_: not self.diverged}
        super().__init__(
            [
                Button("step", "1 step", action=lambda **v: self.train(1), **going),
                Button("train", "Train", action=lambda **v: self.train(20), play=True, **going),
                Toggle("lines", "show the first layer's lines", value=True),
                Toggle("codes", "show the regions' on/off codes", value=False),
                Toggle("map", "show the output", value=True),
            ]
        )

    @classmethod
    def example(cls):
        from cnnlab.layers import ReLU
        from cnnlab.losses import BinaryCrossEntropy
        from cnnlab.network import Network
        from cnnlab.optimisers import Adam

        x = np.random.default_rng(0).standard_normal((60, 2))
        network = Network([Dense(4), ReLU(), Dense(1)], (2,), rng=0, dtype=np.float64)
        return cls(network, BinaryCrossEntropy(), Adam(0.03), x, (np.hypot(*x.T) > 1).astype(int))

    def train(self, steps):
        """So many steps of gradient descent on random batches; a step that leaves all bounds is taken back."""
        for _ in range(0 if self.diverged else steps):
            before = self.network.weights()
            chosen = self.rng.choice(len(self.x), size=min(self.batch, len(self.x)), replace=False)
            self.network.loss_and_gradients(self.x[chosen], self.y[chosen], self.loss)
            self.optimiser.step(self.network.parameters, self.network.gradients, 0.0)
            if not self.loss(self.network.predict(self.x, len(self.x)), self.y) < self.limit:
                self.network.set_weights(before)
                self.diverged = True
                return
            self.steps += 1

    def restart(self):
        for name, array in self.network.parameters.items():
            array[...] = self._fresh[name]
        self.optimiser.restore(self._start_state)
        self.steps, self.rng, self.diverged = 0, np.random.default_rng(self.seed), False

    def scene(self, lines, codes, map):
        w, b = regions.of_network(self.network)
        points = raster(self.reach).reshape(-1, 2).astype(self.x.dtype)
        output = self.loss.yhat(self.network.predict(points, len(points)))
        value = output[:, -1].reshape(CELLS, CELLS)
        # the colour of classes changes where the decision does, that of numbers at zero
        middle, scale = (0.5, 0.5) if self.labels is not None else (0.0, float(np.abs(value).max()) or 1.0)
        e = self.network.predict(self.x, len(self.x))
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
        found, labels = code_labels(w, b, self.reach) if codes and w.shape[1] <= MOST else (None, [])
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
        count, dead = regions.count(w, b), int((~regions.codes(w, b, self.x)).all(axis=0).sum())
        rows = [
            ["steps", f"{self.steps}"],
            ["loss", f"{loss:.3f}"],
            *errors,
            ["lines", f"{w.shape[1]}"],
            ["regions they make", f"{count}"],
            ["units off for every point (dead)", f"{dead}"],
        ]
        if codes:
            rows.append(["regions in this window", "too many to write" if found is None else f"{len(found)}"])
        plane = Plane(
            name="plane",
            title="first layer's lines, network's output",
            height=430,
            x=(-self.reach, self.reach),
            y=(-self.reach, self.reach),
            x_label="x1",
            y_label="x2",
            items=items + labels,
            background=Map(value - middle, scale=scale, strength=0.65) if map else None,
        )
        table = Table(
            name="numbers",
            title="so far",
            height=430,
            align="lr",
            width=0.6,
            rows=rows,
        )
        return Scene(
            [plane, table],
            f"After {self.steps} steps the loss is {loss:.3f}{wrong}; the {w.shape[1]} lines "
            f"of the first layer make {count} regions."
            + (f" {dead} of its units {'are' if dead > 1 else 'is'} off for every point: dead." if dead else "")
            + (" The next step goes beyond all bounds: start again with a smaller learning rate." * self.diverged),
        )


def _labels(y):
    """The class of every sample, (N,), or None where y holds numbers: floats that are not all 0 or 1."""
    y = y.reshape(len(y), -1)
    if y.dtype.kind == "f" and not np.isin(y, (0, 1)).all():
        return None
    return (y[:, 0] if y.shape[1] == 1 else y.argmax(axis=1)).astype(int)
