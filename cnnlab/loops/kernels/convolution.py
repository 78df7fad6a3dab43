"""The three sums of a convolutional layer for a batch, on contiguous, channel-last arrays, and the product of
two matrices, which is all that a fully-connected layer needs.

h (N, H, W, C) is the input, hp the same with its border, w (P, Q, C, D) the kernel, e and de (N, H', W', D), stride
(s, t).
"""

import functools

import numpy as np

from cnnlab.loops.kernels.image import (
    Gradient,
    Image,
    Maps,
    Panels,
    Window,
    image_input_gradient,
    image_sum,
    image_weight_gradient,
)
from cnnlab.loops.kernels.links import all_linked, link_at, links_of
from cnnlab.loops.kernels.panels import panels, reaching_panels, turned_panels
from cnnlab.loops.kernels.rows import copy
from cnnlab.loops.kernels.strip import (
    Block,
    Left,
    Result,
    Right,
    Start,
    Tools,
    address,
    every,
    strip,
    strip_for,
)
from cnnlab.loops.kernels.tile import VECTORS
from cnnlab.loops.kernels.vectors import lanes
from cnnlab.loops.runtime.compiled import compiled, compiled_inside, ready
from cnnlab.loops.runtime.processor import ROWS
from cnnlab.loops.runtime.team import MOVED, edges, share, take
from cnnlab.loops.runtime.workspace import aligned, workspace

NONE = -np.inf  # no floor under the results
NO_BORDER = (0, 0), (0, 0)


def _tools(tiles, room):
    """What kernels work with.

    tiles : address of the strips, which compiles them: for the main thread to ask.  room : an array that the caller
    keeps while they work; inside of a loop numba would free it after its last use, and its address is none.
    """
    across, size, none = _numbers(room.dtype)
    return Tools(tiles, across, size, room.ctypes.data, none)


@functools.cache
def _numbers(dtype):
    """Numbers in a vector, bytes of a number, and the floor that is none."""
    return lanes(dtype), dtype.itemsize, dtype.type(NONE)


def _around(h, border, value, filled):
    """The frame around h: (place of the first row and column of h, sides), and which of its rows and columns can hold
    anything but zeros.
    """
    (top, below), (left, behind) = border
    height, width = h.shape[1:3]
    frame = top, left, top + height + below, left + width + behind
    return frame, filled or ((0, frame[2], 0, frame[3]) if value else (top, top + height, left, left + width))


def _room_for(h, frame, value):
    """Room for one image of h in its frame: (rows, columns x C); nothing, if the frame adds nothing."""
    sides = frame[2:] if frame[2:] != h.shape[1:3] else (0, 0)
    return np.full((sides[0], sides[1] * h.shape[3]), value, h.dtype)


@compiled_inside
def _image(tools, h, n, frame, framed, filled):
    """Image n of h (N, H, W, C); where it needs a frame, it is put into it while it is in the cache."""
    _, height, width, channels = h.shape
    top, left, _, wide = frame
    if len(framed) == 0:
        return Image(address(h) + n * height * width * channels * tools.size, wide, channels, filled)
    line = width * channels
    for m in range(height):
        source, target = (n * height + m) * line, (top + m) * wide * channels + left * channels
        copy(address(h) + source * tools.size, address(framed) + target * tools.size, line, tools.none)
    return Image(address(framed), wide, channels, filled)


@compiled_inside
def _maps(tools, e, n):
    """Maps number n of e (N, H', W', D)."""
    _, height, width, depth = e.shape
    return Maps(address(e) + n * height * width * depth * tools.size, width * depth, depth, height, width, depth)


def _links(connections, depth, columns, dtype):
    """The links of a table (depth, columns), or those of no table: all to all."""
    return all_linked(depth, columns) if connections is None else links_of(connections, lanes(dtype))


def forward(h, w, b, stride, e, floor=NONE, filled=None, border=NO_BORDER, value=0.0, connections=None):
    """e[n,m,k,d] = b[d] + sum_{p,q,c} w[p,q,c,d] hp[n, m s + P-1-p, k t + Q-1-q, c]   (lecture topic 8).

    b (D,), or None where e holds the bias already.  floor : 0 makes it ReLU(e).  border, value : around h lie so
    many rows (above, below) and columns (before, behind) of this value, which make it hp.  filled : where h has a
    border of zeros already, (first, end) of its rows, and of its columns, that can hold anything else, as four numbers.
    connections : (C, D) bool, or None: outside of them w is zero, and need not be summed.
    """
    rows, columns, channels, outputs = w.shape
    packed, (frame, filled) = turned_panels(w), _around(h, border, value, filled)
    bias, tiles = aligned(packed.shape[0] * packed.shape[2], e.dtype), strip_for(h.dtype)
    if b is not None:
        bias[:outputs] = b
    links = _links(connections, channels, outputs, w.dtype)
    layer = packed, links, bias, (rows, columns), stride, e.dtype.type(floor), b is None

    def job(turns):
        room, framed = np.empty(ROWS * packed.shape[2], e.dtype), _room_for(h, frame, value)
        return ready(_forward, _tools(tiles, room), h, (frame, framed, filled), layer, e, turns, alive=room)

    share(job, len(h), e.size * packed.shape[1])


