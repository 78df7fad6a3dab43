"""Loss surfaces over two numbers, and the path that gradient descent takes on them (lecture topic 4).

A landscape has `loss(u)`, `gradient(u)` and `curvature(u)`, with u = (u1, u2) in float64. `descend` walks on any of
them.
"""

from dataclasses import dataclass

import numpy as np

from . import arguments

FAR = 1e12  # a path that comes so far from the origin has left for good: its squares would soon overflow


class Quadratic:
    """L(u) = 1/2 sum_i lambda_i s_i^2, with s the coordinates of u along two axes turned by `angle`.

    curvatures : (lambda_1, lambda_2), positive; a bowl if they are alike, a ravine if they are not.  angle : radians,
    anticlockwise from the u1 axis to the first axis of the bowl.  Raises ValueError for curvatures that are not
    positive.
    """

    def __init__(self, curvatures=(1.0, 1.0), angle=0.0):
        self.curvatures = np.asarray(curvatures, dtype=float)
        if self.curvatures.shape != (2,) or not (np.isfinite(self.curvatures) & (self.curvatures > 0)).all():
            raise ValueError(f"curvatures must be two positive numbers; got {curvatures!r}")
        c, s = np.cos(angle), np.sin(angle)
        self.axes = np.array([[c, s], [-s, c]])  # row i: the direction of axis i
        self.hessian = self.axes.T @ np.diag(self.curvatures) @ self.axes

    def loss(self, u):
        """L(u); u (..., 2) -> (...)."""
        s = np.asarray(u, dtype=float) @ self.axes.T
        return 0.5 * (self.curvatures * s**2).sum(-1)

    def gradient(self, u):
        """dL/du, (2,)."""
        return self.hessian @ np.asarray(u, dtype=float)

    def curvature(self, u=None):
        """The largest eigenvalue of the Hessian, lambda_max: descent is stable for eta < 2 / lambda_max."""
        return float(self.curvatures.max())


class NetworkPlane:
    """The loss of a network on the plane through its present weights that two directions span.

    network : any Network; its weights are left as they were.  loss, x, y : as for `fit`.  rng : seed or Generator of
        the two directions, which are random, orthonormal, and scaled array by array to the size of the weights (Li et
        al. 2018, "filter normalisation", here one scale per array), so that a step of 1 along an axis is about as
        large as the weights themselves.
    u = (0, 0) is the network as it came.  Raises ValueError if a weight is not finite: its name is in the message.
    """

    def __init__(self, network, loss, x, y, rng=0):
        self.network, self.lossfunction, self.x, self.y = network, loss, x, y
        self.origin = {name: array.copy() for name, array in network.parameters().items()}
        arguments.finite_weights("network", self.origin)
        rng = np.random.default_rng(rng)
        self.directions = [self._direction(rng) for _ in range(2)]

    def _direction(self, rng):
        out = {}
        for name, array in self.origin.items():
            step = rng.standard_normal(array.shape)
            size = np.linalg.norm(array) or 1.0
            out[name] = (step * size / np.linalg.norm(step)).astype(array.dtype)
        return out

    def _place(self, u):
        for name, array in self.network.parameters().items():
            array[...] = self.origin[name] + u[0] * self.directions[0][name] + u[1] * self.directions[1][name]

    def _at(self, u, work):
        u = np.asarray(u, dtype=float)
        try:
            self._place(u)
            return work()
        finally:
            self._place((0.0, 0.0))

    def loss(self, u):
        """L at u (2,), or at every row of an array (..., 2)."""
        u = np.asarray(u, dtype=float)
        if u.ndim > 1:
            return np.array([self.loss(row) for row in u.reshape(-1, 2)]).reshape(u.shape[:-1])
        with np.errstate(over="ignore", invalid="ignore"):
            return float(self._at(u, lambda: self.lossfunction(self.network.forward(self.x), self.y)))

    def gradient(self, u):
        """dL/du, (2,): the gradient of all weights, projected on the two directions."""

        def work():
            self.network.loss_and_gradients(self.x, self.y, self.lossfunction)
            gradients = self.network.gradients()
            return np.array(
                [
                    sum(float((gradients[name] * step).sum()) for name, step in direction.items())
                    for direction in self.directions
                ]
            )

        return self._at(u, work)

    def curvature(self, u, step=1e-2):
        """The largest eigenvalue of the 2 x 2 Hessian at u, from central differences of the gradient."""
        u = np.asarray(u, dtype=float)
        columns = [(self.gradient(u + d) - self.gradient(u - d)) / (2 * step) for d in step * np.eye(2)]
        hessian = np.array(columns)
        return float(np.linalg.eigvalsh((hessian + hessian.T) / 2).max())


@dataclass(frozen=True)
class Path:
    """What `descend` did.

    u : (n + 1, 2), the start and every step; losses : (n + 1,).  diverged : the path ran away or met a number that is
        not finite;
    reason : a sentence saying so, empty otherwise.  A diverged path ends at the last place whose numbers were finite.
    """

    u: np.ndarray
    losses: np.ndarray
    diverged: bool
    reason: str

    @property
    def steps(self):
        return len(self.u) - 1


def descend(landscape, start, eta, steps, momentum=0.0, noise=0.0, rng=0):
    """u <- u - eta dL/du (lecture topic 4), from `start`, `steps` times -> Path.

    momentum : v <- momentum v - eta dL/du, u <- u + v.  noise : standard deviation of a random number added to each
        component of every gradient, as the choice of a mini-batch does; rng : its seed.  Raises ValueError for eta <=
        0, steps < 0, momentum outside of [0, 1), or a start that is not two finite numbers.
    """
    u = np.array(start, dtype=float)
    if u.shape != (2,) or not np.isfinite(u).all():
        raise ValueError(f"start must be two finite numbers; got {start!r}")
    if not (np.isfinite(eta) and eta > 0):
        raise ValueError(f"eta must be a positive number; got {eta!r}")
    if steps < 0 or not 0 <= momentum < 1:
        raise ValueError(f"steps must be at least 0 and momentum in [0, 1); got steps {steps!r}, momentum {momentum!r}")
    rng = np.random.default_rng(rng)
    v = np.zeros(2)
    path, losses = [u.copy()], [float(landscape.loss(u))]
    for step in range(1, steps + 1):
        v = momentum * v - eta * (landscape.gradient(u) + noise * rng.standard_normal(2))
        u = u + v
        value = float(landscape.loss(u)) if np.isfinite(u).all() and np.abs(u).max() < FAR else np.inf
        if not np.isfinite(value):
            return Path(
                np.array(path),
                np.array(losses),
                True,
                f"diverged: at step {step} the numbers have left all bounds, each step is larger than the last",
            )
        path.append(u.copy())
        losses.append(value)
    runaway = losses[-1] > 1e3 * max(losses[0], 1e-300)
    reason = f"diverging: the loss grew from {losses[0]:.3g} to {losses[-1]:.3g} in {steps} steps" if runaway else ""
    return Path(np.array(path), np.array(losses), runaway, reason)
