"""The most that one core can do: fused multiply-adds in registers, with nothing else in the way."""

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from cnnlab.loops.kernels.vectors import lanes, vector_of

CHAINS = 12  # multiply-adds under way at once: more than latency x units (4 x 2 on most cores), fewer than registers
TURNS = 20_000


@intrinsic
def chains(typingctx, turns, x):
    """`turns` times a[j] <- a[j] x + x in each of CHAINS vectors; -> one number of the sum, so that nothing is left
    out.
    """

    def codegen(context, builder, signature, args):
        _, vector, bits, count = vector_of(signature.args[1])
        name = f"llvm.fma.v{count}f{bits}"
        multiply_add = cgutils.get_or_insert_function(builder.module, ir.FunctionType(vector, [vector] * 3), name)
        one = builder.insert_element(ir.Constant(vector, ir.Undefined), args[1], ir.IntType(32)(0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), count), [0] * count)
        x = builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), zeros)
        sums = [cgutils.alloca_once(builder, vector) for _ in range(CHAINS)]
        for j, each in enumerate(sums):
            builder.store(ir.Constant(vector, [float(j)] * count), each)
        with cgutils.for_range(builder, args[0]):
            for each in sums:
                builder.store(builder.call(multiply_add, [builder.load(each), x, x]), each)
        total = builder.load(sums[0])
        for each in sums[1:]:
            total = builder.fadd(total, builder.load(each))
        return builder.extract_element(total, ir.IntType(32)(0))

    return x(types.intp, x), codegen


@njit(nogil=True)
def spin(turns, x):
    return chains(turns, x)


def burst(dtype=np.float32):
    """(function, floating-point operations of one call): as many multiply-adds as one core can do."""
    half = np.dtype(dtype).type(0.5)  # a x + x tends to 1: no number grows, none becomes tiny and slow
    spin(1, half)
    return lambda: spin(TURNS, half), 2 * TURNS * CHAINS * lanes(dtype)
