"""Clouds of points whose mean is known: one around a curve, one with two branches (lecture topic 5)."""

from dataclasses import dataclass

import numpy as np

from cnnlab import arguments
from cnnlab.layers import Dense, Tanh
from cnnlab.losses import MSE
from cnnlab.network import Network
from cnnlab.optimisers import Adam
from cnnlab.types import Array, ArrayLike

__all__ = [
    "BATCH",
    "CLOUDS",
    "Cloud",
    "MeanTraining",
    "OneCloud",
    "TwoBranches",
    "cloud",
    "conditional_histogram",
    "conditional_mean",
    "near",
]

SQUARED = MSE()
BATCH = 300  # points of one step


def conditional_mean(x: ArrayLike) -> Array:
    """f(x) = sin 2x + x / 4, the E[y|x] of `cloud`.

    Parameters
    ----------
    x : numbers, in any shape
        Where.

    Returns
    -------
    f(x), in the shape of x
    """
    x = np.asarray(x)
    return np.sin(2 * x) + x / 4


def cloud(
    n: int = BATCH, spread: float = 0.35, rng: int | tuple[int, ...] | np.random.Generator = 0
) -> tuple[Array, Array]:
    """Random points whose conditional mean is known: y = f(x) + spread (0.3 + x^2 / 2) times a standard normal number.

    Parameters
    ----------
    n : int
        How many points.
    spread : float
        How far they lie from `conditional_mean`.
    rng : int, tuple of int or Generator
        Seed, or where the random numbers come from.

    Returns
    -------
    x, y : (n, 1) float64
        x from -2 to 2.
    """
    rng = arguments.generator("rng", rng)
    x = rng.uniform(-2, 2, (n, 1))
    return x, conditional_mean(x) + spread * (0.3 + 0.5 * x**2) * rng.standard_normal((n, 1))


@dataclass(frozen=True)
class Cloud:
    """Random points (x, y), x from -2 to 2.

    Parameters
    ----------
    spread : float
        How far they lie apart, 0 for not at all.
    share : float
        Of a cloud with two branches, the share of the upper one; others do not have it.
    """

    spread: float = 0.35
    share: float = 0.5

    def mean(self, x: ArrayLike) -> Array:
        """E[y|x].

        Parameters
        ----------
        x : numbers, in any shape
            Where.

        Returns
        -------
        float64, in the shape of x
        """
        raise NotImplementedError

    def points(self, n: int, rng: int | tuple[int, ...] | np.random.Generator = 0) -> tuple[Array, Array]:
        """Some points of it.

        Parameters
        ----------
        n : int
            How many.
        rng : int, tuple of int or Generator
            Seed, or where the random numbers come from.

        Returns
        -------
        x, y : (n, 1) float64
        """
        raise NotImplementedError


class OneCloud(Cloud):
    """`cloud`: points around the curve of `conditional_mean`.

    Parameters
    ----------
    spread, share : float
        As in `Cloud`.
    """

    def mean(self, x: ArrayLike) -> Array:
        return np.asarray(conditional_mean(x))

    def points(self, n: int, rng: int | tuple[int, ...] | np.random.Generator = 0) -> tuple[Array, Array]:
        return cloud(n, self.spread, rng)


class TwoBranches(Cloud):
    """Tracks of drivers around a tree: some pass it on the upper side, some on the lower.

    y = +-1.2 exp(-1.5 (x - 0.5)^2) + 0.4 spread times a standard normal number; the tree stands at x = 0.5, y = 0.

    Parameters
    ----------
    spread, share : float
        As in `Cloud`.
    """

    TREE, WIDE, BLUR = 0.5, 1.2, 0.4

    def side(self, x: ArrayLike) -> Array:
        """How far the upper branch lies from the middle.

        Parameters
        ----------
        x : numbers, in any shape
            Where.

        Returns
        -------
        float64, in the shape of x
        """
        return self.WIDE * np.exp(-1.5 * np.square(np.asarray(x, dtype=float) - self.TREE))

    def mean(self, x: ArrayLike) -> Array:
        return (2 * self.share - 1) * self.side(x)

    def points(self, n: int, rng: int | tuple[int, ...] | np.random.Generator = 0) -> tuple[Array, Array]:
        rng = arguments.generator("rng", rng)
        x = rng.uniform(-2, 2, (n, 1))
        branch = np.where(rng.random((n, 1)) < self.share, 1.0, -1.0)
        return x, branch * self.side(x) + self.BLUR * self.spread * rng.standard_normal((n, 1))


