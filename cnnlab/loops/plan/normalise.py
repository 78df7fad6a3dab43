"""The operations that normalise: the responses of neighbouring channels (Krizhevsky et al. 2012), and the numbers of a
batch (Ioffe and Szegedy 2015).
"""

import numpy as np

from cnnlab.loops.kernels.pointwise import normalise_responses, normalise_responses_back
from cnnlab.loops.plan.passing import clear, load_gradient, part, store, store_pooled
from cnnlab.loops.plan.record import integers, put, reals
from cnnlab.loops.runtime.compiled import compiled
from cnnlab.loops.runtime.team import CHUNKS

# ---- local response normalisation

# Half the neighbourhood; where k lies, and the brackets k + alpha sum h^2.
BRACKETS = {"responses": integers("half k_at bracket_at") + reals("alpha beta")}


def lay_out_responses(op, layer, layout):
    """Room for k, for the brackets of a batch, which the way back needs again, and to work in."""
    size, options = op["input"]["step"], layer.options
    at = layout.take("m", 1 + layout.samples * size)
    half = options["n"] // 2
    put(op["responses"], half=half, alpha=options["alpha"], beta=options["beta"], k_at=at, bracket_at=at + 1)
    layout.scratch(2 * size)


def fill_responses(op, layer, memory, samples):
    """k, as a number of the network's dtype."""
    memory.m[op["responses"]["k_at"]] = layer.options["k"]


@compiled
def respond(op, memory, scratch, images):
    """Normalisation of responses, see `normalise_responses`."""
    m, size, own = memory.m, op.input.step, op.responses
    out, room = part(scratch, 0, size), part(scratch, size, size)
    for n in range(images.first, images.end):
        h, bracket = part(m, op.input.h_at + n * size, size), part(m, own.bracket_at + n * size, size)
        normalise_responses(h, op.input.channels, own.half, m[own.k_at], own.alpha, own.beta, bracket, out, room)
        store(op, memory, n, scratch, 0)


@compiled
def respond_back(op, memory, scratch, images):
    """Its gradient, see `normalise_responses_back`."""
    m, d, size, own = memory.m, memory.d, op.input.step, op.responses
    room = part(scratch, 0, size)
    for n in range(images.first, images.end):
        place, there = op.input.h_at + n * size, own.bracket_at + n * size
        h, bracket = m[place : place + size], m[there : there + size]
        errors, dh = part(d, op.de_at + n * memory.d_step, size), part(d, op.dh_at + n * memory.d_step, size)
        normalise_responses_back(errors, h, op.input.channels, own.half, own.alpha, own.beta, bracket, dh, room)


# ---- batch normalisation: first the statistics are gathered, then all chunks meet, then the numbers are normalised

KEPT = ("mean", "share", "scale", "back_scale", "back_share", "back_shift")
# Rows of C numbers in `m`: the mean; 1 / deviation; scale of the way forward; scale, share of e - mean and shift of the
# way back; and behind them for each chunk five rows: about its mean, the sums around that, and room for one image's.
# For a network in use: where in `u` the layer's mean and variance lie, and what is added to it.  folded : it is part of
# the weights before it, whose bias lies at bias_at (-1: none).
RUNNING = [*integers("running_mean_at running_variance_at folded bias_at"), *reals("eps")]
STATISTICS = {"batch": integers(" ".join(f"{name}_at" for name in KEPT) + " sums_at") + RUNNING}
ROWS_OF_CHUNK = 5


def lay_out_statistics(op, layer, layout):
    """Room for what is known of a batch."""
    channels = int(op["input"]["channels"])
    at = layout.take("m", (len(KEPT) + ROWS_OF_CHUNK * CHUNKS) * channels)
    put(op["batch"], **{f"{name}_at": at + k * channels for k, name in enumerate(KEPT)})
    put(op["batch"], sums_at=at + len(KEPT) * channels)
    layout.scratch(2 * op["input"]["step"])


