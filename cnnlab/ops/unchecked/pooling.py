"""Pooling, forward beside backward; `cnnlab.ops.pooling` checks and explains.  Windows and strides are pairs."""

from typing import TYPE_CHECKING

import numpy as np

from cnnlab.loops.runtime.processor import MISSING
from cnnlab.ops.unchecked.nonlinearities import relu, relu_backward
from cnnlab.types import Array

if TYPE_CHECKING or not MISSING:
    from cnnlab.loops.kernels import pooling as loops
else:
    from cnnlab.ops.plain import pooling as loops

DEAD = loops.DEAD
Pair = tuple[int, int]


def _pooled(e_shape: tuple[int, ...], size: Pair, stride: Pair) -> tuple[int, ...]:
    """The shape of h: only whole windows count."""
    return (e_shape[0], *((e_shape[i + 1] - size[i]) // stride[i] + 1 for i in (0, 1)), e_shape[3])


def max_pool2d(e: Array, size: Pair, stride: Pair, rectify: bool = False) -> tuple[Array, Array]:
    """h[n,m,k,c] = max over the window of e, or of ReLU(e); and where the first maximum is, or DEAD."""
    shape = _pooled(e.shape, size, stride)
    h, where = np.empty(shape, e.dtype), np.empty(shape, np.uint16)
    loops.max_forward(np.ascontiguousarray(e), size, stride, rectify, h, where)
    return h, where


def max_pool2d_backward(dh: Array, where: Array, e_shape: tuple[int, ...], size: Pair, stride: Pair) -> Array:
    """All of dh goes to the chosen pixel; where windows overlap, gradients add up."""
    de, where = np.empty(e_shape, dh.dtype), np.ascontiguousarray(where)
    loops.max_backward(np.ascontiguousarray(dh), where, size, stride, de)
    return de


def average_pool2d(e: Array, size: Pair, stride: Pair, rectify: bool = False) -> Array:
    """h[n,m,k,c] = mean over the window of e, or of ReLU(e)."""
    e = np.ascontiguousarray(e)
    h = np.empty(_pooled(e.shape, size, stride), e.dtype)
    loops.average_forward(relu(e) if rectify else e, size, stride, h)
    return h


def average_pool2d_backward(dh: Array, e: Array, size: Pair, stride: Pair, rectify: bool = False) -> Array:
    """Every pixel of the window gets 1 / (P Q) of dh; with rectify only where e > 0."""
    de = np.zeros(e.shape, dh.dtype)
    loops.average_backward(np.ascontiguousarray(dh), size, stride, de)
    return relu_backward(de, e) if rectify else de


def decimated(e_shape: tuple[int, ...], stride: Pair, size: Pair | None) -> tuple[int, ...]:
    """The shape of h of `decimate2d`; without a size the windows at the end may be cut off."""
    if size is not None:
        return _pooled(e_shape, size, stride)
    n, height, width, channels = e_shape
    return n, -(-height // stride[0]), -(-width // stride[1]), channels


def _corners(e_shape: tuple[int, ...], stride: Pair, size: Pair | None) -> tuple[slice, slice]:
    """Where the corners of all windows lie: slices of the rows, and of the columns."""
    _, rows, columns, _ = decimated(e_shape, stride, size)
    s, t = stride
    return slice(0, (rows - 1) * s + 1, s), slice(0, (columns - 1) * t + 1, t)


def decimate2d(e: Array, stride: Pair, rectify: bool = False, size: Pair | None = None) -> Array:
    """h[n,m,k,c] = e[n, m s, k t, c], or ReLU of it."""
    rows, columns = _corners(e.shape, stride, size)
    h = np.ascontiguousarray(e[:, rows, columns])
    return relu(h) if rectify else h


def decimate2d_backward(dh: Array, e: Array, stride: Pair, rectify: bool = False, size: Pair | None = None) -> Array:
    """dh for the pixel in the corner, zero for all others; with rectify only where e > 0."""
    rows, columns = _corners(e.shape, stride, size)
    de = np.zeros(e.shape, dh.dtype)
    de[:, rows, columns] = dh
    return relu_backward(de, e) if rectify else de
