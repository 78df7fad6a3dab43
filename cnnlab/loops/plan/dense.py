"""The fully-connected layer as an operation of a plan (topic 15)."""

from cnnlab.loops.kernels.strip import Block, Left, Result, Right, Start, address, every, strip
from cnnlab.loops.kernels.tile import VECTORS
from cnnlab.loops.plan.passing import clear, part
from cnnlab.loops.plan.record import put
from cnnlab.loops.plan.weights import copy_of, no_floor, pieces, tools_of
from cnnlab.loops.runtime.compiled import compiled, compiled_loosely
from cnnlab.loops.runtime.processor import ROWS

MANY = 128  # rows of w that are copied at a time where nothing is packed, into the nearest cache


def lay_out_dense(op, layer, layout):
    """Room for packed weights, and for the errors of all images; nothing of it, where nobody learns: then weights are
    read where they are kept (loops/forward).
    """
    channels, outputs = int(op["input"]["channels"]), int(op["output"]["channels"])
    width = VECTORS * layout.lanes
    if not layout.learns:
        put(op["packed"], in_place=1, panel=width, row=outputs, length=1)
        layout.scratch((ROWS + MANY) * width)
        return
    depth = -(-outputs // width) * width
    put(op["packed"], at=layout.take("packs", channels * depth), panel=width, row=width, length=channels)
    at = layout.take("packs", outputs * -(-channels // width) * width)
    put(op["back"], at=at, panel=width, depth=depth)
    layout.scratch(ROWS * width + layout.samples * depth)


def copies_of_dense(op, layer, lanes):
    """w in panels of its columns, and, for the way back, in panels of its rows."""
    channels, outputs = int(op["input"]["channels"]), int(op["output"]["channels"])
    w, packed, back, found = int(op["w_at"]), op["packed"], op["back"], []
    if not packed["in_place"]:
        panel = int(packed["panel"])
        for d0, count in pieces(0, outputs, panel):
            target = int(packed["at"]) + d0 * channels, 0, 0, panel
            found.append(copy_of((1, 1, channels, count), (w + d0, 0, 0, outputs, 1), target))
    if op["needs_gradient"] and back["panel"]:  # few images take the weights as they are
        panel = int(back["panel"])
        for k0, count in pieces(0, channels, panel):
            source, target = (w + k0 * outputs, 0, 0, 1, outputs), (int(back["at"]) + k0 * outputs, 0, 0, panel)
            found.append(copy_of((1, 1, outputs, count), source, target))
    return found


@compiled
def connect(op, memory, scratch, images):
    """e = b + w^T h of the fully-connected layer (topic 15)."""
    entry, out, packed, size = op.input, op.output, op.packed, memory.m.itemsize
    floor = memory.m.dtype.type(0) if op.relu else no_floor(memory.m)
    tools, count = tools_of(memory, address(scratch)), images.end - images.first
    for d0 in range(0, out.channels, packed.panel):
        weights = packed.at + d0 * packed.length
        strip(
            tools,
            Left(address(memory.m) + (entry.h_at + images.first * entry.step) * size, entry.step, 0, 0, 1),
            Right(address(memory.packs) + weights * size, 0, packed.row),
            Result(address(memory.m) + (out.h_at + images.first * out.step + d0) * size, out.step, 0),
            Start(address(memory.u) + (op.b_at + d0) * size if op.b_at >= 0 else address(memory.packs), 0),
            every(1, entry.channels),
            Block(count, count, min(packed.panel, out.channels - d0)),
            floor,
            False,
        )


@compiled_loosely
def dot(a, b):
    """sum_i a[i] b[i]"""
    total = a.dtype.type(0)
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


@compiled
def connect_back(op, memory, scratch, images):
    """dL/db, dL/dw = h dL/de^T and dL/dh = w dL/de of the fully-connected layer."""
    m, d, g, step, size = memory.m, memory.d, memory.g[images.chunk], memory.d_step, memory.m.itemsize
    entry, out, back, outputs, count = op.input, op.output, op.back, op.output.channels, images.end - images.first
    panel = VECTORS * memory.lanes
    tools, zeros = tools_of(memory, address(scratch)), address(memory.packs)
    errors = ROWS * panel  # where dL/de begins in scratch, `depth` numbers for each image
    de = address(scratch) + errors * size
    if op.b_at >= 0:
        clear(g, op.b_at, outputs)
    clear(scratch, errors, count * back.depth)
    for i in range(count):
        n = images.first + i
        row, h = part(d, op.de_at + n * step, outputs), part(m, out.h_at + n * out.step, outputs)
        error = part(scratch, errors + i * back.depth, outputs)
        for c in range(outputs):
            error[c] = row[c] if not op.relu or h[c] > 0 else 0
        if op.b_at >= 0:
            bias = part(g, op.b_at, outputs)
            for c in range(outputs):
                bias[c] += error[c]
    for d0 in range(0, outputs, panel):
        strip(
            tools,
            Left(address(m) + (entry.h_at + images.first * entry.step) * size, 1, 0, 0, entry.step),
            Right(de + d0 * size, 0, back.depth),
            Result(address(g) + (op.w_at + d0) * size, outputs, 0),
            Start(zeros, 0),
            every(1, count),
            Block(entry.channels, entry.channels, min(panel, outputs - d0)),
            tools.none,
            False,
        )
    if op.needs_gradient and back.panel == 0:
        for i in range(count):
            below = part(d, op.dh_at + (images.first + i) * step, entry.channels)
            error = part(scratch, errors + i * back.depth, outputs)
            for k in range(entry.channels):
                below[k] = dot(part(memory.u, op.w_at + k * outputs, outputs), error)
    elif op.needs_gradient:
        for c0 in range(0, entry.channels, back.panel):
            strip(
                tools,
                Left(de, back.depth, 0, 0, 1),
                Right(address(memory.packs) + (back.at + c0 * outputs) * size, 0, back.panel),
                Result(address(d) + (op.dh_at + images.first * step + c0) * size, step, 0),
                Start(zeros, 0),
                every(1, outputs),
                Block(count, count, min(back.panel, entry.channels - c0)),
                tools.none,
                False,
            )
