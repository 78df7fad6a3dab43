"""The three sums of a convolutional layer for a batch, on padded, contiguous, channel-last arrays, and the product of
two matrices, which is all that a fully-connected layer needs.

hp (N, HP, WP, C) is the padded input, w (P, Q, C, D) the kernel, e and de (N, H', W', D), stride (s, t).
"""

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
from cnnlab.loops.kernels.strip import (
    Block,
    Left,
    Result,
    Right,
    Start,
    Tools,
    address,
    every,
    panels,
    strip,
    strip_for,
)
from cnnlab.loops.kernels.tile import VECTORS
from cnnlab.loops.kernels.vectors import ROWS, lanes
from cnnlab.loops.runtime.compiled import compiled
from cnnlab.loops.runtime.team import chunks, run
from cnnlab.loops.runtime.workspace import aligned, workspace

NONE = -np.inf  # no floor under the results


def _tools(tiles, room):
    """What kernels work with.

    tiles : address of the strips, which compiles them: for the main thread to ask.  room : an array that the caller
    keeps while they work; inside of a loop numba would free it after its last use, and its address is none.
    """
    dtype = room.dtype
    return Tools(tiles, lanes(dtype), dtype.itemsize, room.ctypes.data, dtype.type(NONE))


def forward(hp, w, b, stride, e, floor=NONE, filled=None):
    """e[n,m,k,d] = b[d] + sum_{p,q,c} w[p,q,c,d] hp[n, m s + P-1-p, k t + Q-1-q, c]   (lecture topic 8).

    b (D,), or None where e holds the bias already.  floor : 0 makes it ReLU(e).  filled : (first, end) of the rows of
    hp, and of its columns, that are no border of zeros, as four numbers; None means all.
    """
    rows, columns, channels, outputs = w.shape
    wide, real = lanes(w.dtype), e.dtype.type
    packed = panels(w[::-1, ::-1].reshape(rows * columns * channels, outputs), wide)
    bias = aligned(packed.shape[0] * packed.shape[2], e.dtype)
    if b is not None:
        bias[:outputs] = b
    parts, tiles = chunks(len(hp)), strip_for(hp.dtype)
    filled = filled or (0, hp.shape[1], 0, hp.shape[2])

    def job(i):
        room = np.empty(ROWS * packed.shape[2], e.dtype)
        _forward(
            _tools(tiles, room),
            hp,
            filled,
            packed,
            bias,
            (rows, columns),
            stride,
            e,
            real(floor),
            b is None,
            *parts[i],
        )

    run(job, len(parts), e.size * packed.shape[1])


@compiled
def _forward(tools, hp, filled, packed, bias, taps, stride, e, floor, add, first, end):
    _, high, wide, channels = hp.shape
    _, height, across, outputs = e.shape
    panel, size = packed.shape[2], tools.size
    weights = Panels(address(packed), panel, panel, packed.shape[1])
    for n in range(first, end):
        image = Image(address(hp) + n * high * wide * channels * size, wide, channels, filled)
        at = address(e) + n * height * across * outputs * size
        out = Maps(at, across * outputs, outputs, height, across, outputs)
        image_sum(tools, image, Window((0, 0), stride, taps), weights, 0 if add else address(bias), out, floor)


def input_gradient(de, w, stride, top_left, dh):
    """dh[n,i,j,c] = sum_{m,k,d} w[p,q,c,d] de[n,m,k,d], i + top = m s + P-1-p, j + left = k t + Q-1-q  (topics 12, 13).

    dh (N, H, W, C) is the gradient of the unpadded input, top_left its place in the padded one.
    """
    (rows, columns, channels, outputs), (s, t), (top, left) = w.shape, stride, top_left
    _, height, width, _ = dh.shape
    frame = Frame((rows, columns), stride, top_left, (height, width), de.shape[1:3])
    (above, before), flipped, wide = frame.corner, w[::-1, ::-1], lanes(w.dtype)
    weights, classes = [], []  # of the pixels (r, q), (r + s, q), ... : their weights, and where to find what they need
    for r in range(min(s, height)):
        for q in range(min(t, width)):
            kernel = flipped[(r + top) % s :: s, (q + left) % t :: t][::-1, ::-1]
            if kernel.size == 0:  # a gap between windows: no output saw these pixels
                dh[:, r::s, q::t] = 0
                continue
            taps = kernel.shape[:2]
            packed = panels(kernel.transpose(0, 1, 3, 2).reshape(taps[0] * taps[1] * outputs, channels), wide)
            start = (r + top) // s + above + 1 - taps[0], (q + left) // t + before + 1 - taps[1]
            weights.append(packed)
            classes.append((packed.ctypes.data, *taps, *start, r, q))
    parts, tiles, nothing = chunks(len(de)), strip_for(de.dtype), aligned(channels + VECTORS * wide, de.dtype)
    table = np.array(classes, np.int64).reshape(-1, 7)

    def job(i):
        room = np.empty(ROWS * VECTORS * wide, dh.dtype)
        _input_gradient(_tools(tiles, room), de, (*frame.sides, *frame.corner), table, nothing, (s, t), dh, *parts[i])

    run(job, len(parts), de.size * rows * columns * channels)


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


