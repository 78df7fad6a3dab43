"""A plan as a program: the addresses of the loop and of the record of each row, and a block of numbers for the calls.

Machine code walks over it without Python, and without having been compiled together with the loops: of those only the
ones that a plan has need to be compiled, and they are the same that `walk` calls.
"""

import numpy as np

from cnnlab.loops.kernels.strip import address
from cnnlab.loops.plan.record import Images
from cnnlab.loops.runtime.arguments import described
from cnnlab.loops.runtime.calls import call
from cnnlab.loops.runtime.compiled import compiled_inside

NOBODY = Images(0, 0, 0, 0)


class NoPlaces(RuntimeError):
    """numba's dispatchers stand in for machine code whose address is known."""


def places_of(loops, op, memory, scratch):
    """(rows,): the address of the loop f(op, memory, scratch, images) of each row, 0 where there is None.  Compiles
    them; raises NoPlaces.
    """
    found = [0 if loop is None else loop.place(op, memory, scratch, NOBODY) for loop in loops]
    if None in found:
        raise NoPlaces("machine code is in the hands of numba, which tells no addresses")
    return np.array(found, np.int64)


class Records:
    """The records of a plan's rows: `at`, (rows,), their addresses, which hold as long as this is alive."""

    def __init__(self, ops):
        self.alive = [ops[k] for k in range(len(ops))]
        self.at = np.array([id(op) for op in self.alive], np.int64)


def block_for(memory, scratch):
    """The block that loops are called with, (words,): machine code writes into it which row it is, and which images.
    Memory and scratch must stay alive.
    """
    return np.array([0, *described((memory, scratch))[1], *NOBODY], np.int64)


@compiled_inside
def run(places, records, block, rows, images):
    """Some rows, (first, end, step), for some images -> 0, or what went wrong."""
    last = len(block)
    block[last - 4], block[last - 3] = images.chunk, images.first
    block[last - 2], block[last - 1] = images.end, images.row
    first, end, step = rows
    for k in range(first, end, step):
        if places[k] != 0:
            block[0] = records[k]
            wrong = call(places[k], address(block))
            if wrong != 0:
                return wrong
    return 0
