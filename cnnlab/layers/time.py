"""Layers that bring all frames together (lecture topic 26), over inputs (T, C)."""

import numpy as np

from cnnlab.layers.base import Layer
from cnnlab.ops import unchecked
from cnnlab.types import Array


class _OverTime(Layer):
    """One weight and one bias per channel, behind something over all frames."""

    def _build(self, rng: np.random.Generator) -> None:
        self._expect(2, "(T, C)")
        channels = self.input_shape[1]
        self.output_shape = (channels,)
        self._make("parameters", "w", (channels,), lambda: np.ones(channels, self.dtype))
        self._make("parameters", "b", (channels,), lambda: np.zeros(channels, self.dtype))

    @property
    def connection_count(self) -> int:
        return self.input_shape[0] * self.input_shape[1] + self.input_shape[1]


class SumOverTime(_OverTime):
    """The output layer of the TDNN of 1988: e[c] = b[c] + w[c] sum_t h[t,c], over inputs (T, C).

    Source
    ------
    Lecture topic 26; Waibel et al. 1989.
    """

    def _forward(self, h: Array, training: bool) -> Array:
        e, self.total = unchecked.sum_over_time(h, self.parameters["w"], self.parameters["b"])
        return e

    def _backward(self, d_output: Array, need_input: bool) -> Array | None:
        dh, self.gradients["w"], self.gradients["b"] = unchecked.sum_over_time_backward(
            d_output, self.total, self.parameters["w"], self.input_shape[0], need_input
        )
        return dh

    @property
    def multiply_adds(self) -> int:
        return self.input_shape[0] * self.input_shape[1]


class MaxOverTime(_OverTime):
    """Max pooling over all frames, with the weights of `SumOverTime`: e[c] = b[c] + w[c] max_t h[t,c].

    The first of equal maxima gets the gradient, as in `MaxPool2D`.

    Source
    ------
    Lecture topics 22 and 26; credited to Yamaguchi et al. 1990.
    """

    def _forward(self, h: Array, training: bool) -> Array:
        e, self.largest, self.where = unchecked.max_over_time(h, self.parameters["w"], self.parameters["b"])
        return e

    def _backward(self, d_output: Array, need_input: bool) -> Array | None:
        dh, self.gradients["w"], self.gradients["b"] = unchecked.max_over_time_backward(
            d_output, self.largest, self.where, self.parameters["w"], self.input_shape[0], need_input
        )
        return dh

    @property
    def multiply_adds(self) -> int:
        return self.input_shape[1]
