"""Shift the image: the convolution shifts with it, and what a stride does to that (lecture topics 7 and 8)."""

from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.convolution import (
    Convolution,
    Moved,
    broken,
    commonest_value,
    convolution_of,
    image_of,
    move_and_convolve,
)
from cnnlab.datasets import photo
from cnnlab.explore.toolkit.controls import Choice, Matrix, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Bars, Highlight, Points
from cnnlab.explore.toolkit.numbers import format_number, strongest
from cnnlab.explore.toolkit.panels import PRIMED, map_panel
from cnnlab.explore.toolkit.scene import Curves, Grid, Scene
from cnnlab.explore.toolkit.settings import TOP, padding_options
from cnnlab.layers import Layer
from cnnlab.types import Array, ArrayLike

EDGES = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]], dtype=float)
SIDE = 40  # pixels of the cat
REACH = 4  # pixels that an image moves, at most; a larger one twice as far
LARGE = 24
FEW = 200  # rings that can be told apart
HEIGHT = 192  # pixels of a map, at which e is about as high with every stride
NOTHING = 1e-7  # % of |e|: rounding, no more
NARROWEST = 150  # of a map: four of them side by side, so that what belongs together stays together


class ShiftedConvolution(Explorer):
    """Whether what a convolution makes of an image moves along with the image: its equivariance.

    Parameters
    ----------
    layer : Conv2D, optional
        By default a 3 x 3 kernel that answers to horizontal edges, and can be dragged.
    image : (H, W) or (H, W, C), optional
        By default the cat, in grey.  What comes in at its border when it moves is its commonest value.
    c, d : int
        Which channel of the image and which output channel are shown.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topics 7 and 8.
    """

    title = "Shift the image"

    def __init__(self, layer: Layer | None = None, image: ArrayLike | None = None, c: int = 0, d: int = 0) -> None:
        self.image = image_of(photo("chelsea", SIDE).mean(axis=2) if image is None else image)
        channels = self.image.shape[2]
        w = np.repeat(EDGES[:, :, None, None], channels, axis=2)
        self.start = Convolution(w) if layer is None else convolution_of(layer, self.image.shape)
        for name, value, size in (("c", c, channels), ("d", d, self.start.w.shape[3])):
            if arguments.whole(name, value, at_least=0) >= size:
                raise ValueError(f"{name} must be one of the {size} channels, counted from 0; got {value}")
        if self.start.b is not None and self.start.b.ndim == 3:
            raise ValueError("layer must share its bias over the map; a bias for every unit is not shift-invariant")
        self.c, self.d, self.drawn = c, d, layer is None
        self.ground = commonest_value(self.image)
        self.reach = REACH * (1 if min(self.image.shape[:2]) < LARGE else 2)
        self.paddings, now = padding_options(self.start, self.image.shape)
        self._seen: tuple[Any, Array] = (None, np.zeros(0))
        s, t = self.start.stride
        super().__init__(
            [
                Slider("down", "move down", -self.reach, self.reach, 1, value=0),
                Slider("right", "move right", -self.reach, self.reach, 1, value=2),
                *([Slider("stride", "stride", 1, max(4, s), 1, value=s)] if s == t else []),
                Choice("padding", "padding", list(self.paddings), now),
                *([Matrix("w", "kernel w", EDGES, -TOP, TOP, 1.0)] if self.drawn else []),
            ]
        )

    def convolution(self, padding: str, stride: int | None = None, w: ArrayLike | None = None) -> Convolution:
        """The convolution that these values describe.

        Parameters
        ----------
        padding : str
            One of the choices.
        stride : int, optional
            By default that of the layer.
        w : (3, 3), optional
            The kernel that is drawn, the same for each channel; by default that of the layer.

        Returns
        -------
        conv : Convolution
        """
        conv = self.start.but(stride=self.start.stride if stride is None else stride, padding=self.paddings[padding])
        if w is None:
            return conv
        return conv.but(w=np.repeat(np.array(w, float)[:, :, None, None], self.image.shape[2], axis=2))

    def scene(
        self, down: int, right: int, padding: str, stride: int | None = None, w: ArrayLike | None = None
    ) -> Scene:
        conv = self.convolution(padding, stride, w)
        found = move_and_convolve(conv, self.image, down, right, self.ground)
        e, e_there, expected = (one[:, :, self.d] for one in (found.e, found.e_there, found.expected))
        off = found.difference[:, :, self.d]
        wrong = np.argwhere(np.abs(off) > 1e-9)
        size: dict[str, Any] = {"height": HEIGHT, "readable": 0, "digits": 1, "narrowest": NARROWEST}
        h_look, e_look = size | self._look(), size | {"scale": strongest([e, e_there])}
        differ = [Highlight(wrong, "differs", 1, "ring")] if 0 < len(wrong) < FEW else []
        where = f"({format_number(down, 0)}, {format_number(right, 0)})"
        by = f"({format_number(found.steps[0], 0)}, {format_number(found.steps[1], 0)})"
        kernel = Grid(
            name="w",
            title="w[m', n'] (drag)" if self.drawn else "w[m', n']",
            symbol="w",
            values=conv.w[:, :, self.c, self.d],
            edit="w" if self.drawn else None,
            scale=TOP if self.drawn else None,
            height=HEIGHT,
            width=0.8,
            narrowest=NARROWEST,
            cell=34.0,
            **PRIMED,
        )
        rows = [
            [
                kernel,
                map_panel("h", self.image[:, :, self.c], "h", "h", **h_look),
                map_panel("e", e, "e = w * h", "e", **e_look),
                map_panel("expected", expected, f"e moved by {by}", "e moved", **e_look),
            ],
            [
                self._every_shift(conv, down, right),
                map_panel("h moved", found.there[:, :, self.c], f"h moved by {where}", "h moved", **h_look),
                map_panel("e there", e_there, "w * (h moved)", "e", **e_look),
                map_panel("off", off, "their difference", "difference", marks=differ, **e_look),
            ],
        ]
        s, t = conv.stride
        begin = f"h moved by {where} pixels, stride {s if s == t else (s, t)}, so e should move by {by}."
        return Scene(rows, f"{begin} {self._words(found, off, wrong, where, by)}")

    def _every_shift(self, conv: Convolution, down: int, right: int) -> Curves:
        """How much e is off for every shift to the right; worked out once while only that shift changes."""
        rights = list(range(-self.reach, self.reach + 1))
        key = (down, conv.w.tobytes(), conv.stride, str(conv.padding))
        if self._seen[0] != key:
            self._seen = key, broken(conv, self.image, down, rights)[:, self.d]
        shares = 100 * self._seen[1]
        known = np.isfinite(shares)
        places, here = np.array(rights, float), np.array(rights) == right
        items: list[Any] = [
            Bars(places[known & these], shares[known & these], colour=colour, width=0.7)
            for these, colour in ((~here, "muted"), (here, 1))
        ]
        followed = known & (shares < NOTHING)
        if followed.any():  # a bar of 0 is not seen, and would look like a shift that nobody has tried
            items.append(Points(places[followed], shares[followed], colour=2, size=2.5))
        return Curves(
            name="shifts",
            title="off, at every shift",
            items=items,
            x=(rights[0] - 0.6, rights[-1] + 0.6),
            y=(0, max(100.0, float(shares[known].max(initial=0)) * 1.05)),
            x_ticks=[(float(place), format_number(place, 0)) for place in (rights[0], 0, rights[-1])],
            x_label="moved to the right",
            y_label="% of |e|",
            legend=False,
            height=HEIGHT,
            width=0.8,
            narrowest=NARROWEST,
        )

    def _words(self, found: Moved, off: Array, wrong: Array, where: str, by: str) -> str:
        count = int(found.inside.sum())
        if not count:
            return "Moved so far that no window sees only what it saw before: nothing can be compared."
        if not len(wrong):
            return f"All {count} inner pixels of e moved along, by {by}, without the smallest change."
        far = format_number(np.nanmax(np.abs(off)))
        reason = (
            f"{where} pixels are no whole number of strides, so e cannot follow exactly"
            if not found.whole
            else "these pixels see the padding"
        )
        return f"{len(wrong)} of {count} inner pixels of e differ, by up to {far}: {reason}."

    def _look(self) -> dict[str, Any]:
        """Grey for brightness, however bright, from 0 on."""
        light, grey = strongest(self.image), self.image.min() >= 0
        return {"scale": (0.0, light) if grey else light, "colours": "grey" if grey else "diverging"}
