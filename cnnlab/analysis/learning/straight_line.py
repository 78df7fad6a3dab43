"""The loss of the smallest network of all, yhat = u1 + u2 x, over its two weights (lecture topic 4)."""

from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.types import Array, ArrayLike

__all__ = ["StraightLine", "in_other_units", "points"]

POINTS, SPREAD, INTERCEPT, INCREASE = 24, 0.3, 0.4, 0.6


class StraightLine:
    """L(u) = 1/n sum_i (u1 + u2 x_i - y_i)^2: a straight line through points, a landscape that is a parabola.

    A place u = (u1, u2) of this landscape is a line in the plane of the points: u1 is its bias, u2 its weight.

    Parameters
    ----------
    x, y : (n,)
        The points.

    Attributes
    ----------
    samples : int
        How many points there are.
    hessian : (2, 2) float64
        The second derivatives of L, the same at every u.
    best : (2,) float64
        Where L is smallest.
    same_everywhere : bool
        True: the curvature does not depend on u.

    Raises
    ------
    ValueError
        If x and y are not two rows of finite numbers of one length, at least two, or all x are alike.

    Source
    ------
    Lecture topic 4.
    """

    same_everywhere = True

    def __init__(self, x: ArrayLike, y: ArrayLike) -> None:
        self.x = arguments.array("x", np.asarray(x, dtype=float), 1, "(n,)", finite=True)
        self.y = arguments.array("y", np.asarray(y, dtype=float), 1, "(n,)", finite=True)
        if self.x.shape != self.y.shape or len(self.x) < 2 or np.ptp(self.x) == 0:
            raise ValueError(
                "x and y must be of one length, and at least two x different; "
                f"got {len(self.x)} and {len(self.y)} numbers, {len(np.unique(self.x))} different x"
            )
        self.samples = len(self.x)
        self._inputs = np.stack([np.ones_like(self.x), self.x], axis=1)  # (n, 2): e = inputs @ u
        self.hessian = 2 / self.samples * self._inputs.T @ self._inputs
        self.best: Array = np.linalg.solve(self.hessian, 2 / self.samples * self._inputs.T @ self.y)

    def _points(self, rows: ArrayLike | None) -> tuple[Array, Array]:
        """Inputs and targets of the points that make L."""
        if rows is None:
            return self._inputs, self.y
        chosen: Array = np.asarray(rows)
        return self._inputs[chosen], self.y[chosen]

    def yhat(self, u: ArrayLike, x: ArrayLike) -> Array:
        """The line of a place.

        Parameters
        ----------
        u : (2,)
            Bias and weight.
        x : (k,)
            Where.

        Returns
        -------
        (k,) float64
        """
        u = np.asarray(u, dtype=float)
        return u[0] + u[1] * np.asarray(x, dtype=float)

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
        off = np.asarray(u, dtype=float) - self.best
        lowest = np.mean((self._inputs @ self.best - self.y) ** 2)
        return lowest + 0.5 * ((off @ self.hessian) * off).sum(-1)

    def gradient(self, u: ArrayLike, rows: ArrayLike | None = None) -> Array:
        """dL/du at u (2,).

        Parameters
        ----------
        u : (2,)
            A place.
        rows : (k,) int, optional
            The points that make L, a mini-batch; by default all of them.

        Returns
        -------
        (2,) float64
        """
        inputs, y = self._points(rows)
        return 2 / len(y) * (inputs @ np.asarray(u, dtype=float) - y) @ inputs

    def gradients(self, u: ArrayLike, rows: ArrayLike | None = None) -> Array:
        """dL/du at many places.

        Parameters
        ----------
        u : (k, 2)
            Places.
        rows : (k, n) int, optional
            For each place the points that make L; by default all of them.

        Returns
        -------
        (k, 2) float64
        """
        inputs, y = self._points(rows)
        e = (inputs @ np.asarray(u, dtype=float)[..., None])[..., 0] - y
        return 2 / y.shape[-1] * (e[:, None] @ inputs)[:, 0]

    def curvature(self, u: ArrayLike | None = None) -> float:
        """The largest eigenvalue of the Hessian.

        Parameters
        ----------
        u : (2,), optional
            A place; it is the same everywhere.

        Returns
        -------
        float
        """
        return float(np.linalg.eigvalsh(self.hessian).max())


def in_other_units(stretch: float = 1.0, shift: float = 0.0) -> StraightLine:
    """The same 24 points, their x measured in other units: stretch z + shift, z standardised (mean 0, deviation 1).

    The best line is y = 0.4 + 0.6 z in all of them; the shape of the landscape is not the same.

    Parameters
    ----------
    stretch : float
        Not zero.
    shift : float
        Added afterwards.

    Returns
    -------
    StraightLine
    """
    z = np.linspace(-1.0, 1.0, POINTS)
    z /= np.sqrt(np.mean(z**2))
    scatter = np.random.default_rng(4).standard_normal(POINTS)
    for regular in (np.ones(POINTS), z):  # what a line could explain is taken out: the best line is a round one
        scatter -= (scatter @ regular) / (regular @ regular) * regular
    scatter *= SPREAD / np.sqrt(np.mean(scatter**2))
    return StraightLine(stretch * z + shift, INTERCEPT + INCREASE * z + scatter)


def points(landscape: Any) -> tuple[Array, Array] | None:
    """The samples of a landscape, if each is one number x with one number y, so that a place is a curve among them.

    Parameters
    ----------
    landscape : landscape
        Any one.

    Returns
    -------
    (x, y), (n,) float64 both, or None
    """
    x, y = np.asarray(getattr(landscape, "x", ())), np.asarray(getattr(landscape, "y", ()))
    alike = x.ndim and y.ndim and 1 < len(x) == len(y) and x.size == y.size == len(x)
    if not callable(getattr(landscape, "yhat", None)) or not alike:
        return None
    return x.reshape(-1).astype(float), y.reshape(-1).astype(float)
