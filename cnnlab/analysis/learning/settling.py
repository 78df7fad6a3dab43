"""Where gradient descent settles, from many starts, not from one (lecture topic 4)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.descent import Path, descend_together
from cnnlab.types import Array

__all__ = ["Settling", "settle", "starts"]

STILL = 1e-3  # of the loss: a walk that changes by less over its last steps has settled
LAST = 20  # steps that are looked at


@dataclass(frozen=True)
class Settling:
    """What became of walks from many starts.

    Parameters
    ----------
    eta : float
        The learning rate of all of them.
    paths : tuple of Path
        The walks.
    settled, falling, wandering, diverged : (k,) bool
        Which walks came to rest; whose loss fell still, with each of the last steps; whose loss went up and down; and
        which walks ran away.
    losses, curvatures : (k,) float64
        Of each walk the mean loss of its last steps, and the largest curvature where it ended; NaN for those that ran
        away.
    """

    eta: float
    paths: tuple[Path, ...]
    settled: Array
    falling: Array
    wandering: Array
    diverged: Array
    losses: Array
    curvatures: Array

    def __str__(self) -> str:
        counts = {
            "settled": self.settled.sum(),
            "falling still": self.falling.sum(),
            "up and down": self.wandering.sum(),
            "diverged": self.diverged.sum(),
        }
        words = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        if self.diverged.all():
            return words
        loss, curvature = np.nanmedian(self.losses), np.nanmedian(self.curvatures)
        return f"{words}; median L = {loss:.2g}, median curvature {curvature:.0f}"


def starts(extent: float, count: int = 5) -> Array:
    """A grid of starts over the square |u1|, |u2| <= extent.

    Parameters
    ----------
    extent : float
        Half the side of the square.
    count : int
        Starts along each side.

    Returns
    -------
    (count^2, 2) float64
    """
    ticks = np.linspace(-1.0, 1.0, arguments.whole("count", count)) * arguments.real("extent", extent, above=0)
    return np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)


def settle(landscape: Any, starts: Array, eta: float, steps: int = 200, **how: Any) -> Settling:
    """Walk from every start.

    Parameters
    ----------
    landscape : landscape
        As for `descend`.
    starts : (k, 2)
        Where the walks begin.
    eta : float
        Learning rate.
    steps : int
        Of each walk, more than 20.
    **how
        What else `descend_together` takes: momentum, batch.

    Returns
    -------
    Settling
    """
    arguments.whole("steps", steps, LAST + 1)
    paths = descend_together(landscape, starts, eta, steps, **how)
    diverged = np.array([path.diverged for path in paths])
    last = [path.losses[-LAST:] for path in paths]
    still = np.array([np.ptp(losses) <= STILL * max(abs(losses[-1]), 1e-12) for losses in last])
    down = np.array([bool((np.diff(losses) <= 0).all()) for losses in last])
    losses = np.array([np.nan if path.diverged else np.mean(path.losses[-LAST:]) for path in paths])
    curvatures = np.array([np.nan if path.diverged else landscape.curvature(path.u[-1]) for path in paths])
    settled, falling = still & ~diverged, down & ~still & ~diverged
    return Settling(eta, paths, settled, falling, ~settled & ~falling & ~diverged, diverged, losses, curvatures)
