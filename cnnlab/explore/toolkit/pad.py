"""A drawing pad: an image of any size that the learner draws, or takes from a file (lecture topics 10, 11 and 27)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeGuard

import numpy as np

from cnnlab.explore.toolkit.control import Control, is_array
from cnnlab.types import Array

__all__ = ["Pad"]

Fit = Callable[[Array], Array]
SIDE = 64  # pixels of a pad from side to side, at most: a hand draws no finer
SENT = 192  # pixels of a picture from a file, as the view sends it, at most


@dataclass
class Pad(Control):
    """An image to be drawn on (see `Image.draw`), by mouse, pen, finger or keys; or taken from a file of the learner's.

    Parameters
    ----------
    name, label, group, when, carries
        See `Control`.
    shape : (H, W, C)
        C is 1 for grey, 3 for colours.
    value : (H, W, C) numbers, optional
        At first; by default empty paper. Arrays handed out are float32, read-only copies.
    paper, ink : float
        The value of an empty pixel and of one that is drawn on; in colour all lies between them.
    fit : function, optional
        Of a picture (h, w, 3) float32, 0 (black) to 1: makes an image (H, W, C) of it as the network knows them,
        centred and scaled. With one, pictures and photographs can be put in, and the drawing be centred.

    Raises
    ------
    ValueError
        If there is no such pad.
    """

    shape: tuple[int, int, int] = (16, 16, 1)
    value: Any = None
    paper: float = -1.0
    ink: float = 1.0
    fit: Fit | None = None

    kind: ClassVar[str] = "pad"

    def __post_init__(self) -> None:
        self.shape = tuple(int(side) for side in self.shape)  # type: ignore[assignment]  # checked in the next line
        if len(self.shape) != 3 or self.shape[2] not in (1, 3) or not all(0 < side <= SIDE for side in self.shape[:2]):
            raise ValueError(f"{self.name}: shape must be (H, W, 1) or (H, W, 3), up to {SIDE}; got {self.shape}")
        if not (np.isfinite([self.paper, self.ink]).all() and self.paper != self.ink):
            raise ValueError(f"{self.name}: paper and ink must be two numbers; got {self.paper} and {self.ink}")
        self.value = self.check(np.full(self.shape, self.paper) if self.value is None else self.value)

    @property
    def span(self) -> tuple[float, float]:
        """The lowest and the highest value of a pixel."""
        return min(self.paper, self.ink), max(self.paper, self.ink)

    def check(self, value: Any) -> Array:
        lo, hi = self.span
        wanted = f"an array of shape {self.shape} with values from {lo:g} to {hi:g}"
        height, width, channels = self.shape
        try:
            rows = len(value)
        except TypeError:  # a number, or an array of none
            rows = 0
        if rows != height:  # before anything is made of what came
            self.refuse(value, wanted)
        flat = channels == 1 and is_array(value, (height, width), "iuf")
        if not flat and not is_array(value, self.shape, "iuf"):
            self.refuse(value, wanted)
        array = np.array(value, dtype=np.float32).reshape(self.shape)
        if not ((array >= lo - 1e-6) & (array <= hi + 1e-6)).all():  # false for NaN too
            self.refuse(value, wanted)
        array = np.clip(array, np.float32(lo), np.float32(hi))
        array.flags.writeable = False
        return array

    def heard(self, value: Any) -> Any:
        """An image as the view has drawn it; or a picture {"height", "width", "levels"}, which is fitted."""
        return self.fitted(self._picture(value)) if isinstance(value, Mapping) else value

    def fitted(self, picture: Array) -> Array:
        """A picture (h, w, 3), 0..1, as an image of this pad.

        Parameters
        ----------
        picture : (h, w, 3)
            Red, green and blue.

        Returns
        -------
        image : (H, W, C) float32

        Raises
        ------
        ValueError
            If this pad takes no pictures, or nothing is on this one.
        """
        if self.fit is None:
            raise ValueError(f"{self.name} is drawn by hand: it takes no pictures")
        return self.check(self.fit(np.asarray(picture, np.float32)))

    def _picture(self, message: Mapping[str, Any]) -> Array:
        """What the view has read of a file, (h, w, 3), 0..1; refused where it is anything else."""
        height, width, levels = (message.get(name) for name in ("height", "width", "levels"))
        if not (_is_side(height) and _is_side(width)) or not isinstance(levels, list):
            raise ValueError(f"{self.name}: a picture is height x width x 3 levels, at most {SENT} pixels to a side")
        if len(levels) != 3 * height * width:
            raise ValueError(f"{self.name}: a picture is height x width x 3 levels, at most {SENT} pixels to a side")
        if not is_array(levels, (len(levels),), "iu"):
            raise ValueError(f"{self.name}: the levels of a picture are whole numbers from 0 to 255")
        picture = np.array(levels).reshape(height, width, 3)
        if picture.min() < 0 or picture.max() > 255:
            raise ValueError(f"{self.name}: the levels of a picture are whole numbers from 0 to 255")
        return picture.astype(np.float32) / np.float32(255)

    def positions(self) -> list[Array]:
        """The first value, empty paper, all ink, a line, a checkerboard and a ramp: a sample, not all."""
        rows, columns, _ = np.indices(self.shape)
        ramp = np.linspace(self.paper, self.ink, rows.size).reshape(self.shape)
        line, checks = columns == self.shape[1] // 2, (rows + columns) % 2 == 0
        drawn = [np.where(mask, self.ink, self.paper) for mask in (line, checks)]
        flat = [np.full(self.shape, level) for level in (self.paper, self.ink)]
        return [self.check(value) for value in (self.value, *flat, *drawn, ramp)]

    def spec(self) -> dict[str, Any]:
        names = ("shape", "paper", "ink")
        return super().spec() | {name: getattr(self, name) for name in names} | {"takes": self.fit is not None}


def _is_side(side: Any) -> TypeGuard[int]:
    return isinstance(side, int) and not isinstance(side, bool) and 0 < side <= SENT
