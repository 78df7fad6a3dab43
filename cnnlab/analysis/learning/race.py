"""Two sigmoid units that learn one number, the one by squared error, the other by cross-entropy (lecture topic 5)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlab import arguments, ops
from cnnlab.types import Array, ArrayLike

__all__ = ["Race", "bce", "d_bce", "d_mse", "goal", "mse", "race"]

LEAST = 1e-300  # of which a logarithm is taken


def _yhat(e: ArrayLike) -> Any:
    e = np.asarray(e, dtype=float)
    return ops.sigmoid(e.reshape(-1, 1)).reshape(e.shape)


def mse(e: ArrayLike, share: float) -> Any:
    """The mean of (yhat - y)^2 over labels of which a share is 1, all others 0; yhat = sigmoid(e).

    Parameters
    ----------
    e : number or array
        Excitations.
    share : float
        P(y=1|x), from 0 to 1.

    Returns
    -------
    float64, in the shape of e
    """
    yhat = _yhat(e)
    return share * (yhat - 1) ** 2 + (1 - share) * yhat**2


def bce(e: ArrayLike, share: float) -> Any:
    """The mean of the binary cross-entropy over the same labels.

    Parameters
    ----------
    e : number or array
        Excitations.
    share : float
        P(y=1|x), from 0 to 1.

    Returns
    -------
    float64, in the shape of e
    """
    e = np.asarray(e, dtype=float)
    return np.logaddexp(0, e) - share * e


def d_mse(e: ArrayLike, share: float) -> Any:
    """dL/de of `mse`: 2 (yhat - P) yhat (1 - yhat).

    Parameters
    ----------
    e : number or array
        Excitations.
    share : float
        P(y=1|x), from 0 to 1.

    Returns
    -------
    float64, in the shape of e
    """
    yhat = _yhat(e)
    return 2 * (yhat - share) * yhat * (1 - yhat)


def d_bce(e: ArrayLike, share: float) -> Any:
    """dL/de of `bce`: yhat - P.

    Parameters
    ----------
    e : number or array
        Excitations.
    share : float
        P(y=1|x), from 0 to 1.

    Returns
    -------
    float64, in the shape of e
    """
    return _yhat(e) - share


def goal(share: float) -> float:
    """The e of the lowest loss, of both: log(P / (1 - P)); infinite where P is 0 or 1.

    Parameters
    ----------
    share : float
        P(y=1|x), from 0 to 1.

    Returns
    -------
    float
    """
    return float(np.log(max(share, LEAST)) - np.log(max(1 - share, LEAST))) if 0 < share < 1 else np.inf * (share - 0.5)


@dataclass(frozen=True)
class Race:
    """Both units after each step.

    Parameters
    ----------
    mse, bce : (steps + 1,) float64
        The e of the unit that learns by this loss, the first at the start.
    """

    mse: Array
    bce: Array

    def yhat(self, name: str) -> Array:
        """What a unit says after each step.

        Parameters
        ----------
        name : {"mse", "bce"}
            Which unit.

        Returns
        -------
        (steps + 1,) float64
        """
        return np.asarray(_yhat(getattr(self, name)))


def race(start: float, share: float, eta: float, steps: int) -> Race:
    """e <- e - eta dL/de for both units, from the same start.

    Parameters
    ----------
    start : float
        e of both units before the first step.
    share : float
        P(y=1|x), the share of the samples whose label is 1.
    eta : float
        Learning rate.
    steps : int
        How many.

    Returns
    -------
    Race

    Raises
    ------
    ValueError
        If share is not from 0 to 1, or eta not above 0.

    Source
    ------
    Lecture topic 5.
    """
    if not 0 <= arguments.real("share", share) <= 1:
        raise ValueError(f"share must be from 0 to 1; got {share!r}")
    eta = arguments.real("eta", eta, above=0)
    steps, twice = arguments.whole("steps", steps, 0), eta * 2

    def slow(e: float) -> float:
        yhat = _sigmoid(e)
        return e - twice * (yhat - share) * yhat * (1 - yhat)

    def fast(e: float) -> float:
        return e - eta * (_sigmoid(e) - share)

    return Race(_learned(slow, start, steps), _learned(fast, start, steps))


def _learned(rule: Callable[[float], float], start: float, steps: int) -> Array:
    """e and what the rule makes of it, again and again, (steps + 1,); number by number, as arrays of one are slow.

    Near the goal a step is less than a float can tell: e stays where it is, or goes to and fro between two neighbours,
    for ever. From there on nothing need be computed.
    """
    found = np.empty(steps + 1)
    found[0] = e = float(start)
    before = np.nan
    for step in range(1, steps + 1):
        before, e, last = e, rule(e), before
        found[step] = e
        if e == last:
            found[step::2], found[step + 1 :: 2] = e, before
            break
    return found


def _sigmoid(e: float) -> float:
    return float(1 / (1 + np.exp(-e))) if e > -700 else 0.0
