"""The operations that gather many numbers into few: max pooling (topics 22, 24), sum and maximum over time (26)."""

from cnnlab.loops.plan.passing import clear, load_gradient, part, store_pooled
from cnnlab.loops.plan.record import integers, put
from cnnlab.loops.runtime.compiled import compiled

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


# ---- the sum over time, with a weight and a bias for each channel

TOTALS = {"time_sum": integers("total_at")}


def lay_out_time_sum(op, layer, layout):
    """Room for the sums of a batch, which the weights' gradient needs again."""
    put(op["time_sum"], total_at=layout.take("m", layout.samples * op["input"]["channels"]))


@compiled
def sum_over_time(op, memory, scratch, images):
    """e[c] = b[c] + w[c] sum_t h[t,c] (topic 26)."""
    m, u, entry, channels = memory.m, memory.u, op.input, op.input.channels
    w, b = part(u, op.w_at, channels), part(u, op.b_at, channels)
    for n in range(images.first, images.end):
        total = part(m, op.time_sum.total_at + n * channels, channels)
        clear(total, 0, channels)
        for t in range(entry.width):
            h = part(m, entry.h_at + n * entry.step + t * channels, channels)
            for c in range(channels):
                total[c] += h[c]
        e = part(m, op.output.h_at + n * op.output.step, channels)
        for c in range(channels):
            e[c] = b[c] + w[c] * total[c]


@compiled
def sum_over_time_back(op, memory, scratch, images):
    """dL/dw[c] = de[c] sum_t h[t,c], dL/db = de, dL/dh[t,c] = w[c] de[c]."""
    m, u, d, g = memory.m, memory.u, memory.d, memory.g[images.chunk]
    channels, width = op.input.channels, op.input.width
    w, dw, db = part(u, op.w_at, channels), part(g, op.w_at, channels), part(g, op.b_at, channels)
    clear(dw, 0, channels)
    clear(db, 0, channels)
    for n in range(images.first, images.end):
        de = part(d, op.de_at + n * memory.d_step, channels)
        total = part(m, op.time_sum.total_at + n * channels, channels)
        for c in range(channels):
            dw[c] += de[c] * total[c]
            db[c] += de[c]
        if op.needs_gradient:
            for t in range(width):
                dh = part(d, op.dh_at + n * memory.d_step + t * channels, channels)
                for c in range(channels):
                    dh[c] = w[c] * de[c]


# ---- the maximum over time, with a weight and a bias for each channel

LARGEST = {"time_max": integers("largest_at frame_at")}


def lay_out_time_max(op, layer, layout):
    """Room for the maxima of a batch, and for the frames that have them."""
    count = layout.samples * op["input"]["channels"]
    put(op["time_max"], largest_at=layout.take("m", count), frame_at=layout.take("m", count))


@compiled
def max_over_time(op, memory, scratch, images):
    """e[c] = b[c] + w[c] max_t h[t,c], the first of equal maxima; NaN is larger than all (topics 22 and 26)."""
    m, u, entry, channels = memory.m, memory.u, op.input, op.input.channels
    w, b = part(u, op.w_at, channels), part(u, op.b_at, channels)
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
        e = part(m, op.output.h_at + n * op.output.step, channels)
        for c in range(channels):
            e[c] = b[c] + w[c] * largest[c]


@compiled
def max_over_time_back(op, memory, scratch, images):
    """dL/dw[c] = de[c] max_t h[t,c], dL/db = de; dL/dh[t,c] = w[c] de[c] at the frame of the maximum, 0 elsewhere."""
    m, u, d, g = memory.m, memory.u, memory.d, memory.g[images.chunk]
    channels = op.input.channels
    w, dw, db = part(u, op.w_at, channels), part(g, op.w_at, channels), part(g, op.b_at, channels)
    clear(dw, 0, channels)
    clear(db, 0, channels)
    for n in range(images.first, images.end):
        de = part(d, op.de_at + n * memory.d_step, channels)
        largest = part(m, op.time_max.largest_at + n * channels, channels)
        frame = part(m, op.time_max.frame_at + n * channels, channels)
        for c in range(channels):
            dw[c] += de[c] * largest[c]
            db[c] += de[c]
        if op.needs_gradient:
            dh = part(d, op.dh_at + n * memory.d_step, op.input.width * channels)
            clear(dh, 0, op.input.width * channels)
            for c in range(channels):
                dh[int(frame[c]) * channels + c] = w[c] * de[c]
