"""What the operations with weights share: packed weights, and what their kernels work with."""

import itertools

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


# Weights on their way from the parameters into `packs`, as four loops, one inside the other: how often each goes round,
# and how many numbers it moves on there, in `packs`, and in the table of connections (at -1: there is none).  The
# innermost one writes numbers side by side.  fine : where `zero_times` so many parameters goes, or -1.
COPY = np.dtype(
    [
        *integers("rows columns depth width"),
        ("source", integers("at row column map number")),
        ("target", integers("at row column map")),
        ("mask", integers("at map number")),
        ("fine", integers("at first count")),
    ]
)


def copy_of(counts, source, target, mask=(-1, 0, 0)):
    """A record of COPY: counts of the four loops, and where it begins and how it moves on, outermost first."""
    return np.array((*counts, source, target, mask, (-1, 0, 0)), COPY)


def pieces(first, count, panel):
    """(first, count) of the parts of some columns that lie in one panel each."""
    edges = [first, *range(first - first % panel + panel, first + count, panel), first + count]
    return [(a, b - a) for a, b in itertools.pairwise(edges)]


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
