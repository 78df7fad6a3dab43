"""The fully-connected layer (lecture topic 15)."""

from typing import Any

import numpy as np

from cnnlab import arguments, initialisers
from cnnlab.layers.base import Layer
from cnnlab.ops import unchecked
from cnnlab.types import Array


class Dense(Layer):
    """Fully connected: e = b + w^T h, over inputs (C,).

    Parameters
    ----------
    units : int
        Outputs D.
    bias : bool
        Whether every output has one.
    initialiser : str, pair or function
        Of the weights, see `cnnlab.initialisers`; biases start at zero.

    Raises
    ------
    TypeError, ValueError
        For arguments that are none of these; the message names them.

    Source
    ------
    Lecture topics 1 and 15.
    """

    def __init__(self, units: int, bias: bool = True, initialiser: initialisers.Spec = "he") -> None:
        super().__init__()
        self.units, self.bias = arguments.whole("units", units), arguments.flag("bias", bias)
        self.initialiser = initialisers.resolve(initialiser)

    def _build(self, rng: np.random.Generator) -> None:
        self._expect(1, "(C,); put Flatten() before it")
        inputs = self.input_shape[0]
        self.output_shape = (self.units,)
        shape = (inputs, self.units)
        self._make("parameters", "w", shape, lambda: self.initialiser(rng, shape, *shape, self.dtype))
        if self.bias:
            self._make("parameters", "b", (self.units,), lambda: np.zeros(self.units, self.dtype))

    def _forward(self, h: Array, training: bool) -> Array:
        self.h = h
        return unchecked.dense(h, self.parameters["w"], self.parameters.get("b"))

    def _backward(self, d_output: Array, need_input: bool) -> Array | None:
        dh, self.gradients["w"], db = unchecked.dense_backward(d_output, self.h, self.parameters["w"], need_input)
        if self.bias:
            self.gradients["b"] = db
        return dh

    def _back_to_input(self, d_output: Array) -> Array:
        return unchecked.dense_input_gradient(d_output, self.h, self.parameters["w"])

    @property
    def multiply_adds(self) -> int:
        return self.parameters["w"].size

    @property
    def connection_count(self) -> int:
        return self.parameter_count

    def config(self) -> dict[str, Any]:
        return {"units": self.units, "bias": self.bias, "initialiser": initialisers.spec(self.initialiser)}
