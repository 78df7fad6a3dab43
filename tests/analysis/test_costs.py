"""Costs are the weights that a network of the engine really has."""

import pytest

from cnnlab.analysis.costs import convolution_cost, dense_cost
from cnnlab.layers import Conv2D, Dense, Flatten
from cnnlab.network import Network


@pytest.mark.parametrize(("shape", "units"), [((6, 5, 3), 7), ((1, 9, 1), 2)])
def test_a_dense_layer_costs_what_the_engines_has(shape, units):
    w = Network([Flatten(), Dense(units)], shape)[1].parameters["w"]
    assert dense_cost(*shape, units) == {"inputs": w.shape[0], "weights": w.size, "bytes": w.nbytes}


@pytest.mark.parametrize(("size", "channels", "kernels"), [(3, 2, 4), (1, 3, 5)])
def test_a_convolution_costs_what_the_engines_has_for_any_image(size, channels, kernels):
    for side in (size, 9):
        w = Network([Conv2D(kernels, size)], (side, side, channels))[0].parameters["w"]
        assert convolution_cost(size, channels, kernels) == {"weights": w.size, "bytes": w.nbytes}


def test_the_numbers_of_the_lecture():
    assert dense_cost(2000, 3000, 3, 500) == {"inputs": 18_000_000, "weights": 9_000_000_000, "bytes": 36_000_000_000}
