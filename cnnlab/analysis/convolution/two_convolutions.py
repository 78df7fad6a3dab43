"""Two convolutions with a ReLU between them: every number of one step, and step after step (lecture topic 18)."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from cnnlab import arguments, ops
from cnnlab.types import Array, ArrayLike, Shape

__all__ = ["Cycle", "TwoLearner", "WeightGradientOf", "blocks", "edges_of"]

BEYOND = 1e6  # a loss from which on the descent counts as diverged
MOST = 3000  # rounds after which training stops
FIRST = 7  # seed of the first kernels: they learn, and their gates are open here and shut there
WeightGradientOf = Callable[[Array, Array, Shape], "Array | None"]
"""(de, h, shape of w) -> dL/dw, or None where there is none."""


class Cycle(NamedTuple):
    """Every number of one step, for one picture; L is half the sum of all (e2 - y)^2.

    Attributes
    ----------
    e1, h1, e2 : (H, W, C)
        Forward: e1 = w1 * x, h1 = ReLU(e1), e2 = w2 * h1.
    loss : float
        L.
    de2, dh1, de1, dx : as e2, h1, e1, x
        Back: dL/de2 and so on.
    dw2, dw1 : as w2, w1
        The weight gradients; NaN where there is none.
    """

    e1: Array
    h1: Array
    e2: Array
    loss: float
    de2: Array
    dw2: Array
    dh1: Array
    de1: Array
    dw1: Array
    dx: Array


class TwoLearner:
    """Two convolutions that learn, one picture a round, what others made of the pictures.

    Parameters
    ----------
    x : (N, H, W, C)
        Pictures.
    y : (N, H', W', D)
        What should become of them.
    sides : (int, int)
        Rows and columns of both kernels, first and second.
    maps : int
        Between the two.
    weight_gradient : function, optional
        (de, h, shape of w) -> dL/dw, in the place of the engine's.

    Attributes
    ----------
    w1, w2 : (P, Q, C, D)
        The kernels as they are now.
    losses : list of float
        The mean loss of all pictures before the first round and after each.
    going : bool
        False once the descent has diverged, or after `MOST` rounds.
    seed : int
        Of the first kernels.
    dead : bool
        Whether every h1 of every picture is 0: then no gradient reaches any kernel.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 18.
    """

    def __init__(
        self,
        x: ArrayLike,
        y: ArrayLike,
        sides: tuple[int, int] = (3, 2),
        maps: int = 1,
        weight_gradient: WeightGradientOf | None = None,
    ) -> None:
        self.x = np.ascontiguousarray(arguments.array("x", x, 4, "(N, H, W, C)", finite=True), dtype=np.float64)
        self.y = np.ascontiguousarray(arguments.array("y", y, 4, "(N, H', W', D)", finite=True), dtype=np.float64)
        first, second = (arguments.whole("sides", side) for side in sides)
        cut = first + second - 2
        wanted = (len(self.x), self.x.shape[1] - cut, self.x.shape[2] - cut)
        if min(wanted) < 1:
            raise ValueError(f"x must be larger than both kernels together; got {self.x.shape[1:3]} for {sides}")
        if self.y.shape[:3] != wanted:
            raise ValueError(f"y must be (N, H', W', D) with N, H', W' = {wanted}; got {self.y.shape}")
        self.shapes = (
            (first, first, self.x.shape[3], arguments.whole("maps", maps)),
            (second, second, maps, self.y.shape[3]),
        )
        self._weight_gradient = weight_gradient or ops.conv2d_weight_gradient
        self.restart(FIRST)

    def restart(self, rng: int) -> None:
        """Random kernels, those of a seed, and no round done.

        Parameters
        ----------
        rng : int
            The seed.
        """
        draw, self.seed = np.random.default_rng(rng), rng
        self._cycles: dict[int, Cycle] = {}
        self.w1: Array = np.round(draw.normal(0.0, 0.5, self.shapes[0]), 1) + 0.0
        self.w2: Array = np.round(draw.normal(0.3, 0.3, self.shapes[1]), 1) + 0.0
        self.losses = [self._mean_loss()]
        self.going = True

    def cycle(self, picture: int) -> Cycle:
        """Every number of the step that one picture asks for; nothing is changed.

        Parameters
        ----------
        picture : int
            Which one, from 0.

        Returns
        -------
        Cycle
        """
        if picture not in self._cycles:
            self._cycles[picture] = self._computed(picture)
        return self._cycles[picture]

    def _computed(self, picture: int) -> Cycle:
        x, y = self.x[picture : picture + 1], self.y[picture : picture + 1]
        e1 = ops.conv2d(x, self.w1)
        h1 = ops.relu(e1)
        e2 = ops.conv2d(h1, self.w2)
        de2 = e2 - y
        dw2 = self._by_weight(de2, h1, self.w2)
        dh1 = ops.conv2d_input_gradient(de2, self.w2, h1.shape)
        de1 = ops.relu_backward(dh1, h1)
        dw1 = self._by_weight(de1, x, self.w1)
        dx = ops.conv2d_input_gradient(de1, self.w1, x.shape)
        loss = 0.5 * float((de2**2).sum())
        return Cycle(e1[0], h1[0], e2[0], loss, de2[0], dw2, dh1[0], de1[0], dw1, dx[0])

    def _by_weight(self, de: Array, h: Array, w: Array) -> Array:
        found = self._weight_gradient(de, h, w.shape)
        return np.full(w.shape, np.nan) if found is None else found

    def engine(self, picture: int, now: Cycle) -> dict[str, Array]:
        """The weight gradients by the engine, whatever function is used.

        Parameters
        ----------
        picture : int
            Which one, from 0.
        now : Cycle
            Of this picture.

        Returns
        -------
        gradients : dict of arrays
            "dw1" and "dw2".
        """
        x = self.x[picture : picture + 1]
        return {
            "dw1": ops.conv2d_weight_gradient(now.de1[None], x, self.w1.shape),
            "dw2": ops.conv2d_weight_gradient(now.de2[None], now.h1[None], self.w2.shape),
        }

    def step(self, picture: int, eta: float) -> bool:
        """One round: the step that one picture asks for, done.

        Parameters
        ----------
        picture : int
            Which one, from 0.
        eta : float
            Learning rate.

        Returns
        -------
        done : bool
            False if there is no gradient, or no more rounds: then nothing is changed.
        """
        now = self.cycle(picture)
        if not self.going or not (np.isfinite(now.dw1).all() and np.isfinite(now.dw2).all()):
            return False
        self.w1, self.w2 = self.w1 - eta * now.dw1, self.w2 - eta * now.dw2
        self._cycles = {}
        self.losses.append(self._mean_loss())
        self.going = self.losses[-1] < BEYOND and len(self.losses) <= MOST
        return True

    def _mean_loss(self) -> float:
        """Of all pictures; whether layer 1 is dead is seen on the way."""
        h1 = ops.relu(ops.conv2d(self.x, self.w1))
        self.dead = not h1.any()
        e2 = ops.conv2d(h1, self.w2)
        return 0.5 * float(((e2 - self.y) ** 2).sum()) / len(self.x)


def blocks(count: int = 6, side: int = 6, rng: int = 5) -> Array:
    """Pictures of bright blocks on dark ground, whole numbers.

    Parameters
    ----------
    count : int
        How many.
    side : int
        Pixels.
    rng : int
        Seed.

    Returns
    -------
    x : (count, side, side, 1)
    """
    draw, x = np.random.default_rng(rng), np.zeros((count, side, side, 1))
    for one in x:
        rows, columns = draw.integers(2, side - 1, 2)
        top, left = draw.integers(0, side - rows + 1), draw.integers(0, side - columns + 1)
        one[top : top + rows, left : left + columns] = draw.integers(1, 3)
    return x


def edges_of(x: Array) -> Array:
    """What two hidden kernels make of pictures: edges from dark to bright, then their mean over 2 x 2.

    Parameters
    ----------
    x : (N, H, W, 1)
        Pictures.

    Returns
    -------
    y : (N, H - 3, W - 3, 1)
    """
    w1 = np.repeat([[0.5, 0.0, -0.5]], 3, axis=0)[:, :, None, None]
    return ops.conv2d(ops.relu(ops.conv2d(x, w1)), np.full((2, 2, 1, 1), 0.5))
