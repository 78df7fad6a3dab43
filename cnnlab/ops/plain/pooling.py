"""Windows that slide over maps, in NumPy: one pixel of all windows at a time."""

from collections.abc import Iterator

import numpy as np

from cnnlab.types import Array

DEAD = 65535  # in `where`: the whole window is at or below zero, and no pixel gets the gradient

Pair = tuple[int, int]


def max_forward(e: Array, size: Pair, stride: Pair, rectify: bool, h: Array, where: Array) -> None:
    """h[n,m,k,c] = max_{i,j} e[n, m s + i, k t + j, c]; where = i Q + j of the first maximum, or of a NaN."""
    for i, j, rows, columns in _pixels(size, stride, h.shape[1:3]):
        values = e[:, rows, columns]
        if i == j == 0:
            h[...], where[...] = values, 0
            continue
        better = ~(values <= h) & (h == h)
        np.copyto(h, values, where=better)
        where[better] = i * size[1] + j
    if rectify:
        off = h <= 0
        h[off], where[off] = 0, DEAD


def max_backward(dh: Array, where: Array, size: Pair, stride: Pair, de: Array) -> None:
    """de[n, m s + i*, k t + j*, c] += dh[n,m,k,c] at the pixel that `where` names."""
    de[...] = 0
    zero = dh.dtype.type(0)
    for i, j, rows, columns in reversed([*_pixels(size, stride, dh.shape[1:3])]):  # windows in their order
        de[:, rows, columns] += np.where(where == i * size[1] + j, dh, zero)


def average_forward(e: Array, size: Pair, stride: Pair, h: Array) -> None:
    """h[n,m,k,c] = 1/(P Q) sum_{i,j} e[n, m s + i, k t + j, c]."""
    h[...] = 0
    with np.errstate(all="ignore"):  # machine code, too, says nothing of infinities
        for _, _, rows, columns in _pixels(size, stride, h.shape[1:3]):
            h += e[:, rows, columns]
        h *= h.dtype.type(1.0 / (size[0] * size[1]))


def average_backward(dh: Array, size: Pair, stride: Pair, de: Array) -> None:
    """de[n, m s + i, k t + j, c] += dh[n,m,k,c] / (P Q)."""
    with np.errstate(all="ignore"):
        share = dh.dtype.type(1.0 / (size[0] * size[1])) * dh
        for _, _, rows, columns in reversed([*_pixels(size, stride, dh.shape[1:3])]):
            de[:, rows, columns] += share


def _pixels(size: Pair, stride: Pair, places: tuple[int, ...]) -> Iterator[tuple[int, int, slice, slice]]:
    """Each pixel (i, j) of a window, and where it lies in all windows: rows and columns of the maps."""
    for i in range(size[0]):
        for j in range(size[1]):
            last = i + (places[0] - 1) * stride[0] + 1, j + (places[1] - 1) * stride[1] + 1
            yield i, j, slice(i, last[0], stride[0]), slice(j, last[1], stride[1])
