"""Windows that slide over maps, channel-last; the innermost loop runs over the channels."""

import numpy as np

from cnnlab.loops.runtime.compiled import compiled

DEAD = 65535  # in `where`: the whole window is at or below zero, and no pixel gets the gradient
DEAD_BYTE = DEAD & 255  # the same where a winner is kept in one byte


@compiled
def max_forward(e, size, stride, rectify, h, where):
    """h[n,m,k,c] = max_{i,j} e[n, m s + i, k t + j, c]; where = i Q + j of the first maximum   (lecture topic 22)."""
    rows, columns = size
    s, t = stride
    for n in range(h.shape[0]):
        for m in range(h.shape[1]):
            for k in range(h.shape[2]):
                for c in range(h.shape[3]):
                    h[n, m, k, c] = e[n, m * s, k * t, c]
                    where[n, m, k, c] = 0
                for i in range(rows):
                    for j in range(columns):
                        index = np.uint16(i * columns + j)
                        for c in range(h.shape[3]):
                            value = e[n, m * s + i, k * t + j, c]
                            better = value > h[n, m, k, c]
                            h[n, m, k, c] = value if better else h[n, m, k, c]
                            where[n, m, k, c] = index if better else where[n, m, k, c]
                if rectify:
                    for c in range(h.shape[3]):
                        on = h[n, m, k, c] > 0
                        h[n, m, k, c] = h[n, m, k, c] if on else 0
                        where[n, m, k, c] = where[n, m, k, c] if on else np.uint16(DEAD)


@compiled
def max_backward(dh, where, size, stride, de):
    """de[n, m s + i*, k t + j*, c] += dh[n,m,k,c] at the pixel that `where` names   (topic 24)."""
    rows, columns = size
    s, t = stride
    for n in range(dh.shape[0]):
        for m in range(dh.shape[1]):
            for k in range(dh.shape[2]):
                for i in range(rows):
                    for j in range(columns):
                        index = np.uint16(i * columns + j)
                        for c in range(dh.shape[3]):
                            chosen = where[n, m, k, c] == index
                            de[n, m * s + i, k * t + j, c] += dh[n, m, k, c] if chosen else 0


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
