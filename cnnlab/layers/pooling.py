"""Pooling as layers (lecture topics 20 to 25), over inputs (H, W, C)."""

from typing import Any

import numpy as np

from cnnlab import arguments, ops
from cnnlab.layers.base import Layer
from cnnlab.ops import unchecked
from cnnlab.ops.pooling import markable
from cnnlab.types import Array, Sides


class _Pool2D(Layer):
    def __init__(self, size: Sides = 2, stride: Sides | None = None, rectify: bool = False) -> None:
        super().__init__()
        self.size = arguments.pair("size", size)
        self.stride = self.size if stride is None else arguments.pair("stride", stride)
        self.rectify = arguments.flag("rectify", rectify)

    def _build(self, rng: np.random.Generator) -> None:
        self._expect(3, "(H, W, C)")
        self.output_shape = ops.pool_output_shape((1, *self.input_shape), self.size, self.stride)[1:]

    def config(self) -> dict[str, Any]:
        return {"size": list(self.size), "stride": list(self.stride), "rectify": self.rectify}


class MaxPool2D(_Pool2D):
    """The largest value of each window.

    Parameters
    ----------
    size : int or (int, int)
        The window; only whole ones count.
    stride : int, (int, int) or None
        How far it moves; None means by its own size.
    rectify : bool
        Take the maximum of ReLU(e); where that is 0, no pixel gets the gradient.

    Raises
    ------
    TypeError, ValueError
        For arguments that are none of these; when built, for windows larger than the maps, and of so many pixels that
        the winner's place does not fit into 16 bits.

    Source
    ------
    Lecture topics 22 and 24.
    """

    def _build(self, rng: np.random.Generator) -> None:
        super()._build(rng)
        markable(self.size)

    def _forward(self, h: Array, training: bool) -> Array:
        self.shape = h.shape
        h, self.where = unchecked.max_pool2d(h, self.size, self.stride, self.rectify)
        return h

    def _backward(self, d_output: Array, need_input: bool) -> Array:
        return unchecked.max_pool2d_backward(d_output, self.where, self.shape, self.size, self.stride)


class AveragePool2D(_Pool2D):
    """The mean of each window.

    Parameters
    ----------
    size : int or (int, int)
        The window; only whole ones count.
    stride : int, (int, int) or None
        How far it moves; None means by its own size.
    rectify : bool
        Take the mean of ReLU(e).

    Raises
    ------
    TypeError, ValueError
        For arguments that are none of these; when built, for windows larger than the maps.

    Source
    ------
    Lecture topic 25.
    """

    def _forward(self, h: Array, training: bool) -> Array:
        self.e = h
        return unchecked.average_pool2d(h, self.size, self.stride, self.rectify)

    def _backward(self, d_output: Array, need_input: bool) -> Array:
        return unchecked.average_pool2d_backward(d_output, self.e, self.size, self.stride, self.rectify)


class Decimate2D(Layer):
    """The pixel in the corner of each window.

    Parameters
    ----------
    stride : int, (int, int) or None
        How far the windows move; None means by their size.
    rectify : bool
        Take ReLU of the pixel.
    size : int, (int, int) or None
        Of the windows, of which only whole ones count; None means windows of stride x stride (by default 2 x 2), of
        which those at the end may be cut off.

    Raises
    ------
    TypeError, ValueError
        For arguments that are none of these; when built, for windows larger than the maps.

    Source
    ------
    Lecture topic 25.
    """

    def __init__(self, stride: Sides | None = None, rectify: bool = False, size: Sides | None = None) -> None:
        super().__init__()
        self.size, self.rectify = (
            None if size is None else arguments.pair("size", size),
            arguments.flag("rectify", rectify),
        )
        self.stride = (self.size or (2, 2)) if stride is None else arguments.pair("stride", stride)

    def _build(self, rng: np.random.Generator) -> None:
        self._expect(3, "(H, W, C)")
        self.output_shape = ops.decimate_output_shape((1, *self.input_shape), self.stride, self.size)[1:]

    def _forward(self, h: Array, training: bool) -> Array:
        self.e = h
        return unchecked.decimate2d(h, self.stride, self.rectify, self.size)

    def _backward(self, d_output: Array, need_input: bool) -> Array:
        return unchecked.decimate2d_backward(d_output, self.e, self.stride, self.rectify, self.size)

    def config(self) -> dict[str, Any]:
        size = {} if self.size is None else {"size": list(self.size)}
        return {**size, "stride": list(self.stride), "rectify": self.rectify}
