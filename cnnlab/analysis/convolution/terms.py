"""One convolution of single images, term by term: which pixel meets which weight, forward and back (lecture topics 8
to 15).  Every number comes from `cnnlab.ops`, in float64; here are only the indices.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from cnnlab import arguments, ops
from cnnlab.layers import Conv2D, Layer
from cnnlab.types import Array, ArrayLike


class OneSum(NamedTuple):
    """What makes one number e[m, n, d]: e = sum of products, plus bias.

    Attributes
    ----------
    window : (P, Q, C)
        The part of h, with its border, under the kernel.
    slid : (P, Q, C)
        The flipped kernel that lies on it; 0 where channel c does not feed d.
    products : (P, Q, C)
        Window times kernel.
    sums : (C,)
        The products added up, channel by channel.
    bias : float
        b[d], or b[m, n, d]; 0 without one.
    """

    window: Array
    slid: Array
    products: Array
    sums: Array
    bias: float


class Footprint(NamedTuple):
    """Where one error dL/de[m, n, d] goes in channel c of dL/dh.

    Attributes
    ----------
    terms : (K, 4) whole numbers
        Rows (p, q, i, j): through weight w[p, q] to pixel dL/dh[i, j].
    weights, share : (H, W)
        The weight that leads to each pixel, and what arrives there from this error alone; NaN where nothing does.
    """

    terms: Array
    weights: Array
    share: Array


class Collected(NamedTuple):
    """What makes one number dL/dh[i, j, c], read as a convolution with the flipped kernel.

    Attributes
    ----------
    spread : (H'', W'', D)
        dL/de with zeros put in between and around (`Convolution.spread`).
    corner : (int, int)
        Row and column of `spread`, counted from the first error, where the window begins.
    products : (P, Q, D)
        Window times w[:, :, c] as it is: the two flips cancel.
    sums : (D,)
        The products added up, channel by channel.
    """

    spread: Array
    corner: tuple[int, int]
    products: Array
    sums: Array


@dataclass(frozen=True, eq=False)
class Convolution:
    """One convolution of single images, in float64.

    Parameters
    ----------
    w : (P, Q, C, D)
        The kernel.
    b : (D,) or (H', W', D), optional
        A bias for each map, or for each unit.
    stride : (int, int)
        Rows and columns from one window to the next.
    padding, padding_value, connections
        As in `cnnlab.ops.conv2d`.

    Source
    ------
    Lecture topics 8 to 15.
    """

    w: Array
    b: Array | None = None
    stride: tuple[int, int] = (1, 1)
    padding: Any = "valid"
    padding_value: float = 0.0
    connections: Array | None = None

    def but(self, **changes: Any) -> "Convolution":
        """The same with some things changed; a stride may be one number."""
        if isinstance(changes.get("stride"), (int, np.integer)):
            changes["stride"] = (int(changes["stride"]),) * 2
        return replace(self, **changes)

    def options(self) -> dict[str, Any]:
        """What the operations of `cnnlab.ops` are told beside h, w and b; the value of the border is apart."""
        return {"padding": self.padding, "stride": self.stride, "connections": self.connections}

    @property
    def used(self) -> Array:
        """w (P, Q, C, D), 0 where an input channel does not feed an output channel."""
        return self.w if self.connections is None else self.w * self.connections

    @property
    def border(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """((before, after) of the rows, (before, after) of the columns): pixels that padding adds."""
        return ops.pads(self.w.shape[0], self.padding), ops.pads(self.w.shape[1], self.padding)

    def e_shape(self, h_shape: Sequence[int]) -> tuple[int, int, int]:
        """(H', W', D) for h (H, W, C).  Raises ValueError if the kernel does not fit into h."""
        _, rows, columns, filters = ops.conv2d_output_shape((1, *h_shape), self.w.shape, self.padding, self.stride)
        return rows, columns, filters

    def fits(self, h_shape: Sequence[int]) -> bool:
        """Is h (H, W, C), with its border, at least as large as the kernel?"""
        try:
            self.e_shape(h_shape)
        except ValueError:
            return False
        return True

    # ---- forward ----

    def e(self, h: Array) -> Array:
        """Forward: h (H, W, C) -> e (H', W', D)."""
        return ops.conv2d(h[None], self.w, self.b, padding_value=self.padding_value, **self.options())[0]

    def padded(self, h: Array) -> Array:
        """h (H, W, C) with its border."""
        return ops.pad(h[None], self.w.shape, self.padding, self.padding_value)[0]

    def window(self, m: int, n: int) -> tuple[int, int]:
        """The first row and column (of h, not of its border) under the kernel at e[m, n]."""
        (top, _), (left, _) = self.border
        return m * self.stride[0] - top, n * self.stride[1] - left

    def under(self, h: Array, m: int, n: int) -> Array:
        """The part of h, with its border, that lies under the kernel at e[m, n]: (P, Q, C)."""
        (rows, columns), (row, column) = self.w.shape[:2], self.window(m, n)
        found = np.full((rows, columns, h.shape[2]), self.padding_value, h.dtype)
        top, left = max(-row, 0), max(-column, 0)
        part = h[max(row, 0) : max(row + rows, 0), max(column, 0) : max(column + columns, 0)]
        found[top : top + part.shape[0], left : left + part.shape[1]] = part
        return found

    def one_sum(self, h: Array, m: int, n: int, d: int) -> OneSum:
        """How e[m, n, d] comes about from h (H, W, C)."""
        window, slid = self.under(h, m, n), self.used[::-1, ::-1, :, d]
        products = window * slid
        bias = 0.0 if self.b is None else float(self.b[d] if self.b.ndim == 1 else self.b[m, n, d])
        return OneSum(window, slid, products, products.sum(axis=(0, 1)), bias)

    def terms(self, m: int, n: int) -> Array:
        """Who meets whom in e[m, n]: rows (p, q, i, j), weight w[p, q] with pixel h[i, j]; (P Q, 4) whole numbers.

        i = m s + P - 1 - p - border, j likewise: the kernel is flipped.  Pixels outside of h lie in its border.
        """
        p, q = (grid.ravel() for grid in np.indices(self.w.shape[:2]))
        return np.stack([p, q, self.lag(m, 0) - p, self.lag(n, 1) - q], axis=1)

    def lag(self, m: int, axis: int) -> int:
        """p + i of every term of e[m, n], of rows (axis 0) or columns (axis 1): w[lag - i] meets h[i]."""
        return m * self.stride[axis] + self.w.shape[axis] - 1 - self.border[axis][0]

    # ---- backward ----

    def dh(self, de: Array, h_shape: Sequence[int]) -> Array:
        """Backward: dL/de (H', W', D) -> dL/dh of shape h_shape (H, W, C)."""
        return ops.conv2d_input_gradient(np.ascontiguousarray(de)[None], self.w, (1, *h_shape), **self.options())[0]

    def dw(self, de: Array, h: Array) -> Array:
        """Weight gradient: dL/de (H', W', D) and h (H, W, C) -> dL/dw (P, Q, C, D)."""
        options = self.options() | {"padding_value": self.padding_value}
        return ops.conv2d_weight_gradient(np.ascontiguousarray(de)[None], h[None], self.w.shape, **options)

    def reached(self, m: int, n: int, h_shape: Sequence[int]) -> Array:
        """As `terms`, but only pixels inside of h: where dL/de[m, n] goes, and with which weight."""
        found = self.terms(m, n)
        return found[inside(found[:, 2:], h_shape)]

    def footprint(self, de: Array, at: tuple[int, int, int], c: int, h_shape: Sequence[int]) -> Footprint:
        """Where the error dL/de[at], at = (m, n, d), goes in channel c of dL/dh (H, W, C)."""
        (m, n, d), terms = at, self.reached(*at[:2], h_shape)
        alone = np.zeros_like(de)
        alone[m, n, d] = de[m, n, d]
        arrives = self.dh(alone, h_shape)[:, :, c]
        weights, share = np.full(arrives.shape, np.nan), np.full(arrives.shape, np.nan)
        p, q, i, j = terms.T
        weights[i, j], share[i, j] = self.used[p, q, c, d], arrives[i, j]
        return Footprint(terms, weights, share)

    def collected(self, i: int, j: int, e_shape: Sequence[int]) -> Array:
        """Which dL/de make dL/dh[i, j]: rows (p, q, m, n), weight w[p, q] with dL/de[m, n]."""
        rows, columns = self.w.shape[:2]
        (top, _), (left, _) = self.border
        p, q = (grid.ravel() for grid in np.indices((rows, columns)))
        m, m_rest = np.divmod(i + top - (rows - 1) + p, self.stride[0])
        n, n_rest = np.divmod(j + left - (columns - 1) + q, self.stride[1])
        found = np.stack([p, q, m, n], axis=1)
        return found[(m_rest == 0) & (n_rest == 0) & inside(found[:, 2:], e_shape)]

    def collection(self, de: Array, i: int, j: int, c: int) -> Collected:
        """How dL/dh[i, j, c] comes about from dL/de (H', W', D)."""
        (rows, columns), ((top, _), (left, _)) = self.w.shape[:2], self.border
        z = self.spread(de)
        # a stride may leave the last rows and columns of h without a window: nothing is collected there
        window = np.zeros((rows, columns, de.shape[2]))
        part = z[i + top : i + top + rows, j + left : j + left + columns]
        window[: part.shape[0], : part.shape[1]] = part
        products = window * self.used[:, :, c]
        corner = i + top - (rows - 1), j + left - (columns - 1)
        return Collected(z, corner, products, products.sum(axis=(0, 1)))

    def spread(self, de: Array) -> Array:
        """dL/de (H', W', D) with stride - 1 zeros put in between, and P - 1 (Q - 1) zeros around."""
        (s, t), (rows, columns) = self.stride, self.w.shape[:2]
        high, wide = (de.shape[0] - 1) * s + 1, (de.shape[1] - 1) * t + 1
        z = np.zeros((high + 2 * (rows - 1), wide + 2 * (columns - 1), de.shape[2]))
        z[rows - 1 : rows - 1 + high : s, columns - 1 : columns - 1 + wide : t] = de
        return z

    def flipped(self) -> Array:
        """w[-m, -n, d, c]: rows and columns turned round, channels exchanged; (P, Q, D, C)."""
        return np.ascontiguousarray(self.used[::-1, ::-1].transpose(0, 1, 3, 2))

    def dh_by_convolution(self, de: Array, h_shape: Sequence[int]) -> Array:
        """dL/dh once more, as the lecture's topic 13 has it: the CONVOLUTION of the flipped kernel with dL/de."""
        (top, _), (left, _) = self.border
        dhp = ops.conv2d(self.spread(de)[None], self.flipped())[0]
        dh = np.zeros(h_shape)
        part = dhp[top : top + h_shape[0], left : left + h_shape[1]]
        dh[: part.shape[0], : part.shape[1]] = part  # a stride may leave the last rows and columns without a window
        return dh

    def dh_by_difference(self, de: Array, h_shape: Sequence[int], i: int, j: int, c: int, step: float = 0.5) -> float:
        """dL/dh[i, j, c] from the forward pass alone: L = sum of dL/de times e is linear in h, so any step is exact."""
        h = np.zeros(h_shape)
        h[i, j, c] = step
        return float((de * (self.e(h) - self.e(-h))).sum() / (2 * step))

    # ---- as a matrix ----

    def matrix(self, h_shape: Sequence[int]) -> Array:
        """W (H' W' D, H W C), with e = W h: both written as columns of numbers, channels fastest (topic 15)."""
        return ops.conv2d_matrix(self.w, tuple(h_shape), **self.options())

    def matrix_misses(self, matrix: Array, h: Array, de: Array) -> float:
        """By how much W h and W' dL/de differ at most from what the loops compute; only without a bias."""
        forward = ops.dense(h.reshape(1, -1), np.ascontiguousarray(matrix.T), np.zeros(len(matrix)))
        backward = ops.dense(de.reshape(1, -1), np.ascontiguousarray(matrix), np.zeros(matrix.shape[1]))
        e, dh = self.e(h), self.dh(de, h.shape)
        return float(max(np.abs(forward.ravel() - e.ravel()).max(), np.abs(backward.ravel() - dh.ravel()).max()))


