"""An image and the same image moved, both convolved: does the result move along? (lecture topics 7 and 8)"""

from typing import NamedTuple

import numpy as np

from cnnlab.analysis.convolution.terms import Convolution
from cnnlab.analysis.shifts import place
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

    @property
    def difference(self) -> Array:
        """What was computed minus what was expected, (H', W', D); NaN where the two cannot be compared."""
        return np.where(self.inside[:, :, None], self.e_there - self.expected, np.nan)


def commonest_value(image: Array) -> Array:
    """The values of an image that most of its pixels have.

    Parameters
    ----------
    image : (H, W, C)
        Pixels with all their channels are compared.

    Returns
    -------
    (C,)
    """
    values, counts = np.unique(image.reshape(-1, image.shape[2]), axis=0, return_counts=True)
    return values[counts.argmax()]


def move_and_convolve(conv: Convolution, image: Array, down: int, right: int, ground: ArrayLike) -> Moved:
    """Move an image (H, W, C) and convolve both.

    Parameters
    ----------
    conv : Convolution
        With a bias for each map, or none.
    image : (H, W, C) float64
        It stays as it is.
    down, right : int
        By how many pixels it moves; negative: up, left.
    ground : float or (C,)
        What comes in at the border.

    Returns
    -------
    found : Moved
        Both results, and what was expected.

    Source
    ------
    Lecture topics 7 and 8: a convolution is shift-invariant.
    """
    s, t = conv.stride
    there = place(image, image.shape[:2], down, right, ground)
    known = place(np.ones((*image.shape[:2], 1)), image.shape[:2], down, right)
    e, e_there = conv.e(image), conv.e(there)
    steps = round(down / s), round(right / t)
    expected = place(e, e.shape[:2], *steps, np.nan)
    inside = _sees_only(conv, known) & np.isfinite(expected[:, :, 0])
    return Moved(there, e, e_there, steps, down % s == 0 and right % t == 0, expected, inside)


def _sees_only(conv, known):
    """Which outputs look at nothing but pixels that are known, (H, W, 1) of ones and zeros; (H', W') bool."""
    ones = conv.but(w=np.ones((*conv.w.shape[:2], 1, 1)), b=None, padding_value=0.0, connections=None)
    return np.round(ones.e(known)[:, :, 0]) == conv.w.shape[0] * conv.w.shape[1]
