"""The register tile: the one inner loop under every convolution and its gradients.

A tile is a small block of results, `rows` x (`vectors` x lanes) numbers, that stays in the processor's registers while
a long sum runs over it:

                               b (one row a step)
                      [ 16 numbers ][ 16 numbers ]         <- 2 vector loads
                             |             |
            a[0]  -->  [ c[0,0:16]  ][ c[0,16:32] ]
            a[1]  -->  [ c[1,0:16]  ][ c[1,16:32] ]        each step:  c[i, j] += a[i] b[j]
             ...                ...                        8 broadcasts, 2 loads, 16 fused multiply-adds of 16 lanes
            a[7]  -->  [ c[7,0:16]  ][ c[7,16:32] ]
              ^
              one number, copied to all lanes

    c[i, j] = floor at ( start[i, j] + sum_{o < outer} sum_{k < inner} a[i, o, k] b[o, k, j] )

Why the accumulators stay in registers: a step needs 8 + 2 loads for 16 x 16 multiply-adds.  If c lived in memory, each
multiply-add would need a load and a store of its own, and those, not the arithmetic, would set the pace.  A 512-bit
processor has 32 such registers: 16 for c, 2 for b, the rest for a.  With 256 bits there are only 16, hence the smaller
tile; choosing it too large makes the compiler spill c to memory.  All arrays are walked by strides alone, so the same
tile serves any layout: nothing is copied to make it fit.

This file needs numba and llvmlite only.  With NUMBA_DISABLE_JIT=1 the twins at its end do the same in NumPy.
"""

import ctypes

import numpy as np

from cnnlab.loops.kernels.vectors import Touched, broadcast, stepping, unseen, vector_of
from cnnlab.loops.runtime.compiled import DISABLED, intrinsic
from cnnlab.loops.runtime.later import later
from cnnlab.loops.runtime.processor import ROWS

ir, types, cgutils = later("llvmlite.ir"), later("numba.types"), later("numba.core.cgutils")

SIZES = (ROWS, ROWS - 1, ROWS - 2, 4, 1)  # rows of the tiles that there are
VECTORS = 2


