"""Loss surfaces over two numbers (lecture topic 4).

A landscape is any object with `loss(u)`, a number; `gradient(u)`, (2,); and `curvature(u)`, the largest second
derivative there, for u = (u1, u2) in float64. `descent.descend` walks on any of them, `relief.relief` makes a map of
it. A landscape that is made of data also tells how many `samples` there are, and takes gradient(u, rows), of these
samples alone. If its samples are numbers x, each with one number y, and it has `yhat(u, x)`, a place u is a curve that
can be drawn among them (`learning.straight_line.points`). One that computes both in one go has `loss_and_gradient(u)`,
too, and one for which many places cost hardly more than one takes `loss(u)` and has `gradients(u)` of many, (k, 2), or
gradients(u, rows), rows (k, n). `same_everywhere` is true where the curvature does not depend on u.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from cnnlab import arguments, losses
from cnnlab.losses import checked_targets
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike, Seed

__all__ = ["NetworkPlane", "Quadratic", "checked", "curvatures"]

PARTS = ("loss", "gradient", "curvature")
MOST = 2000  # parameters, of a network whose whole Hessian is asked for


class Quadratic:
    """L(u) = 1/2 sum_i lambda_i s_i^2, with s the coordinates of u along two axes turned by `angle`.

    Parameters
    ----------
    curvatures : (lambda_1, lambda_2)
        Positive; a bowl if they are alike, a ravine if they are not.
    angle : float
        Radians, anticlockwise from the u1 axis to the first axis of the bowl.

    Attributes
    ----------
    axes : (2, 2) float64
        Row i is the direction of axis i.
    hessian : (2, 2) float64
        The second derivatives of L, everywhere the same.
    same_everywhere : bool
        True: the curvature does not depend on u.

    Raises
    ------
    ValueError
        For curvatures that are not positive.

    Source
    ------
    Lecture topic 4.
    """

    same_everywhere = True

    def __init__(self, curvatures: ArrayLike = (1.0, 1.0), angle: float = 0.0) -> None:
        self.curvatures = np.asarray(curvatures, dtype=float)
        if self.curvatures.shape != (2,) or not (np.isfinite(self.curvatures) & (self.curvatures > 0)).all():
            raise ValueError(f"curvatures must be two positive numbers; got {curvatures!r}")
        c, s = np.cos(angle), np.sin(angle)
        self.axes = np.array([[c, s], [-s, c]])  # row i: the direction of axis i
        self.hessian = self.axes.T @ np.diag(self.curvatures) @ self.axes

    def loss(self, u: ArrayLike) -> Any:
        """L at u (2,), one number, or at every row of u (..., 2).

        Parameters
        ----------
        u : (..., 2)
            Places.

        Returns
        -------
        (...) float64
        """
        s = np.asarray(u, dtype=float) @ self.axes.T
        return 0.5 * (self.curvatures * s**2).sum(-1)

    def gradient(self, u: ArrayLike) -> Array:
        """dL/du at u (2,), (2,) float64.

        Parameters
        ----------
        u : (2,)
            A place.

        Returns
        -------
        (2,) float64
        """
        return self.hessian @ np.asarray(u, dtype=float)

    def gradients(self, u: ArrayLike) -> Array:
        """dL/du at many places.

        Parameters
        ----------
        u : (k, 2)
            Places.

        Returns
        -------
        (k, 2) float64
        """
        return np.asarray(u, dtype=float) @ self.hessian

    def curvature(self, u: ArrayLike | None = None) -> float:
        """The largest eigenvalue of the Hessian, lambda_max: descent is stable for eta < 2 / lambda_max.

        Parameters
        ----------
        u : (2,), optional
            A place; it is the same everywhere.

        Returns
        -------
        float
        """
        return float(self.curvatures.max())


class NetworkPlane:
    """The loss of a network on the plane through its present weights that two directions span.

    The directions are random, neither of length 1 nor made orthogonal (in so many dimensions they nearly are), but
    scaled array by array to the size of the weights: a step of 1 along an axis is as large as the weights themselves.
    So eta on this plane is not the eta of the network: along an axis, eta moves the weights as eta * |direction|^2
    would. u = (0, 0) is the network as it came, and its weights are left as they were.

    Parameters
    ----------
    network : Network
        Any one.
    loss : Loss
        As for `fit`.
    x : (N, *network.input_shape), dtype of network
        Samples.
    y : (N,) int, or (N, *network.output_shape)
        As for `fit`.
    rng : int or Generator
        Seed of the two directions, or where they are drawn from.

    Attributes
    ----------
    samples : int
        How many x holds.

    Raises
    ------
    TypeError, ValueError
        For what does not fit, naming the argument; if a weight is not finite, its name is in the message.

    Source
    ------
    Li et al. 2018, "Visualizing the loss landscape of neural nets": "filter normalisation", here one scale per array.
    """

    def __init__(self, network: Network, loss: losses.Loss, x: ArrayLike, y: ArrayLike, rng: Seed = 0) -> None:
        self.network = arguments.of_kind("network", network, Network, "a network, such as Network([Dense(10)], (64,))")
        self.lossfunction = arguments.of_kind("loss", loss, losses.Loss, "a loss, such as MSE()")
        self.x = network.checked(x)
        self.y = checked_targets(loss, y, (len(self.x), *network.output_shape), network.dtype)
        self.samples = len(self.x)
        self.origin = {name: array.copy() for name, array in network.parameters.items()}
        self.state = {name: array.copy() for name, array in network.state.items()}
        arguments.finite_weights("network", self.origin | self.state)
        numbers = np.random.default_rng(rng if isinstance(rng, np.random.Generator) else arguments.seed("rng", rng))
        self.directions = [self._direction(numbers) for _ in range(2)]
        self._steps = [[step.ravel() for step in one.values()] for one in self.directions]
        origin = [array.ravel() for array in self.origin.values()]  # in one row: a walk sets all at every step
        self._rows = [np.concatenate([np.zeros(0, network.dtype), *some]) for some in (origin, *self._steps)]

    def _direction(self, rng: np.random.Generator) -> dict[str, Array]:
        out = {}
        for name, array in self.origin.items():
            step = rng.standard_normal(array.shape)
            out[name] = (step * (np.linalg.norm(array) or 1.0) / np.linalg.norm(step)).astype(array.dtype)
        return out

    def _place(self, u: Any) -> None:
        self._put(self._rows[0] + u[0] * self._rows[1] + u[1] * self._rows[2])

    def _put(self, row: Array) -> None:
        first = 0
        for layer in self.network.layers:
            for array in layer.parameters.values():
                array[...] = row[first : first + array.size].reshape(array.shape)
                first += array.size

    @contextmanager
    def _at(self, u: ArrayLike) -> Iterator[None]:
        """The network is there; afterwards it is as it came."""
        try:
            self._place(np.asarray(u, dtype=float))
            yield
        finally:
            self._put(self._rows[0])
            for name, array in self.network.state.items():
                array[...] = self.state[name]

    def loss(self, u: ArrayLike) -> Any:
        """L of all samples at u (2,), one number, or at every row of u (..., 2).

        Parameters
        ----------
        u : (..., 2)
            Places.

        Returns
        -------
        float, or (...) float64
        """
        found, places = [], np.asarray(u, dtype=float)
        with np.errstate(over="ignore", invalid="ignore"), self._at((0.0, 0.0)):
            for place in places.reshape(-1, 2):
                self._place(place)
                found.append(self.lossfunction(self.network.predict(self.x), self.y))
        return np.array(found).reshape(places.shape[:-1]) if places.ndim > 1 else float(found[0])

    def yhat(self, u: ArrayLike, x: ArrayLike) -> Array:
        """What the network of a place says: of one input, the curve that this place stands for.

        Parameters
        ----------
        u : (2,)
            A place.
        x : (k, *network.input_shape), or (k,) for one input
            Where.

        Returns
        -------
        (k,) for one output, else (k, *network.output_shape)
        """
        given = np.asarray(x, dtype=self.network.dtype).reshape(-1, *self.network.input_shape)
        with self._at(u):
            said: Array = self.lossfunction.yhat(self.network.forward(given))
        return said[:, 0] if said.shape[1:] == (1,) else said

    def _descended(self, rows: Any = None) -> float:
        """The loss of some samples, or of all; their gradients are then in the network."""
        x, y = (self.x, self.y) if rows is None else (self.x[rows], self.y[rows])
        return float(self.network.loss_and_gradients(x, y, self.lossfunction, checked=True)[0])

    def _gradients(self) -> list[Array]:
        return [array.ravel() for array in self.network.gradients.values()]

    def _projected(self) -> Array:
        pairs = [zip(self._gradients(), steps, strict=True) for steps in self._steps]
        return np.array([sum(float(gradient.dot(step)) for gradient, step in one) for one in pairs])

    def gradient(self, u: ArrayLike, rows: ArrayLike | None = None) -> Array:
        """dL/du: the gradient of all weights, projected on the two directions.

        Parameters
        ----------
        u : (2,)
            A place.
        rows : (k,) int, optional
            The samples that make L, a mini-batch; by default all of them.

        Returns
        -------
        (2,) float64
        """
        with self._at(u):
            self._descended(rows)
            return self._projected()

    def loss_and_gradient(self, u: ArrayLike) -> tuple[float, Array]:
        """L of all samples and dL/du, in one pass.

        Parameters
        ----------
        u : (2,)
            A place.

        Returns
        -------
        loss : float
        gradient : (2,) float64
        """
        with np.errstate(over="ignore", invalid="ignore"), self._at(u):
            return self._descended(), self._projected()

    def curvature(self, u: ArrayLike, step: float = 1e-2) -> float:
        """The largest eigenvalue of the 2 x 2 Hessian at u, from central differences of the gradient.

        Parameters
        ----------
        u : (2,)
            A place.
        step : float
            How far to either side the differences look.

        Returns
        -------
        float
        """
        return curvatures(self, u, step)[1]

    def full_curvature(self, step: float = 1e-3) -> float:
        """The largest eigenvalue of the Hessian of ALL weights, where the network came.

        2 / it is the limit of the network's own eta there. It comes from central differences of the gradient, two for
        each weight.

        Parameters
        ----------
        step : float
            How far to either side the differences look.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            For a network with more than 2000 parameters.
        """
        if self.network.parameter_count > MOST:
            raise ValueError(f"network must have at most {MOST} parameters here; it has {self.network.parameter_count}")

        def beside(array, place, change):
            array[place] += change
            self._descended()
            array[place] -= change
            return np.concatenate(self._gradients()).astype(float)

        with self._at((0.0, 0.0)):
            columns = [
                (beside(array, place, step) - beside(array, place, -step)) / (2 * step)
                for array in self.network.parameters.values()
                for place in np.ndindex(array.shape)
            ]
        return float(_eigenvalues(columns)[-1])


def _eigenvalues(columns: list[Array]) -> Array:
    """The eigenvalues, ascending, of a Hessian that was measured column by column."""
    hessian = np.array(columns)
    return np.linalg.eigvalsh((hessian + hessian.T) / 2)


def curvatures(landscape: Any, u: ArrayLike, step: float = 1e-3) -> tuple[float, float]:
    """The smallest and the largest eigenvalue of the Hessian at u, from central differences of the gradient.

    Parameters
    ----------
    landscape : landscape
        With `gradient`.
    u : (2,)
        A place.
    step : float
        How far to either side the differences look.

    Returns
    -------
    least, largest : float
    """
    u = np.asarray(u, dtype=float)
    pairs = [(np.asarray(landscape.gradient(u + d)), landscape.gradient(u - d)) for d in step * np.eye(2)]
    least, largest = _eigenvalues([(above - below) / (2 * step) for above, below in pairs])
    return float(least), float(largest)


def checked(name: str, landscape: Any, parts: Sequence[str] = PARTS) -> Any:
    """The landscape, if it can be one.

    Parameters
    ----------
    name : str
        How the message calls it.
    landscape : object
        With the functions `parts`.
    parts : sequence of str
        Those that are needed.

    Returns
    -------
    object
        The landscape.

    Raises
    ------
    TypeError
        If one of its functions is missing.
    """
    missing = [part for part in parts if not callable(getattr(landscape, part, None))]
    if missing or isinstance(landscape, type):
        kind = landscape.__name__ if isinstance(landscape, type) else type(landscape).__name__
        hint = " (a network? wrap it: NetworkPlane(network, loss, x, y))" if isinstance(landscape, Network) else ""
        hint = f" itself; did you mean {kind}()?" if isinstance(landscape, type) else hint
        raise TypeError(f"{name} must have {' and '.join(f'{part}(u)' for part in parts)}; got {kind}{hint}")
    return landscape