CLOUDS: dict[str, type[Cloud]] = {"two branches": TwoBranches, "one cloud": OneCloud}


def near(x: Array, y: Array, at: float, value: float, width: float = 0.3, reach: float = 0.15) -> tuple[int, int]:
    """How many points there are near a place, and how many of these are near a value.

    Parameters
    ----------
    x, y : (n, 1) float64
        Points.
    at : float
        The place.
    value : float
        The value.
    width : float
        Of the strip around the place.
    reach : float
        A y that is so near to the value counts.

    Returns
    -------
    in_strip, near_value : int
    """
    strip = np.abs(x[:, 0] - at) < width / 2
    return int(strip.sum()), int((np.abs(y[strip, 0] - value) < reach).sum())


def conditional_histogram(x: Array, y: Array, at: float, edges: Array, width: float = 0.3) -> Array:
    """How the y of those points are distributed whose x is near a place.

    Parameters
    ----------
    x, y : (n, 1) float64
        Points.
    at : float
        The place.
    edges : (k + 1,) float64
        Of the bins of y, ascending.
    width : float
        Of the strip around `at` whose points count.

    Returns
    -------
    (k,) float64
        The share of the strip's points in each bin, in per cent; NaN if the strip has none.
    """
    near = np.abs(x[:, 0] - at) < width / 2
    with np.errstate(invalid="ignore"):
        return 100 * np.histogram(y[near, 0], edges)[0] / near.sum()


class MeanTraining:
    """A network of two hidden layers of tanh units learns a `cloud` with the squared error, step by step.

    Every step takes fresh points of the cloud, so that none can be learned by heart.

    Parameters
    ----------
    units : int
        Of each hidden layer.
    seed : int
        Of the points, and, with `draw`, of the first weights.
    draw : int
        How many networks with other first weights came before.

    Attributes
    ----------
    network : Network
        From (1,) to (1,), float64.
    steps : int
        How many it has done.
    """

    def __init__(self, units: int = 24, seed: int = 0, draw: int = 0) -> None:
        self.seed, self.draw, self.steps = seed, draw, 0
        self.network = Network(
            [Dense(units), Tanh(), Dense(units), Tanh(), Dense(1)],
            input_shape=(1,),
            rng=seed + draw,
            dtype=np.float64,
        )
        self.optimiser = Adam(0.01)

    def step(self, points_of: Cloud) -> None:
        """One step of Adam on `BATCH` new points of a cloud.

        Parameters
        ----------
        points_of : Cloud
            The cloud.
        """
        x, y = points_of.points(BATCH, (self.seed, self.draw, 1 + self.steps))
        self.network.loss_and_gradients(x, y, SQUARED)
        self.optimiser.step(self.network.parameters, self.network.gradients, 0.0)
        self.steps += 1

    def yhat(self, x: ArrayLike) -> Array:
        """What the network says.

        Parameters
        ----------
        x : (n,), or one number
            Where.

        Returns
        -------
        (n,) float64
        """
        return self.network.forward(np.atleast_1d(np.asarray(x, dtype=float))[:, None])[:, 0]

    def losses(self, points_of: Cloud, x: Array, y: Array) -> tuple[float, float]:
        """The squared error of the network, and that of the true mean, on the same points.

        Parameters
        ----------
        points_of : Cloud
            The cloud, which knows its mean.
        x, y : (n, 1) float64
            Points of it.

        Returns
        -------
        of_network, of_mean : float
        """
        return SQUARED(self.network.forward(x), y), SQUARED(points_of.mean(x), y)
