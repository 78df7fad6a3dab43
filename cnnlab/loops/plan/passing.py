"""From one operation of a plan to the next: parts of its flat memory, and pooling on the way."""

import numpy as np

from cnnlab.loops.kernels.pooling import DEAD_BYTE
from cnnlab.loops.kernels.rows import copy, gate
from cnnlab.loops.kernels.strip import address
from cnnlab.loops.kernels.windows import Maps, Windows, pool_max, unpool_max
from cnnlab.loops.runtime.compiled import DISABLED, compiled_inside, intrinsic
from cnnlab.loops.runtime.later import later

types, arrayobj, cgutils = later("numba.types"), later("numba.np.arrayobj"), later("numba.core.cgutils")


@intrinsic
def part(typingctx, flat, start, count):
    """So many numbers of a memory, flat or not.

    As `flat[start : start + count]`, only that nobody counts who uses the memory, and that it is nothing to compile.
    """
    row = types.Array(flat.dtype, 1, "C")

    def codegen(context, builder, signature, args):
        source = context.make_array(flat)(context, builder, args[0])
        size = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(flat.dtype)))
        result = context.make_array(row)(context, builder)
        arrayobj.populate_array(result, builder.gep(source.data, [args[1]]), [args[2]], [size], size, None)
        return result._getvalue()

    return row(flat, types.intp, types.intp), codegen


def part_twin(flat, start, count):
    """`part` without machine code."""
    return flat.reshape(-1)[start : start + count]


part = part_twin if DISABLED else part


@intrinsic
def clear(typingctx, flat, start, count):
    """Write zeros, `count` of them from `start` on."""

    def codegen(context, builder, signature, args):
        source = context.make_array(flat)(context, builder, args[0])
        size = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(flat.dtype)))
        cgutils.memset(builder, builder.gep(source.data, [args[1]]), builder.mul(args[2], size), 0)
        return context.get_dummy_value()

    return types.void(flat, types.intp, types.intp), codegen


def clear_twin(flat, start, count):
    """`clear` without machine code."""
    part_twin(flat, start, count)[...] = 0


clear = clear_twin if DISABLED else clear


@compiled_inside
def output_at(op, n):
    """Where image n begins in the entry of the next operation: its first pixel inside the frame."""
    out = op.output
    return out.h_at + n * out.step + (out.top * out.frame_width + out.left) * out.channels


@compiled_inside
def store(op, memory, n, e, first):
    """e (e_height, e_width, channels) of image n, which begins at e[first], to the entry of the next operation."""
    across, down = op.e_width * op.output.channels, op.output.frame_width * op.output.channels
    size, like = memory.m.itemsize, memory.m.dtype.type(0)
    source, target = address(e) + first * size, address(memory.m) + output_at(op, n) * size
    for i in range(op.output.height):
        copy(source + i * across * size, target + i * down * size, across, like)


@compiled_inside
def windows_of(op):
    """Its pooling windows."""
    pool, out = op.pool, op.output
    return Windows(pool.rows, pool.columns, pool.stride_m, pool.stride_n, out.height, out.width, out.channels)


@compiled_inside
def marks_of(op, marks, n, size):
    """The marks of image n, of `size` bytes each."""
    channels, at = op.output.channels, op.pool.marks_at + n * op.pool.marks_step
    return Maps(address(marks) + at, op.output.width * channels, channels, size)


@compiled_inside
def store_pooled(op, memory, n, e, first):
    """`store`, through max pooling if there is any (topic 22)."""
    if op.pool.rows == 0:
        store(op, memory, n, e, first)
    else:
        pooled(op, memory, n, e, first, 1, np.uint8(DEAD_BYTE))


@compiled_inside
def pooled(op, memory, n, e, first, mark, dead):
    """The largest number of each window of e (e_height, e_width, channels), from e[first] on, to the entry of the next
    operation (topic 22).  mark : bytes of a mark.  dead : that of a window whose gradient nobody gets, in their dtype.
    """
    channels, size = op.output.channels, memory.m.itemsize
    maps = Maps(address(e) + first * size, op.e_width * channels, channels, size)
    out = address(memory.m) + output_at(op, n) * size
    best = Maps(out, op.output.frame_width * channels, channels, size)
    zero = memory.m.dtype.type(0)
    pool_max(maps, best, marks_of(op, memory.marks, n, mark), windows_of(op), op.relu, zero, dead)


@compiled_inside
def unpooled(op, memory, n, de, first, across, depth, mark, dead):
    """The gradient of what `pooled` stored, handed to the largest pixels (topic 24); as `load_gradient` has it."""
    channels, size, d = op.output.channels, memory.m.itemsize, op.de_at + n * memory.d_step
    errors = Maps(address(memory.d) + d * size, op.output.width * channels, channels, size)
    below, zero = Maps(address(de) + first * size, across, depth, size), memory.m.dtype.type(0)
    marks = marks_of(op, memory.marks, n, mark)
    unpool_max(errors, marks, below, op.e_height, op.e_width, windows_of(op), zero, dead)


@compiled_inside
def load_gradient(op, memory, n, de, first, across, depth):
    """dL/de of image n from the gradient of what `store_pooled` stored, back through pooling and ReLU (topic 24), into
    de from de[first] on: `across` numbers in a row, `depth` in a pixel.
    """
    if op.pool.rows:
        unpooled(op, memory, n, de, first, across, depth, 1, np.uint8(DEAD_BYTE))
        return
    channels, size, d = op.output.channels, memory.m.itemsize, op.de_at + n * memory.d_step
    down, like = op.output.frame_width * channels, memory.m.dtype.type(0)
    errors, rows, out = address(memory.d) + d * size, address(de) + first * size, address(memory.m)
    out += output_at(op, n) * size
    for i in range(op.e_height):
        for k in range(op.e_width):
            error, row = errors + (i * op.e_width + k) * channels * size, rows + (i * across + k * depth) * size
            if op.relu:
                gate(error, out + (i * down + k * channels) * size, row, channels, like)
            else:
                copy(error, row, channels, like)
