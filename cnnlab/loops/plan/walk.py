"""The operations of a program that are no convolutions, and walks over its table, forward and backward."""

import numpy as np

from cnnlab.loops.kernels.pointwise import bend, bend_back, normalise_responses, normalise_responses_back
from cnnlab.loops.plan.passing import clear, come_back, hand_on, leave, part
from cnnlab.loops.plan.table import (
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
    connect,
    connect_back,
    convolve,
    convolve_back,
    load,
)
from cnnlab.loops.runtime.compiled import compiled, compiled_inside

ABOUT = 8  # rows of numbers that batch normalisation keeps, see `about`


# Every operation has one loop for each direction: f(op, memory, scratch, lanes, chunk, first, end), for the images
# first to end of the batch, which are chunk number `chunk`.


@compiled
def pool(op, memory, scratch, lanes, chunk, first, end):
    """Max pooling that does not follow a convolution (topic 22)."""
    for n in range(first, end):
        leave(op, memory, n, memory.m, op.h + n * op.hs, scratch, 0)


@compiled
def pool_back(op, memory, scratch, lanes, chunk, first, end):
    """The gradient goes to the largest pixel of each window (topic 24)."""
    for n in range(first, end):
        come_back(op, memory, n, memory.d, op.d_in + n * memory.d_step, op.width * op.c, op.c, scratch, 0)


@compiled
def curve(op, memory, scratch, lanes, chunk, first, end):
    """h = f(e), number by number."""
    for n in range(first, end):
        bend(op.kind, op.alpha, part(memory.m, op.h + n * op.hs, op.hs), part(scratch, 0, op.hs))
        hand_on(op, memory, n, scratch, 0)


@compiled
def curve_back(op, memory, scratch, lanes, chunk, first, end):
    """dL/de = f'(e) dL/dh."""
    for n in range(first, end):
        h = part(scratch, 0, op.hs)
        bend(op.kind, op.alpha, part(memory.m, op.h + n * op.hs, op.hs), h)
        d, de = op.d_out + n * memory.d_step, op.d_in + n * memory.d_step
        bend_back(op.kind, op.alpha, part(memory.d, d, op.hs), h, part(memory.d, de, op.hs))


@compiled
def respond(op, memory, scratch, lanes, chunk, first, end):
    """Normalisation of responses, see `normalise_responses`."""
    m, out, room = memory.m, part(scratch, 0, op.hs), part(scratch, op.hs, op.hs)
    for n in range(first, end):
        h, bracket = part(m, op.h + n * op.hs, op.hs), part(m, op.extra + 1 + n * op.hs, op.hs)
        normalise_responses(h, op.c, op.kind, m[op.extra], op.alpha, op.beta, bracket, out, room)
        hand_on(op, memory, n, scratch, 0)


@compiled
def respond_back(op, memory, scratch, lanes, chunk, first, end):
    """Its gradient, see `normalise_responses_back`."""
    m, d, room = memory.m, memory.d, part(scratch, 0, op.hs)
    for n in range(first, end):
        place, extra = op.h + n * op.hs, op.extra + 1 + n * op.hs
        h, bracket = m[place : place + op.hs], m[extra : extra + op.hs]
        errors, dh = part(d, op.d_out + n * memory.d_step, op.hs), part(d, op.d_in + n * memory.d_step, op.hs)
        normalise_responses_back(errors, h, op.c, op.kind, op.alpha, op.beta, bracket, dh, room)


@compiled
def drop(op, memory, scratch, lanes, chunk, first, end):
    """out = mask h."""
    m = memory.m
    for n in range(first, end):
        h, mask = part(m, op.h + n * op.hs, op.hs), part(m, op.extra + n * op.hs, op.hs)
        for i in range(op.hs):
            scratch[i] = h[i] * mask[i]
        hand_on(op, memory, n, scratch, 0)


@compiled
def drop_back(op, memory, scratch, lanes, chunk, first, end):
    """dL/dh = mask dL/dout."""
    m, d = memory.m, memory.d
    for n in range(first, end):
        error, below = part(d, op.d_out + n * memory.d_step, op.hs), part(d, op.d_in + n * memory.d_step, op.hs)
        mask = part(m, op.extra + n * op.hs, op.hs)
        for i in range(op.hs):
            below[i] = error[i] * mask[i]


@compiled_inside
def about(op, m, row):
    """What batch normalisation knows of its batch, rows of C numbers: a rough mean; the mean; 1 / deviation; scale and
    shift of the way forward; scale, share of e and shift of the way back.
    """
    return part(m, op.extra + row * op.c, op.c)


