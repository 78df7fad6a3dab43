"""The lecture's whole cycle through two convolutions, every number of it in one picture (lecture topic 18)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.convolution.two_convolutions import BEYOND, FIRST, Cycle, TwoLearner, blocks, edges_of
from cnnlab.analysis.own import OwnFunction, differing
from cnnlab.explore.toolkit.controls import Button, Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Line, Link, Points
from cnnlab.explore.toolkit.numbers import are_whole, strongest
from cnnlab.explore.toolkit.scene import Curves, Grid, Scene
from cnnlab.types import Array, ArrayLike

# What is computed at each stage, from what, and how the lecture writes it.
STAGES: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "x and two kernels": (("x", "w1", "w2", "y"), (), "A picture x, what should become of it, y, and two kernels."),
    "e1 = w1 * x": (("e1",), ("w1", "x"), "Forward, a convolution: e1 = w1 * x."),
    "h1 = ReLU(e1)": (("h1",), ("e1",), "Forward, the nonlinearity: h1 = ReLU(e1)."),
    "e2 = w2 * h1": (("e2",), ("w2", "h1"), "Forward, the second convolution: e2 = w2 * h1; it is the output."),
    "dL/de2 = e2 − y": (("de2",), ("e2", "y"), "L = ½ Σ (e2 − y)², so its gradient is dL/de2 = e2 − y."),
    "dL/dw2": (("dw2",), ("de2", "h1"), "Weight gradient of layer 2: dL/de2 with the windows of h1 that w2 met."),
    "dL/dh1": (("dh1",), ("w2", "de2"), "Back through w2, a correlation: dL/dh1 = w2[−m, −n] * dL/de2."),
    "dL/de1, the gate": (("de1",), ("dh1", "h1"), "Back through ReLU: dL/de1 is dL/dh1 where h1 > 0, else 0."),
    "dL/dw1": (("dw1",), ("de1", "x"), "Weight gradient of layer 1: dL/de1 with the windows of x that w1 met."),
    "dL/dx": (("dx",), ("w1", "de1"), "Back through w1: dL/dx; training has no use for it."),
    "w − η dL/dw": (("w1", "w2"), ("dw1", "dw2"), "Gradient descent, both kernels: w ← w − η dL/dw."),
}
WAYS = tuple(STAGES)
ALL, DESCENT = "dL/dx", "w − η dL/dw"
ETAS = [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2]
TITLES = {
    "x": "x",
    "w1": "w1",
    "e1": "e1",
    "h1": "h1",
    "w2": "w2",
    "e2": "e2",
    "y": "y, wanted",
    "dx": "dL/dx",
    "dw1": "dL/dw1",
    "de1": "dL/de1",
    "dh1": "dL/dh1",
    "dw2": "dL/dw2",
    "de2": "dL/de2",
}
CALL = "weight_gradient(h, de, P, Q)"
ROOM, CELL, PICTURE = 190, 36.0, 24.0  # pixels: of a panel, of a cell, and of one of x
AXES = (20, 60, 120, 300, 600, 1200, 3000)


class TwoConvolutions(Explorer):
    """Forward, back, weight gradients, descent: two convolutions learn from pictures, stage by stage or in a run.

    What is computed at a stage is framed in orange, what it is made from in blue. A round takes one picture.

    Parameters
    ----------
    x : (N, H, W) or (N, H, W, C), optional
        Pictures; by default blocks on a dark ground.
    y : (N, H', W') or (N, H', W', D), optional
        What should become of them, two kernels smaller; by default their edges from dark to bright, smoothed.
    sides : (int, int)
        Rows and columns of the two kernels.
    maps : int
        Between the two convolutions.
    eta : float
        Learning rate at the start, one of `ETAS`.
    function : function, optional
        A weight gradient of your own, weight_gradient(h, de, P, Q): both kernels learn by it.

    Attributes
    ----------
    learner : TwoLearner
        The kernels and the losses so far.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 18.
    """

    title = "One step through two convolutions"
    longest = 200
    telling: ClassVar[Mapping[str, Any]] = {"at": ALL}

    def __init__(
        self,
        x: ArrayLike | None = None,
        y: ArrayLike | None = None,
        sides: tuple[int, int] = (3, 2),
        maps: int = 1,
        eta: float = 0.02,
        *,
        function: Callable[..., Any] | None = None,
    ) -> None:
        if (x is None) != (y is None):
            raise ValueError(f"x and y must be given together; got only {'x' if y is None else 'y'}")
        if not isinstance(sides, Sequence) or isinstance(sides, str) or len(sides) != 2:
            raise ValueError(f"sides must be two whole numbers, of the first kernel and of the second; got {sides!r}")
        pictures = blocks() if x is None else _maps("x", x)
        wanted = edges_of(pictures) if y is None else _maps("y", y)
        self.own = None if function is None else OwnFunction(function, call=CALL, gives="dL/dw")
        by_own = None if self.own is None else self._by_own
        self.learner = TwoLearner(pictures, wanted, sides, maps, by_own)
        channels = (pictures.shape[3], self.learner.shapes[0][3], wanted.shape[3])
        count, self.links = len(pictures), self._links()
        going: dict[str, Any] = {"when": lambda **values: self.learner.going and not self._stuck(**values)}
        super().__init__(
            [
                Choice("at", "we are at", list(WAYS), ordered=True),
                Button("next", "next", self._next, **going),
                Button("walk", "walk", self._next, play=True, every=0.7, **going),
                Button("round", "1 round", self._round, **going),
                Button("train", "train", self._round, play=True, every=0.05, **going),
                Button("again", "start again", lambda **_: self._from(self.learner.seed)),
                Button("other", "other kernels", lambda **_: self._from(self.learner.seed + 1)),
                *([Slider("i", "picture", 1, count, 1, value=1)] if count > 1 else []),
                Slider("eta", "learning rate η", choices=ETAS, value=eta),
                *(
                    Slider(name, words, 0, channel - 1, 1, value=0)
                    for name, words, channel in zip(
                        ("c", "k", "d"), ("channel of x", "map of h1", "channel of e2"), channels, strict=True
                    )
                    if channel > 1
                ),
            ]
        )

    def _by_own(self, de, h, shape):
        """dL/dw by the learner's function; None where it gives none."""
        return self.own(h, de, *shape[:2], shape=shape).value

    def restart(self) -> None:
        self.learner.restart(FIRST)

    def _from(self, seed):
        self.learner.restart(seed)
        return {"at": WAYS[0]}

    def _stuck(self, i: int = 1, **_: Any) -> bool:
        """Whether there is no gradient to go on with."""
        now = self.learner.cycle(i - 1)
        return not (np.isfinite(now.dw1).all() and np.isfinite(now.dw2).all())

    def _next(self, at: str, eta: float, i: int = 1, **_: Any) -> dict[str, Any]:
        """The next stage; after the last one both kernels have learned, and the next picture comes."""
        if at != DESCENT:
            return {"at": WAYS[WAYS.index(at) + 1]}
        self.learner.step(i - 1, eta)
        return {"at": WAYS[0], **self._following(i)}

    def _round(self, eta: float, i: int = 1, **_: Any) -> dict[str, Any]:
        self.learner.step(i - 1, eta)
        return {"at": ALL, **self._following(i)}

    def _following(self, i):
        return {"i": i % len(self.learner.x) + 1} if "i" in self.controls else {}

    def scene(self, at: str, eta: float, i: int = 1, c: int = 0, k: int = 0, d: int = 0) -> Scene:
        now = self.learner.cycle(i - 1)
        arrays = self._shown(now, at, eta, i, (c, k, d))
        made, used, words = STAGES[at]
        known = {name for way in WAYS[: WAYS.index(at) + 1] for name in STAGES[way][0]}
        wrong = self._differing(now, i)
        panels = []
        for upper, lower in (("x", "dx"), ("w1", "dw1"), ("e1", "de1"), ("h1", "dh1"), ("w2", "dw2"), ("e2", "de2")):
            for name in (upper, lower):
                values = arrays[name] if name in known else np.full(arrays[name].shape, np.nan)
                here = (c, k) if name == "dw1" else (k, d)
                off = [cell[:2] for cell in wrong.get(name, []) if name in known and cell[2:] == here]
                panels.append(self._grid(name, values, made, used, at, name == lower, off))
        panels.append(self._grid("y", arrays["y"], made, used, at, False, []))
        panels.append(self._losses())
        return Scene([panels], self._words(now, at, words, i, eta, wrong), links=self.links)

    def _shown(self, now: Cycle, at: str, eta: float, i: int, channels: tuple[int, int, int]) -> dict[str, Array]:
        """What each panel shows, of the channels chosen."""
        (c, k, d), learner = channels, self.learner
        w1, w2 = learner.w1, learner.w2
        if at == DESCENT:
            w1, w2 = w1 - eta * now.dw1, w2 - eta * now.dw2
        maps = {"x": (learner.x[i - 1], c), "y": (learner.y[i - 1], d), "dx": (now.dx, c), "e1": (now.e1, k)}
        maps |= {"h1": (now.h1, k), "e2": (now.e2, d), "de1": (now.de1, k), "dh1": (now.dh1, k), "de2": (now.de2, d)}
        shown = {name: array[:, :, channel] for name, (array, channel) in maps.items()}
        kernels = {"w1": w1[:, :, c, k], "dw1": now.dw1[:, :, c, k], "w2": w2[:, :, k, d], "dw2": now.dw2[:, :, k, d]}
        return {name: np.where(np.isfinite(array), array, np.nan) for name, array in (shown | kernels).items()}

    def _differing(self, now: Cycle, i: int) -> dict[str, list[tuple[int, ...]]]:
        """Where the learner's weight gradients are not the engine's."""
        if self.own is None:
            return {}
        right = self.learner.engine(i - 1, now)
        found = {}
        for name, mine in (("dw1", now.dw1), ("dw2", now.dw2)):
            cells: Any = np.argwhere(differing(mine, right[name])) if np.isfinite(mine).any() else []
            found[name] = [tuple(int(v) for v in cell) for cell in cells]
        return found

    def _grid(self, name, values, made, used, at, below, off):
        marks = []
        if name in used or (name in made and at != WAYS[0]):
            marks = [Highlight(list(np.ndindex(*values.shape)), "", 0 if name in used else 1)]
        marks += [Highlight(off, "differs", 1, "ring")] if off else []
        whole = are_whole(values[np.isfinite(values)])
        rows = self.learner.y.shape[1] + self.learner.shapes[1][0] - 1  # of e1: gradients stand in one line
        if name in ("x", "dx"):
            rows = round(rows * CELL / PICTURE)
        return Grid(
            name=name,
            title=f"new {TITLES[name]}" if at == DESCENT and name in ("w1", "w2") else TITLES[name],
            symbol=TITLES[name].partition(",")[0],
            values=values,
            digits=0 if whole else 1 if name == "dx" else 2,
            scale=self._scale(name),
            highlights=marks,
            indices=False,
            alone=name in ("x", "dx"),
            cell=PICTURE if name in ("x", "dx") else CELL,
            capacity=(max(rows, len(values)), values.shape[1]),
            width={"x": 1.3, "w1": 0.95, "w2": 0.75, "e2": 0.95, "y": 1.05}.get(name, 1.2),
            height=ROOM,
            below=below,
            narrowest=95,
        )

    def _scale(self, name):
        """Of the colours: fixed, so that what shrinks pales."""
        if name in ("x", "y"):
            return strongest(getattr(self.learner, name))
        if name in ("w1", "w2"):
            return 1.0
        return strongest(self.learner.y) if name in ("e1", "h1", "e2", "de2") else 5.0 if "w" in name else 2.0

    def _losses(self):
        losses = np.clip(self.learner.losses, 1e-4, 1e4)
        rounds = np.arange(len(losses))
        return Curves(
            name="loss",
            title="mean L",
            height=ROOM,
            below=True,
            narrowest=95,
            x=(0, next((end for end in AXES if end >= len(losses) - 1), AXES[-1] + 1)),
            y=(1e-3, max(10.0, float(losses.max()))),
            y_log=True,
            x_label="round",
            legend=False,
            items=[Line(rounds, losses, "L", 1), Points(rounds[-1:], losses[-1:], "now", 2, 4)],
        )

    def _words(self, now, at, words, i, eta, wrong):
        learner = self.learner
        done = len(learner.losses) - 1
        head = f"Round {done + 1}, picture {i}. {words}"
        mean = f" The mean loss of all pictures is {learner.losses[-1]:.3g}."
        if self.own is not None:
            trouble = self._trouble(i, now)
            if trouble:
                return f"{head} dL/dw by your function: {trouble}"
            count = sum(len(cells) for cells in wrong.values())
            whole = now.dw1.size + now.dw2.size
            said = (
                f"{count} of {whole} weight gradients of yours differ from the engine's."
                if count
                else "dL/dw is yours."
            )
            mean = f" {said}{mean}"
        if not learner.going:
            end = "That was enough" if learner.losses[-1] < BEYOND else "It has diverged"
            return f"{head}{mean} {end}: start again."
        if learner.dead:
            return (
                f"{head}{mean} The unit of layer 1 is dead: h1 is 0 for every picture, so no gradient passes its gate."
            )
        if at == "dL/de2 = e2 − y":
            return f"{head} For this picture L = {now.loss:.3g}.{mean}"
        if at == DESCENT:
            return f"{head} η = {eta:g}; “next” makes them the kernels, and takes the next picture.{mean}"
        return head + mean

    def _trouble(self, i, now):
        x = self.learner.x[i - 1 : i]
        for h, de, w in ((now.h1[None], now.de2[None], self.learner.w2), (x, now.de1[None], self.learner.w1)):
            trouble = self.own(h, de, *w.shape[:2], shape=w.shape).trouble
            if trouble:
                return trouble
        return ""

    def _links(self) -> list[Link]:
        """A number lights up what it was made from: outputs their windows, errors the outputs that they went into."""
        arrays = self._shown(self.learner.cycle(0), WAYS[0], 0.0, 1, (0, 0, 0))

        def windows(e, side):
            return [(m, n, m + p, n + q) for m, n in np.ndindex(*e.shape) for p, q in np.ndindex(*side.shape)]

        same = [(m, n, m, n) for m, n in np.ndindex(*arrays["e1"].shape)]
        out = [(m, n, m, n) for m, n in np.ndindex(*arrays["e2"].shape)]
        met = {
            name: [
                (p, q, m + w.shape[0] - 1 - p, n + w.shape[1] - 1 - q)
                for p, q in np.ndindex(*w.shape)
                for m, n in np.ndindex(*e.shape)
            ]
            for name, w, e in (("x", arrays["w1"], arrays["e1"]), ("h1", arrays["w2"], arrays["e2"]))
        }
        return [
            Link("e1", "x", windows(arrays["e1"], arrays["w1"])),
            Link("e1", "h1", same),
            Link("e2", "h1", windows(arrays["e2"], arrays["w2"])),
            Link("de2", "e2", out),
            Link("de2", "y", out),
            Link("de2", "dh1", windows(arrays["e2"], arrays["w2"])),
            Link("de1", "dh1", same),
            Link("de1", "h1", same),
            Link("de1", "dx", windows(arrays["e1"], arrays["w1"])),
            Link("dw2", "h1", met["h1"]),
            Link("dw1", "x", met["x"]),
        ]


def _maps(name: str, value: ArrayLike) -> Array:
    """Pictures (N, H, W, C) float64."""
    array = arguments.even(name, value)
    array = array[..., None] if array.ndim == 3 else array
    array = array.astype(np.float64) if array.dtype.kind in "biu" else array
    return arguments.array(name, array, 4, "(N, H, W) or (N, H, W, C)", finite=True).astype(np.float64)
