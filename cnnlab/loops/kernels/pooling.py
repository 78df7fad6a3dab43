"""Windows that slide over maps, channel-last; the innermost loop runs over the channels."""

import numpy as np

from cnnlab.loops.kernels.strip import address
from cnnlab.loops.kernels.windows import Maps, Windows, pool_max, unpool_max
from cnnlab.loops.runtime.compiled import compiled, ready
from cnnlab.loops.runtime.team import MOVED, share, take

DEAD = 65535  # in `where`: the whole window is at or below zero, and no pixel gets the gradient
DEAD_BYTE = DEAD & 255  # the same where a winner is kept in one byte


def max_forward(e, size, stride, rectify, h, where):
    """h[n,m,k,c] = max_{i,j} e[n, m s + i, k t + j, c]; where = i Q + j of the first maximum   (lecture topic 22).

    All arrays are contiguous.
    """
    share(lambda turns: ready(_max_forward, e, size, stride, rectify, h, where, turns), len(e), e.size * MOVED)


@compiled
def _max_forward(e, size, stride, rectify, h, where, turns):
    (_, height, width, channels), (_, high, wide, _) = e.shape, h.shape
    windows = Windows(size[0], size[1], stride[0], stride[1], high, wide, channels)
    zero, dead, gate, line = e.dtype.type(0), np.uint16(DEAD), 1 if rectify else 0, wide * channels
    n = take(turns)
    while n < len(e):
        image, pooled = n * height * width * channels, n * high * line
        maps = Maps(address(e) + image * e.itemsize, width * channels, channels, e.itemsize)
        best = Maps(address(h) + pooled * h.itemsize, line, channels, h.itemsize)
        winners = Maps(address(where) + pooled * where.itemsize, line, channels, where.itemsize)
        pool_max(maps, best, winners, windows, gate, zero, dead)
        n = take(turns)


def max_backward(dh, where, size, stride, de):
    """de[n, m s + i*, k t + j*, c] += dh[n,m,k,c] at the pixel that `where` names   (topic 24).

    All arrays are contiguous.
    """
    share(lambda turns: ready(_max_backward, dh, where, size, stride, de, turns), len(de), de.size * MOVED)


@compiled
def _max_backward(dh, where, size, stride, de, turns):
    (_, height, width, channels), (_, high, wide, _) = de.shape, dh.shape
    windows = Windows(size[0], size[1], stride[0], stride[1], high, wide, channels)
    zero, dead, line = de.dtype.type(0), np.uint16(DEAD), wide * channels
    n = take(turns)
    while n < len(de):
        image, pooled = n * height * width * channels, n * high * line
        errors = Maps(address(dh) + pooled * dh.itemsize, line, channels, dh.itemsize)
        winners = Maps(address(where) + pooled * where.itemsize, line, channels, where.itemsize)
        below = Maps(address(de) + image * de.itemsize, width * channels, channels, de.itemsize)
        unpool_max(errors, winners, below, height, width, windows, zero, dead)
        n = take(turns)


def average_forward(e, size, stride, h):
    """h[n,m,k,c] = 1/(P Q) sum_{i,j} e[n, m s + i, k t + j, c]   (topic 25)."""
    share(lambda turns: ready(_average_forward, e, size, stride, h, turns), len(h), e.size * MOVED)


@compiled
def _average_forward(e, size, stride, h, turns):
    rows, columns = size
    s, t = stride
    part = h.dtype.type(1.0 / (rows * columns))
    n = take(turns)
    while n < len(h):
        for m in range(h.shape[1]):
            for k in range(h.shape[2]):
                for c in range(h.shape[3]):
                    h[n, m, k, c] = 0
                for i in range(rows):
                    for j in range(columns):
                        for c in range(h.shape[3]):
                            h[n, m, k, c] += e[n, m * s + i, k * t + j, c]
                for c in range(h.shape[3]):
                    h[n, m, k, c] *= part
        n = take(turns)


def average_backward(dh, size, stride, de):
    """de[n, m s + i, k t + j, c] += dh[n,m,k,c] / (P Q)   (topic 25)."""
    share(lambda turns: ready(_average_backward, dh, size, stride, de, turns), len(dh), de.size * MOVED)


@compiled
def _average_backward(dh, size, stride, de, turns):
    rows, columns = size
    s, t = stride
    part = dh.dtype.type(1.0 / (rows * columns))
    n = take(turns)
    while n < len(dh):
        for m in range(dh.shape[1]):
            for k in range(dh.shape[2]):
                for i in range(rows):
                    for j in range(columns):
                        for c in range(dh.shape[3]):
                            de[n, m * s + i, k * t + j, c] += part * dh[n, m, k, c]
        n = take(turns)
