"""The cat moves, and other weights of a fully-connected unit see it (lecture topic 7)."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.shifts import STEPS, CentredUnit, pieces, place, square
from cnnlab.datasets import photo as embedded
from cnnlab.explore.toolkit.control import Control
from cnnlab.explore.toolkit.controls import Cell, Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Line, Mark, Points, Rectangle
from cnnlab.explore.toolkit.numbers import format_number, moved_words, strongest
from cnnlab.explore.toolkit.scene import Curves, Image, Panel, Scene
from cnnlab.types import Array, ArrayLike, Sides

PHOTOS = {"the cat": "chelsea", "the cup": "coffee", "the astronaut": "astronaut", "the rocket": "rocket"}
STRONG = 0.99  # share of the weights that are below the strongest colour
HEIGHT = 276  # pixels of an image


class MovingCat(Explorer):
    """A picture moves over an empty field; a fully-connected unit sees it with other weights, and answers.

    The unit is a real one, made here: by gradient descent it has learned to tell the picture from pieces of other
    photographs, always in the middle of the field. So its weights show the picture.

    Parameters
    ----------
    photo : (H, W, 3) or (H, W, 1), optional
        Values 0..1, or uint8 0..255; by default four embedded photographs to choose from.
    field : (int, int) or int
        Rows and columns of the whole image, or one number for both.
    size : int
        Side that the photo is reduced to, smaller than the field.
    name : str
        What a photo that is given is called in titles and words.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 7.
    """

    title = "A picture moves, and other weights see it"

    def __init__(
        self, photo: ArrayLike | None = None, field: Sides = (48, 72), size: int = 24, name: str = "the picture"
    ) -> None:
        self.given = None if photo is None else _checked(photo)
        self.field, self.size = arguments.pair("field", field), arguments.whole("size", size)
        if not isinstance(name, str) or not name.strip():
            raise TypeError(f"name must be words, what the photo shows; got {name!r}")
        self.name = name.strip()
        if min(self.field) <= self.size:
            raise ValueError(
                f"field must be larger than the picture, {self.size} x {self.size}, both ways, so that it can move; "
                f"got {field!r}"
            )
        self._units: dict[str, CentredUnit] = {}
        self._grounds: dict[str, Array] = {}
        rows, columns = self.field
        self.start = tuple((side - self.size) // 2 + self.size // 2 for side in self.field)
        choices: list[Control] = [Choice("photo", "photograph", list(PHOTOS))] if self.given is None else []
        super().__init__(
            [
                *choices,
                Slider("steps", "steps of learning", choices=STEPS, value=STEPS[-1]),
                Cell(
                    "where",
                    "moved by (down, right)",
                    rows,
                    columns,
                    (self.start[0], self.start[1]),
                    row_offset=-self.start[0],
                    column_offset=-self.start[1],
                ),
            ],
            None if self.given is None else f"{_begun(self.name)} moves, and other weights see it",
        )

    @classmethod
    def example(cls) -> Self:
        return cls(embedded("chelsea"), name="the cat")

    def unit(self, photo: str | None = None) -> CentredUnit:
        """The unit that has learned a photograph; it learns when it is first asked for.

        Parameters
        ----------
        photo : str, optional
            One of the choices; by default the present one, or the photo that was given.

        Returns
        -------
        unit : CentredUnit
        """
        name = self.name if self.given is not None else photo or self.values["photo"]
        if name not in self._units:
            whole = embedded(PHOTOS[name]) if self.given is None else self.given
            seen = square(whole, self.size)
            self._grounds[name] = seen.mean(axis=(0, 1))  # to the unit this is 0: an empty field says nothing
            others = pieces(self.size, seen.shape[2], without=whole)
            self._units[name] = CentredUnit(seen - self._grounds[name], self.field, others)
        return self._units[name]

    def consequences(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The picture stays whole: its middle keeps away from the rim."""
        half, rest = self.size // 2, self.size - self.size // 2
        ends = zip(values["where"], self.field, strict=True)
        return {"where": tuple(min(max(middle, half), side - rest) for middle, side in ends)}

    def scene(self, steps: int, where: tuple[int, int], photo: str | None = None) -> Scene:
        unit, name = self.unit(photo), photo or self.name
        ground, (top, left) = self._grounds[name], unit.middle
        row, column = (place - self.size // 2 for place in where)
        image = place(unit.picture, self.field, row, column) + ground
        size, out = self.size, self.size / 24  # around the other frame, so that both are seen where they meet
        learned_at = Rectangle(
            top - out, left - out, size + 2 * out, size + 2 * out, "where it was in training", colour=0
        )
        now = Rectangle(row, column, size, size, "where it is now", colour=1)
        look: dict[str, Any] = {"height": HEIGHT, "rectangles": [learned_at, now]}
        sliding = unit.sliding(row, column, steps)
        panels: list[Panel] = [
            Image(name="image", title=f"{name}: drag it", symbol="pixel", pixels=image, click="where", **look),
            self._weights(unit, steps, look),
            self._map(unit, steps, where),
        ]
        return Scene([panels, [self._row(unit, steps, row, column, sliding)]], self._words(name, unit, steps, where))

    def _weights(self, unit: CentredUnit, steps: int, look: dict[str, Any]) -> Image:
        """As colours where there are three: 0 is grey, so that a picture among the weights is seen as one."""
        w, top = unit.weights(steps), float(np.quantile(np.abs(unit.kernel()[0]), STRONG)) or 1.0
        title = "its weights: what has it learned?"
        if w.shape[2] == 3:
            return Image(name="weights", title=title, symbol="w (grey is 0)", pixels=0.5 + w / (2 * top), **look)
        return Image(name="weights", title=title, symbol="w", pixels=w[:, :, 0], colours="diverging", scale=top, **look)

    def _map(self, unit: CentredUnit, steps: int, where: tuple[int, int]) -> Image:
        """What the unit says, where the middle of the picture is."""
        half = self.size // 2
        e = np.full(self.field, np.nan)
        answers = unit.answers(steps)
        e[half : half + answers.shape[0], half : half + answers.shape[1]] = answers
        marks = [Highlight([where], "the picture is here", 1, "ring")]
        if (answers > 0).any():
            marks.insert(0, Highlight(np.argwhere(answers > 0) + half, "the unit says yes", "ink", "box"))
        return Image(
            name="map",
            title="e at every place of its middle",
            symbol="e",
            pixels=e,
            colours="diverging",
            scale=strongest(unit.answers()),
            highlights=marks,
            click="where",
            height=HEIGHT,
        )

    def _row(self, unit: CentredUnit, steps: int, row: int, column: int, sliding: float) -> Curves:
        last, answers = unit.answers(), unit.answers(steps)
        low, high = float(min(last.min(), 0)), float(max(last.max(), 0)) or 1.0
        places, centred = np.arange(answers.shape[1]) - unit.middle[1], float(last[unit.middle])
        above = [(centred, format_number(centred, 1))] if centred > 0.2 * (high - low) else []
        return Curves(
            name="answer",
            title="what the unit says along this row",
            height=150,
            x=(float(places[0]), float(places[-1])),
            y=(low - 0.1 * (high - low), high + 0.25 * (high - low)),
            y_ticks=[(0.0, "0"), *above],
            x_label="moved to the right (pixels)",
            y_label="e (yes above 0)",
            items=[
                Mark(y=0.0),
                Line(places.astype(float), answers[row], label="fully connected", colour=0),
                Points(places[column], answers[row, column], colour=1, size=6),
                Points(places[column], sliding, "the same weights as a sliding kernel", colour=2, size=6, shape="ring"),
            ],
        )

    def _words(self, name: str, unit: CentredUnit, steps: int, where: tuple[int, int]) -> str:
        answers, yes, all_ = unit.answers(steps), unit.places(steps), self.size**2
        down, right = (int(now - start) for now, start in zip(where, self.start, strict=True))
        seen = max(self.size - abs(right), 0) * max(self.size - abs(down), 0)
        e = answers[unit.middle[0] + down, unit.middle[1] + right]
        of_all = f"Of all {answers.size:,} places it says yes at {len(yes):,}"
        far = f", at most {np.abs(yes[:, 0]).max()} down or up, {np.abs(yes[:, 1]).max()} to a side" if len(yes) else ""
        return (
            f"{_begun(name)}, {moved_words(down, right, 'in the middle')}: "
            f"{seen} of its {all_} pixels ({100 * seen // all_} %) lie on weights that have learned. After {steps} "
            f"steps the unit says e = {format_number(e)}, {'yes' if e > 0 else 'no'} "
            f"(in the middle {format_number(answers[unit.middle])}). {of_all}{far}."
        )


def _begun(words: str) -> str:
    """As a sentence begins."""
    return words[:1].upper() + words[1:]


def _checked(photo: ArrayLike) -> Array:
    photo = arguments.even("photo", photo)
    photo = photo / np.float32(255) if photo.dtype == np.uint8 else photo
    if photo.ndim != 3 or photo.shape[2] not in (1, 3):
        raise ValueError(f"photo must be (H, W, 3) or (H, W, 1) with values 0..1; got an array of shape {photo.shape}")
    photo = arguments.array("photo", photo, finite=True).astype(np.float32)
    if photo.min() < 0 or photo.max() > 1:
        raise ValueError(f"photo must hold values 0..1; got values from {photo.min():g} to {photo.max():g}")
    return photo
