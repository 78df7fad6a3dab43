"""Dropout as a layer (lecture topic 28)."""

from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.layers.base import Layer
from cnnlab.ops import unchecked
from cnnlab.types import Array, Shape


class Dropout(Layer):
    """In training each value is dropped with probability p, the others grow by 1 / (1 - p); otherwise nothing happens.

    Its random numbers come from the rng of `build`, so the same seed drops the same values; `state["draws"]` counts the
    batches, and with it a resumed training goes on exactly where it stopped.

    Parameters
    ----------
    p : float
        The share of values that is dropped, in [0, 1).

    Raises
    ------
    TypeError, ValueError
        If p is no such share.

    Source
    ------
    Lecture topic 28; Hinton et al. 2012.
    """

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = arguments.share("p", p, "of values that is dropped")

    def _build(self, rng: np.random.Generator) -> None:
        self._make("state", "seed", (), lambda: np.array(rng.integers(2**62), np.int64), np.int64)
        self._make("state", "draws", (), lambda: np.array(0, np.int64), np.int64)
        for name, value in self.state.items():
            if value < 0:
                raise ValueError(f"{name} must not be negative; it is {value}")

    def _forward(self, h: Array, training: bool) -> Array:
        self.mask = self.draw(h.shape) if training and self.p else None
        return h if self.mask is None else h * self.mask

    def draw(self, shape: Shape) -> Array:
        """The mask of the next batch.

        Parameters
        ----------
        shape : tuple of int
            Shape of the batch.

        Returns
        -------
        mask : shape, dtype of the layer
            0 where a value is dropped, 1 / (1 - p) elsewhere.
        """
        if self.p == 0:
            return np.ones(shape, self.dtype)
        rng = np.random.default_rng([int(self.state["seed"]), int(self.state["draws"])])
        self.state["draws"] += 1
        return unchecked.dropout_mask(shape, self.p, rng, self.dtype)

    def _backward(self, d_output: Array, need_input: bool) -> Array:
        return d_output if self.mask is None else d_output * self.mask

    def config(self) -> dict[str, Any]:
        return {"p": self.p}