def make_tile(rows, vectors):
    """The tile of rows x (vectors x lanes) as a numba intrinsic:

        tile(a, ai, ao, ak,  b, bo, bk,  c, ci,  start, si,  split, aj, cj, sj,  outer, inner, floor, columns, tiles)

    a, b, c, start : addresses of the first numbers (an array would be counted in and out at every call).  ai, ci, si :
        numbers from row to row; rows from number `split` on lie aj, cj, sj numbers further away: there the next line of
        an image begins.  ao, bo and ak, bk : from term to term of the outer and the inner sum.  floor : no result is
        below it (0 is ReLU, -inf is none); its dtype is that of all numbers.  b, c and start hold the j of a row side
        by side; of c and start only so many `columns` are touched, of b whole vectors are read.  tiles : so many, one
        below the other; if it is more than one, all are in one line.  Nothing is checked: the callers know the shapes.
    """

    @intrinsic
    def tile(
        typingctx, a, ai, ao, ak, b, bo, bk, c, ci, start, si, split, aj, cj, sj, outer, inner, floor, columns, tiles
    ):
        signature = types.void(*[types.intp] * 17, floor, types.intp, types.intp)

        def codegen(context, builder, signature, args):
            a, ai, ao, ak, b, bo, bk, c, ci, start, si, split, aj, cj, sj, outer, inner, floor, columns, tiles = args
            number, vector, bits, count = vector_of(signature.args[17])
            a, b, c, start = (builder.inttoptr(address, number.as_pointer()) for address in (a, b, c, start))
            # llvmlite's declare_intrinsic takes no vector type: insert the function by its name
            multiply_add = cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(vector, [vector] * 3), f"llvm.fmuladd.v{count}f{bits}"
            )

            def whole(number):
                return ir.Constant(ir.IntType(64), number)

            def places(step, jump):
                """Numbers from row 0 to every row."""
                beyond = (builder.icmp_signed(">=", whole(i), split) for i in range(rows))
                jumps = [builder.select(after, jump, whole(0)) for after in beyond]
                return [builder.add(builder.mul(whole(i), step), jumps[i]) for i in range(rows)]

            def vectors_of(step, jump):
                """Numbers from the first one to the vectors of all rows."""
                return {
                    (i, v): builder.add(place, whole(v * count))
                    for i, place in enumerate(places(step, jump))
                    for v in range(vectors)
                }

            touched = Touched(builder, vector, bits, count, columns, vectors)
            lowest = broadcast(builder, floor, count)
            rows_of_a = [unseen(builder, place) for place in places(ai, aj)]
            from_start, from_c = vectors_of(si, sj), vectors_of(ci, cj)
            with cgutils.for_range(builder, tiles) as tile_number:
                row = builder.mul(tile_number.index, whole(rows))
                top_a, top_c, top_start = (
                    builder.gep(pointer, [builder.mul(row, step)]) for pointer, step in ((a, ai), (c, ci), (start, si))
                )
                total = {}  # LLVM turns these into registers
                for cell, value in touched.load(top_start, from_start).items():
                    total[cell] = cgutils.alloca_once_value(builder, value)
                with stepping(builder, outer, (top_a, ao), (b, bo)) as (first_a, first_b):
                    with stepping(builder, inner, (first_a, ak), (first_b, bk)) as (a_now, b_now):
                        bs = [touched.whole(builder.gep(b_now, [whole(v * count)])) for v in range(vectors)]
                        for i in range(rows):
                            scalar = broadcast(builder, builder.load(builder.gep(a_now, [rows_of_a[i]])), count)
                            for v in range(vectors):
                                sums = builder.call(multiply_add, [scalar, bs[v], builder.load(total[i, v])])
                                builder.store(sums, total[i, v])
                for cell, place in total.items():
                    value = builder.load(place)
                    total[cell] = builder.select(builder.fcmp_ordered("<", value, lowest), lowest, value)
                touched.store(total, top_c, from_c)
            return context.get_dummy_value()

        return signature, codegen

    return tile


def at(address, like, shape, strides):
    """The numbers at an address as an array, for the twins."""
    if 0 in shape:
        return np.empty(shape, like.dtype)
    size = like.dtype.itemsize
    span = 1 + sum((n - 1) * k for n, k in zip(shape, strides, strict=True))
    memory = (ctypes.c_byte * (span * size)).from_address(int(address))
    return np.ndarray(shape, like.dtype, memory, 0, [k * size for k in strides])


def make_twin(rows, vectors):
    """What `make_tile` makes, in NumPy: slow, and free of anything that has to be compiled."""

    def tile(a, ai, ao, ak, b, bo, bk, c, ci, start, si, split, aj, cj, sj, outer, inner, floor, columns, tiles):
        lines = ((0, min(split, rows), 0), (split, rows, 1)) if tiles == 1 else ((0, rows * tiles, 0),)
        size, right = floor.dtype.itemsize, at(b, floor, (outer, inner, columns), (bo, bk, 1)).reshape(-1, columns)
        for first, end, beyond in lines:
            if end > first:
                here, out, begin = (
                    address + (first * step + beyond * jump) * size
                    for address, step, jump in ((a, ai, aj), (c, ci, cj), (start, si, sj))
                )
                left = at(here, floor, (end - first, outer, inner), (ai, ao, ak)).reshape(end - first, -1)
                sums = at(begin, floor, (end - first, columns), (si, 1)) + left @ right
                at(out, floor, (end - first, columns), (ci, 1))[...] = np.maximum(sums, floor)

    return tile


make = make_twin if DISABLED else make_tile
tile_full, tile_odd, tile_even, tile_four, tile_one = (make(rows, VECTORS) for rows in SIZES)
narrow_full, narrow_four, narrow_one = (make(rows, 1) for rows in (ROWS, 4, 1))
