"""Windows of max pooling, many channels at a time, with their winners in the registers of the processor.

Numbers of 32 bits beside places of 8 or 16 in one loop are more than LLVM can turn into vectors on most processors: it
goes on number by number, ten times slower.  So the two inner loops of max pooling are written as LLVM's own vector
instructions, for vectors of any processor; a place is as wide as a number until it is stored.

All take addresses and strides in numbers.
"""

from collections import namedtuple

import numpy as np

from cnnlab.loops.kernels.rows import fill
from cnnlab.loops.kernels.tile import at
from cnnlab.loops.kernels.vectors import broadcast, vector_of
from cnnlab.loops.runtime.compiled import DISABLED, compiled_inside, intrinsic
from cnnlab.loops.runtime.later import later

ir, types, cgutils = later("llvmlite.ir"), later("numba.types"), later("numba.core.cgutils")

MANY = 4  # vectors that are in work at the same time
LEAST = 4  # numbers of the smallest vector


def _blocks(builder, channels, kinds, work, once=None):
    """work(vectors, first channel, how many) for all channels.

    kinds : `_Vectors` of several sizes, the largest first.  Of those some are in work at a time, then one; what is left
    is taken by one more at the very end, over what is there already.  Where it does not fit, or none may be worked on
    twice (`once`, a bit of the compiled loop), smaller vectors come next, and single numbers last.
    """
    whole, block_of = ir.IntType(64), MANY * kinds[0].count
    many = builder.udiv(channels, whole(block_of))
    with cgutils.for_range(builder, many) as block:
        work(kinds[0], builder.mul(block.index, whole(block_of)), MANY)

    def rest(done, kind, *smaller):
        """What is left, by vectors of this kind; and then by smaller ones."""
        count, left = whole(kind.count), builder.sub(channels, done)
        fit = builder.udiv(left, count)
        covered = builder.add(done, builder.mul(fit, count))
        over = builder.icmp_signed(">", channels, covered)
        if smaller:
            over = builder.and_(over, builder.icmp_signed(">=", channels, count))
        if once is not None:
            over = builder.and_(over, builder.not_(once))
        latest = builder.sub(channels, count)
        with cgutils.for_range(builder, builder.add(fit, builder.zext(over, whole))) as block:
            first = builder.add(done, builder.mul(block.index, count))
            work(kind, builder.select(builder.icmp_signed(">", first, latest), latest, first), 1)
        if smaller:
            more = builder.and_(builder.icmp_signed(">", channels, covered), builder.not_(over))
            with builder.if_then(more):
                rest(covered, *smaller)

    rest(builder.mul(many, whole(block_of)), *kinds)


