"""A first kernel, moved over a photograph by hand: nine pixels, nine weights, one sum (lecture topic 8)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab.analysis.convolution import Convolution, OneSum, image_of
from cnnlab.datasets import photo
from cnnlab.explore.toolkit.controls import Cell, Choice, Matrix
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Rectangle
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Grid, Image, Scene, screen_sized
from cnnlab.types import Array, ArrayLike

SIDE = 3
OWN = "your own"
TOP = 9  # of a weight
KERNELS: dict[str, Any] = {  # as they lie on the picture
    "brighter to the right": [[-1, 0, 1]] * 3,
    "brighter below": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    "bright spots": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "blur": [[1, 1, 1]] * 3,
    OWN: None,
}
START = (0.41, 0.454)  # on the photograph, from its top left corner: beside an eye of Chelsea's
HEIGHT = 486  # pixels of the photograph on the screen
SMALL = 150  # and of nine numbers
SHARE = 0.995  # of the sums, which are below the strongest colour


class KernelByHand(Explorer):
    """Drag over a photograph: the nine pixels under the hand, the weights that lie on them, their products, their sum.

    Parameters
    ----------
    image : (H, W), (H, W, 1) or (H, W, 3), optional
        Values 0..1, colours are made grey; by default Chelsea, the cat.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 8.
    """

    title = "A kernel in your hand"

    def __init__(self, image: ArrayLike | None = None) -> None:
        given = photo("chelsea", side=128) if image is None else image
        self.image = image_of(given).mean(axis=2, keepdims=True)
        if min(self.image.shape[:2]) < SIDE:
            raise ValueError(f"image must have {SIDE} x {SIDE} pixels or more; got {self.image.shape[:2]}")
        self.answered: tuple[bytes, Array] = (b"", np.zeros(0))
        rows, columns, _ = self.image.shape
        first = next(iter(KERNELS))
        where = (int(START[0] * rows), int(START[1] * columns))
        super().__init__(
            [
                Choice("kernel", "kernel", list(KERNELS), first),
                Cell("where", "its middle lies on pixel", rows, columns, where),
                Matrix("w", "weights", np.array(KERNELS[first], float), -TOP, TOP, 1.0, carries=("kernel",)),
            ]
        )

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        if name == "w":
            return {"kernel": OWN}
        if name == "where":  # the kernel lies on the photograph, with all of its weights
            ends = zip(values["where"], self.image.shape[:2], strict=True)
            return {"where": tuple(min(max(place, 1), side - 2) for place, side in ends)}
        kernel = KERNELS[values["kernel"]] if name == "kernel" else None
        return {} if kernel is None else {"w": np.array(kernel, float)}

    def convolution(self, w: Array) -> Convolution:
        """The convolution whose kernel lies on the picture like this: it is flipped before.

        Parameters
        ----------
        w : (3, 3)
            As it lies.

        Returns
        -------
        conv : Convolution
            Without a border: e is smaller than the photograph by a pixel all round.
        """
        return Convolution(np.ascontiguousarray(w[::-1, ::-1])[:, :, None, None])

    def _map(self, w: Array) -> Array:
        """e (H, W), 0 along the rim, where no kernel lies; worked out once while only the place moves."""
        if self.answered[0] != w.tobytes():
            self.answered = w.tobytes(), np.pad(self.convolution(w).e(self.image)[:, :, 0], 1)
        return self.answered[1]

    def scene(self, kernel: str, where: tuple[int, int], w: Array) -> Scene:
        e, (m, n) = self._map(w), where
        one = self.convolution(w).one_sum(self.image, m - 1, n - 1, 0)
        box = [Rectangle(m - 1, n - 1, SIDE, SIDE, "under the kernel", 1)]
        plain = w.min() >= 0 and w.any()  # brightness, added up
        look: dict[str, Any] = (
            {"colours": "grey", "scale": (0.0, float(w.sum()))}
            if plain
            else {"colours": "diverging", "scale": float(np.quantile(np.abs(e), SHARE)) or 1.0}
        )
        whole: dict[str, Any] = {"whole": e.shape, "click": "where", "height": HEIGHT, "width": 1.45}
        small: dict[str, Any] = {"height": SMALL, "cell": 42.0, "indices": False}
        return Scene(
            [
                [
                    Image(
                        name="h",
                        title="the photograph: drag",
                        symbol="pixel",
                        pixels=screen_sized(self.image[:, :, 0], HEIGHT),
                        scale=(0.0, 1.0),
                        rectangles=box,
                        **whole,
                    ),
                    Image(
                        name="e",
                        title="all sums: drag here, too",
                        symbol="e",
                        pixels=screen_sized(e, HEIGHT),
                        rectangles=[Rectangle(m - 1, n - 1, SIDE, SIDE, "this sum", 1)],
                        **look,
                        **whole,
                    ),
                    Grid(
                        name="window",
                        title="nine pixels",
                        symbol="pixel",
                        values=one.window[:, :, 0],
                        colours="grey",
                        scale=(0.0, 1.0),
                        digits=2,
                        **small,
                    ),
                    Grid(
                        name="w",
                        title="× nine weights (drag)",
                        symbol="w",
                        values=w,
                        edit="w",
                        scale=TOP,
                        digits=0,
                        below=True,
                        **small,
                    ),
                    Grid(
                        name="products",
                        title=f"= products, sum {format_number(one.sums[0])}",
                        symbol="product",
                        values=one.products[:, :, 0],
                        scale=max(1.0, float(np.abs(w).max())),
                        digits=2,
                        below=True,
                        **small,
                    ),
                ]
            ],
            self._words(kernel, where, w, one),
        )

    @staticmethod
    def _words(kernel: str, where: tuple[int, int], w: Array, one: OneSum) -> str:
        name = "Your own kernel" if kernel == OWN else f"The kernel “{kernel}”"
        pairs = [
            f"{format_number(weight, 0)} · {format_number(pixel)}"
            for weight, pixel in zip(w.ravel(), one.window[:, :, 0].ravel(), strict=True)
            if weight
        ]
        terms = " + ".join(f"({pair})" if pair.startswith("−") else pair for pair in pairs)
        return (
            f"{name} at row {where[0]}, column {where[1]}: {terms or 'all weights are 0, so the sum'} = "
            f"{format_number(one.sums[0])}."
        )
