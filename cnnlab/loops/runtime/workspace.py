"""Memory that lies as the processor likes it, and memory that is used again: a fresh array costs more in page faults
than a small convolution in arithmetic.
"""

import contextlib
import ctypes
import functools
import math
import sys
import threading

import numpy as np

LINE = 64  # bytes that the processor fetches at a time
MOST = 64  # arrays kept for each thread; the one not used for longest goes first
_kept = threading.local()


def aligned(shape, dtype):
    """An array of zeros that begins where a line of the caches begins: a vector that lies across two lines is fetched
    twice, which costs a convolution a tenth of its speed.
    """
    dtype = np.dtype(dtype)
    count = math.prod(shape) if isinstance(shape, tuple) else shape
    memory = np.zeros(count * dtype.itemsize + LINE, np.uint8)
    return np.ndarray(shape, dtype, memory, -memory.__array_interface__["data"][0] % LINE)


def workspace(purpose, shape, dtype):
    """An array of this shape, the same one each time, made with zeros the first time; what was in it stays in it.

    purpose : words that keep different uses apart.  The caller must be done with it before anybody asks for it again,
        so it never leaves the function that asked.
    """
    arrays = _kept.__dict__.setdefault("arrays", {})
    key = purpose, tuple(shape), np.dtype(dtype)
    array = arrays.pop(key, None)
    if array is None:
        array = aligned(shape, dtype)
        while len(arrays) >= MOST:
            arrays.pop(next(iter(arrays)))
    arrays[key] = array  # last in, last out
    return array


def give_back():
    """Give the system what nobody uses any more.

    The C library of Linux keeps freed arrays of up to 32 MB, and up to twice as much of them, for those that come next;
    to ask it for them takes some milliseconds.  Others do so by themselves.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@functools.cache
def _trim():
    """What the C library does it with, or None."""
    with contextlib.suppress(OSError, AttributeError):
        return ctypes.CDLL(None).malloc_trim if sys.platform.startswith("linux") else None
    return None
