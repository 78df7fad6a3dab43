"""The convolution at one position: the window, the flipped kernel, their products and the sum (lecture topics 8, 9)."""

import numpy as np

from cnnlab import arguments, ops
from cnnlab.draw.grids import grid
from cnnlab.picture import Picture
from cnnlab.types import Array, ArrayLike


def convolution_step(
    h: ArrayLike, w: ArrayLike, m: int, n: int, caption: str = "", digits: int | None = None
) -> Picture:
    """One output of a "valid" true convolution with stride 1, taken apart: e[m, n] = sum of window x flipped kernel.

    Parameters
    ----------
    h : (H, W) numbers
        One channel of the layer below.
    w : (P, Q) numbers
        The kernel.
    m, n : int
        The position in e (H - P + 1, W - Q + 1).
    caption : str
        What the picture shows, in words; by default made of the numbers.
    digits : int or None
        Decimals; 2 at most where none are asked for.

    Returns
    -------
    picture : Picture
        Five matrices: h with the window framed, w as it is, w flipped, their products with the window, and e with the
        number framed.

    Raises
    ------
    ValueError
        If h or w is no matrix of numbers, w is larger than h, or (m, n) lies outside of e.

    Source
    ------
    Lecture topics 8 and 9.
    """
    h, w = _matrix("h", h), _matrix("w", w)
    shape = ops.conv2d_output_shape((1, *h.shape, 1), (*w.shape, 1, 1))[1:3]
    m, n = arguments.whole("m", m, at_least=0), arguments.whole("n", n, at_least=0)
    if m >= shape[0] or n >= shape[1]:
        raise ValueError(f"m, n must be a position of e, which is {shape[0]} x {shape[1]}; got {m}, {n}")
    window = [(m + p, n + q) for p, q in np.ndindex(*w.shape)]
    flipped = w[::-1, ::-1]
    products = h[m : m + w.shape[0], n : n + w.shape[1]] * flipped
    e = ops.conv2d(h[None, :, :, None], np.ascontiguousarray(w)[:, :, None, None])[0, :, :, 0]
    total = f"their sum: e[{m}, {n}]"
    parts = {"h": h, "kernel w": w, "w flipped": flipped, "products": products, total: e}
    words = f"e[{m}, {n}] = {e[m, n]:.4g}: the window of h times the flipped kernel, {products.size} products, added up"
    return grid(parts, boxes={"h": window, total: [(m, n)]}, cell=0.4, caption=caption or words, digits=digits)


def _matrix(name: str, value: ArrayLike) -> Array:
    value = np.asarray(value)
    if value.ndim != 2 or value.dtype.kind not in "iuf" or not value.size:
        raise ValueError(f"{name} must be a matrix of numbers, one channel; got shape {value.shape}, {value.dtype}")
    return value.astype(np.float64)
