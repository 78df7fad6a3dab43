"""A trained network reads: an image, what its maps make of it, and what it says (lecture topics 10, 11 and 27)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.error_metrics import misclassified, ranked
from cnnlab.analysis.shifts import place
from cnnlab.explore.toolkit.controls import Button, Slider, image_slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Mark
from cnnlab.explore.toolkit.numbers import following, format_number, moved_words
from cnnlab.explore.toolkit.scene import Image, Scene
from cnnlab.explore.trained.answers import called, outputs_panel, run, second_words, sheets, span_of, top_of
from cnnlab.lettering import shortened
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike


class Reading(Explorer):
    """Choose an image, move it, and see how a network reads it: every feature map, every output.

    Parameters
    ----------
    network : Network
        From images (H, W, 1) or (H, W, 3) to two or more outputs; nothing in it is changed.
    x : (N, H, W, C), dtype of network
        Images.
    y : (N,) int
        What they are.
    names : sequence of str, optional
        Of the classes, by default their numbers.
    maps : sequence of int or str, or {int or str: str}, optional
        Layers whose maps are shown, and what they are called, by default by their names; by default what the first two
        convolutions give in the end.
    loss : Loss, optional
        With it yhat is shown (probabilities, for a cross-entropy), without it the outputs themselves.
    reach : int
        Largest shift in pixels.
    ground : float
        What comes in at the border.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topics 10, 11 and 27.
    """

    title = "The network reads"

    def __init__(
        self,
        network: Network,
        x: ArrayLike,
        y: ArrayLike,
        names: Sequence[Any] | None = None,
        maps: Sequence[int | str] | Mapping[int | str, str] | None = None,
        loss: Any = None,
        reach: int = 4,
        ground: float = -1.0,
    ) -> None:
        x, y = network.checked(x), np.asarray(y)
        if x.ndim != 4 or x.shape[3] not in (1, 3):
            raise ValueError(f"x must be images (N, H, W, 1) or (N, H, W, 3); got an array of shape {x.shape}")
        if y.shape != (len(x),) or y.dtype.kind not in "iu":
            raise ValueError(f"y must be {len(x)} labels, one for each image; got {y.dtype} of shape {y.shape}")
        if len(network.output_shape) != 1 or network.output_shape[0] < 2:
            raise ValueError(f"network must have two outputs or more; got {network.output_shape}")
        arguments.labels("y", y, network.output_shape[0])
        arguments.finite_weights("network", network.parameters | network.state)
        if names is not None and len(names) != network.output_shape[0]:
            raise ValueError(f"names must be {network.output_shape[0]} words, one for each output; got {len(names)}")
        self.network, self.x, self.y, self.ground = network, x, y, ground
        self.yhat: Callable[[Array], Array] = (lambda e: e) if loss is None else loss.yhat
        self.words = "outputs" if loss is None else "yhat"
        self.names = shortened(range(network.output_shape[0]) if names is None else names)
        self.maps = called(network, maps)
        first = self._run(x[:64])
        self.tops = {name: top_of(first[name]) for name in self.maps}
        outputs = self.yhat(network.predict(x))
        self.wrong = misclassified(outputs, y)
        self.span = span_of(outputs, 0.2)
        super().__init__(
            [
                image_slider(len(x)),
                Button("misread", "next misread image", self._next),
                Slider("right", "move right (pixels)", -reach, reach, 1, value=0),
                Slider("down", "move down (pixels)", -reach, reach, 1, value=0),
            ]
        )

    @classmethod
    def example(cls) -> Self:
        from cnnlab.datasets import digits
        from cnnlab.models import zip_code_1989

        data = digits(16)
        return cls(zip_code_1989(rng=0), data.x_test[:40], data.y_test[:40])

    def _next(self, image: int, **_: Any) -> dict[str, Any] | None:
        """The next image that the network misreads where it stands; after the last one, the first."""
        found = following(self.wrong, image)
        return None if found is None else {"image": found, "right": 0, "down": 0}

    def _run(self, x: Array) -> dict[str, Array]:
        """The activations of the layers that are shown, and what the network says as "output"."""
        found = run(self.network, x, self.maps)
        return found | {"output": self.yhat(found["output"])}

    def moved(self, image: int, right: int, down: int) -> Array:
        """One image, moved.

        Parameters
        ----------
        image : int
            Which one.
        right, down : int
            By so many pixels.

        Returns
        -------
        (1, H, W, C)
        """
        return place(self.x[image], self.x.shape[1:3], down, right, self.ground)[None]

    def scene(self, image: int, right: int, down: int) -> Scene:
        x = self.moved(image, right, down)
        found = self._run(x)
        said = found["output"][0]
        best = ranked(said)[0]
        truth = int(self.y[image])
        picture = Image(
            name="image",
            title=f"image {image}, {_article(self.names[truth])}",
            pixels=x[0],
            height=230,
            colours="ink",
            symbol="x",
            scale=(float(self.x.min()), float(self.x.max())),
        )
        words = "right" if best == truth else "wrong"
        title = f"{self.words}: {self.names[best]}, {words}"
        marks = [Mark(float(truth), "what it is")]
        outputs = outputs_panel(said, title, self.words, self.names, self.span, marks)
        maps = sheets(found, self.tops, self.maps)
        place_words = moved_words(down, right, "where it stands")
        return Scene(
            [[picture, outputs], *([maps] if maps else [])],
            f"Image {image}, {_article(self.names[truth])}, {place_words}. The network says {self.names[best]} "
            f"({format_number(said[best])}), which is {words}; {second_words(said, self.names)}.",
        )


def _article(name: str) -> str:
    return f"an {name}" if name[:1].lower() in "aeiou8" else f"a {name}"
