"""From one operation of a plan to the next: parts of its flat memory, and pooling on the way."""

import numpy as np
from numba import config, types
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

from cnnlab.loops.kernels.pooling import DEAD_BYTE
from cnnlab.loops.runtime.compiled import compiled_inside, compiled_into


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


@compiled_inside
def output_at(op, n):
    """Where image n begins in the entry of the next operation: its first pixel inside the frame."""
    out = op.output
    return out.h_at + n * out.step + (out.top * out.frame_width + out.left) * out.channels


@compiled_into
def store(op, memory, n, e, first):
    """e (e_height, e_width, channels) of image n, which begins at e[first], to the entry of the next operation."""
    across, down = op.e_width * op.output.channels, op.output.frame_width * op.output.channels
    out = output_at(op, n)
    for i in range(op.output.height):
        source, target = part(e, first + i * across, across), part(memory.m, out + i * down, across)
        for c in range(across):
            target[c] = source[c]


@compiled_inside
def store_pooled(op, memory, n, e, first, scratch, room):
    """`store`, through max pooling if there is any (topic 22).  From scratch[room] on there is room for the numbers of
    one pixel.
    """
    pool = op.pool
    if pool.rows == 0:
        store(op, memory, n, e, first)
        return
    m, channels, across = memory.m, op.output.channels, op.e_width * op.output.channels
    out, down = output_at(op, n), op.output.frame_width * channels
    marks, real = pool.marks_at + n * pool.marks_step, m.dtype.type
    winner = part(scratch, room, channels)  # as wide as what is compared: a byte would slow the comparison down
    for i in range(op.output.height):
        for k in range(op.output.width):
            corner = first + i * pool.stride_m * across + k * pool.stride_n * channels
            best = part(m, out + i * down + k * channels, channels)
            row = part(e, corner, channels)
            for c in range(channels):
                best[c] = row[c]
                winner[c] = 0
            for p in range(pool.rows):
                for q in range(pool.columns):
                    index, row = real(p * pool.columns + q), part(e, corner + p * across + q * channels, channels)
                    for c in range(channels):
                        better = row[c] > best[c]
                        best[c] = row[c] if better else best[c]
                        winner[c] = index if better else winner[c]
            if op.relu:
                for c in range(channels):
                    on = best[c] > 0
                    best[c] = best[c] if on else 0
                    winner[c] = winner[c] if on else real(DEAD_BYTE)
            mark = part(memory.marks, marks + (i * op.output.width + k) * channels, channels)
            for c in range(channels):
                mark[c] = np.uint8(winner[c])


@compiled_inside
def load_gradient(op, memory, n, de, first, across, depth, scratch, room):
    """dL/de of image n from the gradient of what `store_pooled` stored, back through pooling and ReLU (topic 24), into
    de from de[first] on: `across` numbers in a row, `depth` in a pixel.  Room as for `store_pooled`.
    """
    channels, pool = op.output.channels, op.pool
    d = op.de_at + n * memory.d_step
    if pool.rows:
        for i in range(op.e_height):
            clear(de, first + i * across, op.e_width * depth)
        marks, real = pool.marks_at + n * pool.marks_step, de.dtype.type
        winner = part(scratch, room, channels)
        for i in range(op.output.height):
            for k in range(op.output.width):
                place = (i * op.output.width + k) * channels
                error, mark = part(memory.d, d + place, channels), part(memory.marks, marks + place, channels)
                for c in range(channels):
                    winner[c] = real(mark[c])
                corner = first + i * pool.stride_m * across + k * pool.stride_n * depth
                for p in range(pool.rows):
                    for q in range(pool.columns):
                        index, row = real(p * pool.columns + q), part(de, corner + p * across + q * depth, channels)
                        for c in range(channels):
                            row[c] += error[c] if winner[c] == index else 0
        return
    out, down = output_at(op, n), op.output.frame_width * channels
    for i in range(op.e_height):
        for k in range(op.e_width):
            error = part(memory.d, d + (i * op.e_width + k) * channels, channels)
            row = part(de, first + i * across + k * depth, channels)
            h = part(memory.m, out + i * down + k * channels, channels)
            if op.relu:
                for c in range(channels):
                    row[c] = error[c] if h[c] > 0 else 0
            else:
                for c in range(channels):
                    row[c] = error[c]
