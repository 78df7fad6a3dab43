"""Pooling written down slowly, window by window."""

import numpy as np


def routed(e, mode, size, stride, rectify):
    """h, and from every pixel of h the pixels of e that its error goes to, in equal parts of one in so many."""
    seen = 1 if mode == "decimation" else size
    rows, columns = (1 + (len(e) - seen) // stride,) * 2
    h, routes = np.zeros((rows, columns)), {}
    for r, c in np.ndindex(rows, columns):
        window = [(r * stride + i, c * stride + j) for i in range(seen) for j in range(seen)]
        values = [max(e[at], 0.0) if rectify else e[at] for at in window]
        if mode == "average":
            h[r, c] = sum(values) / len(values)
            routes[r, c] = [at for at in window if e[at] > 0 or not rectify], len(window)
        else:
            first = max(window, key=lambda at: e[at])  # Python's max keeps the first of equals
            h[r, c] = max(values)
            routes[r, c] = [first] if h[r, c] > 0 or not rectify else [], 1
    return h, routes


def slowly(e, dh, mode, size, stride, rectify):
    """h and dL/de of the lecture's topics 22 to 25, window by window; dh None stands for ones."""
    h, routes = routed(e, mode, size, stride, rectify)
    dh, de = np.ones(h.shape) if dh is None else dh, np.zeros(e.shape)
    for cell, (receivers, parts) in routes.items():
        for at in receivers:
            de[at] += dh[cell] / parts
    return h, de
