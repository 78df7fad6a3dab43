"""Sums over many numbers that lose no digits."""

import numpy as np

from cnnlab.types import Array


def total(values: Array, axes: int | tuple[int, ...]) -> Array:
    """sum over axes, added in float64, in the dtype of the values.

    NumPy adds float32 one by one over leading axes: a million times 0.1 comes to one percent too much.
    """
    return values.sum(axis=axes, dtype=np.float64).astype(values.dtype, copy=False)


def leading(values: Array) -> tuple[int, ...]:
    """All axes but the last."""
    return tuple(range(values.ndim - 1))
