"""The fully-connected layer whose weights are read where they are kept (topic 15)."""

from cnnlab.loops.forward.prepare import numbers_at
from cnnlab.loops.kernels.rows import copy
from cnnlab.loops.kernels.strip import Block, Left, Result, Right, Start, address, every, strip
from cnnlab.loops.plan.dense import MANY
from cnnlab.loops.plan.passing import part
from cnnlab.loops.plan.weights import no_floor, tools_of
from cnnlab.loops.runtime.compiled import compiled, compiled_fused, compiled_inside
from cnnlab.loops.runtime.processor import ROWS

FEW = 8  # images for which weights are read as they lie, from the first to the last; more share a copy that tiles like
COLUMNS = 1024  # of four rows of weights, which stay in the nearest cache for all images


@compiled
def connect(op, memory, scratch, images):
    """e = b + w^T h, some rows of w after the other: nothing of them is kept, each is fetched once for all images.

    Both ways add the same products in the same order: they give the same bits.
    """
    if images.end - images.first <= FEW:
        connect_few(op, memory, images)
    else:
        connect_many(op, memory, scratch, images)


@compiled_inside
def connect_few(op, memory, images):
    """Rows of w in the order in which they lie: memory gives no numbers faster than those that follow each other."""
    entry, out, outputs, floor = op.input, op.output, op.output.channels, no_floor(memory.m)
    for n in range(images.first, images.end):
        e = part(memory.m, out.h_at + n * out.step, outputs)
        for d in range(outputs):
            e[d] = memory.u[op.b_at + d] if op.b_at >= 0 else 0
    for k in range(0, entry.channels, 4):
        rows = min(4, entry.channels - k)
        for d in range(0, outputs, COLUMNS):
            columns = min(COLUMNS, outputs - d)
            at = op.kept.address + (k * outputs + d) * memory.m.itemsize
            w = numbers_at(at, (rows - 1) * outputs + columns, floor)
            for n in range(images.first, images.end):
                h = part(memory.m, entry.h_at + n * entry.step + k, rows)
                e = part(memory.m, out.h_at + n * out.step + d, columns)
                if rows == 4:
                    add_four(w, outputs, h, e)
                else:
                    for i in range(rows):
                        add_one(part(w, i * outputs, columns), h[i], e)
    if op.relu:
        for n in range(images.first, images.end):
            e = part(memory.m, out.h_at + n * out.step, outputs)
            for d in range(outputs):
                e[d] = 0 if e[d] < 0 else e[d]


@compiled_fused
def add_four(w, step, h, e):
    """e += h[i] w[i] for four rows, one after the other, `step` numbers apart."""
    h0, h1, h2, h3 = h[0], h[1], h[2], h[3]
    w0, w1, w2, w3 = part(w, 0, len(e)), part(w, step, len(e)), part(w, 2 * step, len(e)), part(w, 3 * step, len(e))
    for j in range(len(e)):
        e[j] = e[j] + h0 * w0[j] + h1 * w1[j] + h2 * w2[j] + h3 * w3[j]


@compiled_fused
def add_one(w, h, e):
    """e += h w."""
    for j in range(len(e)):
        e[j] += h * w[j]


@compiled_inside
def connect_many(op, memory, scratch, images):
    """Panels of some rows are copied to where tiles read them for all images."""
    entry, out, panel, size = op.input, op.output, op.packed.panel, memory.m.itemsize
    floor = memory.m.dtype.type(0) if op.relu else no_floor(memory.m)
    tools, count = tools_of(memory, address(scratch)), images.end - images.first
    room, outputs = address(scratch) + ROWS * panel * size, out.channels
    for k0 in range(0, entry.channels, MANY):
        terms = min(MANY, entry.channels - k0)
        for d0 in range(0, outputs, panel):
            columns = min(panel, outputs - d0)
            weights = op.kept.address + (k0 * outputs + d0) * size
            for k in range(terms):
                copy(weights + k * outputs * size, room + k * panel * size, columns, floor)
            strip(
                tools,
                Left(address(memory.m) + (entry.h_at + images.first * entry.step + k0) * size, entry.step, 0, 0, 1),
                Right(room, 0, panel),
                Result(address(memory.m) + (out.h_at + images.first * out.step + d0) * size, out.step, 0),
                Start(address(memory.u) + (op.b_at + d0) * size if op.b_at >= 0 else address(memory.packs), 0),
                every(1, terms),
                Block(count, count, columns),
                floor if k0 + MANY >= entry.channels else tools.none,
                k0 > 0,
            )
