"""Receptive fields: which inputs a unit of a network depends on, and how that grows (lecture topics 8, 10 and 20).

Only the structure counts, not the weights: a weight that happens to be 0 still looks.  Every layer of the series looks
at a product of rows, columns and channels, so a field is one set of indices per axis.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cnnlab.analysis.layer_windows import WHOLE, looks_at, window
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

__all__ = [
    "Field",
    "Growth",
    "Strongest",
    "activations",
    "cut",
    "field",
    "growth",
    "looked_at",
    "path",
    "strongest",
]


@dataclass(frozen=True, eq=False)
class Field:
    """A set of units: all (m, n, c) with m, n, c in the three axes; (t, c) or (c,) where there are fewer.

    Parameters
    ----------
    axes : tuple of (k,) int
        One ascending array of indices per axis.
    shape : tuple of int
        Of what it is a part of.
    """

    axes: tuple[Array, ...]
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many units."""
        return int(np.prod([len(axis) for axis in self.axes]))

    @property
    def rectangle(self) -> tuple[int, int, int, int]:
        """(row, column, rows, columns): the smallest rectangle around it; all zeros for an empty field.

        Of a signal (T, C) the frames count as rows; of a vector (C,) the whole as one pixel.
        """
        if not self.size:
            return (0, 0, 0, 0)
        spans = [(int(axis[0]), int(axis[-1] - axis[0] + 1)) for axis in self.axes[:-1]] + [(0, 1), (0, 1)]
        return (spans[0][0], spans[1][0], spans[0][1], spans[1][1])

    def mask(self) -> Array:
        """True for the units of the field.

        Returns
        -------
        bool, in the shape of the whole
        """
        found = np.zeros(self.shape, bool)
        found[np.ix_(*self.axes)] = True
        return found

    def __repr__(self) -> str:
        spans = (f"{axis[0]}..{axis[-1]}" if len(axis) else "none" for axis in self.axes)
        return f"Field {' x '.join(spans)} of {' x '.join(map(str, self.shape))}"


@dataclass(frozen=True)
class Growth:
    """The size of a receptive field after one layer, rows and columns each, without the image's edge.

    Parameters
    ----------
    name, kind : str
        Of the layer ("input" for the first).
    k : (int, int)
        Sides of its window.
    stride : (int, int)
        Its step.
    r : (int, int)
        Sides of the field in pixels of the input.
    jump : (int, int)
        Input pixels between neighbouring units.
    whole : bool
        It looks at all of its input.
    """

    name: str
    kind: str
    k: tuple[int, ...]
    stride: tuple[int, ...]
    r: tuple[int, ...]
    jump: tuple[int, ...]
    whole: bool = False


def path(network: Network, layer: int | str, unit: int | Sequence[int]) -> list[Field]:
    """The receptive field of one unit, layer by layer.

    At every layer it is cut at the edge of the map: padding holds no units.

    Parameters
    ----------
    network : Network
        Any one.
    layer : int or str
        Number or name of the layer whose output the unit is in; -1 is the last.
    unit : (m, n, c), (t, c), (c,) or int
        Its place, as the layer's output has it.

    Returns
    -------
    list of Field
        The first is that in the input image, the one after it in the output of layer 0, ..., the last the unit.

    Raises
    ------
    KeyError, TypeError, ValueError
        For a layer or a unit that is not there, or a kind of layer not known here.

    Source
    ------
    Lecture topics 8, 10 and 20.
    """
    place = _place(network, layer)
    shape = network[place].output_shape
    index = np.atleast_1d(unit)
    if index.dtype.kind not in "iu" or index.shape != (len(shape),) or (index < 0).any() or (index >= shape).any():
        raise ValueError(f"unit must be a place in the output {shape} of {network[place].name}; got {unit!r}")
    fields = [Field(tuple(np.array([one]) for one in index), shape)]
    for each in reversed(network.layers[: place + 1]):
        axes = looks_at(each, fields[0].axes)
        fields.insert(0, Field(tuple(np.asarray(axis) for axis in axes), tuple(each.input_shape)))
    return fields


def field(network: Network, layer: int | str, unit: int | Sequence[int]) -> Field:
    """Which inputs a unit depends on: the first field of its `path`.

    Parameters
    ----------
    network : Network
        As for `path`.
    layer : int or str
        As for `path`.
    unit : (m, n, c), (t, c), (c,) or int
        As for `path`.

    Returns
    -------
    Field

    Raises
    ------
    KeyError, TypeError, ValueError
        As `path` does.
    """
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


