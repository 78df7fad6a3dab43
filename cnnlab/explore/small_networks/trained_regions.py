"""A first layer that learns where to put its lines, step by step (lecture topics 3 and 19)."""

from typing import Any, Self

import numpy as np

from cnnlab.analysis import regions
from cnnlab.analysis.stepwise import BatchTraining, ring_task
from cnnlab.explore.toolkit.controls import Button, Toggle
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Border, Line, Map, Points
from cnnlab.explore.toolkit.numbers import format_number, strongest
from cnnlab.explore.toolkit.planes import CELLS, SMALL, code_labels, raster, thumbnails
from cnnlab.explore.toolkit.scene import Curves, Plane, Scene, Table
from cnnlab.losses import Loss
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike, Seed

MOST = 12  # lines whose codes can be written, and units that have a thumbnail
DRAWN = 200  # points of the curve of the loss


class TrainedRegions(Explorer):
    """A network with two inputs learns a task while the lines of its first layer move.

    Parameters
    ----------
    network : Network
        With input_shape (2,) and one or more outputs, trained or not, whose first layer is Dense (or stands behind one
        that does not bend the plane, such as Standardise).
    loss : Loss
        As for `fit`.
    optimiser : Optimiser
        As for `fit`.
    x : (N, 2), dtype of network
        The task.
    y : (N,), (N, 1) or (N, K)
        Classes 0, 1, ...; or numbers, of which the loss alone is shown.
    batch : int
        Samples per step.
    rng : int or Generator
        Seed of the batches.

    Raises
    ------
    TypeError, ValueError
        Naming the argument, if the network takes anything but two numbers, or for x and y that do not fit.

    Source
    ------
    Lecture topics 3 and 19.
    """

    title = "The first layer learns where to decide"

    def __init__(
        self,
        network: Network,
        loss: Loss,
        optimiser: Any,
        x: ArrayLike,
        y: ArrayLike,
        batch: int = 32,
        rng: Seed = 0,
    ) -> None:
        self.training = BatchTraining(network, loss, optimiser, x, y, batch, rng)
        self.reach = float(np.abs(self.training.x).max() * 1.15) or 1.0
        going: dict[str, Any] = {"when": lambda **_: not self.training.diverged}
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
    def example(cls) -> Self:
        return cls(*ring_task())

    @property
    def network(self) -> Network:
        """The network that learns, as it is now."""
        return self.training.network

    def train(self, steps: int) -> None:
        """So many steps on random batches.

        Parameters
        ----------
        steps : int
            How many.
        """
        for _ in range(steps):
            self.training.step()

    def restart(self) -> None:
        self.training.restart()

    def scene(self, lines: bool, codes: bool, map: bool) -> Scene:
        training = self.training
        x, classes_of = training.x, training.labels
        w: Any  # a line takes a column of it
        w, b = regions.of_network(training.network)
        value = training.output(raster(self.reach).reshape(-1, 2)).reshape(CELLS, CELLS)
        # the colour of classes changes where the decision does, that of numbers at zero
        middle, scale = (0.5, 0.5) if classes_of is not None else (0.0, float(np.abs(value).max()) or 1.0)
        (loss, share), wrong, errors = training.judged(), "", []
        if share is not None:
            percent = f"{100 * share:.1f} %"
            wrong, errors = f" and {percent} of the {len(x)} points are decided wrongly", [["errors", percent]]
        shapes = ("dot", "square", "ring", "cross")
        items: list[Any] = (
            [
                Border(w[:, k], b[k], f"{k + 1}" if w.shape[1] <= MOST else "", colour="muted", width=1.5)
                for k in range(w.shape[1])
                if np.hypot(*w[:, k]) > 1e-9
            ]
            if lines
            else []
        )
        found, labels = code_labels(w, b, self.reach) if codes and w.shape[1] <= MOST else (None, [])
        classes: Any = [] if classes_of is None else np.unique(classes_of)
        if classes_of is None:
            items.append(Points(x[:, 0], x[:, 1], label="samples", colour="ink", size=3.5))
        for i, c in enumerate(classes[:8]):
            chosen = x[classes_of == c]
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
        count, dead = regions.count(w, b), int((~regions.codes(w, b, x)).all(axis=0).sum())
        rows = [
            ["steps", f"{training.steps}"],
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
            width=1.5,
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
            height=208,
            below=True,
            size=13,
            align="lr",
            rows=rows,
        )
        return Scene(
            [plane, self._units(w, b), self._losses(), table],
            f"After {training.steps} steps the loss is {loss:.3f}{wrong}; the {w.shape[1]} lines "
            f"of the first layer make {count} regions."
            + (f" {dead} of its units {'are' if dead > 1 else 'is'} off for every point: dead." if dead else "")
            + (" The next step goes beyond all bounds: start again with a smaller learning rate." * training.diverged),
        )

    def _units(self, w: Array, b: Array) -> Plane:
        """Where each unit of the first layer is on, and which are on nowhere among the points."""
        count = w.shape[1]
        shown = min(count, MOST)
        maps = np.moveaxis(np.maximum(raster(self.reach, SMALL) @ w + b, 0), -1, 0)[:shown]
        alive: Any = regions.codes(w, b, self.training.x).any(axis=0)
        words = [f"unit {k}" if alive[k - 1] else f"{k}: dead" for k in range(1, shown + 1)]
        return thumbnails(
            "units",
            "where each unit is on" + f" (the first {MOST} of {count})" * (count > MOST),
            maps,
            (w[:, :shown], b[:shown]),
            self.reach,
            words,
            shown,
            strongest(maps),
            columns=2 if shown < 7 else 3,
            colours=["ink"] * shown,
            height=430,
        )

    def _losses(self) -> Curves:
        losses = np.array(self.training.losses)
        steps = np.unique(np.linspace(0, len(losses) - 1, min(len(losses), DRAWN)).astype(int))
        decade = 10.0 ** np.arange(2, 9)
        end = next(top for top in np.multiply.outer(decade, [1, 2, 5]).ravel() if top >= len(losses) - 1)
        top = 1.2 * losses[0] or 1.0
        return Curves(
            name="loss",
            title=f"loss, now {format_number(losses[-1], 3)}",
            height=204,
            x=(0, float(end)),
            y=(0, float(top)),
            x_label="step",
            y_label="L",
            items=[Line(steps, losses[steps], colour=1), Points(steps[-1], losses[-1], colour=1)],
            legend=False,
        )
