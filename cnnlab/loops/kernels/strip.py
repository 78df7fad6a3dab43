"""A strip: any number of rows and columns, covered by register tiles.

Many loops need strips.  Were the tiles compiled into each of them, compiling would take half a minute; so `cover` is
compiled once for each dtype, and everybody else calls it by its address, which `strip_for(dtype)` gives.
"""

import functools
from collections import namedtuple

import numpy as np

from cnnlab.loops.kernels.rows import copy
from cnnlab.loops.kernels.tile import (
    SIZES,
    VECTORS,
    narrow_four,
    narrow_full,
    narrow_one,
    tile_even,
    tile_four,
    tile_full,
    tile_odd,
    tile_one,
)
from cnnlab.loops.kernels.vectors import vector_of
from cnnlab.loops.runtime.compiled import DISABLED, compiled_at, compiled_inside, intrinsic
from cnnlab.loops.runtime.later import later
from cnnlab.loops.runtime.processor import VECTOR_BYTES

ir, types, cgutils = later("llvmlite.ir"), later("numba.types"), later("numba.core.cgutils")

FULL, ODD, EVEN, FOUR, ONE = SIZES

# What a strip is told.  `at` is always an address; the other numbers of the first four are strides, in numbers: to the
# next row (i), to the next line of rows, and to the next term of the outer and of the inner sum (o, k).
Left = namedtuple("Left", "at row line outer inner")  # a
Right = namedtuple("Right", "at outer inner")  # b, whole vectors side by side
Result = namedtuple("Result", "at row line")  # c
Start = namedtuple("Start", "at row")  # what the sums begin with
Terms = namedtuple("Terms", "outer lowest end step inner")  # how many there are, and which of them can be left out
Block = namedtuple("Block", "rows across columns")  # how many rows, how many of them in a line, how many columns

# What every kernel works with: the address of the strips, numbers in a vector, bytes of a number, the address of room
# for one tile (and what else the kernel asks for), and the floor that is none.
Tools = namedtuple("Tools", "strip lanes size room none")


@intrinsic
def address(typingctx, array):
    """Where the first number of an array lies in memory, as a signed whole number (adding to an unsigned one gives
    floats).
    """

    def codegen(context, builder, signature, args):
        source = context.make_array(signature.args[0])(context, builder, args[0])
        return builder.ptrtoint(source.data, ir.IntType(64))

    return types.intp(array), codegen


def address_twin(array):
    """`address` without machine code."""
    return array.ctypes.data


address = address_twin if DISABLED else address


