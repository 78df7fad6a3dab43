"""Training that goes one step at a time, and takes a step back that leaves all bounds (lecture topics 1, 3 and 18)."""

import numpy as np

from cnnlab import arguments
from cnnlab.analysis import regions
from cnnlab.layers import Dense, ReLU, Tanh
from cnnlab.losses import MSE, BinaryCrossEntropy, Loss, checked_targets
from cnnlab.network import Network
from cnnlab.optimisers import SGD, Adam, Optimiser
from cnnlab.types import Array, ArrayLike, Seed

__all__ = [
    "FIRST_WEIGHTS",
    "BatchTraining",
    "Rounds",
    "class_labels",
    "disc_and_ring",
    "loss_along",
    "ring_task",
    "small_network",
    "small_task",
]

# The first weights of notebook 01: no unit is dead, every gradient shows at the digits that are printed.
FIRST_WEIGHTS = 51
RUNAWAY = 1e4  # a loss so many times the first one does not come back
BEYOND = 1e9  # so many times the loss at the start (or 1) counts as diverged


def small_task(n: int = 8) -> tuple[Array, Array]:
    """One slow wave with a step up, the same every time.

    Parameters
    ----------
    n : int
        How many points, from x = -2 to 2.

    Returns
    -------
    x, y : (n, 1) float64
    """
    x = np.linspace(-2.0, 2.0, n)
    return x[:, None], np.round(np.tanh(2 * x) - 0.35 * x, 2)[:, None]


def small_network(hidden: int = 3, rng: int = FIRST_WEIGHTS) -> Network:
    """A network of one input, `hidden` tanh units and one output, float64, all of its parameters random.

    The weights are as `Network` draws them, then come the biases, from -1 to 1. (With all biases zero, `small_task`,
    which is antisymmetric, would leave them there for ever.)

    Parameters
    ----------
    hidden : int
        How many hidden units.
    rng : int
        Seed of the random numbers.

    Returns
    -------
    Network
        From (1,) to (1,).
    """
    network = Network([Dense(hidden), Tanh(), Dense(1)], input_shape=(1,), rng=rng, dtype=np.float64)
    numbers = arguments.generator("rng", rng)
    for layer in (network.layers[0], network.layers[2]):
        layer.parameters["b"][...] = numbers.uniform(-1, 1, layer.parameters["b"].shape)
    return network


def loss_along(
    network: Network, loss: Loss, x: Array, y: Array, place: tuple[str, tuple[int, ...]], values: Array
) -> Array:
    """The loss as a function of one parameter, all others as they are; the network stays as it was.

    Parameters
    ----------
    network : Network
        Any one.
    loss : Loss
        As for `fit`.
    x, y : arrays
        The samples.
    place : (str, tuple of int)
        The name of an array in `network.parameters`, and a place in it.
    values : (k,)
        What the parameter is set to.

    Returns
    -------
    (k,) float64
    """
    name, at = place
    array, found = network.parameters[name], np.empty(len(values))
    kept = array[at]
    try:
        for k, value in enumerate(values):
            array[at] = value
            found[k] = loss(network.forward(x), y)
    finally:
        array[at] = kept
    return found


class Rounds:
    """A `small_network` learns a training set with the squared error, one round at a time.

    Parameters
    ----------
    x, y : (n, 1) float64
        The training set.
    hidden : int
        Hidden units.
    seed : int
        Of the first weights.

    Attributes
    ----------
    network : Network
        As it is now.
    loss : MSE
        What it is judged by.
    losses : list of float
        Before the first round, and after each.
    count : int
        Finished rounds.
    diverged : bool
        Whether the loss has run away; then there are no more rounds.

    Source
    ------
    Lecture topics 1 and 18.
    """

    def __init__(self, x: Array, y: Array, hidden: int = 3, seed: int = FIRST_WEIGHTS) -> None:
        self.x, self.y, self.hidden, self.seed, self.loss = x, y, hidden, seed, MSE()
        self.restart()

    def restart(self) -> None:
        """Back to the first weights."""
        self.network = small_network(self.hidden, self.seed)
        self.losses, self.count, self.diverged = [self._loss()], 0, False

    def _loss(self) -> float:
        return self.loss(self.network.forward(self.x), self.y)

    def step(self, eta: float) -> None:
        """One round on the whole training set: forward, loss, backward, and u <- u - eta dL/du.

        A round after which the loss has run away is taken back, so that all numbers stay numbers.

        Parameters
        ----------
        eta : float
            Learning rate.
        """
        if self.diverged:
            return
        self.network.loss_and_gradients(self.x, self.y, self.loss)
        before = {name: array.copy() for name, array in self.network.parameters.items()}
        with np.errstate(over="ignore", invalid="ignore"):
            SGD(eta).step(self.network.parameters, self.network.gradients, 0.0)
            loss = self._loss()
        self.diverged = not loss <= RUNAWAY * max(self.losses[0], 1e-12)  # NaN is not less than anything
        if self.diverged:
            for name, array in self.network.parameters.items():
                array[...] = before[name]
        else:
            self.count += 1
            self.losses.append(loss)


