"""Loss surfaces over two numbers (lecture topic 4).

A landscape is any object with `loss(u)`, a number; `gradient(u)`, (2,); and `curvature(u)`, the largest second
derivative there, for u = (u1, u2) in float64.  `descent.descend` walks on any of them, `relief` makes a map of it.  A
landscape that is made of data also tells how many `samples` there are, and takes gradient(u, rows), of these samples
alone.
"""

from dataclasses import dataclass

import numpy as np
from contourpy import contour_generator

from cnnlab import arguments, losses
from cnnlab.losses import checked_targets
from cnnlab.network import Network

PARTS = ("loss", "gradient", "curvature")
MOST = 2000  # parameters, of a network whose whole Hessian is asked for


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
        the two directions.  They are random, neither of length 1 nor made orthogonal (in so many dimensions they nearly
        are), but scaled array by array to the size of the weights (Li et al. 2018, "filter normalisation", here one
        scale per array): a step of 1 along an axis is as large as the weights themselves.  So eta on this plane is not
        the eta of the network: along an axis, eta moves the weights as eta * |direction|^2 would.
    u = (0, 0) is the network as it came.  samples : how many x holds.  Raises TypeError or ValueError, naming the
    argument; if a weight is not finite, its name is in the message.
    """

    def __init__(self, network, loss, x, y, rng=0):
        self.network = arguments.of_kind("network", network, Network, "a network, such as Network([Dense(10)], (64,))")
        self.lossfunction = arguments.of_kind("loss", loss, losses.Loss, "a loss, such as MSE()")
        self.x = network.checked(x)
        self.y = checked_targets(loss, y, (len(self.x), *network.output_shape), network.dtype)
        self.samples = len(self.x)
        self.origin = {name: array.copy() for name, array in network.parameters.items()}
        self.state = {name: array.copy() for name, array in network.state.items()}
        arguments.finite_weights("network", self.origin | self.state)
        drawn = isinstance(rng, np.random.Generator)
        rng = rng if drawn else np.random.default_rng(arguments.whole("rng", rng, at_least=0))
        self.directions = [self._direction(rng) for _ in range(2)]

    def _direction(self, rng):
        out = {}
        for name, array in self.origin.items():
            step = rng.standard_normal(array.shape)
            size = np.linalg.norm(array) or 1.0
            out[name] = (step * size / np.linalg.norm(step)).astype(array.dtype)
        return out

    def _place(self, u):
        for name, array in self.network.parameters.items():
            array[...] = self.origin[name] + u[0] * self.directions[0][name] + u[1] * self.directions[1][name]

    def _at(self, u, work):
        u = np.asarray(u, dtype=float)
        try:
            self._place(u)
            return work()
        finally:
            self._place((0.0, 0.0))
            for name, array in self.network.state.items():
                array[...] = self.state[name]

    def loss(self, u):
        """L of all samples at u (2,), or at every row of an array (..., 2)."""
        if np.ndim(u) > 1:
            return np.array([self.loss(row) for row in np.reshape(u, (-1, 2))]).reshape(np.shape(u)[:-1])
        with np.errstate(over="ignore", invalid="ignore"):
            return float(self._at(u, lambda: self.lossfunction(self.network.forward(self.x), self.y)))

    def _gradients(self, rows=None):
        x, y = (self.x, self.y) if rows is None else (self.x[rows], self.y[rows])
        self.network.loss_and_gradients(x, y, self.lossfunction)
        return self.network.gradients

    def gradient(self, u, rows=None):
        """dL/du, (2,): the gradient of all weights, projected on the two directions.  rows : the samples that make L,
        a mini-batch; by default all of them.
        """

        def work():
            gradients = self._gradients(rows)
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
        return _largest([(self.gradient(u + d) - self.gradient(u - d)) / (2 * step) for d in step * np.eye(2)])

    def full_curvature(self, step=1e-3):
        """The largest eigenvalue of the Hessian of ALL weights, where the network came: 2 / it is the limit of the
        network's own eta there.  From central differences of the gradient, two for each weight; raises ValueError for a
        network with more than 2000 of them.
        """
        if self.network.parameter_count > MOST:
            raise ValueError(f"network must have at most {MOST} parameters here; it has {self.network.parameter_count}")

        def beside(array, place, change):
            array[place] += change
            gradients = np.concatenate([g.ravel() for g in self._gradients().values()]).astype(float)
            array[place] -= change
            return gradients

        def work():
            return _largest(
                [
                    (beside(array, place, step) - beside(array, place, -step)) / (2 * step)
                    for array in self.network.parameters.values()
                    for place in np.ndindex(array.shape)
                ]
            )

        return self._at((0.0, 0.0), work)


def _largest(columns):
    """The largest eigenvalue of a Hessian that was measured column by column."""
    hessian = np.array(columns)
    return float(np.linalg.eigvalsh((hessian + hessian.T) / 2).max())


def checked(name, landscape, parts=PARTS):
    """The landscape, if it can be one.  Raises TypeError, calling it by `name`, if one of its functions is missing."""
    missing = [part for part in parts if not callable(getattr(landscape, part, None))]
    if missing or isinstance(landscape, type):
        kind = landscape.__name__ if isinstance(landscape, type) else type(landscape).__name__
        hint = " (a network? wrap it: NetworkPlane(network, loss, x, y))" if isinstance(landscape, Network) else ""
        hint = f" itself; did you mean {kind}()?" if isinstance(landscape, type) else hint
        raise TypeError(f"{name} must have {' and '.join(f'{part}(u)' for part in parts)}; got {kind}{hint}")
    return landscape


@dataclass(frozen=True)
class Relief:
    """A loss on a raster of places, as a map shows it.

    ticks : (n,), of both axes.  loss : (n, n), loss[i, j] at u = (ticks[j], ticks[i]), the largest in place of what is
    not finite.  height : (n, n), log10 of the loss, from what the raster can tell apart on; the loss itself if it is
    negative somewhere (log tells which).
    """

    ticks: np.ndarray
    loss: np.ndarray
    height: np.ndarray
    log: bool


def relief(landscape, extent=3.0, cells=61):
    """The loss over the square |u1|, |u2| <= extent -> Relief.  Raises ValueError if it is not finite anywhere."""
    ticks = np.linspace(-extent, extent, cells)
    loss = _everywhere(landscape, np.stack(np.meshgrid(ticks, ticks), axis=-1))
    finite = loss[np.isfinite(loss)]
    if not finite.size:
        raise ValueError(
            "the loss is not finite anywhere on this map: the weights are broken, or extent is far too large"
        )
    top = float(finite.max())
    loss = np.nan_to_num(loss, nan=top, posinf=top, neginf=float(finite.min()))
    if finite.min() < 0:
        return Relief(ticks, loss, loss, False)
    floor = max(1e-4 * top, min(_missed(loss), 0.1 * top), 1e-300)
    return Relief(ticks, loss, np.log10(np.maximum(loss, floor)), True)


def contours(ground, count=10):
    """The contour lines of a `Relief` as one broken line, (n, 2), with a row of NaN behind every piece.

    count : into so many bands they divide the heights.
    """
    levels, height = np.linspace(ground.height.min(), ground.height.max(), count)[1:-1], ground.height
    if ground.log:  # the root of the loss grows evenly beside a valley: its contours are smooth
        levels, height = 10 ** (levels / 2), np.sqrt(ground.loss)
    generator = contour_generator(ground.ticks, ground.ticks, height)
    pieces = [line for level in levels for line in generator.lines(level)]
    broken = [row for piece in pieces for row in (piece, [[np.nan, np.nan]])]
    return np.concatenate(broken) if broken else np.empty((0, 2))


def curvature_in_the_middle(name, landscape):
    """The curvature at u = (0, 0).  Raises ValueError, calling the landscape by `name`, if gradient or curvature give
    anything but finite numbers there.
    """
    middle = np.zeros(2)
    slope, bend = np.asarray(landscape.gradient(middle), float), landscape.curvature(middle)
    if slope.shape != (2,) or not np.isfinite(slope).all():
        raise ValueError(f"{name}: gradient(u) must be two finite numbers in the middle of the map; got {slope}")
    if np.ndim(bend) or not np.isfinite(bend):
        raise ValueError(f"{name}: curvature(u) must be a finite number in the middle of the map; got {bend!r}")
    return float(bend)


def _everywhere(landscape, u):
    """L at every row of u (n, n, 2): at once if the landscape's loss can do that, else place by place."""
    try:
        loss = np.asarray(landscape.loss(u), dtype=float)
        if loss.shape == u.shape[:-1]:
            return loss
    except (TypeError, ValueError, IndexError):
        pass  # a loss of one place: if it is broken, it will say so there
    loss = [landscape.loss(place) for place in u.reshape(-1, 2)]
    if any(np.size(one) != 1 for one in loss):
        raise ValueError(f"loss(u) must give one number for u = (u1, u2); got an array of shape {np.shape(loss[0])}")
    return np.array(loss, dtype=float).reshape(u.shape[:-1])


def _missed(loss):
    """What the raster cannot tell: a narrow valley runs between its points, and they miss the bottom by up to half a
    cell, one more than the next; the contours of such numbers would be a row of lakes.
    """
    padded = np.pad(loss, 1, constant_values=np.inf)
    rows, columns = loss.shape
    around = [padded[i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    lowest = (loss <= np.minimum.reduce(around))[1:-1, 1:-1]
    bend = loss[1:-1, 2:] + loss[1:-1, :-2] + loss[2:, 1:-1] + loss[:-2, 1:-1] - 4 * loss[1:-1, 1:-1]
    return float(loss.min() + bend[lowest].max(initial=0.0) / 4)
