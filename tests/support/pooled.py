"""Pooling written down slowly, window by window."""

import numpy as np


def slowly(e, dh, mode, size, stride, rectify):
    """h and dL/de of the lecture's topics 22 to 25, window by window; dh None stands for ones."""
    seen = 1 if mode == "decimation" else size
    rows, columns = (1 + (len(e) - seen) // stride,) * 2
    dh = np.ones((rows, columns)) if dh is None else dh[:rows, :columns]
    h, de = np.zeros((rows, columns)), np.zeros(e.shape)
    for r, c in np.ndindex(rows, columns):
        window = [(r * stride + i, c * stride + j) for i in range(seen) for j in range(seen)]
        values = [max(e[at], 0.0) if rectify else e[at] for at in window]
        if mode == "average":
            h[r, c] = sum(values) / len(values)
            for at in window:
                de[at] += dh[r, c] / len(window) * (e[at] > 0 or not rectify)
        else:
            first = max(window, key=lambda at: e[at])  # Python's max keeps the first of equals
            h[r, c] = max(values)
            de[first] += dh[r, c] * (h[r, c] > 0 or not rectify)
    return h, de
