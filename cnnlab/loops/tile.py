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

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic


def host():
    """(bytes in a vector, rows of the tile) for the processor that this runs on."""
    try:
        features = llvm.get_host_cpu_features()
    except RuntimeError:  # llvmlite does not know this processor
        features = {}
    if features.get("avx512f"):
        return 64, 8
    if features.get("avx2") and features.get("fma"):
        return 32, 6
    return 16, 8 if features.get("neon") else 6


VECTOR_BYTES, ROWS = host()
SIZES = (ROWS, ROWS - 1, ROWS - 2, 4, 1)  # rows of the tiles that there are: maps are often 7 or 15 pixels wide
VECTORS = 2


def lanes(dtype):
    """Numbers of this dtype in one vector."""
    return VECTOR_BYTES // np.dtype(dtype).itemsize


def make_tile(rows, vectors):
    """The tile of rows x (vectors x lanes) as a numba intrinsic:

        tile(a, ai, ao, ak,  b, bo, bk,  c, ci,  start, si,  outer, inner, floor, columns)

    a, b, c, start : addresses of the first numbers (an array would be counted in and out at every call).  ai, ci, si :
        numbers from row to row; ao, bo and ak, bk : from term to term of the outer and the inner sum.  floor : no
        result is below it (0 is ReLU, -inf is none); its dtype is that of all numbers.  b, c and start hold the j of a
        row side by side; of c and start only so many `columns` are touched, of b whole vectors are read.  Nothing is
        checked: the callers know the shapes.
    """

    @intrinsic
    def tile(typingctx, a, ai, ao, ak, b, bo, bk, c, ci, start, si, outer, inner, floor, columns):
        signature = types.void(*[types.intp] * 13, floor, types.intp)

        def codegen(context, builder, signature, args):
            a, ai, ao, ak, b, bo, bk, c, ci, start, si, outer, inner, floor, columns = args
            number, vector, bits, count = vector_of(signature.args[13])
            a, b, c, start = (builder.inttoptr(address, number.as_pointer()) for address in (a, b, c, start))
            # llvmlite's declare_intrinsic takes no vector type: insert the function by its name
            multiply_add = cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(vector, [vector] * 3), f"llvm.fmuladd.v{count}f{bits}"
            )

            def whole(number):
                return ir.Constant(ir.IntType(64), number)

            def row(pointer, step, i, v):
                return builder.gep(pointer, [builder.add(builder.mul(whole(i), step), whole(v * count))])

            def load(pointer):
                value = builder.load(builder.bitcast(pointer, vector.as_pointer()))
                value.align = bits // 8
                return value

            def everywhere(scalar):
                return broadcast(builder, scalar, count)

            cells = [(i, v) for i in range(rows) for v in range(vectors)]
            total = {cell: cgutils.alloca_once(builder, vector) for cell in cells}  # LLVM turns these into registers
            lefts = [builder.sub(columns, whole(v * count)) for v in range(vectors)]
            touched = Touched(builder, vector, bits, count, lefts)
            for i, v in cells:
                builder.store(touched.load(row(start, si, i, v), v), total[i, v])
            with cgutils.for_range(builder, outer) as o:
                first_a = builder.gep(a, [builder.mul(o.index, ao)])
                first_b = builder.gep(b, [builder.mul(o.index, bo)])
                with cgutils.for_range(builder, inner) as k:
                    a_now = builder.gep(first_a, [builder.mul(k.index, ak)])
                    b_now = builder.gep(first_b, [builder.mul(k.index, bk)])
                    bs = [load(builder.gep(b_now, [whole(v * count)])) for v in range(vectors)]
                    for i in range(rows):
                        scalar = builder.load(builder.gep(a_now, [builder.mul(whole(i), ai)]))
                        for v in range(vectors):
                            cell = total[i, v]
                            builder.store(
                                builder.call(multiply_add, [everywhere(scalar), bs[v], builder.load(cell)]), cell
                            )
            lowest = everywhere(floor)
            for i, v in cells:
                value = builder.load(total[i, v])
                value = builder.select(builder.fcmp_ordered("<", value, lowest), lowest, value)
                touched.store(value, row(c, ci, i, v), v)
            return context.get_dummy_value()

        return signature, codegen

    return tile


