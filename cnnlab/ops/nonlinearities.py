"""Nonlinearities, each forward beside backward (lecture topics 2, 3 and 10).  Any shape; the dtype of the input
stays.
"""

import numpy as np

SCALE, SLOPE = 1.7159, 2.0 / 3.0  # of LeCun's tanh (1989): f(1) = 1 and f(-1) = -1


def relu(e):
    """h = max(e, 0)."""
    return np.maximum(e, 0)


def relu_backward(dh, h):
    """dL/de = dL/dh where h > 0, else 0: at e = 0 the unit counts as off."""
    return np.where(h > 0, dh, dh.dtype.type(0))


def leaky_relu(e, slope=0.01):
    """h = e where e > 0, slope e elsewhere."""
    return np.where(e > 0, e, e.dtype.type(slope) * e)


def leaky_relu_backward(dh, e, slope=0.01):
    """dL/de = dL/dh where e > 0, slope dL/dh elsewhere."""
    return np.where(e > 0, dh, dh.dtype.type(slope) * dh)


def prelu(e, slope):
    """As `leaky_relu`, with a learned slope per channel (He et al. 2015): e (..., C), slope (C,)."""
    return np.where(e > 0, e, slope * e)


def prelu_backward(dh, e, slope):
    """dL/de, and dL/dslope (C,) = the sum of dL/dh e over all e <= 0 of a channel."""
    off = np.minimum(e, 0)
    return np.where(e > 0, dh, slope * dh), (dh * off).sum(axis=tuple(range(e.ndim - 1)))


def sigmoid(e):
    """h = 1 / (1 + exp(-e)), in a form that does not overflow."""
    z = np.exp(-np.abs(e))
    return np.where(e >= 0, 1 / (1 + z), z / (1 + z))


def sigmoid_backward(dh, h):
    """dL/de = h (1 - h) dL/dh."""
    return h * (1 - h) * dh


def tanh(e):
    """h = tanh(e)."""
    return np.tanh(e)


def tanh_backward(dh, h):
    """dL/de = (1 - h^2) dL/dh."""
    return (1 - h * h) * dh


def scaled_tanh(e):
    """h = 1.7159 tanh(2 e / 3), LeCun's choice of 1989: it maps +-1 to +-1."""
    return e.dtype.type(SCALE) * np.tanh(e.dtype.type(SLOPE) * e)


def scaled_tanh_backward(dh, h):
    """dL/de = 2/3 (1.7159 - h^2 / 1.7159) dL/dh."""
    scale = h.dtype.type(SCALE)
    return h.dtype.type(SLOPE) * (scale - h * h / scale) * dh


def unit_step(e):
    """h = 1 where e > 0, else 0.  It has no useful derivative: zero everywhere but at 0, where there is none."""
    return (e > 0).astype(e.dtype)


def signum(e):
    """h = 1 where e > 0, -1 where e < 0, 0 at 0.  No useful derivative, as `unit_step`."""
    return np.sign(e)
