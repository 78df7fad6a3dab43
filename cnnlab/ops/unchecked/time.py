"""Convolution in time and what brings all frames together; `cnnlab.ops.time` checks and explains."""

import numpy as np

from cnnlab.ops.unchecked.convolution import conv2d, conv2d_input_gradient, conv2d_weight_gradient, pad
from cnnlab.ops.unchecked.sums import total as _sum
from cnnlab.types import Array

NONE = ((0, 0), (0, 0))  # no border: the frames have theirs already


def _framed(h: Array, ends: tuple[int, int], padding_value: float) -> Array:
    """h (N, T, C) with its border in time, as images of one column (N, T + ..., 1, C)."""
    return pad(h[:, :, None], (ends, (0, 0)), padding_value)


def conv1d(
    h: Array, w: Array, b: Array | None, ends: tuple[int, int], stride: int, padding_value: float = 0.0
) -> Array:
    """e[n,t,d] = b[d] + sum_{p,c} w[p,c,d] hp[n, t s + P-1-p, c]; ends : frames added before and after."""
    bias = b[:, None] if b is not None and b.ndim == 2 else b
    return conv2d(_framed(h, ends, padding_value), w[:, None], bias, NONE, (stride, 1))[:, :, 0]


def conv1d_weight_gradient(
    de: Array, h: Array, w_shape: tuple[int, ...], ends: tuple[int, int], stride: int, padding_value: float = 0.0
) -> Array:
    """dw[p,c,d] = sum_{n,t} de[n,t,d] hp[n, t s + P-1-p, c]"""
    shape = (w_shape[0], 1, *w_shape[1:])
    return conv2d_weight_gradient(de[:, :, None], _framed(h, ends, padding_value), shape, NONE, (stride, 1))[:, 0]


def conv1d_input_gradient(de: Array, w: Array, h_shape: tuple[int, ...], ends: tuple[int, int], stride: int) -> Array:
    """dh[n,i,c] = sum_{t,d} w[p,c,d] de[n,t,d],   p = t s + P-1 - (i + before)"""
    samples, frames, channels = h_shape
    shape = (samples, frames + sum(ends), 1, channels)
    dhp = conv2d_input_gradient(de[:, :, None], w[:, None], shape, NONE, (stride, 1))[:, :, 0]
    return dhp[:, ends[0] : ends[0] + frames]


def conv1d_bias_gradient(de: Array, b_shape: tuple[int, ...]) -> Array:
    """db: de (N, T', D) summed over everything that shares the bias; b_shape (D,) or (T', D)."""
    return _sum(de, 0 if len(b_shape) == 2 else (0, 1))


def sum_over_time(h: Array, w: Array, b: Array) -> tuple[Array, Array]:
    """e[n,c] = b[c] + w[c] sum_t h[n,t,c], and the sum."""
    total = h.sum(axis=1)
    return b + w * total, total


def sum_over_time_backward(
    de: Array, total: Array, w: Array, frames: int, need_input: bool = True
) -> tuple[Array | None, Array, Array]:
    """dh[n,t,c] = w[c] de[n,c] for every t (None if not needed), dw = sum_n de total, db = sum_n de."""
    dh = np.repeat((de * w)[:, None], frames, axis=1) if need_input else None
    return dh, _sum(de * total, 0), _sum(de, 0)


def max_over_time(h: Array, w: Array, b: Array) -> tuple[Array, Array, Array]:
    """e[n,c] = b[c] + w[c] max_t h[n,t,c], the maximum, and the first frame that has it."""
    where = h.argmax(axis=1)
    largest = np.take_along_axis(h, where[:, None], axis=1)[:, 0]
    return b + w * largest, largest, where


def max_over_time_backward(
    de: Array, largest: Array, where: Array, w: Array, frames: int, need_input: bool = True
) -> tuple[Array | None, Array, Array]:
    """dh[n,t,c] = w[c] de[n,c] for the chosen frame, 0 elsewhere (None if not needed), dw, db."""
    dh = None
    if need_input:
        dh = np.zeros((len(de), frames, de.shape[1]), de.dtype)
        np.put_along_axis(dh, where[:, None], (de * w)[:, None], axis=1)
    return dh, _sum(de * largest, 0), _sum(de, 0)
