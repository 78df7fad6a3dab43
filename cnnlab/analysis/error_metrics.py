"""Errors in numbers: which answers are wrong, how hard a loss pushes, what the squared error teaches (topic 5)."""

import numpy as np

from cnnlab import arguments, ops
from cnnlab.layers import Dense, Tanh
from cnnlab.losses import MSE, BinaryCrossEntropy, decide
from cnnlab.network import Network
from cnnlab.optimisers import Adam
from cnnlab.types import Array, ArrayLike

__all__ = [
    "BATCH",
    "MeanTraining",
    "cloud",
    "conditional_histogram",
    "conditional_mean",
    "misclassified",
    "ranked",
    "sigmoid_losses",
]

SQUARED, ENTROPY = MSE(), BinaryCrossEntropy()
BATCH = 300  # points of one step


def misclassified(outputs: Array, y: Array) -> Array:
    """Which samples a network gets wrong.

    Parameters
    ----------
    outputs : (N, K)
        Of two or more classes; the largest is the answer.
    y : (N,) int
        The right classes.

    Returns
    -------
    (M,) int
        Their numbers, ascending.

    Raises
    ------
    TypeError, ValueError
        For anything but such outputs; ValueError where one is NaN.
    """
    return np.flatnonzero(decide(outputs) != y)


def ranked(outputs: Array) -> Array:
    """The classes from the largest output to the smallest.

    Parameters
    ----------
    outputs : (K,)
        Of one sample.

    Returns
    -------
    (K,) int
        Of equal outputs the first comes first.
    """
    return np.argsort(-outputs, kind="stable")


def sigmoid_losses(e: ArrayLike, y: float) -> dict[str, Array]:
    """The squared error and the binary cross-entropy of one sigmoid output, and their gradients.

    Parameters
    ----------
    e : (n,), or one number
        Excitations of the output unit.
    y : float
        The target, 0 or 1.

    Returns
    -------
    dict of (n,) float64
        `yhat` = sigmoid(e); the losses `mse` = (yhat - y)^2 and `bce`; their gradients dL/de, `d_mse` and `d_bce`.

    Source
    ------
    Lecture topic 5.
    """
    e = np.atleast_1d(np.asarray(e, dtype=float))
    column, target = e[:, None], np.full((len(e), 1), float(y))
    yhat = ops.sigmoid(column)
    mse, bce, d_mse, d_bce = (np.empty(len(e)) for _ in range(4))
    for i in range(len(e)):
        one = slice(i, i + 1)
        mse[i], bce[i] = SQUARED(yhat[one], target[one]), ENTROPY(column[one], target[one])
        d_mse[i] = ops.sigmoid_backward(SQUARED.gradient(yhat[one], target[one]), yhat[one])[0, 0]
        d_bce[i] = ENTROPY.gradient(column[one], target[one])[0, 0]
    return {"yhat": yhat[:, 0], "mse": mse, "bce": bce, "d_mse": d_mse, "d_bce": d_bce}


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

    def step(self, spread: float) -> None:
        """One step of Adam on `BATCH` new points of a cloud.

        Parameters
        ----------
        spread : float
            Of the cloud.
        """
        x, y = cloud(spread=spread, rng=(self.seed, self.draw, 1 + self.steps))
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

    def losses(self, x: Array, y: Array) -> tuple[float, float]:
        """The squared error of the network, and that of the true mean, on the same points.

        Parameters
        ----------
        x, y : (n, 1) float64
            The points.

        Returns
        -------
        of_network, of_mean : float
        """
        return SQUARED(self.network.forward(x), y), SQUARED(conditional_mean(x), y)
