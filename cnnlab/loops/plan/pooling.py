"""The operations that gather many numbers into few: max pooling (topics 22, 24), sum and maximum over time (26)."""

import numpy as np

from cnnlab.loops.kernels.pooling import DEAD
from cnnlab.loops.plan.passing import clear, load_gradient, part, pooled, store_pooled, unpooled
from cnnlab.loops.plan.record import integers, put
from cnnlab.loops.runtime.compiled import compiled, compiled_inside

# ---- max pooling that does not follow a convolution; `op.pool` belongs to all operations


@compiled
def pool(op, memory, scratch, images):
    """The largest number of each window (topic 22)."""
    for n in range(images.first, images.end):
        store_pooled(op, memory, n, memory.m, op.input.h_at + n * op.input.step)


@compiled
def pool_back(op, memory, scratch, images):
    """The gradient goes to the largest pixel of each window (topic 24)."""
    across, channels = op.input.width * op.input.channels, op.input.channels
    for n in range(images.first, images.end):
        load_gradient(op, memory, n, memory.d, op.dh_at + n * memory.d_step, across, channels)


@compiled
def pool_large(op, memory, scratch, images):
    """`pool` with windows of so many pixels that the number of one takes two bytes."""
    for n in range(images.first, images.end):
        pooled(op, memory, n, memory.m, op.input.h_at + n * op.input.step, 2, np.uint16(DEAD))


@compiled
def pool_large_back(op, memory, scratch, images):
    """`pool_back` of `pool_large`."""
    across, channels = op.input.width * op.input.channels, op.input.channels
    for n in range(images.first, images.end):
        first = op.dh_at + n * memory.d_step
        unpooled(op, memory, n, memory.d, first, across, channels, 2, np.uint16(DEAD))


# ---- what each channel has found over time, with a weight and a bias


@compiled_inside
def weigh(op, memory, n, found):
    """e[c] = b[c] + w[c] found[c] of image n."""
    channels = op.input.channels
    w, b = part(memory.u, op.w_at, channels), part(memory.u, op.b_at, channels)
    e = part(memory.m, op.output.h_at + n * op.output.step, channels)
    for c in range(channels):
        e[c] = b[c] + w[c] * found[c]


@compiled_inside
def weigh_back(op, memory, images, found_at):
    """dL/dw[c] = de[c] found[c], dL/db = de; found lies at `found_at`, image by image."""
    channels, g = op.input.channels, memory.g[images.chunk]
    dw, db = part(g, op.w_at, channels), part(g, op.b_at, channels)
    clear(dw, 0, channels)
    clear(db, 0, channels)
    for n in range(images.first, images.end):
        de = part(memory.d, op.de_at + n * memory.d_step, channels)
        found = part(memory.m, found_at + n * channels, channels)
        for c in range(channels):
            dw[c] += de[c] * found[c]
            db[c] += de[c]


# ---- the sum over time

TOTALS = {"time_sum": integers("total_at")}


def lay_out_time_sum(op, layer, layout):
    """Room for the sums of a batch, which the weights' gradient needs again."""
    put(op["time_sum"], total_at=layout.take("m", layout.samples * op["input"]["channels"]))


@compiled
def sum_over_time(op, memory, scratch, images):
    """e[c] = b[c] + w[c] sum_t h[t,c] (topic 26)."""
    m, entry, channels = memory.m, op.input, op.input.channels
    for n in range(images.first, images.end):
        total = part(m, op.time_sum.total_at + n * channels, channels)
        clear(total, 0, channels)
        for t in range(entry.width):
            h = part(m, entry.h_at + n * entry.step + t * channels, channels)
            for c in range(channels):
                total[c] += h[c]
        weigh(op, memory, n, total)


@compiled
def sum_over_time_back(op, memory, scratch, images):
    """dL/dw and dL/db as `weigh_back` has them, of the sum; dL/dh[t,c] = w[c] de[c]."""
    d, channels = memory.d, op.input.channels
    weigh_back(op, memory, images, op.time_sum.total_at)
    if op.needs_gradient:
        w = part(memory.u, op.w_at, channels)
        for n in range(images.first, images.end):
            de = part(d, op.de_at + n * memory.d_step, channels)
            for t in range(op.input.width):
                dh = part(d, op.dh_at + n * memory.d_step + t * channels, channels)
                for c in range(channels):
                    dh[c] = w[c] * de[c]


# ---- the maximum over time

LARGEST = {"time_max": integers("largest_at frame_at")}


def lay_out_time_max(op, layer, layout):
    """Room for the maxima of a batch, and for the frames that have them."""
    count = layout.samples * op["input"]["channels"]
    put(op["time_max"], largest_at=layout.take("m", count), frame_at=layout.take("m", count))


@compiled
def max_over_time(op, memory, scratch, images):
    """e[c] = b[c] + w[c] max_t h[t,c], the first of equal maxima; NaN is larger than all (topics 22 and 26)."""
    m, entry, channels = memory.m, op.input, op.input.channels
    for n in range(images.first, images.end):
        largest = part(m, op.time_max.largest_at + n * channels, channels)
        frame = part(m, op.time_max.frame_at + n * channels, channels)
        h = part(m, entry.h_at + n * entry.step, channels)
        for c in range(channels):
            largest[c], frame[c] = h[c], 0
        for t in range(1, entry.width):
            h = part(m, entry.h_at + n * entry.step + t * channels, channels)
            for c in range(channels):
                if h[c] > largest[c] or (h[c] != h[c] and largest[c] == largest[c]):
                    largest[c], frame[c] = h[c], t
        weigh(op, memory, n, largest)


@compiled
def max_over_time_back(op, memory, scratch, images):
    """dL/dw and dL/db as `weigh_back` has them; dL/dh[t,c] = w[c] de[c] at the frame of the maximum, 0 elsewhere."""
    d, channels, count = memory.d, op.input.channels, op.input.width * op.input.channels
    weigh_back(op, memory, images, op.time_max.largest_at)
    if op.needs_gradient:
        w = part(memory.u, op.w_at, channels)
        for n in range(images.first, images.end):
            de = part(d, op.de_at + n * memory.d_step, channels)
            frame = part(memory.m, op.time_max.frame_at + n * channels, channels)
            dh = part(d, op.dh_at + n * memory.d_step, count)
            clear(dh, 0, count)
            for c in range(channels):
                dh[int(frame[c]) * channels + c] = w[c] * de[c]
