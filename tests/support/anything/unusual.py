"""Arrays as users have them: of any memory order and any size of number; and how far off a sum of products may be."""

import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FORMS = ("C", "Fortran", "sliced", "reversed", "read-only", "unaligned")
KINDS = ("normal", "huge", "denormal", "any size", "some zeros")
DTYPES = (np.float32, np.float64)


def laid(array, form):
    """The same numbers, otherwise in memory; what lies between those of a slice is NaN."""
    if form == "Fortran":
        return np.asfortranarray(array)
    if form == "sliced":
        wide = np.full([2 * side + 1 for side in array.shape], np.nan, array.dtype)
        inside = wide[tuple(slice(1, None, 2) for _ in array.shape)]
        inside[...] = array
        return inside
    if form == "reversed":
        turn = (slice(None, None, -1),) * array.ndim
        return np.ascontiguousarray(array[turn])[turn]
    if form == "unaligned":
        memory = np.zeros(array.nbytes + 1, np.uint8)
        moved = memory[1:].view(array.dtype).reshape(array.shape)
        moved[...] = array
        return moved
    array = array.copy()
    array.flags.writeable = form != "read-only"
    return array


def numbers(rng, shape, dtype, kind="normal"):
    """Random numbers of a kind."""
    found, limits = rng.standard_normal(shape), np.finfo(dtype)
    if kind == "huge":
        found *= np.sqrt(float(limits.max)) / 100
    elif kind == "denormal":
        found *= 20 * float(limits.smallest_subnormal) ** 0.5
    elif kind == "any size":
        found *= 10.0 ** rng.uniform(np.log10(limits.tiny) / 2, np.log10(limits.max) / 2.1, shape)
    elif kind == "some zeros":
        found *= rng.random(shape) < 0.5
    return found.astype(dtype)


class Given:
    """Arrays that go into an operation, in the memory orders that were drawn, and copies that must stay the same."""

    def __init__(self, seed, dtype, forms, kind):
        self.rng, self.dtype, self.forms, self.kind, self.kept = np.random.default_rng(seed), dtype, forms, kind, []

    def __call__(self, *shape):
        array = laid(numbers(self.rng, shape, self.dtype, self.kind), self.forms[len(self.kept) % len(self.forms)])
        self.kept.append((array, array.copy()))
        return array

    def unchanged(self):
        return all(np.array_equal(array, kept) for array, kept in self.kept)


def givens():
    forms = st.lists(st.sampled_from(FORMS), min_size=3, max_size=3)
    return st.builds(Given, st.integers(0, 2**32), st.sampled_from(DTYPES), forms, st.sampled_from(KINDS))


def near(found, exact, size, terms, dtype):
    """Sums of so many products, whose absolute values add up to `size`, may be off by as many roundings, and no more;
    where they are too large for the dtype, anything that shows it will do.
    """
    limits = np.finfo(dtype)
    assert found.dtype == dtype and found.shape == exact.shape, (found.dtype, found.shape, exact.shape)
    fits = size < limits.max / 4
    bound = 2 * (terms + 4) * (limits.eps * size[fits] + float(limits.smallest_subnormal))
    off = np.abs(found[fits].astype(np.float64) - exact[fits])
    assert (off <= bound).all(), f"off by {(off - bound).max()} more than {bound.max()}"


def property_of(few, many, *strategies):
    """Decorator: a test with `few` examples, always the same ones, and beside it a slow one with `many`."""

    def decorate(check):
        def tested(count):
            calm = settings(
                max_examples=count,
                derandomize=True,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            )
            return calm(given(*strategies)(check))

        setattr(sys.modules[check.__module__], f"{check.__name__}_in_{many}_cases", pytest.mark.slow(tested(many)))
        return tested(few)

    return decorate
