"""Rows of numbers that are copied, added, gated or filled: at addresses, a vector at a time.

LLVM would find the vectors of such loops by itself, at the price of a dozen lines of its language for each one of
theirs, and of the time that it takes to read them: these are what most loops begin and end with.
"""

import numpy as np

from cnnlab.loops.kernels.tile import at
from cnnlab.loops.kernels.vectors import Touched, broadcast, vector_of
from cnnlab.loops.runtime.compiled import DISABLED, intrinsic
from cnnlab.loops.runtime.later import later

ir, types, cgutils = later("llvmlite.ir"), later("numba.types"), later("numba.core.cgutils")

HERE = (0, 0)  # the only vector that is touched at a time


def row_by_row(builder, like, sources, target, count, work):
    """target = work(sources), all of them addresses of so many numbers, for one vector after the other."""
    number, vector, bits, width = vector_of(like)
    *sources, target = (builder.inttoptr(each, number.as_pointer()) for each in (*sources, target))
    whole = ir.IntType(64)
    with cgutils.for_range_slice(builder, whole(0), count, whole(width)) as (first, _):
        touched = Touched(builder, vector, bits, width, builder.sub(count, first), 1)
        values = [touched.load(source, {HERE: first})[HERE] for source in sources]
        touched.store({HERE: work(*values)}, target, {HERE: first})


@intrinsic
def copy(typingctx, source, target, count, like):
    """target[j] = source[j] for j < count: addresses of numbers of the dtype of `like`."""

    def codegen(context, builder, signature, args):
        source, target, count, _ = args
        row_by_row(builder, signature.args[3], [source], target, count, lambda value: value)
        return context.get_dummy_value()

    return types.void(types.intp, types.intp, types.intp, like), codegen


@intrinsic
def add(typingctx, source, target, count, like):
    """target[j] += source[j] for j < count, likewise."""

    def codegen(context, builder, signature, args):
        source, target, count, _ = args
        row_by_row(builder, signature.args[3], [target, source], target, count, builder.fadd)
        return context.get_dummy_value()

    return types.void(types.intp, types.intp, types.intp, like), codegen


@intrinsic
def gate(typingctx, source, h, target, count, like):
    """target[j] = source[j] where h[j] > 0, else 0: an error on its way back through ReLU (lecture topic 12)."""

    def codegen(context, builder, signature, args):
        source, h, target, count, _ = args

        def work(error, h):
            nothing = ir.Constant(error.type, None)
            return builder.select(builder.fcmp_ordered(">", h, nothing), error, nothing)

        row_by_row(builder, signature.args[4], [source, h], target, count, work)
        return context.get_dummy_value()

    return types.void(types.intp, types.intp, types.intp, types.intp, like), codegen


@intrinsic
def fill(typingctx, target, count, like):
    """target[j] = like for j < count."""

    def codegen(context, builder, signature, args):
        target, count, like = args
        width = vector_of(signature.args[2])[3]
        row_by_row(builder, signature.args[2], [], target, count, lambda: broadcast(builder, like, width))
        return context.get_dummy_value()

    return types.void(types.intp, types.intp, like), codegen


def copy_twin(source, target, count, like):
    """What `copy` does, in NumPy."""
    at(target, like, (count,), (1,))[...] = at(source, like, (count,), (1,))


def add_twin(source, target, count, like):
    """What `add` does, in NumPy."""
    at(target, like, (count,), (1,))[...] += at(source, like, (count,), (1,))


def gate_twin(source, h, target, count, like):
    """What `gate` does, in NumPy."""
    error, h = (at(each, like, (count,), (1,)) for each in (source, h))
    at(target, like, (count,), (1,))[...] = np.where(h > 0, error, 0)


def fill_twin(target, count, like):
    """What `fill` does, in NumPy."""
    at(target, like, (count,), (1,))[...] = like


copy, add, gate, fill = (copy_twin, add_twin, gate_twin, fill_twin) if DISABLED else (copy, add, gate, fill)
