"""What the explorers of convolution must show, computed slowly, from the values of their controls alone."""

import naive
import numpy as np


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
    """dL/dh (H, W, C) by the slow loops."""
    return naive.conv2d_gradients(de[None], np.zeros((1, *h_shape)), w, padding, stride)[0][0]


def number(text):
    """A printed number: 1.25, −3, 0, 4e-16."""
    return float(text.replace("−", "-"))
