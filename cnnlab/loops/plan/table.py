"""A whole training step as a program: a table of operations that work on one flat memory.

A network of separate layers writes every result to main memory and reads it back, and makes new arrays for all of it
in every step.  Here a few images at a time go through all operations, while what they leave behind is still in the
caches; bias, ReLU and pooling are done on the way out of a convolution, before its result is stored; and all memory is
taken once.

    forward          LOAD -> CONV -> NORM -> CONV -> ... -> DENSE        each writes into the frame of the next one
    backward         the same rows from the last to the first

Each row of the table is a record `op`: what to do, and where in memory its numbers lie.  An operation finds its input
in its entry, a frame (fh, fw, c) with the image at (top, left) in it, and writes (oheight, owidth, outputs) numbers
into the entry of the next one, (oh, ow, outputs), at (otop, oleft).  The gradients of the entries lie in two parts of
`d` that take turns.  network/program.py writes the table.
"""

from collections import namedtuple

import numpy as np

from cnnlab.loops.kernels.image import image_input_gradient, image_sum, image_weight_gradient
from cnnlab.loops.kernels.strip import address, strip
from cnnlab.loops.kernels.tile import VECTORS
from cnnlab.loops.kernels.vectors import ROWS
from cnnlab.loops.plan.passing import clear, come_back, leave, part
from cnnlab.loops.runtime.compiled import compiled, compiled_inside, compiled_into, compiled_loosely

LOAD, CONV, DENSE, BEND, RESPONSES, DROP, STATISTICS, BATCH, SUM, POOL = range(10)
NORMAL = (STATISTICS, BATCH)  # the two halves of batch normalisation

FIELDS = (
    "code relu need "  # need : does anybody below want the gradient of the entry?
    "h hs fh fw c top left height width "  # the entry: first number, numbers of one image, frame, place and sides in it
    "fill_m filled_m fill_k filled_k "  # first and end of the rows, and columns, of the frame that may hold more than 0
    "out outs oh ow otop oleft oheight owidth outputs "  # the entry of the next operation
    "d_in d_out "  # where the gradients of both begin
    "e_height e_width rows columns s t w b per_unit table "  # a linear sum: its sides, kernel, parameters, connections
    "packed panel row across back back_panel back_size depth corner_m corner_k framed_h framed_w pad_m pad_k "
    "pool_i pool_j pool_s pool_t where wheres "  # max pooling on the way out; `where` in `marks`
    "extra kind flipped"  # further numbers in m; which nonlinearity; are kernels kept flipped, and read where they are?
).split()
OP = np.dtype([(name, np.int64) for name in FIELDS] + [("alpha", np.float64), ("beta", np.float64)])

# m: entries and what forward keeps; d: gradients of entries, d_step numbers for one image; u: parameters; g: (chunks,
# numbers of u), the gradients that each chunk of images gives; packs: weights in the order in which tiles read them,
# zeros first; marks: which pixel won in pooling; tiles: see strip.py.
Memory = namedtuple("Memory", "m d d_step u g packs marks tiles")


@compiled
def load(op, memory, x, rows, first, end):
    """The images x[rows[n]] into the first frame, standardised: (x - shift) scale."""
    outputs = op.outputs
    shift, scale = part(memory.m, op.extra, outputs), part(memory.m, op.extra + outputs, outputs)
    for n in range(first, end):
        out, image = op.out + n * op.outs, x[rows[n]]
        for m in range(op.oheight):
            for k in range(op.owidth):
                row = part(memory.m, out + ((op.otop + m) * op.ow + op.oleft + k) * outputs, outputs)
                for c in range(outputs):
                    row[c] = (image[m, k, c] - shift[c]) * scale[c]


