"""The fully-connected layer, forward beside backward; `cnnlab.ops.dense` checks and explains."""

import numpy as np

from cnnlab.loops.runtime.processor import MISSING
from cnnlab.ops.unchecked.sums import total
from cnnlab.types import Array

if MISSING:
    from cnnlab.ops.plain.convolution import product
else:
    from cnnlab.loops.kernels.convolution import product


def dense(h: Array, w: Array, b: Array | None = None) -> Array:
    """e[n,d] = b[d] + sum_c w[c,d] h[n,c]"""
    e = np.empty((len(h), w.shape[1]), h.dtype)
    product(h, w, e, b)
    return e


def dense_backward(de: Array, h: Array, w: Array, need_input: bool = True) -> tuple[Array | None, Array, Array]:
    """dh = de w^T (None if not needed), dw = h^T de, db = the sum of de over the batch."""
    dh, dw = dense_input_gradient(de, h, w) if need_input else None, np.empty_like(w, order="C")
    product(h.T, de, dw)
    return dh, dw, total(de, 0)


def dense_input_gradient(de: Array, h: Array, w: Array) -> Array:
    """dh = de w^T."""
    dh = np.empty_like(h, order="C")
    product(de, w.T, dh)
    return dh
