"""What is written, as if somebody had photographed it from paper: `snapshots`."""

import math

import numpy as np

from cnnlab import arguments
from cnnlab.types import Array, ArrayLike, Seed

PAPER, INK = (0.97, 0.95, 0.89), (0.10, 0.12, 0.38)  # red, green and blue
FILLED = (0.62, 0.8)  # of the frame, by what is written
TILT, ASIDE = math.radians(7), 0.06  # at most, either way: how the camera was held, and the share of the frame
LIGHT = (0.75, 1.0)  # from a dull day to a bright one
FALLS = 0.2  # at most: how much darker one side is
GRAIN = 0.01  # standard deviation of the sensor's noise


def snapshots(x: ArrayLike, rng: Seed = 0, size: int = 48) -> Array:
    """Digits, or other things written in one colour, each as if photographed from paper.

    Every photograph is taken by a free hand, in a light of its own: a little tilted, moved, nearer or farther, darker
    to one side, and grainy. The same image twice in x is photographed twice.

    Parameters
    ----------
    x : (N, H, W, 1) float32 or float64
        What is written, -1 for paper to 1 for ink, as `digits` has it.
    rng : int or numpy Generator
        How each is taken.
    size : int
        Side of the photographs in pixels, at least 8.

    Returns
    -------
    photographs : (N, size, size, 3) float32
        Red, green and blue, 0..1.

    Raises
    ------
    TypeError, ValueError
        Naming the argument that is none of these.

    Examples
    --------
    >>> photographs = snapshots(-np.ones((2, 8, 8, 1)))  # two empty sheets
    >>> photographs.shape, bool(photographs.min() > 0.4)
    ((2, 48, 48, 3), True)
    """
    x = arguments.array("x", x, 4, "(N, H, W, 1)", finite=True)
    if x.shape[3] != 1:
        raise ValueError(f"x must be (N, H, W, 1), written in one colour; got {x.shape}")
    size, rng = arguments.whole("size", size, 8), arguments.generator("rng", rng)
    return np.stack([_taken(image[..., 0], rng, size) for image in np.clip(x, -1, 1)])


def _taken(written: Array, rng: np.random.Generator, size: int) -> Array:
    """One photograph of (H, W), -1..1."""
    ink = _seen((written + 1) / 2, rng, size)[..., None]
    across, down = np.meshgrid(np.linspace(-0.5, 0.5, size), np.linspace(-0.5, 0.5, size))
    way, fall = rng.uniform(0, 2 * np.pi), rng.uniform(0, FALLS)
    light = rng.uniform(*LIGHT) * (1 + fall * (np.cos(way) * across + np.sin(way) * down))
    colours = (1 - ink) * np.array(PAPER) + ink * np.array(INK)
    seen = light[..., None] * colours + GRAIN * rng.standard_normal((size, size, 3))
    return np.clip(seen, 0, 1).astype(np.float32)


def _seen(ink: Array, rng: np.random.Generator, size: int) -> Array:
    """The ink (H, W), 0..1, as it lies in the frame: (size, size)."""
    from PIL import Image  # comes with matplotlib

    (rows, columns), filled = ink.shape, rng.uniform(*FILLED)
    angle, step = rng.uniform(-TILT, TILT), max(rows, columns) / (filled * size)  # pixels of ink to one of the frame
    right, below = rng.uniform(-ASIDE, ASIDE, 2) * size + size / 2
    a, b = step * math.cos(angle), step * math.sin(angle)
    place = a, -b, columns / 2 - a * right + b * below, b, a, rows / 2 - b * right - a * below
    bordered = Image.fromarray(np.round(255 * ink).astype(np.uint8))
    moved = bordered.transform((size, size), Image.Transform.AFFINE, place, Image.Resampling.BICUBIC)
    return np.asarray(moved, np.float64) / 255
