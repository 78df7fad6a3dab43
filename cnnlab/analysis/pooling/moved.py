"""What a pooled map keeps of a feature that moves, over all places at which it can begin (lecture topics 20 to 25)."""

import numpy as np

from cnnlab import ops
from cnnlab.types import Array

__all__ = ["changed", "changed_anywhere"]


def changed(before: Array, after: Array) -> float:
    """How much of a map is another one: 0 where nothing has changed, 1 where they have nothing in common.

    Parameters
    ----------
    before, after : arrays of one shape
        Numbers that are not negative, or they cancel.

    Returns
    -------
    share : float
        sum |after - before| / sum (|before| + |after|); 0 where both are empty.
    """
    whole = float((np.abs(before) + np.abs(after)).sum())
    return float(np.abs(after - before).sum()) / whole if whole else 0.0


def changed_anywhere(feature: Array, mode: str, size: int, move: tuple[int, int], rectify: bool = True) -> float:
    """As `changed`, over all the ways in which a feature can lie in the windows, taken together.

    Parameters
    ----------
    feature : (P, Q)
        What lies on an empty map, large enough that nothing is cut off.
    mode : str
        "max", "average" or "decimation".
    size : int
        Side of the windows, which lie side by side: there are size x size places to begin at.
    move : (int, int)
        Down and to the right.
    rectify : bool
        ReLU inside.

    Returns
    -------
    share : float
        Sums over all places, divided.
    """
    rows, columns = feature.shape
    reach = max(abs(move[0]), abs(move[1]))
    side = max(rows, columns) + 2 * reach + 2 * size
    maps = np.zeros((2, size * size, side + size, side + size))
    for place, (top, left) in enumerate(np.ndindex(size, size)):
        for one, (down, right) in enumerate(((0, 0), move)):
            i, j = reach + top + down, reach + left + right
            maps[one, place, i : i + rows, j : j + columns] = feature
    batch = maps.reshape(-1, *maps.shape[2:], 1)
    if mode == "max":
        h = ops.max_pool2d(batch, size, rectify=rectify)[0]
    elif mode == "average":
        h = ops.average_pool2d(batch, size, rectify=rectify)
    else:
        h = ops.decimate2d(batch, size, rectify=rectify, size=size)
    before, after = h.reshape(2, size * size, *h.shape[1:])
    return changed(before, after)
