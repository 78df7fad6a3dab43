"""Images on their way through a network in use: one compiled call, a few at a time, so that their maps stay near."""

from cnnlab.loops.forward.convolution import convolve
from cnnlab.loops.forward.dense import connect
from cnnlab.loops.forward.prepare import pack_kernel
from cnnlab.loops.kernels.pointwise import activate
from cnnlab.loops.plan.operations import Operation
from cnnlab.loops.plan.passing import part
from cnnlab.loops.plan.pointwise import apply
from cnnlab.loops.plan.program import run
from cnnlab.loops.plan.record import Images
from cnnlab.loops.runtime.compiled import compiled, compiled_inside


@compiled
def pack_now(op, memory, scratch, images):
    """The kernel is packed just before it is used."""
    pack_kernel(op, memory)


@compiled
def apply_together(op, memory, scratch, images):
    """h = f(e) for all images at once, where they go to the next entry as they are."""
    entry, out, count = op.input, op.output, images.end - images.first
    if out.frame_height * out.frame_width != entry.height * entry.width:  # into a frame
        apply(op, memory, scratch, images)
        return
    e = part(memory.m, entry.h_at + images.first * entry.step, count * entry.step)
    h = part(memory.m, out.h_at + images.first * out.step, count * out.step)
    activate(op.activation.function, op.activation.slope, e, h)


# What a network in use does otherwise than one that learns.
LOOPS = {Operation.CONVOLUTION: convolve, Operation.DENSE: connect, Operation.ACTIVATION: apply_together}
FIRST = {Operation.CONVOLUTION: pack_now}  # and what comes first, where kernels are packed just before they are used


def loop_of(operation):
    """The loop for rows of this operation."""
    return LOOPS.get(operation, operation.row.forward)


@compiled
def through(places, packing, records, numbers, slot, block, first, end, last, out):
    """out[n] = what the network gives for image n of memory.x, first <= n < end -> 0, or what went wrong in a loop.

    places, records, numbers : of the program of a plan (program.py).  packing : what packs the kernels of a row just
    before they are used, all in the same place, which stays in the cache; 0 where they are packed already, or there are
    none.  `block` images at a time, in places slot x block and following of the entries: threads take different slots,
    and have numbers of their own.  last : (memory, first number, step) of what the last row gives.
    """
    for n in range(first, end, block):
        images = Images(0, slot * block, slot * block + min(block, end - n), n - slot * block)
        for k in range(len(places)):
            wrong = run(packing, records, numbers, (k, k + 1, 1), images)
            if wrong == 0:
                wrong = run(places, records, numbers, (k, k + 1, 1), images)
            if wrong != 0:
                return wrong
        hand_out(last, images, out)
    return 0


@compiled_inside
def hand_out(last, images, out):
    """What the last operation gave."""
    memory, h_at, step = last
    for i in range(images.first, images.end):
        e, result = part(memory, h_at + i * step, step), out[images.row + i]
        for c in range(step):
            result[c] = e[c]
