"""Shift the image: the convolution shifts with it, and what a stride does to that (lecture topics 7 and 8)."""

from typing import Any

import numpy as np

from cnnlab.analysis.convolution import Convolution, commonest_value, convolution_of, image_of, move_and_convolve
from cnnlab.datasets import digits
from cnnlab.explore.toolkit.controls import Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight
from cnnlab.explore.toolkit.numbers import format_number, strongest
from cnnlab.explore.toolkit.panels import map_panel
from cnnlab.explore.toolkit.scene import Scene
from cnnlab.explore.toolkit.settings import padding_options
from cnnlab.layers import Layer
from cnnlab.types import ArrayLike

EDGES = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]], dtype=float)
REACH = 4


class ShiftedConvolution(Explorer):
    """Whether what a convolution makes of an image moves along with the image.

    Parameters
    ----------
    layer : Conv2D, optional
        By default a 3 x 3 kernel that answers to level edges.
    image : (H, W) or (H, W, C), optional
        By default a handwritten digit.  What comes in at its border when it moves is its commonest value.
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
        self.image = image_of(digits(16).x_train[3] if image is None else image)
        channels = self.image.shape[2]
        w = np.repeat(EDGES[:, :, None, None], channels, axis=2)
        self.start = Convolution(w, padding="same") if layer is None else convolution_of(layer, self.image.shape)
        for name, value, size in (("c", c, channels), ("d", d, self.start.w.shape[3])):
            if not 0 <= value < size:
                raise ValueError(f"{name} must be one of the {size} channels, counted from 0; got {value}")
        if self.start.b is not None and self.start.b.ndim == 3:
            raise ValueError("layer must share its bias over the map; a bias for every unit is not shift-invariant")
        self.c, self.d = c, d
        self.ground = commonest_value(self.image)
        self.paddings, now = padding_options(self.start, self.image.shape)
        s, t = self.start.stride
        super().__init__(
            [
                Slider("down", "move down", -REACH, REACH, 1, value=0),
                Slider("right", "move right", -REACH, REACH, 1, value=2),
                *([Slider("stride", "stride", 1, max(4, s), 1, value=s)] if s == t else []),
                Choice("padding", "border", list(self.paddings), now),
            ]
        )

    def scene(self, down: int, right: int, padding: str, stride: int | None = None) -> Scene:
        conv = self.start.but(stride=self.start.stride if stride is None else stride, padding=self.paddings[padding])
        (s, t), found = conv.stride, move_and_convolve(conv, self.image, down, right, self.ground)
        e, e_there, expected = (one[:, :, self.d] for one in (found.e, found.e_there, found.expected))
        off = found.difference[:, :, self.d]
        wrong = np.argwhere(np.abs(off) > 1e-9)
        size: dict[str, Any] = {"height": 214, "readable": 0, "digits": 1}
        h_look, e_look = size | self._look(), size | {"scale": strongest([e, e_there])}
        differ = [Highlight(wrong, "differs", 1, "ring")] if len(wrong) else []
        where = f"({format_number(down, 0)}, {format_number(right, 0)})"
        by = f"({format_number(found.steps[0], 0)}, {format_number(found.steps[1], 0)})"
        rows = [
            [
                map_panel("h", self.image[:, :, self.c], "h", "h", **h_look),
                map_panel("e", e, "e = w * h", "e", **e_look),
                map_panel("expected", expected, f"e moved by {by}", "e moved", **e_look),
            ],
            [
                map_panel("h moved", found.there[:, :, self.c], f"h moved by {where}", "h moved", **h_look),
                map_panel("e there", e_there, "w * (h moved)", "e", **e_look),
                map_panel("off", off, "difference, inside", "difference", marks=differ, **e_look),
            ],
        ]
        count = int(found.inside.sum())
        if not count:
            words = "Moved so far that no window sees only what it saw before: nothing can be compared."
        elif not len(wrong):
            words = f"All {count} inner pixels of e moved along, by {by}, without the smallest change."
        else:
            far = format_number(np.nanmax(np.abs(off)))
            reason = (
                f"{where} pixels are no whole number of strides, so e cannot follow exactly"
                if not found.whole
                else "these pixels see the border"
            )
            words = f"{len(wrong)} of {count} inner pixels of e differ, by up to {far}: {reason}."
        strides = s if s == t else (s, t)
        return Scene(rows, f"h moved by {where} pixels, stride {strides}, so e should move by {by}. {words}")

    def _look(self):
        """Grey for brightness, however bright, from 0 on."""
        light, grey = strongest(self.image), self.image.min() >= 0
        return {"scale": (0.0, light) if grey else light, "colours": "grey" if grey else "diverging"}
