"""Images on their way through a network in use: one compiled call, a few at a time, so that their maps stay near."""

from cnnlab.loops.forward.convolution import convolve
from cnnlab.loops.forward.dense import connect
from cnnlab.loops.forward.prepare import pack_kernel
from cnnlab.loops.kernels.pointwise import activate
from cnnlab.loops.plan.normalise import batch, respond
from cnnlab.loops.plan.operations import Operation
from cnnlab.loops.plan.passing import part
from cnnlab.loops.plan.pointwise import apply, load
from cnnlab.loops.plan.pooling import pool, sum_over_time
from cnnlab.loops.plan.record import Images
from cnnlab.loops.runtime.compiled import compiled, compiled_inside, compiled_into

COMMON = Operation.LOAD, Operation.CONVOLUTION, Operation.DENSE


@compiled_into
def common(op, memory, scratch, images, pack):
    """One row, if it is of these."""
    if op.code == Operation.LOAD:
        load(op, memory, scratch, images)
    elif op.code == Operation.CONVOLUTION:
        if pack:
            pack_kernel(op, memory)
        convolve(op, memory, scratch, images)
    elif op.code == Operation.DENSE:
        connect(op, memory, scratch, images)


@compiled_into
def walk_common(plan, memory, scratch, images, pack):
    """All rows of a plan that has none but these."""
    for k in range(len(plan)):
        common(plan[k], memory, scratch, images, pack)


@compiled_into
def walk(plan, memory, scratch, images, pack):
    """All rows of the plan."""
    for k in range(len(plan)):
        op = plan[k]
        common(op, memory, scratch, images, pack)
        if op.code == Operation.ACTIVATION:
            apply_together(op, memory, scratch, images)
        elif op.code == Operation.POOL:
            pool(op, memory, scratch, images)
        elif op.code == Operation.RESPONSES:
            respond(op, memory, scratch, images)
        elif op.code == Operation.BATCH:
            batch(op, memory, scratch, images)
        elif op.code == Operation.TIME_SUM:
            sum_over_time(op, memory, scratch, images)


@compiled_inside
def apply_together(op, memory, scratch, images):
    """h = f(e) for all images at once, where they go to the next entry as they are."""
    entry, out, count = op.input, op.output, images.end - images.first
    if out.frame_height * out.frame_width != entry.height * entry.width:  # into a frame
        apply(op, memory, scratch, images)
        return
    e = part(memory.m, entry.h_at + images.first * entry.step, count * entry.step)
    h = part(memory.m, out.h_at + images.first * out.step, count * out.step)
    activate(op.activation.function, op.activation.slope, e, h)


@compiled
def through(plan, memory, scratch, slot, block, first, end, pack, out):
    """out[n] = what the network gives for image n of memory.x, first <= n < end.

    `block` images at a time, in places slot x block and following of the entries: threads take different slots.
    pack : kernels are packed just before they are used, all in the same place, which stays in the cache.
    """
    for n in range(first, end, block):
        images = places_for(n, slot, block, end)
        walk(plan, memory, scratch, images, pack)
        hand_out(plan, memory, images, out)


@compiled
def through_common(plan, memory, scratch, slot, block, first, end, pack, out):
    """`through` for plans that have none but the operations `COMMON`: the others need not be compiled."""
    for n in range(first, end, block):
        images = places_for(n, slot, block, end)
        walk_common(plan, memory, scratch, images, pack)
        hand_out(plan, memory, images, out)


@compiled_into
def places_for(n, slot, block, end):
    """Where image n and those behind it are worked on."""
    return Images(0, slot * block, slot * block + min(block, end - n), n - slot * block)


@compiled_inside
def hand_out(plan, memory, images, out):
    """What the last operation gave."""
    last = plan[len(plan) - 1].output
    for i in range(images.first, images.end):
        e, result = part(memory.m, last.h_at + i * last.step, last.step), out[images.row + i]
        for c in range(last.step):
            result[c] = e[c]
