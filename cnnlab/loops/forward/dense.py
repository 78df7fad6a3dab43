"""The fully-connected layer whose weights are read where they are kept (topic 15)."""

from cnnlab.loops.kernels.strip import Block, Left, Result, Right, Start, address, every, strip
from cnnlab.loops.kernels.tile import copy
from cnnlab.loops.kernels.vectors import ROWS
from cnnlab.loops.plan.dense import FEW, MANY
from cnnlab.loops.plan.weights import no_floor, tools_of
from cnnlab.loops.runtime.compiled import compiled


@compiled
def connect(op, memory, scratch, images):
    """e = b + w^T h, some rows of w after the other: nothing of them is kept, each is fetched once for all images."""
    entry, out, panel, size = op.input, op.output, op.packed.panel, memory.m.itemsize
    floor = memory.m.dtype.type(0) if op.relu else no_floor(memory.m)
    tools, count = tools_of(memory, address(scratch)), images.end - images.first
    room, outputs, few = address(scratch) + ROWS * panel * size, out.channels, images.end - images.first <= ROWS
    deep = FEW if few else MANY
    for k0 in range(0, entry.channels, deep):
        terms = min(deep, entry.channels - k0)
        for d0 in range(0, outputs, panel):
            columns = min(panel, outputs - d0)
            weights, row = op.kept.address + (k0 * outputs + d0) * size, outputs
            if columns < panel or not few:  # tiles read whole vectors, and like it when rows lie side by side
                for k in range(terms):
                    copy(weights + k * outputs * size, room + k * panel * size, columns, floor)
                weights, row = room, panel
            strip(
                tools,
                Left(address(memory.m) + (entry.h_at + images.first * entry.step + k0) * size, entry.step, 0, 0, 1),
                Right(weights, 0, row),
                Result(address(memory.m) + (out.h_at + images.first * out.step + d0) * size, out.step, 0),
                Start(address(memory.u) + (op.b_at + d0) * size if op.b_at >= 0 else address(memory.packs), 0),
                every(1, terms),
                Block(count, count, columns),
                floor if k0 + deep >= entry.channels else tools.none,
                k0 > 0,
            )
