"""A strip: any number of rows and columns, covered by register tiles.

Many loops need strips.  Were the tiles compiled into each of them, compiling would take half a minute; so `cover` is
compiled once for each dtype, and everybody else calls it by its address: `strip(strip_for(dtype), ...)`.
"""

import functools

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.extending import intrinsic

from .compiled import compiled, compiled_at
from .tile import (
    ROWS,
    VECTOR_BYTES,
    VECTORS,
    copy,
    narrow_even,
    narrow_four,
    narrow_full,
    narrow_odd,
    narrow_one,
    tile_even,
    tile_four,
    tile_full,
    tile_odd,
    tile_one,
    vector_of,
)
from .workspace import aligned

ODD, EVEN = ROWS - 1, ROWS - 2


def panels(w, lanes):
    """w (K, J) cut into panels of VECTORS x lanes columns, the last one filled up with zeros: (ceil(J / width), K,
    width).

    A tile walks down one panel, row after row, in the order in which it lies in memory.
    """
    width = VECTORS * lanes
    terms, columns = w.shape
    count = -(-columns // width)
    out = aligned((count, terms, width), w.dtype)
    for i in range(count):
        part = w[:, i * width : (i + 1) * width]
        out[i, :, : part.shape[1]] = part
    return out


@compiled
def address(array):
    """Where the first number of an array lies in memory, as a signed whole number (adding to an unsigned one gives
    floats).
    """
    return np.intp(array.ctypes.data)


def cover(a, ai, ao, ak, b, bo, bk, c, ci, start, si, outer, inner, floor, rows, columns, lanes, scratch, add):
    """c[i, j] = max(floor, start[i, j] + sum_{o,k} a[i, o, k] b[o, k, j]) for i < rows, j < columns <= VECTORS x lanes.

    Addresses and strides as in `tile`.  b must hold whole vectors (see `panels`); of c and start no more than `columns`
    are touched.  add : 1 if start is c itself (start and si are not used), else 0.  scratch : address of room for one
    tile.  Rests are covered by a smaller tile, or by a tile that overlaps the one before it; what it computes again is
    thrown away.
    """
    narrow = columns <= lanes
    width = VECTORS * lanes
    size_of = VECTOR_BYTES // lanes
    i = 0
    while i < rows:
        left = rows - i
        if left >= ROWS:
            size = ROWS
        elif left == ODD or left == EVEN:
            size = left
        elif left > 4 and rows >= ROWS:
            size = ROWS
        elif left >= 4 or (left == 2 and rows >= 4):
            size = 4
        else:
            size = 1
        first = min(i, rows - size)  # before i, if the tile overlaps
        here = c + first * ci * size_of
        direct = first == i
        out, oi = (here, ci) if direct else (scratch, width)
        begin, gi = start + first * si * size_of, si
        if add:
            begin, gi = out, oi
            if not direct:
                for r in range(size):
                    copy(here + r * ci * size_of, scratch + r * width * size_of, columns, floor)
        at = a + first * ai * size_of
        if narrow:
            if size == ROWS:
                narrow_full(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor, columns)
            elif size == ODD:
                narrow_odd(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor, columns)
            elif size == EVEN:
                narrow_even(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor, columns)
            elif size == 4:
                narrow_four(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor, columns)
            else:
                narrow_one(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor, columns)
        else:
            if size == ROWS:
                tile_full(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor, columns)
            elif size == ODD:
                tile_odd(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor, columns)
            elif size == EVEN:
                tile_even(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor, columns)
            elif size == 4:
                tile_four(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor, columns)
            else:
                tile_one(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor, columns)
        if not direct:
            for r in range(i - first, size):
                copy(scratch + r * width * size_of, here + r * ci * size_of, columns, floor)
        i = first + size


def cover_type(real):
    """The signature of `cover` for numbers of a numba type."""
    return types.void(*[types.intp] * 13, real, *[types.intp] * 5)


@functools.cache
def strip_for(dtype):
    """The address of `cover` for numbers of this dtype."""
    if config.DISABLE_JIT:
        return 0
    return compiled_at(cover_type(types.float64 if dtype == np.float64 else types.float32), cover)


@intrinsic
def strip(
    typingctx, at, a, ai, ao, ak, b, bo, bk, c, ci, start, si, outer, inner, floor, rows, columns, lanes, scratch, add
):
    """`cover` by its address."""

    def codegen(context, builder, signature, args):
        number = vector_of(signature.args[14])[0]
        whole = ir.IntType(64)
        kind = ir.FunctionType(ir.VoidType(), [whole] * 13 + [number] + [whole] * 5)
        builder.call(builder.inttoptr(args[0], kind.as_pointer()), args[1:])
        return context.get_dummy_value()

    return types.void(types.intp, *cover_type(floor).args), codegen


def strip_twin(at, *args):
    """`strip` without machine code."""
    cover(*args)


strip = strip_twin if config.DISABLE_JIT else strip