def _kinds(builder, real, narrow):
    """`_Vectors` of the processor's size, of a half and a quarter of it, down to LEAST numbers, and of single ones."""
    count = vector_of(real)[3]
    sizes = [count, *(part for part in (count // 2, count // 4) if part >= LEAST), 1]
    return [_Vectors(builder, real, narrow, size) for size in sizes]


class _Vectors:
    """Loads and stores of whole vectors: of numbers, and of places that are narrower in memory."""

    def __init__(self, builder, real, narrow, count):
        self.builder, self.count = builder, count
        self.number, _, self.bits, _ = vector_of(real)
        self.vector = ir.VectorType(self.number, self.count)
        self.place, self.narrow = ir.IntType(self.bits), ir.IntType(narrow.bitwidth)
        self.places = ir.VectorType(self.place, self.count)

    def pointer(self, address, narrow=False):
        return self.builder.inttoptr(address, (self.narrow if narrow else self.number).as_pointer())

    def load(self, pointer, first, v, narrow=False):
        builder = self.builder
        here = builder.gep(pointer, [builder.add(first, ir.IntType(64)(v * self.count))])
        kind = ir.VectorType(self.narrow, self.count) if narrow else self.vector
        value = builder.load(builder.bitcast(here, kind.as_pointer()))
        value.align = (self.narrow.width if narrow else self.bits) // 8
        return builder.zext(value, self.places) if narrow else value

    def store(self, value, pointer, first, v, narrow=False):
        builder = self.builder
        if narrow:
            value = builder.trunc(value, ir.VectorType(self.narrow, self.count))
        here = builder.gep(pointer, [builder.add(first, ir.IntType(64)(v * self.count))])
        stored = builder.store(value, builder.bitcast(here, value.type.as_pointer()))
        stored.align = (self.narrow.width if narrow else self.bits) // 8

    def same(self, number):
        """A whole number as a vector of places."""
        if number.type.width > self.bits:
            number = self.builder.trunc(number, self.place)
        elif number.type.width < self.bits:
            number = self.builder.zext(number, self.place)
        return broadcast(self.builder, number, self.count)


@intrinsic
def largest(typingctx, e, down, right, rows, columns, h, marks, channels, rectify, zero, dead):
    """h[c] = max_{p<rows, q<columns} e[p, q, c], marks[c] = p columns + q of the first one  (lecture topic 22).

    NaN counts as the largest.  down, right : numbers from row to row and from pixel to pixel of e.  rectify : where
    the largest is not above 0, h is 0 and the mark `dead`.  zero, dead : of the dtypes of the numbers and of the marks.
    """

    def codegen(context, builder, signature, args):
        e, down, right, rows, columns, h, marks, channels, rectify, _, dead = args
        kinds = _kinds(builder, *signature.args[9:11])
        e, h, marks = kinds[0].pointer(e), kinds[0].pointer(h), kinds[0].pointer(marks, narrow=True)
        gated = builder.icmp_signed("!=", rectify, rectify.type(0))

        def search(numbers, first, vectors, nan_counts):
            """Store the largest; gives a vector that is NaN if the window holds NaN (or both infinities).

            A sum is the cheapest way to see NaN.  With nan_counts NaN is larger than all, and the first of them stays.
            """
            nothing = ir.Constant(numbers.vector, None)
            best = [cgutils.alloca_once(builder, numbers.vector) for v in range(vectors)]
            total = [cgutils.alloca_once(builder, numbers.vector) for v in range(vectors)]
            winner = [cgutils.alloca_once(builder, numbers.places) for v in range(vectors)]
            for v in range(vectors):
                builder.store(numbers.load(e, first, v), best[v])
                builder.store(nothing, total[v])
                builder.store(ir.Constant(numbers.places, None), winner[v])
            with cgutils.for_range(builder, rows) as p, cgutils.for_range(builder, columns) as q:
                index = numbers.same(builder.add(builder.mul(p.index, columns), q.index))
                pixel = builder.add(builder.mul(p.index, down), builder.mul(q.index, right))
                here = builder.add(first, pixel)
                for v in range(vectors):
                    value, before = numbers.load(e, here, v), builder.load(best[v])
                    better = builder.fcmp_ordered(">", value, before)
                    if nan_counts:
                        better = builder.fcmp_unordered(">", value, before)
                        better = builder.and_(better, builder.fcmp_ordered("ord", before, before))
                    else:
                        builder.store(builder.fadd(builder.load(total[v]), value), total[v])
                    builder.store(builder.select(better, value, before), best[v])
                    builder.store(builder.select(better, index, builder.load(winner[v])), winner[v])
            for v in range(vectors):
                value, place = builder.load(best[v]), builder.load(winner[v])
                on = builder.fcmp_unordered(">", value, nothing)
                gate = builder.or_(on, broadcast(builder, builder.not_(gated), numbers.count))
                numbers.store(builder.select(gate, value, nothing), h, first, v)
                numbers.store(builder.select(gate, place, numbers.same(dead)), marks, first, v, narrow=True)
            sums = [builder.load(place) for place in total]
            while len(sums) > 1:
                sums.append(builder.fadd(sums.pop(0), sums.pop(0)))
            return sums[0]

        def work(numbers, first, vectors):
            total = search(numbers, first, vectors, False)
            unsure = builder.fcmp_unordered("uno", total, total)
            bits = builder.bitcast(unsure, ir.IntType(numbers.count))
            with builder.if_then(builder.icmp_signed("!=", bits, bits.type(0)), likely=False):
                search(numbers, first, vectors, True)

        _blocks(builder, channels, kinds, work)
        return context.get_dummy_value()

    return types.void(*[types.intp] * 9, zero, dead), codegen


@intrinsic
def handed_back(typingctx, dh, marks, de, down, right, rows, columns, apart, channels, zero, dead):
    """de[p, q, c] += dh[c] where the mark of c is p columns + q: what one window hands back  (lecture topic 24).

    down, right : numbers from row to row and from pixel to pixel of de.  apart : no other window has these pixels, and
    they are written, whatever was there: 0 where nothing is handed back.  zero, dead : of the dtypes of numbers, marks.
    """

    def codegen(context, builder, signature, args):
        dh, marks, de, down, right, rows, columns, apart, channels, _, _ = args
        kinds = _kinds(builder, *signature.args[9:11])
        dh, de, marks = kinds[0].pointer(dh), kinds[0].pointer(de), kinds[0].pointer(marks, narrow=True)
        apart = builder.icmp_signed("!=", apart, apart.type(0))

        def work(numbers, first, vectors):
            nothing, alone = ir.Constant(numbers.vector, None), broadcast(builder, apart, numbers.count)
            errors = [numbers.load(dh, first, v) for v in range(vectors)]
            winners = [numbers.load(marks, first, v, narrow=True) for v in range(vectors)]
            with cgutils.for_range(builder, rows) as p, cgutils.for_range(builder, columns) as q:
                index = numbers.same(builder.add(builder.mul(p.index, columns), q.index))
                pixel = builder.add(builder.mul(p.index, down), builder.mul(q.index, right))
                here = builder.add(first, pixel)
                for v in range(vectors):
                    share = builder.select(builder.icmp_signed("==", winners[v], index), errors[v], nothing)
                    before = builder.select(alone, nothing, numbers.load(de, here, v))
                    numbers.store(builder.fadd(before, share), de, here, v)

        _blocks(builder, channels, kinds, work, once=builder.not_(apart))
        return context.get_dummy_value()

    return types.void(*[types.intp] * 9, zero, dead), codegen


def largest_twin(e, down, right, rows, columns, h, marks, channels, rectify, zero, dead):
    """What `largest` does, in NumPy."""
    window = at(e, zero, (rows, columns, channels), (down, right, 1)).reshape(-1, channels)
    best, mark = window[0].copy(), at(marks, dead, (channels,), (1,))
    mark[...] = 0
    for index, values in enumerate(window):
        better = ~(values <= best) & (best == best)
        best[better], mark[better] = values[better], index
    off = (best <= 0) & bool(rectify)
    best[off], mark[off] = 0, dead
    at(h, zero, (channels,), (1,))[...] = best


def handed_back_twin(dh, marks, de, down, right, rows, columns, apart, channels, zero, dead):
    """What `handed_back` does, in NumPy."""
    errors, marked = at(dh, zero, (channels,), (1,)), at(marks, dead, (channels,), (1,))
    own = at(de, zero, (rows, columns, channels), (down, right, 1))
    if apart:
        own[...] = zero
    for p in range(rows):
        for q in range(columns):
            own[p, q] += np.where(marked == p * columns + q, errors, zero)


largest = largest_twin if DISABLED else largest
handed_back = handed_back_twin if DISABLED else handed_back


# Maps of one image: the address, numbers from row to row and from pixel to pixel, bytes of a number.
Maps = namedtuple("Maps", "at down right size")
# A window, how far it moves, how many of them there are, and how many channels.
Windows = namedtuple("Windows", "rows columns stride_m stride_n high wide channels")


@compiled_inside
def pool_max(e, h, marks, windows, rectify, zero, dead):
    """h and the marks of all windows of one image, each `Maps`  (lecture topic 22)."""
    for m in range(windows.high):
        window = e.at + m * windows.stride_m * e.down * e.size
        best, winners = h.at + m * h.down * h.size, marks.at + m * marks.down * marks.size
        for _ in range(windows.wide):
            largest(
                window,
                e.down,
                e.right,
                windows.rows,
                windows.columns,
                best,
                winners,
                windows.channels,
                rectify,
                zero,
                dead,
            )
            window += windows.stride_n * e.right * e.size
            best, winners = best + h.right * h.size, winners + marks.right * marks.size


@compiled_inside
def unpool_max(dh, marks, de, height, width, windows, zero, dead):
    """dL/de of all height x width pixels of one image: what the windows hand back, one after the other  (lecture topic
    24).  dh and marks lie alike.  Between pixels of de lies nothing but zeros.
    """
    rows, columns = windows.rows, windows.columns
    apart = windows.stride_m >= rows and windows.stride_n >= columns
    if not apart or windows.high * rows < height or windows.wide * columns < width:
        for i in range(height):
            fill(de.at + i * de.down * de.size, width * de.right, zero)
    for m in range(windows.high):
        errors, winners = dh.at + m * dh.down * dh.size, marks.at + m * marks.down * marks.size
        below = de.at + m * windows.stride_m * de.down * de.size
        for _ in range(windows.wide):
            handed_back(errors, winners, below, de.down, de.right, rows, columns, apart, windows.channels, zero, dead)
            errors, winners = errors + dh.right * dh.size, winners + marks.right * marks.size
            below += windows.stride_n * de.right * de.size
