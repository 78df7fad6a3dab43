"""Mean and variance of channels: of a batch, and of a whole data set."""

import numpy as np

from cnnlab import arguments
from cnnlab.ops import unchecked
from cnnlab.types import Array, ArrayLike

__all__ = ["batch_statistics", "channel_statistics"]


def batch_statistics(h: ArrayLike) -> tuple[Array, Array]:
    """Mean and variance of each channel of a batch, in its dtype.

    Parameters
    ----------
    h : (..., C) float32 or float64
        A batch.

    Returns
    -------
    mean, variance : (C,), dtype of h
        The variance is divided by the number of values, not by one fewer.

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and an empty array.
    """
    return unchecked.batch_statistics(arguments.array("h", h))


def channel_statistics(x: ArrayLike, block: int = 1024) -> tuple[Array, Array]:
    """Mean and deviation of each channel of a whole data set.

    Summed in float64, in blocks of samples: a sum in float32 stops growing at 2^24, and 50,000 images of 32 x 32 pixels
    are beyond that.

    Parameters
    ----------
    x : (N, ..., C) float32 or float64
        The data set.
    block : int
        Samples that are summed at once.

    Returns
    -------
    mean, deviation : (C,) float64

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and an empty array.
    """
    x, block = arguments.array("x", x), arguments.whole("block", block)
    if x.ndim == 0:
        raise ValueError("x must be (N, ..., C); got a single number")
    axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
    blocks = [x[first : first + block] for first in range(0, len(x), block)]
    mean = sum(one.sum(axis=axes, dtype=np.float64) for one in blocks) / count
    return mean, np.sqrt(sum(np.square(one - mean).sum(axis=axes) for one in blocks) / count)
