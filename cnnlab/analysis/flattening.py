"""Where the units of maps stand in the vector that Flatten makes of them, and back (lecture topic 11)."""

from collections.abc import Sequence
from functools import reduce

import numpy as np

from cnnlab.layers import Flatten
from cnnlab.types import Array

__all__ = ["flat_index", "flattened", "place_of"]


def flat_index(place: Sequence[int], shape: Sequence[int]) -> int:
    """Where Flatten puts unit (m, n, c) of maps (H, W, C): i = (m W + n) C + c.

    Parameters
    ----------
    place : (m, n, c)
        The unit.
    shape : (H, W, C)
        Of the maps.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the place is outside.
    """
    if len(place) != len(shape) or not all(0 <= one < side for one, side in zip(place, shape, strict=True)):
        raise ValueError(f"place must be inside of {tuple(shape)}; got {place!r}")
    return int(reduce(lambda i, step: i * step[1] + step[0], zip(place, shape, strict=True), 0))


def flattened(h: Array, axes: Sequence[int] = (0, 1, 2)) -> Array:
    """The vector that Flatten makes of the maps of one image.

    Parameters
    ----------
    h : (H, W, C) float64
        The maps.
    axes : sequence of int
        In which order rows, columns and channels are read, the last one fastest.

    Returns
    -------
    (H W C,) float64
    """
    layer, read = Flatten(), h.transpose(axes)
    layer.build(read.shape, np.random.default_rng(0), np.float64)
    return layer.forward(read[None])[0]


def place_of(i: int, shape: Sequence[int]) -> tuple[int, ...]:
    """Which unit became input i: `flat_index` backwards.

    Parameters
    ----------
    i : int
        Number of an input after Flatten.
    shape : (H, W, C)
        Of the maps before it.

    Returns
    -------
    (m, n, c)

    Raises
    ------
    ValueError
        If there is no such input.
    """
    if not 0 <= i < np.prod(shape):
        raise ValueError(f"i must be 0..{int(np.prod(shape)) - 1}, one of the {' x '.join(map(str, shape))}; got {i}")
    found: list[int] = []
    for side in reversed(shape):
        i, rest = divmod(int(i), int(side))
        found.insert(0, rest)
    return tuple(found)
