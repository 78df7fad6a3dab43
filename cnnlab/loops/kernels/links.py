"""Which maps feed which, as links: blocks of a table of connections that are computed, and nothing outside of them.

A tile's columns are maps that lie side by side, whole vectors of them, and its sum runs over maps that lie side by
side too.  So a table is cut into runs of targets, and for each run the maps that feed any of them are gathered into
runs again: each pair of runs is a link.  Groups become links of their own.  Where a table is so mixed that a vector
of targets needs all maps together, one link is everything: then nothing can be saved.
"""

import functools
from collections import namedtuple

import numpy as np

from cnnlab.loops.kernels.tile import VECTORS
from cnnlab.loops.runtime.compiled import compiled_inside

# Maps source, source + 1, ... (`depth` of them) feed the maps target, target + 1, ... (`columns` of them).  begins,
# ends : whether it is the first, the last link to these.
Link = namedtuple("Link", "source depth target columns begins ends")

WALK = 2  # maps in a sum that take as long as beginning one for every weight of a row
NARROW = 0.7  # what a tile of one vector takes, of the time of one with two


def all_linked(depth, columns):
    """The table of links (1, 6) in which every map feeds every map."""
    return np.array([Link(0, depth, 0, columns, 1, 1)], np.int64)


@compiled_inside
def link_at(links, i):
    """Row i of a table of links."""
    return Link(links[i, 0], links[i, 1], links[i, 2], links[i, 3], links[i, 4], links[i, 5])


def links_of(connections, lanes):
    """The links (n, 6) that cover what is connected in a table (K, J) of which of K maps feed which of J, those to the
    same maps one after the other; the cheapest that there are.
    """
    return _links(connections.tobytes(), connections.shape, lanes).copy()


@functools.lru_cache(maxsize=64)
def _links(table, shape, lanes):
    table = np.frombuffer(table, bool).reshape(shape)
    maps, targets = shape
    changes = (table[:, 1:] != table[:, :-1]).any(axis=0)
    edges = [0, *(1 + np.flatnonzero(changes)), targets]  # targets between two edges are fed by the same maps
    best = [(0.0, [])] + [(np.inf, [])] * (len(edges) - 1)  # up to each edge: the least cost, and its links
    for first, start in enumerate(edges[:-1]):
        fed = np.zeros(maps, bool)
        for last, end in enumerate(edges[first + 1 :], first + 1):
            if last > first + 1 and end - start > 2 * VECTORS * lanes:
                break  # longer runs save nothing
            fed |= table[:, edges[last - 1]]
            runs = _runs(fed)
            terms = maps if runs == [(0, maps)] else sum(b - a for a, b in runs) + WALK * len(runs)
            cost = best[first][0] + terms * _tiles(start, end, lanes)
            if cost < best[last][0]:
                found = [
                    Link(a, b - a, start, end - start, k == 0, k == len(runs) - 1) for k, (a, b) in enumerate(runs)
                ]
                best[last] = cost, best[first][1] + found
    single = maps * _tiles(0, targets, lanes)
    return all_linked(maps, targets) if single <= best[-1][0] else np.array(best[-1][1], np.int64)


def _runs(fed):
    """(first, end) of the maps that are fed from, small gaps closed; the first one, if there is none: results have to
    be written all the same.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], fed, [False]])))
    runs = []
    for first, end in edges.reshape(-1, 2).tolist():
        if runs and first - runs[-1][1] <= WALK:
            runs[-1] = runs[-1][0], end
        else:
            runs.append((first, end))
    return runs or [(0, 1)]


def _tiles(start, end, lanes):
    """What columns start .. end - 1 take, in tiles of two vectors, none of which crosses the edge of a panel."""
    width, cost = VECTORS * lanes, 0.0
    while start < end:
        stop = min(end, (start // width + 1) * width)
        cost += 1 if stop - start > lanes else NARROW
        start = stop
    return cost
