"""The operations of a program that are no convolutions, and walks over its table, forward and backward."""

import numpy as np

from .compiled import compiled
from .pointwise import bend, bend_back, normalise_responses, normalise_responses_back
from .program import (
    BATCH,
    BEND,
    CONV,
    DENSE,
    DROP,
    LOAD,
    POOL,
    RESPONSES,
    STATISTICS,
    SUM,
    block,
    come_back,
    connect,
    connect_back,
    convolve,
    convolve_back,
    leave,
    load,
)

ABOUT = 8  # rows of numbers that batch normalisation keeps, see `about`


# Every operation has one loop for each direction: f(op, memory, scratch, lanes, chunk, first, end), for the images
# first to end of the batch, which are chunk number `chunk`.


@compiled
def pool(op, memory, scratch, lanes, chunk, first, end):
    """Max pooling that does not follow a convolution (topic 22)."""
    for n in range(first, end):
        leave(op, memory, n, block(memory.m, op.h + n * op.hs, op.height, op.width, op.c))


@compiled
def pool_back(op, memory, scratch, lanes, chunk, first, end):
    """The gradient goes to the largest pixel of each window (topic 24)."""
    for n in range(first, end):
        come_back(op, memory, n, block(memory.d, op.d_in + n * memory.d_step, op.height, op.width, op.c), 0, 0)


@compiled
def curve(op, memory, scratch, lanes, chunk, first, end):
    """h = f(e), number by number."""
    for n in range(first, end):
        bend(op.kind, op.alpha, memory.m[op.h + n * op.hs : op.h + (n + 1) * op.hs], scratch[: op.hs])
        leave(op, memory, n, block(scratch, 0, op.height, op.width, op.c))


@compiled
def curve_back(op, memory, scratch, lanes, chunk, first, end):
    """dL/de = f'(e) dL/dh."""
    for n in range(first, end):
        h = scratch[: op.hs]
        bend(op.kind, op.alpha, memory.m[op.h + n * op.hs : op.h + (n + 1) * op.hs], h)
        d, de = op.d_out + n * memory.d_step, op.d_in + n * memory.d_step
        bend_back(op.kind, op.alpha, memory.d[d : d + op.hs], h, memory.d[de : de + op.hs])


@compiled
def respond(op, memory, scratch, lanes, chunk, first, end):
    """Normalisation of responses, see `normalise_responses`."""
    m, pixels = memory.m, op.height * op.width
    out, room = block(scratch, 0, 1, pixels, op.c)[0], block(scratch, op.hs, 1, pixels, op.c)[0]
    for n in range(first, end):
        h = block(m, op.h + n * op.hs, 1, pixels, op.c)[0]
        bracket = block(m, op.extra + 1 + n * op.hs, 1, pixels, op.c)[0]
        normalise_responses(h, op.kind, m[op.extra], op.alpha, op.beta, bracket, out, room)
        leave(op, memory, n, block(scratch, 0, op.height, op.width, op.c))


@compiled
def respond_back(op, memory, scratch, lanes, chunk, first, end):
    """Its gradient, see `normalise_responses_back`."""
    m, pixels = memory.m, op.height * op.width
    room = block(scratch, 0, 1, pixels, op.c)[0]
    for n in range(first, end):
        h = block(m, op.h + n * op.hs, 1, pixels, op.c)[0]
        bracket = block(m, op.extra + 1 + n * op.hs, 1, pixels, op.c)[0]
        d = block(memory.d, op.d_out + n * memory.d_step, 1, pixels, op.c)[0]
        dh = block(memory.d, op.d_in + n * memory.d_step, 1, pixels, op.c)[0]
        normalise_responses_back(d, h, op.kind, op.alpha, op.beta, bracket, dh, room)


@compiled
def drop(op, memory, scratch, lanes, chunk, first, end):
    """out = mask h."""
    m = memory.m
    for n in range(first, end):
        h, mask = op.h + n * op.hs, op.extra + n * op.hs
        for i in range(op.hs):
            scratch[i] = m[h + i] * m[mask + i]
        leave(op, memory, n, block(scratch, 0, op.height, op.width, op.c))


@compiled
def drop_back(op, memory, scratch, lanes, chunk, first, end):
    """dL/dh = mask dL/dout."""
    m, d = memory.m, memory.d
    for n in range(first, end):
        error, below, mask = op.d_out + n * memory.d_step, op.d_in + n * memory.d_step, op.extra + n * op.hs
        for i in range(op.hs):
            d[below + i] = d[error + i] * m[mask + i]


@compiled
def about(op, m):
    """What batch normalisation knows of its batch, rows of C numbers: a rough mean; the mean; 1 / deviation; scale and
    shift of the way forward; scale, share of e and shift of the way back.
    """
    return m[op.extra : op.extra + ABOUT * op.c].reshape((ABOUT, op.c))


@compiled
def gather(op, memory, scratch, lanes, chunk, first, end):
    """Sums of (e - rough mean) and of its square over the images of a chunk, for `meet`."""
    m, area = memory.m, op.height * op.width
    rough = about(op, m)[0]
    place = op.extra + ABOUT * op.c + chunk * 4 * op.c
    rows = m[place : place + 4 * op.c].reshape((4, op.c))
    sums, one = rows[:2], rows[2:]
    sums[:] = 0
    for n in range(first, end):
        e = block(m, op.h + n * op.hs, 1, area, op.c)[0]
        one[:] = 0  # image by image: long sums of small numbers lose digits
        for i in range(area):
            for c in range(op.c):
                off = e[i, c] - rough[c]
                one[0, c] += off
                one[1, c] += off * off
        for c in range(op.c):
            sums[0, c] += one[0, c]
            sums[1, c] += one[1, c]


