"""The operations that work number by number: loading a batch, nonlinearities, dropout."""

from cnnlab.loops.kernels.pointwise import Activation, activate, activate_back
from cnnlab.loops.plan.passing import part, store
from cnnlab.loops.plan.record import integers, put, reals
from cnnlab.loops.runtime.compiled import compiled

# ---- loading: the first operation of every plan

STANDARDISED = {"standardise": integers("shift_at scale_at")}  # a number for each channel, in `m`


def lay_out_load(op, layer, layout):
    """Room for shift and scale."""
    channels = int(op["input"]["channels"])
    at = layout.take("m", 2 * channels)
    put(op["standardise"], shift_at=at, scale_at=at + channels)


def fill_load(op, layer, memory, samples):
    """Shift and scale, of the layer that standardises or none."""
    shift, scale = (0, 1) if layer is None else (layer.shift, layer.scale)
    channels, m = op["input"]["channels"], memory.m
    for name, value in (("shift_at", shift), ("scale_at", scale)):
        m[op["standardise"][name] : op["standardise"][name] + channels] = value


@compiled
def load(op, memory, scratch, images):
    """The images of the batch into the first frame, standardised: (x - shift) scale."""
    out, channels = op.output, op.output.channels
    shift = part(memory.m, op.standardise.shift_at, channels)
    scale = part(memory.m, op.standardise.scale_at, channels)
    for n in range(images.first, images.end):
        place, image = out.h_at + n * out.step, memory.x[memory.rows[images.row + n]]
        for m in range(out.height):
            for k in range(out.width):
                pixel = (out.top + m) * out.frame_width + out.left + k
                row = part(memory.m, place + pixel * channels, channels)
                for c in range(channels):
                    row[c] = (image[m, k, c] - shift[c]) * scale[c]


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


def prepare_dropout(op, layer, memory, count):
    """What is dropped in this step."""
    size, at = int(op["input"]["step"]), op["dropout"]["mask_at"]
    memory.m[at : at + count * size] = layer.draw((count, size)).ravel()


@compiled
def drop(op, memory, scratch, images):
    """out = mask h."""
    m, entry = memory.m, op.input
    for n in range(images.first, images.end):
        h = part(m, entry.h_at + n * entry.step, entry.step)
        mask = part(m, op.dropout.mask_at + n * entry.step, entry.step)
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
        mask = part(memory.m, op.dropout.mask_at + n * entry.step, entry.step)
        for i in range(entry.step):
            below[i] = error[i] * mask[i]
