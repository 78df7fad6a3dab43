"""The regions into which lines cut the plane (lecture topic 3): each unit of a first layer is one line w . x + b =
0.
"""

from itertools import combinations

import numpy as np

from cnnlab import arguments
from cnnlab.layers import Dense
from cnnlab.network import Network


def of_two_inputs(name, network):
    """The network, if it takes points of the plane.  Raises TypeError or ValueError, calling it by `name`, if it is no
    network, takes anything but two numbers, or has a weight that is not finite.
    """
    arguments.of_kind(name, network, Network, "a network, such as Network([Dense(4), ReLU(), Dense(1)], (2,))")
    if network.input_shape != (2,):
        raise ValueError(f"{name} must take two inputs, input_shape (2,); this one takes {network.input_shape}")
    arguments.finite_weights(name, network.parameters | network.state)
    return network


def of_network(network, name="network"):
    """The lines of a network's first fully-connected layer: w (2, k), b (k,), in float64.

    What stands before it may move and stretch the plane (Standardise, BatchNorm, Dropout), not bend it.  Raises
    TypeError or ValueError, calling the network by `name`.
    """
    of_two_inputs(name, network)
    place = next((i for i, layer in enumerate(network) if isinstance(layer, Dense)), None)
    if place is None:
        raise ValueError(f"{name} must have a Dense layer, whose units draw the lines; got {network!r}")
    layer = network[place]
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


def through(points, normals):
    """The lines through points (k, 2) with these normals (k, 2): w (2, k) and b (k,)."""
    w = normals.T
    return w, 0.0 - (w * points.T).sum(axis=0)


def _lines(w, b):
    w, b = np.asarray(w, dtype=float), np.asarray(b, dtype=float)
    if w.ndim != 2 or w.shape[0] != 2 or b.shape != w.shape[1:]:
        raise ValueError(f"w must be (2, k), one column per line, and b (k,); got shapes {w.shape} and {b.shape}")
    if not (np.isfinite(w).all() and np.isfinite(b).all()):
        raise ValueError("w and b must be finite numbers; got NaN or infinity")
    return w, b


def normalised(w, b):
    """The lines as (n, 3): unit normal and offset; a unit with w = 0 draws no line and is left out; equal lines count
    once.
    """
    w, b = _lines(w, b)
    length = np.hypot(*w)
    kept = length > 1e-12
    rows = np.concatenate([w[:, kept] / length[kept], b[None, kept] / length[kept]]).T
    flip = (rows[:, 0] < -1e-12) | ((np.abs(rows[:, 0]) <= 1e-12) & (rows[:, 1] < 0))
    rows[flip] *= -1
    distinct = []
    for row in rows:
        if not any(np.allclose(row, other, atol=1e-9) for other in distinct):
            distinct.append(row)
    return np.array(distinct).reshape(-1, 3)


def crossings(w, b):
    """Where the lines meet: a list of (x, y, number of lines through that point)."""
    rows, points = normalised(w, b), []
    for one, two in combinations(rows, 2):
        determinant = one[0] * two[1] - one[1] * two[0]
        if abs(determinant) > 1e-9:
            points.append(np.linalg.solve([one[:2], two[:2]], [-one[2], -two[2]]))
    found = []
    for point in points:
        if not any(np.hypot(*(point - other)) < 1e-7 * (1 + np.hypot(*point)) for other in found):
            found.append(point)
    scale = [1e-7 * (1 + np.hypot(*point)) for point in found]
    through = [
        int((np.abs(rows @ np.array([*point, 1.0])) < tolerance).sum())
        for point, tolerance in zip(found, scale, strict=True)
    ]
    return [(float(p[0]), float(p[1]), max(m, 2)) for p, m in zip(found, through, strict=True)]


def count(w, b):
    """How many regions the lines make in the whole plane.

    The first line cuts the plane in 2; each further line adds one region more than the points in which it meets the
    others:
    1 + k + sum over crossings of (lines through it - 1).  In general position that is 1 + k + k (k - 1) / 2.
    w (2, k), b (k,).
    """
    return 1 + len(normalised(w, b)) + sum(lines - 1 for _, _, lines in crossings(w, b))


def general_count(k):
    """The largest number of regions that k lines can make in the plane: 1 + k + k (k - 1) / 2."""
    if not isinstance(k, (int, np.integer)) or isinstance(k, bool) or k < 0:
        raise ValueError(f"k must be a number of lines, 0 or more; got {k!r}")
    return int(1 + k + k * (k - 1) // 2)


def codes(w, b, points):
    """Which units are on at each point: bool (n, k), w . x + b > 0.  w (2, k), b (k,), points (n, 2)."""
    w, b = _lines(w, b)
    return np.asarray(points, dtype=float) @ w + b > 0


def in_window(w, b, x, y, cells=81, avoid=(), margin=0.0):
    """The regions that a window shows: a list of (code as a string such as "101", x, y of a place well inside, share
    of the window).

    x, y : (low, high).  Regions smaller than a raster of cells x cells points may be missed.  The place is the raster
        point farthest from every line, so that a word written there does not touch one.  avoid : points (n, 2) that it
        should not touch, either; margin : half the width of the word, to be kept from the sides of the window.
    """
    w, b = _lines(w, b)
    across, up = np.meshgrid(np.linspace(*x, cells), np.linspace(*y, cells))
    points = np.stack([across.ravel(), up.ravel()], axis=1)
    on = codes(w, b, points)
    length = np.hypot(*w)
    distance = np.abs(points @ w + b) / np.where(length > 1e-12, length, 1.0)
    distance[:, length <= 1e-12] = np.inf
    sides = np.minimum(points[:, 0] - x[0], x[1] - points[:, 0]) - margin
    near = 0.03 * (x[1] - x[0])
    border = np.minimum(sides, np.minimum(points[:, 1] - y[0], y[1] - points[:, 1])) + near
    distance = distance.min(axis=1, initial=np.inf)
    room = np.minimum(border, 0) + 1.5 * np.minimum(distance, np.maximum(border, near))
    for place in avoid:
        room = np.minimum(room, 1.5 * np.hypot(*(points - place).T))
    key = on @ (1 << np.arange(w.shape[1]))
    regions = []
    for value in np.unique(key[distance > 1e-9]):  # a point on a line belongs to no region
        inside = np.flatnonzero(key == value)
        best = inside[np.argmax(room[inside])]
        regions.append(
            ("".join("1" if bit else "0" for bit in on[best]), *map(float, points[best]), len(inside) / len(points))
        )
    return regions


def why_fewer(w, b):
    """A sentence that says what keeps these lines from general position; empty if nothing does."""
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
