"""Receptive fields: which inputs a unit of a network depends on, and how that grows (lecture topics 8, 10 and 20).

Only the structure counts, not the weights: a weight that happens to be 0 still looks.  Every layer of the series looks
at a product of rows, columns and channels, so a field is one set of indices per axis.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np

from cnnlab import arguments, layers, ops
from cnnlab.network import Network
from cnnlab.types import Array

_POINTWISE = (
    layers.ReLU,
    layers.LeakyReLU,
    layers.PReLU,
    layers.Sigmoid,
    layers.Tanh,
    layers.ScaledTanh,
    layers.UnitStep,
    layers.Signum,
    layers.Dropout,
    layers.BatchNorm,
    layers.Standardise,
)
_WHOLE = (layers.Dense, layers.SumOverTime, layers.MaxOverTime)


@dataclass(frozen=True, eq=False)
class Field:
    """A set of units: all (m, n, c) with m, n, c in the three axes; (t, c) or (c,) where there are fewer.

    axes : one ascending array of indices per axis.  shape : of what it is a part of.
    """

    axes: tuple
    shape: tuple

    @property
    def size(self):
        """How many units."""
        return int(np.prod([len(axis) for axis in self.axes]))

    @property
    def rectangle(self):
        """(row, column, rows, columns): the smallest rectangle around it; all zeros for an empty field.

        Of a signal (T, C) the frames count as rows; of a vector (C,) the whole as one pixel.
        """
        if not self.size:
            return (0, 0, 0, 0)
        spans = [(int(axis[0]), int(axis[-1] - axis[0] + 1)) for axis in self.axes[:-1]] + [(0, 1), (0, 1)]
        return (spans[0][0], spans[1][0], spans[0][1], spans[1][1])

    def mask(self):
        """True for the units of the field, in the shape of the whole."""
        found = np.zeros(self.shape, bool)
        found[np.ix_(*self.axes)] = True
        return found

    def __repr__(self):
        spans = (f"{axis[0]}..{axis[-1]}" if len(axis) else "none" for axis in self.axes)
        return f"Field {' x '.join(spans)} of {' x '.join(map(str, self.shape))}"


@dataclass(frozen=True)
class Growth:
    """The size of a receptive field after one layer, rows and columns each, without the image's edge.

    name, kind : of the layer ("input" for the first).  k : side of its window; stride : its step.  r : side of the
    field in pixels of the input.  jump : input pixels between neighbouring units.  whole : it looks at all of its
    input.
    """

    name: str
    kind: str
    k: tuple
    stride: tuple
    r: tuple
    jump: tuple
    whole: bool = False


def path(network, layer, unit):
    """The receptive field of one unit, layer by layer -> list of Field.

    network : a Network.  layer : number or name of the layer whose output the unit is in; -1 is the last.
    unit : (m, n, c), or (t, c), or (c,), as the layer's output has it.
    The first Field is that in the input image, the one after it is in the output of layer 0, ..., the last the unit.
    At every layer it is cut at the edge of the map: padding holds no units.

    Raises KeyError, TypeError or ValueError for a layer or a unit that is not there, or a kind of layer not known here.
    """
    place = _place(network, layer)
    shape = network[place].output_shape
    index = np.atleast_1d(unit)
    if index.dtype.kind not in "iu" or index.shape != (len(shape),) or (index < 0).any() or (index >= shape).any():
        raise ValueError(f"unit must be a place in the output {shape} of {network[place].name}; got {unit!r}")
    fields = [Field(tuple(np.array([one]) for one in index), shape)]
    for each in reversed(network.layers[: place + 1]):
        axes = _looks_at(each, fields[0].axes)
        fields.insert(0, Field(tuple(np.asarray(axis) for axis in axes), tuple(each.input_shape)))
    return fields


def field(network, layer, unit):
    """Which inputs a unit depends on -> Field: path(network, layer, unit)[0]."""
    return path(network, layer, unit)[0]


def looked_at(
    network: Network, layer: int | str, units: Iterable[tuple[int, ...]], most: int
) -> list[tuple[Array, Array]]:
    """Which rows and columns of the input each of these units looks at.

    Parameters
    ----------
    network : Network
        From images.
    layer : int or str
        Number or name of the layer whose units they are.
    units : iterable of tuple
        As in `path`.
    most : int
        Of pixels, over all units; with more only the edge of each field counts, and where that is too much, nothing.

    Returns
    -------
    pixels : list of (rows, columns)
        For each unit two arrays of the same length; empty for a unit that sees nothing but border.  An empty list if
        there are too many.
    """
    units = list(units)
    for edge in (False, True):
        found, total = [], 0
        for unit in units:
            rows, columns = field(network, layer, unit).axes[:2]
            i, j = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
            if edge and len(i):
                kept = np.isin(i, rows[[0, -1]]) | np.isin(j, columns[[0, -1]])
                i, j = i[kept], j[kept]
            total += len(i)
            if total > most:
                break
            found.append((i, j))
        if total <= most:
            return found
    return []


def growth(network, layer=-1):
    """How the receptive field grows up to a layer -> list of Growth, the input first, far from the image's edge.

    r_l = r_{l-1} + (k_l - 1) jump_{l-1} and jump_l = jump_{l-1} stride_l, from r_0 = jump_0 = 1; with a fully-connected
    layer it becomes the whole image, and stays that.
    """
    shape = network.input_shape
    sides = shape[:2] if len(shape) == 3 else (shape[0], 1) if len(shape) == 2 else (1, 1)
    found = [Growth("input", "", (1, 1), (1, 1), (1, 1), (1, 1))]
    for each in network.layers[: _place(network, layer) + 1]:
        last, kind = found[-1], type(each).__name__
        if last.whole or isinstance(each, _WHOLE):
            found.append(Growth(each.name, kind, (1, 1), (1, 1), tuple(sides), (1, 1), True))
            continue
        k, stride = _window(each)
        r = tuple(now + (side - 1) * step for now, side, step in zip(last.r, k, last.jump, strict=True))
        jump = tuple(now * step for now, step in zip(last.jump, stride, strict=True))
        found.append(Growth(each.name, kind, k, stride, r, jump))
    return found


def activations(network, x):
    """What every layer gives for images x (N, *input_shape) -> [x, out of layer 0, ..., out of the last], as in
    `predict`: dropout lets everything through, batch normalisation uses what it remembers.
    """
    found = [network.checked(x)]
    for layer in network:
        found.append(layer.predict(found[-1]))
    return found


@dataclass(frozen=True)
class Found:
    """Where a map answers: image (its number), unit (m, n, d), value, and the unit's receptive field in that image,
    rectangle = (row, column, rows, columns).
    """

    image: int
    unit: tuple
    value: float
    rectangle: tuple


def strongest(network, layer, d, h, count=8):
    """The images that excite a map most, each with its best place -> list of Found, the strongest first.

    layer : number or name.  d : the map (of a vector: the unit).  h (N, *output_shape) : what the layer gave for N
    images, from `activations`.  Of equal values the first counts.  Raises ValueError for a map that is not there.
    """
    place = _place(network, layer)
    shape = network[place].output_shape
    if h.shape[1:] != shape:
        raise ValueError(f"h must be (N, {', '.join(map(str, shape))}), as {network[place].name} gives; got {h.shape}")
    if not 0 <= d < shape[-1]:
        raise ValueError(f"d must be one of the maps 0..{shape[-1] - 1} of {network[place].name}; got {d!r}")
    flat = h[..., d].reshape(len(h), -1)
    best = flat.argmax(axis=1)
    found = []
    for image in np.argsort(-flat.max(axis=1), kind="stable")[:count]:
        unit = (*(int(one) for one in np.unravel_index(best[image], shape[:-1])), int(d))
        rectangle = field(network, place, unit).rectangle
        found.append(Found(int(image), unit, float(flat[image, best[image]]), rectangle))
    return found


def cut(image, rectangle, size, fill=np.nan):
    """The pixels of a rectangle, (rows, columns, C) of image (H, W, C), in a frame of `size` (rows, columns).

    Where the frame is larger, because the field was cut at the image's edge, that side is filled with `fill`.
    """
    row, column, rows, columns = rectangle
    patch = np.full((*size, image.shape[2]), fill, image.dtype)
    top, left = (
        side - length if start == 0 else 0
        for side, length, start in zip(size, (rows, columns), (row, column), strict=True)
    )
    patch[top : top + rows, left : left + columns] = image[row : row + rows, column : column + columns]
    return patch


def flat_index(place, shape):
    """i = (m N + n) C + c: where Flatten puts unit (m, n, c) of maps (M, N, C).  Raises ValueError if it is outside."""
    if len(place) != len(shape) or not all(0 <= one < side for one, side in zip(place, shape, strict=True)):
        raise ValueError(f"place must be inside of {tuple(shape)}; got {place!r}")
    return int(reduce(lambda i, step: i * step[1] + step[0], zip(place, shape, strict=True), 0))


def place_of(i, shape):
    """(m, n, c) of input i after Flatten: `flat_index` backwards.  Raises ValueError if there is no such input."""
    if not 0 <= i < np.prod(shape):
        raise ValueError(f"i must be 0..{int(np.prod(shape)) - 1}, one of the {' x '.join(map(str, shape))}; got {i}")
    found = []
    for side in reversed(shape):
        i, rest = divmod(int(i), int(side))
        found.insert(0, rest)
    return tuple(found)


def _place(network, layer):
    if isinstance(layer, str):
        return network.layers.index(network[layer])
    count = len(network)
    if not -count <= layer < count:
        raise ValueError(f"layer must be a name or a number 0..{count - 1}; got {layer!r}")
    return int(layer) % count


def _window(layer):
    """((rows, columns) of the window, (rows, columns) of its step)."""
    if isinstance(layer, layers.Conv1D):
        return (layer.size, 1), (layer.stride, 1)
    if isinstance(layer, (layers.Conv2D, layers.MaxPool2D, layers.AveragePool2D)):
        return tuple(layer.size), tuple(layer.stride)
    if isinstance(layer, layers.Decimate2D):
        return (1, 1), tuple(layer.stride)
    if isinstance(layer, (layers.Flatten, layers.LocalResponseNorm, *_POINTWISE)):
        return (1, 1), (1, 1)
    raise TypeError(f"layer {layer.name} is a {type(layer).__name__}, whose window is not known here")


def _looks_at(layer, axes):
    """One index array per axis of the layer's input, for the output units that `axes` describe."""
    shape = layer.input_shape
    if not all(len(axis) for axis in axes):
        return tuple(np.zeros(0, int) for _ in shape)
    if isinstance(layer, layers.Dense):
        return (np.arange(shape[0]),)
    if isinstance(layer, (layers.SumOverTime, layers.MaxOverTime)):
        return (np.arange(shape[0]), axes[0])
    if isinstance(layer, layers.Flatten):
        if len(axes[0]) == layer.output_shape[0]:
            return tuple(np.arange(side) for side in shape)
        return tuple(np.unique(axis) for axis in np.unravel_index(axes[0], shape))
    (k, stride), channels = _window(layer), axes[-1]
    padding = getattr(layer, "padding", None)
    if isinstance(layer, (layers.Conv2D, layers.Conv1D)):
        table = getattr(layer, "connections", None)
        channels = np.arange(shape[-1]) if table is None else np.flatnonzero(table[:, channels].any(axis=1))
    if isinstance(layer, layers.LocalResponseNorm):
        half = arguments.whole("n", layer.options["n"]) // 2
        channels = _windows(channels, 2 * half + 1, 1, half, shape[-1])
    spatial = [
        _windows(axis, side, step, 0 if padding is None else ops.pads(side, padding)[0], length)
        for axis, side, step, length in zip(axes[:-1], k, stride, shape[:-1], strict=False)
    ]
    return (*spatial, channels)


def _windows(places, side, stride, before, length):
    """Which of 0..length-1 lie in the windows place * stride - before + (0 .. side - 1), for any of the places."""
    found = np.unique(places[:, None] * stride - before + np.arange(side))
    return found[(found >= 0) & (found < length)]
