"""Nonlinearities, each forward beside backward; `cnnlab.ops.nonlinearities` checks and explains."""

import numpy as np

from cnnlab.loops.kernels.pointwise import HEIGHT, STEEPNESS
from cnnlab.ops.unchecked.sums import leading, total
from cnnlab.types import Array


def relu(e: Array) -> Array:
    """h = max(e, 0)"""
    return np.maximum(e, 0)


def relu_backward(dh: Array, h: Array) -> Array:
    """de = dh where h > 0, else 0"""
    return np.where(h > 0, dh, dh.dtype.type(0))


def leaky_relu(e: Array, slope: float = 0.01) -> Array:
    """h = e where e > 0, slope e elsewhere"""
    return np.where(e > 0, e, e.dtype.type(slope) * e)


def leaky_relu_backward(dh: Array, e: Array, slope: float = 0.01) -> Array:
    """de = dh where e > 0, slope dh elsewhere"""
    return np.where(e > 0, dh, dh.dtype.type(slope) * dh)


def prelu(e: Array, slope: Array) -> Array:
    """h = e where e > 0, slope[c] e elsewhere"""
    return np.where(e > 0, e, slope * e)


def prelu_backward(dh: Array, e: Array, slope: Array) -> tuple[Array, Array]:
    """de = dh where e > 0, slope[c] dh elsewhere; dslope[c] = the sum of dh e over all e <= 0"""
    off = np.minimum(e, 0)
    return np.where(e > 0, dh, slope * dh), total(dh * off, leading(e))


def sigmoid(e: Array) -> Array:
    """h = 1 / (1 + exp(-e)), in a form that does not overflow"""
    z = np.exp(-np.abs(e))
    return np.where(e >= 0, 1 / (1 + z), z / (1 + z))


def sigmoid_backward(dh: Array, h: Array) -> Array:
    """de = h (1 - h) dh"""
    return h * (1 - h) * dh


def tanh(e: Array) -> Array:
    """h = tanh(e)"""
    return np.tanh(e)


def tanh_backward(dh: Array, h: Array) -> Array:
    """de = (1 - h^2) dh"""
    return (1 - h * h) * dh


def scaled_tanh(e: Array) -> Array:
    """h = 1.7159 tanh(2 e / 3)"""
    return e.dtype.type(HEIGHT) * np.tanh(e.dtype.type(STEEPNESS) * e)


def scaled_tanh_backward(dh: Array, h: Array) -> Array:
    """de = 2/3 (1.7159 - h^2 / 1.7159) dh"""
    height = h.dtype.type(HEIGHT)
    return h.dtype.type(STEEPNESS) * (height - h * h / height) * dh


def unit_step(e: Array) -> Array:
    """h = 1 where e > 0, else 0; NaN stays NaN"""
    return np.heaviside(e, e.dtype.type(0))


def signum(e: Array) -> Array:
    """h = 1 where e > 0, -1 where e < 0, 0 at 0"""
    return np.sign(e)
