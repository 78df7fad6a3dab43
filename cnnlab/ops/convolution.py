"""Convolution, forward beside backward: true convolution as in the lecture (topics 8 to 17), channel-last.

Libraries differ: PyTorch's conv2d computes the correlation (no flip) on channel-first arrays with the kernel as
(D, C, P, Q), so its weight is w[::-1, ::-1].transpose(3, 2, 0, 1); scipy.signal.convolve flips as we do, but has no
channels.
"""

import numpy as np

from cnnlab import arguments
from cnnlab.loops.kernels import convolution as loops


def pads(size, padding):
    """(before, after): how many values padding adds on each side of an axis, for a kernel of `size` along it.

    "valid" : none.  "full" : size - 1 on each side.  "same" : size // 2 before and (size - 1) // 2 after, as the "same"
    of scipy.signal.  A whole number p : p on each side.  A pair (before, after) : as it says.
    """
    if isinstance(padding, str):
        arguments.one_of("padding", padding, ("valid", "same", "full"))
        return {"valid": (0, 0), "full": (size - 1, size - 1), "same": (size // 2, (size - 1) // 2)}[padding]
    return arguments.pair("padding", padding, at_least=0)


def conv2d_output_shape(h_shape, w_shape, padding="valid", stride=1):
    """Shape of e for h (N, H, W, C) and w (P, Q, C, D): (N, (H + pads - P) // s + 1, (W + pads - Q) // t + 1, D).

    Raises ValueError if the kernel is larger than the padded image, or the channels do not match.
    """
    (n, height, width, channels), (rows, columns, inputs, outputs) = h_shape, w_shape
    if channels != inputs:
        raise ValueError(
            f"w must have as many input channels as h: h has {channels} (its last axis), w has {inputs} (its third "
            f"axis)"
        )
    sides = []
    for side, size, step, name in zip(
        (height, width), (rows, columns), arguments.pair("stride", stride), ("high", "wide"), strict=True
    ):
        padded = side + sum(pads(size, padding))
        if size > padded:
            raise ValueError(
                f"w must fit into the image: the kernel is {size} pixels {name}, the image with its padding {padded}"
            )
        sides.append((padded - size) // step + 1)
    return (n, *sides, outputs)


def pad(h, kernel_shape, padding, padding_value=0.0):
    """h (N, H, W, C) with its border of `padding_value`, C-contiguous; kernel_shape is (P, Q, ...)."""
    (top, bottom), (left, right) = pads(kernel_shape[0], padding), pads(kernel_shape[1], padding)
    if not (top or bottom or left or right):
        return np.ascontiguousarray(h)
    n, height, width, channels = h.shape
    hp = np.full((n, height + top + bottom, width + left + right, channels), padding_value, dtype=h.dtype)
    hp[:, top : top + height, left : left + width] = h
    return hp


def _filled(h, kernel_shape, padding, padding_value):
    """First and end of the rows, and of the columns, of the padded h that can hold anything but zeros."""
    found = []
    for axis in range(2):
        (before, after), side = pads(kernel_shape[axis], padding), h.shape[1 + axis]
        found += [0, before + side + after] if padding_value else [before, before + side]
    return tuple(found)


def connected(w, connections):
    """w (P, Q, C, D) with the kernels outside of the table `connections` (C, D) set to zero; None means all are
    connected.
    """
    return w if connections is None else w * table(connections, w.shape)


def table(connections, w_shape):
    """The table as a bool array (C, D), checked."""
    result = np.asarray(connections)
    if result.dtype != bool or result.shape != tuple(w_shape[2:]):
        raise ValueError(
            f"connections must be a table of True and False of shape (C, D) = {tuple(w_shape[2:])}; "
            f"got {result.dtype}, shape {result.shape}"
        )
    return result


def conv2d(h, w, b=None, *, padding="valid", stride=1, padding_value=0.0, connections=None):
    """Excitation of a convolutional layer (topic 8):

        e[n,m,k,d] = b[d] + sum_{p,q,c} w[p,q,c,d] hp[n, m s + P-1-p, k s + Q-1-q, c],   hp = h with its border.

    h (N, H, W, C), w (P, Q, C, D), b (D,) or one bias per unit (H', W', D) or None -> e (N, H', W', D), in h's dtype.
    padding : "valid", "same", "full", or pixels per side, see `pads`.  stride : one number or (rows, columns).
    connections : bool (C, D), which input channel feeds which output channel.  Raises TypeError for anything but
        float32 or float64 arrays of one dtype, ValueError for shapes that do not fit.
    """
    h = arguments.array("h", h, 4, "(N, H, W, C)")
    w = arguments.array("w", w, 4, "(P, Q, C, D)")
    shape = conv2d_output_shape(h.shape, w.shape, padding, stride)
    e = np.empty(shape, dtype=h.dtype)
    if b is not None:
        b = arguments.array("b", b)
        if b.shape not in (shape[3:], shape[1:]):
            raise ValueError(
                f"b must have shape {shape[3:]} (one per map) or {shape[1:]} (one per unit); got {b.shape}"
            )
    arguments.same_dtype(h=h, w=w, b=b)
    shared = b is None or b.ndim == 1
    if not shared:
        e[...] = b
    w, hp = connected(w, connections), pad(h, w.shape, padding, padding_value)
    bias = np.zeros(shape[3], h.dtype) if b is None else b if shared else None
    loops.forward(hp, w, bias, arguments.pair("stride", stride), e, filled=_filled(h, w.shape, padding, padding_value))
    return e


def conv2d_input_gradient(de, w, h_shape, *, padding="valid", stride=1, connections=None):
    """dL/dh of `conv2d` (topics 12 and 13): the correlation of dL/de with w,

        dh[n,i,j,c] = sum_{m,k,d} w[p,q,c,d] de[n,m,k,d],   p = m s + P-1 - (i + pad), q likewise.

    de (N, H', W', D), w (P, Q, C, D), h_shape (N, H, W, C) -> dh of that shape.
    """
    de = arguments.array("de", de, 4, "(N, H', W', D)")
    w = arguments.array("w", w, 4, "(P, Q, C, D)")
    arguments.same_dtype(de=de, w=w)
    arguments.shape("de", de, conv2d_output_shape(h_shape, w.shape, padding, stride), "the shape of e")
    top_left = pads(w.shape[0], padding)[0], pads(w.shape[1], padding)[0]
    dh = np.empty(h_shape, dtype=de.dtype)
    loops.input_gradient(de, connected(w, connections), arguments.pair("stride", stride), top_left, dh)
    return dh


def conv2d_weight_gradient(de, h, w_shape, *, padding="valid", stride=1, padding_value=0.0, connections=None):
    """dL/dw of `conv2d` (topics 16 and 17):

        dw[p,q,c,d] = sum_{n,m,k} de[n,m,k,d] hp[n, m s + P-1-p, k s + Q-1-q, c].

    de (N, H', W', D), h (N, H, W, C), w_shape (P, Q, C, D) -> dw of that shape, zero outside of `connections`.
    """
    de = arguments.array("de", de, 4, "(N, H', W', D)")
    h = arguments.array("h", h, 4, "(N, H, W, C)")
    arguments.same_dtype(de=de, h=h)
    arguments.shape("de", de, conv2d_output_shape(h.shape, w_shape, padding, stride), "the shape of e")
    dw = np.empty(w_shape, dtype=de.dtype)
    hp = pad(h, w_shape, padding, padding_value)
    filled = _filled(h, w_shape, padding, padding_value)
    loops.weight_gradient(hp, np.ascontiguousarray(de), arguments.pair("stride", stride), dw, filled=filled)
    return connected(dw, connections)


def conv2d_bias_gradient(de, b_shape):
    """dL/db of `conv2d`: de (N, H', W', D) summed over everything that shares the bias; b_shape (D,) or (H', W', D)."""
    de = arguments.array("de", de, 4, "(N, H', W', D)")
    if tuple(b_shape) not in (de.shape[3:], de.shape[1:]):
        raise ValueError(f"b_shape must be {de.shape[3:]} or {de.shape[1:]}; got {tuple(b_shape)}")
    return de.sum(axis=0) if len(b_shape) == 3 else de.sum(axis=(0, 1, 2))


def conv1d(h, w, b=None, *, padding="valid", stride=1, padding_value=0.0):
    """Convolution in time (topic 26): e[n,t,d] = b[d] + sum_{p,c} w[p,c,d] hp[n, t s + P-1-p, c].

    h (N, T, C), w (P, C, D), b (D,), (T', D) or None -> e (N, T', D).
    """
    h = arguments.array("h", h, 3, "(N, T, C)")
    w = arguments.array("w", w, 3, "(P, C, D)")
    b = None if b is None else np.asarray(b)
    hp = _framed(h, w.shape[0], padding, padding_value)
    per_unit = b is not None and b.ndim == 2
    e = conv2d(hp[:, :, None], w[:, None], b[:, None] if per_unit else b, stride=(stride, 1))
    return e[:, :, 0]


def _framed(h, size, padding, padding_value):
    """h (N, T, C) with its border in time."""
    before, after = pads(size, padding)
    return np.pad(h, ((0, 0), (before, after), (0, 0)), constant_values=padding_value)


def conv1d_backward(de, h, w, *, padding="valid", stride=1, padding_value=0.0, need_input=True):
    """dL/dh (N, T, C) (None if not needed) and dL/dw (P, C, D) of `conv1d`; de (N, T', D)."""
    de = arguments.array("de", de, 3, "(N, T', D)")
    before, after = pads(w.shape[0], padding)
    hp = _framed(arguments.array("h", h, 3, "(N, T, C)"), w.shape[0], padding, padding_value)[:, :, None]
    dw = conv2d_weight_gradient(de[:, :, None], hp, (w.shape[0], 1, *w.shape[1:]), stride=(stride, 1))[:, 0]
    if not need_input:
        return None, dw
    dhp = conv2d_input_gradient(de[:, :, None], w[:, None], hp.shape, stride=(stride, 1))[:, :, 0]
    return dhp[:, before : dhp.shape[1] - after], dw