@compiled
def batch(op, memory, scratch, lanes, chunk, first, end):
    """out = gamma (e - mean) / deviation + beta (Ioffe and Szegedy 2015), then `leave`."""
    m, channels = memory.m, op.c
    scale, shift = about(op, m)[3], about(op, m)[4]
    e = block(scratch, 0, op.height, op.width, op.c)
    floor = m.dtype.type(0 if op.relu else -np.inf)
    for n in range(first, end):
        h = block(m, op.h + n * op.hs, op.height, op.width, op.c)
        for y in range(op.height):
            for x in range(op.width):
                source, row = h[y, x], e[y, x]
                for c in range(channels):
                    value = source[c] * scale[c] + shift[c]
                    row[c] = floor if value < floor else value
        leave(op, memory, n, e)


@compiled
def batch_back(op, memory, scratch, lanes, chunk, first, end):
    """dL/dgamma and dL/dbeta of a chunk; the gradient itself waits in `d` for the means over the whole batch."""
    m, g, channels = memory.m, memory.g[chunk], op.c
    mean, share = about(op, m)[1], about(op, m)[2]
    dgamma, dbeta = g[op.w : op.w + op.c], g[op.b : op.b + op.c]
    dgamma[:] = 0
    dbeta[:] = 0
    for n in range(first, end):
        d = block(memory.d, op.d_in + n * memory.d_step, op.height, op.width, op.c)
        come_back(op, memory, n, d, 0, 0)
        h = block(m, op.h + n * op.hs, op.height, op.width, op.c)
        for y in range(op.height):
            for x in range(op.width):
                error, row = d[y, x], h[y, x]
                for c in range(channels):
                    dbeta[c] += error[c]
                    dgamma[c] += error[c] * (row[c] - mean[c]) * share[c]


@compiled
def centre(op, memory, scratch, lanes, chunk, first, end):
    """dL/de = gamma / deviation (d - mean d - normal mean(d normal)), in its place: scale d + share e + shift."""
    m, channels = memory.m, op.c
    scale, share, shift = about(op, m)[5], about(op, m)[6], about(op, m)[7]
    for n in range(first, end):
        d = block(memory.d, op.d_out + n * memory.d_step, op.height, op.width, op.c)
        h = block(m, op.h + n * op.hs, op.height, op.width, op.c)
        for y in range(op.height):
            for x in range(op.width):
                error, row = d[y, x], h[y, x]
                for c in range(channels):
                    error[c] = scale[c] * error[c] + share[c] * row[c] + shift[c]


@compiled
def add_up(op, memory, scratch, lanes, chunk, first, end):
    """e[c] = b[c] + w[c] sum_t h[t,c] (topic 26)."""
    m, u = memory.m, memory.u
    for n in range(first, end):
        h, total = block(m, op.h + n * op.hs, 1, op.width, op.c)[0], m[op.extra + n * op.c : op.extra + (n + 1) * op.c]
        total[:] = 0
        for t in range(op.width):
            for c in range(op.c):
                total[c] += h[t, c]
        for c in range(op.c):
            m[op.out + n * op.outs + c] = u[op.b + c] + u[op.w + c] * total[c]


@compiled
def add_up_back(op, memory, scratch, lanes, chunk, first, end):
    """dL/dw[c] = de[c] sum_t h[t,c], dL/db = de, dL/dh[t,c] = w[c] de[c]."""
    m, u, d, g = memory.m, memory.u, memory.d, memory.g[chunk]
    g[op.w : op.w + op.c] = 0
    g[op.b : op.b + op.c] = 0
    for n in range(first, end):
        de, dh = d[op.d_out + n * memory.d_step :], d[op.d_in + n * memory.d_step :]
        for c in range(op.c):
            g[op.w + c] += de[c] * m[op.extra + n * op.c + c]
            g[op.b + c] += de[c]
        if op.need:
            for t in range(op.width):
                for c in range(op.c):
                    dh[t * op.c + c] = u[op.w + c] * de[c]


FORWARD = {
    CONV: convolve, DENSE: connect, POOL: pool, BEND: curve, RESPONSES: respond, DROP: drop, STATISTICS: gather,
    BATCH: batch, SUM: add_up,
}  # fmt: skip
BACKWARD = {
    CONV: convolve_back, DENSE: connect_back, POOL: pool_back, BEND: curve_back, RESPONSES: respond_back,
    DROP: drop_back, STATISTICS: centre, BATCH: batch_back, SUM: add_up_back,
}  # fmt: skip


def forward(program, lo, hi, memory, x, rows, scratch, lanes, chunk, first, end):
    """Rows lo to hi of the table, for the images first to end of the batch: x[rows[n]] is image n."""
    for k in range(lo, hi):
        op = program[k]
        if op["code"] == LOAD:
            load(op, memory, x, rows, first, end)
        else:
            FORWARD[int(op["code"])](op, memory, scratch, lanes, chunk, first, end)


def backward(program, lo, hi, memory, scratch, lanes, chunk, first, end):
    """Rows hi - 1 down to lo; the gradient of what the last row gave is in its place in `d` already."""
    for k in range(hi - 1, lo - 1, -1):
        BACKWARD[int(program[k]["code"])](program[k], memory, scratch, lanes, chunk, first, end)