@compiled_inside
def rows_of_tile(left, before, most, narrow):
    """How many rows the next tile covers: rows are shared evenly among as few tiles as can be.

    left : rows to cover; before : how many rows there are above them, which a tile may compute once more; most : no
    tile may be larger.  Of narrow tiles there are fewer kinds.
    """
    if left > FULL * FULL:  # what then is left can still be shared evenly
        wanted = min(FULL, most)
    else:
        wanted = min(-(-left // -(-left // FULL)), most)
    size = ONE
    if wanted > ODD and most >= FULL and before >= FULL - left:
        size = FULL
    elif wanted > EVEN and most >= ODD and before >= ODD - left:
        size = FULL if narrow and most >= FULL and before >= FULL - left else ODD
    elif wanted > FOUR and most >= EVEN and before >= EVEN - left:
        size = FULL if narrow and most >= FULL and before >= FULL - left else EVEN
    elif wanted > 1 and most >= FOUR and before >= FOUR - left:
        size = FOUR
    return FOUR if narrow and size < FULL and size > FOUR else size


def cover(
    a,
    ai,
    al,
    ao,
    ak,
    b,
    bo,
    bk,
    c,
    ci,
    cl,
    start,
    si,
    outer,
    lowest,
    end,
    step,
    inner,
    floor,
    rows,
    across,
    columns,
    lanes,
    scratch,
    add,
):
    """c[i, j] = max(floor, start[i, j] + sum_{o,k} a[i, o, k] b[o, k, j]) for i < rows, j < columns <= VECTORS x lanes.

    Addresses and strides as in `tile`.  The rows come in lines, as the pixels of an image do: `across` of them in a
    line, ai and ci numbers from one to the next; al and cl from line to line.  In line number m the terms o < lowest -
    step m and o >= end - step m need not take part: there a is zero.  b must hold whole vectors (see panels.py); of c
    and start no more than `columns` are touched.  add : 1 if start is c itself (start and si are not used), else 0.
    scratch : address of room for one tile, where a tile that overlaps the one before it goes first; what it computes
    again is thrown away.
    """
    narrow = columns <= lanes
    width = VECTORS * lanes
    size_of = VECTOR_BYTES // lanes
    aj, jump = al - across * ai, cl - across * ci
    i, line, place = 0, 0, 0  # the next row, its line, and its place in the line
    while i < rows:
        size = rows_of_tile(rows - i, i, 2 * across - place, narrow)
        tiles = min((across - place) // FULL, (rows - i - 1) // FULL - EVEN) if size == FULL else 1
        tiles = max(tiles, 1)  # so many that the rest can still be shared evenly
        again = max(0, i + size - rows)  # rows of the tile that are there already
        line0, place0 = line, place - again
        while place0 < 0:
            line0, place0 = line0 - 1, place0 + across
        here = c + (line0 * cl + place0 * ci) * size_of
        split = across - place0
        out, oi, oj = (here, ci, jump) if again == 0 else (scratch, width, 0)
        begin, gi, gj = start, si, 0
        if add:
            begin, gi, gj = out, oi, oj
            if again:
                for r in range(again, size):
                    there = here + (r * ci + (jump if r >= split else 0)) * size_of
                    copy(there, scratch + r * width * size_of, columns, floor)
        line1 = line0 + (1 if split < size else 0)
        o0 = max(0, min(outer, lowest - step * line1))
        o1 = max(o0, min(outer, end - step * line0))
        at, weights = a + (line0 * al + place0 * ai + o0 * ao) * size_of, b + o0 * bo * size_of
        terms = o1 - o0, inner
        work = at, ai, ao, ak, weights, bo, bk, out, oi, begin, gi, split, aj, oj, gj, *terms, floor, columns, tiles
        if narrow:
            if size == FULL:
                narrow_full(*work)
            elif size == FOUR:
                narrow_four(*work)
            else:
                narrow_one(*work)
        else:
            if size == FULL:
                tile_full(*work)
            elif size == ODD:
                tile_odd(*work)
            elif size == EVEN:
                tile_even(*work)
            elif size == FOUR:
                tile_four(*work)
            else:
                tile_one(*work)
        if again:
            for r in range(again, size):
                there = here + (r * ci + (jump if r >= split else 0)) * size_of
                copy(scratch + r * width * size_of, there, columns, floor)
        i += size * tiles - again
        place += size * tiles - again
        while place >= across:
            line, place = line + 1, place - across


@functools.cache
def strip_for(dtype):
    """The address of `cover` for numbers of this dtype."""
    if DISABLED:
        return 0
    return compiled_at("i" * 18 + ("d" if dtype == np.float64 else "f") + "i" * 6, cover)


@intrinsic
def call_cover(
    typingctx,
    code,
    a,
    ai,
    al,
    ao,
    ak,
    b,
    bo,
    bk,
    c,
    ci,
    cl,
    start,
    si,
    outer,
    lowest,
    end,
    step,
    inner,
    floor,
    rows,
    across,
    columns,
    lanes,
    scratch,
    add,
):
    """`cover` by its address."""

    def codegen(context, builder, signature, args):
        number = vector_of(signature.args[19])[0]
        whole = ir.IntType(64)
        room = cgutils.alloca_once(
            builder, whole, size=2
        )  # where numba's code writes what it returns: nothing, and no error
        kind = ir.FunctionType(ir.IntType(32), [room.type] * 2 + [whole] * 18 + [number] + [whole] * 6)
        builder.call(builder.inttoptr(args[0], kind.as_pointer()), [room, builder.gep(room, [whole(1)]), *args[1:]])
        return context.get_dummy_value()

    return types.void(*[types.intp] * 19, floor, *[types.intp] * 6), codegen


def call_cover_twin(code, *args):
    """`call_cover` without machine code."""
    cover(*args)


call_cover = call_cover_twin if DISABLED else call_cover


@compiled_inside
def strip(tools, left, right, result, start, terms, block, floor, add):
    """c[i, j] = max(floor, start[i, j] + sum_{o,k} a[i, o, k] b[o, k, j]), see `cover`.

    left, right, result, start : a, b, c and what the sums begin with; add : c itself is what they begin with.
    """
    call_cover(
        tools.strip,
        left.at,
        left.row,
        left.line,
        left.outer,
        left.inner,
        right.at,
        right.outer,
        right.inner,
        result.at,
        result.row,
        result.line,
        start.at,
        start.row,
        terms.outer,
        terms.lowest,
        terms.end,
        terms.step,
        terms.inner,
        floor,
        block.rows,
        block.across,
        block.columns,
        tools.lanes,
        tools.room,
        1 if add else 0,
    )


@compiled_inside
def every(outer, inner):
    """`Terms` none of which can be left out."""
    return Terms(outer=outer, lowest=0, end=outer, step=0, inner=inner)
