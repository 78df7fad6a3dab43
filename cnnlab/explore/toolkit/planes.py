"""The plane of two inputs as a square map: its raster, the codes of its regions as labels, thumbnails of its units."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnnlab.analysis import regions
from cnnlab.analysis.pieces.surface import segments
from cnnlab.explore.toolkit.items import Label, Line, Map, Points
from cnnlab.explore.toolkit.scene import Plane
from cnnlab.types import Array

CELLS = 61  # points of a map along each side
WIDTH = 390  # pixels of the map, about
SMALL = 25  # points of a thumbnail along each side
BESIDE, ABOVE, RIM = 4, 8, 1  # as wide as so many of them: the gap between two, the room for words, the rim of all


def raster(reach: float, cells: int = CELLS) -> Array:
    """The points of a square map, (cells, cells, 2): |x1|, |x2| <= reach, from the bottom left on."""
    ticks = np.linspace(-reach, reach, cells)
    return np.stack(np.meshgrid(ticks, ticks), axis=-1)


def code_labels(
    w: Array, b: Array, reach: float, avoid: Sequence[Any] = ()
) -> tuple[list[tuple[str, float, float, float]], list[Label]]:
    """The regions that a square window shows, and their codes as labels, where there is room for one.

    Parameters
    ----------
    w : (2, k) float64
        One column per line.
    b : (k,) float64
        Biases.
    reach : float
        Half the side of the window.
    avoid : sequence of (2,)
        Points that no label should touch.

    Returns
    -------
    found : list
        Of `regions.in_window`.
    labels : list of Label
    """
    size = {5: 11, 6: 10}.get(w.shape[1], 12 if w.shape[1] < 5 else 9)
    half = 0.3 * size * w.shape[1] * 2 * reach / WIDTH
    found = regions.in_window(w, b, (-reach, reach), (-reach, reach), CELLS, avoid, half)
    return found, [Label(x, y, code, size=size) for code, x, y, share in found if share > 0.001]


def thumbnails(
    name: str,
    title: str,
    maps: Array,
    lines: tuple[Array, Array],
    reach: float,
    words: Sequence[str],
    slots: int,
    scale: float,
    probe: Sequence[float] | None = None,
    columns: int = 3,
    colours: Sequence[Any] | None = None,
    **size: Any,
) -> Plane:
    """Small maps of units, side by side in one panel, each with its line and its words.

    Parameters
    ----------
    name, title, size
        As in `Plane`.
    maps : (k, SMALL, SMALL) float64
        One per unit, on `raster(reach, SMALL)`.
    lines : (2, k) and (k,) float64
        w and b.
    reach : float
        Half the side of what a map shows.
    words : sequence of str
        Of each unit, above its map.
    slots : int
        Room is kept for so many maps.
    scale : float
        Of the colours.
    probe : (x1, x2), optional
        A point that is marked in every map.
    columns : int
        Maps in one row.
    colours : sequence, optional
        Of the units; by default each has its own.
    """
    inks = range(len(maps)) if colours is None else colours
    side, up = SMALL + BESIDE, SMALL + ABOVE
    rows = -(-slots // columns)
    mosaic = np.full((rows * up + RIM, columns * side - BESIDE + 2 * RIM), np.nan)
    items: list[Any] = []
    cut = segments(*lines, reach)
    for k, values in enumerate(maps):
        left, low = RIM + side * (k % columns), len(mosaic) - up * (k // columns + 1)
        mosaic[low : low + SMALL, left : left + SMALL] = values

        def place(points: Any, corner: Any = (left, low)) -> Array:
            return np.array(corner) + (np.asarray(points) + reach) / (2 * reach) * SMALL

        frame = place(reach * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]))
        edge = place(cut[k])
        items += [
            Line(frame[:, 0], frame[:, 1], colour="muted", width=1),
            Line(edge[:, 0], edge[:, 1], colour=inks[k]),
        ]
        if probe is not None:
            point = place(probe)
            items.append(Points(point[0], point[1], colour="ink", size=2.5))
        items.append(Label(left + SMALL / 2, low + SMALL + ABOVE / 2, words[k], inks[k]))
    return Plane(
        name=name,
        title=title,
        x=(0, mosaic.shape[1]),
        y=(0, mosaic.shape[0]),
        x_ticks=[],
        y_ticks=[],
        items=items,
        legend=False,
        background=Map(mosaic, scale=scale, strength=0.7),
        **size,
    )
