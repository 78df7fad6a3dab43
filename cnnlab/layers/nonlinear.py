"""Nonlinearities as layers (lecture topics 2, 3 and 10); any input shape."""

import numpy as np

from cnnlab import arguments, ops
from cnnlab.layers.base import Layer


class ReLU(Layer):
    """h = max(e, 0)."""

    def forward(self, h, training=False):
        self.h = ops.relu(self._check(h))
        return self.h

    def backward(self, d_output, need_input=True):
        return ops.relu_backward(d_output, self.h)


class LeakyReLU(Layer):
    """h = e where e > 0, slope e elsewhere."""

    def __init__(self, slope=0.01):
        super().__init__()
        self.slope = arguments.real("slope", slope)

    def forward(self, h, training=False):
        self.e = self._check(h)
        return ops.leaky_relu(self.e, self.slope)

    def backward(self, d_output, need_input=True):
        return ops.leaky_relu_backward(d_output, self.e, self.slope)

    def config(self):
        return {"slope": self.slope}


class PReLU(Layer):
    """As LeakyReLU, with a slope per channel that is learned (He et al. 2015); `slope` is where it starts."""

    def __init__(self, slope=0.25):
        super().__init__()
        self.slope = arguments.real("slope", slope)

    def _build(self, rng):
        self.parameters = {"slope": np.full(self.input_shape[-1:], self.slope, self.dtype)}

    def forward(self, h, training=False):
        self.e = self._check(h)
        return ops.prelu(self.e, self.parameters["slope"])

    def backward(self, d_output, need_input=True):
        de, self.gradients["slope"] = ops.prelu_backward(d_output, self.e, self.parameters["slope"])
        return de

    def config(self):
        return {"slope": self.slope}


class _FromOutput(Layer):
    """A nonlinearity whose derivative is a function of its own output."""

    def forward(self, h, training=False):
        self.h = type(self)._forward(self._check(h))
        return self.h

    def backward(self, d_output, need_input=True):
        return type(self)._backward(d_output, self.h)


class Sigmoid(_FromOutput):
    """h = 1 / (1 + exp(-e)), the differentiable unit step."""

    _forward, _backward = staticmethod(ops.sigmoid), staticmethod(ops.sigmoid_backward)


class Tanh(_FromOutput):
    """h = tanh(e), the differentiable signum."""

    _forward, _backward = staticmethod(ops.tanh), staticmethod(ops.tanh_backward)


class ScaledTanh(_FromOutput):
    """h = 1.7159 tanh(2 e / 3), LeCun's choice of 1989."""

    _forward, _backward = staticmethod(ops.scaled_tanh), staticmethod(ops.scaled_tanh_backward)


class NoGradient(TypeError):
    """Asked for the gradient of a function that has none worth following."""


class _ForwardOnly(Layer):
    def forward(self, h, training=False):
        return type(self)._forward(self._check(h))

    def backward(self, d_output, need_input=True):
        name = type(self).__name__
        raise NoGradient(
            f"{name} cannot be trained by gradient descent: its derivative is zero everywhere except at the jump, "
            f"where "
            f"there is none, so no weight before it would ever move. Train with {self.smooth} and put {name} in "
            f"afterwards."
        )


class UnitStep(_ForwardOnly):
    """h = 1 where e > 0, else 0.  Forward only: `backward` raises NoGradient and says why."""

    _forward, smooth = staticmethod(ops.unit_step), "Sigmoid"


class Signum(_ForwardOnly):
    """h = sign(e).  Forward only: `backward` raises NoGradient and says why."""

    _forward, smooth = staticmethod(ops.signum), "Tanh"
