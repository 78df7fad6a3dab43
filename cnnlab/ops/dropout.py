"""Dropout, forward beside backward (lecture topic 28)."""

import numpy as np
import numpy.typing as npt

from cnnlab import arguments
from cnnlab.ops import unchecked
from cnnlab.types import Array, ArrayLike, Shape

__all__ = ["dropout", "dropout_backward", "dropout_mask"]


def dropout(h: ArrayLike, p: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Each value is set to zero with probability p, the others are divided by 1 - p, so that the mean stays.

    This is the inverted form: nothing is left to do after training.

    Parameters
    ----------
    h : (...) float32 or float64
        Activations.
    p : float
        The share of values that is dropped, in [0, 1).
    rng : numpy Generator
        Decides which.

    Returns
    -------
    out : shape and dtype of h
    mask : shape and dtype of h
        0 or 1 / (1 - p), which the backward pass needs.

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and a p that is no such share.

    Source
    ------
    Lecture topic 28; Hinton et al. 2012.
    """
    h = arguments.array("h", h)
    mask = dropout_mask(h.shape, p, rng, h.dtype)
    return h * mask, mask


def dropout_mask(shape: Shape, p: float, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32) -> Array:
    """The mask of `dropout`: 0 with probability p, 1 / (1 - p) elsewhere.

    Parameters
    ----------
    shape : tuple of int
        Shape of the activations.
    p : float
        The share of values that is dropped, in [0, 1).
    rng : numpy Generator
        Decides which.
    dtype : dtype
        Of the mask.

    Returns
    -------
    mask : shape, dtype

    Raises
    ------
    ValueError
        If p is no such share.

    Source
    ------
    Lecture topic 28; Hinton et al. 2012.
    """
    share, shape = arguments.share("p", p, "of values that is dropped"), arguments.sides("shape", shape)
    arguments.of_kind("rng", rng, np.random.Generator, "a numpy.random.Generator")
    return unchecked.dropout_mask(shape, share, rng, arguments.real_dtype("dtype", dtype))


def dropout_backward(d_out: ArrayLike, mask: ArrayLike) -> Array:
    """dL/dh of `dropout`: what was dropped gets no gradient, dL/dh = mask dL/dout.

    Parameters
    ----------
    d_out : (...) float32 or float64
        dL/dout.
    mask : shape and dtype of d_out
        As `dropout` gave it.

    Returns
    -------
    dh : shape and dtype of d_out

    Raises
    ------
    TypeError, ValueError
        For other dtypes, and shapes that differ.

    Source
    ------
    Hinton et al. 2012.
    """
    d_out, mask = arguments.alike(d_out=d_out, mask=mask)
    return d_out * mask
