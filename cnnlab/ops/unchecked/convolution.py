"""Convolution in two dimensions, forward beside backward; `cnnlab.ops.convolution` checks and explains."""

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from cnnlab.loops.runtime.processor import MISSING
from cnnlab.ops.unchecked.sums import total
from cnnlab.types import Array

if TYPE_CHECKING or not MISSING:
    from cnnlab.loops.kernels import convolution as loops
else:
    from cnnlab.ops.plain import convolution as loops

Border: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
"""How much lies around an image: ((above, below), (before, behind))."""


def pad(h: Array, border: Border, padding_value: float = 0.0) -> Array:
    """h (N, H, W, C) with its border of `padding_value`, C-contiguous."""
    (top, bottom), (left, right) = border
    if not (top or bottom or left or right):
        return np.ascontiguousarray(h)
    n, height, width, channels = h.shape
    hp = np.full((n, height + top + bottom, width + left + right, channels), padding_value, dtype=h.dtype)
    hp[:, top : top + height, left : left + width] = h
    return hp


def _ready(h: Array) -> Array:
    """h as loops take it: contiguous; what cannot be written to is copied, for they are compiled for what can be."""
    return np.require(h, requirements=("C", "W"))


def connected(w: Array, connections: Array | None) -> Array:
    """w (P, Q, C, D) with the kernels outside of the table `connections` (C, D) set to zero; None: all connected."""
    return w if connections is None else w * connections


def _frame(h: Array, border: Border) -> tuple[int, int, int, int]:
    """All rows and columns of hp: for loops that shall not leave its border of zeros out."""
    return 0, h.shape[1] + sum(border[0]), 0, h.shape[2] + sum(border[1])


def conv2d(
    h: Array,
    w: Array,
    b: Array | None,
    border: Border,
    stride: tuple[int, int],
    padding_value: float = 0.0,
    connections: Array | None = None,
) -> Array:
    """e[n,m,k,d] = b[d] + sum_{p,q,c} w[p,q,c,d] hp[n, m s + P-1-p, k t + Q-1-q, c], b (D,), (H', W', D) or None."""
    sides = ((h.shape[1 + k] + sum(border[k]) - w.shape[k]) // stride[k] + 1 for k in range(2))
    e = np.empty((len(h), *sides, w.shape[3]), dtype=h.dtype)
    shared = b is None or b.ndim == 1
    if not shared:
        e[...] = b
    bias = np.zeros(w.shape[3], h.dtype) if b is None else b if shared else None
    w = connected(w, connections)
    options: dict[str, Any] = {"border": border, "value": padding_value, "connections": connections}
    # 0 x NaN and 0 x infinity are NaN: then zeros around h count, too
    filled = None if np.isfinite(w).all() else _frame(h, border)
    loops.forward(_ready(h), w, bias, stride, e, filled=filled, **options)
    return e


def conv2d_input_gradient(
    de: Array,
    w: Array,
    h_shape: tuple[int, ...],
    border: Border,
    stride: tuple[int, int],
    connections: Array | None = None,
) -> Array:
    """dh[n,i,j,c] = sum_{m,k,d} w[p,q,c,d] de[n,m,k,d],   p = m s + P-1 - (i + above), q likewise."""
    dh = np.empty(h_shape, dtype=de.dtype)
    top_left = border[0][0], border[1][0]
    loops.input_gradient(_ready(de), connected(w, connections), stride, top_left, dh, connections)
    return dh


def conv2d_weight_gradient(
    de: Array,
    h: Array,
    w_shape: tuple[int, ...],
    border: Border,
    stride: tuple[int, int],
    padding_value: float = 0.0,
    connections: Array | None = None,
) -> Array:
    """dw[p,q,c,d] = sum_{n,m,k} de[n,m,k,d] hp[n, m s + P-1-p, k t + Q-1-q, c], zero outside of `connections`."""
    dw = np.empty(w_shape, dtype=de.dtype)
    options: dict[str, Any] = {"border": border, "value": padding_value, "connections": connections}
    blind = any(max(border[k]) >= w_shape[k] for k in range(2))  # windows that see nothing of h but zeros around it
    if not blind:
        loops.weight_gradient(_ready(h), _ready(de), stride, dw, **options)
    if blind or not np.isfinite(dw).all():  # whatever in de made it so meets the zeros around h, too
        loops.weight_gradient(_ready(h), _ready(de), stride, dw, filled=_frame(h, border), **options)
    return connected(dw, connections)


def conv2d_bias_gradient(de: Array, b_shape: tuple[int, ...]) -> Array:
    """db: de (N, H', W', D) summed over everything that shares the bias; b_shape (D,) or (H', W', D)."""
    return total(de, 0 if len(b_shape) == 3 else (0, 1, 2))
