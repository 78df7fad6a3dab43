"""What labels and targets mean for the outputs of a network, and what its outputs mean for labels."""

import numpy as np

from cnnlab import arguments
from cnnlab.types import Array, ArrayLike


def decide(e: ArrayLike, threshold: float = 0.0) -> Array:
    """Throw the uncertainty away: the label of every sample.

    Parameters
    ----------
    e : (N, ...) float32 or float64
        Excitation of the last layer.
    threshold : float
        Over it, a single output means 1.

    Returns
    -------
    (N,) int64
        The number of the largest output; with one output, 1 where it is over the threshold.

    Raises
    ------
    TypeError, ValueError
        For anything but such an array; ValueError where a sample has NaN, which stands for no label.

    Source
    ------
    Lecture topic 5.
    """
    e = excitation(e)
    unknown = np.flatnonzero(np.isnan(e.reshape(len(e), -1)).any(axis=1))
    if len(unknown):
        raise ValueError(
            f"e, what the network gives, must not hold NaN, which stands for no label; {len(unknown)} of {len(e)} "
            f"samples do, the first is sample {unknown[0]}"
        )
    if e.ndim == 1 or e.shape[1:] == (1,):
        return (e.reshape(len(e)) > threshold).astype(np.int64)
    return e.reshape(len(e), -1).argmax(axis=1)


def classes(e: Array) -> int:
    """How many classes labels can name when the last layer gives e: D for (N, D), 2 for one output.

    Parameters
    ----------
    e : (N, ...)
        Excitation of the last layer.

    Returns
    -------
    int
    """
    return e.shape[1] if e.ndim > 1 and e.shape[1] > 1 else 2


def excitation(e: ArrayLike) -> Array:
    """e as an array of float32 or float64 with at least one sample.

    Parameters
    ----------
    e : (N, ...)
        Excitation of the last layer.

    Returns
    -------
    (N, ...)

    Raises
    ------
    TypeError, ValueError
        For anything else.
    """
    e = arguments.array("e", e)
    if e.ndim == 0:
        raise ValueError("e must be (N, ...), one row for each sample; got a single number")
    return e


def targets(y: ArrayLike, e: Array) -> Array:
    """y as labels or targets for outputs like e.

    Parameters
    ----------
    y : (N,) labels, or float targets of the shape of e
        What is right.
    e : (N, ...)
        Excitation of the last layer.

    Returns
    -------
    (N,) int64, or shape and dtype of e

    Raises
    ------
    TypeError, ValueError
        Naming y, for anything else.
    """
    y = np.asarray(y)
    if y.dtype.kind not in "iufb":
        raise TypeError(f"y must be integer labels or float targets; got dtype {y.dtype}")
    if y.ndim == 0 or len(y) != len(e):
        came = "a single number" if y.ndim == 0 else f"{len(y)} of them, shape {y.shape}"
        raise ValueError(f"y must have one entry for each of the {len(e)} samples in e; got {came}")
    if y.dtype.kind != "f" and y.ndim == 1 and (e.ndim <= 2):
        y, limit = y.astype(np.int64), classes(e)
        out = (y < 0) | (y >= limit)
        if out.any():
            wrong, single = np.flatnonzero(out), e[0].size == 1
            raise ValueError(
                f"y must be labels from 0 to {limit - 1}, because the network has "
                f"{'one output' if single else f'{limit} outputs'}; got {y[wrong[0]]} for sample "
                f"{wrong[0]}{'. For targets that are not classes give floats' if single else ''}"
            )
        return y
    if y.shape != e.shape and (*y.shape, 1) != e.shape:
        raise ValueError(
            f"y must be integer labels ({len(e)},) or float targets of the shape of e, {e.shape}; "
            f"got {y.dtype} of shape {y.shape}"
        )
    y = y.reshape(e.shape).astype(e.dtype)
    if not np.isfinite(y).all():
        raise ValueError(f"y must be finite; sample {np.argwhere(~np.isfinite(y))[0][0]} holds NaN or infinity")
    return y
