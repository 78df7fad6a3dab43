"""Maps and colours that a kernel is to find, and how near it comes (lecture topic 8)."""

from typing import NamedTuple

import numpy as np

from cnnlab.types import Array, ArrayLike

EDGES: dict[str, list[list[int]]] = {  # as they lie on the image; w is turned round
    "dark left, bright right": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "bright above, dark below": [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
    "dark upper left, bright lower right": [[-2, -1, 0], [-1, 0, 1], [0, 1, 2]],
    "bright lines that rise to the right": [[-1, -1, 2], [-1, 2, -1], [2, -1, -1]],
    "dark spots": [[1, 1, 1], [1, -8, 1], [1, 1, 1]],
}
HUE, SATURATED, BRIGHT = (10.0, 40.0), 0.5, 0.3  # what is called orange: degrees of the colour circle, shares


class Likeness(NamedTuple):
    """How like a map is to another, whatever its scale.

    Attributes
    ----------
    cosine : float
        From -1, the exact opposite, to 1: the same but for its scale; 0 if one of them is all zero.
    scale : float
        The positive factor of the map that comes nearest; 0 where only a negative one would.
    score : int
        Per cent of the target that the scaled map explains: 100 (1 - |target - scale map| / |target|).
    """

    cosine: float
    scale: float
    score: int


class Overlap(NamedTuple):
    """How two sets of pixels agree.

    Attributes
    ----------
    found, missed, wrong : int
        Pixels in both, in the target only, in the other only.
    score : int
        Per cent of all these that are in both; 100 if there are none.
    """

    found: int
    missed: int
    wrong: int
    score: int


def edge_kernel(name: str) -> Array:
    """A kernel that finds these edges, (3, 3) float64: w as the convolution has it, which turns it round.

    Parameters
    ----------
    name : str
        One of `EDGES`.

    Returns
    -------
    w : (3, 3) float64
    """
    return np.array(EDGES[name], float)[::-1, ::-1].copy()


def likeness(e: ArrayLike, target: ArrayLike) -> Likeness:
    """How like a map is to a target.

    Parameters
    ----------
    e, target : arrays of the same shape
        Finite.

    Returns
    -------
    found : Likeness
    """
    e, target = np.asarray(e, float).ravel(), np.asarray(target, float).ravel()
    norms = float(np.linalg.norm(e)), float(np.linalg.norm(target))
    if not all(norms):
        return Likeness(0.0, 0.0, 0)
    cosine = float(np.clip(e @ target / (norms[0] * norms[1]), -1, 1))
    scale = max(0.0, cosine) * norms[1] / norms[0]
    left = float(np.linalg.norm(target - scale * e)) / norms[1]
    return Likeness(cosine, scale, round(100 * (1 - left)))


def is_orange(image: Array) -> Array:
    """Which pixels are orange, by their hue: 10 to 40 degrees, saturated, not dark.

    Parameters
    ----------
    image : (H, W, 3) floats in 0..1
        Red, green and blue.

    Returns
    -------
    orange : (H, W) bool
    """
    red, _, blue = np.moveaxis(image, 2, 0)
    bright, spread = image.max(axis=2), np.ptp(image, axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        hue = 60 * (image[:, :, 1] - blue) / spread  # between red, 0, and yellow, 60, where red is brightest
    between = (red == bright) & (hue >= HUE[0]) & (hue <= HUE[1])
    return between & (spread > SATURATED * bright) & (bright > BRIGHT)


def overlap(said: Array, target: Array) -> Overlap:
    """How two sets of pixels agree.

    Parameters
    ----------
    said, target : bool arrays of the same shape

    Returns
    -------
    found : Overlap
    """
    both, missed, wrong = (int(one.sum()) for one in (said & target, target & ~said, said & ~target))
    whole = both + missed + wrong
    return Overlap(both, missed, wrong, round(100 * both / whole) if whole else 100)
