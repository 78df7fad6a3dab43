"""What loops are built of where numba's own are not enough: vectors of numbers, and counted walks, as LLVM's own
instructions.
"""

import contextlib

import numpy as np

from cnnlab.loops.runtime.later import later
from cnnlab.loops.runtime.processor import VECTOR_BYTES

ir, types, cgutils = later("llvmlite.ir"), later("numba.types"), later("numba.core.cgutils")


def lanes(dtype):
    """Numbers of this dtype in one vector."""
    return VECTOR_BYTES // np.dtype(dtype).itemsize


def vector_of(dtype):
    """LLVM's types for numba's float32 or float64: the number, the vector, bits of a number, numbers in a vector."""
    bits = 64 if dtype == types.float64 else 32
    number = ir.DoubleType() if bits == 64 else ir.FloatType()
    count = VECTOR_BYTES * 8 // bits
    return number, ir.VectorType(number, count), bits, count


@contextlib.contextmanager
def stepping(builder, count, *pointers):
    """What is built inside is done `count` times; each of the (pointer, step) moves on by so many numbers every time.

    LLVM shall leave the loop as it is: unrolled, with a pointer for each row, it would run out of registers.
    """
    before, body, after = builder.block, builder.append_basic_block("step"), builder.append_basic_block("stepped")
    some = builder.icmp_signed(">", count, count.type(0))
    builder.cbranch(some, body, after)
    builder.position_at_end(body)
    left, *moving = places = [builder.phi(value.type) for value in (count, *(pointer for pointer, _ in pointers))]
    for place, value in zip(places, (count, *(pointer for pointer, _ in pointers)), strict=True):
        place.add_incoming(value, before)
    now = [unseen(builder, pointer) for pointer in moving]
    yield now
    rest = builder.sub(left, count.type(1))
    left.add_incoming(rest, builder.block)
    for place, here, (_, step) in zip(moving, now, pointers, strict=True):
        place.add_incoming(builder.gep(here, [step]), builder.block)
    builder.cbranch(builder.icmp_signed(">", rest, count.type(0)), body, after)
    builder.position_at_end(after)


def unseen(builder, value):
    """The same value, after an empty piece of assembly: LLVM cannot know that it is the same, nor repeat it."""
    nothing = ir.InlineAsm(ir.FunctionType(value.type, [value.type]), "", "=r,0", side_effect=True)
    return builder.call(nothing, [value], attrs=("convergent",))


def broadcast(builder, scalar, count):
    """A vector of so many times the same."""
    nothing = ir.Constant(ir.VectorType(scalar.type, count), ir.Undefined)
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), count), [0] * count)
    return builder.shuffle_vector(builder.insert_element(nothing, scalar, ir.IntType(32)(0)), nothing, zeros)


class Touched:
    """Loads and stores of vectors, only so many `columns` of `vectors` side by side: a narrow result can then lie among
    others that must not change.  Where all columns count, whole vectors are written: masked ones are slow on some
    processors.
    """

    def __init__(self, builder, vector, bits, count, columns, vectors):
        self.builder, self.vector, self.align = builder, vector, bits // 8
        self.all = builder.icmp_signed(">=", columns, ir.IntType(64)(vectors * count))
        places = ir.Constant(ir.VectorType(ir.IntType(32), count), list(range(count)))
        columns = builder.trunc(columns, ir.IntType(32))
        lefts = [builder.sub(columns, ir.IntType(32)(v * count)) for v in range(vectors)]
        self.masks = [builder.icmp_signed("<", places, broadcast(builder, left, count)) for left in lefts]
        pointer, mask, void = vector.as_pointer(), self.masks[0].type, ir.VoidType()
        shapes = {
            "load": (vector, [pointer, ir.IntType(32), mask, vector]),
            "store": (void, [vector, pointer, ir.IntType(32), mask]),
        }
        self.masked = {
            name: cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(*shape), f"llvm.masked.{name}.v{count}f{bits}.p0"
            )
            for name, shape in shapes.items()
        }

    def at(self, pointer):
        return self.builder.bitcast(pointer, self.vector.as_pointer())

    def whole(self, pointer):
        """A whole vector from memory."""
        value = self.builder.load(self.at(pointer))
        value.align = self.align
        return value

    def load(self, first, places):
        """{(i, v): numbers after the first} -> {(i, v): vector}, zeros where nothing counts."""
        builder, ways = self.builder, []
        pointers = {cell: builder.gep(first, [place]) for cell, place in places.items()}
        align, zeros = ir.IntType(32)(self.align), ir.Constant(self.vector, None)
        with builder.if_else(self.all) as (all_count, some_count):
            with all_count:
                ways.append(({cell: self.whole(pointer) for cell, pointer in pointers.items()}, builder.block))
            with some_count:
                some = {
                    (i, v): builder.call(self.masked["load"], [self.at(pointer), align, self.masks[v], zeros])
                    for (i, v), pointer in pointers.items()
                }
                ways.append((some, builder.block))
        found = {cell: builder.phi(self.vector) for cell in pointers}
        for values, block in ways:
            for cell, phi in found.items():
                phi.add_incoming(values[cell], block)
        return found

    def store(self, values, first, places):
        """{(i, v): vector} to {(i, v): numbers after the first}."""
        builder, align = self.builder, ir.IntType(32)(self.align)
        pointers = {cell: builder.gep(first, [place]) for cell, place in places.items()}
        with builder.if_else(self.all) as (all_count, some_count):
            with all_count:
                for cell, value in values.items():
                    builder.store(value, self.at(pointers[cell])).align = self.align
            with some_count:
                for (i, v), value in values.items():
                    builder.call(self.masked["store"], [value, self.at(pointers[i, v]), align, self.masks[v]])
