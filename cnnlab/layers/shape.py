"""Layers that only arrange numbers anew."""

import numpy as np

from cnnlab.layers.base import Layer
from cnnlab.types import Array


class Flatten(Layer):
    """An image as a row of numbers: (H, W, C) -> (H W C,).

    Pixel (m, n) of map c becomes input (m W + n) C + c of the next layer.

    Source
    ------
    Lecture topic 10.
    """

    def _build(self, rng: np.random.Generator) -> None:
        self.output_shape = (int(np.prod(self.input_shape)),)

    def _forward(self, h: Array, training: bool) -> Array:
        return np.ascontiguousarray(h).reshape(len(h), -1)

    def _backward(self, d_output: Array, need_input: bool) -> Array:
        return d_output.reshape(len(d_output), *self.input_shape)
