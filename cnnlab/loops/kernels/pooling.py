"""Windows that slide over maps, channel-last; the innermost loop runs over the channels."""

import numpy as np

from cnnlab.loops.kernels.strip import address
from cnnlab.loops.kernels.windows import largest, returned
from cnnlab.loops.runtime.compiled import compiled, compiled_into

DEAD = 65535  # in `where`: the whole window is at or below zero, and no pixel gets the gradient
DEAD_BYTE = DEAD & 255  # the same where a winner is kept in one byte


@compiled
def max_forward(e, size, stride, rectify, h, where):
    """h[n,m,k,c] = max_{i,j} e[n, m s + i, k t + j, c]; where = i Q + j of the first maximum   (lecture topic 22).

    All arrays are contiguous.
    """
    (rows, columns), (s, t), (_, height, width, channels) = size, stride, e.shape
    zero, dead, gate = e.dtype.type(0), np.uint16(DEAD), 1 if rectify else 0
    best, winners = address(h), address(where)
    for n in range(h.shape[0]):
        for m in range(h.shape[1]):
            line = address(e) + (n * height + m * s) * width * channels * e.itemsize
            for k in range(h.shape[2]):
                window = line + k * t * channels * e.itemsize
                largest(window, width * channels, channels, rows, columns, best, winners, channels, gate, zero, dead)
                best, winners = best + channels * h.itemsize, winners + channels * where.itemsize


@compiled
def max_backward(dh, where, size, stride, de):
    """de[n, m s + i*, k t + j*, c] += dh[n,m,k,c] at the pixel that `where` names   (topic 24).

    Pixel by pixel of de, what the windows give back in which it lies: every number is written once.  All arrays are
    contiguous.
    """
    (rows, columns), (s, t), (_, high, wide, channels) = size, stride, dh.shape
    zero, dead, below = de.dtype.type(0), np.uint16(DEAD), address(de)
    for n in range(de.shape[0]):
        first = n * high * wide * channels
        errors, winners = address(dh) + first * dh.itemsize, address(where) + first * where.itemsize
        m0, m1 = 0, 0
        for i in range(de.shape[1]):
            m0, m1 = windows_over(i, m0, m1, rows, s, high)
            k0, k1 = 0, 0
            for j in range(de.shape[2]):
                k0, k1 = windows_over(j, k0, k1, columns, t, wide)
                place, corner = (i - m0 * s) * columns + j - k0 * t, (m0 * wide + k0) * channels
                returned(
                    errors + corner * dh.itemsize, winners + corner * where.itemsize, wide * channels, channels,
                    m1 - m0, k1 - k0, place, s * columns, t, below, channels, zero, dead,
                )  # fmt: skip
                below += channels * de.itemsize


@compiled_into
def windows_over(i, first, end, size, stride, count):
    """(first, end) of the windows in which pixel i of a line lies, from those of the pixel before."""
    if end < count and end * stride <= i:
        end += 1
    if first < end and first * stride + size <= i:
        first += 1
    return first, end


@compiled
def average_forward(e, size, stride, h):
    """h[n,m,k,c] = 1/(P Q) sum_{i,j} e[n, m s + i, k t + j, c]   (topic 25)."""
    rows, columns = size
    s, t = stride
    share = h.dtype.type(1.0 / (rows * columns))
    for n in range(h.shape[0]):
        for m in range(h.shape[1]):
            for k in range(h.shape[2]):
                for c in range(h.shape[3]):
                    h[n, m, k, c] = 0
                for i in range(rows):
                    for j in range(columns):
                        for c in range(h.shape[3]):
                            h[n, m, k, c] += e[n, m * s + i, k * t + j, c]
                for c in range(h.shape[3]):
                    h[n, m, k, c] *= share


@compiled
def average_backward(dh, size, stride, de):
    """de[n, m s + i, k t + j, c] += dh[n,m,k,c] / (P Q)   (topic 25)."""
    rows, columns = size
    s, t = stride
    share = dh.dtype.type(1.0 / (rows * columns))
    for n in range(dh.shape[0]):
        for m in range(dh.shape[1]):
            for k in range(dh.shape[2]):
                for i in range(rows):
                    for j in range(columns):
                        for c in range(dh.shape[3]):
                            de[n, m * s + i, k * t + j, c] += share * dh[n, m, k, c]