class BatchTraining:
    """A network with two inputs learns a task in random batches, step by step.

    Parameters
    ----------
    network : Network
        With input_shape (2,), whose first layer is Dense or stands behind one that does not bend the plane.
    loss : Loss
        As for `fit`.
    optimiser : Optimiser
        As for `fit`.
    x : (N, 2) float32 or float64
        Samples.
    y : (N,), (N, 1) or (N, K)
        Classes 0, 1, ..., or numbers.
    batch : int
        Samples per step; all of them if there are fewer.
    rng : int or Generator
        Seed of the batches.

    Attributes
    ----------
    labels : (N,) int, or None
        The class of every sample; None where y holds numbers.
    steps : int
        Steps of the optimiser since the first weights, without one that was taken back.
    losses : list of float
        On all samples: before the first step, and after each.
    diverged : bool
        Whether the last step would have left all bounds: it was taken back, and there are no more steps.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        optimiser: Optimiser,
        x: ArrayLike,
        y: ArrayLike,
        batch: int = 32,
        rng: Seed = 0,
    ) -> None:
        regions.of_network(network)
        self.network = network
        self.loss = arguments.of_kind("loss", loss, Loss, "a loss, such as BinaryCrossEntropy()")
        self.optimiser = arguments.of_kind("optimiser", optimiser, Optimiser, "an optimiser, such as Adam(0.03)")
        if isinstance(rng, np.random.Generator):
            rng = int(rng.integers(2**62))
        self.seed = arguments.seed("rng", rng)
        self.x, self.y, self.batch = np.asarray(x), np.asarray(y), arguments.whole("batch", batch)
        if self.x.ndim != 2 or self.x.shape[1] != 2 or self.y.ndim == 0 or len(self.y) != len(self.x):
            raise ValueError(f"x must be (N, 2) and y (N,); got shapes {self.x.shape} and {self.y.shape}")
        network.checked(self.x)
        if self.y.dtype.kind == "f":
            arguments.array("y", self.y, finite=True)
        checked_targets(loss, self.y, (len(self.x), *network.output_shape), network.dtype)
        self.first = float(loss(network.forward(self.x), self.y))
        self.limit = BEYOND * max(self.first, 1.0)
        self.labels = class_labels(self.y)
        self._fresh = {name: array.copy() for name, array in network.parameters.items()}
        self._start_state = {name: array.copy() for name, array in optimiser.state.items()}
        self._begin()

    def _begin(self) -> None:
        self.steps, self.rng, self.diverged = 0, np.random.default_rng(self.seed), False
        self.losses = [self.first]

    def step(self) -> None:
        """One step of the optimiser on a random batch; a step that leaves all bounds is taken back."""
        if self.diverged:
            return
        before = self.network.weights()
        chosen = self.rng.choice(len(self.x), size=min(self.batch, len(self.x)), replace=False)
        self.network.loss_and_gradients(self.x[chosen], self.y[chosen], self.loss)
        self.optimiser.step(self.network.parameters, self.network.gradients, 0.0)
        loss = float(self.loss(self.network.predict(self.x, len(self.x)), self.y))
        if loss < self.limit:
            self.steps += 1
            self.losses.append(loss)
        else:
            self.network.set_weights(before)
            self.diverged = True

    def restart(self) -> None:
        """Back to the weights, the optimiser's state and the batches it began with."""
        for name, array in self.network.parameters.items():
            array[...] = self._fresh[name]
        self.optimiser.restore(self._start_state)
        self._begin()

    def judged(self) -> tuple[float, float | None]:
        """How good the network is on all samples.

        Returns
        -------
        loss : float
        wrong : float or None
            The share that is decided wrongly; None where y holds numbers.
        """
        e = self.network.predict(self.x, len(self.x))
        wrong = None if self.labels is None else float(np.mean(self.loss.decide(e) != self.labels))
        return self.loss(e, self.y), wrong

    def output(self, points: Array) -> Array:
        """The last output of the network at points of the plane.

        Parameters
        ----------
        points : (n, 2)
            Where.

        Returns
        -------
        (n,), dtype of x
            yhat, as the loss reads the network's output.
        """
        return self.loss.yhat(self.network.predict(points.astype(self.x.dtype), len(points)))[:, -1]


def class_labels(y: Array) -> Array | None:
    """The class of every sample, or None where y holds numbers: floats that are not all 0 or 1.

    Parameters
    ----------
    y : (N,), (N, 1) or (N, K)
        Classes, numbers, or a row with one 1 for each sample.

    Returns
    -------
    (N,) int, or None
    """
    y = y.reshape(len(y), -1)
    if y.dtype.kind == "f" and not np.isin(y, (0, 1)).all():
        return None
    return (y[:, 0] if y.shape[1] == 1 else y.argmax(axis=1)).astype(int)


def ring_task() -> tuple[Network, Loss, Optimiser, Array, Array]:
    """A small task, a network and how to train it: which points lie outside of the unit circle.

    Returns
    -------
    network : Network
        Four hidden units, one output, float64.
    loss : BinaryCrossEntropy
    optimiser : Adam
    x : (60, 2) float64
        Random points.
    y : (60,) int
        1 for those outside.
    """
    x = np.random.default_rng(0).standard_normal((60, 2))
    network = Network([Dense(4), ReLU(), Dense(1)], (2,), rng=0, dtype=np.float64)
    return network, BinaryCrossEntropy(), Adam(0.03), x, (np.hypot(*x.T) > 1).astype(int)


def disc_and_ring(n: int = 160, rng: Seed = 0) -> tuple[Array, Array]:
    """A disc of one class with a ring of the other all around it: no single line can part them.

    Parameters
    ----------
    n : int
        How many points; every second one belongs to the ring.
    rng : int or Generator
        Of the random numbers.

    Returns
    -------
    x : (n, 2) float64
        Less than 0.9 from the origin in the disc, 1.3 to 2 in the ring.
    y : (n,) int
        0 in the disc, 1 in the ring.
    """
    numbers = arguments.generator("rng", rng)
    y = np.arange(arguments.whole("n", n)) % 2
    radius = np.where(y, numbers.uniform(1.3, 2.0, n), numbers.uniform(0.0, 0.9, n))
    angle = numbers.uniform(0, 2 * np.pi, n)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), y
