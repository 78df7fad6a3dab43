"""Pooling over all of time (lecture topic 26)."""

import numpy as np

from cnnlab.layers.base import Layer


class MaxOverTime(Layer):
    """Max pooling over all frames, with the weights of `SumOverTime`: e[c] = b[c] + w[c] max_t h[t,c], inputs (T, C).

    The first of equal maxima gets the gradient, as in `MaxPool2D`.
    """

    def _build(self, rng):
        self._expect(2, "(T, C)")
        channels = self.input_shape[1]
        self.output_shape = (channels,)
        self.parameters = {"w": np.ones(channels, self.dtype), "b": np.zeros(channels, self.dtype)}

    def forward(self, h, training=False):
        h = self._check(h)
        self.where = h.argmax(axis=1)
        self.largest = np.take_along_axis(h, self.where[:, None], axis=1)[:, 0]
        return self.parameters["b"] + self.parameters["w"] * self.largest

    def backward(self, d_output, need_input=True):
        self.gradients["w"], self.gradients["b"] = (d_output * self.largest).sum(axis=0), d_output.sum(axis=0)
        if not need_input:
            return None
        dh = np.zeros((len(d_output), *self.input_shape), d_output.dtype)
        np.put_along_axis(dh, self.where[:, None], (d_output * self.parameters["w"])[:, None], axis=1)
        return dh

    @property
    def multiply_adds(self):
        return self.input_shape[1]

    @property
    def connection_count(self):
        return self.input_shape[0] * self.input_shape[1] + self.input_shape[1]
