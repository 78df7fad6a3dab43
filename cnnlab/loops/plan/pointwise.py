"""The operations that work number by number: loading a batch, nonlinearities, dropout."""

import numpy as np

from cnnlab.loops.kernels.pointwise import Activation, activate, activate_back
from cnnlab.loops.kernels.rows import copy
from cnnlab.loops.kernels.strip import address
from cnnlab.loops.plan.passing import output_at, part, store
from cnnlab.loops.plan.record import integers, put, reals
from cnnlab.loops.plan.weights import no_floor
from cnnlab.loops.runtime.compiled import compiled

# ---- loading: the first operation of every plan

# plain : nothing is standardised.  Else shift and scale, in `m`: those of each channel, again and again, for a row.
STANDARDISED = {"standardise": integers("plain shift_at scale_at")}


def lay_out_load(op, layer, layout):
    """Room for shift and scale."""
    across = 0 if layer is None else int(op["input"]["width"] * op["input"]["channels"])
    put(op["standardise"], plain=layer is None, shift_at=layout.take("m", across), scale_at=layout.take("m", across))


def fill_load(op, layer, memory, samples):
    """Shift and scale, of the layer that standardises, if there is one."""
    if layer is None:
        return
    width, channels = int(op["input"]["width"]), int(op["input"]["channels"])
    for name, value in (("shift_at", layer.shift), ("scale_at", layer.scale)):
        at = int(op["standardise"][name])
        memory.m[at : at + width * channels] = np.tile(np.broadcast_to(value, channels), width)


@compiled
def load(op, memory, scratch, images):
    """The images of the batch into the first frame, standardised: (x - shift) scale; a row at a time."""
    out, own, size = op.output, op.standardise, memory.m.itemsize
    rows, across, down = out.height, out.width * out.channels, out.frame_width * out.channels
    if own.plain and across == down:  # without a frame an image is one long row
        rows, across = 1, rows * across
    shift, scale = part(memory.m, own.shift_at, across), part(memory.m, own.scale_at, across)
    for n in range(images.first, images.end):
        image, place = memory.rows[images.row + n] * rows * across, output_at(op, n)
        for i in range(rows):
            source, target = image + i * across, place + i * down
            if own.plain:
                copy(address(memory.x) + source * size, address(memory.m) + target * size, across, no_floor(memory.m))
            else:
                x, h = part(memory.x, source, across), part(memory.m, target, across)
                for j in range(across):
                    h[j] = (x[j] - shift[j]) * scale[j]


# ---- nonlinearities

FUNCTION = {"activation": integers("function") + reals("slope")}  # which one; the slope of a leaky ReLU below zero
FUNCTIONS = {
    "Sigmoid": Activation.SIGMOID,
    "Tanh": Activation.TANH,
    "ScaledTanh": Activation.SCALED_TANH,
    "ReLU": Activation.RELU,
    "LeakyReLU": Activation.LEAKY_RELU,
}


def lay_out_activation(op, layer, layout):
    """Which function, and room for its results."""
    put(op["activation"], function=FUNCTIONS[type(layer).__name__], slope=getattr(layer, "slope", 0.0))
    layout.scratch(2 * op["input"]["step"])


@compiled
def apply(op, memory, scratch, images):
    """h = f(e), number by number."""
    entry, function = op.input, op.activation
    for n in range(images.first, images.end):
        e = part(memory.m, entry.h_at + n * entry.step, entry.step)
        activate(function.function, function.slope, e, part(scratch, 0, entry.step))
        store(op, memory, n, scratch, 0)


@compiled
def apply_back(op, memory, scratch, images):
    """dL/de = f'(e) dL/dh."""
    entry, function = op.input, op.activation
    for n in range(images.first, images.end):
        h = part(scratch, 0, entry.step)
        activate(function.function, function.slope, part(memory.m, entry.h_at + n * entry.step, entry.step), h)
        dh = part(memory.d, op.de_at + n * memory.d_step, entry.step)
        de = part(memory.d, op.dh_at + n * memory.d_step, entry.step)
        activate_back(function.function, function.slope, dh, h, de)


# ---- dropout

DROPPED = {"dropout": integers("mask_at")}


def lay_out_dropout(op, layer, layout):
    """Room for the mask of a batch, and for the results of an image."""
    put(op["dropout"], mask_at=layout.take("m", layout.samples * op["input"]["step"]))
    layout.scratch(2 * op["input"]["step"])


def prepare_dropout(op, layer, memory, first, count):
    """What is dropped in a step."""
    size = int(op["input"]["step"])
    at = int(op["dropout"]["mask_at"]) + first * size
    memory.m[at : at + count * size] = layer.draw((count, size)).ravel()


def spread_dropout(op, at, samples):
    """The masks of all these samples at once, from `at` on -> how many numbers they are."""
    put(op["dropout"], mask_at=at)
    return samples * int(op["input"]["step"])


@compiled
def drop(op, memory, scratch, images):
    """out = mask h."""
    m, entry = memory.m, op.input
    for n in range(images.first, images.end):
        h = part(m, entry.h_at + n * entry.step, entry.step)
        mask = part(m, op.dropout.mask_at + (images.row + n) * entry.step, entry.step)
        for i in range(entry.step):
            scratch[i] = h[i] * mask[i]
        store(op, memory, n, scratch, 0)


@compiled
def drop_back(op, memory, scratch, images):
    """dL/dh = mask dL/dout."""
    d, entry = memory.d, op.input
    for n in range(images.first, images.end):
        error = part(d, op.de_at + n * memory.d_step, entry.step)
        below = part(d, op.dh_at + n * memory.d_step, entry.step)
        mask = part(memory.m, op.dropout.mask_at + (images.row + n) * entry.step, entry.step)
        for i in range(entry.step):
            below[i] = error[i] * mask[i]
