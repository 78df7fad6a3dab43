"""The regions into which lines cut the plane: each unit of a first layer is one line w . x + b = 0 (topic 3)."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from cnnlab import arguments, ops
from cnnlab.layers import Dense
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

__all__ = [
    "codes",
    "count",
    "crossings",
    "general_count",
    "in_window",
    "normalised",
    "of_network",
    "of_two_inputs",
    "through",
    "two_layers",
    "why_fewer",
]


def of_two_inputs(name: str, network: Network) -> Network:
    """The network, if it takes points of the plane.

    Parameters
    ----------
    name : str
        How the message calls it.
    network : Network
        With input_shape (2,).

    Returns
    -------
    Network
        The same.

    Raises
    ------
    TypeError, ValueError
        If it is no network, takes anything but two numbers, or has a weight that is not finite.
    """
    arguments.of_kind(name, network, Network, "a network, such as Network([Dense(4), ReLU(), Dense(1)], (2,))")
    if network.input_shape != (2,):
        raise ValueError(f"{name} must take two inputs, input_shape (2,); this one takes {network.input_shape}")
    arguments.finite_weights(name, network.parameters | network.state)
    return network


def of_network(network: Network, name: str = "network") -> tuple[Array, Array]:
    """The lines of a network's first fully-connected layer.

    What stands before it may move and stretch the plane (Standardise, BatchNorm, Dropout), not bend it.

    Parameters
    ----------
    network : Network
        With input_shape (2,).
    name : str
        How the message calls it.

    Returns
    -------
    w : (2, k) float64
        One column per line: its normal.
    b : (k,) float64
        w . x + b = 0 on the line.

    Raises
    ------
    TypeError, ValueError
        If there are no such lines.

    Source
    ------
    Lecture topic 3.
    """
    of_two_inputs(name, network)
    place = next((i for i, layer in enumerate(network) if isinstance(layer, Dense)), None)
    if place is None:
        raise ValueError(f"{name} must have a Dense layer, whose units draw the lines; got {network!r}")
    layer: Any = network[place]
    if place == 0:
        w = layer.parameters["w"].astype(float)
        return w, layer.parameters["b"].astype(float) if layer.bias else np.zeros(w.shape[1])
    points = np.array([[0, 0], [1, 0], [0, 1], [2, -1], [-1.5, 0.5]])
    e = points.astype(network.dtype)
    for before in network[: place + 1]:
        e = before.forward(e)
    e = e.astype(float)
    b, w = e[0], e[1:3] - e[0]
    if not np.allclose(points @ w + b, e, rtol=0, atol=1e-4 * np.abs(e).max()):
        kinds = ", ".join(type(before).__name__ for before in network[:place])
        raise ValueError(
            f"{name}: its first layer must be Dense, or stand behind one that does not bend the plane; "
            f"got {kinds} before it"
        )
    return w, b


def through(points: Array, normals: Array) -> tuple[Array, Array]:
    """The lines through points with these normals.

    Parameters
    ----------
    points, normals : (k, 2) float64
        One row per line; a normal of length zero gives w = 0, a unit without a line.

    Returns
    -------
    w : (2, k) float64
        The normals, as columns.
    b : (k,) float64
        So that w . x + b is 0 at each point.
    """
    w = normals.T
    return w, 0.0 - (w * points.T).sum(axis=0)


def _lines(w: ArrayLike, b: ArrayLike) -> tuple[Array, Array]:
    """w and b in float64, checked."""
    w, b = np.asarray(w, dtype=float), np.asarray(b, dtype=float)
    if w.ndim != 2 or w.shape[0] != 2 or b.shape != w.shape[1:]:
        raise ValueError(f"w must be (2, k), one column per line, and b (k,); got shapes {w.shape} and {b.shape}")
    if not (np.isfinite(w).all() and np.isfinite(b).all()):
        raise ValueError("w and b must be finite numbers; got NaN or infinity")
    return w, b


def two_layers(points: Array, w: Array, b: Array, v: Array) -> tuple[Array, Array, Any]:
    """A layer of ReLU units, whose lines these are, and one unit that sums them with weights of its own.

    Parameters
    ----------
    points : (..., 2) float64
        Inputs.
    w, b, v : (2, k), (k,) and (k,) float64
        Weights and biases of the first layer, weights of the second.

    Returns
    -------
    e, h : (..., k) float64
        Excitations and activations of the first layer.
    yhat : (...) float64
        sum_k v_k h_k.
    """
    e = points @ w + b
    h = ops.relu(e)
    return e, h, h @ v


def normalised(w: ArrayLike, b: ArrayLike) -> Array:
    """The lines, each once, with normals of length 1.

    Parameters
    ----------
    w : (2, k)
        One column per line; a unit with w = 0 draws no line and is left out.
    b : (k,)
        Biases.

    Returns
    -------
    (n, 3) float64
        Unit normal and offset of each.

    Raises
    ------
    ValueError
        For other shapes and for numbers that are not finite.
    """
    w, b = _lines(w, b)
    length = np.hypot(*w)
    kept = length > 1e-12
    rows = np.concatenate([w[:, kept] / length[kept], b[None, kept] / length[kept]]).T
    flip = (rows[:, 0] < -1e-12) | ((np.abs(rows[:, 0]) <= 1e-12) & (rows[:, 1] < 0))
    rows[flip] *= -1
    distinct, count = np.empty_like(rows), 0
    for row in rows:
        met = distinct[:count]
        if not (np.abs(row - met) <= 1e-9 + 1e-5 * np.abs(met)).all(axis=1).any():
            distinct[count], count = row, count + 1
    return distinct[:count]


def crossings(w: ArrayLike, b: ArrayLike) -> list[tuple[float, float, int]]:
    """The points in which two or more of the lines cross.

    Parameters
    ----------
    w : (2, k)
        One column per line.
    b : (k,)
        Biases.

    Returns
    -------
    list of (x, y, lines)
        Each point once, with the number of lines through it.

    Raises
    ------
    ValueError
        For other shapes and for numbers that are not finite.
    """
    rows = normalised(w, b)
    one, two = rows[np.array(list(combinations(range(len(rows)), 2)), int).reshape(-1, 2).T]
    cross = np.abs(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]) > 1e-9
    one, two = one[cross], two[cross]
    points = np.linalg.solve(np.stack([one[:, :2], two[:, :2]], axis=1), -np.stack([one[:, 2:], two[:, 2:]], axis=1))
    found, near, count = points[:, :, 0].copy(), 1e-7 * (1 + np.hypot(*points[:, :, 0].T)), 0
    for point, tolerance in zip(points[:, :, 0], near, strict=True):
        if not (np.hypot(*(point - found[:count]).T) < tolerance).any():
            found[count], near[count], count = point, tolerance, count + 1
    far = np.abs(np.column_stack([found[:count], np.ones(count)]) @ rows.T)
    through = (far < near[:count, None]).sum(axis=1)
    return [(float(x), float(y), max(int(m), 2)) for (x, y), m in zip(found[:count], through, strict=True)]


def count(w: ArrayLike, b: ArrayLike) -> int:
    """How many regions the lines make in the whole plane.

    The first line cuts the plane in 2; each further line adds one region more than the points in which it meets the
    others: 1 + k + sum over crossings of (lines through it - 1). In general position that is 1 + k + k (k - 1) / 2.

    Parameters
    ----------
    w : (2, k)
        One column per line.
    b : (k,)
        Biases.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        For other shapes and for numbers that are not finite.

    Source
    ------
    Lecture topic 3.
    """
    return 1 + len(normalised(w, b)) + sum(lines - 1 for _, _, lines in crossings(w, b))


def general_count(k: int) -> int:
    """The largest number of regions that k lines can make in the plane: 1 + k + k (k - 1) / 2.

    Parameters
    ----------
    k : int
        How many lines.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If k is no number of lines.

    Source
    ------
    Lecture topic 3.
    """
    if not isinstance(k, (int, np.integer)) or isinstance(k, bool) or k < 0:
        raise ValueError(f"k must be a number of lines, 0 or more; got {k!r}")
    return int(1 + k + k * (k - 1) // 2)


def codes(w: ArrayLike, b: ArrayLike, points: ArrayLike) -> Array:
    """Which units are on at each point: w . x + b > 0.

    Parameters
    ----------
    w : (2, k)
        One column per unit.
    b : (k,)
        Biases.
    points : (n, 2)
        Where.

    Returns
    -------
    (n, k) bool

    Raises
    ------
    ValueError
        For other shapes and for numbers that are not finite.
    """
    w, b = _lines(w, b)
    return np.asarray(points, dtype=float) @ w + b > 0


def in_window(
    w: ArrayLike,
    b: ArrayLike,
    x: tuple[float, float],
    y: tuple[float, float],
    cells: int = 81,
    avoid: Sequence[Any] = (),
    margin: float = 0.0,
) -> list[tuple[str, float, float, float]]:
    """The regions that a window shows, each with a place well inside where a word can stand.

    Parameters
    ----------
    w : (2, k)
        One column per line.
    b : (k,)
        Biases.
    x, y : (low, high)
        The window.
    cells : int
        Regions smaller than a raster of cells x cells points may be missed.
    avoid : points (2,)
        Which the word should not touch.
    margin : float
        Half the width of the word, to be kept from the sides of the window.

    Returns
    -------
    list of (code, x, y, share)
        The code as a string such as "101"; the raster point farthest from every line, so that a word written there does
        not touch one; the share of the window.

    Raises
    ------
    ValueError
        For other shapes and for numbers that are not finite.
    """
    w, b = _lines(w, b)
    across, up = np.meshgrid(np.linspace(*x, cells), np.linspace(*y, cells))
    points = np.stack([across.ravel(), up.ravel()], axis=1)
    e = points @ w + b
    on, length = e > 0, np.hypot(*w)
    distance = np.abs(e) / np.where(length > 1e-12, length, 1.0)
    distance[:, length <= 1e-12] = np.inf
    sides = np.minimum(points[:, 0] - x[0], x[1] - points[:, 0]) - margin
    near = 0.03 * (x[1] - x[0])
    border = np.minimum(sides, np.minimum(points[:, 1] - y[0], y[1] - points[:, 1])) + near
    distance = distance.min(axis=1, initial=np.inf)
    room = np.minimum(border, 0) + 1.5 * np.minimum(distance, np.maximum(border, near))
    for place in avoid:
        room = np.minimum(room, 1.5 * np.hypot(*(points - place).T))
    key, regions = on @ (1 << np.arange(w.shape[1])), []
    met = key[distance > 1e-9]  # a point on a line belongs to no region; and of neighbours in one, the first will do
    for value in np.unique(np.append(met[:1], met[1:][met[1:] != met[:-1]])):
        inside = np.flatnonzero(key == value)
        best = inside[np.argmax(room[inside])]
        code, (at_x, at_y) = "".join("1" if bit else "0" for bit in on[best]), map(float, points[best])
        regions.append((code, at_x, at_y, len(inside) / len(points)))
    return regions


def why_fewer(w: ArrayLike, b: ArrayLike) -> str:
    """A sentence that says what keeps these lines from general position; empty if nothing does.

    Parameters
    ----------
    w : (2, k)
        One column per line.
    b : (k,)
        Biases.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For other shapes and for numbers that are not finite.
    """
    w, b = _lines(w, b)
    rows, reasons = normalised(w, b), []
    if len(rows) < w.shape[1]:
        reasons.append("two units draw the same line, or one has w = 0 and draws none")
    parallel = sum(abs(one[0] * two[1] - one[1] * two[0]) <= 1e-9 for one, two in combinations(rows, 2))
    if parallel:
        reasons.append(
            f"{parallel} pair{'s' if parallel > 1 else ''} of lines {'are' if parallel > 1 else 'is'} parallel"
        )
    many = [lines for _, _, lines in crossings(w, b) if lines > 2]
    if many:
        reasons.append(f"{max(many)} lines pass through one point")
    return " and ".join(reasons)
