"""The fixed first step of many networks: subtract a mean, divide by a deviation."""

from typing import Any

import numpy as np

from cnnlab.layers.base import Layer
from cnnlab.types import Array, ArrayLike


class Standardise(Layer):
    """h = (x - mean) / deviation, with fixed numbers: one for all channels, or one for each.

    Being part of the network, it is saved with it, and images can be given as they are, 0..1.

    Parameters
    ----------
    mean, deviation : float, or (C,)
        One number, or one for each channel (the last axis); deviations are positive.

    Raises
    ------
    ValueError
        For other numbers; when built, for another number of channels.
    """

    def __init__(self, mean: ArrayLike = 0.5, deviation: ArrayLike = 0.25) -> None:
        super().__init__()
        self.mean, self.deviation = np.asarray(mean, float), np.asarray(deviation, float)
        if self.mean.ndim > 1 or not np.isfinite(self.mean).all():
            raise ValueError(f"mean must be a finite number or a list of them; got {mean!r}")
        if self.deviation.ndim > 1 or not (np.isfinite(self.deviation) & (self.deviation > 0)).all():
            raise ValueError(f"deviation must be a positive number or a list of them; got {deviation!r}")

    def _build(self, rng: np.random.Generator) -> None:
        channels = self.input_shape[-1]
        for name, value in (("mean", self.mean), ("deviation", self.deviation)):
            if value.size not in (1, channels):
                raise ValueError(f"{name} must be one number or {channels}, one for each channel; got {value.size}")
        with np.errstate(over="ignore"):
            self.shift, self.scale = self.mean.astype(self.dtype), (1 / self.deviation).astype(self.dtype)
        for name, value in (("mean", self.shift), ("1 / deviation", self.scale)):
            if not np.isfinite(value).all():
                raise ValueError(f"{name} must be a number that {self.dtype} can hold; got {self}")

    def _forward(self, h: Array, training: bool) -> Array:
        return (h - self.shift) * self.scale

    def _backward(self, d_output: Array, need_input: bool) -> Array:
        return d_output * self.scale

    def config(self) -> dict[str, Any]:
        return {"mean": self.mean.tolist(), "deviation": self.deviation.tolist()}
