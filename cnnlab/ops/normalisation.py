"""Normalisation and dropout, forward beside backward."""

import numpy as np

from cnnlab import arguments


def _window_sum(values, n):
    """For each channel the sum over the n channels centred on it (n odd), cut off at the ends."""
    half, channels = n // 2, values.shape[-1]
    cumulated = np.zeros((*values.shape[:-1], channels + 1), values.dtype)
    np.cumsum(values, axis=-1, out=cumulated[..., 1:])
    high = np.minimum(np.arange(channels) + half + 1, channels)
    low = np.maximum(np.arange(channels) - half, 0)
    return cumulated[..., high] - cumulated[..., low]


def local_response_norm(h, n=5, k=2.0, alpha=1e-4, beta=0.75):
    """Krizhevsky et al. 2012, section 3.3: out[c] = h[c] / (k + alpha sum_{|c'-c| <= n/2} h[c']^2)^beta.

    h (..., C) -> out and the bracket (same shape), which the backward pass needs.  PyTorch divides alpha by n: its
    alpha is ours times n.  n must be odd.
    """
    arguments.odd("n", n)
    scale = h.dtype.type(k) + h.dtype.type(alpha) * _window_sum(h * h, n)
    return h * scale ** h.dtype.type(-beta), scale


def local_response_norm_backward(d_out, h, scale, n=5, alpha=1e-4, beta=0.75):
    """dh[c] = d_out[c] scale[c]^-beta - 2 alpha beta h[c] sum_{|c'-c| <= n/2} d_out[c'] h[c'] scale[c']^(-beta-1)."""
    power = scale ** h.dtype.type(-beta)
    inner = _window_sum(d_out * h * power / scale, n)
    return d_out * power - h.dtype.type(2 * alpha * beta) * h * inner


def batch_norm(h, gamma, beta, mean, variance, eps=1e-5):
    """out = gamma (h - mean) / sqrt(variance + eps) + beta (Ioffe and Szegedy 2015); h (..., C), all others (C,).

    Returns out and the normalised h, which the backward pass needs.
    """
    normal = (h - mean) / np.sqrt(variance + h.dtype.type(eps))
    return gamma * normal + beta, normal


def batch_statistics(h):
    """Mean and variance (divided by the number of values) of each channel: h (..., C) -> (C,), (C,)."""
    axes = tuple(range(h.ndim - 1))
    mean = h.mean(axis=axes)
    return mean, np.square(h - mean).mean(axis=axes)


def channel_statistics(x, block=1024):
    """Mean and deviation of each channel of a whole data set: x (N, ..., C) -> (C,), (C,), float64.

    Summed in float64, in blocks of samples: a sum in float32 stops growing at 2^24, and 50,000 images of 32 x 32 pixels
    are beyond that.
    """
    axes, count = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
    blocks = [x[first : first + block] for first in range(0, len(x), block)]
    mean = sum(one.sum(axis=axes, dtype=np.float64) for one in blocks) / count
    return mean, np.sqrt(sum(np.square(one - mean).sum(axis=axes) for one in blocks) / count)


def batch_norm_backward(d_out, normal, gamma, variance, eps=1e-5):
    """dL/dh, dL/dgamma, dL/dbeta of `batch_norm` when mean and variance are those of the batch itself."""
    axes = tuple(range(d_out.ndim - 1))
    count = d_out.size // d_out.shape[-1]
    dbeta, dgamma = d_out.sum(axis=axes), (d_out * normal).sum(axis=axes)
    centred = d_out - dbeta / d_out.dtype.type(count) - normal * (dgamma / d_out.dtype.type(count))
    return gamma / np.sqrt(variance + d_out.dtype.type(eps)) * centred, dgamma, dbeta


def dropout(h, p, rng):
    """Each value is set to zero with probability p, the others are divided by 1 - p, so that the mean stays.

    Returns out and the mask (0 or 1 / (1 - p)).  Hinton et al. 2012, in the inverted form: nothing to do after
    training.
    """
    mask = dropout_mask(h.shape, p, rng, h.dtype)
    return h * mask, mask


def dropout_mask(shape, p, rng, dtype=np.float32):
    """The mask of `dropout`: 0 with probability p, 1 / (1 - p) elsewhere."""
    if not 0 <= p < 1:
        raise ValueError(f"p must be in [0, 1): the share of values that is dropped; got {p!r}")
    return (rng.random(shape, dtype=np.float32) >= p).astype(dtype) / np.dtype(dtype).type(1 - p)


def dropout_backward(d_out, mask):
    """dL/dh = mask dL/dout."""
    return d_out * mask
