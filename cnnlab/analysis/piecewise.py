"""Functions of one number that a layer of hidden units builds: knots, pieces, two ways to fit (topics 2 and 19)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from cnnlab import arguments, ops
from cnnlab.analysis.pieces.activations import LEAK, activation, activation_backward
from cnnlab.losses import MSE, BinaryCrossEntropy, Loss
from cnnlab.ops import unchecked
from cnnlab.types import Array, ArrayLike

__all__ = [
    "Curve",
    "HiddenUnits",
    "bounded_least_squares",
    "loss_of",
    "samples",
    "scattered",
]

SLOPES = (-0.5, 1.0)  # between which the slope of PReLU is held
NEAR = 1e-6  # on either side of a knot stands a point so near


def bounded_least_squares(a: Array, t: Array, limit: float, steps: int = 4000) -> Array:
    """The u with |u_j| <= limit that makes sum (a u - t)^2 least.

    Exact where the free solution fits, otherwise by projected gradient descent with Nesterov's momentum.

    Parameters
    ----------
    a : (n, k) float64
        One column per unknown.
    t : (n,) float64
        What a u should be.
    limit : float
        The largest |u_j|.
    steps : int
        Of the descent.

    Returns
    -------
    u : (k,) float64
    """
    u = np.linalg.lstsq(a, t, rcond=1e-9)[0]
    if np.abs(u).max() <= limit:
        return u
    gram, rhs = a.T @ a, a.T @ t
    eta = 1 / np.linalg.norm(gram, 2)
    u = ahead = np.clip(u, -limit, limit)
    for k in range(steps):
        last, u = u, np.clip(ahead - eta * (gram @ ahead - rhs), -limit, limit)
        ahead = u + k / (k + 3) * (u - last)
    return u


class Curve(NamedTuple):
    """A function as a line shows it: points at even distances, and one on either side of every knot.

    Attributes
    ----------
    x : (n,) float64
        Ascending.
    h : (n, k) float64
        Activations of the hidden units.
    yhat : (n,) float64
        Outputs, as the loss reads them.
    knots : (m,) float64
        Those between the ends.
    at_knots : (m,) float64
        yhat there; in the middle of a jump.
    """

    x: Array
    h: Array
    yhat: Array
    knots: Array
    at_knots: Array


@dataclass(frozen=True, eq=False)
class HiddenUnits:
    """y(x) = bias + sum_j v_j f(w_j x + b_j), a network from one number to one number; all arrays float64.

    Parameters
    ----------
    w : (1, k)
        Weights of the first layer.
    b : (k,)
        Its biases.
    v : (k, 1)
        Weights of the second layer.
    bias : (1,)
        Its bias.
    slope : (k,)
        That of PReLU, the same for all units.
    f : str
        One of `ACTIVATIONS`.
    sharpness : float
        Of sigmoid and tanh.

    Source
    ------
    Lecture topics 2 and 19.
    """

    w: Array
    b: Array
    v: Array
    bias: Array
    slope: Array
    f: str = "ReLU"
    sharpness: float = 1.0

    def layer(self, x: Array) -> tuple[Array, Array, Array]:
        """Forward propagation.

        Parameters
        ----------
        x : (n,) float64
            Inputs.

        Returns
        -------
        e, h : (n, k) float64
            Excitations and activations of the hidden units.
        y : (n,) float64
            Outputs.
        """
        e, h = self._hidden(x)
        return e, h, ops.dense(h, self.v, self.bias)[:, 0]

    def _hidden(self, x: Array) -> tuple[Array, Array]:
        e = ops.dense(x[:, None], self.w, self.b)
        return e, activation(e, self.f, self.slope, self.sharpness)

    def knots(self) -> Array:
        """The knots -b_j / w_j of the units.

        Returns
        -------
        (k,) float64
            NaN where w_j = 0: that unit is constant.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.w[0] != 0, -self.b / self.w[0], np.nan) + 0.0

    def kinks(self, reach: float) -> list[float]:
        """The places where y really bends or jumps: neither v nor the kink is 0 there, and no two knots cancel.

        Parameters
        ----------
        reach : float
            Places with |x| < reach are wanted.

        Returns
        -------
        list of float
            Ascending.
        """
        change = {"leaky ReLU": 1 - LEAK, "PReLU": 1 - self.slope[0]}.get(self.f, 1.0)
        rectifies = self.f in ("ReLU", "leaky ReLU", "PReLU")
        size = self.v[:, 0] * (np.abs(self.w[0]) * change if rectifies else np.sign(self.w[0]))
        total: dict[float, float] = {}
        for at, by in zip(np.round(self.knots(), 6), size, strict=True):
            if abs(at) < reach:
                total[at] = total.get(at, 0.0) + by
        return sorted(at for at, by in total.items() if abs(by) > 1e-9)

    def pieces(self, reach: float) -> tuple[list[float], Array, Array]:
        """The pieces of y between its kinks: all of them straight, unless f is smooth.

        Parameters
        ----------
        reach : float
            From x = -reach to reach.

        Returns
        -------
        kinks : list of float
            As `kinks` gives them.
        heights, slopes : (pieces,) float64
            y in the middle of each piece, and dy/dx there.
        """
        kinks = self.kinks(reach)
        ends = np.array([-reach, *kinks, reach])
        middles = (ends[:-1] + ends[1:]) / 2
        e, h, y = self.layer(middles)
        rate, _ = activation_backward(np.ones_like(h), e, h, self.f, self.slope, self.sharpness)
        return kinks, y, (rate * self.w[0]) @ self.v[:, 0]

    def dead(self, x: Array) -> list[int]:
        """The units that no gradient reaches: f is flat at every sample (those of unit step and signum always are).

        Parameters
        ----------
        x : (n,) float64
            Samples.

        Returns
        -------
        list of int
            Counted from 1.
        """
        e, h = self._hidden(x)
        rate, _ = activation_backward(np.ones_like(h), e, h, self.f, self.slope, self.sharpness)
        return [int(j) + 1 for j in np.flatnonzero((rate == 0).all(axis=0))]

    def curve(self, reach: float, loss: Loss, cells: int = 241) -> Curve:
        """The function as a line shows it: its steps are upright, its kinks sharp.

        Parameters
        ----------
        reach : float
            From x = -reach to reach.
        loss : Loss
            It reads the outputs.
        cells : int
            Points at even distances.

        Returns
        -------
        Curve
        """
        knots = np.array([knot for knot in self.knots() if abs(knot) < reach])
        left, right = knots - NEAR, knots + NEAR
        even = np.linspace(-reach, reach, cells)
        even = even[np.abs(even[:, None] - knots).min(axis=1, initial=1.0) > NEAR]
        x = np.sort(np.concatenate([even, left, right]))
        _, h, y = self.layer(x)
        yhat = loss.yhat(y[:, None])[:, 0]
        return Curve(x, h, yhat, knots, (np.interp(left, x, yhat) + np.interp(right, x, yhat)) / 2)

    def error(self, x: Array, t: Array, loss: Loss) -> float:
        """The loss on samples.

        Parameters
        ----------
        x, t : (n,) float64
            Samples and targets.
        loss : Loss
            Of y and t.

        Returns
        -------
        float
        """
        return loss(self.layer(x)[2][:, None], t[:, None])

    def fitted(self, x: Array, t: Array, limit: float) -> "HiddenUnits":
        """The same knots with the v and bias of least squared error.

        Parameters
        ----------
        x, t : (n,) float64
            Samples and targets.
        limit : float
            The largest |v_j| and |bias|.

        Returns
        -------
        HiddenUnits
        """
        _, h, _ = self.layer(x)
        best = bounded_least_squares(np.column_stack([h, np.ones(len(x))]), t, limit)
        return replace(self, v=best[:-1, None], bias=best[-1:])

    def trained(self, x: Array, t: Array, loss: Loss, eta: float, steps: int, limit: float) -> "HiddenUnits":
        """What gradient descent makes of all weights.

        Parameters
        ----------
        x, t : (n,) float64
            Samples and targets.
        loss : Loss
            Of y and t.
        eta : float
            The learning rate.
        steps : int
            How many, each on all samples.
        limit : float
            The largest absolute value of w, b, v and bias: they are held within it.

        Returns
        -------
        HiddenUnits
        """
        w, b, v, bias, slope = self.w, self.b, self.v, self.bias, self.slope
        for _ in range(steps):
            e = unchecked.dense(x[:, None], w, b)
            h = activation(e, self.f, slope, self.sharpness)
            dy = loss.gradient(unchecked.dense(h, v, bias), t[:, None])
            dh, dv, dbias = unchecked.dense_backward(dy, h, v)
            assert dh is not None  # it was asked for
            de, dslope = activation_backward(dh, e, h, self.f, slope, self.sharpness)
            _, dw, db = unchecked.dense_backward(de, x[:, None], w, need_input=False)
            w, b, v = (np.clip(u - eta * du, -limit, limit) for u, du in ((w, dw), (b, db), (v, dv)))
            bias = np.clip(bias - eta * dbias, -limit, limit)
            slope = np.clip(slope - eta * dslope.sum(), *SLOPES)  # one slope, shared by all units
        return replace(self, w=w, b=b, v=v, bias=bias, slope=slope)