def vector_of(dtype):
    """LLVM's types for numba's float32 or float64: the number, the vector, bits of a number, numbers in a vector."""
    bits = 64 if dtype == types.float64 else 32
    number = ir.DoubleType() if bits == 64 else ir.FloatType()
    count = VECTOR_BYTES * 8 // bits
    return number, ir.VectorType(number, count), bits, count


def broadcast(builder, scalar, count):
    """A vector of so many times the same."""
    nothing = ir.Constant(ir.VectorType(scalar.type, count), ir.Undefined)
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), count), [0] * count)
    return builder.shuffle_vector(builder.insert_element(nothing, scalar, ir.IntType(32)(0)), nothing, zeros)


class Touched:
    """Loads and stores of vectors of which only the first numbers count, lefts[v] of them in vector v: a narrow result
    can then lie among others that must not change.
    """

    def __init__(self, builder, vector, bits, count, lefts):
        self.builder, self.vector, self.align = builder, vector, ir.IntType(32)(bits // 8)
        places = ir.Constant(ir.VectorType(ir.IntType(64), count), list(range(count)))
        self.masks = [builder.icmp_signed("<", places, broadcast(builder, left, count)) for left in lefts]
        pointer, mask, void = vector.as_pointer(), self.masks[0].type, ir.VoidType()
        shapes = {"load": (vector, [pointer, ir.IntType(32), mask, vector]),
                  "store": (void, [vector, pointer, ir.IntType(32), mask])}  # fmt: skip
        self.masked = {
            name: cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(*shape), f"llvm.masked.{name}.v{count}f{bits}.p0"
            )
            for name, shape in shapes.items()
        }

    def load(self, pointer, v):
        place, zeros = self.builder.bitcast(pointer, self.vector.as_pointer()), ir.Constant(self.vector, None)
        return self.builder.call(self.masked["load"], [place, self.align, self.masks[v], zeros])

    def store(self, value, pointer, v):
        place = self.builder.bitcast(pointer, self.vector.as_pointer())
        self.builder.call(self.masked["store"], [value, place, self.align, self.masks[v]])


@intrinsic
def copy(typingctx, source, target, count, like):
    """target[j] = source[j] for j < count: addresses of numbers of the dtype of `like`."""

    def codegen(context, builder, signature, args):
        number, vector, bits, width = vector_of(signature.args[3])
        source, target = (builder.inttoptr(address, number.as_pointer()) for address in args[:2])
        whole = ir.IntType(64)
        with cgutils.for_range_slice(builder, whole(0), args[2], whole(width)) as (first, _):
            touched = Touched(builder, vector, bits, width, [builder.sub(args[2], first)])
            touched.store(touched.load(builder.gep(source, [first]), 0), builder.gep(target, [first]), 0)
        return context.get_dummy_value()

    return types.void(types.intp, types.intp, types.intp, like), codegen


def at(address, like, shape, strides):
    """The numbers at an address as an array, for the twins."""
    size = like.dtype.itemsize
    span = 1 + sum((n - 1) * k for n, k in zip(shape, strides, strict=True))
    memory = (ctypes.c_byte * (span * size)).from_address(int(address))
    return np.ndarray(shape, like.dtype, memory, 0, [k * size for k in strides])


def make_twin(rows, vectors):
    """What `make_tile` makes, in NumPy: slow, and free of anything that has to be compiled."""

    def tile(a, ai, ao, ak, b, bo, bk, c, ci, start, si, outer, inner, floor, columns):
        left = at(a, floor, (rows, outer, inner), (ai, ao, ak)).reshape(rows, -1)
        right = at(b, floor, (outer, inner, columns), (bo, bk, 1)).reshape(-1, columns)
        sums = at(start, floor, (rows, columns), (si, 1)) + left @ right
        at(c, floor, (rows, columns), (ci, 1))[...] = np.maximum(sums, floor)

    return tile


def copy_twin(source, target, count, like):
    """What `copy` does, in NumPy."""
    at(target, like, (count,), (1,))[...] = at(source, like, (count,), (1,))


make = make_twin if config.DISABLE_JIT else make_tile
copy = copy_twin if config.DISABLE_JIT else copy
tile_full, tile_odd, tile_even, tile_four, tile_one = (make(rows, VECTORS) for rows in SIZES)
narrow_full, narrow_odd, narrow_even, narrow_four, narrow_one = (make(rows, 1) for rows in SIZES)
