"""What the exercises of notebook 08 compare with: right answers, wrong ones, and what they are tried on."""

import numpy as np


def receptive_side(sizes, strides):
    """Side of the receptive field after layers with these windows and strides."""
    r, jump = 1, 1
    for k, s in zip(sizes, strides, strict=True):
        r = r + (k - 1) * jump
        jump = jump * s
    return r


def sided(grow, step, late=True):
    """A wrong side: r <- grow(r, k, jump), jump <- step(jump, s); late : jump changes after r, as it should."""

    def wrong(sizes, strides):
        r, jump = 1, 1
        for k, s in zip(sizes, strides, strict=True):
            jump = jump if late else step(jump, s)
            r = grow(r, k, jump)
            jump = step(jump, s) if late else jump
        return r

    return wrong


def adds_jumps(r, k, jump):
    return r + (k - 1) * jump


def lead(h, w, k, j):
    """What each number of the vector h adds to the score of class k minus that of class j."""
    return h * (w[:, k] - w[:, j])


def flat_index(m, n, c, H, W, C):
    """The index i of unit (m, n, c) after flattening maps of H rows, W columns and C channels, channel last."""
    return (m * W + n) * C + c


def place(i, H, W, C):
    """The unit (m, n, c) that stands at index i."""
    m, rest = divmod(i, W * C)
    n, c = divmod(rest, C)
    return m, n, c


PLACES = [(1, 2, 3, 4, 5, 6), (0, 3, 1, 3, 7, 2), (2, 0, 4, 5, 1, 8), (3, 1, 0, 6, 4, 3)]
STACKS = [([3, 3], [1, 1]), ([5, 2, 3, 2], [1, 2, 1, 2]), ([11, 3, 5, 3, 3], [4, 2, 1, 2, 1]), ([2, 2, 2], [2, 2, 2])]
RNG = np.random.default_rng(8)
LEADS = [  # as many numbers as classes, so that rows and columns can be mistaken for each other
    (np.array([1.0, 0.0, 2.0]), np.array([[1.0, 3.0, 0.0], [2.0, 0.0, 1.0], [0.0, 1.0, -2.0]]), 0, 2),
    *((RNG.uniform(0, 2, 5).round(1), RNG.normal(size=(5, 5)).round(1), k, j) for k, j in ((3, 1), (2, 4))),
]
