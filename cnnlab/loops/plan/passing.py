"""From one operation of a plan to the next: parts of its flat memory, and pooling on the way."""

import numpy as np
from numba import config, types
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

from cnnlab.loops.kernels.pooling import DEAD_BYTE, windows_over
from cnnlab.loops.kernels.strip import address
from cnnlab.loops.kernels.windows import largest, returned
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
def store_pooled(op, memory, n, e, first):
    """`store`, through max pooling if there is any (topic 22)."""
    pool = op.pool
    if pool.rows == 0:
        store(op, memory, n, e, first)
        return
    channels, out = op.output.channels, address(memory.m) + output_at(op, n) * memory.m.itemsize
    across, size, marks = op.e_width * channels, memory.m.itemsize, address(memory.marks) + mark_at(op, n)
    zero, dead = memory.m.dtype.type(0), np.uint8(DEAD_BYTE)
    for i in range(op.output.height):
        best = out + i * op.output.frame_width * channels * size
        window = address(e) + (first + i * pool.stride_m * across) * size
        for _ in range(op.output.width):
            largest(window, across, channels, pool.rows, pool.columns, best, marks, channels, op.relu, zero, dead)
            window, best, marks = window + pool.stride_n * channels * size, best + channels * size, marks + channels


@compiled_inside
def mark_at(op, n):
    """Where the marks of image n begin."""
    return op.pool.marks_at + n * op.pool.marks_step


@compiled_inside
def load_gradient(op, memory, n, de, first, across, depth):
    """dL/de of image n from the gradient of what `store_pooled` stored, back through pooling and ReLU (topic 24), into
    de from de[first] on: `across` numbers in a row, `depth` in a pixel.
    """
    channels, size = op.output.channels, memory.m.itemsize
    if op.pool.rows:
        unpool(op, memory, n, address(de) + first * size, across * size, depth * size)
        return
    d, out, down = op.de_at + n * memory.d_step, output_at(op, n), op.output.frame_width * channels
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


@compiled_into
def unpool(op, memory, n, de, across, depth):
    """What each pixel gets back from the windows in which it lies.  de : address; across, depth : bytes."""
    pool, channels, size = op.pool, op.output.channels, memory.m.itemsize
    errors, marks = address(memory.d) + (op.de_at + n * memory.d_step) * size, address(memory.marks) + mark_at(op, n)
    high, wide, zero, dead = op.output.height, op.output.width, memory.m.dtype.type(0), np.uint8(DEAD_BYTE)
    m0, m1 = 0, 0
    for i in range(op.e_height):
        m0, m1 = windows_over(i, m0, m1, pool.rows, pool.stride_m, high)
        k0, k1, below = 0, 0, de + i * across
        for j in range(op.e_width):
            k0, k1 = windows_over(j, k0, k1, pool.columns, pool.stride_n, wide)
            place = (i - m0 * pool.stride_m) * pool.columns + j - k0 * pool.stride_n
            corner = (m0 * wide + k0) * channels
            returned(
                errors + corner * size, marks + corner, wide * channels, channels, m1 - m0, k1 - k0, place,
                pool.stride_m * pool.columns, pool.stride_n, below, channels, zero, dead,
            )  # fmt: skip
            below += depth
