"""The three sums of a convolutional layer, on padded, contiguous, channel-last arrays, each one a walk of register
tiles.

hp (N, HP, WP, C) is the padded input, w (P, Q, C, D) the kernel, e and de (N, H', W', D), stride (s, t).  Nothing is
copied to make
a matrix of it: the pixels under a kernel row lie side by side in memory already, Q x C numbers, and the next output
pixel starts t x C
numbers further on.  Row i of a tile is an output pixel, its columns are output channels, its sum runs down the kernel.

A long sum is cut into pieces: the weights of one piece stay in the nearest cache while all pixels of an image pass by,
then the next
piece is added to what is there.
"""

import numpy as np

from .compiled import compiled
from .strip import address, panels, strip
from .team import chunks, run
from .tile import ROWS, VECTORS, lanes
from .workspace import workspace

NONE = -np.inf  # no floor under the results
NEAR = 32 * 1024  # bytes of weights, and
NEAR_ERRORS = (
    16 * 1024
)  # of errors, that are used again and again before the next ones come: they stay in the nearest caches


def forward(hp, w, b, stride, e, floor=NONE):
    """e[n,m,k,d] = b[d] + sum_{p,q,c} w[p,q,c,d] hp[n, m s + P-1-p, k t + Q-1-q, c]   (lecture topic 8).

    b (D,), or None where e holds the bias already.  floor : 0 makes it ReLU(e).
    """
    rows, columns, channels, outputs = w.shape
    wide = lanes(w.dtype)
    packed = panels(w[::-1, ::-1].reshape(rows * columns * channels, outputs), wide)
    bias = np.zeros(packed.shape[0] * packed.shape[2], e.dtype)
    if b is not None:
        bias[:outputs] = b
    parts = chunks(len(hp))

    def job(i):
        _forward(hp, packed, bias, rows, stride, e, e.dtype.type(floor), wide, b is None, *parts[i])

    run(job, len(parts), e.size * packed.shape[1])


