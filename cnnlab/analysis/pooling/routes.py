"""Pooling of one map, forward, and the routes that gradients take back (lecture topics 20 to 25)."""

from collections.abc import Callable

import numpy as np

from cnnlab import ops
from cnnlab.analysis.shifts import place
from cnnlab.types import Array, ArrayLike

__all__ = ["MODES", "pool", "seen", "shares", "shifted", "window"]

MODES = ("max", "average", "decimation")


def pool(e: ArrayLike, mode: str, size: int, stride: int, rectify: bool) -> tuple[Array, Callable[[ArrayLike], Array]]:
    """Pooling of one map by the engine, and its way back.

    Parameters
    ----------
    e : (H, W)
        Excitation map.
    mode : str
        One of `MODES`; decimation takes the corner of every window of that size.
    size, stride : int
        Side of a window, and from one window to the next.
    rectify : bool
        ReLU inside: what is not positive becomes 0, and no gradient goes back to it.

    Returns
    -------
    h : (H', W') float64
        The pooled map.
    backward : function
        dL/dh (n, H', W') -> dL/de (n, H, W), for n gradients at once.

    Source
    ------
    Lecture topics 22 to 25.
    """
    batch = np.ascontiguousarray(e, dtype=np.float64)[None, :, :, None]

    def many(dh):
        return np.ascontiguousarray(dh, dtype=np.float64)[..., None], np.repeat(batch, len(dh), axis=0)

    if mode == "max":
        h, where = ops.max_pool2d(batch, size, stride, rectify=rectify)

        def backward(dh):
            dh, e = many(dh)
            return ops.max_pool2d_backward(dh, np.repeat(where, len(dh), axis=0), e.shape, size, stride)[..., 0]

    elif mode == "average":
        h = ops.average_pool2d(batch, size, stride, rectify=rectify)

        def backward(dh):
            return ops.average_pool2d_backward(*many(dh), size, stride, rectify=rectify)[..., 0]

    else:
        h = ops.decimate2d(batch, stride, rectify=rectify, size=size)

        def backward(dh):
            return ops.decimate2d_backward(*many(dh), stride, rectify=rectify, size=size)[..., 0]

    return h[0, :, :, 0], backward


def shares(backward: Callable[[ArrayLike], Array], h_shape: tuple[int, int]) -> Array:
    """What each pixel of e gets of a gradient of 1 in each pooled cell.

    Parameters
    ----------
    backward : function
        As `pool` gives it.
    h_shape : (H', W')
        Of the pooled map.

    Returns
    -------
    share : (H', W', H, W)
        share[cell][pixel].
    """
    count = h_shape[0] * h_shape[1]
    share = backward(np.eye(count).reshape(count, *h_shape))
    return share.reshape(*h_shape, *share.shape[1:])


def seen(mode: str, size: int) -> int:
    """The side of what a pooled cell looks at: decimation looks at one pixel, however large its window.

    Parameters
    ----------
    mode : str
        One of `MODES`.
    size : int
        Side of a window.

    Returns
    -------
    side : int
        In pixels of e.
    """
    return 1 if mode == "decimation" else size


def window(row: int, column: int, size: int, stride: int) -> list[tuple[int, int]]:
    """The cells of e that a pooled cell looks at.

    Parameters
    ----------
    row, column : int
        Of the pooled cell.
    size, stride : int
        Side of a window, and from one window to the next.

    Returns
    -------
    cells : list of (row, column)
        Of e.
    """
    return [(row * stride + i, column * stride + j) for i in range(size) for j in range(size)]


def shifted(e: Array, rows: int, columns: int) -> Array:
    """A map that is moved; zeros come in.

    Parameters
    ----------
    e : (H, W)
        The map; it stays as it is.
    rows, columns : int
        Down and right by how many pixels; negative: up, left.

    Returns
    -------
    moved : (H, W)
        Of the same type.
    """
    return place(e[:, :, None], e.shape, rows, columns)[:, :, 0]
