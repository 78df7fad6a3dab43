"""A weight that is not finite: every explorer and picture says so in words, and shows no numbers made of it."""

import re

import numpy as np
import pytest

from cnnlab import explore
from cnnlab.layers import Conv2D


def convolution(value, name="w"):
    """A Conv2D on 8 x 8 x 1 with two broken weights or biases."""
    layer = Conv2D(2, 3)
    layer.build((8, 8, 1), np.random.default_rng(0), np.float64)
    layer.parameters[name].ravel()[:2] = value
    return layer


@pytest.mark.parametrize("kind", [
    "ConvolutionStepper", "ErrorFootprint", "WeightGradient", "ShiftedConvolution", "ToeplitzView", "PhotoFilter",
    "HiddenKernel",
])
@pytest.mark.parametrize(("value", "name"), [(np.nan, "w"), (-np.inf, "w"), (np.nan, "b")])
def test_the_explorers_of_a_convolution_refuse_it(kind, value, name):
    argument = {"HiddenKernel": "images"}.get(kind, "image")
    with pytest.raises(ValueError, match=re.escape("layer: its weights hold 2 values that are not finite")):
        getattr(explore, kind)(layer=convolution(value, name), **{argument: np.zeros((8, 8))})
