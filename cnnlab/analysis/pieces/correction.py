"""A bias plus correction vectors: a network from one number to points of the plane (lecture topic 2)."""

from dataclasses import dataclass

import numpy as np

from cnnlab.analysis.pieces.activations import activation, activation_backward
from cnnlab.types import Array

__all__ = ["Corrections"]


@dataclass(frozen=True, eq=False)
class Corrections:
    """yhat(z) = v_0 + sum_j v_j f(z - knot_j): as z grows, the units turn on, and each adds its vector.

    Parameters
    ----------
    bias : (2,) float64
        v_0, where yhat is while all ReLU units are off.
    v : (k, 2) float64
        The correction vectors.
    knots : (k,) float64
        Where the units turn on.
    f : str
        One of `activations.ACTIVATIONS`.

    Source
    ------
    Lecture topic 2.
    """

    bias: Array
    v: Array
    knots: Array
    f: str = "ReLU"

    def activations(self, z: Array) -> Array:
        """How active the units are.

        Parameters
        ----------
        z : (n,) float64
            Inputs.

        Returns
        -------
        h : (n, k) float64
        """
        return activation(z[:, None] - self.knots, self.f)

    def outputs(self, z: Array) -> Array:
        """Where yhat is.

        Parameters
        ----------
        z : (n,) float64
            Inputs.

        Returns
        -------
        yhat : (n, 2) float64
        """
        return self.bias + self.activations(z) @ self.v

    def chain(self, z: float) -> Array:
        """The scaled vectors head to tail: v_0, v_0 + v_1 h_1, ... up to yhat.

        Parameters
        ----------
        z : float
            The input.

        Returns
        -------
        (k + 1, 2) float64
        """
        h = self.activations(np.array([z]))[0]
        return np.vstack([self.bias, self.bias + np.cumsum(h[:, None] * self.v, axis=0)])

    def direction(self, z: float) -> Array:
        """dyhat/dz: where the curve goes as z grows, the sum of the vectors of all units that are on (ReLU).

        Parameters
        ----------
        z : float
            The input.

        Returns
        -------
        (2,) float64
        """
        e = (z - self.knots)[None, :]
        h = activation(e, self.f)
        return activation_backward(np.ones_like(h), e, h, self.f)[0][0] @ self.v

    def way(self, reach: float, cells: int = 161) -> tuple[Array, Array]:
        """The curve as a line shows it: points at even distances, and both sides of every knot.

        Parameters
        ----------
        reach : float
            From z = -reach to reach.
        cells : int
            Points at even distances.

        Returns
        -------
        z : (n,) float64
            Ascending.
        yhat : (n, 2) float64
        """
        sides = np.concatenate([self.knots, np.nextafter(self.knots, np.inf)])
        z = np.sort(np.concatenate([np.linspace(-reach, reach, cells), sides[np.abs(sides) <= reach]]))
        return z, self.outputs(z)