def growth(network: Network, layer: int | str = -1) -> list[Growth]:
    """How the receptive field grows up to a layer, far from the image's edge.

    r_l = r_{l-1} + (k_l - 1) jump_{l-1} and jump_l = jump_{l-1} stride_l, from r_0 = jump_0 = 1; with a fully-connected
    layer it becomes the whole image, and stays that.

    Parameters
    ----------
    network : Network
        Any one.
    layer : int or str
        Number or name of the last one; -1 is the network's last.

    Returns
    -------
    list of Growth
        The input first.

    Raises
    ------
    KeyError, TypeError, ValueError
        For a layer that is not there, or of a kind not known here.

    Source
    ------
    Lecture topics 10 and 20.
    """
    shape = network.input_shape
    sides = shape[:2] if len(shape) == 3 else (shape[0], 1) if len(shape) == 2 else (1, 1)
    found = [Growth("input", "", (1, 1), (1, 1), (1, 1), (1, 1))]
    for each in network.layers[: _place(network, layer) + 1]:
        last, kind = found[-1], type(each).__name__
        if last.whole or isinstance(each, WHOLE):
            found.append(Growth(each.name, kind, (1, 1), (1, 1), tuple(sides), (1, 1), True))
            continue
        k, stride = window(each)
        r = tuple(now + (side - 1) * step for now, side, step in zip(last.r, k, last.jump, strict=True))
        jump = tuple(now * step for now, step in zip(last.jump, stride, strict=True))
        found.append(Growth(each.name, kind, k, stride, r, jump))
    return found


def activations(network: Network, x: ArrayLike) -> list[Array]:
    """What every layer gives, as in `predict`.

    Dropout lets everything through, batch normalisation uses what it remembers.

    Parameters
    ----------
    network : Network
        Any one.
    x : (N, *network.input_shape), dtype of network
        What it is shown.

    Returns
    -------
    list of (N, ...)
        x, then what comes out of layer 0, ..., out of the last.

    Raises
    ------
    TypeError, ValueError
        For an x that does not fit.
    """
    found = [network.checked(x)]
    for layer in network:
        found.append(layer.predict(found[-1]))
    return found


@dataclass(frozen=True)
class Strongest:
    """The place of an image where a map has its largest value.

    Parameters
    ----------
    image : int
        Number of the image.
    unit : (m, n, d)
        Of the map's layer.
    value : float
        What the unit gives.
    rectangle : (row, column, rows, columns)
        The unit's receptive field in that image.
    """

    image: int
    unit: tuple[int, ...]
    value: float
    rectangle: tuple[int, int, int, int]


def strongest(network: Network, layer: int | str, d: int, h: Array, count: int = 8) -> list[Strongest]:
    """The images that excite a map most, each with its best place.

    Parameters
    ----------
    network : Network
        Any one.
    layer : int or str
        Number or name.
    d : int
        The map (of a vector: the unit).
    h : (N, *output_shape)
        What the layer gave for N images, from `activations`.
    count : int
        How many images.

    Returns
    -------
    list of Strongest
        The strongest first; of equal values the first counts.

    Raises
    ------
    ValueError
        For a map that is not there.
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
        found.append(Strongest(int(image), unit, float(flat[image, best[image]]), rectangle))
    return found


def cut(image: Array, rectangle: tuple[int, int, int, int], size: tuple[int, int], fill: float = np.nan) -> Array:
    """The pixels of a rectangle, in a frame.

    Where the frame is larger, because the field was cut at the image's edge, that side is filled.

    Parameters
    ----------
    image : (H, W, C)
        The image.
    rectangle : (row, column, rows, columns)
        Which part.
    size : (rows, columns)
        Of the frame.
    fill : float
        For what lies outside of the image.

    Returns
    -------
    (rows, columns, C), dtype of image
    """
    row, column, rows, columns = rectangle
    patch = np.full((*size, image.shape[2]), fill, image.dtype)
    top, left = (
        side - length if start == 0 else 0
        for side, length, start in zip(size, (rows, columns), (row, column), strict=True)
    )
    patch[top : top + rows, left : left + columns] = image[row : row + rows, column : column + columns]
    return patch


def _place(network: Network, layer: int | str) -> int:
    if isinstance(layer, str):
        return network.layers.index(network[layer])
    count = len(network)
    if not -count <= layer < count:
        raise ValueError(f"layer must be a name or a number 0..{count - 1}; got {layer!r}")
    return int(layer) % count
