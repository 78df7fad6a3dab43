"""Normalisation and the mask of dropout; `cnnlab.ops.normalisation` and `cnnlab.ops.dropout` check and explain."""

from typing import Any

import numpy as np
import numpy.typing as npt

from cnnlab.ops.unchecked.sums import total
from cnnlab.types import Array, as_dtype


def _window_sum(values: Array, n: int) -> Array:
    """For each channel the sum over the n channels centred on it (n odd), cut off at the ends."""
    half, channels = n // 2, values.shape[-1]
    cumulated = np.zeros((*values.shape[:-1], channels + 1), values.dtype)
    np.cumsum(values, axis=-1, out=cumulated[..., 1:])
    high = np.minimum(np.arange(channels) + half + 1, channels)
    low = np.maximum(np.arange(channels) - half, 0)
    return cumulated[..., high] - cumulated[..., low]


def local_response_norm(
    h: Array, n: int = 5, k: float = 2.0, alpha: float = 1e-4, beta: float = 0.75
) -> tuple[Array, Array]:
    """out[c] = h[c] / (k + alpha sum_{|c'-c| <= n/2} h[c']^2)^beta, and the bracket."""
    scale = h.dtype.type(k) + h.dtype.type(alpha) * _window_sum(h * h, n)
    return h * scale ** h.dtype.type(-beta), scale


def local_response_norm_backward(
    d_out: Array, h: Array, scale: Array, n: int = 5, alpha: float = 1e-4, beta: float = 0.75
) -> Array:
    """dh[c] = d_out[c] scale[c]^-beta - 2 alpha beta h[c] sum_{|c'-c| <= n/2} d_out[c'] h[c'] scale[c']^(-beta-1)"""
    power = scale ** h.dtype.type(-beta)
    inner = _window_sum(d_out * h * power / scale, n)
    return d_out * power - h.dtype.type(2 * alpha * beta) * h * inner


def batch_norm(
    h: Array, gamma: Array, beta: Array, mean: Array, variance: Array, eps: float = 1e-5
) -> tuple[Array, Array]:
    """out = gamma (h - mean) / sqrt(variance + eps) + beta, and the normalised h."""
    normal = (h - mean) / np.sqrt(variance + h.dtype.type(eps))
    return gamma * normal + beta, normal


def batch_norm_backward(
    d_out: Array, normal: Array, gamma: Array, variance: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """dh, dgamma, dbeta when mean and variance are those of the batch itself."""
    axes = tuple(range(d_out.ndim - 1))
    count = d_out.size // d_out.shape[-1]
    dbeta, dgamma = total(d_out, axes), total(d_out * normal, axes)
    centred = d_out - dbeta / d_out.dtype.type(count) - normal * (dgamma / d_out.dtype.type(count))
    return gamma / np.sqrt(variance + d_out.dtype.type(eps)) * centred, dgamma, dbeta


def batch_statistics(h: Array) -> tuple[Array, Array]:
    """Mean and variance of each channel."""
    axes = tuple(range(h.ndim - 1))
    exact = h.mean(axis=axes, dtype=np.float64)
    mean = exact.astype(h.dtype)
    about = np.square(h - mean).mean(axis=axes, dtype=np.float64)
    return mean, np.maximum(about - np.square(exact - mean), 0).astype(h.dtype)


def dropout_mask(shape: tuple[int, ...], p: float, rng: np.random.Generator, dtype: npt.DTypeLike) -> Array:
    """0 with probability p, 1 / (1 - p) elsewhere."""
    kind: np.dtype[Any] = as_dtype(dtype)
    return (rng.random(shape, dtype=np.float32) >= p).astype(kind) / kind.type(1 - p)