def inside(places: Array, shape: Sequence[int]) -> Array:
    """Which of these places (K, 2) lie in a map of this shape (H, W, ...); (K,) bool."""
    return np.all((places >= 0) & (places < np.array(shape[:2])), axis=1)


def image_of(image: ArrayLike, name: str = "image") -> Array:
    """One image as float64 (H, W, C).

    Parameters
    ----------
    image : (H, W) or (H, W, C), whole numbers or floats
        (H, W) gets one channel.
    name : str
        What the messages call it.

    Raises
    ------
    TypeError, ValueError
        For anything else, and for numbers that are not finite.
    """
    array = np.asarray(image)
    if array.dtype.kind in "iu":
        array = array.astype(np.float64)
    array = arguments.array(name, array, finite=True)
    array = array[:, :, None] if array.ndim == 2 else array
    if array.ndim != 3:
        raise ValueError(f"{name} must be one image (H, W) or (H, W, C); got an array of shape {array.shape}")
    return array.astype(np.float64)


def convolution_of(layer: Layer, h_shape: Sequence[int]) -> Convolution:
    """The convolution that a Conv2D does on images of h_shape (H, W, C); the layer stays as it is.

    A layer that was never built gets the weights its initialiser draws from seed 0.

    Raises
    ------
    TypeError
        For another layer.
    ValueError
        If the channels or the size do not fit, or if a weight is not finite.
    """
    if not isinstance(layer, Conv2D):
        raise TypeError(f"layer must be a Conv2D; got {type(layer).__name__}")
    if layer.input_shape is None:
        built = Conv2D(**layer.config())
        built.build(tuple(h_shape), np.random.default_rng(0), np.float64)
        layer = built
    w = layer.parameters["w"].astype(np.float64)
    b = layer.parameters.get("b")
    broken = sum(int((~np.isfinite(array)).sum()) for array in layer.parameters.values())
    if broken:
        values = f"{broken} value{'s that are' if broken > 1 else ' that is'} not finite"
        raise ValueError(f"layer: its weights hold {values}; train or load it again")
    found = Convolution(
        w,
        None if b is None else b.astype(np.float64),
        layer.stride,
        layer.padding,
        layer.padding_value,
        layer.connections,
    )
    if h_shape[2] != w.shape[2]:
        raise ValueError(f"layer must take images of {h_shape[2]} channels, as this one; it takes {w.shape[2]}")
    if b is not None and b.ndim == 3 and b.shape != found.e_shape(h_shape):
        raise ValueError(
            f"layer has a bias for every unit, so the image must be {layer.input_shape[:2]}; it is {h_shape[:2]}"
        )
    found.e_shape(h_shape)
    return found
