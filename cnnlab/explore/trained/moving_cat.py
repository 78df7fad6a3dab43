"""The cat moves, and other weights of a fully-connected unit see it (lecture topic 7)."""

from typing import Any, Self

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.shifts import CentredUnit, place
from cnnlab.explore.toolkit.controls import Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Line, Points, Rectangle
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Image, Scene
from cnnlab.types import ArrayLike, Sides


class MovingCat(Explorer):
    """A picture moves over an empty field; a fully-connected unit sees it with other weights, and answers.

    The unit is a real one, made here: it has learned to tell the picture from its own pieces in disorder, always in the
    middle of the field.

    Parameters
    ----------
    photo : (H, W, 3) or (H, W, 1)
        Values 0..1, or uint8 0..255.
    field : (int, int) or int
        Rows and columns of the whole image, or one number for both.
    size : int
        Side that the photo is reduced to, smaller than the field.

    Attributes
    ----------
    unit : CentredUnit
        With its network and what it answers at every place.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 7.
    """

    title = "The cat moves, and other weights see it"

    def __init__(self, photo: ArrayLike, field: Sides = (48, 72), size: int = 24) -> None:
        photo = np.asarray(photo)
        photo = photo / np.float32(255) if photo.dtype == np.uint8 else photo
        if photo.ndim != 3 or photo.shape[2] not in (1, 3):
            raise ValueError(
                f"photo must be (H, W, 3) or (H, W, 1) with values 0..1; got an array of shape {photo.shape}"
            )
        photo = arguments.array("photo", photo, finite=True).astype(np.float32)
        if photo.min() < 0 or photo.max() > 1:
            raise ValueError(f"photo must hold values 0..1; got values from {photo.min():g} to {photo.max():g}")
        self.field, size = arguments.pair("field", field), arguments.whole("size", size)
        if min(self.field) <= size:
            raise ValueError(
                f"field must be larger than the picture, {size} x {size}, both ways, so that it can move; got {field!r}"
            )
        side = min(photo.shape[:2])
        top, left = (photo.shape[0] - side) // 2, (photo.shape[1] - side) // 2
        index = (np.arange(size) + 0.5) * side / size
        self.cat = photo[np.ix_((top + index).astype(int), (left + index).astype(int))]
        self.ground = self.cat.mean(axis=(0, 1))  # to the unit this is 0: an empty field says nothing
        self.unit = CentredUnit(self.cat - self.ground, self.field)
        middle = self.unit.middle
        super().__init__(
            [
                Slider("right", "move to the right", -middle[1], self.field[1] - size - middle[1], 1, value=0),
                Slider("down", "move down", -middle[0], self.field[0] - size - middle[0], 1, value=0),
            ]
        )

    @classmethod
    def example(cls) -> Self:
        from cnnlab.datasets import photo

        return cls(photo("chelsea"))

    def scene(self, right: int, down: int) -> Scene:
        size, unit, (top, left) = len(self.cat), self.unit, self.unit.middle
        row, column = top + down, left + right
        image = place(self.cat, self.field, row, column, self.ground)
        shared, all_ = max(size - abs(right), 0) * max(size - abs(down), 0), size * size
        e, centred = unit.answers[row, column], unit.answers[unit.middle]
        sliding = unit.sliding(image - self.ground)
        out = size / 24  # around the other frame, so that both are seen where they meet
        frames = [
            Rectangle(top - out, left - out, size + 2 * out, size + 2 * out, "where the cat was in training", colour=0),
            Rectangle(row, column, size, size, "where the cat is now", colour=1),
        ]
        look: dict[str, Any] = {"height": 300, "rectangles": frames}
        low, high = float(min(unit.answers.min(), 0)), float(max(unit.answers.max(), 0)) or 1.0
        places = self.controls["right"].positions()
        answer = Curves(
            name="answer",
            title="what the unit says along this row: is it the cat?",
            height=200,
            x=(places[0], places[-1]),
            y=(low - 0.1 * (high - low), high + 0.25 * (high - low)),
            y_ticks=[(0.0, "0"), *([(centred, format_number(centred, 1))] if centred > 0.2 * (high - low) else [])],
            x_label="moved to the right (pixels)",
            y_label="e (yes above 0)",
            items=[
                Line(np.array(places, float), unit.answers[row], label="fully connected", colour=1),
                Points(right, e, colour=1, size=6),
                Points(right, sliding, label="the same weights as a sliding kernel", colour=2, size=6, shape="ring"),
            ],
        )
        return Scene(
            [
                [
                    Image(name="image", title="the image", pixels=image, **look),
                    Image(
                        name="weights",
                        title="learned weights of one fully-connected unit",
                        pixels=unit.w,
                        colours="diverging",
                        symbol="w",
                        **look,
                    ),
                ],
                [answer],
            ],
            f"The cat moved {format_number(right, 0)} pixels to the right and {format_number(down, 0)} down. Of the "
            f"{all_} pixels whose weights learned the cat, {shared} ({100 * shared // all_} %) still see it: the unit "
            f"says e = {format_number(e)}, {'yes' if e > 0 else 'no'} (in the middle {format_number(centred)}). The "
            f"same weights as a kernel that slides over the image find e = {format_number(sliding)} at the best place.",
        )
