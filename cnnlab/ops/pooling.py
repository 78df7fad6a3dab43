"""Pooling, forward beside backward (lecture topics 20 to 25).

A window of `size` (one number or (rows, columns)) moves by `stride` (by default its own size); windows may overlap or
leave gaps. Only whole windows count: rows and columns left over at the end are dropped, as in the lecture's formula.
"""

import numpy as np

from cnnlab import arguments
from cnnlab.ops import unchecked
from cnnlab.ops.unchecked.pooling import DEAD, decimated
from cnnlab.types import Array, ArrayLike, Shape, Sides

__all__ = [
    "DEAD",
    "average_pool2d",
    "average_pool2d_backward",
    "decimate2d",
    "decimate2d_backward",
    "decimate_output_shape",
    "max_pool2d",
    "max_pool2d_backward",
    "pool_output_shape",
]

WORDS = "(N, H, W, C)"


def pool_output_shape(e_shape: Shape, size: Sides, stride: Sides | None = None) -> Shape:
    """The shape of h of a pooling: (N, (H - P) // s + 1, (W - Q) // t + 1, C).

    Parameters
    ----------
    e_shape : (N, H, W, C)
        Shape of the maps.
    size : int or (int, int)
        The window.
    stride : int, (int, int) or None
        How far it moves; None means by its own size.

    Returns
    -------
    (N, H', W', C)

    Raises
    ------
    ValueError
        If the window is larger than the map.

    Source
    ------
    Lecture topic 22.
    """
    e_shape, (window, step) = arguments.sides("e_shape", e_shape, WORDS), _window(size, stride)
    for axis, name in ((0, "high"), (1, "wide")):
        if window[axis] > e_shape[axis + 1]:
            raise ValueError(
                f"size must fit into the map: the window is {window[axis]} {name}, the map {e_shape[axis + 1]}"
            )
    return (e_shape[0], *((e_shape[i + 1] - window[i]) // step[i] + 1 for i in (0, 1)), e_shape[3])


def _window(size: Sides, stride: Sides | None) -> tuple[tuple[int, int], tuple[int, int]]:
    window = arguments.pair("size", size)
    return window, window if stride is None else arguments.pair("stride", stride)


def _pooled(name: str, value: ArrayLike, e_shape: Shape, size: Sides, stride: Sides | None) -> Array:
    """An array of the shape of h, checked."""
    value = arguments.array(name, value, 4, "(N, H', W', C)")
    arguments.shape(name, value, pool_output_shape(e_shape, size, stride), "the shape of h")
    return value


def _maps(e: ArrayLike, size: Sides, stride: Sides | None) -> Array:
    """Maps that the window fits into, checked."""
    e = arguments.array("e", e, 4, WORDS)
    pool_output_shape(e.shape, size, stride)
    return e


def markable(window: tuple[int, int]) -> tuple[int, int]:
    """The window of a max pooling, if the place of each of its pixels fits into `where`; otherwise ValueError."""
    if window[0] * window[1] >= DEAD:
        raise ValueError(f"size must be a window of fewer than {DEAD} pixels; got {window[0]} x {window[1]}")
    return window


def max_pool2d(
    e: ArrayLike, size: Sides = 2, stride: Sides | None = None, rectify: bool = False
) -> tuple[Array, Array]:
    """The largest value of each window: h[n,m,k,c] = max of e over it (of ReLU(e), with rectify), or NaN.

    Parameters
    ----------
    e : (N, H, W, C) float32 or float64
        The maps.
    size : int or (int, int)
        The window.
    stride : int, (int, int) or None
        How far it moves; None means by its own size.
    rectify : bool
        Take the maximum of ReLU(e).

    Returns
    -------
    h : (N, H', W', C), dtype of e
    where : (N, H', W', C) uint16
        The place of the first maximum inside of the window, row-major, or `DEAD` where rectify leaves h = 0, so that no
        pixel gets the gradient.

    Raises
    ------
    TypeError
        For anything but a float32 or float64 array.
    ValueError
        For windows larger than the map, and windows of `DEAD` pixels or more, whose places do not fit into where.

    Source
    ------
    Lecture topics 22 and 24.
    """
    e = _maps(e, size, stride)
    window, step = _window(size, stride)
    return unchecked.max_pool2d(e, markable(window), step, arguments.flag("rectify", rectify))


def max_pool2d_backward(
    dh: ArrayLike, where: ArrayLike, e_shape: Shape, size: Sides = 2, stride: Sides | None = None
) -> Array:
    """dL/de of `max_pool2d`: all of dL/dh goes to the chosen pixel; where windows overlap, gradients add up.

    Parameters
    ----------
    dh : (N, H', W', C) float32 or float64
        dL/dh.
    where : (N, H', W', C) uint16
        As `max_pool2d` gave it.
    e_shape : (N, H, W, C)
        Shape of the maps.
    size, stride : as for `max_pool2d`

    Returns
    -------
    de : (N, H, W, C), dtype of dh

    Raises
    ------
    TypeError, ValueError
        For anything else.

    Source
    ------
    Lecture topic 24.
    """
    dh, where = _pooled("dh", dh, e_shape, size, stride), arguments.even("where", where)
    if where.dtype != np.uint16:
        raise TypeError(f"where must be the uint16 array that max_pool2d gave; got dtype {where.dtype}")
    arguments.shape("where", where, dh.shape, "the shape of h")
    return unchecked.max_pool2d_backward(dh, where, e_shape, *_window(size, stride))


def average_pool2d(e: ArrayLike, size: Sides = 2, stride: Sides | None = None, rectify: bool = False) -> Array:
    """The mean of each window: h[n,m,k,c] = mean of e over it (of ReLU(e), with rectify).

    Parameters
    ----------
    e : (N, H, W, C) float32 or float64
        The maps.
    size, stride, rectify : as for `max_pool2d`

    Returns
    -------
    h : (N, H', W', C), dtype of e

    Raises
    ------
    TypeError, ValueError
        As `max_pool2d`.

    Source
    ------
    Lecture topic 25.
    """
    return unchecked.average_pool2d(_maps(e, size, stride), *_window(size, stride), arguments.flag("rectify", rectify))


def average_pool2d_backward(
    dh: ArrayLike, e: ArrayLike, size: Sides = 2, stride: Sides | None = None, rectify: bool = False
) -> Array:
    """dL/de of `average_pool2d`: every pixel of the window gets 1 / (P Q) of dL/dh; with rectify only where e > 0.

    Parameters
    ----------
    dh : (N, H', W', C) float32 or float64
        dL/dh.
    e : (N, H, W, C)
        What the way forward was given.
    size, stride, rectify : as for `average_pool2d`

    Returns
    -------
    de : (N, H, W, C), dtype of dh

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and shapes that do not fit each other.

    Source
    ------
    Lecture topic 25.
    """
    e = arguments.array("e", e, 4, WORDS)
    dh = _pooled("dh", dh, e.shape, size, stride)
    return unchecked.average_pool2d_backward(dh, e, *_window(size, stride), arguments.flag("rectify", rectify))


def decimate_output_shape(e_shape: Shape, stride: Sides | None = None, size: Sides | None = None) -> Shape:
    """The shape of h of `decimate2d`: (N, ceil(H / s), ceil(W / t), C); with a size only whole windows count.

    Parameters
    ----------
    e_shape : (N, H, W, C)
        Shape of the maps.
    stride, size : as for `decimate2d`

    Returns
    -------
    (N, H', W', C)

    Raises
    ------
    ValueError
        If a window is larger than the map.

    Source
    ------
    Lecture topic 25.
    """
    if size is not None:
        return pool_output_shape(e_shape, size, stride)
    return decimated(arguments.sides("e_shape", e_shape, WORDS), _corner_window(stride, None)[0], None)


def _corner_window(stride: Sides | None, size: Sides | None) -> tuple[tuple[int, int], tuple[int, int] | None]:
    """The stride, and the size of the windows if there is one."""
    if size is not None:
        window, step = _window(size, stride)
        return step, window
    return arguments.pair("stride", 2 if stride is None else stride), None


def decimate2d(e: ArrayLike, stride: Sides | None = None, rectify: bool = False, size: Sides | None = None) -> Array:
    """The pixel in the corner of each window: h[n,m,k,c] = e[n, m s, k t, c] (ReLU of it, with rectify).

    Parameters
    ----------
    e : (N, H, W, C) float32 or float64
        The maps.
    stride : int, (int, int) or None
        How far the windows move; None means by their size.
    rectify : bool
        Take ReLU of the pixel.
    size : int, (int, int) or None
        Of the windows, of which only whole ones count; None means windows of stride x stride (by default 2 x 2), of
        which those at the end may be cut off.

    Returns
    -------
    h : (N, H', W', C), dtype of e

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and windows larger than the map.

    Source
    ------
    Lecture topic 25.
    """
    e = arguments.array("e", e, 4, WORDS)
    decimate_output_shape(e.shape, stride, size)
    step, window = _corner_window(stride, size)
    return unchecked.decimate2d(e, step, arguments.flag("rectify", rectify), window)


def decimate2d_backward(
    dh: ArrayLike, e: ArrayLike, stride: Sides | None = None, rectify: bool = False, size: Sides | None = None
) -> Array:
    """dL/de of `decimate2d`: dL/dh for the pixel in the corner, zero for all others; with rectify only where e > 0.

    Parameters
    ----------
    dh : (N, H', W', C) float32 or float64
        dL/dh.
    e : (N, H, W, C)
        What the way forward was given.
    stride, rectify, size : as for `decimate2d`

    Returns
    -------
    de : (N, H, W, C), dtype of dh

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and shapes that do not fit each other.

    Source
    ------
    Lecture topic 25.
    """
    dh, e = arguments.array("dh", dh, 4, "(N, H', W', C)"), arguments.array("e", e, 4, WORDS)
    arguments.shape("dh", dh, decimate_output_shape(e.shape, stride, size), "the shape of h")
    step, window = _corner_window(stride, size)
    return unchecked.decimate2d_backward(dh, e, step, arguments.flag("rectify", rectify), window)
