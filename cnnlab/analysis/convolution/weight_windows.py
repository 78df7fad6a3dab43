"""The weight gradient of a convolution, read three ways: a sum over shifted windows, a correlation, and a convolution
with the flipped h (lecture topics 16 and 17).  The engine's own is `Convolution.dw`.
"""

from collections.abc import Sequence

import numpy as np

from cnnlab import ops
from cnnlab.analysis.convolution.terms import Convolution, dilated
from cnnlab.types import Array


def input_indices(conv: Convolution, e_shape: Sequence[int], p: int, q: int) -> tuple[Array, Array]:
    """Which inputs weight w[p, q] is multiplied by: for e[m, n] that is h[rows[m], columns[n]].

    Parameters
    ----------
    conv : Convolution
    e_shape : (H', W', D)
        Of e.
    p, q : int
        Row and column of the weight.

    Returns
    -------
    rows : (H',) whole numbers
    columns : (W',) whole numbers
        Of h; what is outside of it lies in its border.
    """
    (top, _), (left, _) = conv.border
    rows = np.arange(e_shape[0]) * conv.stride[0] + conv.w.shape[0] - 1 - p - top
    columns = np.arange(e_shape[1]) * conv.stride[1] + conv.w.shape[1] - 1 - q - left
    return rows, columns


def slid_over(conv: Convolution, de: Array, h: Array, flip: bool) -> Array:
    """The map over which dL/de slides in a convolution: h with its border, as far as the kernel came.

    Parameters
    ----------
    conv : Convolution
    de : (H', W', D)
        dL/de.
    h : (H, W, C)
        The image.
    flip : bool
        Turn it round.

    Returns
    -------
    over : (H'', W'', C)
        Larger than dL/de with its zeros by P - 1 rows and Q - 1 columns.
    """
    rows, columns = (side + k - 1 for side, k in zip(dilated(conv, de).shape, conv.w.shape[:2], strict=False))
    hp = conv.padded(h)[:rows, :columns]
    return np.ascontiguousarray(hp[::-1, ::-1] if flip else hp)


def summed_products(conv: Convolution, de: Array, h: Array, place: tuple[int, int, int, int]) -> tuple[Array, Array]:
    """The two windows whose products the gradient of one weight sums.

    Parameters
    ----------
    conv : Convolution
    de : (H', W', D)
        dL/de.
    h : (H, W, C)
        The image.
    place : (p, q, c, d)
        Of the weight.

    Returns
    -------
    window : (H', W')
        The pixels of h, with its border, that this weight met.
    products : (H', W')
        They times dL/de[:, :, d]; 0 where channel c does not feed d.  Their sum is the gradient.
    """
    (p, q, c, d), ((top, _), (left, _)) = place, conv.border
    rows, columns = input_indices(conv, de.shape, p, q)
    window = conv.padded(h)[np.ix_(rows + top, columns + left)][:, :, c]
    return window, window * de[:, :, d] * connected(conv, c, d)


def slid_products(
    conv: Convolution, de: Array, h: Array, place: tuple[int, int, int, int], flip: bool
) -> tuple[Array, Array, Array]:
    """The same gradient as one sum of a convolution of dL/de with h.

    Parameters
    ----------
    conv : Convolution
    de : (H', W', D)
        dL/de.
    h : (H, W, C)
        The image.
    place : (p, q, c, d)
        Of the weight.
    flip : bool
        Turn h round; without it the sum is that of the forgotten flip.

    Returns
    -------
    over : (H'', W'')
        h, turned if flip, over which dL/de slides; its window begins at row p, column q.
    slid : (A, B)
        dL/de[:, :, d] turned, as it slides, with zeros in between for a stride.
    products : (A, B)
        Window times dL/de; 0 where channel c does not feed d.
    """
    p, q, c, d = place
    slid = dilated(conv, de)[::-1, ::-1, d]
    over = slid_over(conv, de, h, flip)[:, :, c]
    products = over[p : p + slid.shape[0], q : q + slid.shape[1]] * slid * connected(conv, c, d)
    return over, slid, products


def dw_by_convolution(conv: Convolution, de: Array, h: Array, flip: bool = True) -> Array:
    """dL/dw once more: the CONVOLUTION of dL/de with the flipped h.

    Parameters
    ----------
    conv : Convolution
    de : (H', W', D)
        dL/de.
    h : (H, W, C)
        The image.
    flip : bool
        False leaves h as it is: the wrong numbers that the lecture's one line gives when it is read literally.

    Returns
    -------
    dw : (P, Q, C, D)
        dL/dw.

    Source
    ------
    Lecture topic 17.
    """
    return _convolved(conv, slid_over(conv, de, h, flip), dilated(conv, de))


def dw_by_correlation(conv: Convolution, de: Array, h: Array) -> Array:
    """The correlation of h with dL/de, nothing flipped: dL/dw turned round, as frameworks count w.

    Parameters
    ----------
    conv : Convolution
    de : (H', W', D)
        dL/de.
    h : (H, W, C)
        The image.

    Returns
    -------
    dw : (P, Q, C, D)
        dL/dw[::-1, ::-1].

    Source
    ------
    Lecture topic 17.
    """
    return _convolved(conv, slid_over(conv, de, h, False), np.ascontiguousarray(dilated(conv, de)[::-1, ::-1]))


def _convolved(conv, g, z):
    """g (H'', W'', C) as C images, z (A, B, D) as D kernels: all their convolutions, (P, Q, C, D)."""
    dw = ops.conv2d(np.ascontiguousarray(g.transpose(2, 0, 1)[..., None]), z[:, :, None, :])
    dw = np.ascontiguousarray(dw.transpose(1, 2, 0, 3))
    return dw if conv.connections is None else dw * conv.connections


def dw_by_difference(
    conv: Convolution, de: Array, h: Array, place: tuple[int, int, int, int], step: float = 0.5
) -> float:
    """One number of dL/dw from the forward pass alone, as a central difference.

    L = sum of dL/de times e is linear in w, so any step is exact.

    Parameters
    ----------
    conv : Convolution
    de : (H', W', D)
        dL/de.
    h : (H, W, C)
        The image.
    place : (p, q, c, d)
        Of the weight.
    step : float
        By how much it changes.

    Returns
    -------
    slope : float
        dL/dw[place].
    """
    up, down = conv.w.copy(), conv.w.copy()
    up[place] += step
    down[place] -= step
    return float((de * (conv.but(w=up).e(h) - conv.but(w=down).e(h))).sum() / (2 * step))


def connected(conv: Convolution, c: int, d: int) -> float:
    """1 where input channel c feeds output channel d, else 0."""
    return 1.0 if conv.connections is None else float(conv.connections[c, d])
