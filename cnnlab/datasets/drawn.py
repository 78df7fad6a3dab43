"""A picture of the learner's own as a data set has its pictures: `drawn_digit`, `square_photo`."""

import numpy as np

from cnnlab import arguments
from cnnlab.datasets.base import square_of
from cnnlab.datasets.fitting import GREY
from cnnlab.types import Array, ArrayLike

EDGE = 0.04  # the share of a picture, from each of its sides, that is taken for paper
LEAST = 0.1  # of the way from black to white: what differs less from its paper is taken for none
NOISE = 3.0  # standard deviations of the paper
WRITTEN = 0.25  # from so much ink on a pixel belongs to what is written


def drawn_digit(
    picture: ArrayLike,
    size: int = 16,
    box: int | None = None,
    mass: bool = False,
    paper: float = -1.0,
    ink: float = 1.0,
) -> Array:
    """Something written, drawn or photographed, cut out, scaled and centred as the digits of a data set are.

    What is darker than its paper is ink; or what is brighter, where that differs more. Light that falls off from one
    side to the other is taken away. The frame around the ink keeps its proportions and fills a box.

    Parameters
    ----------
    picture : (h, w, 3)
        Red, green and blue, 0 (black) to 1.
    size : int
        Side of the image in pixels.
    box : int, optional
        The longer side of the frame around the ink, in pixels; by default as long as the image. `digits` and `usps`
        are so, while `mnist` has 20 of 28.
    mass : bool
        Whether the centre of mass of the ink comes to the middle, as in `mnist`, rather than the middle of its frame.
    paper, ink : float
        The values of the data set for the one and the other.

    Returns
    -------
    image : (size, size, 1) float32

    Raises
    ------
    ValueError
        If picture is not (h, w, 3), finite, and has something on it.
    """
    seen, size = _checked(picture), arguments.whole("size", size, 2)
    box = size if box is None else arguments.whole("box", box)
    found = _ink(seen @ GREY[:, 0].astype(np.float64))
    (top, bottom), (left, right) = (_ends(found.max(axis) > WRITTEN) for axis in (1, 0))
    found[:top], found[bottom:], found[:, :left], found[:, right:] = 0, 0, 0, 0
    step = max(bottom - top, right - left) / box  # pixels of the picture to one of the image
    middle = (top + bottom) / 2, (left + right) / 2
    if mass:
        down, across = (
            float((found.sum(axis) * (np.arange(found.shape[1 - axis]) + 0.5)).sum() / found.sum()) for axis in (1, 0)
        )
        middle = down, across
    rows, columns = (_weights(size, side, centre, step) for side, centre in zip(found.shape, middle, strict=True))
    image = rows @ found @ columns.T
    image = np.clip(image / image.max(), 0, 1)[..., None]
    return (paper + (ink - paper) * image).astype(np.float32)


def square_photo(picture: ArrayLike, size: int = 32) -> Array:
    """The square in the middle of a picture, scaled to size x size pixels, as `own` reads the images of a folder.

    Parameters
    ----------
    picture : (h, w, 3)
        Red, green and blue, 0..1.
    size : int
        Side of the image in pixels.

    Returns
    -------
    image : (size, size, 3) float32

    Raises
    ------
    ValueError
        If picture is not (h, w, 3) and finite.
    """
    shown = np.round(255 * np.clip(_checked(picture), 0, 1)).astype(np.uint8)
    return square_of(shown, arguments.whole("size", size))


def _checked(picture):
    picture = np.asarray(picture)
    if picture.ndim != 3 or picture.shape[2] != 3 or 0 in picture.shape or picture.dtype.kind not in "iuf":
        raise ValueError(f"picture must be (h, w, 3); got {picture.dtype} of shape {picture.shape}")
    if not np.isfinite(picture).all():
        raise ValueError("picture must be finite; it holds NaN or infinity")
    return picture.astype(np.float64)


def _ink(brightness):
    """How much ink is on each pixel (h, w), 0 to 1; the paper is a plane through the edges of the picture."""
    height, width = brightness.shape
    rows, columns = np.indices(brightness.shape)
    near = np.minimum(np.minimum(rows, height - 1 - rows), np.minimum(columns, width - 1 - columns))
    edge = near <= EDGE * min(height, width)
    places = np.stack([np.ones(brightness.shape), rows / height, columns / width], axis=-1)
    paper = np.full(brightness.shape, np.median(brightness[edge]))
    for _ in range(3):  # without what is written on the edge itself
        plain = edge & (np.abs(brightness - paper) <= LEAST)
        if plain.sum() < 12:
            break
        paper = places @ np.linalg.lstsq(places[plain], brightness[plain], rcond=None)[0]
    noise = NOISE * float((brightness - paper)[plain].std()) if plain.any() else 0.0
    darker = paper - brightness
    darker = darker if darker.max() >= -darker.min() else -darker
    if darker.max() < LEAST:
        raise ValueError("nothing is to be seen on this picture: it is as bright everywhere as its paper")
    full = float(np.percentile(darker[darker > darker.max() / 2], 75))
    return np.clip((darker - noise) / max(full - noise, LEAST / 2), 0, 1)


def _ends(there):
    """The first place that is there, and the one behind the last."""
    found = np.flatnonzero(there)
    return int(found[0]), int(found[-1]) + 1


def _weights(size, side, centre, step):
    """(size, side): how much of each old pixel comes into each new one; triangles as wide as the coarser of both."""
    wide = max(1.0, step)
    at = centre + (np.arange(size) + 0.5 - size / 2) * step
    reach = int(np.ceil(wide)) + 1
    old = np.arange(-reach - size * int(np.ceil(step)), side + reach + size * int(np.ceil(step))) + 0.5
    weights = np.maximum(0, 1 - np.abs(old - at[:, None]) / wide)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights[:, (old > 0) & (old < side)]
