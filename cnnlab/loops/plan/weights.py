"""What the operations with weights share: packed weights, and what their kernels work with."""

import numpy as np

from cnnlab.loops.kernels.strip import Tools
from cnnlab.loops.plan.record import integers
from cnnlab.loops.runtime.compiled import compiled_inside, compiled_loosely

# packed : the weights for the way forward, in `packs`: where, columns of a panel, numbers from row to row, rows of a
# panel; in_place : they are read flipped, from where they are kept.  back : those for the way back: where, columns of a
# panel (0: read as they are kept), numbers of one class of pixels; depth : outputs, whole vectors of them.  kept : the
# address at which the layer keeps them, where nobody learns.
WEIGHTS = {
    "packed": integers("at panel row length in_place"),
    "back": integers("at panel class_size depth"),
    "kept": integers("address"),
}


@compiled_inside
def no_floor(numbers):
    """The floor that is none."""
    return numbers.dtype.type(-np.inf)


@compiled_loosely
def zero_times(numbers):
    """0 if all of them are finite, else NaN."""
    zero = numbers.dtype.type(0)
    total = zero
    for i in range(len(numbers)):
        total += zero * numbers[i]
    return total


@compiled_inside
def tools_of(memory, room):
    """What kernels work with, and room for what they need."""
    return Tools(memory.tiles, memory.lanes, memory.m.itemsize, room, no_floor(memory.m))
