"""Small pictures and kernels of whole numbers, which several explorers begin with."""

import numpy as np

from cnnlab.types import Array

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
