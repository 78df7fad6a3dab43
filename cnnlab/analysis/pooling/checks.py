"""The gradient of max pooling, checked by nudges of e: what the usual check sees, and what it cannot (topic 24).

L = sum of dL/dh times h, and h = max pooling of ReLU(e). Where two pixels of a window tie for the maximum, or that is
exactly 0, L has a kink: no gradient is the derivative there, and one pixel at a time nothing can be compared. But all
numbers of e made larger in proportion make all of h larger in the same proportion, ties and zeros or not: so
sum e dL/de = sum h dL/dh must hold everywhere.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cnnlab import ops
from cnnlab.types import Array

__all__ = ["DRAWS", "INPUTS", "NEGATIVE", "OVERLAPS", "TIES", "USUAL", "ZEROS", "Checked", "Nudged", "Trial", "trial"]

SIDE, DRAWS = 8, 20
STEP = 1e-5  # of a nudge
TOLERANCE = 1e-6
USUAL, OVERLAPS, TIES, NEGATIVE, ZEROS = "random, 0 to 1", "overlapping", "ties", "also negative", "zeros"
INPUTS = (USUAL, OVERLAPS, TIES, NEGATIVE, ZEROS)


class Trial(NamedTuple):
    """On what a gradient is tried.

    Parameters
    ----------
    e : (8, 8)
        Excitation map.
    dh : (H', W')
        dL/dh.
    size, stride : int
        Side of a window, and from one window to the next.
    """

    e: Array
    dh: Array
    size: int
    stride: int


def trial(name: str, draw: int) -> Trial:
    """Numbers drawn for a check.

    Parameters
    ----------
    name : str
        One of `INPUTS`. All windows are 2 x 2 side by side, but the overlapping ones: 3 x 3, stride 2.
    draw : int
        Another number, other numbers.

    Returns
    -------
    Trial
    """
    rng = np.random.default_rng([INPUTS.index(name), draw])
    shape, (size, stride) = (SIDE, SIDE), (3, 2) if name == OVERLAPS else (2, 2)
    if name in (USUAL, OVERLAPS):
        e = rng.random(shape)
    elif name == TIES:
        e = rng.integers(1, 4, shape).astype(float)
    else:
        e = rng.standard_normal(shape) - 1
        e = np.maximum(e, 0) if name == ZEROS else e
    rows = 1 + (SIDE - size) // stride
    return Trial(e, np.round(rng.uniform(0.5, 3, (rows, rows)), 1), size, stride)


@dataclass(frozen=True, eq=False)
class Checked:
    """What a check says of a gradient.

    Parameters
    ----------
    differs : (H, W) bool
        Pixels whose number is not that of the nudges, those at a kink left out.
    largest : float
        Difference, of all pixels that are compared.
    together : float
        sum e dL/de, what the gradient says of a nudge of all pixels in proportion.
    passes : bool
        Whether nothing is found.
    """

    differs: Array
    largest: float
    together: float
    passes: bool


class Nudged:
    """A trial, nudged: central differences of L by every pixel, and by all of them in proportion.

    Parameters
    ----------
    given : Trial
        On what.

    Attributes
    ----------
    given : Trial
    quotients : (H, W)
        (L(e + s) - L(e - s)) / 2 s, pixel by pixel.
    kinks : (H, W) bool
        Pixels by which L has no derivative here.
    together : float
        sum h dL/dh: by how much L grows if all of e grows in proportion.
    """

    def __init__(self, given: Trial) -> None:
        self.given = given
        count = given.e.size
        nudges = STEP * np.eye(count).reshape(count, *given.e.shape)
        up, down = (self._losses(given.e + sign * nudges) for sign in (1, -1))
        self.quotients = ((up - down) / (2 * STEP)).reshape(given.e.shape)
        self.kinks = self._kinks()
        self.together = float(self._losses(given.e[None])[0])

    def _losses(self, e: Array) -> Array:
        h, _ = ops.max_pool2d(np.ascontiguousarray(e[..., None]), self.given.size, self.given.stride, rectify=True)
        return (h[..., 0] * self.given.dh).sum(axis=(1, 2))

    def _kinks(self) -> Array:
        e, dh, size, stride = self.given
        found = np.zeros(e.shape, dtype=bool)
        for m, n in np.ndindex(*dh.shape):
            part = slice(m * stride, m * stride + size), slice(n * stride, n * stride + size)
            top = e[part] == e[part].max()
            if e[part].max() == 0 or (e[part].max() > 0 and top.sum() > 1):
                found[part] |= top
        return found

    def check(self, de: Array) -> Checked:
        """Compare a gradient with the nudges.

        Parameters
        ----------
        de : (H, W)
            dL/de as somebody's function gives it.

        Returns
        -------
        Checked
        """
        with np.errstate(invalid="ignore"):
            off = np.where(self.kinks, 0.0, np.abs(de - self.quotients))
            differs = ~(off <= TOLERANCE)  # what is no number differs
            together = float((self.given.e * de).sum())
            fair = abs(together - self.together) <= TOLERANCE * max(1.0, abs(self.together))
        return Checked(differs, float(np.nanmax(off, initial=0.0)), together, bool(fair and not differs.any()))
