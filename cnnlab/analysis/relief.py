"""A loss surface as a map shows it: a raster of heights, contour lines (lecture topic 4)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlab.analysis import contouring
from cnnlab.analysis.landscape import curvatures
from cnnlab.types import Array

__all__ = ["Relief", "contours", "curvatures_in_the_middle", "relief"]

FINER = 4  # places between two of the raster, of which contours are drawn


@dataclass(frozen=True)
class Relief:
    """A loss on a raster of places, as a map shows it.

    Parameters
    ----------
    ticks : (n,) float64
        Of both axes.
    loss : (n, n) float64
        loss[i, j] at u = (ticks[j], ticks[i]), the largest in place of what is not finite.
    height : (n, n) float64
        log10 of the loss, from what the raster can tell apart on; the loss itself if it is negative somewhere.
    log : bool
        Whether height is the logarithm.
    """

    ticks: Array
    loss: Array
    height: Array
    log: bool


def relief(landscape: Any, extent: float = 3.0, cells: int = 61) -> Relief:
    """The loss over the square |u1|, |u2| <= extent.

    Parameters
    ----------
    landscape : landscape
        Its loss may take one place at a time or many.
    extent : float
        Half the side of the square.
    cells : int
        Places along each side.

    Returns
    -------
    Relief

    Raises
    ------
    ValueError
        If the loss is not finite anywhere, or is not one number at a place.
    """
    ticks = np.linspace(-extent, extent, cells)
    loss = _everywhere(landscape, np.stack(np.meshgrid(ticks, ticks), axis=-1))
    finite = loss[np.isfinite(loss)]
    if not finite.size:
        raise ValueError(
            "the loss is not finite anywhere on this map: the weights are broken, or extent is far too large"
        )
    top = float(finite.max())
    loss = np.nan_to_num(loss, nan=top, posinf=top, neginf=float(finite.min()))
    if finite.min() < 0:
        return Relief(ticks, loss, loss, False)
    floor = max(1e-4 * top, min(_missed(loss), 0.1 * top), 1e-300)
    return Relief(ticks, loss, np.log10(np.maximum(loss, floor)), True)


def contours(ground: Relief, count: int = 10) -> Array:
    """The contour lines of a relief as one broken line.

    Parameters
    ----------
    ground : Relief
        The map.
    count : int
        Into so many bands they divide the heights.

    Returns
    -------
    (n, 2) float64
        Places, with a row of NaN behind every piece.
    """
    levels, height = np.linspace(ground.height.min(), ground.height.max(), count)[1:-1], ground.height
    if ground.log:  # the root of the loss grows evenly beside a valley: its contours are smooth
        levels, height = 10 ** (levels / 2), np.sqrt(ground.loss)
    between = _between(len(ground.ticks))
    ticks = between @ ground.ticks
    pieces = _lines(ticks, between @ height @ between.T, levels)
    broken: list[Any] = [row for piece in pieces for row in (piece, [[np.nan, np.nan]])]
    return np.concatenate(broken) if broken else np.empty((0, 2))


def curvatures_in_the_middle(name: str, landscape: Any) -> tuple[float, float]:
    """The least and the largest curvature of a landscape at u = (0, 0), if its numbers can be used there.

    Parameters
    ----------
    name : str
        How the message calls the landscape.
    landscape : landscape
        With `gradient` and `curvature`.

    Returns
    -------
    least, largest : float
        The largest is what the landscape itself says, the least comes from its gradient.

    Raises
    ------
    ValueError
        If gradient or curvature give anything but finite numbers there.
    """
    middle = np.zeros(2)
    slope, curvature = np.asarray(landscape.gradient(middle), float), landscape.curvature(middle)
    if slope.shape != (2,) or not np.isfinite(slope).all():
        raise ValueError(f"{name}: gradient(u) must be two finite numbers in the middle of the map; got {slope}")
    if np.ndim(curvature) or not np.isfinite(curvature):
        raise ValueError(f"{name}: curvature(u) must be a finite number in the middle of the map; got {curvature!r}")
    return min(curvatures(landscape, middle)[0], float(curvature)), float(curvature)


def _lines(ticks: Array, height: Array, levels: Array) -> list[Any]:
    """The contour lines of all levels: by contourpy, which comes with matplotlib, or without it."""
    try:
        from contourpy import contour_generator
    except ModuleNotFoundError:
        return [line for level in levels for line in contouring.lines(ticks, ticks, height, float(level))]
    generator = contour_generator(ticks, ticks, height)
    return [line for level in levels for line in generator.lines(level)]


def _between(count: int) -> Array:
    """The matrix that puts FINER - 1 places between any two of `count`, on the cubic through the four around them.

    (FINER (count - 1) + 1, count); it leaves what is straight straight, up to both ends.
    """
    places = np.arange(FINER * (count - 1) + 1) / FINER
    first = np.minimum(places.astype(int), count - 2)
    t = places - first
    weights = np.stack([-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2]) / 2
    matrix = np.zeros((len(places), count + 2))  # with one place before the first and one behind the last
    for k in range(4):
        matrix[np.arange(len(places)), first + k] += weights[k]
    inner = matrix[:, 1:-1].copy()
    for edge, inwards, outside in ((0, 1, 0), (-1, -2, -1)):  # the place outside goes straight on
        inner[:, edge] += 2 * matrix[:, outside]
        inner[:, inwards] -= matrix[:, outside]
    return inner


def _everywhere(landscape: Any, u: Array) -> Array:
    """L at every row of u (n, n, 2): at once if the landscape's loss can do that, else place by place."""
    try:
        loss = np.asarray(landscape.loss(u), dtype=float)
        if loss.shape == u.shape[:-1]:
            return loss
    except (TypeError, ValueError, IndexError):
        pass  # a loss of one place: if it is broken, it will say so there
    each = [landscape.loss(place) for place in u.reshape(-1, 2)]
    if any(np.size(one) != 1 for one in each):
        raise ValueError(f"loss(u) must give one number for u = (u1, u2); got an array of shape {np.shape(each[0])}")
    return np.array(each, dtype=float).reshape(u.shape[:-1])


def _missed(loss: Array) -> float:
    """What the raster cannot tell: a narrow valley runs between its points, and they miss the bottom by up to half a
    cell, one more than the next; the contours of such numbers would be a row of lakes.
    """
    padded = np.pad(loss, 1, constant_values=np.inf)
    rows, columns = loss.shape
    around = [padded[i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    lowest = (loss <= np.minimum.reduce(around))[1:-1, 1:-1]
    curvature = loss[1:-1, 2:] + loss[1:-1, :-2] + loss[2:, 1:-1] + loss[:-2, 1:-1] - 4 * loss[1:-1, 1:-1]
    return float(loss.min() + curvature[lowest].max(initial=0.0) / 4)