@compiled
def convolve(op, memory, scratch, lanes, chunk, first, end):
    """e = b + w * h (topic 8), then `leave`."""
    m, u, count = memory.m, memory.u, op.e_height * op.e_width * op.outputs
    size, none = m.itemsize, m.dtype.type(-np.inf)
    floor = m.dtype.type(0) if op.relu else none
    room, filled = address(scratch) + count * size, (op.fill_m, op.filled_m, op.fill_k, op.filled_k)
    bias = address(u) + op.b * size if op.b >= 0 and not op.per_unit else address(memory.packs)
    for n in range(first, end):
        if op.per_unit:
            for i in range(count):
                scratch[i] = u[op.b + i]
        image_sum(
            memory.tiles, address(m) + (op.h + n * op.hs) * size, filled, op.fw, op.c, (0, 0), (op.s, op.t),
            (op.rows, op.columns), address(memory.packs) + op.packed * size, op.panel, op.row, op.across, bias,
            address(scratch), op.e_width * op.outputs, op.outputs, op.e_height, op.e_width, op.outputs, floor, none,
            op.per_unit > 0, lanes, room, size,
        )  # fmt: skip
        leave(op, memory, n, scratch, 0, scratch, count + ROWS * VECTORS * lanes)


@compiled
def convolve_back(op, memory, scratch, lanes, chunk, first, end):
    """dL/db, dL/dw and dL/dh of one image after the other (topics 12 to 18), while its errors are in the cache."""
    m, g, size = memory.m, memory.g[chunk], memory.m.itemsize
    none = m.dtype.type(-np.inf)
    frame = op.framed_h * op.framed_w * op.depth
    clear(scratch, 0, frame)
    room, line, outputs = address(scratch) + frame * size, op.columns * op.c, op.outputs
    top, left, across = op.corner_m, op.corner_k, op.framed_w * op.depth
    corner = top * across + left * op.depth  # of the framed errors, the first
    filled = op.fill_m, op.filled_m, op.fill_k, op.filled_k
    errors = top, top + op.e_height, left, left + op.e_width
    clear(g, op.w, op.rows * line * outputs)
    if op.b >= 0:
        clear(g, op.b, (op.e_height * op.e_width if op.per_unit else 1) * outputs)
    for n in range(first, end):
        come_back(op, memory, n, scratch, corner, across, op.depth, scratch, frame)
        if op.b >= 0:
            bias = op.b
            for y in range(op.e_height):
                for x in range(op.e_width):
                    row, error = part(g, bias, outputs), part(scratch, corner + y * across + x * op.depth, outputs)
                    for c in range(outputs):
                        row[c] += error[c]
                    bias += outputs if op.per_unit else 0
        image_weight_gradient(
            memory.tiles, address(m) + (op.h + n * op.hs) * size, filled, op.fw, op.c, (op.s, op.t),
            address(scratch) + corner * size, op.framed_w, op.depth, op.e_height, op.e_width,
            address(g) + op.w * size, op.rows, line, outputs, none, lanes, room, size,
        )  # fmt: skip
        if op.need:
            input_gradient(op, memory, scratch, errors, op.d_in + n * memory.d_step, none, lanes, room, size)


@compiled_into
def input_gradient(op, memory, scratch, errors, place, none, lanes, room, size):
    """dL/dh of one image, from d[place] on, from its framed errors in scratch.  errors : (first row, end, first column,
    end) of them.
    """
    dh = address(memory.d) + place * size
    if op.s > op.rows or op.t > op.columns:  # pixels between the windows
        clear(memory.d, place, op.height * op.width * op.c)
    for r in range(min(op.s, op.height)):
        for q in range(min(op.t, op.width)):
            taps, start, which = a_class(op, r, q)
            if taps[0] > 0 and taps[1] > 0:
                image_input_gradient(
                    memory.tiles, address(scratch), errors, op.framed_w, op.depth,
                    address(memory.packs) + (op.back + which * op.back_size) * size, op.back_panel, taps, start, (r, q),
                    (op.s, op.t), dh, op.height, op.width, op.c, address(memory.packs), none, lanes, room, size,
                )  # fmt: skip


