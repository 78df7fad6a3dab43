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
TREMBLE = 0.15  # of TILT and ASIDE: what moves between the shots of one burst


def snapshots(x: ArrayLike, rng: Seed = 0, size: int = 48, shots: int = 1) -> Array:
    """Digits, or other things written in one colour, each as if photographed from paper.

    Every photograph is taken by a free hand, in a light of its own: a little tilted, moved, nearer or farther, darker
    to one side, and grainy. A burst is so many shots in one go: the hand trembles, the light stays.

    Parameters
    ----------
    x : (N, H, W, 1) float32 or float64
        What is written, -1 for paper to 1 for ink, as `digits` has it.
    rng : int or numpy Generator
        How each is taken.
    size : int
        Side of the photographs in pixels, at least 8.
    shots : int
        Of each image, in one burst.

    Returns
    -------
    photographs : (N shots, size, size, 3) float32
        Red, green and blue, 0..1; the shots of a burst behind each other.

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
    size, rng, shots = (
        arguments.whole("size", size, 8),
        arguments.generator("rng", rng),
        arguments.whole("shots", shots),
    )
    return np.concatenate([_burst(image[..., 0], rng, size, shots) for image in np.clip(x, -1, 1)])


def _burst(written: Array, rng: np.random.Generator, size: int, shots: int) -> Array:
    """Photographs of (H, W), -1..1, in one go."""
    filled, pose, light = rng.uniform(*FILLED), rng.uniform(-1, 1, 3), _light(rng, size)
    ink = (written + 1) / 2
    poses = [pose] + [pose + TREMBLE * rng.uniform(-1, 1, 3) for _ in range(shots - 1)]
    return np.stack([_developed(_seen(ink, filled, each, size), light, rng) for each in poses])


def _light(rng: np.random.Generator, size: int) -> Array:
    """How bright white paper is, (size, size)."""
    across, down = np.meshgrid(np.linspace(-0.5, 0.5, size), np.linspace(-0.5, 0.5, size))
    way, fall = rng.uniform(0, 2 * np.pi), rng.uniform(0, FALLS)
    bright: Array = rng.uniform(*LIGHT) * (1 + fall * (np.cos(way) * across + np.sin(way) * down))
    return bright


def _developed(ink: Array, light: Array, rng: np.random.Generator) -> Array:
    """Paper and ink (size, size), 0..1, in the light: (size, size, 3)."""
    colours = (1 - ink[..., None]) * np.array(PAPER) + ink[..., None] * np.array(INK)
    seen = light[..., None] * colours + GRAIN * rng.standard_normal((*ink.shape, 3))
    return np.clip(seen, 0, 1).astype(np.float32)


def _seen(ink: Array, filled: float, pose: Array, size: int) -> Array:
    """The ink (H, W), 0..1, as it lies in the frame: (size, size).  pose : tilt, right, down, each -1..1 or so."""
    from PIL import Image  # comes with matplotlib

    rows, columns = ink.shape
    angle, step = TILT * pose[0], max(rows, columns) / (filled * size)  # pixels of ink to one of the frame
    right, below = ASIDE * size * pose[1:] + size / 2
    a, b = step * math.cos(angle), step * math.sin(angle)
    place = a, -b, columns / 2 - a * right + b * below, b, a, rows / 2 - b * right - a * below
    bordered = Image.fromarray(np.round(255 * ink).astype(np.uint8))
    moved = bordered.transform((size, size), Image.Transform.AFFINE, place, Image.Resampling.BICUBIC)
    return np.asarray(moved, np.float64) / 255
