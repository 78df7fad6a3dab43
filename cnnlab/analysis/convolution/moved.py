"""An image and the same image moved, both convolved: does the result move along? (lecture topics 7 and 8)"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cnnlab.analysis.convolution.terms import Convolution
from cnnlab.analysis.shifts import place
from cnnlab.types import Array, ArrayLike

COMMON = 0.1  # share of the pixels that have a common value


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
    """The values of an image that most of its pixels have; where few are alike, as in a photograph, their mean.

    Parameters
    ----------
    image : (H, W, C)
        Pixels with all their channels are compared.

    Returns
    -------
    (C,)
    """
    pixels = image.reshape(-1, image.shape[2])
    values, counts = np.unique(pixels, axis=0, return_counts=True)
    return values[counts.argmax()] if counts.max() > COMMON * len(pixels) else pixels.mean(axis=0)


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
    there = place(image, image.shape[:2], down, right, ground)
    return _compared(conv, there, conv.e(image), conv.e(there), down, right)


def broken(conv: Convolution, image: Array, down: int, rights: Sequence[int]) -> Array:
    """How far e is from the moved e, for several shifts to the right.

    Parameters
    ----------
    conv, image, down
        As in `move_and_convolve`.
    rights : sequence of int
        Pixels to the right.

    Returns
    -------
    shares : (len(rights), D) float64
        The mean absolute difference inside, as a share of the mean of |e|; NaN where nothing can be compared.
    """
    e = conv.e(image)
    usual, shares = np.abs(e).mean(axis=(0, 1)), np.full((len(rights), e.shape[2]), np.nan)
    if any(side < kernel for side, kernel in zip(image.shape[:2], conv.w.shape[:2], strict=True)):
        return shares  # no window lies in the image
    # Windows that see nothing but the image itself: what they see of the moved one, a window of the image sees.
    everywhere = conv.but(b=None, stride=1, padding="valid", padding_value=0.0).e(image)
    m, n = (np.arange(count) for count in e.shape[:2])
    for k, right in enumerate(rights):
        (rows, step_m), (columns, step_n) = _kept(conv, image.shape, e.shape, (down, right))
        if not rows.any() or not columns.any():
            continue
        (s, t), (up, left) = conv.stride, (border[0] for border in conv.border)
        seen = everywhere[np.ix_(m[rows] * s - up - down, n[columns] * t - left - right)]
        expected = e[np.ix_(m[rows] - step_m, n[columns] - step_n)]
        there = seen if conv.b is None else seen + _biases(conv.b, rows, columns)
        shares[k] = np.abs(there - expected).mean(axis=(0, 1))
    return shares / np.where(usual > 0, usual, 1.0)


def _biases(b: Array, rows: Array, columns: Array) -> Array:
    """Of some units: one for each map, or for each unit."""
    return b[np.ix_(rows, columns)] if b.ndim == 3 else b


def _kept(
    conv: Convolution, h_shape: tuple[int, ...], e_shape: tuple[int, ...], shift: tuple[int, int]
) -> list[tuple[Array, int]]:
    """For rows and for columns: which windows can be compared, (count,) bool, and by how many of them e should move."""
    found = []
    for side, count, kernel, stride, border, by in zip(
        h_shape, e_shape, conv.w.shape, conv.stride, conv.border, shift, strict=False
    ):
        step, places = round(by / stride), np.arange(count)
        before = (places - step >= 0) & (places - step < count)
        found.append((_sees_only(side, count, kernel, stride, border, by) & before, step))
    return found


def _compared(conv: Convolution, there: Array, e: Array, e_there: Array, down: int, right: int) -> Moved:
    """What was computed for the moved image beside what was expected of it."""
    s, t = conv.stride
    steps = round(down / s), round(right / t)
    expected = place(e, e.shape[:2], *steps, np.nan)
    (rows, _), (columns, _) = _kept(conv, there.shape, e.shape, (down, right))
    inside = rows[:, None] & columns
    return Moved(there, e, e_there, steps, down % s == 0 and right % t == 0, expected, inside)


def _sees_only(side: int, count: int, kernel: int, stride: int, border: tuple[int, int], shift: int) -> Array:
    """Which windows, of rows or of columns, look at nothing but pixels that were in the image before, (count,) bool."""
    first = np.arange(count) * stride - border[0]
    return (first >= max(0, shift)) & (first + kernel <= side + min(0, shift))
