"""Pooling and reshaping as layers (lecture topics 10 and 20 to 25), over inputs (H, W, C)."""

import numpy as np

from cnnlab import arguments, ops
from cnnlab.layers.base import Layer


class _Pool2D(Layer):
    def __init__(self, size=2, stride=None, rectify=False):
        super().__init__()
        self.size = arguments.pair("size", size)
        self.stride = self.size if stride is None else arguments.pair("stride", stride)
        self.rectify = bool(rectify)

    def _build(self, rng):
        self._expect(3, "(H, W, C)")
        self.output_shape = ops.pool_output_shape((1, *self.input_shape), self.size, self.stride)[1:]

    def config(self):
        return {"size": list(self.size), "stride": list(self.stride), "rectify": self.rectify}


class MaxPool2D(_Pool2D):
    """The largest value of each window (topic 22); rectify : of ReLU(e), and no gradient where that is 0 (topic 24)."""

    def forward(self, h, training=False):
        h = self._check(h)
        self.shape = h.shape
        h, self.where = ops.max_pool2d(h, self.size, self.stride, self.rectify)
        return h

    def backward(self, d_output, need_input=True):
        return ops.max_pool2d_backward(d_output, self.where, self.shape, self.size, self.stride)


class AveragePool2D(_Pool2D):
    """The mean of each window (topic 25); rectify : of ReLU(e)."""

    def forward(self, h, training=False):
        self.e = self._check(h)
        return ops.average_pool2d(self.e, self.size, self.stride, self.rectify)

    def backward(self, d_output, need_input=True):
        return ops.average_pool2d_backward(d_output, self.e, self.size, self.stride, self.rectify)


class Decimate2D(Layer):
    """The pixel in the corner of each window (topic 25); rectify : its ReLU.

    stride : by default the size.  size : of the windows, of which only whole ones count; None means windows of stride x
    stride (by default 2 x 2), of which those at the end may be cut off.
    """

    def __init__(self, stride=None, rectify=False, size=None):
        super().__init__()
        self.size, self.rectify = None if size is None else arguments.pair("size", size), bool(rectify)
        self.stride = (self.size or (2, 2)) if stride is None else arguments.pair("stride", stride)

    def _build(self, rng):
        self._expect(3, "(H, W, C)")
        self.output_shape = ops.decimate_output_shape((1, *self.input_shape), self.stride, self.size)[1:]

    def forward(self, h, training=False):
        self.e = self._check(h)
        return ops.decimate2d(self.e, self.stride, self.rectify, self.size)

    def backward(self, d_output, need_input=True):
        return ops.decimate2d_backward(d_output, self.e, self.stride, self.rectify, self.size)

    def config(self):
        size = {} if self.size is None else {"size": list(self.size)}
        return {**size, "stride": list(self.stride), "rectify": self.rectify}


class Flatten(Layer):
    """(H, W, C) -> (H W C,): pixel (m, n) of map c becomes input (m W + n) C + c of the next layer (topic 10)."""

    def _build(self, rng):
        self.output_shape = (int(np.prod(self.input_shape)),)

    def forward(self, h, training=False):
        h = self._check(h)
        return np.ascontiguousarray(h).reshape(len(h), -1)

    def backward(self, d_output, need_input=True):
        return d_output.reshape(len(d_output), *self.input_shape)
