"""NumPy's assertions for what is asked thousands of times: they take ten times as long as the question.

Where all is well a comparison says so; NumPy's own is asked where it does not, and has the last word and the message.
"""

import numpy as np


def assert_allclose(actual, desired, rtol=1e-7, atol=0, **options):
    """As `numpy.testing.assert_allclose`."""
    one, other = np.asarray(actual), np.asarray(desired)
    if one.shape == other.shape and one.dtype.kind in "fi" and other.dtype.kind in "fi":
        with np.errstate(invalid="ignore", over="ignore"):
            apart = np.abs(one - other)  # no finite number where either is none
            if np.isfinite(apart).all() and (apart <= atol + rtol * np.abs(other)).all():
                return
    np.testing.assert_allclose(actual, desired, rtol, atol, **options)


def assert_array_equal(actual, desired, **options):
    """As `numpy.testing.assert_array_equal`."""
    one, other = np.asarray(actual), np.asarray(desired)
    if one.shape != other.shape or not (one == other).all():
        np.testing.assert_array_equal(actual, desired, **options)
