"""All parameters of a network in one array."""

import contextlib
import math
import mmap

import numpy as np

from cnnlab.loops.kernels.vectors import lanes
from cnnlab.loops.runtime.workspace import aligned

SLACK = 64  # numbers behind every flat array, because tiles read whole vectors
OWN = 1_000_000  # bytes of an array that is worth pages of its own


def rounded_up(count, dtype):
    """So many numbers, and those that fill the last vector."""
    return -(-int(count) // lanes(dtype)) * lanes(dtype)


def _written(array):
    """Whether one bit of it is set.

    Zeros are not copied over zeros: a page of memory that nobody has written to takes no room, so the 61 million
    weights of a network made to look at its shapes take none.
    """
    return bool(np.ascontiguousarray(array).view(f"u{array.itemsize}").any())


def _zeros(count, dtype):
    """So many zeros, aligned, that take memory only where somebody writes, and give it back when nobody needs them.

    They come from the system itself.  The C library would write zeros into memory that was used before, which every
    network takes for gradients that only training fills; and where NumPy asks for pages of 2 MB, one bias takes one.
    """
    size = count * np.dtype(dtype).itemsize
    if size >= OWN:
        private = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_ANONYMOUS") else {}
        with contextlib.suppress(OSError):  # if there is not enough, `aligned` says so
            return np.frombuffer(mmap.mmap(-1, size, **private), dtype)[:]
    return aligned(count, dtype)


class FlatParameters:
    """The parameters of layers as parts of one array `u`, their gradients as parts of `total`, both with some numbers
    to spare at the end; `count` of them are in use. Each begins at a whole vector; zeros fill the gaps.

    The arrays of the layers become views, with the values that they have.  views : [(layer, name, first number,
    shape)].
    """

    def __init__(self, layers, dtype):
        self.views, self.count = [], 0
        for layer in layers:
            for name, array in layer.parameters.items():
                self.views.append((layer, name, self.count, array.shape))
                self.count += rounded_up(array.size, dtype)
        self.u, self.total = (_zeros(self.count + SLACK, dtype) for _ in range(2))
        for layer, name, first, shape in self.views:
            view = self._part(self.u, first, shape)
            if _written(layer.parameters[name]):
                view[...] = layer.parameters[name]
            layer.parameters[name] = view
        self.show_gradients()

    @staticmethod
    def _part(array, first, shape):
        return array[first : first + math.prod(shape)].reshape(shape)

    def show_gradients(self):
        """Let the layers show what is in `total`."""
        for layer, name, first, shape in self.views:
            layer.gradients[name] = self._part(self.total, first, shape)

    def holds(self):
        """Whether the layers still use it: somebody may have given them other arrays, or copied them."""
        memory = self.u.base  # None in a copy, whose arrays have all been copied one by one
        return memory is not None and all(layer.parameters[name].base is memory for layer, name, _, _ in self.views)
