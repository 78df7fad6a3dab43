"""The fully-connected layer, forward beside backward (lecture topic 15)."""

import numpy as np

from cnnlab import arguments
from cnnlab.loops.kernels.convolution import product


def dense(h, w, b=None):
    """e[n,d] = b[d] + sum_c w[c,d] h[n,c].  h (N, C), w (C, D), b (D,) or None -> e (N, D).

    Raises TypeError for anything but float32 or float64 arrays of one dtype, ValueError for shapes that do not fit.
    """
    h, w = _checked(h, w)
    b = None if b is None else arguments.array("b", b)
    arguments.same_dtype(h=h, w=w, b=b)
    if b is not None:
        arguments.shape("b", b, w.shape[1:], "one bias per output")
    e = np.empty((len(h), w.shape[1]), h.dtype)
    product(h, w, e, b)
    return e


def _checked(h, w):
    """h and w as arrays that can be multiplied."""
    h = arguments.array("h", h, 2, "(N, C)")
    w = arguments.array("w", w, 2, "(C, D)")
    if h.shape[1] != w.shape[0]:
        raise ValueError(f"h and w must agree in C: h has {h.shape[1]} inputs per sample, w has {w.shape[0]} rows")
    return h, w


def dense_backward(de, h, w, need_input=True):
    """dL/dh (N, C) (None if not needed), dL/dw (C, D) and dL/db (D,) of `dense`; de (N, D).  The transpose does it:
    topic 15.  Raises TypeError and ValueError as `dense`.
    """
    de = arguments.array("de", de, 2, "(N, D)")
    h, w = _checked(h, w)
    arguments.same_dtype(de=de, h=h, w=w)
    arguments.same_batch(de=de, h=h)
    arguments.shape("de", de, (len(h), w.shape[1]), "the shape of e")
    dh, dw = np.empty_like(h, order="C") if need_input else None, np.empty_like(w, order="C")
    if need_input:
        product(de, w.T, dh)
    product(h.T, de, dw)
    return dh, dw, de.sum(axis=0)
