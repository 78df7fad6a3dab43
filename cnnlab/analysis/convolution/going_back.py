"""dL/dh of a convolution, number by number: where an error goes, what a pixel collects (lecture topics 12 to 15).

The engine's own is `Convolution.dh`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cnnlab import ops
from cnnlab.analysis.convolution.terms import Convolution, dilated, inside
from cnnlab.types import Array


class Footprint(NamedTuple):
    """Where one error dL/de[m, n, d] goes in channel c of dL/dh.

    Attributes
    ----------
    terms : (K, 4) whole numbers
        Rows (p, q, i, j): through weight w[p, q] to pixel dL/dh[i, j].
    weights, share : (H, W)
        The weight that leads to each pixel, and what arrives there from this error alone; NaN where nothing does.
    """

    terms: Array
    weights: Array
    share: Array


class Collection(NamedTuple):
    """What makes one number dL/dh[i, j, c], read as a convolution with the flipped kernel.

    Attributes
    ----------
    dilated : (H'', W'', D)
        dL/de with zeros put in between and around.
    corner : (int, int)
        Row and column of `dilated`, counted from the first error, where the window begins.
    products : (P, Q, D)
        Window times w[:, :, c] as it is: the two flips cancel.
    sums : (D,)
        The products added up, channel by channel.
    """

    dilated: Array
    corner: tuple[int, int]
    products: Array
    sums: Array


def reached(conv: Convolution, m: int, n: int, h_shape: Sequence[int]) -> Array:
    """Where dL/de[m, n] goes, and with which weight: `Convolution.terms`, but only pixels inside of h.

    Parameters
    ----------
    conv : Convolution
    m, n : int
        Row and column of dL/de.
    h_shape : (H, W, C)
        Of the image.

    Returns
    -------
    terms : (K, 4) whole numbers
        Rows (p, q, i, j): through w[p, q] to dL/dh[i, j].
    """
    found = conv.terms(m, n)
    return found[inside(found[:, 2:], h_shape)]


def ways(conv: Convolution, e_shape: Sequence[int], h_shape: Sequence[int]) -> Array:
    """Which dL/de goes to which dL/dh: `reached` from every error.

    Parameters
    ----------
    conv : Convolution
    e_shape : (H', W', D)
        Of dL/de.
    h_shape : (H, W, C)
        Of the image.

    Returns
    -------
    ways : (K, 4) whole numbers
        Rows (m, n, i, j): from dL/de[m, n] to dL/dh[i, j].
    """
    m, n, p, q = np.indices((*e_shape[:2], *conv.w.shape[:2])).reshape(4, -1)
    found = np.stack([m, n, conv.lag(m, 0) - p, conv.lag(n, 1) - q], axis=1)
    return found[inside(found[:, 2:], h_shape)]


def collected(conv: Convolution, i: int, j: int, e_shape: Sequence[int]) -> Array:
    """Which dL/de make dL/dh[i, j], and with which weights.

    Parameters
    ----------
    conv : Convolution
    i, j : int
        Row and column of dL/dh.
    e_shape : (H', W', D)
        Of dL/de.

    Returns
    -------
    terms : (K, 4) whole numbers
        Rows (p, q, m, n): weight w[p, q] with dL/de[m, n].
    """
    rows, columns = conv.w.shape[:2]
    (top, _), (left, _) = conv.border
    p, q = (grid.ravel() for grid in np.indices((rows, columns)))
    m, m_rest = np.divmod(i + top - (rows - 1) + p, conv.stride[0])
    n, n_rest = np.divmod(j + left - (columns - 1) + q, conv.stride[1])
    found = np.stack([p, q, m, n], axis=1)
    return found[(m_rest == 0) & (n_rest == 0) & inside(found[:, 2:], e_shape)]


def footprint(conv: Convolution, de: Array, at: tuple[int, int, int], c: int, h_shape: Sequence[int]) -> Footprint:
    """Where one error goes.

    Parameters
    ----------
    conv : Convolution
    de : (H', W', D)
        dL/de.
    at : (m, n, d)
        Row, column and channel of the error.
    c : int
        Channel of dL/dh.
    h_shape : (H, W, C)
        Of the image.

    Returns
    -------
    found : Footprint
        Terms, weights and what arrives.

    Source
    ------
    Lecture topic 12.
    """
    (m, n, d), terms = at, reached(conv, *at[:2], h_shape)
    alone = np.zeros_like(de)
    alone[m, n, d] = de[m, n, d]
    arrives = conv.dh(alone, h_shape)[:, :, c]
    weights, share = np.full(arrives.shape, np.nan), np.full(arrives.shape, np.nan)
    p, q, i, j = terms.T
    weights[i, j], share[i, j] = conv.used[p, q, c, d], arrives[i, j]
    return Footprint(terms, weights, share)


def collection(conv: Convolution, de: Array, i: int, j: int, c: int) -> Collection:
    """How dL/dh[i, j, c] comes about.

    Parameters
    ----------
    conv : Convolution
    de : (H', W', D)
        dL/de.
    i, j, c : int
        Row, column and channel of dL/dh.

    Returns
    -------
    found : Collection
        Errors with zeros put in, products, sums.

    Source
    ------
    Lecture topics 13 and 14.
    """
    (rows, columns), ((top, _), (left, _)) = conv.w.shape[:2], conv.border
    z = dilated(conv, de, around=True)
    # a stride may leave the last rows and columns of h without a window: nothing is collected there
    window = np.zeros((rows, columns, de.shape[2]))
    part = z[i + top : i + top + rows, j + left : j + left + columns]
    window[: part.shape[0], : part.shape[1]] = part
    products = window * conv.used[:, :, c]
    corner = i + top - (rows - 1), j + left - (columns - 1)
    return Collection(z, corner, products, products.sum(axis=(0, 1)))


def dh_by_convolution(conv: Convolution, de: Array, h_shape: Sequence[int]) -> Array:
    """dL/dh once more: the CONVOLUTION of the flipped kernel with dL/de.

    Parameters
    ----------
    conv : Convolution
    de : (H', W', D)
        dL/de.
    h_shape : (H, W, C)
        Of the image.

    Returns
    -------
    dh : (H, W, C)
        dL/dh.

    Source
    ------
    Lecture topic 13.
    """
    (top, _), (left, _) = conv.border
    dhp = ops.conv2d(dilated(conv, de, around=True)[None], conv.flipped)[0]
    dh = np.zeros(tuple(h_shape))
    part = dhp[top : top + h_shape[0], left : left + h_shape[1]]
    dh[: part.shape[0], : part.shape[1]] = part  # a stride may leave the last rows and columns without a window
    return dh


def dh_by_difference(
    conv: Convolution, de: Array, h_shape: Sequence[int], at: tuple[int, int, int], step: float = 0.5
) -> float:
    """One number of dL/dh from the forward pass alone, as a central difference.

    L = sum of dL/de times e is linear in h, so any step is exact.

    Parameters
    ----------
    conv : Convolution
    de : (H', W', D)
        dL/de.
    h_shape : (H, W, C)
        Of the image.
    at : (i, j, c)
        Row, column and channel of the pixel.
    step : float
        By how much it changes.

    Returns
    -------
    slope : float
        dL/dh[at].
    """
    h = np.zeros(tuple(h_shape))
    h[at] = step
    return float((de * (conv.e(h) - conv.e(-h))).sum() / (2 * step))


def matrix(conv: Convolution, h_shape: Sequence[int]) -> Array:
    """The convolution as a matrix: e = W h, both written as columns of numbers, channels fastest.

    Parameters
    ----------
    conv : Convolution
        Its bias does not count.
    h_shape : (H, W, C)
        Of the image.

    Returns
    -------
    W : (H' W' D, H W C)
        Its transpose leads back: dL/dh = W' dL/de.

    Source
    ------
    Lecture topic 15.
    """
    return ops.conv2d_matrix(conv.w, tuple(h_shape), **conv.options)


def matrix_misses(conv: Convolution, w: Array, h: Array, de: Array) -> float:
    """By how much the products with a matrix differ at most from what the loops compute.

    Parameters
    ----------
    conv : Convolution
        Without a bias.
    w : (H' W' D, H W C)
        The matrix W.
    h : (H, W, C)
        An image, for W h against e.
    de : (H', W', D)
        Errors dL/de, for W' dL/de against dL/dh.

    Returns
    -------
    far : float
        The largest difference.
    """
    forward = ops.dense(h.reshape(1, -1), np.ascontiguousarray(w.T), np.zeros(len(w)))
    backward = ops.dense(de.reshape(1, -1), np.ascontiguousarray(w), np.zeros(w.shape[1]))
    e, dh = conv.e(h), conv.dh(de, h.shape)
    return float(max(np.abs(forward.ravel() - e.ravel()).max(), np.abs(backward.ravel() - dh.ravel()).max()))