@compiled
def gather(op, memory, scratch, lanes, chunk, first, end):
    """Sums of (e - rough mean) and of its square over the images of a chunk, for `meet`."""
    m, channels, rough = memory.m, op.c, about(op, memory.m, 0)
    place = op.extra + (ABOUT + 4 * chunk) * channels
    sums, squares = part(m, place, channels), part(m, place + channels, channels)
    one, one_square = part(m, place + 2 * channels, channels), part(m, place + 3 * channels, channels)
    clear(sums, 0, channels)
    clear(squares, 0, channels)
    for n in range(first, end):
        clear(one, 0, channels)  # image by image: long sums of small numbers lose digits
        clear(one_square, 0, channels)
        for i in range(op.height * op.width):
            e = part(m, op.h + n * op.hs + i * channels, channels)
            for c in range(channels):
                off = e[c] - rough[c]
                one[c] += off
                one_square[c] += off * off
        for c in range(channels):
            sums[c] += one[c]
            squares[c] += one_square[c]


@compiled
def batch(op, memory, scratch, lanes, chunk, first, end):
    """out = gamma (e - mean) / deviation + beta (Ioffe and Szegedy 2015), then `leave`."""
    m, channels = memory.m, op.c
    scale, shift = about(op, m, 3), about(op, m, 4)
    floor = m.dtype.type(0 if op.relu else -np.inf)
    for n in range(first, end):
        for i in range(0, op.height * op.width * channels, channels):
            source, row = part(m, op.h + n * op.hs + i, channels), part(scratch, i, channels)
            for c in range(channels):
                value = source[c] * scale[c] + shift[c]
                row[c] = floor if value < floor else value
        leave(op, memory, n, scratch, 0, scratch, op.hs)


@compiled
def batch_back(op, memory, scratch, lanes, chunk, first, end):
    """dL/dgamma and dL/dbeta of a chunk; the gradient itself waits in `d` for the means over the whole batch."""
    m, g, channels = memory.m, memory.g[chunk], op.c
    mean, share = about(op, m, 1), about(op, m, 2)
    dgamma, dbeta = part(g, op.w, channels), part(g, op.b, channels)
    clear(dgamma, 0, channels)
    clear(dbeta, 0, channels)
    for n in range(first, end):
        d, h = op.d_in + n * memory.d_step, op.h + n * op.hs
        come_back(op, memory, n, memory.d, d, op.width * channels, channels, scratch, 0)
        for i in range(0, op.height * op.width * channels, channels):
            error, row = part(memory.d, d + i, channels), part(m, h + i, channels)
            for c in range(channels):
                dbeta[c] += error[c]
                dgamma[c] += error[c] * (row[c] - mean[c]) * share[c]


@compiled
def centre(op, memory, scratch, lanes, chunk, first, end):
    """dL/de = gamma / deviation (d - mean d - normal mean(d normal)), in its place: scale d + share e + shift."""
    m, channels = memory.m, op.c
    scale, share, shift = about(op, m, 5), about(op, m, 6), about(op, m, 7)
    for n in range(first, end):
        for i in range(0, op.height * op.width * channels, channels):
            error = part(memory.d, op.d_out + n * memory.d_step + i, channels)
            row = part(m, op.h + n * op.hs + i, channels)
            for c in range(channels):
                error[c] = scale[c] * error[c] + share[c] * row[c] + shift[c]


@compiled
def add_up(op, memory, scratch, lanes, chunk, first, end):
    """e[c] = b[c] + w[c] sum_t h[t,c] (topic 26)."""
    m, u = memory.m, memory.u
    for n in range(first, end):
        total = part(m, op.extra + n * op.c, op.c)
        clear(total, 0, op.c)
        for t in range(op.width):
            h = part(m, op.h + n * op.hs + t * op.c, op.c)
            for c in range(op.c):
                total[c] += h[c]
        for c in range(op.c):
            m[op.out + n * op.outs + c] = u[op.b + c] + u[op.w + c] * total[c]


@compiled
def add_up_back(op, memory, scratch, lanes, chunk, first, end):
    """dL/dw[c] = de[c] sum_t h[t,c], dL/db = de, dL/dh[t,c] = w[c] de[c]."""
    m, u, d, g = memory.m, memory.u, memory.d, memory.g[chunk]
    clear(g, op.w, op.c)
    clear(g, op.b, op.c)
    for n in range(first, end):
        de, dh = part(d, op.d_out + n * memory.d_step, op.c), part(d, op.d_in + n * memory.d_step, op.width * op.c)
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
