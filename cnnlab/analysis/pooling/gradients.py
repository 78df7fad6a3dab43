"""Gradients of max pooling written by hand, one right and three that many tests let pass (lecture topic 24)."""

from collections.abc import Callable

import numpy as np

from cnnlab.types import Array

__all__ = ["ALL_TIES", "GRADIENTS", "NO_GATE", "OVERWRITTEN", "RIGHT", "Gradient", "max_pool_gradient", "routed"]

Gradient = Callable[[Array, Array, int, int], Array]
"""(e, dh, M, stride) -> dL/de, as learners write it."""

RIGHT, OVERWRITTEN, ALL_TIES, NO_GATE = "right", "= for +=", "all ties", "no gate"


def max_pool_gradient(e: Array, dh: Array, M: int, stride: int) -> Array:
    """dL/de of rectified max pooling: all to the first maximum of each window, if it is above zero; overlaps add up.

    Parameters
    ----------
    e : (H, W)
        Excitation map.
    dh : (H', W')
        dL/dh.
    M, stride : int
        Side of a window, and from one window to the next.

    Returns
    -------
    de : (H, W)
        dL/de.

    Source
    ------
    Lecture topic 24.
    """
    de = np.zeros_like(e)
    for m in range(dh.shape[0]):
        for n in range(dh.shape[1]):
            window = e[m * stride : m * stride + M, n * stride : n * stride + M]
            i, j = np.unravel_index(np.argmax(window), window.shape)
            if window[i, j] > 0:
                de[m * stride + i, n * stride + j] += dh[m, n]
    return de


def routed(give: Callable[[Array, float], Array], gate: bool = True, add: bool = True) -> Gradient:
    """A gradient of max pooling with something changed.

    Parameters
    ----------
    give : function
        (window, dL/dh) -> what each pixel of the window gets.
    gate : bool
        Whether a window with nothing above zero gets nothing.
    add : bool
        Whether what a pixel gets from several windows adds up; else the last one overwrites the others.

    Returns
    -------
    gradient : function
        Of (e, dh, M, stride).
    """

    def wrong(e: Array, dh: Array, M: int, stride: int) -> Array:
        de = np.zeros_like(e)
        for m, n in np.ndindex(*dh.shape):
            part = slice(m * stride, m * stride + M), slice(n * stride, n * stride + M)
            share = give(e[part], float(dh[m, n])) if not gate or e[part].max() > 0 else np.zeros((M, M))
            de[part] = de[part] + share if add else np.where(share != 0, share, de[part])
        return de

    return wrong


def first(window: Array, value: float) -> Array:
    """All to the first maximum in reading order.

    Parameters
    ----------
    window : (M, M)
        Of e.
    value : float
        dL/dh.

    Returns
    -------
    share : (M, M)
    """
    share = np.zeros(window.shape)
    share[np.unravel_index(np.argmax(window), window.shape)] = value
    return share


def ties(window: Array, value: float) -> Array:
    """All to every maximum.

    Parameters
    ----------
    window : (M, M)
        Of e.
    value : float
        dL/dh.

    Returns
    -------
    share : (M, M)
    """
    return value * (window == window.max())


GRADIENTS: dict[str, Gradient] = {
    RIGHT: max_pool_gradient,
    OVERWRITTEN: routed(first, add=False),
    ALL_TIES: routed(ties),
    NO_GATE: routed(first, gate=False),
}