@compiled
def _input_gradient(tools, de, frame, classes, nothing, stride, dh, first, end):
    high, wide, above, before = frame
    _, e_height, e_width, outputs = de.shape
    _, height, across, channels = dh.shape
    panel, size = VECTORS * tools.lanes, tools.size
    framed = np.zeros((high, wide, outputs), dh.dtype)
    image = Image(address(framed), wide, outputs, (above, above + e_height, before, before + e_width))
    for n in range(first, end):
        for m in range(e_height):
            for k in range(e_width):
                source, target = de[n, m, k], framed[above + m, before + k]
                for d in range(outputs):
                    target[d] = source[d]
        at = address(dh) + n * height * across * channels * size
        maps = Maps(at, across * channels, channels, height, across, channels)
        for i in range(len(classes)):
            packed, p, q, start_m, start_k, place_m, place_k = classes[i]
            window, weights = Window((start_m, start_k), (1, 1), (p, q)), Panels(packed, panel, panel, p * q * outputs)
            image_input_gradient(tools, image, window, weights, (place_m, place_k), stride, maps, address(nothing))


def weight_gradient(hp, de, stride, dw, filled=None):
    """dw[p,q,c,d] = sum_{n,m,k} de[n,m,k,d] hp[n, m s + P-1-p, k t + Q-1-q, c]   (topics 16 and 17).

    filled : as for `forward`.
    """
    filled = filled or (0, hp.shape[1], 0, hp.shape[2])
    rows, columns, channels, outputs = dw.shape
    wide = lanes(dw.dtype)
    whole = -(-outputs // wide) * wide
    if whole != outputs:  # the tile reads whole vectors
        de = np.concatenate([de, np.zeros((*de.shape[:3], whole - outputs), de.dtype)], axis=3)
    parts, tiles = chunks(len(hp)), strip_for(hp.dtype)
    partial = workspace("dL/dw of chunks", (len(parts), rows, columns * channels, outputs), dw.dtype)
    partial[...] = 0

    def job(i):
        room = np.empty((ROWS + de.shape[1] * de.shape[2]) * VECTORS * wide, dw.dtype)
        _weight_gradient(_tools(tiles, room), hp, filled, de, stride, partial[i], *parts[i])

    run(job, len(parts), de.shape[0] * de.shape[1] * de.shape[2] * dw.size)
    total = partial[0]
    for part in partial[1:]:
        total += part
    dw[...] = total.reshape(rows, columns, channels, outputs)[::-1, ::-1]


@compiled
def _weight_gradient(tools, hp, filled, de, stride, dw, first, end):
    rows, line, outputs = dw.shape
    _, high, wide, channels = hp.shape
    _, height, across, depth = de.shape
    size = tools.size
    gradient = Gradient(address(dw), rows, line, outputs)
    for n in range(first, end):
        image = Image(address(hp) + n * high * wide * channels * size, wide, channels, filled)
        at = address(de) + n * height * across * depth * size
        errors = Maps(at, across * depth, depth, height, across, depth)
        image_weight_gradient(tools, image, stride, errors, gradient)


def product(a, b, c, start=None, floor=NONE):
    """c[i,j] = max(floor, start[j] + sum_k a[i,k] b[k,j]): the fully-connected layer and its gradients (topic 15).

    a (I, K), of any strides; b (K, J); c (I, J), contiguous; start (J,) or None.  The rows of c are shared among the
    threads.
    """
    wide = lanes(c.dtype)
    packed = panels(b, wide)
    bias = aligned(packed.shape[0] * packed.shape[2], c.dtype)
    if start is not None:
        bias[: b.shape[1]] = start
    size = c.dtype.itemsize
    steps = a.strides[0] // size, a.strides[1] // size
    if min(steps) < 0 or a.strides[0] % size or a.strides[1] % size:
        a = np.ascontiguousarray(a)
        steps = a.shape[1], 1
    span = 1 + sum((n - 1) * k for n, k in zip(a.shape, steps, strict=True))
    flat = np.lib.stride_tricks.as_strided(a, (span,), (size,))
    parts, tiles = chunks(len(a)), strip_for(c.dtype)

    def job(i):
        room = np.empty(ROWS * packed.shape[2], c.dtype)
        _product(_tools(tiles, room), flat, steps, packed, bias, c, c.dtype.type(floor), *parts[i])

    run(job, len(parts), c.size * len(b))


@compiled
def _product(tools, a, steps, packed, bias, c, floor, first, end):
    panel, terms = packed.shape[2], packed.shape[1]
    outputs, size = c.shape[1], tools.size
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
