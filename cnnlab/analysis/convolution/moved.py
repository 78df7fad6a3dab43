"""An image and the same image moved, both convolved: does the result move along? (lecture topics 7 and 8)"""

from typing import NamedTuple

import numpy as np

from cnnlab.analysis.convolution.terms import Convolution
from cnnlab.types import Array, ArrayLike


class Moved(NamedTuple):
    """A convolution of an image, and of the image moved.

    Attributes
    ----------
    there : (H, W, C)
        The image moved.
    e, e_there : (H', W', D)
        Of the image, and of the image moved.
    steps : (int, int)
        By how many pixels e should move: the shift, in strides, rounded.
    whole : bool
        Is the shift a whole number of strides?
    expected : (H', W', D)
        e moved by `steps`; NaN where nothing came in.
    inside : (H', W') bool
        Where both windows see nothing but pixels of the image itself: no border, nothing new.
    """

    there: Array
    e: Array
    e_there: Array
    steps: tuple[int, int]
    whole: bool
    expected: Array
    inside: Array


def move_and_convolve(conv: Convolution, image: Array, down: int, right: int, ground: ArrayLike) -> Moved:
    """Move an image (H, W, C) and convolve both.

    Parameters
    ----------
    conv : Convolution
        With a bias for each map, or none.
    image : (H, W, C) float64
    down, right : int
        By how many pixels it moves; negative: up, left.
    ground : float or (C,)
        What comes in at the border.

    Source
    ------
    Lecture topics 7 and 8: a convolution is shift-invariant.
    """
    (s, t), (rows, columns) = conv.stride, image.shape[:2]
    i, j = np.arange(rows) - down, np.arange(columns) - right
    known = ((i >= 0) & (i < rows))[:, None] & ((j >= 0) & (j < columns))[None, :]
    there = np.where(known[..., None], image[np.clip(i, 0, rows - 1)][:, np.clip(j, 0, columns - 1)], ground)
    e, e_there = conv.e(image), conv.e(there)
    steps = round(down / s), round(right / t)
    expected = np.full(e.shape, np.nan)
    target = [slice(max(k, 0), min(side, side + k)) for k, side in zip(steps, e.shape[:2], strict=True)]
    source = [slice(max(-k, 0), min(side, side - k)) for k, side in zip(steps, e.shape[:2], strict=True)]
    expected[tuple(target)] = e[tuple(source)]
    inside = _sees_only(conv, known) & np.isfinite(expected[:, :, 0])
    return Moved(there, e, e_there, steps, down % s == 0 and right % t == 0, expected, inside)


def _sees_only(conv, known):
    """Which outputs look at nothing but pixels that are known (H, W) and inside of the image; (H', W') bool."""
    ones = conv.but(w=np.ones((*conv.w.shape[:2], 1, 1)), b=None, padding_value=0.0, connections=None)
    seen = ones.e(known[:, :, None].astype(float))[:, :, 0]
    return np.round(seen) == conv.w.shape[0] * conv.w.shape[1]
