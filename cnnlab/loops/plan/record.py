"""One row of a plan: which operation, and where in memory its numbers lie.

A row is a record of named numbers.  What all operations have in common is written here; what one of them needs besides
is a group of its own, `op.dropout.mask_at`, declared in its row of the registry (operations.py).  A name that ends in
`_at` is a place: the number of the first number there.
"""

from collections import namedtuple

import numpy as np


def integers(names):
    """Fields that hold whole numbers."""
    return [(name, np.int64) for name in names.split()]


def reals(names):
    """Fields that hold real numbers."""
    return [(name, np.float64) for name in names.split()]


# An entry: maps (height, width, channels) at (top, left) in a frame, `step` numbers further on those of the next image.
FRAMED = integers("h_at step frame_height frame_width top left height width channels")

COMMON = [
    *integers("code relu needs_gradient"),  # needs_gradient : does anybody below want dL/dh of the entry?
    ("input", FRAMED),  # the entry of this operation
    ("output", FRAMED),  # the entry of the next one
    *integers("dh_at de_at"),  # the gradients of both, in `d`
    *integers("e_height e_width"),  # sides of what is computed, before it is pooled on the way out
    *integers("w_at b_at"),  # parameters, in `u`; their gradients lie at the same places of `g`
    ("pool", integers("rows columns stride_m stride_n marks_at marks_step")),  # max pooling on the way out, if rows > 0
]


# m: entries and what forward keeps; d: gradients of entries, d_step numbers for one image; u: parameters; g: (chunks,
# numbers of u), the gradients that each chunk of images gives; packs: weights in the order in which tiles read them,
# zeros first; marks: which pixel won in pooling; tiles: see strip.py; lanes: numbers in a vector; x, rows: the samples,
# (N, height, width, channels), and which of them are the images of the batch.
class Memory(namedtuple("Memory", "m d d_step u g packs marks tiles lanes x rows")):
    """The flat memories of a plan; one that can hold attributes, see `loops.runtime.arguments.described`."""


# Images first to end of a batch, which are chunk number `chunk`; the batch begins at `row` of Memory.rows.
Images = namedtuple("Images", "chunk first end row")


def row_of(groups):
    """The dtype of a row, for the groups {name: fields} that operations have of their own."""
    return np.dtype([*COMMON, *groups.items()])


def put(record, **values):
    """Write named numbers into a record, or into a group of one."""
    for name, value in values.items():
        record[name] = value
