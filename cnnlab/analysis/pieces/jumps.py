"""Functions of one number that jump: where they do, and how a line shows it upright."""

from collections.abc import Callable

import numpy as np

from cnnlab.types import Array, ArrayLike

__all__ = ["jumps", "upright"]

HALVINGS = 60  # of an interval, until its ends are neighbours among the numbers of a computer
SURE = 12  # halvings after which a jump can be told from a slope: an interval is 1e-6 of the range then
LEAST = 1e-3  # of the range of the function: what is smaller is no jump


def jumps(function: Callable[[Array], ArrayLike], reach: float, cells: int = 241) -> Array:
    """The places where a function jumps, found by halving every interval in which it changes much.

    Parameters
    ----------
    function : function
        Of x, an array.
    reach : float
        From x = -reach to reach.
    cells : int
        Points at even distances; of several jumps between two of them the largest is found.

    Returns
    -------
    (m, 2) float64
        The last number before each jump, and the first behind it; ascending.
    """
    x = np.linspace(-reach, reach, cells)
    t = np.asarray(function(x), dtype=float)
    least = LEAST * (float(np.ptp(t)) or 1.0)
    chosen = np.flatnonzero(np.abs(np.diff(t)) > least)
    low, high, at_low, at_high = x[chosen], x[chosen + 1], t[chosen], t[chosen + 1]
    for halving in range(HALVINGS if len(chosen) else 0):
        middle = (low + high) / 2
        there = np.asarray(function(middle), dtype=float)
        left = np.abs(there - at_low) >= np.abs(at_high - there)
        low, at_low = np.where(left, low, middle), np.where(left, at_low, there)
        high, at_high = np.where(left, middle, high), np.where(left, there, at_high)
        if halving == SURE:  # what was steep, and is smooth, is let go: of most functions that is all
            steep = np.abs(at_high - at_low) > least / 2
            low, high, at_low, at_high = low[steep], high[steep], at_low[steep], at_high[steep]
            if not len(low):
                break
    kept = np.abs(at_high - at_low) > least
    return np.column_stack([low[kept], high[kept]])


def upright(function: Callable[[Array], ArrayLike], reach: float, cells: int = 241) -> tuple[Array, Array]:
    """A function as a line shows it: points at even distances, and both sides of every jump.

    Parameters
    ----------
    function : function
        Of x, an array.
    reach : float
        From x = -reach to reach.
    cells : int
        Points at even distances.

    Returns
    -------
    x, t : (n,) float64
        Ascending x; at a jump two neighbouring numbers, so that the line stands upright there.
    """
    x = np.sort(np.concatenate([np.linspace(-reach, reach, cells), jumps(function, reach, cells).ravel()]))
    return x, np.asarray(function(x), dtype=float)
