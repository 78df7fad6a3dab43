"""The exercises of notebook 06: the counts are those of the engine's layers."""

import numpy as np
import pytest

from cnnlab import check
from cnnlab.analysis.shifts import place
from cnnlab.layers import Conv2D, Dense
from cnnlab.network import Network


@pytest.mark.parametrize(("height", "width", "channels", "units"), [(16, 16, 1, 10), (32, 24, 3, 7)])
def test_the_weights_of_a_dense_layer(height, width, channels, units):
    network = Network([Dense(units)], (height * width * channels,))
    expected = network.parameters["0.w"].size
    assert check.dense_weights.right(height, width, channels, units) == expected


@pytest.mark.parametrize(("size", "channels", "kernels"), check.conv_parameters.inputs)
def test_the_parameters_of_a_convolutional_layer(size, channels, kernels):
    network = Network([Conv2D(kernels, size)], (12, 12, channels))
    expected = sum(values.size for values in network.parameters.values())
    assert check.conv_parameters.right(size, channels, kernels) == expected


@pytest.mark.parametrize(("size", "down", "right"), check.still_seen.inputs)
def test_the_pixels_that_are_still_seen(size, down, right):
    seen = place(np.ones((size, size, 1)), (size, size), down, right)
    assert check.still_seen.right(size, down, right) == seen.sum()
