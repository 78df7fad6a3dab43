"""What several explorers begin with: small pictures and kernels of whole numbers, functions to be fitted."""

from collections.abc import Callable

import numpy as np

from cnnlab.types import Array, ArrayLike

MIXED = [
    [1, 0, 2, -1, 3, 0, 1],
    [0, 4, 1, 0, -2, 5, 0],
    [3, -1, 0, 6, 1, 0, -3],
    [0, 2, 5, 1, -4, 2, 0],
    [-2, 0, 1, 3, 0, 1, 4],
    [1, 3, 0, -1, 2, 0, 1],
]
LETTER = [
    [0, 0, 0, 0, 0, 0, 0],
    [0, 0, 5, 5, 5, 0, 0],
    [0, 0, 5, 0, 0, 0, 0],
    [0, 0, 5, 5, 0, 0, 0],
    [0, 0, 5, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0],
]
PIXEL = np.zeros((6, 7), int)
PIXEL[2, 3] = 1
PICTURES: dict[str, Array] = {
    "numbers": np.array(MIXED),
    "one pixel": PIXEL,
    "letter F": np.array(LETTER),
    "an edge": np.repeat([[0, 0, 0, 6, 6, 6, 6]], 6, axis=0),
    "a slope": np.repeat([[0, 1, 2, 3, 4, 5, 6]], 6, axis=0),
}
LOPSIDED = [[1, 2, 0], [0, -1, 3], [0, 0, -2]]  # a kernel that no flip leaves as it is
TARGETS: dict[str, Callable[[Array], ArrayLike]] = {  # on -2 <= x <= 2; all jumps are at -1, 0 and 1
    "tent": lambda x: np.maximum(0.0, 1 - np.abs(x)),
    "sine": lambda x: np.sin(np.pi * x),
    "parabola": lambda x: x * x / 2 - 1,
    "staircase": lambda x: 0.5 * sum(1.0 * (x > place) for place in (-1, 0, 1)) - 0.75,
    "bump": lambda x: np.where(np.abs(x) < 1, 1.0, 0.0),
}
