"""What the explorers of convolution share: which pixel meets which weight, forward and back (lecture topics 8 to 17).

Every number comes from cnnlab.ops in float64; here are only the indices, and the panels that show maps of any size.
"""

from dataclasses import dataclass, replace

import numpy as np

from cnnlab import arguments, ops
from cnnlab.explore.toolkit.items import Highlight, Rectangle
from cnnlab.explore.toolkit.scene import Grid, Image
from cnnlab.layers import Conv2D, from_config

PADDINGS = ("valid", "same", "full")
READABLE = 14  # rows or columns up to which a map is shown as a grid of numbers; larger ones are images


@dataclass(frozen=True, eq=False)
class Convolution:
    """One convolution of single images: w (P, Q, C, D) and b ((D,), (H', W', D) or None), float64.

    stride : (rows, columns).  padding, padding_value, connections : as in `cnnlab.ops.conv2d`.
    """

    w: np.ndarray
    b: np.ndarray | None = None
    stride: tuple = (1, 1)
    padding: object = "valid"
    padding_value: float = 0.0
    connections: np.ndarray | None = None

    def but(self, **changes):
        """The same with some things changed; a stride may be one number."""
        if isinstance(changes.get("stride"), (int, np.integer)):
            changes["stride"] = (int(changes["stride"]),) * 2
        return replace(self, **changes)

    def _options(self):
        return {"padding": self.padding, "stride": self.stride, "connections": self.connections}

    @property
    def border(self):
        """((before, after) of the rows, (before, after) of the columns): pixels that padding adds."""
        return ops.pads(self.w.shape[0], self.padding), ops.pads(self.w.shape[1], self.padding)

    def e_shape(self, h_shape):
        """(H', W', D) for h (H, W, C)."""
        return ops.conv2d_output_shape((1, *h_shape), self.w.shape, self.padding, self.stride)[1:]

    def e(self, h):
        """Forward: h (H, W, C) -> e (H', W', D)."""
        return ops.conv2d(h[None], self.w, self.b, padding_value=self.padding_value, **self._options())[0]

    def dh(self, de, h_shape):
        """Backward: dL/de (H', W', D) -> dL/dh of shape h_shape (H, W, C)."""
        return ops.conv2d_input_gradient(np.ascontiguousarray(de)[None], self.w, (1, *h_shape), **self._options())[0]

    def dw(self, de, h):
        """Weight gradient: dL/de (H', W', D) and h (H, W, C) -> dL/dw (P, Q, C, D)."""
        options = self._options() | {"padding_value": self.padding_value}
        return ops.conv2d_weight_gradient(np.ascontiguousarray(de)[None], h[None], self.w.shape, **options)

    def padded(self, h):
        """h (H, W, C) with its border."""
        return ops.pad(h[None], self.w.shape, self.padding, self.padding_value)[0]

    def terms(self, m, n):
        """Who meets whom in e[m, n]: rows (p, q, i, j), weight w[p, q] with pixel h[i, j]; (P Q, 4) whole numbers.

        i = m s + P - 1 - p - border, j likewise: the kernel is flipped.  Pixels outside of h lie in its border.
        """
        rows, columns = self.w.shape[:2]
        (top, _), (left, _) = self.border
        p, q = (grid.ravel() for grid in np.indices((rows, columns)))
        i = m * self.stride[0] + rows - 1 - p - top
        j = n * self.stride[1] + columns - 1 - q - left
        return np.stack([p, q, i, j], axis=1)

    def reached(self, m, n, h_shape):
        """As `terms`, but only pixels inside of h: where dL/de[m, n] goes, and with which weight."""
        found = self.terms(m, n)
        return found[_inside(found[:, 2:], h_shape)]

    def collected(self, i, j, e_shape):
        """Which dL/de make dL/dh[i, j]: rows (p, q, m, n), weight w[p, q] with dL/de[m, n]."""
        rows, columns = self.w.shape[:2]
        (top, _), (left, _) = self.border
        p, q = (grid.ravel() for grid in np.indices((rows, columns)))
        m, m_rest = np.divmod(i + top - (rows - 1) + p, self.stride[0])
        n, n_rest = np.divmod(j + left - (columns - 1) + q, self.stride[1])
        found = np.stack([p, q, m, n], axis=1)
        return found[(m_rest == 0) & (n_rest == 0) & _inside(found[:, 2:], e_shape)]

    def window(self, m, n):
        """The first row and column (of h, not of its border) under the kernel at e[m, n]."""
        (top, _), (left, _) = self.border
        return m * self.stride[0] - top, n * self.stride[1] - left

    def spread(self, de):
        """dL/de (H', W', D) with stride - 1 zeros put in between, and P - 1 (Q - 1) zeros around."""
        (s, t), (rows, columns) = self.stride, self.w.shape[:2]
        high, wide = (de.shape[0] - 1) * s + 1, (de.shape[1] - 1) * t + 1
        z = np.zeros((high + 2 * (rows - 1), wide + 2 * (columns - 1), de.shape[2]))
        z[rows - 1 : rows - 1 + high : s, columns - 1 : columns - 1 + wide : t] = de
        return z

    def flipped(self):
        """w[-m, -n, d, c]: rows and columns turned round, channels exchanged; (P, Q, D, C)."""
        w = self.w if self.connections is None else self.w * self.connections
        return np.ascontiguousarray(w[::-1, ::-1].transpose(0, 1, 3, 2))

    def dh_by_convolution(self, de, h_shape):
        """dL/dh once more, as the lecture's topic 13 has it: the CONVOLUTION of the flipped kernel with dL/de."""
        (top, _), (left, _) = self.border
        dhp = ops.conv2d(self.spread(de)[None], self.flipped())[0]
        dh = np.zeros(h_shape)
        part = dhp[top : top + h_shape[0], left : left + h_shape[1]]
        dh[: part.shape[0], : part.shape[1]] = part  # a stride may leave the last rows and columns without a window
        return dh


