"""One convolution of single images, term by term: which pixel meets which weight (lecture topics 8 and 9).

Every number comes from `cnnlab.ops`, in float64; here are only the indices.  Back lead `going_back`, `weight_windows`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from cnnlab import ops
from cnnlab.types import Array


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


class Agreement(NamedTuple):
    """How well two ways to compute a gradient agree.

    Attributes
    ----------
    largest : float
        The largest difference.
    alike : int
        How many numbers differ by rounding and no more.
    everywhere : bool
        Whether all of them do.
    """

    largest: float
    alike: int
    everywhere: bool


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
    padding, padding_value, connections : as in `cnnlab.ops.conv2d`
        The border, what it holds, and which input channel feeds which output channel.

    Source
    ------
    Lecture topics 8 and 9.
    """

    w: Array
    b: Array | None = None
    stride: tuple[int, int] = (1, 1)
    padding: Any = "valid"
    padding_value: float = 0.0
    connections: Array | None = None

    def but(self, **changes: Any) -> "Convolution":
        """The same with some things changed.

        Parameters
        ----------
        **changes : object
            Any of the parameters; a stride may be one number.

        Returns
        -------
        conv : Convolution
            Another one; this one stays.
        """
        if isinstance(changes.get("stride"), (int, np.integer)):
            changes["stride"] = (int(changes["stride"]),) * 2
        return replace(self, **changes)

    @property
    def options(self) -> dict[str, Any]:
        """What the operations of `cnnlab.ops` are told beside h, w and b; the value of the border is apart."""
        return {"padding": self.padding, "stride": self.stride, "connections": self.connections}

    @property
    def used(self) -> Array:
        """w (P, Q, C, D), 0 where an input channel does not feed an output channel."""
        return self.w if self.connections is None else self.w * self.connections

    @property
    def flipped(self) -> Array:
        """w[-m, -n, d, c]: rows and columns turned round, channels exchanged; (P, Q, D, C)."""
        return np.ascontiguousarray(self.used[::-1, ::-1].transpose(0, 1, 3, 2))

    @property
    def border(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """((before, after) of the rows, (before, after) of the columns): pixels that padding adds."""
        return ops.pads(self.w.shape[0], self.padding), ops.pads(self.w.shape[1], self.padding)

    def e_shape(self, h_shape: Sequence[int]) -> tuple[int, int, int]:
        """The shape of e.

        Parameters
        ----------
        h_shape : (H, W, C)
            Of the image.

        Returns
        -------
        shape : (H', W', D)
            Of what comes out.

        Raises
        ------
        ValueError
            If the kernel does not fit into the image with its border.
        """
        _, rows, columns, filters = ops.conv2d_output_shape((1, *h_shape), self.w.shape, self.padding, self.stride)
        return rows, columns, filters

    def fits(self, h_shape: Sequence[int]) -> bool:
        """Whether an image, with its border, is at least as large as the kernel.

        Parameters
        ----------
        h_shape : (H, W, C)
            Of the image.

        Returns
        -------
        fits : bool
            False where `e_shape` raises.
        """
        try:
            self.e_shape(h_shape)
        except ValueError:
            return False
        return True

    # ---- forward beside backward ----

    def e(self, h: Array) -> Array:
        """Forward: what the convolution makes of an image.

        Parameters
        ----------
        h : (H, W, C) float64
            The image.

        Returns
        -------
        e : (H', W', D)
            Its excitations.
        """
        return ops.conv2d(h[None], self.w, self.b, padding_value=self.padding_value, **self.options)[0]

    def dh(self, de: Array, h_shape: Sequence[int]) -> Array:
        """Backward: the errors of the input.

        Parameters
        ----------
        de : (H', W', D) float64
            dL/de.
        h_shape : (H, W, C)
            Of the image.

        Returns
        -------
        dh : (H, W, C)
            dL/dh.
        """
        return ops.conv2d_input_gradient(np.ascontiguousarray(de)[None], self.w, (1, *h_shape), **self.options)[0]

    def dw(self, de: Array, h: Array) -> Array:
        """The weight gradient.

        Parameters
        ----------
        de : (H', W', D) float64
            dL/de.
        h : (H, W, C) float64
            The image.

        Returns
        -------
        dw : (P, Q, C, D)
            dL/dw.
        """
        options = self.options | {"padding_value": self.padding_value}
        return ops.conv2d_weight_gradient(np.ascontiguousarray(de)[None], h[None], self.w.shape, **options)

    # ---- one number of e ----

    def padded(self, h: Array) -> Array:
        """The image with its border.

        Parameters
        ----------
        h : (H, W, C) float64
            The image.

        Returns
        -------
        hp : (H'', W'', C)
            Larger by the border.
        """
        return ops.pad(h[None], self.w.shape, self.padding, self.padding_value)[0]

    def window(self, m: int, n: int) -> tuple[int, int]:
        """Where the window of e[m, n] begins.

        Parameters
        ----------
        m, n : int
            Row and column of e.

        Returns
        -------
        row, column : int
            Of h, not of its border: it may be negative.
        """
        (top, _), (left, _) = self.border
        return m * self.stride[0] - top, n * self.stride[1] - left

    def lag(self, m: Any, axis: int) -> Any:
        """The lecture's index: w[lag - i] meets h[i].

        Parameters
        ----------
        m : int, or array of whole numbers
            Row or column of e.
        axis : int
            0 for rows, 1 for columns.

        Returns
        -------
        lag : as m
            p + i of every term of e[m, n].
        """
        return m * self.stride[axis] + self.offset[axis]

    @property
    def offset(self) -> tuple[int, int]:
        """By how many rows and columns e begins later than with padding "full".

        e[m, n] is the sum of w[m', n'] h[s m + offset - m', t n + offset' - n'].  With P rows of the kernel and p rows
        of padding above, the offset is P - 1 - p: 0 for "full", P - 1 for "valid".
        """
        (top, _), (left, _) = self.border
        return self.w.shape[0] - 1 - top, self.w.shape[1] - 1 - left

    def terms(self, m: int, n: int) -> Array:
        """Who meets whom in e[m, n].

        i = m s + P - 1 - p - border, j likewise: the kernel is flipped.  Pixels outside of h lie in its border.

        Parameters
        ----------
        m, n : int
            Row and column of e.

        Returns
        -------
        terms : (P Q, 4) whole numbers
            Rows (p, q, i, j): weight w[p, q] with pixel h[i, j].
        """
        p, q = (grid.ravel() for grid in np.indices(self.w.shape[:2]))
        return np.stack([p, q, self.lag(m, 0) - p, self.lag(n, 1) - q], axis=1)

    def one_sum(self, h: Array, m: int, n: int, d: int) -> OneSum:
        """How e[m, n, d] comes about.

        Parameters
        ----------
        h : (H, W, C) float64
            The image.
        m, n, d : int
            Row, column and channel of e.

        Returns
        -------
        one : OneSum
            Window, kernel, products, sums and bias.
        """
        window, slid = self._under(h, m, n), self.used[::-1, ::-1, :, d]
        products = window * slid
        bias = 0.0 if self.b is None else float(self.b[d] if self.b.ndim == 1 else self.b[m, n, d])
        return OneSum(window, slid, products, products.sum(axis=(0, 1)), bias)

    def _under(self, h, m, n):
        """The part of h, with its border, that lies under the kernel at e[m, n]: (P, Q, C)."""
        (rows, columns), (row, column) = self.w.shape[:2], self.window(m, n)
        found = np.full((rows, columns, h.shape[2]), self.padding_value, h.dtype)
        top, left = max(-row, 0), max(-column, 0)
        part = h[max(row, 0) : max(row + rows, 0), max(column, 0) : max(column + columns, 0)]
        found[top : top + part.shape[0], left : left + part.shape[1]] = part
        return found


def inside(places: Array, shape: Sequence[int]) -> Array:
    """Which of these places (K, 2) lie in a map of this shape (H, W, ...); (K,) bool."""
    return np.all((places >= 0) & (places < np.array(shape[:2])), axis=1)


def dilated(conv: Convolution, de: Array, around: bool = False) -> Array:
    """dL/de with stride - 1 zeros put between its pixels.

    Parameters
    ----------
    conv : Convolution
    de : (H', W', D)
        dL/de.
    around : bool
        With P - 1 (Q - 1) zeros around it, too.

    Returns
    -------
    z : (A, B, D)
        What slides over h; with zeros around it, what the flipped kernel slides over.
    """
    (s, t), (rows, columns, filters) = conv.stride, de.shape
    top, left = (side - 1 if around else 0 for side in conv.w.shape[:2])
    high, wide = (rows - 1) * s + 1, (columns - 1) * t + 1
    z = np.zeros((high + 2 * top, wide + 2 * left, filters))
    z[top : top + high : s, left : left + wide : t] = de
    return z


def agreement(gradient: Array, other: Array) -> Agreement:
    """How well two ways to compute a gradient agree.

    Parameters
    ----------
    gradient, other : arrays of the same shape
        The gradient, and the same computed in another way.

    Returns
    -------
    Agreement
    """
    difference = np.abs(gradient - other)
    rounding = 1e-9 * max(1.0, float(np.abs(gradient).max()))
    return Agreement(float(difference.max()), int((difference < rounding).sum()), bool((difference < rounding).all()))