@compiled_inside
def a_class(op, r, q):
    """Of the pixels (r + s i, q + t j): how many weights reach one of them, the first error it looks at, its number."""
    first_p, first_q = (r + op.pad_m) % op.s, (q + op.pad_k) % op.t
    taps = (op.rows - first_p + op.s - 1) // op.s, (op.columns - first_q + op.t - 1) // op.t
    start = (r + op.pad_m) // op.s + op.corner_m + 1 - taps[0], (q + op.pad_k) // op.t + op.corner_k + 1 - taps[1]
    return taps, start, r * op.t + q


@compiled
def connect(op, memory, scratch, lanes, chunk, first, end):
    """e = b + w^T h of the fully-connected layer (topic 15)."""
    m, size = memory.m, memory.m.itemsize
    none = m.dtype.type(-np.inf)
    floor = m.dtype.type(0) if op.relu else none
    for d0 in range(0, op.outputs, op.panel):
        strip(
            memory.tiles, address(m) + (op.h + first * op.hs) * size, op.hs, 0, 0, 1,
            address(memory.packs) + (op.packed + d0 * op.across) * size, 0, op.row,
            address(m) + (op.out + first * op.outs + d0) * size, op.outs, 0,
            address(memory.u) + (op.b + d0) * size if op.b >= 0 else address(memory.packs), 0, 1, 0, 1, 0, op.c, floor,
            end - first, end - first, min(op.panel, op.outputs - d0), lanes, address(scratch), 0,
        )  # fmt: skip


@compiled_loosely
def dot(a, b):
    """sum_i a[i] b[i]"""
    total = a.dtype.type(0)
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


@compiled
def connect_back(op, memory, scratch, lanes, chunk, first, end):
    """dL/db, dL/dw = h dL/de^T and dL/dh = w dL/de of the fully-connected layer."""
    m, d, g, step, size = memory.m, memory.d, memory.g[chunk], memory.d_step, memory.m.itemsize
    none, room = m.dtype.type(-np.inf), address(scratch)
    panel, outputs = VECTORS * lanes, op.outputs
    errors = ROWS * panel  # where dL/de begins in scratch, `depth` numbers for each image
    de = address(scratch) + errors * size
    if op.b >= 0:
        clear(g, op.b, outputs)
    clear(scratch, errors, (end - first) * op.depth)
    for n in range(first, end):
        row, out = part(d, op.d_out + n * step, outputs), part(m, op.out + n * op.outs, outputs)
        error = part(scratch, errors + (n - first) * op.depth, outputs)
        for c in range(outputs):
            error[c] = row[c] if not op.relu or out[c] > 0 else 0
        if op.b >= 0:
            bias = part(g, op.b, outputs)
            for c in range(outputs):
                bias[c] += error[c]
    for d0 in range(0, op.outputs, panel):
        strip(
            memory.tiles, address(m) + (op.h + first * op.hs) * size, 1, 0, 0, op.hs, de + d0 * size, 0, op.depth,
            address(g) + (op.w + d0) * size, op.outputs, 0, address(memory.packs), 0, 1, 0, 1, 0, end - first, none,
            op.c, op.c, min(panel, op.outputs - d0), lanes, room, 0,
        )  # fmt: skip
    if op.need and op.back_panel == 0:
        for n in range(end - first):
            below, error = part(d, op.d_in + (first + n) * step, op.c), part(scratch, errors + n * op.depth, outputs)
            for k in range(op.c):
                below[k] = dot(part(memory.u, op.w + k * outputs, outputs), error)
    elif op.need:
        for c0 in range(0, op.c, op.back_panel):
            strip(
                memory.tiles, de, op.depth, 0, 0, 1,
                address(memory.packs) + (op.back + c0 * op.outputs) * size, 0, op.back_panel,
                address(d) + (op.d_in + first * step + c0) * size, step, 0, address(memory.packs), 0, 1, 0, 1, 0,
                op.outputs, none, end - first, end - first, min(op.back_panel, op.c - c0), lanes, room, 0,
            )  # fmt: skip