def _inside(places, shape):
    return ((places >= 0) & (places < shape[:2])).all(axis=1)


def image_of(image, name="image"):
    """An image as float64 (H, W, C).  (H, W) gets one channel.  Raises TypeError, ValueError for anything else."""
    image = np.asarray(image)
    if image.dtype.kind in "iu":
        image = image.astype(np.float64)
    image = arguments.array(name, image, finite=True)
    image = image[:, :, None] if image.ndim == 2 else image
    if image.ndim != 3:
        raise ValueError(f"{name} must be one image (H, W) or (H, W, C); got an array of shape {image.shape}")
    return image.astype(np.float64)


def convolution_of(layer, h_shape):
    """The convolution that a Conv2D does on images of h_shape (H, W, C) -> Convolution; the layer stays as it is.

    A layer that was never built gets the weights its initialiser draws from seed 0.  Raises TypeError for another
    layer, ValueError if the channels or the size do not fit, or if a weight is not finite.
    """
    if not isinstance(layer, Conv2D):
        raise TypeError(f"layer must be a Conv2D; got {type(layer).__name__}")
    if layer.input_shape is None:
        layer = from_config({"kind": "Conv2D", **layer.config()})
        layer.build(h_shape, np.random.default_rng(0), np.float64)
    w = layer.parameters["w"].astype(np.float64)
    b = layer.parameters.get("b")
    broken = sum(int((~np.isfinite(array)).sum()) for array in layer.parameters.values())
    if broken:
        values = f"{broken} value{'s that are' if broken > 1 else ' that is'} not finite"
        raise ValueError(f"layer: its weights hold {values}; train or load it again")
    found = Convolution(
        w,
        None if b is None else b.astype(np.float64),
        layer.stride,
        layer.padding,
        layer.padding_value,
        layer.connections,
    )
    if h_shape[2] != w.shape[2]:
        raise ValueError(f"layer must take images of {h_shape[2]} channels, as this one; it takes {w.shape[2]}")
    if b is not None and b.ndim == 3 and b.shape != found.e_shape(h_shape):
        raise ValueError(
            f"layer has a bias for every unit, so the image must be {layer.input_shape[:2]}; it is {h_shape[:2]}"
        )
    found.e_shape(h_shape)
    return found


def padding_options(convolution, h_shape):
    """What a learner may choose as border of h (H, W, C), {words: padding}, and the words of the convolution's own.

    A border that leaves h too small for the kernel is no choice.
    """
    own = convolution.padding
    options = {word: word for word in PADDINGS if word == own or _fits(convolution.but(padding=word), h_shape)}
    if own in options:
        return options, own
    words = f"as in the layer, {own}"
    return {words: own, **options}, words


def _fits(convolution, h_shape):
    try:
        convolution.e_shape(h_shape)
    except ValueError:
        return False
    return True


def map_panel(
    name,
    values,
    title,
    symbol,
    *,
    border=((0, 0), (0, 0)),
    box=None,
    marks=(),
    click=None,
    edit=None,
    colours="diverging",
    scale=None,
    digits=None,
    capacity=None,
    cell=40.0,
    readable=READABLE,
    **size,
):
    """One map as a panel: a grid of numbers where they can be read, an image of pixels where there are too many.

    values : the map with its border; border : ((rows above, below), (columns left, right)); a grid shows it pale and
    counts it below zero, an image leaves it out.  box : (row, column, rows, columns, meaning, colour), a window, in
    rows and columns of the map itself, as are the cells of marks, a list of Highlights.  readable : rows and columns
    up to which it is a grid.  The rest as in Grid and Image.
    """
    (top, bottom), (left, right) = border
    height, width = values.shape
    size |= {"name": name, "title": title, "symbol": symbol, "scale": scale, "click": click, "capacity": capacity}
    if max(height - top - bottom, width - left - right) > readable:
        size["capacity"] = None
        windows = [] if box is None else [Rectangle(*box[:4], box[4], box[5])]
        inner = values[top : height - bottom, left : width - right]
        return Image(pixels=inner, colours=colours, rectangles=windows, highlights=list(marks), **size)
    shift = np.array([top, left])
    shown = [Highlight(mark.cells + shift, mark.meaning, mark.colour, mark.style) for mark in marks]
    if box is not None:
        row, column, rows, columns, meaning, colour = box
        cells = np.indices((rows, columns)).reshape(2, -1).T + np.array([row + top, column + left])
        shown.append(Highlight(cells[_inside(cells, values.shape)], meaning, colour))
    outside = [
        (i, j) for i, j in np.ndindex(height, width) if not (top <= i < height - bottom and left <= j < width - right)
    ]
    if outside:
        shown.insert(0, Highlight(outside, "border", "muted", "fade"))
    return Grid(
        values=values,
        highlights=shown,
        row_offset=-top,
        column_offset=-left,
        edit=edit,
        cell=cell,
        digits=digits,
        colours=colours if colours != "grey" else "diverging",
        row_label="m",
        column_label="n",
        **size,
    )
