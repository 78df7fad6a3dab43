"""Batch normalisation behind a convolution is part of its weights in a network in use, and no digits are lost."""

import numpy as np
import pytest
from naive import close, one_by_one, samples, stirred
from numba import config

from cnnlab import layers as L
from cnnlab.network import Network


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("bias", ["map", None, "unit"])
def test_normalising_is_part_of_a_convolution_where_it_can_be(bias, dtype):
    """Behind a border that is not zero, a table of connections, with ReLU and pooling on the way out."""
    layers = [
        L.Conv2D(6, 3, padding=1, padding_value=0.5, groups=2, bias=bias),
        L.BatchNorm(),
        L.ReLU(),
        L.MaxPool2D(2),
    ]
    network = stirred(Network([*layers, L.Conv2D(35, 2, bias=bias), L.BatchNorm()], (6, 7, 4), 0, dtype))
    network["norm1"].eps = 0.1
    for count in (1, 70):
        x = samples(network, count)
        close(network.predict(x), one_by_one(network, x), dtype)
    if not config.DISABLE_JIT:
        stages = network._in_use[1].spare[0][0].plan.stages
        assert [stage.norm is not None for stage in stages[1:]] == ([False] * 4 if bias == "unit" else [True] * 2)


@pytest.mark.parametrize("ratio", [1, 1e2, 1e4])
@pytest.mark.parametrize("variance", [1, 1e-6])
@pytest.mark.parametrize("source", ["bias", "inputs"])
@pytest.mark.parametrize("layer", [L.Dense, L.Conv2D])
def test_normalising_loses_no_digits_far_from_zero(layer, source, variance, ratio):
    """The mean of what is normalised is so many deviations from zero, by the bias or by what comes in."""
    layers, shape = ([L.Conv2D(4, 3)], (5, 5, 3)) if layer is L.Conv2D else ([L.Dense(4)], (3,))
    network = Network([*layers, L.BatchNorm()], shape, 0)
    exact = Network([type(layers[0])(*((4, 3) if layer is L.Conv2D else (4,))), L.BatchNorm()], shape, 0, np.float64)
    deviation, (first, norm) = np.sqrt(variance), network.layers
    x = samples(network, 9) * np.float32(deviation)
    if source == "bias":
        first.parameters["b"][...] = ratio * deviation
    else:
        x += np.float32(ratio * deviation)
    e = first.predict(x)
    norm.state["mean"][...] = e.mean(axis=tuple(range(e.ndim - 1)))
    norm.state["variance"][...] = variance
    exact.set_weights({name: array.astype(np.float64) for name, array in network.weights().items()})
    layer_by_layer, expected = one_by_one(network, x), exact.predict(x.astype(np.float64))
    here, there = (np.abs(found - expected).max() for found in (network.predict(x), layer_by_layer))
    assert here <= 2 * there + 1e-6 * np.abs(expected).max()
