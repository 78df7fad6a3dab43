"""Rows are copied, added, gated and filled as NumPy does it, whatever their length; nothing beside them is written."""

import numpy as np
import pytest

from cnnlab.loops.kernels.rows import add, copy, fill, gate
from cnnlab.loops.kernels.strip import address
from cnnlab.loops.runtime.compiled import compiled

MARGIN = 7  # numbers on both sides that must stay as they are


@compiled
def copied(a, h, b, count):
    copy(address(a), address(b), count, a.dtype.type(0))


@compiled
def added(a, h, b, count):
    add(address(a), address(b), count, a.dtype.type(0))


@compiled
def gated(a, h, b, count):
    gate(address(a), address(h), address(b), count, a.dtype.type(0))


@compiled
def filled(a, h, b, count):
    fill(address(b), count, a.dtype.type(0.5))


SAME = {
    copied: lambda a, h, b: a,
    added: lambda a, h, b: b + a,
    gated: lambda a, h, b: np.where(h > 0, a, 0),
    filled: lambda a, h, b: 0.5,
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("what", SAME, ids=lambda what: what.__name__)
def test_rows_of_any_length_are_what_numpy_makes_of_them(what, dtype, rng):
    for count in range(41):  # more than two of the longest vectors
        a, h, before = rng.standard_normal((3, count + 2 * MARGIN)).astype(dtype)
        h[::3], h[1::5], a[::11] = 0, np.nan, np.nan
        b, inner = before.copy(), slice(MARGIN, MARGIN + count)
        what(a[inner], h[inner], b[inner], count)
        expected = before.copy()
        expected[inner] = SAME[what](a[inner], h[inner], before[inner])
        np.testing.assert_array_equal(b, expected)
