"""An image walked along the gradient, pixel values by tiny steps, until the network says something else (topic 28)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Self

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.asking import Pushed, pushed
from cnnlab.analysis.error_metrics import ranked
from cnnlab.explore.asked.given import classes_of, images_of, names_of
from cnnlab.explore.toolkit.controls import Choice, Slider, image_slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Line, Mark, Points
from cnnlab.explore.toolkit.scene import Curves, Image, Scene
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

WAYS = {"as the gradient says": True, "by chance": False}
LEVELS = 255  # of a pixel


class PushedImage(Explorer):
    """Every pixel moves by one of 255 levels a step, the way the gradient says, towards a class that one chooses.

    The comparison by chance moves every pixel just as far.

    Parameters
    ----------
    network : Network
        A trained one, from images in 0..1 to one output for each class.
    images : (N, *network.input_shape), in 0..1
        What is walked.
    names : sequence of str, optional
        A word for each image, by default its number.
    classes : sequence of str, optional
        Names of the outputs.
    target : str, optional
        The class to begin with, by default the second answer to the first image.
    steps : int
        The longest walk.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Goodfellow, Shlens and Szegedy 2015; lecture topic 28.
    """

    title = "An image walked along the gradient"

    def __init__(
        self,
        network: Network,
        images: ArrayLike,
        names: Sequence[Any] | None = None,
        classes: Sequence[Any] | None = None,
        target: str | None = None,
        steps: int = 8,
    ) -> None:
        self.x = images_of(network, images, pixels=True)
        self.names, self.classes = names_of(len(self.x), names), classes_of(network, classes)
        self.network, self.steps = network, arguments.whole("steps", steps)
        first = ranked(network.predict(self.x[:1])[0])
        chosen = self.classes[first[1]] if target is None else arguments.one_of("target", target, self.classes)
        self.walk = lru_cache(maxsize=64)(self._walk)
        super().__init__(
            [
                image_slider(len(self.x)),
                Choice("target", "towards", self.classes, chosen),
                Slider("step", "steps of 1/255", 0, self.steps, 1, value=0),
                Choice("way", "each pixel moves", list(WAYS), next(iter(WAYS))),
            ]
        )

    @classmethod
    def example(cls) -> Self:
        from cnnlab.datasets import pictures
        from cnnlab.models import alexnet_tiny

        data = pictures(train=10, test=6)
        return cls(alexnet_tiny(rng=0), data.x_test, classes=data.names)

    def _walk(self, image: int, target: str, along: bool) -> Pushed:
        rng = None if along else np.random.default_rng(image)
        return pushed(self.network, self.x[image], self.classes.index(target), self.steps, 1 / LEVELS, rng)

    def scene(self, image: int, target: str, step: int, way: str) -> Scene:
        walk = self.walk(image, target, WAYS[way])
        before, now = walk.x[0], walk.x[step]
        moved = np.rint(LEVELS * (now - before))
        pictures = [
            self._picture("before", f"{self.names[image]}, as it was", before),
            self._picture("now", f"after {step} of 255 levels", now),
            Image(
                name="change",
                title="the change, in levels",
                pixels=moved.mean(axis=2),
                symbol="change",
                colours="diverging",
                scale=float(self.steps),
                height=230,
            ),
        ]
        return Scene([[*pictures, self._answers(walk, step, target)]], self._words(walk, step, image, moved))

    def _picture(self, name: str, title: str, pixels: Array) -> Image:
        return Image(
            name=name,
            title=title,
            height=230,
            symbol="x",
            **({"pixels": pixels} if pixels.shape[2] == 3 else {"pixels": pixels[:, :, 0], "scale": (0.0, 1.0)}),
        )

    def _answers(self, walk: Pushed, step: int, target: str) -> Curves:
        """The probabilities of what it was, and of what it is to become, over the steps."""
        steps, goal = np.arange(self.steps + 1), self.classes.index(target)
        was = int(walk.yhat[0].argmax())
        if was == goal:
            was = int(ranked(walk.yhat[0])[1])
        lines: list[Any] = []
        for k, colour in ((was, 0), (goal, 1)):
            lines += [Line(steps, walk.yhat[:, k], self.classes[k], colour)]
            lines += [Points([step], [walk.yhat[step, k]], "", colour, size=5)]
        return Curves(
            name="answers",
            title="what the network says",
            height=230,
            width=1.4,
            x=(0.0, float(self.steps)),
            y=(0.0, 1.05),
            x_label="steps",
            y_label="yhat",
            items=[Mark(float(step)), *lines],
        )

    def _words(self, walk: Pushed, step: int, image: int, moved: Array) -> str:
        said = walk.yhat[step]
        first, second = ranked(said)[:2]
        far = int(np.abs(moved).max())
        change = "Nothing has changed yet" if not far else f"No pixel has moved by more than {far} of 255 levels"
        return (
            f"{change}: the network says {self.classes[first]} ({100 * said[first]:.0f} %), then "
            f"{self.classes[second]} ({100 * said[second]:.0f} %), to {self.names[image]}."
        )
