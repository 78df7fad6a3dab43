"""Layers of a network as maps that can be shown: vectors in lines, many maps side by side, units in all of them."""

import math
from typing import Any

import numpy as np

from cnnlab.types import Array

GAP = 1  # pixels between two maps


class Maps:
    """What every layer of a network gave for some images, as maps (rows, columns, maps); a vector counts as one map.

    Parameters
    ----------
    out : list of (N, H, W, C) or (N, C)
        One array per layer.
    """

    def __init__(self, out: list[Array]) -> None:
        self.out = out

    def vector(self, place: int) -> bool:
        """Whether the layer gives a vector."""
        return self.out[place].ndim == 2

    def shape(self, place: int) -> tuple[int, int, int]:
        """(rows, columns, maps) of a layer as it is shown: a vector is written in lines, as one map."""
        shape = self.out[place].shape[1:]
        if len(shape) == 3:
            return shape
        columns = min(shape[0], max(10, math.ceil(math.sqrt(shape[0]))))
        return -(-shape[0] // columns), columns, 1

    def of(self, place: int, image: int) -> Array:
        """What the layer gave for one image, (rows, columns, maps); empty places of the last line are NaN."""
        h = self.out[place][image]
        if h.ndim == 3:
            return h
        rows, columns, _ = self.shape(place)
        shown = np.full(rows * columns, np.nan, h.dtype)
        shown[: len(h)] = h
        return shown.reshape(rows, columns, 1)

    def unit(self, place: int, where: tuple[int, int], d: int) -> tuple[int, ...]:
        """The unit at a cell of map d, as the engine counts it: (m, n, d), or (i,) of a vector."""
        return (where[0] * self.shape(place)[1] + where[1],) if self.vector(place) else (*where, d)

    def cell(self, place: int, unit: tuple[int, ...]) -> tuple[int, int]:
        """(row, column) where a unit is shown in its map."""
        return divmod(int(unit[0]), self.shape(place)[1]) if self.vector(place) else (unit[0], unit[1])

    def inside(self, place: int, where: tuple[int, int]) -> tuple[int, int]:
        """The cell nearest to `where` that holds a unit."""
        rows, columns, _ = self.shape(place)
        m, n = min(where[0], rows - 1), min(where[1], columns - 1)
        return divmod(min(m * columns + n, self.out[place].shape[1] - 1), columns) if self.vector(place) else (m, n)

    def strongest(self, place: int, image: int, d: int | None = None) -> tuple[tuple[int, int], int]:
        """((row, column), d) of the unit with the largest value, in map d or in all maps."""
        shown = self.of(place, image)
        shown = shown if d is None else shown[:, :, d : d + 1]
        row, column, best = (int(one) for one in np.unravel_index(np.nanargmax(shown), shown.shape))
        return (row, column), best if d is None else d

    def across(self, place: int) -> int:
        """How many maps stand side by side, so that all of them together are about square."""
        rows, columns, count = self.shape(place)
        return min(count, max(1, math.ceil(math.sqrt(count * (rows + GAP) / (columns + GAP)))))

    def sheet_shape(self, place: int) -> tuple[int, int]:
        """(rows, columns) of the sheet of all maps, in pixels."""
        return tiled(self.shape(place)[2], self.shape(place), self.across(place))

    def on_sheet(self, place: int, d: int, where: tuple[int, int]) -> tuple[int, int]:
        """(row, column) on the sheet of all maps."""
        top, left = corner(d, self.shape(place), self.across(place))
        return top + where[0], left + where[1]

    def from_sheet(self, place: int, at: tuple[int, int]) -> tuple[int, tuple[int, int]] | None:
        """d and (row, column) of a pixel of the sheet; a gap belongs to the map before it.  None beside all maps."""
        rows, columns, count = self.shape(place)
        found = on_tile(at, count, (rows, columns), self.across(place))
        return found and (found[0], (min(found[1][0], rows - 1), min(found[1][1], columns - 1)))


def tiled(count: int, shape: tuple[int, ...], columns: int) -> tuple[int, int]:
    """(rows, columns) in pixels of `count` tiles of this shape, `columns` in a line."""
    return -(-count // columns) * (shape[0] + GAP) - GAP, min(count, columns) * (shape[1] + GAP) - GAP


def corner(k: int, shape: tuple[int, ...], columns: int) -> tuple[int, int]:
    """Where tile k begins."""
    return (k // columns) * (shape[0] + GAP), (k % columns) * (shape[1] + GAP)


def on_tile(
    at: tuple[int, int], count: int, shape: tuple[int, ...], columns: int
) -> tuple[int, tuple[int, int]] | None:
    """Which of `count` tiles holds this pixel, and where in it; the gap between two belongs to the one before it.  None
    beside all of them, and that includes what would be the gap behind the last.
    """
    (line, row), (place, column) = divmod(at[0], shape[0] + GAP), divmod(at[1], shape[1] + GAP)
    k, sides = line * columns + place, tiled(count, shape, columns)
    return (k, (row, column)) if k < count and at[0] < sides[0] and at[1] < sides[1] else None


def contact_sheet(maps: Array, columns: int) -> Array:
    """Maps (H, W, C) side by side, `columns` in a row, with a line of NaN, which stays empty, between them."""
    height, width, count = maps.shape
    rows = -(-count // columns)
    sheet = np.full((rows * (height + GAP) - GAP, columns * (width + GAP) - GAP), np.nan, maps.dtype)
    for c in range(count):
        top, left = corner(c, maps.shape, columns)
        sheet[top : top + height, left : left + width] = maps[:, :, c]
    return sheet


def painted(pixels: Array, span: tuple[float, float]) -> dict[str, Any]:
    """How an Image shows pixels (H, W, C) whose values lie in this span: colours for three channels, else their mean.

    Colours that do not lie in 0..1 are stretched; below zero grey would mislead, so ink on paper is used.
    """
    lo, hi = span
    if pixels.shape[2] == 3:
        return {"pixels": pixels if lo >= 0 and hi <= 1 else (pixels - lo) / (hi - lo)}
    return {"pixels": pixels.mean(axis=2), "colours": "ink" if lo < 0 else "grey", "scale": span}