def loss_of(classes: bool) -> Loss:
    """What a function is judged by: the squared error, or for classes the binary cross-entropy.

    Parameters
    ----------
    classes : bool
        Whether the targets are 0 or 1.

    Returns
    -------
    Loss
    """
    return BinaryCrossEntropy() if classes else MSE()


def samples(
    target: Callable[[Array], ArrayLike], reach: float, count: int, classes: bool = False
) -> tuple[Array, Array]:
    """What is to be learned: the values of a function, or its classes.

    Parameters
    ----------
    target : function
        Of x, an array.
    reach : float
        From x = -reach to reach.
    count : int
        How many samples, at even distances.
    classes : bool
        1 where the target is positive, else 0, in place of its values.

    Returns
    -------
    x, t : (count,) float64
    """
    x = np.linspace(-reach, reach, count)
    t = np.asarray(target(x))
    return x, (t > 0).astype(float) if classes else t


def scattered(units: int, seed: int) -> list[tuple[float, float, float]]:
    """Random weights of hidden units whose knots lie all over -2 < x < 2.

    Parameters
    ----------
    units : int
        How many.
    seed : int
        Of the random numbers.

    Returns
    -------
    list of (w, b, v)
        Rounded to tenths.
    """
    rng = arguments.generator("seed", seed)
    knots = rng.permutation(np.linspace(-1.6, 1.6, units) + rng.uniform(-0.3, 0.3, units))
    found = []
    for j, knot in enumerate(knots, 1):
        w = round((-1) ** j * rng.uniform(1.5, 3.0), 1)
        found.append((w, round(-w * knot, 1), round(rng.uniform(-1, 1), 1)))
    return found
