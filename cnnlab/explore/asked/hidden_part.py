"""Two answers to "which pixels matter?" side by side: the gradient, and a grey square over each place (topic 28)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Self

import numpy as np

from cnnlab.analysis.asking import Unit, saliency
from cnnlab.analysis.attribution import covered_everywhere
from cnnlab.explore.asked.given import classes_of, images_of, names_of
from cnnlab.explore.toolkit.controls import Button, Cell, Choice, Slider, image_slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Rectangle
from cnnlab.explore.toolkit.scene import Image, Scene
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

STRIDE = 2  # pixels from one place of the map to the next
GREY = 0.5


class HiddenPart(Explorer):
    """Move a grey square over an image: what the network says then, at every place, beside the gradient of the class.

    Parameters
    ----------
    network : Network
        A trained one, from images in 0..1 to one output for each class.
    images : (N, *network.input_shape), in 0..1
        What it is shown.
    names : sequence of str, optional
        A word for each image, by default its number.
    classes : sequence of str, optional
        Names of the outputs.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Simonyan, Vedaldi and Zisserman 2014 (the gradient); Zeiler and Fergus 2014 (the square); lecture topic 28.
    """

    title = "Saliency and occlusion"

    def __init__(
        self,
        network: Network,
        images: ArrayLike,
        names: Sequence[Any] | None = None,
        classes: Sequence[Any] | None = None,
    ) -> None:
        self.x = images_of(network, images, pixels=True)
        self.names, self.classes = names_of(len(self.x), names), classes_of(network, classes)
        self.network = network
        self.unit = Unit(network, -1, 0)
        self.whole = CrossEntropy().yhat(network.predict(self.x))
        height, width = self.x.shape[1:3]
        self.places = -(-height // STRIDE), -(-width // STRIDE)
        self.covered = lru_cache(maxsize=48)(self._covered)
        self.felt = lru_cache(maxsize=256)(self._felt)
        start = self.classes[int(self.whole[0].argmax())]
        middle, largest = (height // 2, width // 2), max(4, min(height, width) // 2)
        super().__init__(
            [
                image_slider(len(self.x)),
                Choice("label", "class", self.classes, start),
                Slider("size", "side of the square", 2, largest, 2, value=min(10, largest // 2 * 2)),
                Button("worst", "where it costs most", self._worst),
                Cell("where", "its middle", height, width, middle),
            ]
        )

    @classmethod
    def example(cls) -> Self:
        from cnnlab.datasets import pictures
        from cnnlab.models import alexnet_tiny

        data = pictures(train=10, test=6)
        return cls(alexnet_tiny(rng=0), data.x_test, classes=data.names)

    def _covered(self, image: int, size: int) -> Array:
        """yhat of every class with the square at every place."""
        return covered_everywhere(self.network, self.x[image], size, STRIDE, GREY)

    def _hidden(self, image: int, size: int, where: tuple[int, int]) -> Array:
        """The image with the square on it."""
        shown = self.x[image].copy()
        top, left = where[0] - size // 2, where[1] - size // 2
        shown[max(top, 0) : top + size, max(left, 0) : left + size] = GREY
        return shown

    def _said(self, image: int, size: int, where: tuple[int, int], shown: Array) -> Array:
        """yhat of every class for that image: from the map, where it has this place."""
        if where[0] % STRIDE or where[1] % STRIDE:
            return CrossEntropy().yhat(self.network.predict(shown[None]))[0]
        answers: Array = self.covered(image, size)[where[0] // STRIDE, where[1] // STRIDE]
        return answers

    def _felt(self, image: int, label: int) -> Array:
        return saliency(self.unit.beside(label).gradient(self.x[image]))

    def _worst(self, image: int, label: str, size: int, **_: Any) -> dict[str, Any]:
        p = self.covered(image, size)[:, :, self.classes.index(label)]
        row, column = np.unravel_index(p.argmin(), p.shape)
        return {"where": (int(row) * STRIDE, int(column) * STRIDE)}

    def scene(self, image: int, label: str, size: int, where: tuple[int, int]) -> Scene:
        k = self.classes.index(label)
        yhat = self.covered(image, size)
        shown = self._hidden(image, size, where)
        here = self._said(image, size, where, shown)
        p, whole = yhat[:, :, k], float(self.whole[image, k])
        height, width = self.x.shape[1:3]
        change = (p - whole).repeat(STRIDE, axis=0).repeat(STRIDE, axis=1)[:height, :width]
        change[where] = here[k] - whole  # the square lies at every pixel, the map has been made at every second one
        felt = self.felt(image, k)
        box = [Rectangle(where[0] - size // 2, where[1] - size // 2, size, size, "hidden", "ink")]
        first = int(here.argmax())
        pictures = [
            self._picture(shown, box, f"{self.names[image]}, a part hidden (click)"),
            Image(
                name="occlusion",
                title=f"occlusion: change of yhat of {label}",
                pixels=change,
                symbol="change",
                colours="diverging",
                scale=1.0,
                height=300,
                click="where",
                rectangles=box,
            ),
            Image(
                name="saliency",
                title=f"saliency: |d e of {label} / dx|",
                pixels=felt,
                symbol="size",
                colours="ink",
                scale=(0.0, float(felt.max()) or 1.0),
                height=300,
                click="where",
                rectangles=box,
            ),
        ]
        least, most = 100 * min(float(p.min()), float(here[k])), 100 * max(float(p.max()), float(here[k]))
        return Scene(
            [pictures],
            f"With {size} × {size} pixels around [{where[0]}, {where[1]}] hidden, {label} gets {100 * here[k]:.0f} %; "
            f"with nothing hidden {100 * whole:.0f} %. Wherever the square is, it gets {least:.0f} to {most:.0f} %. "
            f"The first answer is now {self.classes[first]} ({100 * here[first]:.0f} %).",
        )

    def _picture(self, pixels: Array, box: list[Rectangle], title: str) -> Image:
        look: dict[str, Any] = {"pixels": pixels}
        if pixels.shape[2] == 1:
            look = {"pixels": pixels[:, :, 0], "scale": (float(min(self.x.min(), 0)), float(max(self.x.max(), 1)))}
        return Image(name="x", title=title, symbol="x", height=300, click="where", rectangles=box, **look)
