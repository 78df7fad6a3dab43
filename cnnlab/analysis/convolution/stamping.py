"""dL/dh as its loop makes it: one error after another stamps its footprint, += or = (lecture topics 12 to 14)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cnnlab.analysis.convolution.terms import Convolution, inside
from cnnlab.types import Array

__all__ = ["Stamped", "covered", "first_errors", "input_shape", "stamp", "stamped"]


class Stamped(NamedTuple):
    """What lies in one channel of dL/dh around one stamp.

    Attributes
    ----------
    before, after : (H, W)
        Without this stamp, and with it.
    placed : (H, W)
        The stamp alone, NaN where it does not reach.
    times : (H, W) whole numbers
        How many stamps have reached each pixel so far, this one among them.
    right : (H, W)
        What += would have made of the same errors: equal to `after`, unless = stood in its place.
    """

    before: Array
    after: Array
    placed: Array
    times: Array
    right: Array

    @property
    def overlap(self) -> Array:
        """(H, W) bool: pixels of this stamp that an earlier one had reached."""
        return np.isfinite(self.placed) & (self.times > 1)


def input_shape(conv: Convolution, e_shape: Sequence[int]) -> tuple[int, int, int]:
    """The smallest image whose convolution, without a border, has so many outputs.

    Parameters
    ----------
    conv : Convolution
    e_shape : (H', W', D)
        Of e.

    Returns
    -------
    shape : (H, W, C)
        ((H' - 1) s + P, (W' - 1) t + Q, C).
    """
    (s, t), (rows, columns, channels) = conv.stride, conv.w.shape[:3]
    return (e_shape[0] - 1) * s + rows, (e_shape[1] - 1) * t + columns, channels


def stamp(conv: Convolution, de: Array, m: int, n: int) -> Array:
    """What one pixel of dL/de stamps: w turned round, each output channel times its error, added up.

    Parameters
    ----------
    conv : Convolution
    de : (H', W', D)
        dL/de.
    m, n : int
        The pixel.

    Returns
    -------
    stamp : (P, Q, C)
        For each channel of dL/dh.

    Source
    ------
    Lecture topic 13.
    """
    return conv.used[::-1, ::-1] @ de[m, n]


def first_errors(de: Array, count: int) -> Array:
    """The first `count` pixels of dL/de, read row by row; all others are 0.

    Parameters
    ----------
    de : (H', W', D)
        dL/de.
    count : int
        From 0, none, to H' W', all.

    Returns
    -------
    first : (H', W', D)
        A copy.
    """
    first = np.zeros_like(de)
    first.reshape(-1, de.shape[2])[:count] = de.reshape(-1, de.shape[2])[:count]
    return first


def stamped(conv: Convolution, de: Array, h_shape: Sequence[int], count: int, c: int, assign: bool = False) -> Stamped:
    """dL/dh after the first `count` errors have stamped.

    Parameters
    ----------
    conv : Convolution
    de : (H', W', D)
        dL/de.
    h_shape : (H, W, C)
        Of the image.
    count : int
        From 0 to H' W'.
    c : int
        Channel of dL/dh.
    assign : bool
        Whether a stamp overwrites, =, what it should be added to, +=.

    Returns
    -------
    found : Stamped
        Before the last stamp, and after it.

    Source
    ------
    Lecture topics 13 and 14.
    """
    after = _made(conv, de, h_shape, count, assign)[:, :, c]
    right = _made(conv, de, h_shape, count, False)[:, :, c] if assign else after
    placed, times = np.full(after.shape, np.nan), covered(conv, de.shape, h_shape, count)
    if not count:
        return Stamped(after, after, placed, times, right)
    m, n = divmod(count - 1, de.shape[1])
    found = conv.terms(m, n)
    p, q, i, j = found[inside(found[:, 2:], h_shape)].T
    placed[i, j] = stamp(conv, de, m, n)[::-1, ::-1, c][p, q]
    return Stamped(_made(conv, de, h_shape, count - 1, assign)[:, :, c], after, placed, times, right)


def covered(conv: Convolution, e_shape: Sequence[int], h_shape: Sequence[int], count: int) -> Array:
    """How many of the first `count` stamps reach each pixel of dL/dh.

    Parameters
    ----------
    conv : Convolution
    e_shape : (H', W', D)
        Of dL/de.
    h_shape : (H, W, C)
        Of the image.
    count : int
        From 0 to H' W'.

    Returns
    -------
    times : (H, W) whole numbers
        0 where no stamp has come.
    """
    rows, columns = conv.w.shape[:2]
    ones = conv.but(w=np.ones((rows, columns, 1, 1)), connections=None)
    each = first_errors(np.ones((*e_shape[:2], 1)), count)
    return np.rint(ones.dh(each, (*h_shape[:2], 1))[:, :, 0]).astype(int)


def _made(conv, de, h_shape, count, assign):
    """dL/dh (H, W, C) of the first errors: by the engine; or by a loop in which each stamp overwrites."""
    if not assign:
        return conv.dh(first_errors(de, count), h_shape)
    (top, below), (left, right) = conv.border
    (rows, columns), (s, t) = conv.w.shape[:2], conv.stride
    dh = np.zeros((h_shape[0] + top + below, h_shape[1] + left + right, h_shape[2]))
    for k in range(count):
        m, n = divmod(k, de.shape[1])
        dh[m * s : m * s + rows, n * t : n * t + columns] = stamp(conv, de, m, n)
    return dh[top : top + h_shape[0], left : left + h_shape[1]]
