"""The fixed first step of many networks: subtract a mean, divide by a deviation."""

import numpy as np

from cnnlab.layers.base import Layer


class Standardise(Layer):
    """h = (x - mean) / deviation, with fixed numbers: one for all channels, or one for each.

    Being part of the network, it is saved with it, and images can be given as they are, 0..1. mean, deviation : a
    number, or a list of as many numbers as there are channels (the last axis). Raises ValueError.
    """

    def __init__(self, mean=0.5, deviation=0.25):
        super().__init__()
        self.mean, self.deviation = np.asarray(mean, float), np.asarray(deviation, float)
        if self.mean.ndim > 1 or not np.isfinite(self.mean).all():
            raise ValueError(f"mean must be a finite number or a list of them; got {mean!r}")
        if self.deviation.ndim > 1 or not (np.isfinite(self.deviation) & (self.deviation > 0)).all():
            raise ValueError(f"deviation must be a positive number or a list of them; got {deviation!r}")

    def _build(self, rng):
        channels = self.input_shape[-1]
        for name, value in (("mean", self.mean), ("deviation", self.deviation)):
            if value.size not in (1, channels):
                raise ValueError(f"{name} must be one number or {channels}, one for each channel; got {value.size}")
        self.shift, self.scale = self.mean.astype(self.dtype), (1 / self.deviation).astype(self.dtype)

    def forward(self, h, training=False):
        return (self._check(h) - self.shift) * self.scale

    def backward(self, d_output, need_input=True):
        return d_output * self.scale

    def config(self):
        return {"mean": self.mean.tolist(), "deviation": self.deviation.tolist()}
