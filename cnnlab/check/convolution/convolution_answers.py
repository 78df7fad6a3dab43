"""Right and wrong convolutions for the exercises of notebook 07, and what they are tried on."""

from itertools import product

import numpy as np

from cnnlab.analysis.convolution import Convolution, edge_kernel, likeness
from cnnlab.check.toolkit.exercise import Mistake
from cnnlab.check.toolkit.wrong_answers import altered, turned
from cnnlab.datasets import photo

BRIGHT_ABOVE = "bright above, dark below"  # one of the targets of KernelDesigner
NEAR = 90  # per cent of its map, which count as found there, too


def convolve(h, w):
    """One map, no border."""
    P, Q = w.shape
    e = np.zeros((h.shape[0] - P + 1, h.shape[1] - Q + 1))
    for m, n in np.ndindex(e.shape):
        e[m, n] = (w[::-1, ::-1] * h[m : m + P, n : n + Q]).sum()
    return e


def convolve_layer(h, w, b, stride):
    """A batch, all channels, a bias for each output map, any stride, no border."""
    P, Q = w.shape[:2]
    rows, columns = (h.shape[1] - P) // stride + 1, (h.shape[2] - Q) // stride + 1
    e = np.zeros((len(h), rows, columns, w.shape[3])) + b
    for p, q in np.ndindex(P, Q):
        first_m, first_n = P - 1 - p, Q - 1 - q  # weight (p, q) meets these rows and columns of h
        seen = h[:, first_m : first_m + stride * rows : stride, first_n : first_n + stride * columns : stride]
        e += seen @ w[p, q]
    return e


def wrong_map(turn=turned, add=np.sum, border=None, turned_result=False):
    """`convolve` with one thing wrong."""

    def convolved(h, w):
        P, Q = w.shape
        h = h if border is None else np.pad(h, [(P - 1,) * 2, (Q - 1,) * 2] if border == "full" else border)
        e = np.zeros((h.shape[0] - P + 1, h.shape[1] - Q + 1))
        for m, n in np.ndindex(e.shape):
            e[m, n] = add(turn(w) * h[m : m + P, n : n + Q])
        return e[::-1, ::-1] if turned_result else e

    return convolved


def wrapped_map(h, w):
    """The formula from (0, 0) on, where Python's negative indices count from the end."""
    e = np.zeros((h.shape[0] - w.shape[0] + 1, h.shape[1] - w.shape[1] + 1))
    for (m, n), (p, q) in product(np.ndindex(e.shape), np.ndindex(w.shape)):
        e[m, n] += w[p, q] * h[m - p, n - q]
    return e


def at_the_last(w):
    """1 at the last weight position, 0 at all others."""
    last = np.zeros((*w.shape[:2], 1, 1))
    last[-1, -1] = 1
    return last


first_map_only = altered(convolve_layer, h=lambda h: h[..., :1], w=lambda w: w[:, :, :1])


def one_map(seed, height, width, rows, columns):
    """A map and a kernel of small whole numbers, no symmetry."""
    rng = np.random.default_rng(seed)
    return rng.integers(-4, 6, (height, width)) * 1.0, rng.integers(-3, 5, (rows, columns)) * 1.0


def one_layer(seed, shape, kernel, stride):
    """A batch, a kernel of as many inputs as outputs or not, biases, a stride."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal(shape), rng.standard_normal(kernel), rng.standard_normal(kernel[3]), stride


def finds_the_edge(w):
    """ "", or what a kernel lacks that should find edges that are bright above and dark below."""
    w = np.asarray(w, float)
    if w.shape != (3, 3) or not np.isfinite(w).all():
        return "The answer must be a 3 x 3 kernel: three rows of three numbers."
    if abs(w.sum()) > 1e-6 * np.abs(w).max():
        return f"On even ground your e is not 0: your weights add up to {w.sum():g}."
    cat = photo("chelsea", 96).mean(axis=2, keepdims=True).astype(float)
    e, target = (Convolution(one[:, :, None, None].copy()).e(cat) for one in (w, edge_kernel(BRIGHT_ABOVE)))
    near = likeness(e, target)
    if near.cosine < -0.5:
        return "Your kernel finds mostly the opposite: edges that are dark above and bright below."
    if near.score >= NEAR:
        return ""
    return (
        f"On the photograph of the cat your map explains {near.score} % of the wanted one; from {NEAR} % on it counts."
    )


def one_weight(row, column, value=1.0):
    """A 3 x 3 kernel with a single weight."""
    kernel = np.zeros((3, 3))
    kernel[row, column] = value
    return kernel


DARK_ABOVE = "Your kernel finds edges that are DARK above and bright below: it is turned round before it lies on h."
EDGE_MISTAKES = (
    Mistake("unflipped", -edge_kernel(BRIGHT_ABOVE), DARK_ABOVE),
    Mistake("Sobel's, unflipped", np.array([[1.0, 2, 1], [0, 0, 0], [-1, -2, -1]]), f"Sobel's weights. {DARK_ABOVE}"),
    Mistake(
        "vertical edges",
        edge_kernel(BRIGHT_ABOVE).T.copy(),
        "Your kernel compares left with right. Bright above and dark below is a difference between rows.",
    ),
    Mistake(
        "vertical edges, turned",
        -edge_kernel(BRIGHT_ABOVE).T,
        "Your kernel compares right with left. Bright above and dark below is a difference between rows.",
    ),
    Mistake(
        "one below", one_weight(2, 1), "One weight moves the picture. An edge is a difference: two signs are needed."
    ),
    Mistake("as it is", one_weight(1, 1), "That leaves the picture as it is. An edge is a difference of neighbours."),
    Mistake("blur", np.ones((3, 3)), "Nine equal weights blur. An edge is a difference: two signs are needed."),
    Mistake(
        "edges all round",
        np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]),
        "That answers to all edges, and to spots. Compare only what is above with what is below.",
    ),
)
MAP_INPUTS = [one_map(0, 4, 5, 2, 2), one_map(1, 6, 5, 3, 2), one_map(2, 5, 7, 1, 3), one_map(3, 5, 5, 3, 3)]
LAYER_INPUTS = [
    one_layer(0, (2, 5, 6, 2), (2, 3, 2, 2), 1),
    one_layer(1, (1, 7, 7, 3), (3, 3, 3, 3), 2),
    one_layer(2, (3, 6, 8, 2), (3, 2, 2, 2), 3),
]
