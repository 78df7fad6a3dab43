"""A game: find the kernel that makes a given map of a photograph (lecture topic 8)."""

from typing import Any

import numpy as np

from cnnlab.analysis.convolution import EDGES, Convolution, Likeness, edge_kernel, image_of, likeness
from cnnlab.datasets import photo
from cnnlab.explore.toolkit.controls import Choice, Matrix
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.numbers import format_number, strongest
from cnnlab.explore.toolkit.panels import PRIMED
from cnnlab.explore.toolkit.scene import Grid, Image, Scene, Table, screen_sized
from cnnlab.explore.toolkit.settings import TOP
from cnnlab.types import Array, ArrayLike

SIDE = 96  # pixels of the cat
FOUND = 90  # per cent, from which a kernel is found
FIRST = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]  # which leaves the photograph as it is
HEIGHT, SMALL = 236, 178


class KernelDesigner(Explorer):
    """Nine weights to drag until e looks like the target, a map that another kernel has made; a score says how near.

    Parameters
    ----------
    image : (H, W), (H, W, 1) or (H, W, 3), optional
        Colours are made grey; at least 3 x 3 pixels.  By default Chelsea, the cat.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 8.
    """

    title = "Which kernel finds these edges?"

    def __init__(self, image: ArrayLike | None = None) -> None:
        self.image = image_of(photo("chelsea", SIDE) if image is None else image).mean(axis=2, keepdims=True)
        if min(self.image.shape[:2]) < len(FIRST):
            raise ValueError(f"image must have 3 x 3 pixels or more; got {self.image.shape[:2]}")
        self.targets = {name: self._e(edge_kernel(name)) for name in EDGES}
        super().__init__(
            [
                Choice("target", "find", list(EDGES)),
                Matrix("w", "kernel w", np.array(FIRST, float), -TOP, TOP, 1.0),
            ]
        )

    def _e(self, w: ArrayLike) -> Array:
        return Convolution(np.array(w, float)[:, :, None, None]).e(self.image)[:, :, 0]

    def found(self) -> Likeness:
        """How near the present kernel comes to the present target.

        Returns
        -------
        found : Likeness
            With `score`, in per cent.
        """
        return likeness(self._e(self.values["w"]), self.targets[self.values["target"]])

    def scene(self, target: str, w: Array) -> Scene:
        e, wanted = self._e(w), self.targets[target]
        near = likeness(e, wanted)
        left = wanted - near.scale * e
        size: dict[str, Any] = {"height": HEIGHT, "symbol": "e", "colours": "diverging"}
        span = {"scale": (0.0, strongest(self.image))} if self.image.min() >= 0 else {"colours": "diverging"}
        small: dict[str, Any] = {"height": SMALL, "scale": TOP, "symbol": "w", "digits": 0, "cell": 40.0}
        top: dict[str, Any] = size | {"scale": strongest(wanted)}
        return Scene(
            [
                [
                    Image(
                        name="h", title="h", symbol="h", pixels=self._seen(self.image[:, :, 0]), height=HEIGHT, **span
                    ),
                    Image(name="target", title="the target", pixels=self._seen(wanted), **top),
                    Image(
                        name="e",
                        title="your e = w * h",
                        pixels=self._seen(e),
                        **size,
                        scale=strongest(e),
                        whole=e.shape,
                    ),
                ],
                [
                    Grid(name="w", title="w[m', n'] (drag)", values=w, edit="w", **PRIMED, **small),
                    Grid(name="lies", title="as it lies on h", values=w[::-1, ::-1], indices=False, **small),
                    Image(name="left", title="target − scaled e", pixels=self._seen(left), **top | {"height": SMALL}),
                    self._score(near),
                ],
            ],
            self._words(target, w, near),
        )

    @staticmethod
    def _seen(pixels: Array) -> Array:
        return screen_sized(pixels, HEIGHT)

    @staticmethod
    def _score(near: Likeness) -> Table:
        verdict = "found!" if near.score >= FOUND else f"found from {FOUND} % on"
        return Table(
            name="score",
            title="how near?",
            rows=[["score", f"{near.score} %"], ["", verdict], ["cosine", format_number(near.cosine)]],
            align="lr",
            colours={(0, 1): 2 if near.score >= FOUND else 1},
            height=SMALL,
            width=0.9,
            size=16,
        )

    @staticmethod
    def _words(target: str, w: Array, near: Likeness) -> str:
        begin = f"To be found: {target}. Your e explains {near.score} % of the target. "
        total = float(w.sum())
        if not w.any():
            return begin + "All weights are 0, and so is e."
        if near.score >= FOUND:
            return begin + "Found! Other kernels may do it, too: only the scale of e is free, and small differences."
        if near.cosine < -0.5:
            return begin + "Your e is nearly its opposite: orange where the target is blue."
        if abs(total) > 1e-9:
            return begin + f"Your weights add up to {format_number(total, 0)}, so even ground is answered, too."
        return begin + "Your weights add up to 0: only change is answered. But not yet the right one."
