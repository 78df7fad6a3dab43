"""From one operation of a program to the next: parts of its flat memory, and pooling on the way."""

import numpy as np
from numba import config, types
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

from cnnlab.loops.runtime.compiled import compiled_inside, compiled_into

DEAD = 255  # the mark of a window in which nothing is above 0


@intrinsic
def part(typingctx, flat, start, count):
    """So many numbers of a flat memory.

    As `flat[start : start + count]`, only that nobody counts who uses the memory, and that it is nothing to compile.
    """
    row = types.Array(flat.dtype, 1, "C")

    def codegen(context, builder, signature, args):
        source = context.make_array(flat)(context, builder, args[0])
        size = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(flat.dtype)))
        result = context.make_array(row)(context, builder)
        populate_array(result, builder.gep(source.data, [args[1]]), [args[2]], [size], size, None)
        return result._getvalue()

    return row(flat, types.intp, types.intp), codegen


def part_twin(flat, start, count):
    """`part` without machine code."""
    return flat[start : start + count]


part = part_twin if config.DISABLE_JIT else part


@compiled_inside
def clear(flat, start, count):
    """Zeros."""
    row = part(flat, start, count)
    for i in range(count):
        row[i] = 0


@compiled_into
def hand_on(op, memory, n, e, first):
    """e (e_height, e_width, outputs) of image n, which begins at e[first], to the entry of the next operation."""
    across = op.e_width * op.outputs
    out = op.out + n * op.outs + (op.otop * op.ow + op.oleft) * op.outputs
    for i in range(op.oheight):
        source, target = part(e, first + i * across, across), part(memory.m, out + i * op.ow * op.outputs, across)
        for c in range(across):
            target[c] = source[c]


@compiled_inside
def leave(op, memory, n, e, first, scratch, room):
    """`hand_on`, through max pooling if there is any.  From scratch[room] on there is room for the numbers of one
    pixel.
    """
    if op.pool_i == 0:
        hand_on(op, memory, n, e, first)
        return
    m, outputs, across = memory.m, op.outputs, op.e_width * op.outputs
    out = op.out + n * op.outs + (op.otop * op.ow + op.oleft) * outputs  # of the next entry, the first pixel inside
    down = op.ow * outputs
    marks, real = op.where + n * op.wheres, m.dtype.type
    winner = part(scratch, room, outputs)  # as wide as what is compared: a byte would slow the comparison down
    for i in range(op.oheight):
        for k in range(op.owidth):
            corner = first + i * op.pool_s * across + k * op.pool_t * outputs
            best = part(m, out + i * down + k * outputs, outputs)
            row = part(e, corner, outputs)
            for c in range(outputs):
                best[c] = row[c]
                winner[c] = 0
            for p in range(op.pool_i):
                for q in range(op.pool_j):
                    index, row = real(p * op.pool_j + q), part(e, corner + p * across + q * outputs, outputs)
                    for c in range(outputs):
                        better = row[c] > best[c]
                        best[c] = row[c] if better else best[c]
                        winner[c] = index if better else winner[c]
            if op.relu:
                for c in range(outputs):
                    on = best[c] > 0
                    best[c] = best[c] if on else 0
                    winner[c] = winner[c] if on else real(DEAD)
            mark = part(memory.marks, marks + (i * op.owidth + k) * outputs, outputs)
            for c in range(outputs):
                mark[c] = np.uint8(winner[c])


@compiled_inside
def come_back(op, memory, n, de, first, across, depth, scratch, room):
    """dL/de of image n from the gradient of what `leave` handed on, back through pooling and ReLU, into de from
    de[first] on: `across` numbers in a row, `depth` in a pixel.  Room as for `leave`.
    """
    outputs = op.outputs
    d = op.d_out + n * memory.d_step
    if op.pool_i:
        for i in range(op.e_height):
            clear(de, first + i * across, op.e_width * depth)
        marks, real = op.where + n * op.wheres, de.dtype.type
        winner = part(scratch, room, outputs)
        for i in range(op.oheight):
            for k in range(op.owidth):
                place = (i * op.owidth + k) * outputs
                error, mark = part(memory.d, d + place, outputs), part(memory.marks, marks + place, outputs)
                for c in range(outputs):
                    winner[c] = real(mark[c])
                corner = first + i * op.pool_s * across + k * op.pool_t * depth
                for p in range(op.pool_i):
                    for q in range(op.pool_j):
                        index, row = real(p * op.pool_j + q), part(de, corner + p * across + q * depth, outputs)
                        for c in range(outputs):
                            row[c] += error[c] if winner[c] == index else 0
        return
    out = op.out + n * op.outs + (op.otop * op.ow + op.oleft) * outputs
    for i in range(op.e_height):
        for k in range(op.e_width):
            error = part(memory.d, d + (i * op.e_width + k) * outputs, outputs)
            row = part(de, first + i * across + k * depth, outputs)
            h = part(memory.m, out + (i * op.ow + k) * outputs, outputs)
            if op.relu:
                for c in range(outputs):
                    row[c] = error[c] if h[c] > 0 else 0
            else:
                for c in range(outputs):
                    row[c] = error[c]
