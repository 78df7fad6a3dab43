"""Errors in numbers: which answers are wrong, and how hard a loss pushes (topic 5)."""

import numpy as np

from cnnlab import ops
from cnnlab.losses import MSE, BinaryCrossEntropy, decide
from cnnlab.types import Array, ArrayLike

__all__ = ["misclassified", "ranked", "sigmoid_losses"]

SQUARED, ENTROPY = MSE(), BinaryCrossEntropy()


def misclassified(outputs: Array, y: Array) -> Array:
    """Which samples a network gets wrong.

    Parameters
    ----------
    outputs : (N, K)
        Of two or more classes; the largest is the answer.
    y : (N,) int
        The right classes.

    Returns
    -------
    (M,) int
        Their numbers, ascending.

    Raises
    ------
    TypeError, ValueError
        For anything but such outputs; ValueError where one is NaN.
    """
    return np.flatnonzero(decide(outputs) != y)


def ranked(outputs: Array) -> Array:
    """The classes from the largest output to the smallest.

    Parameters
    ----------
    outputs : (K,)
        Of one sample.

    Returns
    -------
    (K,) int
        Of equal outputs the first comes first.
    """
    return np.argsort(-outputs, kind="stable")


def sigmoid_losses(e: ArrayLike, y: float) -> dict[str, Array]:
    """The squared error and the binary cross-entropy of one sigmoid output, and their gradients.

    Parameters
    ----------
    e : (n,), or one number
        Excitations of the output unit.
    y : float
        The target, 0 or 1.

    Returns
    -------
    dict of (n,) float64
        `yhat` = sigmoid(e); the losses `mse` = (yhat - y)^2 and `bce`; their gradients dL/de, `d_mse` and `d_bce`.

    Source
    ------
    Lecture topic 5.
    """
    e = np.atleast_1d(np.asarray(e, dtype=float))
    column, target = e[:, None], np.full((len(e), 1), float(y))
    yhat = ops.sigmoid(column)
    mse, bce, d_mse, d_bce = (np.empty(len(e)) for _ in range(4))
    for i in range(len(e)):
        one = slice(i, i + 1)
        mse[i], bce[i] = SQUARED(yhat[one], target[one]), ENTROPY(column[one], target[one])
        d_mse[i] = ops.sigmoid_backward(SQUARED.gradient(yhat[one], target[one]), yhat[one])[0, 0]
        d_bce[i] = ENTROPY.gradient(column[one], target[one])[0, 0]
    return {"yhat": yhat[:, 0], "mse": mse, "bce": bce, "d_mse": d_mse, "d_bce": d_bce}
