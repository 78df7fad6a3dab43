"""The seven nonlinearities of the second topic under one name each, forward beside backward."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnlab import ops
from cnnlab.types import Array

__all__ = ["ACTIVATIONS", "LEAK", "SHARP", "UNTRAINABLE", "activation", "activation_backward"]

ACTIVATIONS = ("unit step", "signum", "sigmoid", "tanh", "ReLU", "leaky ReLU", "PReLU")
UNTRAINABLE = ("unit step", "signum")
SHARP = ("sigmoid", "tanh")
LEAK = 0.1  # slope of the leaky ReLU, steep enough to be seen


def activation(e: Array, f: str, slope: float | Array = 0.25, sharpness: float = 1.0) -> Array:
    """h = f(sharpness e) for sigmoid and tanh, f(e) for the others.

    Parameters
    ----------
    e : (n, k) float64
        Excitations.
    f : str
        One of `ACTIVATIONS`.
    slope : float, or (k,) float64
        That of PReLU.
    sharpness : float
        Of sigmoid and tanh.

    Returns
    -------
    h : (n, k) float64
    """
    simple: dict[str, Callable[[Array], Array]] = {"unit step": ops.unit_step, "signum": ops.signum, "ReLU": ops.relu}
    if f in simple:
        return simple[f](e)
    if f in SHARP:
        return {"sigmoid": ops.sigmoid, "tanh": ops.tanh}[f](sharpness * e)
    return ops.leaky_relu(e, LEAK) if f == "leaky ReLU" else ops.prelu(e, np.asarray(slope))


def activation_backward(
    dh: Array, e: Array, h: Any, f: str, slope: float | Array = 0.25, sharpness: float = 1.0
) -> tuple[Array, Array]:
    """The gradient of `activation`; that of unit step and signum is 0.

    Parameters
    ----------
    dh : (n, k) float64
        dL/dh.
    e, h : (n, k) float64
        What came in and went out; h is not needed for unit step and signum.
    f : str
        As for `activation`.
    slope : float, or (k,) float64
        As for `activation`.
    sharpness : float
        As for `activation`.

    Returns
    -------
    de : (n, k) float64
        dL/de.
    dslope : (k,) float64
        dL/dslope; zeros but for PReLU.
    """
    none = np.zeros(e.shape[1])
    if f in UNTRAINABLE:
        return np.zeros_like(e), none
    if f in SHARP:
        back = {"sigmoid": ops.sigmoid_backward, "tanh": ops.tanh_backward}[f]
        return sharpness * back(dh, h), none
    if f == "PReLU":
        return ops.prelu_backward(dh, e, np.asarray(slope))
    return (ops.relu_backward(dh, h) if f == "ReLU" else ops.leaky_relu_backward(dh, e, LEAK)), none