def check_values(op, layer, memory, first, count):
    """A batch with one value of each channel is refused before anything is computed."""
    layer.check_values(count)


def lay_out_batch(op, layer, layout):
    """It uses what the statistics wrote, and where nobody learns, what the layer remembers of them."""
    if layout.learns:
        op["batch"] = layout.previous["batch"]
    else:
        lay_out_statistics(op, layer, layout)
        _find_running(op, layer, layout)
    layout.scratch(2 * max(op["input"]["step"], op["input"]["channels"]))


def lay_out_folded(op, layer, layout):
    """The operation before it has its gamma and beta; room for the scale of its weights."""
    at = layout.take("m", op["output"]["channels"])
    put(op["batch"], folded=1, bias_at=op["b_at"], scale_at=at)
    put(op, w_at=layout.places[id(layer), "gamma"], b_at=layout.places[id(layer), "beta"])
    _find_running(op, layer, layout)


def _find_running(op, layer, layout):
    names = {"running_mean_at": "mean", "running_variance_at": "variance"}
    put(op["batch"], eps=layer.eps, **{key: layout.places[id(layer), name] for key, name in names.items()})


def kept(op, memory, name):
    """One of the rows `KEPT`, as an array."""
    at = int(op["batch"][f"{name}_at"])
    return memory.m[at : at + int(op["input"]["channels"])]


def merge_batch_statistics(op, layer, memory, parts):
    """Mean and deviation of the batch, from the sums of all chunks (Chan, Golub and LeVeque 1983)."""
    m, channels, first = memory.m, int(op["input"]["channels"]), int(op["batch"]["sums_at"])
    rows = m[first : first + ROWS_OF_CHUNK * channels * len(parts)].reshape(len(parts), ROWS_OF_CHUNK, channels)
    about, sums, squares = rows[:, :3].astype(np.float64).transpose(1, 0, 2)
    counts = np.array([[end - begin] for begin, end in parts]) * int(op["input"]["height"]) * int(op["input"]["width"])
    means = about + sums / counts
    mean = (counts * means).sum(axis=0) / counts.sum()
    within = (squares - sums**2 / counts).sum(axis=0)
    variance = np.maximum(within + (counts * (means - mean) ** 2).sum(axis=0), 0) / counts.sum()
    share = 1 / np.sqrt(variance + layer.eps)
    for name, value in (("mean", mean), ("share", share), ("scale", layer.parameters["gamma"] * share)):
        kept(op, memory, name)[...] = value
    layer.remember(mean.astype(m.dtype), variance.astype(m.dtype))


def merge_batch_gradients(op, layer, memory, parts):
    """How much of its own error, of its number, and of the whole batch's errors each number's gradient takes."""
    values, channels = parts[-1][1] * int(op["input"]["height"]) * int(op["input"]["width"]), op["input"]["channels"]
    mean_d, mean_dn = (
        memory.g[: len(parts), first : first + channels].astype(np.float64).sum(axis=0) / values
        for first in (op["b_at"], op["w_at"])
    )
    share, scale = (kept(op, memory, name).astype(np.float64) for name in ("share", "scale"))
    kept(op, memory, "back_scale")[...] = scale
    kept(op, memory, "back_share")[...] = -scale * share * mean_dn
    kept(op, memory, "back_shift")[...] = -scale * mean_d