@compiled
def _forward(tools, h, around, layer, e, turns):
    packed, links, bias, taps, stride, floor, add = layer
    panel, start = packed.shape[2], 0 if add else address(bias)
    weights = Panels(address(packed), panel, panel, packed.shape[1])
    n = take(turns)
    while n < len(h):
        image, window = _image(tools, h, n, *around), Window((0, 0), stride, taps)
        for i in range(len(links)):
            image_sum(tools, image, window, weights, start, _maps(tools, e, n), floor, link_at(links, i))
        n = take(turns)


def input_gradient(de, w, stride, top_left, dh, connections=None):
    """dh[n,i,j,c] = sum_{m,k,d} w[p,q,c,d] de[n,m,k,d], i + top = m s + P-1-p, j + left = k t + Q-1-q  (topics 12, 13).

    dh (N, H, W, C) is the gradient of the unpadded input, top_left its place in the padded one.  connections : as for
    `forward`.
    """
    (rows, columns, channels, outputs), (s, t), (top, left) = w.shape, stride, top_left
    _, height, width, _ = dh.shape
    frame = Frame((rows, columns), stride, top_left, (height, width), de.shape[1:3])
    (above, before), wide = frame.corner, lanes(w.dtype)
    weights, classes = [], []  # of the pixels (r, q), (r + s, q), ... : their weights, and where to find what they need
    for r in range(min(s, height)):
        for q in range(min(t, width)):
            last = rows - 1 - (r + top) % s, columns - 1 - (q + left) % t  # of the weights that reach these pixels
            if min(last) < 0:  # a gap between windows: no output saw these pixels
                dh[:, r::s, q::t] = 0
                continue
            taps = last[0] // s + 1, last[1] // t + 1
            packed = reaching_panels(w, (last[0] % s, last[1] % t), stride, taps)
            start = (r + top) // s + above + 1 - taps[0], (q + left) // t + before + 1 - taps[1]
            weights.append(packed)
            classes.append((packed.ctypes.data, *taps, *start, r, q))
    tiles, nothing = strip_for(de.dtype), aligned(channels + VECTORS * wide, de.dtype)
    table, around = np.array(classes, np.int64).reshape(-1, 7), (above, before, *frame.sides)
    filled = above, above + de.shape[1], before, before + de.shape[2]
    links = _links(None if connections is None else connections.T, outputs, channels, w.dtype)
    rest = table, links, nothing, (s, t), dh

    def job(turns):
        room, framed = np.empty(ROWS * VECTORS * wide, dh.dtype), _room_for(de, around, 0)
        return ready(_input_gradient, _tools(tiles, room), de, (around, framed, filled), *rest, turns, alive=room)

    share(job, len(de), de.size * rows * columns * channels)


@compiled
def _input_gradient(tools, de, around, classes, links, nothing, stride, dh, turns):
    panel, outputs = VECTORS * tools.lanes, de.shape[3]
    n = take(turns)
    while n < len(de):
        image, maps = _image(tools, de, n, *around), _maps(tools, dh, n)
        for i in range(len(classes)):
            packed, p, q, start_m, start_k, place_m, place_k = classes[i]
            window, weights = Window((start_m, start_k), (1, 1), (p, q)), Panels(packed, panel, panel, p * q * outputs)
            place, zeros = (place_m, place_k), address(nothing)
            for k in range(len(links)):
                image_input_gradient(tools, image, window, weights, place, stride, maps, zeros, link_at(links, k))
        n = take(turns)


