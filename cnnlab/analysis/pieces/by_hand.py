"""Fitting by hand: a function through points that are dragged, the best one of as many units, and a score."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cnnlab.analysis.piecewise import HiddenUnits
from cnnlab.types import Array

__all__ = ["Fit", "Score", "above_zero", "best_fits", "error_of", "fitted", "heights_of", "ordered", "score", "through"]

RASTER = 41  # places of knots, in the search for the best
LEVELS = np.linspace(-2.5, 2.5, 41)  # heights that are tried there
FLOOR = 1e-4  # errors below this one count as this one


class Fit(NamedTuple):
    """A piece-wise linear function of k ReLU units that all turn on to the right.

    Attributes
    ----------
    knots : (k,) float64
        Ascending.
    heights : (k + 1,) float64
        y at the knots, and at the right end.
    error : float
        Mean squared error.
    """

    knots: Array
    heights: Array
    error: float


class Score(NamedTuple):
    """How good a fit is, in parts: its knots, its heights, both; each from 0 to 1.

    Attributes
    ----------
    knots : float
        Error of the best fit with so many units / error of the best fit with these knots.
    heights : float
        Error of the best fit with these knots / error of this fit.
    total : float
        Their product.
    """

    knots: float
    heights: float
    total: float


def through(knots: Array, heights: Array, reach: float) -> HiddenUnits:
    """The ReLU units, all with w = 1, whose sum runs through points: flat up to the first knot, then straight on.

    Parameters
    ----------
    knots : (k,) float64
        Ascending, below reach.
    heights : (k + 1,) float64
        y at the knots, and at x = reach.
    reach : float
        The right end.

    Returns
    -------
    HiddenUnits
        v_j is the change of slope at knot j.
    """
    slopes = np.diff(heights) / np.diff(np.append(knots, reach))
    v = np.diff(slopes, prepend=0.0)
    k = len(knots)
    return HiddenUnits(np.ones((1, k)), 0.0 - knots, v[:, None], heights[:1].astype(float), np.full(k, 0.25))


def heights_of(units: HiddenUnits, reach: float) -> Array:
    """y at the knots and at the right end: what `through` was given.

    Parameters
    ----------
    units : HiddenUnits
        As `through` makes them.
    reach : float
        The right end.

    Returns
    -------
    (k + 1,) float64
    """
    return units.layer(np.append(units.knots(), reach))[2]


def ordered(knots: Array, apart: float, end: float) -> Array:
    """Knots in their order: what stands too far left is pushed to the right, and from the end back.

    Parameters
    ----------
    knots : (k,) float64
        Where they are wanted.
    apart : float
        The least distance between two of them.
    end : float
        The last place for the last one.

    Returns
    -------
    (k,) float64
        Unchanged, if they keep their distance.
    """
    steps = apart * np.arange(len(knots))
    pushed = np.maximum.accumulate(knots - steps)
    back = np.minimum(pushed, end - steps[-1])
    return np.where(np.abs(back - (knots - steps)) < 1e-9, knots, back + steps)


def above_zero(x: Array, y: Array) -> list[tuple[float, float]]:
    """Where a line through points is above zero.

    Parameters
    ----------
    x, y : (n,) float64
        The points, x ascending.

    Returns
    -------
    list of (from, to)
        Ascending; at the ends of the line it stops.
    """
    found: list[list[float]] = []
    for (x0, x1), (y0, y1) in zip(pairwise(x), pairwise(y), strict=True):
        if max(y0, y1) <= 0:
            continue
        at = x0 + (x1 - x0) * y0 / (y0 - y1) if y0 * y1 < 0 else x0
        start, end = (at if y0 < 0 else x0), (at if y1 < 0 else x1)
        if found and found[-1][1] == start and y0 > 0:
            found[-1][1] = end
        else:
            found.append([start, end])
    return [(float(start), float(end)) for start, end in found]


def fitted(knots: Array, x: Array, t: Array) -> Fit:
    """The heights of least squared error for given knots.

    Parameters
    ----------
    knots : (k,) float64
        Ascending, below the last sample.
    x, t : (n,) float64
        Samples and targets.

    Returns
    -------
    Fit
    """
    features = np.column_stack([np.ones_like(x), np.maximum(x[:, None] - knots, 0)])
    u = np.linalg.lstsq(features, t, rcond=1e-9)[0]
    at = np.append(knots, x[-1])
    heights = u[0] + np.maximum(at[:, None] - knots, 0) @ u[1:]
    return Fit(knots, heights, float(np.mean((features @ u - t) ** 2)))


def error_of(knots: Array, heights: Array, x: Array, t: Array) -> float:
    """The mean squared error of the function through points.

    Parameters
    ----------
    knots, heights : (k,) and (k + 1,) float64
        As for `through`; the right end is the last sample.
    x, t : (n,) float64
        Samples and targets.

    Returns
    -------
    float
    """
    return float(np.mean((np.interp(x, np.append(knots, x[-1]), heights) - t) ** 2))


def best_fits(x: Array, t: Array, most: int) -> list[Fit]:
    """The best fits with 1, 2, ... units: by dynamic programming over a raster of knots and heights, then refined.

    On the raster the best is found for certain; from there each knot is moved as long as that helps.

    Parameters
    ----------
    x, t : (n,) float64
        Samples, ascending, and targets.
    most : int
        The largest number of units.

    Returns
    -------
    list of Fit
        For k = 1 ... most; none is worse than the one before it.
    """
    places = np.linspace(x[0], x[-1], RASTER)
    cost = _costs(x, t, places)
    flat = np.array([[np.sum((level - t[x <= place]) ** 2) for level in LEVELS] for place in places])
    so_far = flat[:-1]  # so_far[i, a]: the last knot is at place i, at height a
    ways: list[Array] = []
    found: list[Fit] = []
    for k in range(1, most + 1):
        rest = so_far + cost[:-1, -1].min(axis=2)  # the last piece runs to the right end
        found.append(_refined(_walk_back(np.unravel_index(rest.argmin(), rest.shape), ways, places), x, t, places))
        if k > 1 and found[-2].error < found[-1].error:
            found[-1] = _with_one_more(found[-2], x, t)
        reached = np.full_like(so_far, np.inf)
        from_where = np.zeros((*so_far.shape, 2), int)
        for j in range(1, len(places) - 1):
            sums = so_far[:j, :, None] + cost[:j, j]  # (i, a, b)
            flatly = sums.reshape(-1, len(LEVELS))
            best = flatly.argmin(axis=0)
            reached[j] = flatly[best, np.arange(len(LEVELS))]
            from_where[j] = np.stack(np.divmod(best, len(LEVELS)), axis=1)
        so_far = reached
        ways.append(from_where)
    return found


def _costs(x: Array, t: Array, places: Array) -> Array:
    """cost[i, j, a, b]: the squared error of a straight piece from place i at level a to place j at level b."""
    count = len(places)
    cost = np.full((count, count, len(LEVELS), len(LEVELS)), np.inf)
    a, b = LEVELS[:, None], LEVELS[None, :]
    for i in range(count):
        for j in range(i + 1, count):
            inside = (places[i] < x) & (x <= places[j])
            s, here = (x[inside] - places[i]) / (places[j] - places[i]), t[inside]
            r = 1 - s
            square = a * a * (r @ r) + 2 * a * b * (r @ s) + b * b * (s @ s)
            cost[i, j] = square - 2 * a * (r @ here) - 2 * b * (s @ here) + here @ here
    return cost


def _walk_back(last: tuple[int, ...], ways: list[Array], places: Array) -> Array:
    """The knots that led to the best."""
    at, knots = tuple(int(v) for v in last), []
    for from_where in reversed(ways):
        knots.append(places[at[0]])
        at = tuple(int(v) for v in from_where[at])
    return np.array([places[at[0]], *reversed(knots)])


def _refined(knots: Array, x: Array, t: Array, places: Array) -> Fit:
    """Each knot is moved by ever smaller steps as long as the error falls."""
    best, step = fitted(knots, x, t), (places[1] - places[0]) / 2
    while step > 1e-3:
        better = False
        for j in range(len(knots)):
            for way in (-step, step):
                tried = best.knots.copy()
                tried[j] += way
                if x[0] <= tried[0] and (np.diff(np.append(tried, x[-1])) > step / 2).all():
                    fit = fitted(tried, x, t)
                    if fit.error < best.error - 1e-9:
                        best, better = fit, True
        step = step if better else step / 2
    return best


def _with_one_more(fit: Fit, x: Array, t: Array) -> Fit:
    """The same function with a knot in the middle of its widest piece."""
    ends = np.append(fit.knots, x[-1])
    j = int(np.argmax(np.diff(ends)))
    return fitted(np.insert(fit.knots, j + 1, (ends[j] + ends[j + 1]) / 2), x, t)


def score(error: float, same_knots: float, best: float) -> Score:
    """How good a fit is beside the best with its knots, and the best with its number of units.

    Parameters
    ----------
    error : float
        Its mean squared error.
    same_knots : float
        That of the best with its knots.
    best : float
        That of the best that is known with so many units.

    Returns
    -------
    Score
        Errors below 0.0001 count as 0.0001; what is better than the best known counts as the best.
    """
    mine, knots, least = (max(one, FLOOR) for one in (error, same_knots, best))
    knots = min(knots, mine)
    least = min(least, knots)
    return Score(least / knots, knots / mine, least / mine)