@compiled
def sum_statistics(op, memory, scratch, images):
    """Sums of e - about and of its square over the images of a chunk, where `about` is the mean of its first image: far
    from zero the difference of two large sums would be all that is left of the variance.
    """
    m, entry, channels = memory.m, op.input, op.input.channels
    place, pixels = op.batch.sums_at + ROWS_OF_CHUNK * images.chunk * channels, op.input.height * op.input.width
    about, sums = part(m, place, channels), part(m, place + channels, channels)
    squares, one = part(m, place + 2 * channels, channels), part(m, place + 3 * channels, channels)
    one_square = part(m, place + 4 * channels, channels)
    clear(m, place, 3 * channels)
    for i in range(pixels):
        e = part(m, entry.h_at + images.first * entry.step + i * channels, channels)
        for c in range(channels):
            about[c] += e[c]
    for c in range(channels):
        about[c] /= pixels
    for n in range(images.first, images.end):
        clear(one, 0, channels)  # image by image: long sums of small numbers lose digits
        clear(one_square, 0, channels)
        for i in range(pixels):
            e = part(m, entry.h_at + n * entry.step + i * channels, channels)
            for c in range(channels):
                off = e[c] - about[c]
                one[c] += off
                one_square[c] += off * off
        for c in range(channels):
            sums[c] += one[c]
            squares[c] += one_square[c]


@compiled
def statistics_back(op, memory, scratch, images):
    """dL/de = gamma / deviation (d - mean d - normal mean(d normal)), as scale d + share (e - mean) + shift."""
    m, entry, channels = memory.m, op.input, op.input.channels
    scale, share = part(m, op.batch.back_scale_at, channels), part(m, op.batch.back_share_at, channels)
    shift, mean = part(m, op.batch.back_shift_at, channels), part(m, op.batch.mean_at, channels)
    for n in range(images.first, images.end):
        for i in range(0, entry.height * entry.width * channels, channels):
            error = part(memory.d, op.de_at + n * memory.d_step + i, channels)
            e = part(m, entry.h_at + n * entry.step + i, channels)
            for c in range(channels):
                error[c] = scale[c] * error[c] + share[c] * (e[c] - mean[c]) + shift[c]


@compiled
def batch(op, memory, scratch, images):
    """out = gamma (e - mean) / deviation + beta (Ioffe and Szegedy 2015), then `store_pooled`."""
    m, entry, channels = memory.m, op.input, op.input.channels
    scale, mean = part(m, op.batch.scale_at, channels), part(m, op.batch.mean_at, channels)
    beta, floor = part(memory.u, op.b_at, channels), m.dtype.type(0 if op.relu else -np.inf)
    for n in range(images.first, images.end):
        for i in range(0, entry.height * entry.width * channels, channels):
            source, row = part(m, entry.h_at + n * entry.step + i, channels), part(scratch, i, channels)
            for c in range(channels):
                value = (source[c] - mean[c]) * scale[c] + beta[c]
                row[c] = floor if value < floor else value
        store_pooled(op, memory, n, scratch, 0)


@compiled
def batch_back(op, memory, scratch, images):
    """dL/dgamma and dL/dbeta of a chunk; the gradient itself waits in `d` for the means over the whole batch."""
    m, g, entry, channels = memory.m, memory.g[images.chunk], op.input, op.input.channels
    mean, share = part(m, op.batch.mean_at, channels), part(m, op.batch.share_at, channels)
    dgamma, dbeta = part(g, op.w_at, channels), part(g, op.b_at, channels)
    one_gamma, one_beta = part(scratch, 0, channels), part(scratch, channels, channels)
    clear(dgamma, 0, channels)
    clear(dbeta, 0, channels)
    for n in range(images.first, images.end):
        d, h = op.dh_at + n * memory.d_step, entry.h_at + n * entry.step
        load_gradient(op, memory, n, memory.d, d, entry.width * channels, channels)
        clear(scratch, 0, 2 * channels)  # image by image, as in `sum_statistics`
        for i in range(0, entry.height * entry.width * channels, channels):
            error, row = part(memory.d, d + i, channels), part(m, h + i, channels)
            for c in range(channels):
                one_beta[c] += error[c]
                one_gamma[c] += error[c] * (row[c] - mean[c]) * share[c]
        for c in range(channels):
            dbeta[c] += one_beta[c]
            dgamma[c] += one_gamma[c]
