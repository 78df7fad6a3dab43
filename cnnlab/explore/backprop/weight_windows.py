"""The weight gradient of a convolution, read three ways: a sum over shifted windows, a correlation, and a convolution
with the flipped h (lecture topics 16 and 17).  The engine's own is `Convolution.dw`.
"""

import numpy as np

from cnnlab import ops


def met(conv, e_shape, p, q):
    """Which pixels weight w[p, q] meets: their rows and columns in h, one for each row and column of e.

    Pixels outside of h lie in its border.  e[m, n] meets h[rows[m], columns[n]].
    """
    (top, _), (left, _) = conv.border
    rows = np.arange(e_shape[0]) * conv.stride[0] + conv.w.shape[0] - 1 - p - top
    columns = np.arange(e_shape[1]) * conv.stride[1] + conv.w.shape[1] - 1 - q - left
    return rows, columns


def apart(conv, de):
    """dL/de (H', W', D) with stride - 1 zeros put between its pixels."""
    (s, t), (rows, columns, filters) = conv.stride, de.shape
    z = np.zeros(((rows - 1) * s + 1, (columns - 1) * t + 1, filters))
    z[::s, ::t] = de
    return z


def slid_over(conv, de, h, flip):
    """The map over which dL/de slides in a convolution: h with its border, as far as the kernel came; turned or not."""
    rows, columns = (side + k - 1 for side, k in zip(apart(conv, de).shape, conv.w.shape[:2], strict=False))
    hp = conv.padded(h)[:rows, :columns]
    return np.ascontiguousarray(hp[::-1, ::-1] if flip else hp)


def dw_by_convolution(conv, de, h, flip=True):
    """dL/dw (P, Q, C, D) once more: the CONVOLUTION of dL/de with the flipped h.

    flip=False leaves h as it is: the wrong numbers that the lecture's one line gives when it is read literally.
    """
    g = slid_over(conv, de, h, flip).transpose(2, 0, 1)[..., None]
    dw = ops.conv2d(np.ascontiguousarray(g), apart(conv, de)[:, :, None, :])
    return np.ascontiguousarray(dw.transpose(1, 2, 0, 3)) * connected(conv)


def dw_by_correlation(conv, de, h):
    """The correlation of h with dL/de, nothing flipped, (P, Q, C, D): dL/dw turned round, as frameworks count w."""
    z = np.ascontiguousarray(apart(conv, de)[::-1, ::-1])
    g = slid_over(conv, de, h, False).transpose(2, 0, 1)[..., None]
    dw = ops.conv2d(np.ascontiguousarray(g), z[:, :, None, :])
    return np.ascontiguousarray(dw.transpose(1, 2, 0, 3)) * connected(conv)


def connected(conv):
    """1.0, or which input channel feeds which output channel, (C, D)."""
    return 1.0 if conv.connections is None else conv.connections
