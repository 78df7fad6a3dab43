"""Slow oracles: the lecture's sums, written as loops over single numbers, with nothing clever in them."""

from functools import lru_cache

import numpy as np


def pads(size, padding):
    if padding == "valid":
        return 0, 0
    if padding == "full":
        return size - 1, size - 1
    if padding == "same":
        return size // 2, (size - 1) // 2
    return padding if isinstance(padding, tuple) else (padding, padding)


def padded(h, w_shape, padding, value):
    (top, bottom), (left, right) = pads(w_shape[0], padding), pads(w_shape[1], padding)
    return np.pad(h, ((0, 0), (top, bottom), (left, right), (0, 0)), constant_values=value)


@lru_cache(maxsize=32)
def terms(hp_shape, w_shape, stride):
    """Every (n, m, k, p, q, c, d, i, j) of the sum: pixel (i, j) of the padded input meets weight (p, q) in output (m,
    k).
    """
    (samples, height, width, _), (rows, columns, channels, outputs) = hp_shape, w_shape
    s, t = stride
    outside = np.ndindex(samples, (height - rows) // s + 1, (width - columns) // t + 1)
    inside = list(np.ndindex(rows, columns, channels, outputs))
    return [
        (n, m, k, p, q, c, d, m * s + rows - 1 - p, k * t + columns - 1 - q)
        for n, m, k in outside
        for p, q, c, d in inside
    ]


def conv2d(h, w, b, padding, stride, value=0.0):
    """e[n,m,k,d] = b + sum_{p,q,c} w[p,q,c,d] hp[n,i,j,c]  (topic 8)."""
    hp = padded(h, w.shape, padding, value)
    s, t = stride
    e = np.zeros((len(h), (hp.shape[1] - w.shape[0]) // s + 1, (hp.shape[2] - w.shape[1]) // t + 1, w.shape[3])) + b
    meetings = terms(hp.shape, w.shape, stride)
    hp, w, sums = hp.tolist(), w.tolist(), e.tolist()  # Python is quicker with single numbers of lists than of arrays
    for n, m, k, p, q, c, d, i, j in meetings:
        sums[n][m][k][d] += w[p][q][c][d] * hp[n][i][j][c]
    return np.reshape(sums, e.shape)


def conv2d_gradients(de, h, w, padding, stride, value=0.0):
    """dL/dh and dL/dw of conv2d (topics 12 and 16): each product of the sum above, differentiated by itself."""
    hp = padded(h, w.shape, padding, value)
    dhp, dw = np.zeros(hp.shape).tolist(), np.zeros(w.shape).tolist()
    meetings, weights, errors, inputs = terms(hp.shape, w.shape, stride), w.tolist(), de.tolist(), hp.tolist()
    for n, m, k, p, q, c, d, i, j in meetings:
        dhp[n][i][j][c] += weights[p][q][c][d] * errors[n][m][k][d]
        dw[p][q][c][d] += inputs[n][i][j][c] * errors[n][m][k][d]
    top, left = pads(w.shape[0], padding)[0], pads(w.shape[1], padding)[0]
    dhp = np.reshape(dhp, hp.shape)[:, top : top + h.shape[1], left : left + h.shape[2]]
    return dhp, np.reshape(dw, w.shape)


def pool_windows(shape, size, stride):
    """(n, m, k, c) and the slices of the window, for every output of a pooling layer."""
    for n, m, k, c in np.ndindex(
        shape[0], (shape[1] - size[0]) // stride[0] + 1, (shape[2] - size[1]) // stride[1] + 1, shape[3]
    ):
        top, left = m * stride[0], k * stride[1]
        yield (n, m, k, c), (n, slice(top, top + size[0]), slice(left, left + size[1]), c)


def max_pool2d(e, size, stride, rectify, dh=None):
    """h, and (given dL/dh) dL/de (topics 22 and 24): the first maximum in row-major order gets it all, if h > 0."""
    h, de = {}, np.zeros(e.shape)
    for place, window in pool_windows(e.shape, size, stride):
        best, where = -np.inf, None
        for i, j in np.ndindex(*size):
            if e[window][i, j] > best:
                best, where = e[window][i, j], (i, j)
        h[place] = max(best, 0.0) if rectify else best
        if dh is not None and (h[place] > 0 or not rectify):
            de[place[0], window[1].start + where[0], window[2].start + where[1], place[3]] += dh[place]
    return _filled(h), de


def average_pool2d(e, size, stride, rectify, dh=None):
    """h, and (given dL/dh) dL/de (topic 25)."""
    h, de = {}, np.zeros(e.shape)
    for place, window in pool_windows(e.shape, size, stride):
        values = [max(v, 0.0) if rectify else v for v in e[window].ravel()]
        h[place] = sum(values) / len(values)
        if dh is not None:
            for i, j in np.ndindex(*size):
                if e[window][i, j] > 0 or not rectify:
                    de[window][i, j] += dh[place] / len(values)
    return _filled(h), de


def decimate2d(e, size, stride, rectify, dh=None):
    """h, and (given dL/dh) dL/de (topic 25): the first pixel of every window."""
    h, de = {}, np.zeros(e.shape)
    for place, window in pool_windows(e.shape, size, stride):
        corner = e[window][0, 0]
        h[place] = max(corner, 0.0) if rectify else corner
        if dh is not None and (corner > 0 or not rectify):
            de[window][0, 0] += dh[place]
    return _filled(h), de


def local_response_norm(h, n, k, alpha, beta):
    """Krizhevsky et al. 2012, section 3.3, one activation at a time."""
    out = np.zeros(h.shape)
    for place in np.ndindex(*h.shape):
        c = place[-1]
        low, high = max(0, c - n // 2), min(h.shape[-1] - 1, c + n // 2)
        total = sum(h[(*place[:-1], other)] ** 2 for other in range(low, high + 1))
        out[place] = h[place] / (k + alpha * total) ** beta
    return out


def _filled(values):
    shape = tuple(max(place[axis] for place in values) + 1 for axis in range(4))
    array = np.zeros(shape)
    for place, value in values.items():
        array[place] = value
    return array


# ---- networks in use, and what their layers give one by one

TOLERANCE = {np.float32: 2e-5, np.float64: 1e-12}


def stirred(network):
    """Nothing of it is 0 or 1 any more."""
    rng = np.random.default_rng(5)
    for array in network.parameters.values():
        array += rng.uniform(-0.2, 0.3, array.shape).astype(array.dtype)
    for name, array in network.state.items():
        if name.endswith(("mean", "variance")):
            array[...] = rng.uniform(0.3, 2, array.shape)
    for layer in network:
        if getattr(layer, "connections", None) is not None:
            layer.parameters["w"] *= layer.connections
    return network


def one_by_one(network, x):
    for layer in network:
        x = layer.predict(x)
    return x


def samples(network, count, seed=0):
    return np.random.default_rng(seed).standard_normal((count, *network.input_shape)).astype(network.dtype)


def close(found, expected, dtype=np.float32):
    np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE[dtype] * np.abs(expected).max())
