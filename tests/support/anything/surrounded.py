"""Memory that notices who reads or writes outside of an array: between sentinels, or between pages nobody may touch.

Tiles and vectors are LLVM's own instructions, which take addresses; numba's checks of bounds never see them.
"""

import contextlib
import ctypes
import mmap
import sys

import numpy as np

SENTINEL = 0xFF  # four or eight of these bytes are a NaN: who reads them gives NaN
WIDE = 4096  # bytes of sentinels on each side
ROOMS = ("cnnlab.ops.unchecked", "cnnlab.loops.kernels", "cnnlab.network", "cnnlab.loops.plan")
NUMPY = ("cnnlab.ops.unchecked", "cnnlab.loops.kernels.convolution", "cnnlab.network")  # no loop there asks it


class Sentinels:
    """Places between bytes that nobody may change; `check` says whether somebody did."""

    def __init__(self):
        self.all = []

    def place(self, size):
        """So many bytes, in an array."""
        memory = np.full(size + 2 * WIDE + 64, SENTINEL, np.uint8)
        first = WIDE + -(memory.ctypes.data + WIDE) % 64
        self.all.append((memory, first, first + size))
        return memory[first : first + size]

    def check(self):
        """Nothing was written behind or before any of the places."""
        asked, self.all = self.all, []
        for memory, first, end in asked:
            assert (memory[:first] == SENTINEL).all(), "written before an array"
            assert (memory[end:] == SENTINEL).all(), "written behind an array"


class GuardPages:
    """Places that end where a page begins that nobody may touch, or, if `before`, begin where such a page ends."""

    def __init__(self, before=False):
        self.before, self.libc = before, ctypes.CDLL(None, use_errno=True)

    def place(self, size):
        """So many bytes, in an array."""
        page = mmap.PAGESIZE
        inside = -(-max(size, 1) // page) * page
        room = mmap.mmap(-1, inside + 2 * page)
        whole = np.frombuffer(room, np.uint8)
        for at in (0, inside + page):
            start = ctypes.c_void_p(whole.ctypes.data + at)
            if self.libc.mprotect(start, ctypes.c_size_t(page), 0):  # 0 is PROT_NONE
                raise OSError(ctypes.get_errno(), "mprotect")
        first = page if self.before else page + inside - size
        return whole[first : first + size]

    def check(self):
        """Who touches a page, ends the process."""


class Surrounded:
    """NumPy, whose new arrays lie in places of a keeper; and what `loops.runtime.workspace` gives, likewise."""

    def __init__(self, keeper):
        self.keeper = keeper

    def __getattr__(self, name):
        return getattr(np, name)

    def empty(self, shape, dtype=float):
        """An array of a keeper."""
        sides = shape if isinstance(shape, tuple) else (shape,)
        dtype = np.dtype(dtype)
        array = self.keeper.place(int(np.prod(sides)) * dtype.itemsize).view(dtype).reshape(sides)
        array.view(np.uint8)[...] = SENTINEL
        return array

    def full(self, shape, value, dtype=None):
        """As NumPy's."""
        array = self.empty(shape, dtype or np.asarray(value).dtype)
        array[...] = value
        return array

    def zeros(self, shape, dtype=float):
        """As NumPy's."""
        return self.full(shape, 0, dtype)

    def empty_like(self, array, dtype=None, order="K", **options):
        """As NumPy's, in C order."""
        return self.empty(np.shape(array), dtype or array.dtype)

    def laid(self, array):
        """A copy that lies in a place of the keeper."""
        new = self.empty(array.shape, array.dtype)
        new[...] = array
        return new

    def ascontiguousarray(self, array, dtype=None):
        """As NumPy's; copies lie in places of the keeper."""
        found = np.ascontiguousarray(array, dtype)
        return found if found is array else self.laid(found)


@contextlib.contextmanager
def surrounded(keeper):
    """While this lasts, operations and networks have all their memory from a keeper."""
    proxy, changed = Surrounded(keeper), []

    def aligned(shape, dtype):
        return proxy.zeros(tuple(np.atleast_1d(shape).tolist()), dtype)

    def workspace(purpose, shape, dtype):
        return proxy.empty(tuple(shape), dtype)

    new = {"np": proxy, "aligned": aligned, "workspace": workspace}
    for name, module in list(sys.modules.items()):
        if name.startswith(ROOMS) and module is not None:
            words = new.keys() & vars(module).keys()
            for word in words if name.startswith(NUMPY) else words - {"np"}:
                changed.append((module, word, getattr(module, word)))
                setattr(module, word, new[word])
    try:
        yield proxy
        keeper.check()
    finally:
        for module, word, value in changed:
            setattr(module, word, value)
