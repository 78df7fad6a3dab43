"""What Python hands to machine code: a block of plain numbers, eight bytes each.

Whole numbers and real ones are written as they are, an array or a record as the address of the Python object: machine
code finds in it, where NumPy's interface for C promises it, where the numbers begin, how many there are and how far
they lie apart.  A tuple is written as what is in it.
"""

import struct

import numpy as np

LAYOUT, FORTRAN = 0x501, 0x002  # flags of an array: contiguous, aligned, writeable; contiguous the other way round
_whole, _real, _ndarray, _void = (int, np.integer), (float, np.floating), np.ndarray, np.void
_double, _wholes = np.float64, {int}


def described(arguments):
    """(kinds, numbers): what numba's types of some arguments depend on, and what stands for them in a block.

    A namedtuple that can hold attributes keeps what was found: taking a whole memory apart takes longer than a small
    loop.
    """
    kinds, numbers = [], []
    for value in arguments:
        kind = type(value)
        if kind is int:
            kinds.append(int)
            numbers.append(value)
        elif kind is _ndarray:
            flags = value.flags.num
            kinds.append((value.dtype, value.ndim, flags & (LAYOUT if flags & 1 else LAYOUT | FORTRAN)))
            numbers.append(id(value))
        elif kind is float or kind is _double:
            kinds.append(float)
            numbers.append(value)
        elif kind is tuple and set(map(type, value)) == _wholes:  # as sides, strides and borders are
            kinds.append((tuple, (int,) * len(value)))
            numbers += value
        elif isinstance(value, tuple):
            room = getattr(value, "__dict__", None)
            found = room.get("described") if room else None
            if found is None:
                inside, more = described(value)
                found = (kind, inside), more
                if room is not None:
                    room["described"] = found
            kinds.append(found[0])
            numbers += found[1]
        elif kind is _void:
            kinds.append(value.dtype)
            numbers.append(id(value))
        elif kind is bool or kind is np.bool_:
            kinds.append(bool)
            numbers.append(bool(value))
        elif isinstance(value, _whole):
            kinds.append(int if value.itemsize == 8 and value.dtype.kind == "i" else value.dtype.type)
            numbers.append(int(value))
        elif isinstance(value, _real):
            short = getattr(value, "itemsize", 8) == 4
            kinds.append(np.float32 if short else float)
            numbers.append(value)
        else:
            raise TypeError(f"machine code takes arrays, records, tuples and numbers; got {kind.__name__}")
    return tuple(kinds), numbers


def packer(arguments):
    """The function that writes the numbers of such arguments into a block."""
    return struct.Struct("=" + "".join(map(_letters, arguments))).pack


def _letters(value):
    if isinstance(value, tuple):
        return "".join(map(_letters, value))
    if isinstance(value, _real):
        return "f4x" if getattr(value, "itemsize", 8) == 4 else "d"
    return "q"


def in_words(kind):
    """A kind as text that is the same in every process."""
    if isinstance(kind, tuple):
        return f"({' '.join(map(in_words, kind))})"
    if isinstance(kind, np.dtype):
        return f"{kind.kind}{kind.itemsize}"
    return f"{kind.__module__}.{kind.__qualname__}" if isinstance(kind, type) else str(kind)
