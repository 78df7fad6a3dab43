"""Layers of a network as maps that can be shown: vectors in lines, many maps side by side, units in all of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from cnnlab.types import Array

GAP = 1  # pixels between two maps


@dataclass
class Part:
    """One of several maps on an `Image`: it has a frame, and its numbers have names and a scale of their own.

    Parameters
    ----------
    row, column : int
        Its first pixel.
    rows, columns : int
        How many numbers it has.
    each : int
        So many pixels of the image, down and across, to one number.
    name : str
        What a number is called when one points at it: {r} and {c} stand for its row and column, {i} for its number,
        counted down the columns.
    top : float
        What a pixel of 1 stands for.
    words : list of str
        Written beside its rows, to the right.
    """

    row: int
    column: int
    rows: int
    columns: int
    each: int = 1
    name: str = ""
    top: float = 1.0
    words: list[str] = field(default_factory=list)


@dataclass
class Head:
    """Two lines of words above some columns of an `Image`.

    Parameters
    ----------
    column, columns : int
        In pixels of the image.
    text, under : str
        The words; the second line is smaller.
    """

    column: int
    columns: int
    text: str
    under: str = ""


class Maps:
    """What every layer of a network gave for some images, as maps (rows, columns, maps); a vector counts as one map.

    Parameters
    ----------
    out : list of (N, H, W, C) or (N, C)
        One array per layer.
    wide : float
        So many times as wide as high are all maps of a layer side by side, about.
    """

    def __init__(self, out: list[Array], wide: float = 1.0) -> None:
        self.out, self.wide = out, wide

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
        """How many maps stand side by side."""
        rows, columns, count = self.shape(place)
        return min(count, max(1, math.ceil(math.sqrt(self.wide * count * (rows + GAP) / (columns + GAP)))))

    def sheet_shape(self, place: int) -> tuple[int, int]:
        """(rows, columns) of the sheet of all maps, in pixels."""
        return tiled(self.shape(place)[2], self.shape(place), self.across(place))

    def on_sheet(self, place: int, d: int, where: tuple[int, int]) -> tuple[int, int]:
        """(row, column) on the sheet of all maps."""
        top, left = corner(d, self.shape(place), self.across(place))
        return top + where[0], left + where[1]

    def from_sheet(self, place: int, at: Sequence[int]) -> tuple[int, tuple[int, int]]:
        """d and (row, column) of a pixel of the sheet, as `on_tile` has it."""
        rows, columns, count = self.shape(place)
        d, (row, column) = on_tile(at, count, (rows, columns), self.across(place))
        return d, (min(row, rows - 1), min(column, columns - 1))


def tiled(count: int, shape: tuple[int, ...], columns: int) -> tuple[int, int]:
    """(rows, columns) in pixels of `count` tiles of this shape, `columns` in a line."""
    return -(-count // columns) * (shape[0] + GAP) - GAP, min(count, columns) * (shape[1] + GAP) - GAP


def corner(k: int, shape: tuple[int, ...], columns: int) -> tuple[int, int]:
    """Where tile k begins."""
    return (k // columns) * (shape[0] + GAP), (k % columns) * (shape[1] + GAP)


def on_tile(at: Sequence[int], count: int, shape: tuple[int, ...], columns: int) -> tuple[int, tuple[int, int]]:
    """Which of `count` tiles holds this pixel, and where in it; the gap between two belongs to the one before it, and
    what is left empty in the last line to the last. A pixel beside the sheet is taken for the nearest on it.
    """
    row, column = (min(v, side - 1) for v, side in zip(at, tiled(count, shape, columns), strict=True))
    (line, row), (place, column) = divmod(row, shape[0] + GAP), divmod(column, shape[1] + GAP)
    return min(line * columns + place, count - 1), (row, column)


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


# ---- a whole network from left to right ---------------------------------------------------------------------------

MOST_MAPS, BETWEEN, LOWEST = 16, 5, 40  # maps of a stage that are shown; pixels between stages; rows of the picture
BESIDE = 6  # pixels for the words beside the last stage


class Stand(NamedTuple):
    """Where one stage of a network stands on a `Chart`; `down` maps, or numbers of a vector, are below each other."""

    shape: tuple[int, ...]
    shown: int
    each: int
    down: int
    row: int
    column: int
    rows: int
    columns: int


class Chart:
    """The stages of a network side by side on one picture, each as its maps or its vector, about equally high.

    Parameters
    ----------
    shapes : list of (H, W, C) or (D,)
        Of what every stage gives. Of more than 16 maps the first 16 are shown, of a long vector its beginning.
    words : list of str
        Written beside the numbers of the last stage, where that is a vector in one column.
    lowest : int
        Rows of the picture, at least; with more of them maps of all sizes become more equally high.
    gap : int
        Pixels between two maps.

    Attributes
    ----------
    shape : (rows, columns)
        Of the picture, in pixels.
    stands : list of Stand
        Where every stage stands.
    """

    def __init__(
        self, shapes: Sequence[tuple[int, ...]], words: Sequence[str] = (), lowest: int = LOWEST, gap: int = GAP
    ) -> None:
        maps = [shape for shape in shapes if len(shape) == 3]
        sides = [_across(min(shape[2], MOST_MAPS)) * (max(shape[:2]) + gap) - gap for shape in maps]
        height = max([lowest, *sides])
        self.words, self.gap = list(words), gap
        self.stands: list[Stand] = []
        column = 0
        for place, shape in enumerate(shapes):
            last = 0 < place == len(shapes) - 1
            before = shapes[place - 1] if place else ()
            group = before[2] if len(before) == 3 else 1
            wide = height // 3 if len(shapes) > 1 else height
            found = _of_maps(shape, height, gap) if len(shape) == 3 else _of_vector(shape, height, wide, group, last)
            shown, each, down, rows, columns = found
            self.stands.append(Stand(shape, shown, each, down, (height - rows) // 2, column, rows, columns))
            column += columns + BETWEEN
        self.shape = height, column + (BESIDE - BETWEEN if words else -BETWEEN)

    def parts(self, names: Sequence[str], tops: Sequence[float]) -> list[Part]:
        """The frames of all maps and vectors.

        Parameters
        ----------
        names : list of str
            For each stage, as in `Part`, {d} standing for the map.
        tops : list of float
            For each stage the size of a number that is painted as 1.
        """
        found = []
        for place, (at, name, top) in enumerate(zip(self.stands, names, tops, strict=True)):
            if len(at.shape) == 1:
                words = self.words if place == len(self.stands) - 1 and at.down == len(self.words) else []
                columns = -(-at.shown // at.down)
                found.append(Part(at.row, at.column, at.down, columns, at.each, name, top, words))
                continue
            for d in range(at.shown):
                row, column = self.cell(place, (0, 0, d))
                named = name.replace("{d}", str(d))
                found.append(Part(row, column, at.shape[0], at.shape[1], at.each, named, top))
        return found

    def heads(self, texts: Sequence[tuple[str, str]]) -> list[Head]:
        """What stands above every stage: two lines of words for each."""
        middle = [at.column - BETWEEN // 2 for at in self.stands[1:]]  # of the gaps
        ends = zip([0, *middle], [*middle, self.shape[1]], texts, strict=True)
        return [Head(start, end - start, *two) for start, end, two in ends]

    def pixels(self, arrays: Sequence[Array], tops: Sequence[float]) -> Array:
        """The picture: what every stage gave, in units of its top; NaN where nothing stands.

        Parameters
        ----------
        arrays : list of (H, W, C) or (D,)
            In the shapes of the stages.
        tops : list of float
            As for `parts`.

        Returns
        -------
        (rows, columns) float32
        """
        sheet = np.full(self.shape, np.nan, np.float32)
        for place, (at, array, top) in enumerate(zip(self.stands, arrays, tops, strict=True)):
            values: Array = array[..., : at.shown] / np.float32(top)
            if len(at.shape) == 1:
                columns = -(-at.shown // at.down)
                line = np.full(at.down * columns, np.nan, np.float32)
                line[: at.shown] = values
                values = line.reshape(columns, at.down).T[:, :, None]
            large = values.repeat(at.each, axis=0).repeat(at.each, axis=1)
            for d in range(large.shape[2]):
                row, column = self.cell(place, (0, 0, d)) if len(at.shape) == 3 else (at.row, at.column)
                sheet[row : row + large.shape[0], column : column + large.shape[1]] = large[:, :, d]
        return sheet

    def cell(self, place: int, unit: Sequence[int]) -> tuple[int, int]:
        """(row, column) of the first pixel of a number of a stage, which must be shown."""
        at = self.stands[place]
        if len(at.shape) == 1:
            column, row = divmod(unit[0], at.down)
            return at.row + row * at.each, at.column + column * at.each
        m, n, d = unit
        across, down = divmod(d, at.down)
        high, wide = (side * at.each + self.gap for side in at.shape[:2])
        return at.row + down * high + m * at.each, at.column + across * wide + n * at.each

    def shows(self, place: int, unit: Sequence[int]) -> bool:
        """Whether a number of a stage is one of those that are shown."""
        return unit[-1] < self.stands[place].shown

    def unit(self, row: int, column: int) -> tuple[int, tuple[int, ...]]:
        """The stage, and the number in it, at a pixel of the picture; the nearest one where none is."""
        gaps = [max(at.column - column, column - at.column - at.columns + 1, 0) for at in self.stands]
        place = int(np.argmin(gaps))
        at = self.stands[place]
        row, column = (
            min(max(v, 0), end - 1) for v, end in ((row - at.row, at.rows), (column - at.column, at.columns))
        )
        if len(at.shape) == 1:
            return place, (min(column // at.each * at.down + row // at.each, at.shown - 1),)
        high, wide = (side * at.each + self.gap for side in at.shape[:2])
        d = min(column // wide * at.down + row // high, at.shown - 1)
        left, top = d // at.down * wide, d % at.down * high
        m, n = ((v - first) // at.each for v, first in ((row, top), (column, left)))
        return place, (min(max(m, 0), at.shape[0] - 1), min(max(n, 0), at.shape[1] - 1), d)


def _across(count: int) -> int:
    """The side of the smallest square in which so many have room."""
    return math.ceil(math.sqrt(count))


def _of_maps(shape: tuple[int, ...], height: int, gap: int) -> tuple[int, int, int, int, int]:
    """(shown, pixels to a number, maps below each other, rows, columns) of maps: as large as they can be."""
    (high, wide), shown = shape[:2], min(shape[2], MOST_MAPS)
    ways = []
    for down in range(1, shown + 1):
        across = -(-shown // down)
        each = min(((height + gap) // down - gap) // high, ((height + gap) // across - gap) // wide)
        ways.append((each, -(down * across - shown), down, across))
    each, _, down, across = max(ways)
    return shown, each, down, down * (high * each + gap) - gap, across * (wide * each + gap) - gap


def _of_vector(
    shape: tuple[int, ...], height: int, wide: int, group: int, last: bool
) -> tuple[int, int, int, int, int]:
    """The same of a vector: one column if it is the last, else as many as there is room for, of whole groups of the
    numbers that belong to one pixel.
    """
    (count,) = shape
    if last and count <= height:
        each = height // count
        return count, each, count, count * each, each
    for each in range(wide, 0, -1):
        down = min(height // each, count)
        down = down // group * group or down
        columns = -(-count // down)
        if columns * each <= wide or each == 1:
            break
    columns = min(columns, height // 2 if columns * each > wide else columns)
    return min(count, down * columns), each, down, down * each, columns * each
