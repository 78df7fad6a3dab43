"""Nonlinearities as layers (lecture topics 2, 3 and 10); any input shape."""

from typing import Any, ClassVar, NoReturn

import numpy as np

from cnnlab import arguments
from cnnlab.layers.base import Layer
from cnnlab.ops import unchecked
from cnnlab.types import Array


class ReLU(Layer):
    """h = max(e, 0).

    Source
    ------
    Lecture topics 2 and 10.
    """

    def _forward(self, h: Array, training: bool) -> Array:
        self.h = unchecked.relu(h)
        return self.h

    def _backward(self, d_output: Array, need_input: bool) -> Array:
        return unchecked.relu_backward(d_output, self.h)


class LeakyReLU(Layer):
    """h = e where e > 0, slope e elsewhere.

    Parameters
    ----------
    slope : float
        What is left of a negative excitation.

    Source
    ------
    Lecture topic 2.
    """

    def __init__(self, slope: float = 0.01) -> None:
        super().__init__()
        self.slope = arguments.real("slope", slope)

    def _forward(self, h: Array, training: bool) -> Array:
        self.e = h
        return unchecked.leaky_relu(h, self.slope)

    def _backward(self, d_output: Array, need_input: bool) -> Array:
        return unchecked.leaky_relu_backward(d_output, self.e, self.slope)

    def config(self) -> dict[str, Any]:
        return {"slope": self.slope}


class PReLU(Layer):
    """As LeakyReLU, with a slope per channel that is learned.

    Parameters
    ----------
    slope : float
        Where all slopes start.

    Source
    ------
    Lecture topic 2; He et al. 2015.
    """

    def __init__(self, slope: float = 0.25) -> None:
        super().__init__()
        self.slope = arguments.real("slope", slope)

    def _build(self, rng: np.random.Generator) -> None:
        shape = self.input_shape[-1:]
        self._make("parameters", "slope", shape, lambda: np.full(shape, self.slope, self.dtype))

    def _forward(self, h: Array, training: bool) -> Array:
        self.e = h
        return unchecked.prelu(h, self.parameters["slope"])

    def _backward(self, d_output: Array, need_input: bool) -> Array:
        de, self.gradients["slope"] = unchecked.prelu_backward(d_output, self.e, self.parameters["slope"])
        return de

    def config(self) -> dict[str, Any]:
        return {"slope": self.slope}


class _FromOutput(Layer):
    """A nonlinearity whose derivative is a function of its own output."""

    @staticmethod
    def _way(e: Array, /) -> Array:
        raise NotImplementedError

    @staticmethod
    def _way_back(dh: Array, h: Array, /) -> Array:
        raise NotImplementedError

    def _forward(self, h: Array, training: bool) -> Array:
        self.h = self._way(h)
        return self.h

    def _backward(self, d_output: Array, need_input: bool) -> Array:
        return self._way_back(d_output, self.h)


class Sigmoid(_FromOutput):
    """The logistic function, the differentiable unit step: h = 1 / (1 + exp(-e)).

    Source
    ------
    Lecture topics 2 and 5.
    """

    _way, _way_back = staticmethod(unchecked.sigmoid), staticmethod(unchecked.sigmoid_backward)


class Tanh(_FromOutput):
    """The differentiable signum: h = tanh(e).

    Source
    ------
    Lecture topic 2.
    """

    _way, _way_back = staticmethod(unchecked.tanh), staticmethod(unchecked.tanh_backward)


class ScaledTanh(_FromOutput):
    """LeCun's choice of 1989: h = 1.7159 tanh(2 e / 3).

    Source
    ------
    Lecture topic 27; LeCun et al. 1989.
    """

    _way, _way_back = staticmethod(unchecked.scaled_tanh), staticmethod(unchecked.scaled_tanh_backward)


class NoGradient(TypeError):
    """Asked for the gradient of a function that has none worth following."""


class _ForwardOnly(Layer):
    """A nonlinearity without a derivative; `smooth` names the layer to train with in its place."""

    smooth: ClassVar[str]

    @staticmethod
    def _way(e: Array, /) -> Array:
        raise NotImplementedError

    def _forward(self, h: Array, training: bool) -> Array:
        return self._way(h)

    def _backward(self, d_output: Array, need_input: bool) -> NoReturn:
        name = type(self).__name__
        raise NoGradient(
            f"{name} cannot be trained by gradient descent: its derivative is zero everywhere except at the jump, "
            f"where "
            f"there is none, so no weight before it would ever move. Train with {self.smooth} and put {name} in "
            f"afterwards."
        )


class UnitStep(_ForwardOnly):
    """h = 1 where e > 0, else 0.

    Forward only: `backward` raises NoGradient and says why.

    Source
    ------
    Lecture topics 2 and 3.
    """

    _way, smooth = staticmethod(unchecked.unit_step), "Sigmoid"


class Signum(_ForwardOnly):
    """h = sign(e).

    Forward only: `backward` raises NoGradient and says why.

    Source
    ------
    Lecture topics 2 and 3.
    """

    _way, smooth = staticmethod(unchecked.signum), "Tanh"
