"""Convolutions of many kinds, each with an image and errors."""

import numpy as np
from convolved import built

from cnnlab.analysis.convolution import convolution_of

KINDS = {
    "plain": ((5, 6, 2), (3, 3), {}),
    "stride 2, border of 1": ((6, 5, 2), (2, (2, 3)), {"stride": 2, "padding": 1, "padding_value": 0.5}),
    "unequal strides": ((7, 8, 1), (2, 3), {"stride": (2, 3), "padding": "same"}),
    "a bias for every unit, full": ((5, 5, 1), (2, 3), {"bias": "unit", "padding": "full"}),
    "partly connected": ((5, 5, 2), (3, 2), {"connections": np.array([[1, 0, 1], [1, 1, 0]], bool)}),
    "a last row without a window": ((6, 7, 1), (1, 3), {"stride": 2, "bias": None}),
}


def of_kind(name, rng):
    """A convolution, an image, and dL/de of its size."""
    shape, args, options = KINDS[name]
    conv = convolution_of(built(shape, *args, **options), shape)
    return conv, rng.normal(size=shape), rng.normal(size=conv.e_shape(shape))