class Frame:
    """The frame of zeros around dL/de that lets every pixel of dL/dh look at a whole kernel of errors.

    kernel (P, Q), stride, top_left as in `input_gradient`; inside (H, W) of dh, errors (H', W') of de.
    corner : the place of the first error; sides : of the framed array.
    """

    def __init__(self, kernel, stride, top_left, inside, errors):
        deep = [-(-size // step) for size, step in zip(kernel, stride, strict=True)]  # most weights that reach a pixel
        self.corner = deep[0] - 1, deep[1] - 1
        after = (max((inside[k] - 1 + top_left[k]) // stride[k] - errors[k] + 1, 0) for k in range(2))
        self.sides = tuple(n + d - 1 + a for n, d, a in zip(errors, deep, after, strict=True))


def weight_gradient(h, de, stride, dw, filled=None, border=NO_BORDER, value=0.0, connections=None):
    """dw[p,q,c,d] = sum_{n,m,k} de[n,m,k,d] hp[n, m s + P-1-p, k t + Q-1-q, c]   (topics 16 and 17).

    hp, filled : as for `forward`.  connections : (C, D) bool, or None: outside of them dw need not be summed.
    """
    rows, columns, channels, outputs = dw.shape
    (frame, filled), wide = _around(h, border, value, filled), lanes(dw.dtype)
    whole = -(-outputs // wide) * wide
    if whole != outputs:  # the tile reads whole vectors
        de = np.concatenate([de, np.zeros((*de.shape[:3], whole - outputs), de.dtype)], axis=3)
    parts, tiles = np.array(edges(len(h)), np.int64), strip_for(h.dtype)
    count, taps, work = len(parts) - 1, rows * columns, de.shape[0] * de.shape[1] * de.shape[2] * dw.size
    links = _links(connections, channels, outputs, dw.dtype)
    partial = workspace("dL/dw of chunks", (count, rows, columns * channels, outputs), dw.dtype)
    rest = de, stride, links, partial, parts

    def job(turns):
        room, framed = (
            np.empty((ROWS + de.shape[1] * de.shape[2]) * VECTORS * wide, dw.dtype),
            _room_for(h, frame, value),
        )
        return ready(_weight_gradient, _tools(tiles, room), h, (frame, framed, filled), *rest, turns, alive=room)

    share(job, count, work)
    found, total = partial.reshape(count, taps, -1), dw.reshape(taps, -1)
    share(lambda turns: ready(_add_turned, found, total, turns), taps, found.size * MOVED)


@compiled
def _weight_gradient(tools, h, around, de, stride, links, partial, parts, turns):
    chunks, rows, line, outputs = partial.shape
    chunk = take(turns)
    while chunk < chunks:
        for r in range(rows):
            for i in range(line):
                row = partial[chunk, r, i]
                for d in range(outputs):
                    row[d] = 0
        gradient = Gradient(address(partial[chunk]), rows, line, outputs)
        for n in range(parts[chunk], parts[chunk + 1]):
            image, errors = _image(tools, h, n, *around), _maps(tools, de, n)
            for i in range(len(links)):
                image_weight_gradient(tools, image, stride, errors, gradient, link_at(links, i))
        chunk = take(turns)


@compiled
def _add_turned(partial, dw, turns):
    """dw[p] = partial[0, -1-p] + partial[1, -1-p] + ... for all weights p: the kernel is turned round."""
    chunks, taps, size = partial.shape
    p = take(turns)
    while p < taps:
        total = dw[p]
        for k in range(chunks):
            one = partial[k, taps - 1 - p]
            if k == 0:
                for i in range(size):
                    total[i] = one[i]
            else:
                for i in range(size):
                    total[i] += one[i]
        p = take(turns)


def product(a, b, c, start=None, floor=NONE):
    """c[i,j] = max(floor, start[j] + sum_k a[i,k] b[k,j]): the fully-connected layer and its gradients (topic 15).

    a (I, K), of any strides; b (K, J); c (I, J), contiguous; start (J,) or None.  The rows of c are shared among the
    threads.
    """
    packed = panels(b)
    bias = aligned(packed.shape[0] * packed.shape[2], c.dtype)
    if start is not None:
        bias[: b.shape[1]] = start
    size = c.dtype.itemsize
    steps = a.strides[0] // size, a.strides[1] // size
    if min(steps) < 0 or a.strides[0] % size or a.strides[1] % size:
        a = np.ascontiguousarray(a)
        steps = a.shape[1], 1
    if a.flags.forc:
        flat = a.ravel("K")
    else:
        span = 1 + sum((n - 1) * k for n, k in zip(a.shape, steps, strict=True))
        flat = np.lib.stride_tricks.as_strided(a, (span,), (size,))
    parts, tiles, least = _parts(len(a)), strip_for(c.dtype), c.dtype.type(floor)

    def job(turns):
        room = np.empty(ROWS * packed.shape[2], c.dtype)
        return ready(_product, _tools(tiles, room), flat, steps, packed, bias, c, least, parts, turns, alive=room)

    share(job, len(parts) - 1, c.size * len(b))


@functools.lru_cache
def _parts(rows):
    """The edges of the chunks of so many rows, for loops, which only read them."""
    return np.array(edges(rows))


@compiled
def _product(tools, a, steps, packed, bias, c, floor, parts, turns):
    panel, terms = packed.shape[2], packed.shape[1]
    outputs, size = c.shape[1], tools.size
    chunk = take(turns)
    while chunk < len(parts) - 1:
        first, end = parts[chunk], parts[chunk + 1]
        for block in range(packed.shape[0]):
            d0 = block * panel
            strip(
                tools,
                Left(address(a) + first * steps[0] * size, steps[0], 0, 0, steps[1]),
                Right(address(packed) + d0 * terms * size, 0, panel),
                Result(address(c) + (first * outputs + d0) * size, outputs, 0),
                Start(address(bias) + d0 * size, 0),
                every(1, terms),
                Block(end - first, end - first, min(panel, outputs - d0)),
                floor,
                False,
            )
        chunk = take(turns)
