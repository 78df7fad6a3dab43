"""What is done with a network's parameters before images pass: they are read anew at every call.

Parameters are plain arrays into which anybody may write, at any time, and nobody says so.  Nothing is kept of them from
one call to the next, so nothing can be out of date; what has to be copied is copied so that it costs little.
"""

import numpy as np

from cnnlab.loops.kernels.rows import copy
from cnnlab.loops.kernels.strip import address
from cnnlab.loops.kernels.tile import at
from cnnlab.loops.plan.operations import Operation
from cnnlab.loops.plan.passing import part
from cnnlab.loops.plan.weights import no_floor, zero_times
from cnnlab.loops.runtime.compiled import DISABLED, compiled, compiled_inside, intrinsic
from cnnlab.loops.runtime.later import later

types, arrayobj = later("numba.types"), later("numba.np.arrayobj")


@intrinsic
def numbers_at(typingctx, place, count, like):
    """So many numbers at an address, of the dtype of `like`, as an array."""
    row = types.Array(like, 1, "C")

    def codegen(context, builder, signature, args):
        kind = context.get_data_type(like)
        size = context.get_constant(types.intp, context.get_abi_sizeof(kind))
        result = context.make_array(row)(context, builder)
        arrayobj.populate_array(result, builder.inttoptr(args[0], kind.as_pointer()), [args[1]], [size], size, None)
        return result._getvalue()

    return row(types.intp, types.intp, like), codegen


def numbers_twin(place, count, like):
    """`numbers_at` without machine code."""
    return at(place, like, (count,), (1,))


numbers_at = numbers_twin if DISABLED else numbers_at


@compiled
def prepare(plan, memory, sources, pack):
    """Copy the small parameters, make the scales of batch normalisation of them, and pack kernels if that is wished.

    sources : (parameters, 3) where each lies, an address; its first number in `u`; how many numbers.
    """
    for k in range(len(sources)):
        now = numbers_at(sources[k, 0], sources[k, 2], no_floor(memory.u))
        copied = part(memory.u, sources[k, 1], sources[k, 2])
        for i in range(len(now)):
            copied[i] = now[i]
    for k in range(len(plan)):
        op = plan[k]
        if op.code == Operation.BATCH:
            running_scale(op, memory, op.input.channels)
            hand_mean_on(op, memory)
        elif op.code == Operation.CONVOLUTION:
            if op.batch.folded:
                running_scale(op, memory, op.output.channels)
                fold_shift(op, memory)
            if pack:
                pack_kernel(op, memory)


@compiled_inside
def running_scale(op, memory, channels):
    """scale = gamma / sqrt(variance + eps), of a layer that remembers many batches."""
    own, eps = op.batch, memory.m.dtype.type(op.batch.eps)
    gamma, scale = part(memory.u, op.w_at, channels), part(memory.m, own.scale_at, channels)
    variance = part(memory.u, own.running_variance_at, channels)
    for c in range(channels):
        scale[c] = gamma[c] / np.sqrt(variance[c] + eps)


@compiled_inside
def hand_mean_on(op, memory):
    """The mean of many batches stands where that of one would."""
    mean = part(memory.m, op.batch.mean_at, op.input.channels)
    remembered = part(memory.u, op.batch.running_mean_at, op.input.channels)
    for c in range(len(mean)):
        mean[c] = remembered[c]


@compiled_inside
def fold_shift(op, memory):
    """beta + scale (b - mean) is the bias of a convolution whose weights are scaled; it goes where beta was.

    No digits are lost: before it is scaled, b - mean is what e - mean is afterwards, and rounds no more.
    """
    channels, own, b = op.output.channels, op.batch, memory.m.dtype.type(0)
    beta, scale = part(memory.u, op.b_at, channels), part(memory.m, own.scale_at, channels)
    mean = part(memory.u, own.running_mean_at, channels)
    for c in range(channels):
        if own.bias_at >= 0:
            b = memory.u[own.bias_at + c]
        beta[c] += scale[c] * (b - mean[c])


@compiled_inside
def scale_row(memory, row, factors, count):
    """A packed row times as many numbers."""
    w, scale = part(memory.packs, row, count), part(memory.m, factors, count)
    for j in range(count):
        w[j] *= scale[j]


@compiled_inside
def pack_kernel(op, memory):
    """The flipped kernel in panels, from where the layer keeps it: row (p, q, c) of a panel holds w[P-1-p, Q-1-q, c, d]
    for its d; nothing outside of a table of connections, and times the scale of a batch normalisation that follows.
    The weights are read in the order in which they lie.
    """
    kernel, packed, channels, outputs = op.kernel, op.packed, op.input.channels, op.output.channels
    like, size, last = no_floor(memory.m), memory.m.itemsize, kernel.rows * kernel.columns - 1
    source, panel, fine = op.kept.address, packed.panel, memory.m.dtype.type(0)
    for tap in range(last + 1):
        if kernel.fine_at >= 0:
            fine += zero_times(numbers_at(source, channels * outputs, like))
        for c in range(channels):
            row = packed.at + ((last - tap) * channels + c) * panel
            for d0 in range(0, outputs, panel):
                target = row + d0 * packed.length
                count = min(panel, outputs - d0)
                copy(source + d0 * size, address(memory.packs) + target * size, count, like)
                if kernel.mask_at >= 0:
                    scale_row(memory, target, kernel.mask_at + c * outputs + d0, count)
                if op.batch.folded:
                    scale_row(memory, target, op.batch.scale_at + d0, count)
            source += outputs * size
    if kernel.fine_at >= 0:
        memory.m[kernel.fine_at] = fine
