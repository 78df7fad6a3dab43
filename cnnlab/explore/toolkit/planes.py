"""The plane of two inputs as a square map: the points of its raster, and the codes of its regions as labels."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnnlab.analysis import regions
from cnnlab.explore.toolkit.items import Label
from cnnlab.types import Array

CELLS = 61  # points of a map along each side
WIDTH = 390  # pixels of the map, about


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
