"""Normalisation as layers; the channels are the last axis."""

import math
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.layers.base import Layer
from cnnlab.ops import unchecked
from cnnlab.types import Array


class LocalResponseNorm(Layer):
    """Each activation divided by (k + alpha sum of squares of n neighbouring maps)^beta.

    Parameters
    ----------
    n : int
        How many maps count, odd.
    k : float
        Positive.
    alpha : float
        Not negative.  PyTorch divides it by n.
    beta : float
        The exponent.

    Raises
    ------
    TypeError, ValueError
        For other numbers.

    Source
    ------
    Lecture topic 28; Krizhevsky et al. 2012, section 3.3.
    """

    def __init__(self, n: int = 5, k: float = 2.0, alpha: float = 1e-4, beta: float = 0.75) -> None:
        super().__init__()
        self.options: dict[str, Any] = {
            "n": arguments.odd("n", n),
            "k": arguments.real("k", k, above=0),
            "alpha": arguments.real("alpha", alpha, at_least=0),
            "beta": arguments.real("beta", beta),
        }

    def _forward(self, h: Array, training: bool) -> Array:
        self.h = h
        out, self.scale = unchecked.local_response_norm(h, **self.options)
        return out

    def _backward(self, d_output: Array, need_input: bool) -> Array:
        options = {key: self.options[key] for key in ("n", "alpha", "beta")}
        return unchecked.local_response_norm_backward(d_output, self.h, self.scale, **options)

    def config(self) -> dict[str, Any]:
        return dict(self.options)


class BatchNorm(Layer):
    """Each channel to mean 0 and variance 1 over the batch, then scaled and shifted.

    PyTorch's momentum is 1 - ours, and its running variance divides by one value fewer. Training takes at least two
    values of each channel.

    Parameters
    ----------
    momentum : float
        Of the running mean and variance, in [0, 1), which are used outside of training: how much of the old stays.
    eps : float
        Positive; keeps the root away from zero.

    Raises
    ------
    TypeError, ValueError
        For other numbers.

    Source
    ------
    Ioffe and Szegedy 2015.
    """

    def __init__(self, momentum: float = 0.9, eps: float = 1e-5) -> None:
        super().__init__()
        self.momentum = arguments.real("momentum", momentum, at_least=0, below=1)
        self.eps = arguments.real("eps", eps, above=0)

    def _build(self, rng: np.random.Generator) -> None:
        shape = self.input_shape[-1:]
        self._make("parameters", "gamma", shape, lambda: np.ones(shape, self.dtype))
        self._make("parameters", "beta", shape, lambda: np.zeros(shape, self.dtype))
        self._make("state", "mean", shape, lambda: np.zeros(shape, self.dtype))
        self._make("state", "variance", shape, lambda: np.ones(shape, self.dtype))
        if self.state["variance"].min() < 0:
            raise ValueError(f"variance must not be negative; it holds {self.state['variance'].min():g}")

    def check_values(self, samples: int) -> None:
        """Refuse to learn from a single value: less its own mean it is 0, whatever it was.

        Parameters
        ----------
        samples : int
            In a batch.

        Raises
        ------
        ValueError
            If they hold fewer than two values of each channel.
        """
        values = samples * math.prod(self.input_shape[:-1])
        if values < 2:
            raise ValueError(
                f"batch normalisation ({self.name or 'BatchNorm'}) learns from at least two values of each channel; "
                f"this batch of {samples} has {values}: take batches of 2 samples or more"
            )

    def _forward(self, h: Array, training: bool) -> Array:
        if training:
            self.check_values(len(h))
            mean, self.variance = unchecked.batch_statistics(h)
            self.remember(mean, self.variance)
        else:
            mean, self.variance = self.state["mean"], self.state["variance"]
        self.training = training
        gamma, beta = self.parameters["gamma"], self.parameters["beta"]
        out, self.normal = unchecked.batch_norm(h, gamma, beta, mean, self.variance, self.eps)
        return out

    def _backward(self, d_output: Array, need_input: bool) -> Array:
        gamma = self.parameters["gamma"]
        dh, self.gradients["gamma"], self.gradients["beta"] = unchecked.batch_norm_backward(
            d_output, self.normal, gamma, self.variance, self.eps
        )
        if not self.training:  # mean and variance were constants: only the scale acts on the gradient
            return d_output * (gamma / np.sqrt(self.variance + self.dtype.type(self.eps)))
        return dh

    def remember(self, mean: Array, variance: Array) -> None:
        """Let the running mean and variance follow those of a batch.

        Parameters
        ----------
        mean, variance : (C,)
            Of the batch.
        """
        for key, value in (("mean", mean), ("variance", variance)):
            self.state[key] += self.dtype.type(1 - self.momentum) * (value - self.state[key])

    def config(self) -> dict[str, Any]:
        return {"momentum": self.momentum, "eps": self.eps}
