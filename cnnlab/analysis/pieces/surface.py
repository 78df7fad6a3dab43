"""The bent surface of two layers over the plane: its light and shade, where it is zero, its lines in a window."""

from dataclasses import dataclass

import numpy as np

from cnnlab.analysis import regions
from cnnlab.types import Array

__all__ = ["TwoLayers", "lighting", "segments", "zeros"]

SUN = np.array([-0.5, 0.7, 0.6])  # where the light comes from: upper left, and above


@dataclass(frozen=True, eq=False)
class TwoLayers:
    """yhat = v_0 + sum_k v_k ReLU(w_k . x + b_k), over the plane of two inputs.

    Parameters
    ----------
    w : (2, k) float64
        One column per unit of the first layer.
    b : (k,) float64
        Its biases.
    v : (k,) float64
        Weights of the second layer.
    bias : float
        v_0.

    Source
    ------
    Lecture topics 3 and 19.
    """

    w: Array
    b: Array
    v: Array
    bias: float = 0.0

    def at(self, points: Array) -> tuple[Array, Array, Array]:
        """Forward propagation.

        Parameters
        ----------
        points : (..., 2) float64
            Inputs.

        Returns
        -------
        e, h : (..., k) float64
            Excitations and activations of the first layer.
        yhat : (...) float64
        """
        e, h, total = regions.two_layers(points, self.w, self.b, self.v)
        return e, h, self.bias + total

    def gradient(self, points: Array) -> Array:
        """The gradient of yhat: the same all over a region.

        Parameters
        ----------
        points : (..., 2) float64
            Where.

        Returns
        -------
        (..., 2) float64
        """
        on = points @ self.w + self.b > 0
        return (on * self.v) @ self.w.T

    def along(self, x2: float, reach: float, cells: int = 121) -> tuple[Array, Array, Array, Array, Array]:
        """A cut through the plane, from left to right.

        Parameters
        ----------
        x2 : float
            How high it lies.
        reach : float
            From x1 = -reach to reach.
        cells : int
            Points at even distances.

        Returns
        -------
        x1 : (n,) float64
            Ascending, with a point at every knot.
        h : (n, k) float64
        yhat : (n,) float64
        knots, at_knots : (m,) float64
            Where the cut crosses a line, and yhat there.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            met = -(self.w[1] * x2 + self.b) / self.w[0]
        knots = np.sort(met[np.abs(met) < reach]) + 0.0
        x1 = np.sort(np.concatenate([np.linspace(-reach, reach, cells), knots]))
        _, h, yhat = self.at(np.stack([x1, np.full_like(x1, x2)], axis=-1))
        return x1, h, yhat, knots, np.interp(knots, x1, yhat)

    def wrong(self, points: Array, labels: Array) -> int:
        """How many points lie on the wrong side of yhat = 0.

        Parameters
        ----------
        points : (n, 2) float64
            Where.
        labels : (n,) int
            1 where yhat should be above 0, else 0.

        Returns
        -------
        int
        """
        return int(np.sum((self.at(points)[2] > 0) != (labels > 0)))


def lighting(slopes: Array, steepest: float) -> Array:
    """How much light falls on a surface from the upper left: each flat facet has one brightness.

    Parameters
    ----------
    slopes : (..., 2) float64
        Its gradient.
    steepest : float
        The slope that is shown as one of 60 degrees.

    Returns
    -------
    (...) float64
        From -1, dark, to 1, bright; 0 where the surface is level.
    """
    tilt = np.tan(np.deg2rad(60)) * slopes / (steepest or 1.0)
    normal = np.concatenate([-tilt, np.ones((*tilt.shape[:-1], 1))], axis=-1)
    sun = SUN / np.linalg.norm(SUN)
    bright = normal @ sun / np.linalg.norm(normal, axis=-1) - sun[2]
    return np.clip(np.where(bright > 0, bright / (1 - sun[2]), bright / (1 + sun[2]) * 2), -1.0, 1.0)


def zeros(network: TwoLayers, reach: float, cells: int = 61) -> Array:
    """Where yhat is 0, as one broken line: a straight piece for every facet that passes through 0.

    Parameters
    ----------
    network : TwoLayers
        Whose yhat it is.
    reach : float
        Half the side of the window.
    cells : int
        Regions smaller than a raster of cells x cells points may be missed.

    Returns
    -------
    (m, 2) float64
        Points, with a row of NaN behind every piece; a facet that is 0 all over has none.
    """
    ticks = np.linspace(-reach, reach, cells)
    points = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    on = points @ network.w + network.b > 0
    found = []
    new = np.append(True, (on[1:] != on[:-1]).any(axis=1))  # neighbours mostly lie in one region, and sorting is dear
    for code in np.unique(on[new], axis=0):
        slope, height = network.w @ (code * network.v), network.bias + network.b @ (code * network.v)
        sign = np.where(code, 1.0, -1.0)  # inside the region each of these is at least 0
        ends = _clipped(slope, height, sign * network.w, sign * network.b, reach)
        if ends is not None:
            found += [*ends, np.full(2, np.nan)]
    return np.array(found).reshape(-1, 2)


def _clipped(normal: Array, bias: float, w: Array, b: Array, reach: float) -> Array | None:
    """The part of the line normal . x + bias = 0 with |x| <= reach and w . x + b >= 0; None if there is none."""
    length = np.hypot(*normal)
    if length < 1e-9:
        return None
    foot, along = -bias * normal / length**2, np.array([-normal[1], normal[0]]) / length
    sides = np.hstack([w, np.array([[1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, -1.0]])])
    offsets = np.append(b, np.full(4, reach))
    rate, start = along @ sides, foot @ sides + offsets  # start + t rate >= 0
    level = np.abs(rate) < 1e-12
    if (start[level] < -1e-9).any():
        return None
    at = -start[~level] / rate[~level]
    low = at[rate[~level] > 0].max(initial=-np.inf)
    high = at[rate[~level] < 0].min(initial=np.inf)
    return foot + along * np.array([[low], [high]]) if low < high - 1e-9 else None


def segments(w: Array, b: Array, reach: float) -> Array:
    """What a square window shows of each line.

    Parameters
    ----------
    w, b : (2, k) and (k,) float64
        One column per line.
    reach : float
        Half the side of the window.

    Returns
    -------
    (k, 2, 2) float64
        Two points of each line, on the sides of the window; NaN where the line does not pass through it.
    """
    found = np.full((w.shape[1], 2, 2), np.nan)
    for k in range(w.shape[1]):
        ends = _clipped(w[:, k], b[k], np.empty((2, 0)), np.empty(0), reach)
        if ends is not None:
            found[k] = ends
    return found