@compiled
def _piece(outer, inner, bytes_per_term, near):
    """(terms of the outer sum, terms of the inner sum) of one piece of about `near` bytes; all pieces are about
    alike.
    """
    if inner * bytes_per_term > near:
        pieces = -(-inner * bytes_per_term // near)
        return 1, -(-inner // pieces)
    pieces = -(-outer * inner * bytes_per_term // near)
    return -(-outer // min(pieces, outer)), inner


@compiled
def _forward(hp, packed, bias, rows, stride, e, floor, lanes, add, first, end):
    width, terms = packed.shape[2], packed.shape[1]
    _, high, wide, channels = hp.shape
    _, height, across, outputs = e.shape
    s, t = stride
    a, b, c, start, size = address(hp), address(packed), address(e), address(bias), e.itemsize
    room = np.empty(ROWS * width, e.dtype)
    scratch = address(room)
    none = e.dtype.type(-np.inf)
    line = terms // rows  # Q x C numbers lie side by side in each of the P kernel rows
    deep, long = _piece(rows, line, width * e.itemsize, NEAR)
    for n in range(first, end):
        for block in range(packed.shape[0]):
            d0 = block * width
            for o in range(0, rows, deep):
                for k in range(0, line, long):
                    fresh, last = o == 0 and k == 0 and not add, o + deep >= rows and k + long >= line
                    b0 = (block * terms + o * line + k) * width
                    for m in range(height):
                        a0 = (n * high + m * s + o) * wide * channels + k
                        c0 = ((n * height + m) * across) * outputs + d0
                        strip(
                            a + a0 * size,
                            t * channels,
                            wide * channels,
                            1,
                            b + b0 * size,
                            line * width,
                            width,
                            c + c0 * size,
                            outputs,
                            start + d0 * size,
                            0,
                            min(deep, rows - o),
                            min(long, line - k),
                            floor if last else none,
                            across,
                            min(width, outputs - d0),
                            lanes,
                            scratch,
                            not fresh,
                        )


def input_gradient(de, w, stride, top_left, dh):
    """dh[n,i,j,c] = sum_{m,k,d} w[p,q,c,d] de[n,m,k,d] with i + top = m s + P-1-p, j + left = k t + Q-1-q  (topics 12,
    13).

    dh (N, H, W, C) is the gradient of the unpadded input, top_left its place in the padded one.  A stride of s means
    that the pixels
    of dh fall into s x s classes, each reached through its own every-s-th weights: each class is a convolution of
    stride 1 of de.
    """
    (rows, columns, channels, outputs), (s, t), (top, left) = w.shape, stride, top_left
    _, height, width, _ = dh.shape
    deep, wide_ = -(-rows // s), -(-columns // t)  # most weights that reach one pixel, down and across
    after = max((height - 1 + top) // s - de.shape[1] + 1, 0), max((width - 1 + left) // t - de.shape[2] + 1, 0)
    shape = len(de), de.shape[1] + deep - 1 + after[0], de.shape[2] + wide_ - 1 + after[1], outputs
    framed = workspace(
        f"dL/de framed by {deep} {wide_} {after}", shape, de.dtype
    )  # nobody writes on the frame: it stays zero
    framed[:, deep - 1 : deep - 1 + de.shape[1], wide_ - 1 : wide_ - 1 + de.shape[2]] = de
    flipped, wide = w[::-1, ::-1], lanes(w.dtype)
    nothing = np.zeros(VECTORS * wide, de.dtype)
    parts = chunks(len(de))
    for r in range(min(s, height)):
        for q in range(min(t, width)):
            kernel = flipped[(r + top) % s :: s, (q + left) % t :: t][::-1, ::-1]
            if kernel.size == 0:  # a gap between windows: no output saw these pixels
                dh[:, r::s, q::t] = 0
                continue
            taps = kernel.shape[:2]
            packed = panels(kernel.transpose(0, 1, 3, 2).reshape(taps[0] * taps[1] * outputs, channels), wide)
            start = (r + top) // s + deep - taps[0], (q + left) // t + wide_ - taps[1]

            def job(i, packed=packed, taps=taps, start=start, r=r, q=q):
                _input_gradient(
                    framed, packed, nothing, taps, start, (r, q), (s, t), dh, dh.dtype.type(NONE), wide, *parts[i]
                )

            run(job, len(parts), dh[:, r::s, q::t].size * packed.shape[1])


@compiled
def _input_gradient(framed, packed, nothing, taps, start, place, stride, dh, floor, lanes, first, end):
    width, terms = packed.shape[2], packed.shape[1]
    _, high, wide, outputs = framed.shape
    _, height, across, channels = dh.shape
    s, t = stride
    a, b, c, zeros, size = address(framed), address(packed), address(dh), address(nothing), dh.itemsize
    room = np.empty(ROWS * width, dh.dtype)
    scratch = address(room)
    line = taps[1] * outputs
    count = (across - place[1] + t - 1) // t
    deep, long = _piece(taps[0], line, width * dh.itemsize, NEAR)
    for n in range(first, end):
        for block in range(packed.shape[0]):
            c_first = block * width
            for o in range(0, taps[0], deep):
                for k in range(0, line, long):
                    b0 = (block * terms + o * line + k) * width
                    for u in range((height - place[0] + s - 1) // s):
                        a0 = ((n * high + start[0] + u + o) * wide + start[1]) * outputs + k
                        c0 = ((n * height + place[0] + u * s) * across + place[1]) * channels + c_first
                        strip(
                            a + a0 * size,
                            outputs,
                            wide * outputs,
                            1,
                            b + b0 * size,
                            line * width,
                            width,
                            c + c0 * size,
                            t * channels,
                            zeros,
                            0,
                            min(deep, taps[0] - o),
                            min(long, line - k),
                            floor,
                            count,
                            min(width, channels - c_first),
                            lanes,
                            scratch,
                            o > 0 or k > 0,
                        )


def weight_gradient(hp, de, stride, dw):
    """dw[p,q,c,d] = sum_{n,m,k} de[n,m,k,d] hp[n, m s + P-1-p, k t + Q-1-q, c]   (topics 16 and 17).

    Row i of a tile is a weight (q, c), its columns are output channels, its sum runs over the output pixels of an
    image.
    """
    rows, columns, channels, outputs = dw.shape
    wide = lanes(dw.dtype)
    whole = -(-outputs // wide) * wide
    if whole != outputs:  # the tile reads whole vectors
        de = np.concatenate([de, np.zeros((*de.shape[:3], whole - outputs), de.dtype)], axis=3)
    parts = chunks(len(hp))
    partial = workspace("dL/dw of chunks", (len(parts), rows, columns * channels, outputs), dw.dtype)
    partial[...] = 0

    def job(i):
        _weight_gradient(hp, de, stride, partial[i], outputs, dw.dtype.type(NONE), wide, *parts[i])

    run(job, len(parts), de.shape[0] * de.shape[1] * de.shape[2] * dw.size)
    total = partial[0]
    for part in partial[1:]:
        total += part
    dw[...] = total.reshape(rows, columns, channels, outputs)[::-1, ::-1]


@compiled
def _weight_gradient(hp, de, stride, dw, outputs, floor, lanes, first, end):
    rows, line = dw.shape[0], dw.shape[1]
    _, high, wide, channels = hp.shape
    _, height, across, depth = de.shape
    s, t = stride
    width = VECTORS * lanes
    a, b, c, size = address(hp), address(de), address(dw), dw.itemsize
    room = np.zeros(ROWS * width, dw.dtype)
    scratch = address(room)
    deep, _ = _piece(height, across, width * dw.itemsize, NEAR_ERRORS)
    for n in range(first, end):
        for d0 in range(0, outputs, width):
            for m in range(0, height, deep):
                b0 = (n * height + m) * across * depth + d0
                for p in range(rows):
                    a0 = (n * high + m * s + p) * wide * channels
                    strip(
                        a + a0 * size,
                        1,
                        s * wide * channels,
                        t * channels,
                        b + b0 * size,
                        across * depth,
                        depth,
                        c + (p * line * outputs + d0) * size,
                        outputs,
                        c,
                        0,
                        min(deep, height - m),
                        across,
                        floor,
                        line,
                        min(width, outputs - d0),
                        lanes,
                        scratch,
                        True,
                    )


def product(a, b, c, start=None, floor=NONE):
    """c[i,j] = max(floor, start[j] + sum_k a[i,k] b[k,j]): the fully-connected layer and its gradients (topic 15).

    a (I, K), of any strides; b (K, J); c (I, J), contiguous; start (J,) or None.  The rows of c are shared among the
    threads.
    """
    wide = lanes(c.dtype)
    packed = panels(b, wide)
    bias = np.zeros(packed.shape[0] * packed.shape[2], c.dtype)
    if start is not None:
        bias[: b.shape[1]] = start
    size = c.dtype.itemsize
    steps = a.strides[0] // size, a.strides[1] // size
    if min(steps) < 0 or a.strides[0] % size or a.strides[1] % size:
        a = np.ascontiguousarray(a)
        steps = a.shape[1], 1
    flat = np.lib.stride_tricks.as_strided(
        a, (1 + sum((n - 1) * k for n, k in zip(a.shape, steps, strict=True)),), (size,)
    )
    parts = chunks(len(a))

    def job(i):
        _product(flat, steps, packed, bias, c, c.dtype.type(floor), wide, *parts[i])

    run(job, len(parts), c.size * len(b))


@compiled
def _product(a, steps, packed, bias, c, floor, lanes, first, end):
    width, terms = packed.shape[2], packed.shape[1]
    outputs = c.shape[1]
    base, b, flat, start, size = address(a), address(packed), address(c), address(bias), c.itemsize
    room = np.empty(ROWS * width, c.dtype)
    scratch = address(room)
    for block in range(packed.shape[0]):
        d0 = block * width
        strip(
            base + first * steps[0] * size,
            steps[0],
            0,
            steps[1],
            b + block * terms * width * size,
            0,
            width,
            flat + (first * outputs + d0) * size,
            outputs,
            start + d0 * size,
            0,
            1,
            terms,
            floor,
            end - first,
            min(width, outputs - d0),
            lanes,
            scratch,
            False,
        )
