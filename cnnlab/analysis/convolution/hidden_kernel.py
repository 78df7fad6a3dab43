"""A kernel is learned from pairs of input and output, one whole step of gradient descent at a time (lecture topics
4 and 16 to 18).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from cnnlab import arguments, ops
from cnnlab.analysis.convolution.terms import Convolution
from cnnlab.datasets import photo
from cnnlab.losses import MSE
from cnnlab.types import Array

MOST = 2000  # steps after which training stops
BEYOND = 1e9  # a loss from which on the descent counts as diverged
COUNTED = 128  # weights of a kernel up to which the curvature is computed
NOISE, PHOTO, STRIPES, FLAT = "noise", "photograph", "vertical stripes", "flat grey"
INPUTS = (NOISE, PHOTO, STRIPES, FLAT)


class Gradients(NamedTuple):
    """Three of the four parts of a step, for a batch of N pairs.

    Attributes
    ----------
    e : (N, H', W', D)
        Forward.
    loss : float
        The mean squared error of e and y.
    de : (N, H', W', D)
        Back: dL/de.
    dw, db : (P, Q, C, D), and as the biases or None
        Weight gradient.
    """

    e: Array
    loss: float
    de: Array
    dw: Array
    db: Array | None


class KernelLearner:
    """A convolution that starts from zeros and learns what another one does: forward, back, weight gradient, descent.

    Parameters
    ----------
    kind : Convolution
        What is learned has its shapes, stride, padding and connections.

    Attributes
    ----------
    w : (P, Q, C, D)
        The weights learned so far.
    b : as kind.b
        The biases learned so far, or None.
    losses : list of float
        The loss before each step.
    going : bool
        False once the descent has diverged, or after `MOST` steps.

    Source
    ------
    Lecture topics 4 and 16 to 18.
    """

    def __init__(self, kind: Convolution) -> None:
        self.kind, self.loss = kind, MSE()
        self.restart()

    def restart(self) -> None:
        """Sets all weights and biases to zero and forgets the losses."""
        self.w: Array = np.zeros(self.kind.w.shape)
        self.b: Array | None = None if self.kind.b is None else np.zeros(self.kind.b.shape)
        self.losses: list[float] = []
        self.going = True

    def forward(self, x: Array, w: Array, b: Array | None = None) -> Array:
        """The excitations of a convolution of this kind.

        Parameters
        ----------
        x : (N, H, W, C)
            Inputs.
        w : (P, Q, C, D)
            Weights: those learned, or others.
        b : array or None
            Biases.

        Returns
        -------
        e : (N, H', W', D)
            Excitations.
        """
        return ops.conv2d(x, w, b, padding_value=self.kind.padding_value, **self.kind.options)

    def weight_gradient(self, de: Array, x: Array) -> Array:
        """How the loss changes with each weight: the errors, convolved with the inputs that it was multiplied by.

        Parameters
        ----------
        de : (N, H', W', D)
            dL/de.
        x : (N, H, W, C)
            Inputs.

        Returns
        -------
        dw : (P, Q, C, D)
            dL/dw, summed over the images.
        """
        options = self.kind.options | {"padding_value": self.kind.padding_value}
        return ops.conv2d_weight_gradient(de, x, self.kind.w.shape, **options)

    def gradients(self, x: Array, y: Array) -> Gradients:
        """All of a step but the descent.

        Parameters
        ----------
        x : (N, H, W, C)
            Inputs.
        y : (N, H', W', D)
            What is wanted.

        Returns
        -------
        now : Gradients
            Forward, loss, back, weight gradient.
        """
        e = self.forward(x, self.w, self.b)  # forward
        de = self.loss.gradient(e, y)  # back
        dw = self.weight_gradient(de, x)  # weight gradient
        db = None if self.b is None else ops.conv2d_bias_gradient(de, self.b.shape)
        return Gradients(e, self.loss(e, y), de, dw, db)

    def first_errors(self, y: Array) -> Array:
        """The errors of the first step, when all weights are zero.

        Parameters
        ----------
        y : (N, H', W', D)
            What is wanted.

        Returns
        -------
        de : (N, H', W', D)
            dL/de at e = 0.
        """
        return self.loss.gradient(np.zeros_like(y), y)

    @staticmethod
    def change(gradient: Array, eta: float) -> Array:
        """By how much a step of gradient descent changes the weights.

        Parameters
        ----------
        gradient : array
            dL/dw, or dL/db.
        eta : float
            Learning rate.

        Returns
        -------
        change : as gradient
            -eta dL/dw, to be added.
        """
        return -eta * gradient

    def step(self, x: Array, y: Array, eta: float, steps: int = 1) -> None:
        """Whole steps of gradient descent.

        Parameters
        ----------
        x : (N, H, W, C)
            Inputs.
        y : (N, H', W', D)
            What is wanted.
        eta : float
            Learning rate.
        steps : int
            How many; fewer if it stops.
        """
        for _ in range(steps):
            _, loss, _, dw, db = self.gradients(x, y)
            self.losses.append(float(loss))
            self.w = self.w + self.change(dw, eta)  # descent
            self.b = None if self.b is None or db is None else self.b + self.change(db, eta)
            self.going = len(self.losses) < MOST and loss < BEYOND
            if not self.going:
                break

    def limit(self, x: Array) -> tuple[float | None, int | None]:
        """How large eta may be, and how many weights these inputs tell apart.

        L is quadratic in w: its curvature is 2 / (numbers in y) times A' A, where A holds what each weight meets.
        Both are None for layers too large to ask, and for a bias of every unit.

        Parameters
        ----------
        x : (N, H, W, C)
            Inputs.

        Returns
        -------
        limit : float or None
            The learning rate beyond which the loss grows, 2 / (largest curvature).
        told : int or None
            How many weights of a kernel these inputs tell apart.
        """
        rows, columns, channels, filters = self.kind.w.shape
        if rows * columns * channels > COUNTED or (self.b is not None and self.b.ndim == 3):
            return None, None
        a, size = self._design_matrix(x)
        fed = self.kind.connections
        fed = np.ones((channels, filters), bool) if fed is None else fed
        steepest, told = 0.0, rows * columns * channels
        for which in {tuple(column) for column in fed.T}:
            used = a[:, np.tile(which, rows * columns)]
            told = min(told, int(np.linalg.matrix_rank(used)) + rows * columns * (channels - sum(which)))
            if self.b is not None:
                used = np.hstack([used, np.ones((len(used), 1))])
            steepest = max(steepest, 2 / size * np.linalg.norm(used, 2) ** 2)
        return (float(2 / steepest) if steepest > 0 else None), told

    def _design_matrix(self, x):
        """A (N H' W', P Q C): one forward pass with a kernel for every weight alone; and how many numbers y has."""
        rows, columns, channels, filters = self.kind.w.shape
        count = rows * columns * channels
        alone = self.kind.options | {"connections": None, "padding_value": self.kind.padding_value}
        a = ops.conv2d(x, np.eye(count).reshape(rows, columns, channels, count), **alone)
        return a.reshape(-1, count), a[..., 0].size * filters


def training_inputs(shape: Sequence[int], count: int = 8, seed: int = 5) -> dict[str, Array]:
    """Inputs from which a kernel can be learned well or badly: noise, pieces of a photograph, stripes, flat grey.

    Parameters
    ----------
    shape : (H, W, C)
        Of each input; where it is larger than the photograph, this is continued by its mirror image.
    count : int
        How many of each kind.
    seed : int
        Of the random numbers.

    Returns
    -------
    inputs : {name: (count, H, W, C) float64}
        One array for each of `INPUTS`.
    """
    rng, (height, width, channels) = arguments.generator("seed", seed), shape
    grey = photo("chelsea").mean(axis=2)
    missing = np.maximum((height, width) - np.array(grey.shape), 0)
    grey = np.pad(grey, [(0, missing[0]), (0, missing[1])], "symmetric")
    corners: Any = np.array(grey.shape) - (height, width) + 1  # so many rows and columns can begin a piece
    places = rng.integers(0, corners, (count, channels, 2))
    cut = [[grey[i : i + height, j : j + width] for i, j in row] for row in places]
    return {
        NOISE: rng.normal(size=(count, *shape)),
        PHOTO: np.moveaxis(np.array(cut, dtype=float), 1, -1).copy(),
        STRIPES: np.tile(rng.normal(size=(count, 1, width, channels)), (1, height, 1, 1)),
        FLAT: np.broadcast_to(rng.uniform(0.3, 1, (count, 1, 1, channels)), (count, *shape)).copy(),
    }
