"""A strip: any number of rows and columns, covered by register tiles."""

import numpy as np

from .compiled import compiled
from .tile import (
    HALF,
    ROWS,
    VECTOR_BYTES,
    VECTORS,
    copy,
    narrow_full,
    narrow_half,
    narrow_one,
    tile_full,
    tile_half,
    tile_one,
)


def panels(w, lanes):
    """w (K, J) cut into panels of VECTORS x lanes columns, the last one filled up with zeros: (ceil(J / width), K,
    width).

    A tile walks down one panel, row after row, in the order in which it lies in memory.
    """
    width = VECTORS * lanes
    terms, columns = w.shape
    count = -(-columns // width)
    if columns == count * width:
        return np.ascontiguousarray(w.reshape(terms, count, width).transpose(1, 0, 2))
    out = np.zeros((count, terms, width), w.dtype)
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


@compiled
def strip(a, ai, ao, ak, b, bo, bk, c, ci, start, si, outer, inner, floor, rows, columns, lanes, scratch, add):
    """c[i, j] = max(floor, start[i, j] + sum_{o,k} a[i, o, k] b[o, k, j]) for i < rows, j < columns <= VECTORS x lanes.

    Addresses and strides as in `tile`.  b must hold whole vectors (see `panels`), start too; c needs room for
    `columns` only.
    add : start is c itself (start and si are not used).  scratch : address of room for one tile.  Rests are covered by
        a smaller
    tile, or by a tile that overlaps the one before it; what it computes again is thrown away.
    """
    narrow = columns <= lanes
    whole = columns == (lanes if narrow else VECTORS * lanes)
    width = VECTORS * lanes
    size_of = VECTOR_BYTES // lanes
    i = 0
    while i < rows:
        left = rows - i
        if left >= ROWS or (left > HALF and rows >= ROWS):
            size = ROWS
        elif left >= HALF or rows >= HALF:
            size = HALF
        else:
            size = 1
        first = min(i, rows - size)  # before i, if the tile overlaps
        here = c + first * ci * size_of
        direct = whole and first == i
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
                narrow_full(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor)
            elif size == HALF:
                narrow_half(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor)
            else:
                narrow_one(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor)
        elif size == ROWS:
            tile_full(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor)
        elif size == HALF:
            tile_half(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor)
        else:
            tile_one(at, ai, ao, ak, b, bo, bk, out, oi, begin, gi, outer, inner, floor)
        if not direct:
            for r in range(i - first, size):
                copy(scratch + r * width * size_of, here + r * ci * size_of, columns, floor)
        i = first + size
