"""Contour lines in NumPy, where contourpy is missing: marching squares.

On each edge of the raster the height may pass the level once, where it lies on the straight line between two corners.
In each cell these places are joined two by two; a saddle, whose edges are passed four times, is cut as the mean of its
corners says.
"""

import numpy as np

from cnnlab.types import Array

__all__ = ["lines"]

# Edges of a cell: 0 above, 1 right, 2 below, 3 left. For the corners that are high (1 above left, 2 above right, 4
# below right, 8 below left, added up) the pairs of edges that a line joins.
JOINED = {
    1: [(3, 0)],
    2: [(0, 1)],
    3: [(3, 1)],
    4: [(1, 2)],
    6: [(0, 2)],
    7: [(3, 2)],
    8: [(2, 3)],
    9: [(0, 2)],
    11: [(1, 2)],
    12: [(1, 3)],
    13: [(0, 1)],
    14: [(3, 0)],
}
SADDLES = {(5, True): [(0, 1), (2, 3)], (5, False): [(3, 0), (1, 2)]}  # the middle is high, or it is not
SADDLES |= {(10, True): [(3, 0), (1, 2)], (10, False): [(0, 1), (2, 3)]}


def lines(x: Array, y: Array, height: Array, level: float) -> list[Array]:
    """The contour lines of one level.

    Parameters
    ----------
    x : (W,) float64
        Of the columns.
    y : (H,) float64
        Of the rows.
    height : (H, W) float64
        At the crossings of rows and columns.
    level : float
        Of the lines.

    Returns
    -------
    lines : list of (n, 2) float64
        Each a chain of places (x, y); a closed one ends where it begins.
    """
    rows, columns = height.shape
    high = height > level
    corners = high[:-1, :-1] + 2 * high[:-1, 1:] + 4 * high[1:, 1:] + 8 * high[1:, :-1]
    middle = (height[:-1, :-1] + height[:-1, 1:] + height[1:, 1:] + height[1:, :-1]) / 4 > level
    joined: dict[int, list[int]] = {}  # every edge that is passed, and the one or two to which the line goes on from it
    for m, k in zip(*(found.tolist() for found in np.nonzero((corners > 0) & (corners < 15))), strict=True):
        edges = _edge(m, k, rows, columns)
        case = int(corners[m, k])
        for one, other in JOINED.get(case) or SADDLES[case, bool(middle[m, k])]:
            joined.setdefault(edges[one], []).append(edges[other])
            joined.setdefault(edges[other], []).append(edges[one])
    return [_places(np.array(chain), x, y, height, level) for chain in _chains(joined)]


def _edge(m: int, k: int, rows: int, columns: int) -> tuple[int, int, int, int]:
    """The numbers of the four edges of a cell: first those that lie, row by row, then those that stand."""
    lying, standing = m * (columns - 1) + k, rows * (columns - 1) + m * columns + k
    return lying, standing + 1, lying + columns - 1, standing


def _chains(joined: dict[int, list[int]]) -> list[list[int]]:
    """Edges one after the other along each line: first the lines with two ends, then the closed ones."""
    chains, seen = [], set()
    for start in sorted(joined, key=lambda edge: len(joined[edge])):
        if start in seen:
            continue
        chain, closed = [start], len(joined[start]) == 2
        seen.add(start)
        while True:
            following = next((edge for edge in joined[chain[-1]] if edge not in seen), None)
            if following is None:
                break
            chain.append(following)
            seen.add(following)
        chains.append([*chain, start] if closed else chain)
    return chains


def _places(edges: Array, x: Array, y: Array, height: Array, level: float) -> Array:
    """Where the height passes the level on each of these edges."""
    rows, columns = height.shape
    lies = edges < rows * (columns - 1)
    standing = edges - rows * (columns - 1)
    m = np.where(lies, edges // (columns - 1), standing // columns)
    k = np.where(lies, edges % (columns - 1), standing % columns)
    m_next, k_next = m + ~lies, k + lies
    before, behind = height[m, k], height[m_next, k_next]
    share = (level - before) / (behind - before)
    return np.stack([x[k] + share * (x[k_next] - x[k]), y[m] + share * (y[m_next] - y[m])], axis=1)
