"""Pooling, forward beside backward (lecture topics 20 to 25).

A window of `size` (one number or (rows, columns)) moves by `stride` (by default its own size); windows may overlap or
leave gaps. Only whole windows count: rows and columns left over at the end are dropped, as in the lecture's formula.
"""

import numpy as np

from cnnlab import arguments
from cnnlab.loops.kernels import pooling as loops
from cnnlab.ops.nonlinearities import relu

DEAD = loops.DEAD


def pool_output_shape(e_shape, size, stride=None):
    """(N, (H - P) // s + 1, (W - Q) // t + 1, C).  Raises ValueError if the window is larger than the map."""
    size, stride = _window(size, stride)
    for axis, name in ((0, "high"), (1, "wide")):
        if size[axis] > e_shape[axis + 1]:
            raise ValueError(
                f"size must fit into the map: the window is {size[axis]} {name}, the map {e_shape[axis + 1]}"
            )
    return (e_shape[0], *((e_shape[i + 1] - size[i]) // stride[i] + 1 for i in (0, 1)), e_shape[3])


def _window(size, stride):
    size = arguments.pair("size", size)
    return size, size if stride is None else arguments.pair("stride", stride)


def _checked(name, value, e_shape, size, stride):
    value = arguments.array(name, value, 4, "(N, H', W', C)")
    arguments.shape(name, value, pool_output_shape(e_shape, size, stride), "the shape of h")
    return np.ascontiguousarray(value)


def max_pool2d(e, size=2, stride=None, rectify=False):
    """h[n,m,k,c] = max over the window of e (of ReLU(e), with rectify) (topic 22).

    e (N, H, W, C) -> h (N, H', W', C), and where (uint16, the shape of h): the place of the first maximum inside the
    window, row-major, or `DEAD` where rectify leaves h = 0, so that no pixel gets the gradient (topic 24).
    Raises ValueError for windows of `DEAD` pixels or more, whose places do not fit into where.
    """
    e = np.ascontiguousarray(arguments.array("e", e, 4, "(N, H, W, C)"))
    shape = pool_output_shape(e.shape, size, stride)
    size, stride = _window(size, stride)
    if size[0] * size[1] >= DEAD:
        raise ValueError(f"size must be a window of fewer than {DEAD} pixels; got {size[0]} x {size[1]}")
    h, where = np.empty(shape, e.dtype), np.empty(shape, np.uint16)
    loops.max_forward(e, size, stride, bool(rectify), h, where)
    return h, where


def max_pool2d_backward(dh, where, e_shape, size=2, stride=None):
    """dL/de of `max_pool2d` (topic 24): all of dL/dh goes to the chosen pixel; where windows overlap, gradients add
    up.  dh (N, H', W', C), where as `max_pool2d` gave it; raises TypeError or ValueError for anything else.
    """
    dh, where = _checked("dh", dh, e_shape, size, stride), np.asarray(where)
    if where.dtype != np.uint16:
        raise TypeError(f"where must be the uint16 array that max_pool2d gave; got dtype {where.dtype}")
    arguments.shape("where", where, dh.shape, "the shape of h")
    de = np.zeros(e_shape, dh.dtype)
    loops.max_backward(dh, where, *_window(size, stride), de)
    return de


def average_pool2d(e, size=2, stride=None, rectify=False):
    """h[n,m,k,c] = mean over the window of e (of ReLU(e), with rectify) (topic 25).  e (N, H, W, C) -> h (N, H', W',
    C).
    """
    e = np.ascontiguousarray(arguments.array("e", e, 4, "(N, H, W, C)"))
    h = np.empty(pool_output_shape(e.shape, size, stride), e.dtype)
    loops.average_forward(relu(e) if rectify else e, *_window(size, stride), h)
    return h


def average_pool2d_backward(dh, e, size=2, stride=None, rectify=False):
    """dL/de of `average_pool2d`: every pixel of the window gets 1 / (P Q) of dL/dh; with rectify only where e > 0."""
    dh = _checked("dh", dh, e.shape, size, stride)
    de = np.zeros(e.shape, dh.dtype)
    loops.average_backward(dh, *_window(size, stride), de)
    return np.where(e > 0, de, de.dtype.type(0)) if rectify else de


def decimate_output_shape(e_shape, stride=None, size=None):
    """Shape of h of `decimate2d`: (N, ceil(H / s), ceil(W / t), C); with a size only whole windows count."""
    if size is not None:
        return pool_output_shape(e_shape, size, stride)
    n, height, width, channels = e_shape
    s, t = arguments.pair("stride", 2 if stride is None else stride)
    return n, -(-height // s), -(-width // t), channels


def _corners(e_shape, stride, size):
    """Where the corners of all windows lie: slices of the rows, and of the columns."""
    _, rows, columns, _ = decimate_output_shape(e_shape, stride, size)
    s, t = _window(size, stride)[1] if size is not None else arguments.pair("stride", 2 if stride is None else stride)
    return slice(0, (rows - 1) * s + 1, s), slice(0, (columns - 1) * t + 1, t)


def decimate2d(e, stride=None, rectify=False, size=None):
    """h[n,m,k,c] = e[n, m s, k t, c] (ReLU of it, with rectify): the pixel in the corner of each window (topic 25).

    e (N, H, W, C) -> h (N, H', W', C).  stride : by default the size.  size : of the windows, of which only whole ones
    count; None means windows of stride x stride (by default 2 x 2), of which those at the end may be cut off.
    """
    e = arguments.array("e", e, 4, "(N, H, W, C)")
    rows, columns = _corners(e.shape, stride, size)
    h = np.ascontiguousarray(e[:, rows, columns])
    return relu(h) if rectify else h


def decimate2d_backward(dh, e, stride=None, rectify=False, size=None):
    """dL/de of `decimate2d`: dL/dh for the pixel in the corner, zero for all others; with rectify only where e > 0."""
    dh = arguments.array("dh", dh, 4, "(N, H', W', C)")
    arguments.shape("dh", dh, decimate_output_shape(e.shape, stride, size), "the shape of h")
    rows, columns = _corners(e.shape, stride, size)
    de = np.zeros(e.shape, dh.dtype)
    de[:, rows, columns] = dh
    return np.where(e > 0, de, de.dtype.type(0)) if rectify else de
