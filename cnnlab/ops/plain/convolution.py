"""The three sums of a convolution, and the product of two matrices, in NumPy.

All windows are laid out as rows of a matrix, which the kernel, as a matrix, multiplies: for a part of the images at a
time, so that the rows fit into the caches.
"""

from typing import TypeAlias

import numpy as np

from cnnlab.types import Array

NONE = -np.inf  # no floor under the results
NO_BORDER = (0, 0), (0, 0)
AT_ONCE = 1 << 19  # numbers in the windows of those images that are worked on together

Pair: TypeAlias = tuple[int, int]
Border: TypeAlias = tuple[Pair, Pair]


def forward(
    h: Array,
    w: Array,
    b: Array | None,
    stride: Pair,
    e: Array,
    floor: float = NONE,
    filled: object = None,
    border: Border = NO_BORDER,
    value: float = 0.0,
    connections: Array | None = None,
) -> None:
    """e[n,m,k,d] = b[d] + sum_{p,q,c} w[p,q,c,d] hp[n, m s + P-1-p, k t + Q-1-q, c]; b None: e holds the bias already.

    filled and connections say what need not be summed; here all is.
    """
    rows, columns, channels, outputs = w.shape
    matrix = w[::-1, ::-1].reshape(-1, outputs)
    with np.errstate(all="ignore"):  # machine code, too, says nothing of NaN
        for part in _parts(e, rows * columns * channels):
            sums = _windows(_framed(h[part], border, value), (rows, columns), stride, e.shape[1:3]) @ matrix
            sums = sums.reshape(e[part].shape)
            e[part] = e[part] + sums if b is None else sums + b
        if floor != NONE:
            np.maximum(e, e.dtype.type(floor), out=e)


def input_gradient(
    de: Array, w: Array, stride: Pair, top_left: Pair, dh: Array, connections: Array | None = None
) -> None:
    """dh[n,i,j,c] = sum_{m,k,d} w[p,q,c,d] de[n,m,k,d], i + top = m s + P-1-p, j + left = k t + Q-1-q."""
    (rows, columns, channels, outputs), (s, t), (top, left) = w.shape, stride, top_left
    (_, high, wide, _), (_, height, width, _) = de.shape, dh.shape
    matrix = w[::-1, ::-1].reshape(-1, outputs).T
    sides = max((high - 1) * s + rows, top + height), max((wide - 1) * t + columns, left + width)
    with np.errstate(all="ignore"):
        for part in _parts(de, rows * columns * channels):
            errors = de[part]
            given = (errors.reshape(-1, outputs) @ matrix).reshape(*errors.shape[:3], rows, columns, channels)
            framed = np.zeros((len(errors), *sides, channels), dh.dtype)
            for p in range(rows):
                for q in range(columns):
                    framed[:, p : p + high * s : s, q : q + wide * t : t] += given[:, :, :, p, q]
            dh[part] = framed[:, top : top + height, left : left + width]


def weight_gradient(
    h: Array,
    de: Array,
    stride: Pair,
    dw: Array,
    filled: object = None,
    border: Border = NO_BORDER,
    value: float = 0.0,
    connections: Array | None = None,
) -> None:
    """dw[p,q,c,d] = sum_{n,m,k} de[n,m,k,d] hp[n, m s + P-1-p, k t + Q-1-q, c]; filled, connections : as above."""
    rows, columns, channels, outputs = dw.shape
    total = np.zeros((rows * columns * channels, outputs), dw.dtype)
    with np.errstate(all="ignore"):
        for part in _parts(de, rows * columns * channels):
            windows = _windows(_framed(h[part], border, value), (rows, columns), stride, de.shape[1:3])
            total += windows.T @ de[part].reshape(-1, outputs)
    dw[...] = total.reshape(rows, columns, channels, outputs)[::-1, ::-1]


def product(a: Array, b: Array, c: Array, start: Array | None = None, floor: float = NONE) -> None:
    """c[i,j] = max(floor, start[j] + sum_k a[i,k] b[k,j])."""
    with np.errstate(all="ignore"):
        np.matmul(a, b, out=c)
        if start is not None:
            c += start
        if floor != NONE:
            np.maximum(c, c.dtype.type(floor), out=c)


def _parts(maps: Array, size: int) -> list[slice]:
    """Which images are worked on together; size : numbers in one window, of which there are as many as places in
    `maps` (N, H', W', D).
    """
    count = max(1, AT_ONCE // max(1, maps.shape[1] * maps.shape[2] * size))
    return [slice(first, first + count) for first in range(0, len(maps), count)]


def _framed(h: Array, border: Border, value: float) -> Array:
    """h with its border of `value`, C-contiguous."""
    (top, below), (left, behind) = border
    if not (top or below or left or behind):
        return np.ascontiguousarray(h)
    n, height, width, channels = h.shape
    framed = np.full((n, top + height + below, left + width + behind, channels), value, h.dtype)
    framed[:, top : top + height, left : left + width] = h
    return framed


def _windows(h: Array, size: Pair, stride: Pair, places: tuple[int, ...]) -> Array:
    """All windows of h (N, H, W, C) as rows, (N H' W', P Q C): a row of a window lies side by side in h, and is copied
    in one go.
    """
    (n, height, width, channels), (rows, columns) = h.shape, size
    number = h.itemsize  # of axes with one place NumPy's own strides may say anything
    image, down, right = height * width * channels * number, width * channels * number, channels * number
    shape = n, *places, rows, columns * channels
    strides = image, stride[0] * down, stride[1] * right, down, number
    view = np.lib.stride_tricks.as_strided(h, shape, strides, writeable=False)
    return view.reshape(n * places[0] * places[1], rows * columns * channels)
