"""Weights in the order in which tiles read them: panels of VECTORS x lanes columns, the last one filled up with zeros.

A tile walks down one panel, row after row, in the order in which it lies in memory.
"""

import math

import numpy as np

from cnnlab.loops.kernels.tile import VECTORS
from cnnlab.loops.kernels.vectors import lanes
from cnnlab.loops.runtime.compiled import compiled, ready
from cnnlab.loops.runtime.team import MOVED, share, take
from cnnlab.loops.runtime.workspace import aligned


def room_for(terms, columns, dtype):
    """Zeros: (ceil(columns / width), *terms, width), and a row more behind them: tiles read whole vectors, which may
    begin inside of the last row.
    """
    width = VECTORS * lanes(dtype)
    shape = -(-columns // width), *terms, width
    return aligned(math.prod(shape) + width, dtype)[:-width].reshape(shape)


def panels(w):
    """w (K, J) in panels: (ceil(J / width), K, width)."""
    out = room_for(w.shape[:1], w.shape[1], w.dtype)
    width = out.shape[2]
    for i in range(len(out)):
        part = w[:, i * width : (i + 1) * width]
        out[i, :, : part.shape[1]] = part
    return out


def turned_panels(w):
    """The flipped kernel w (P, Q, C, D), in panels of its outputs: row (p, q, c) holds w[P-1-p, Q-1-q, c,
    d] for the d of a panel.
    """
    w, out = np.require(w, requirements="CW"), room_for(w.shape[:3], w.shape[3], w.dtype)
    share(lambda turns: ready(_turn, w, out, turns), len(out) * len(w), w.size * MOVED)
    return out.reshape(len(out), -1, out.shape[4])


@compiled
def _turn(w, out, turns):
    rows, columns, channels, outputs = w.shape
    width = out.shape[4]
    turn = take(turns)
    while turn < len(out) * rows:
        i, p = turn // rows, turn % rows
        for q in range(columns):
            for c in range(channels):
                source, target = w[rows - 1 - p, columns - 1 - q, c, i * width :], out[i, p, q, c]
                for d in range(min(width, outputs - i * width)):
                    target[d] = source[d]
        turn = take(turns)


def reaching_panels(w, first, stride, taps):
    """Those weights of a kernel w (P, Q, C, D) that reach one class of pixels, in panels of its channels: row
    (p, q, d) holds w[first + p s, first + q t, c, d] for the c of a panel, p and q < taps.
    """
    w, out = np.require(w, requirements="CW"), room_for((*taps, w.shape[3]), w.shape[2], w.dtype)
    share(
        lambda turns: ready(_reach, w, first, stride, out, turns),
        len(out) * taps[0],
        taps[0] * taps[1] * w[0, 0].size * MOVED,
    )
    return out.reshape(len(out), -1, out.shape[4])


@compiled
def _reach(w, first, stride, out, turns):
    count, rows, columns, outputs, width = out.shape
    channels = w.shape[2]
    turn = take(turns)
    while turn < count * rows:
        i, p = turn // rows, turn % rows
        for q in range(columns):
            target = out[i, p, q]
            for j in range(min(width, channels - i * width)):
                source = w[first[0] + p * stride[0], first[1] + q * stride[1], i * width + j]
                for d in range(outputs):
                    target[d, j] = source[d]
        turn = take(turns)
