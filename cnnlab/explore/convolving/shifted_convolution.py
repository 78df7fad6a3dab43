"""Shift the image: the convolution shifts with it, and what a stride does to that (lecture topics 7 and 8)."""

import numpy as np

from cnnlab.datasets import digits
from cnnlab.explore.toolkit.controls import Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Scene
from cnnlab.explore.toolkit.windows import Convolution, convolution_of, image_of, map_panel, padding_options

EDGES = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]], dtype=float)
REACH = 4


class ShiftedConvolution(Explorer):
    """An image and the same image moved, both convolved: is the second result the first one, moved?

    layer : any Conv2D; by default a 3 x 3 kernel that answers to level edges.  image : (H, W) or (H, W, C); by default
    a handwritten digit.  d : which output channel is shown; c : which channel of the image.  What comes in at the
    border is the image's commonest value.  Raises TypeError or ValueError, naming the argument, for what does not fit.
    """

    title = "Shift the image"

    def __init__(self, layer=None, image=None, c=0, d=0):
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
        values, counts = np.unique(self.image.reshape(-1, channels), axis=0, return_counts=True)
        self.ground = values[counts.argmax()]
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

    def moved(self, down, right):
        """The image moved; the ground comes in.  Also which pixels were in the image before, (H, W)."""
        rows, columns = self.image.shape[:2]
        i, j = np.arange(rows) - down, np.arange(columns) - right
        known = ((i >= 0) & (i < rows))[:, None] & ((j >= 0) & (j < columns))[None, :]
        there = self.image[np.clip(i, 0, rows - 1)][:, np.clip(j, 0, columns - 1)]
        return np.where(known[..., None], there, self.ground), known

    def interior(self, conv, known, shape):
        """Which outputs look at nothing but pixels that came from the image: no border, nothing new; (H', W') bool."""
        ones = conv.but(w=np.ones((*conv.w.shape[:2], 1, 1)), b=None, padding_value=0.0, connections=None)
        seen = ones.e(known[:, :, None].astype(float))[:, :, 0]
        return np.round(seen) == conv.w.shape[0] * conv.w.shape[1]

    def scene(self, down, right, padding, stride=None):
        conv = self.start.but(stride=self.start.stride if stride is None else stride, padding=self.paddings[padding])
        s, t = conv.stride
        there, known = self.moved(down, right)
        e, e_there = (conv.e(h)[:, :, self.d] for h in (self.image, there))
        whole = down % s == 0 and right % t == 0
        steps = round(down / s), round(right / t)
        expected = np.full(e.shape, np.nan)
        target = [slice(max(k, 0), min(side, side + k)) for k, side in zip(steps, e.shape, strict=True)]
        source = [slice(max(-k, 0), min(side, side - k)) for k, side in zip(steps, e.shape, strict=True)]
        expected[tuple(target)] = e[tuple(source)]
        inside = self.interior(conv, known, e.shape) & np.isfinite(expected)
        off = np.where(inside, e_there - expected, np.nan)
        wrong = np.argwhere(inside & (np.abs(off) > 1e-9))

        top, light = float(np.abs([e, e_there]).max()) or 1.0, float(np.abs(self.image).max()) or 1.0
        colours = "grey" if self.image.min() >= 0 else "diverging"
        size = {"height": 214, "readable": 0}
        h_look = size | {"scale": light if colours == "diverging" else (0.0, light), "colours": colours, "digits": 1}
        e_look = size | {"scale": top, "digits": 1}
        differ = [Highlight(wrong, "differs", 1, "ring")] if len(wrong) else []
        where = f"({format_number(down, 0)}, {format_number(right, 0)})"
        by = f"({format_number(steps[0], 0)}, {format_number(steps[1], 0)})"
        rows = [
            [
                map_panel("h", self.image[:, :, self.c], "h", "h", **h_look),
                map_panel("e", e, "e = w * h", "e", **e_look),
                map_panel("expected", expected, f"e moved by {by}", "e moved", **e_look),
            ],
            [
                map_panel("h moved", there[:, :, self.c], f"h moved by {where}", "h moved", **h_look),
                map_panel("e there", e_there, "w * (h moved)", "e", **e_look),
                map_panel("off", off, "difference, inside", "difference", marks=differ, **e_look),
            ],
        ]
        count = int(inside.sum())
        if not count:
            words = "Moved so far that no window sees only what it saw before: nothing can be compared."
        elif not len(wrong):
            words = f"All {count} inner pixels of e moved along, by {by}, without the smallest change."
        else:
            far = format_number(np.nanmax(np.abs(off)))
            reason = (
                f"{where} pixels are no whole number of strides, so e cannot follow exactly"
                if not whole
                else "these pixels see the border"
            )
            words = f"{len(wrong)} of {count} inner pixels of e differ, by up to {far}: {reason}."
        strides = s if s == t else (s, t)
        return Scene(rows, f"h moved by {where} pixels, stride {strides}, so e should move by {by}. {words}")
