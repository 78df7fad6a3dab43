"""Where a colour is decides what it is: `sea_and_sky` (lecture topic 21)."""

import numpy as np

from cnnlab import arguments
from cnnlab.types import Array, Seed

_LAND = np.array(
    [[0.82, 0.72, 0.50], [0.45, 0.58, 0.30], [0.62, 0.60, 0.58], [0.93, 0.93, 0.94], [0.66, 0.47, 0.36]], np.float32
)


def sea_and_sky(n: int, size: int = 16, rng: Seed = 0) -> tuple[Array, Array]:
    """Small pictures that are partly blue: the sea has its blue at the bottom, the sky at the top.

    The blues, the other colours (sand, meadow, stone, cloud, earth), the share of the picture that is blue and the
    roughness of both parts are drawn alike for sea and sky, so that only the place of the blue tells them apart.

    Parameters
    ----------
    n : int
        How many.
    size : int
        Side of the pictures in pixels.
    rng : int or Generator
        Seed, or what goes on from where it stands.

    Returns
    -------
    x : (n, size, size, 3) float32
        The pictures, 0..1.
    y : (n,) int64
        0 for sea, 1 for sky.

    Raises
    ------
    TypeError
        If n or size is no whole number.
    ValueError
        If n or size is below 1.

    Source
    ------
    Lecture topic 21.
    """
    n, size = arguments.whole("n", n), arguments.whole("size", size)
    rng = arguments.generator("rng", rng)
    y = rng.integers(0, 2, n)
    row, column = np.mgrid[:size, :size].astype(np.float32) / size
    share, slope, phase = rng.uniform(0.3, 0.6, n), rng.uniform(-0.2, 0.2, n), rng.uniform(0, 2 * np.pi, n)
    ripple = 0.04 * np.sin(2 * np.pi * column + phase[:, None, None])
    blue_above = row + slope[:, None, None] * (column - 0.5) + ripple < share[:, None, None]
    blue = np.stack([rng.uniform(0.05, 0.45, n), rng.uniform(0.35, 0.7, n), rng.uniform(0.7, 1.0, n)], axis=-1)
    land = _LAND[rng.integers(0, len(_LAND), n)] + rng.normal(0, 0.05, (n, 3))
    x = np.where(blue_above[..., None], blue[:, None, None], land[:, None, None])
    x = x + rng.normal(0, 0.04, (n, size, size, 1)) * rng.uniform(0.3, 1.5, (n, 1, 1, 1))
    x = np.where((y == 1)[:, None, None, None], x, x[:, ::-1])  # the sea is the sky upside down
    return np.clip(x, 0, 1).astype(np.float32), y
