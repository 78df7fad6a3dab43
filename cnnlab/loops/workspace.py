"""Memory that is used again: a fresh array costs more in page faults than a small convolution in arithmetic."""

import threading

import numpy as np

MOST = 64  # arrays kept for each thread; the one not used for longest goes first
_kept = threading.local()


def workspace(purpose, shape, dtype):
    """An array of this shape, the same one each time, made with zeros the first time; what was in it stays in it.

    purpose : words that keep different uses apart.  The caller must be done with it before anybody asks for it again,
        so it never leaves the function that asked.
    """
    arrays = _kept.__dict__.setdefault("arrays", {})
    key = purpose, tuple(shape), np.dtype(dtype)
    array = arrays.pop(key, None)
    if array is None:
        array = np.zeros(shape, dtype)
        while len(arrays) >= MOST:
            arrays.pop(next(iter(arrays)))
    arrays[key] = array  # last in, last out
    return array
