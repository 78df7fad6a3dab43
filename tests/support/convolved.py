"""What the explorers of convolution must show, computed slowly, from the values of their controls alone."""

import naive
import numpy as np

from cnnlab.gradcheck import relative_error
from cnnlab.layers import Conv2D

LIMIT = 1e-6
_BACK = {}


def built(shape, *args, **options):
    """A Conv2D for images of this shape, float64, with biases that are not zero."""
    layer = Conv2D(*args, **options)
    layer.build(shape, np.random.default_rng(1), np.float64)
    if "b" in layer.parameters:
        layer.parameters["b"][...] = np.random.default_rng(2).normal(size=layer.parameters["b"].shape)
    return layer


def map_of(panel):
    """The numbers of a panel, be it a grid or an image."""
    return panel.values if hasattr(panel, "values") else panel.pixels


def kernel_of(layer, values):
    """w (P, Q, C, D) and b: of the layer, or what the learner drew."""
    if layer is None:
        return np.array(values["w"], float)[:, :, None, None], 0.0
    w, b = layer.parameters["w"].astype(float), layer.parameters.get("b")
    return w, 0.0 if b is None else b.astype(float)


def options_of(layer, values):
    """padding and stride (rows, columns), as the controls say; without such a control, as the layer has them."""
    padding = values.get("padding", None if layer is None else layer.padding)
    if isinstance(padding, str) and padding.startswith("as in the layer"):
        padding = layer.padding
    stride = values.get("stride")
    return padding, layer.stride if stride is None else (stride, stride)


def backward(de, h_shape, w, padding, stride):
    """dL/dh (H, W, C) by the slow loops; once for the same numbers, which are asked for in many positions."""
    key = *((array.tobytes(), array.dtype, array.shape) for array in (de, w)), tuple(h_shape), padding, stride
    if key not in _BACK:
        found = naive.conv2d_gradients(de[None], np.zeros((1, *h_shape)), w, padding, stride)[0][0]
        found.flags.writeable = False
        _BACK[key] = found
    return _BACK[key]


def number(text):
    """A printed number: 1.25, −3, 0, 4e-16."""
    return float(text.replace("−", "-"))


def slopes(h_shape, w, padding, stride):
    """de[m, n, d]/dh[i, j, c] for all six indices, by nudging each pixel of an image and going forward."""
    h = np.random.default_rng(4).standard_normal((1, *h_shape))

    def forward():
        return naive.conv2d(h, w, 0.0, padding, stride)[0]

    found = np.empty((*forward().shape, *h_shape))
    for place in np.ndindex(*h_shape):
        before = h[(0, *place)]
        h[(0, *place)] = before + 1e-3
        above = forward()
        h[(0, *place)] = before - 1e-3
        found[(..., *place)] = (above - forward()) / 2e-3
        h[(0, *place)] = before
    return found


def close(found, expected):
    """Relative to the largest number on the screen; where all of them are zero, nothing else will do."""
    if not np.any(np.abs(expected) > 1e-9):
        return not np.any(np.abs(found) > 1e-9)
    return relative_error(found, expected) < LIMIT
