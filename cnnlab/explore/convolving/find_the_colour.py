"""A kernel of one pixel and three colours that finds orange: three weights and a bias (lecture topic 8)."""

from typing import Any

import numpy as np

from cnnlab.analysis.convolution import Convolution, Overlap, image_of, is_orange, overlap
from cnnlab.datasets import photo as embedded
from cnnlab.explore.toolkit.control import Control
from cnnlab.explore.toolkit.controls import Choice, Matrix, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.numbers import format_number, strongest
from cnnlab.explore.toolkit.scene import Grid, Image, Scene, Table, screen_colours
from cnnlab.explore.toolkit.settings import TOP
from cnnlab.types import Array, ArrayLike

PHOTOS = {"the astronaut": "astronaut", "the cat": "chelsea", "the cup": "coffee", "the rocket": "rocket"}
SIDE = 80
FOUND = 75  # per cent, from which orange is found
PALE = 0.85  # how far what is not chosen is faded
HEIGHT, SMALL = 232, 150


class FindTheColour(Explorer):
    """e = w_red h_red + w_green h_green + w_blue h_blue + b: drag the weights until e > 0 at the orange pixels only.

    Parameters
    ----------
    image : (H, W, 3), optional
        Values 0..1; by default photographs to choose from.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 8.
    """

    title = "A kernel that finds orange"

    def __init__(self, image: ArrayLike | None = None) -> None:
        self.given = None if image is None else image_of(image)
        if self.given is not None and self.given.shape[2] != 3:
            raise ValueError(f"image must be (H, W, 3), in colours; got an array of shape {self.given.shape}")
        if self.given is not None and not 0 <= self.given.min() <= self.given.max() <= 1:
            span = f"{self.given.min():g} to {self.given.max():g}"
            raise ValueError(f"image must hold values 0..1; got values from {span}")
        self._known: dict[str, tuple[Array, Array, Array, Array]] = {}
        choice: list[Control] = [Choice("photo", "photograph", list(PHOTOS))] if self.given is None else []
        super().__init__(
            [
                *choice,
                Slider("b", "bias b", -TOP, TOP, 0.5, value=-1.5),
                Matrix("w", "w", np.ones((1, 3)), -TOP, TOP, 1.0),
            ]
        )

    def _photo(self, name: str | None) -> tuple[Array, Array, Array, Array]:
        """(h, which pixels are orange, h and the picture of these as the screen has them) of a photograph."""
        name = name or ""
        if name not in self._known:
            h = embedded(PHOTOS[name], SIDE).astype(float) if self.given is None else self.given
            orange = is_orange(h)
            self._known[name] = h, orange, screen_colours(h), chosen(h, orange)
        return self._known[name]

    def scene(self, b: float, w: Array, photo: str | None = None) -> Scene:
        h, orange, whole, target = self._photo(photo)
        e = Convolution(np.array(w, float).reshape(1, 1, 3, 1), np.array([float(b)])).e(h)[:, :, 0]
        agreed = overlap(e > 0, orange)
        look: dict[str, Any] = {"height": HEIGHT, "symbol": "h"}
        small: dict[str, Any] = {"height": SMALL}
        return Scene(
            [
                [
                    Image(name="h", title="h", pixels=whole, **look),
                    Image(name="target", title="its orange pixels", pixels=target, **look),
                    Image(name="said", title="where your e > 0", pixels=chosen(h, e > 0), **look),
                    Image(
                        name="e",
                        title="e",
                        pixels=e,
                        symbol="e",
                        colours="diverging",
                        scale=strongest(e),
                        height=HEIGHT,
                    ),
                ],
                [
                    Grid(
                        name="w",
                        title="w: red, green, blue (drag)",
                        symbol="w",
                        values=w,
                        edit="w",
                        scale=TOP,
                        digits=0,
                        indices=False,
                        cell=52.0,
                        **small,
                    ),
                    Table(
                        name="score",
                        title="pixels",
                        rows=[
                            ["orange, and found", f"{agreed.found:,}"],
                            ["orange, but missed", f"{agreed.missed:,}"],
                            ["not orange, but taken", f"{agreed.wrong:,}"],
                            ["score", f"{agreed.score} %"],
                        ],
                        align="lr",
                        colours={(3, 1): 2 if agreed.score >= FOUND else 1},
                        **small,
                    ),
                ],
            ],
            self._words(w, b, agreed),
        )

    @staticmethod
    def _words(w: Array, b: float, agreed: Overlap) -> str:
        red, green, blue = (format_number(value, 0) for value in w[0])
        begin = f"e = {red} · red + {green} · green + {blue} · blue + {format_number(b, 1)}".replace("+ −", "− ")
        count = agreed.found + agreed.missed
        if not count:
            return f"{begin}. No pixel of this picture is orange."
        said = (
            f"e > 0 at {agreed.found + agreed.wrong:,} pixels. Of the {count:,} orange ones it finds {agreed.found:,}"
        )
        end = " Found!" if agreed.score >= FOUND else f" From {FOUND} % on it is found."
        return f"{begin}. {said}; {agreed.wrong:,} others are taken, too: {agreed.score} % overlap.{end}"


def chosen(h: Array, where: Array) -> Array:
    """An image (H, W, 3) in which all but the chosen pixels (H, W) are pale, as the screen has it."""
    grey = h.mean(axis=2, keepdims=True)
    pale = 1 - (1 - PALE) * (1 - grey)
    return screen_colours(np.where(where[:, :, None], h, pale))
